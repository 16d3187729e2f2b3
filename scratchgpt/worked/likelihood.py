"""How hard a text is for a model: from the probabilities of its tokens to one number."""

from typing import NamedTuple

import numpy as np

from ..evaluation.scoring import IGNORE, score_targets
from ..model import GPT
from ..ops.arrays import Array, array_module
from ..ops.softmax import log_softmax, softmax, softmax_backward
from ..params import Params


def perplexity(log_probs: Array) -> Array:
    """Number of equally likely tokens that would be as hard to predict as these were.

    Shapes: log_probs (...) -> y ()
    Forward: y = exp(mean of -log P): the inverse of the geometric mean of the probabilities. The product of
        the probabilities itself would underflow to 0 after a few hundred tokens.
    Source: Jelinek, Mercer, Bahl, Baker 1977.

    >>> import numpy as np
    >>> float(perplexity(np.log(np.array([0.40, 0.60]))).round(2))
    2.04
    """
    return array_module(log_probs).exp(-log_probs.mean())


def running_products(log_probs: Array, dtype: type[np.floating]) -> Array:
    """Multiply probabilities up, as one would without logarithms, in numbers of one precision.

    Shapes: log_probs (T) -> (T), the probability of the first token, of the first two, and so on
    Behind the smallest number that `dtype` can write down, all are 0.
    """
    with np.errstate(under="ignore"):
        return np.cumprod(np.exp(log_probs.astype(np.float64)).astype(dtype), dtype=dtype)


def surprises(model: GPT, params: Params, ids: Array, start: int) -> Array:
    """Surprise of a model at each token of a text, -log P(token given those before it), in nats.

    Shapes: ids (T) -> (T)
    `start` (the end-of-text token) stands before the first token, so that it has a probability too. A text
    longer than the model's block is cut into blocks, each with a start of its own: the first tokens of each
    have less context than they could have. Raises UserError for a model that is not causal.
    """
    size = model.config.block_size
    targets = np.full((-(-len(ids) // size), size), IGNORE, np.int64)
    targets.flat[: len(ids)] = ids
    read = np.roll(np.where(targets == IGNORE, start, targets), 1, axis=1)
    read[:, 0] = start
    return -score_targets(model, params, read, targets).log_probs


class Slopes(NamedTuple):
    """Against the `lead` (n) of the right logit: two losses (n) of a choice of two, and their slopes (n)."""

    lead: Array
    log_loss: Array
    log_slope: Array
    squared_loss: Array
    squared_slope: Array


def slopes_of_two(lead: Array) -> Slopes:
    """Compare cross-entropy with squared error where two logits compete and the right one leads by `lead`.

    Shapes: lead (n)
    Forward: p = softmax((lead, 0))_0; -log p and (1 - p)^2.
    Backward: p - 1 for the first; for the second -2 (1 - p) p (1 - p), which vanishes at both ends.
    """
    logits = np.stack([lead, np.zeros_like(lead)], axis=-1)
    probs = softmax(logits)
    miss = 1 - probs[:, 0]
    dprobs = np.stack([-2 * miss, np.zeros_like(miss)], axis=-1)
    return Slopes(lead, -log_softmax(logits)[:, 0], -miss, miss**2, softmax_backward(dprobs, probs)[:, 0])
