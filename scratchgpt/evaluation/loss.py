"""How well a model predicts held-out text: nats per token, perplexity, bits per byte."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ..model import GPT
from ..ops.arrays import array_module
from ..params import Params


class Evaluation(NamedTuple):
    """`loss`: mean negative log-likelihood in nats per token; `tokens`: how many were predicted.

    Without a token there is no mean: the loss is NaN, and so is all that follows from it.
    """

    loss: float
    tokens: int

    @property
    def perplexity(self) -> float:
        """exp(loss): the number of equally likely tokens that would be as hard to predict."""
        if math.isnan(self.loss):
            return math.nan
        return math.exp(min(self.loss, 700.0))  # above, the float would overflow

    def bits_per_byte(self, tokens: int, n_bytes: int) -> float:
        """Bits to encode one byte of a text of `tokens` tokens and `n_bytes` bytes.

        Comparable between tokenizers, which nats per token is not. NaN for a text without bytes.
        """
        if n_bytes == 0:
            return math.nan
        return self.loss * tokens / (n_bytes * math.log(2))


def mean_loss(model: GPT, params: Params, batches: Iterable[tuple[np.ndarray, np.ndarray]]) -> Evaluation:
    """Average the loss over batches (ids, targets), each (B, T); targets of -1 do not count.

    Every token weighs the same, whichever batch it is in. Dropout is off: no generator is passed. The loss
    of a broken model is NaN or infinite, without NumPy's warnings: the caller says what that means.
    """
    xp = array_module(params.buffer)
    total, count = 0.0, 0
    for ids, targets in batches:
        tokens = int((targets != -1).sum())
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            loss, _ = model.loss(params, xp.asarray(ids), xp.asarray(targets))
        total += float(loss) * tokens
        count += tokens
    return Evaluation(total / count if count else math.nan, count)
