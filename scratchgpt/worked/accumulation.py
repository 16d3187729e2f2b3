"""Gradient accumulation by hand: a batch too large for the memory is worked through in pieces."""

from collections.abc import Sequence

import numpy as np

from ..corpus.batches import IGNORE
from ..ops.arrays import Array


def accumulate_gradients(
    losses: Sequence[float], gradients: Sequence[Array], targets: Sequence[Array]
) -> tuple[float, Array]:
    """Return the loss and the gradient that all micro-batches would have had as one batch.

    losses: of each micro-batch, the mean over its own target tokens; gradients: those of these means, all of
    one shape; targets: integers of any shape, -1 where there is nothing to predict. Each target token counts
    the same, so that a micro-batch weighs as much as it has of them; without any target at all both results
    are 0. `Trainer.step` does the same in its one buffer.
    """
    counts = [int((one != IGNORE).sum()) for one in targets]
    total = max(sum(counts), 1)
    loss: float = 0
    gradient = np.zeros_like(gradients[0])
    for count, one_loss, one_gradient in zip(counts, losses, gradients, strict=True):
        share = count / total
        loss += share * one_loss
        gradient += share * one_gradient
    return loss, gradient
