"""L3 = L2 + lambda L1 by hand, as log-likelihoods, and the gradient of a model as the sum of its two parts.

A log-likelihood is to be maximised and negative; a loss is its negative, to be minimised. The paper writes
the first, programs the second. Source: Radford et al. 2018, section 3.2, equations 3 to 5.
"""

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..ops.arrays import Array
from ..params import Params
from ..tasks.batches import Batch
from ..tasks.model import TaskModel

LAMBDA = 0.5
# "Start This film was brilliant Extract": what a model gave to the class, and to each next token.
WORDS = ("This", "film", "was", "brilliant", "Extract")
P_POSITIVE = 0.85
P_NEXT = (0.02, 0.08, 0.35, 0.05, 0.01)


class Combined(NamedTuple):
    """Log-likelihoods: `logs` (n,) of the next tokens, their `total` and `mean`, `l2` of the class, and
    `l3` = l2 + lambda mean."""

    logs: Array
    total: float
    mean: float
    l2: float
    l3: float


def combined(p_class: float, p_next: Sequence[float], weight: float = LAMBDA) -> Combined:
    """Combine the probability of the right class with those of the next tokens, averaged over them."""
    logs, l2 = np.log(p_next), float(np.log(p_class))
    mean = float(logs.mean())
    return Combined(logs, float(logs.sum()), mean, l2, l2 + weight * mean)


class Gradients(NamedTuple):
    """Gradients of three losses for the same parameters and the same batch."""

    task: Params  # of L2
    language: Params  # of L1, not yet times lambda
    combined: Params  # of L3


def gradients(model: TaskModel, params: Params, batch: Batch) -> Gradients:
    """Differentiate L2, L1 and L3 = L2 + lambda L1, each by itself."""

    def of(model: TaskModel) -> Params:
        grads = params.zeros_like()
        _, cache = model.loss(params, batch)
        model.loss_backward(1.0, cache, grads)
        return grads

    language = params.zeros_like()
    _, cache = model.gpt.loss(
        params, batch.ids, batch.targets, weights=batch.token_weights, key_mask=batch.key_mask
    )
    model.gpt.loss_backward(1.0, cache, language)
    return Gradients(of(dataclasses.replace(model, lm_weight=0.0)), language, of(model))


def part_norms(grads: Params, parts: dict[str, str]) -> dict[str, float]:
    """Return the norm of the gradient over each part: {label: norm} from {label: beginning of names}."""
    return {
        label: float(np.sqrt(sum((grads.flat[n] ** 2).sum() for n in grads.flat if n.startswith(begin))))
        for label, begin in parts.items()
    }
