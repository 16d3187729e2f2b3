"""L3 = L2 + lambda L1 by hand, as log-likelihoods, and the gradient of a model as the sum of its two parts.

A log-likelihood is to be maximised and negative; a loss is its negative, to be minimised. The paper writes
the first, programs the second. Source: Radford et al. 2018, section 3.2, equations 3 to 5.
"""

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..ops.arrays import Array
from ..ops.softmax import log_softmax
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


def combined_loss(
    class_logits: Array, labels: Array, logits: Array, ids: Array, lengths: Array, lm_weight: float = LAMBDA
) -> tuple[float, float, float]:
    """Return the losses (L3, L2, L1) of a padded batch in nats, from the logits of both heads.

    Shapes: class_logits (B, K), labels (B) < K, logits (B, T, V), ids (B, T) < V, lengths (B)
    `lengths` counts the real tokens of each row, Extract included; each but the first is a target. L1 is a
    mean over the targets of a row, then over the rows.
    """
    B, T = ids.shape
    task = -log_softmax(class_logits)[np.arange(B), labels].mean()
    next_ids = ids[:, 1:, None]  # (B, T - 1, 1), what the positions before the last have to predict
    logs = np.take_along_axis(log_softmax(logits)[:, :-1], next_ids, axis=-1)[..., 0]  # (B, T - 1)
    real = np.arange(1, T) < lengths[:, None]
    lm = -((logs * real).sum(axis=1) / (lengths - 1)).mean()
    return task + lm_weight * lm, task, lm


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
