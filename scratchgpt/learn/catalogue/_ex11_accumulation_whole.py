"""Lesson 11: unequal micro-batches put together, wrongly in ways that no small change of the code gives."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...worked.accumulation import accumulate_gradients
from ..exercise import Mistake
from ._unpaired import styles


def _counts(targets: Sequence[np.ndarray]) -> np.ndarray:
    return np.array([(one != -1).sum() for one in targets])


def _running(losses: Any, gradients: Any, targets: Any) -> Any:
    """Each micro-batch is averaged with the result so far, half and half."""
    loss, gradient = losses[0], gradients[0].copy()
    for i in range(1, len(losses)):
        loss, gradient = (loss + losses[i]) / 2, (gradient + gradients[i]) / 2
    return loss, gradient


def _in_place(losses: Any, gradients: Any, targets: Any) -> Any:
    counts = _counts(targets)
    total = max(counts.sum(), 1)
    for count, gradient in zip(counts, gradients, strict=True):
        gradient *= count / total
    return sum(a * c / total for a, c in zip(losses, counts, strict=True)), sum(gradients)


def _weighted(weights: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Any]:
    """The results with other weights than shares, made of the counts."""

    def accumulate(losses: Any, gradients: Any, targets: Any) -> Any:
        w = weights(_counts(targets).astype(float))
        return sum(w * losses), sum(a * g for a, g in zip(w, gradients, strict=True))

    return accumulate


def _of_nothing(end: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Right but for what is returned where no micro-batch has a target."""

    def accumulate(losses: Any, gradients: Any, targets: Any) -> Any:
        result = accumulate_gradients(losses, gradients, targets)
        return result if _counts(targets).any() else end(*result)

    return accumulate


def _kept(which: Callable[[np.ndarray], Any]) -> Callable[..., Any]:
    def accumulate(losses: Any, gradients: Any, targets: Any) -> Any:
        i = int(which(_counts(targets)))
        return losses[i], gradients[i].copy()

    return accumulate


_MEANS = (
    "The micro-batches count the same, whatever the number of their target tokens: this is a mean of means. A token in a "
    "short micro-batch then weighs more than one in a long one."
)
_MEANS_ASKS = "In the example, how many of the four target tokens has the first micro-batch?"
WHOLE = (
    Mistake(
        "averaged with the result so far",
        "Each micro-batch was averaged with the result so far, half and half: the last one counts most, the first "
        "hardly at all.",
        "What is the weight of the first of three micro-batches in your result?",
        wrong=_running,
    ),
    Mistake(
        "changed in place",
        "The results are right, but the gradients that were given have been multiplied by their shares.",
        "Whose arrays are these?",
        wrong=_in_place,
    ),
    Mistake(
        "mean of the means that have targets",
        "Micro-batches without targets were left out, rightly, but all others count the same: this is a mean of means.",
        _MEANS_ASKS,
        wrong=_weighted(lambda n: (n > 0) / max((n > 0).sum(), 1)),
    ),
    Mistake(
        "over the largest",
        "The weights are counts divided by the largest count: they do not sum to 1.",
        "What is the sum of your weights?",
        wrong=_weighted(lambda n: n / max(n.max(), 1)),
    ),
    Mistake(
        "over the mean count",
        "The weights are counts divided by their mean: they do not sum to 1, but to the number of micro-batches.",
        "What is the sum of your weights?",
        wrong=_weighted(lambda n: n / max(n.mean(), 1e-300)),
    ),
    Mistake(
        "divided by its own count",
        "Each mean was divided by the number of its own targets once more; to get back to a sum it has to be multiplied.",
        "From a mean and the number of its tokens, how do you get back to the sum?",
        wrong=_weighted(lambda n: 1 / np.maximum(n, 1) / max(n.sum(), 1)),
    ),
    Mistake(
        "divided by its own count, and by no total",
        "Each mean was divided by the number of its own targets once more; to get back to a sum it has to be multiplied.",
        "From a mean and the number of its tokens, how do you get back to the sum?",
        wrong=_weighted(lambda n: 1 / np.maximum(n, 1)),
    ),
    Mistake(
        "shares by the reciprocals",
        "A micro-batch with fewer targets weighs more in your result: the weights go with one over the count.",
        "In the example, how many of the four target tokens has the first micro-batch?",
        wrong=_weighted(lambda n: (1 / np.maximum(n, 1)) / (1 / np.maximum(n, 1)).sum()),
    ),
    *styles(
        Mistake(
            "one micro-batch only",
            "Your result is that of one of the micro-batches.",
            "Which of the micro-batches have a say in the mean over all of their tokens?",
        ),
        first=_kept(lambda n: 0),
        last=_kept(lambda n: len(n) - 1),
        largest=_kept(np.argmax),
    ),
    *styles(
        Mistake(
            "nothing, divided by nothing",
            "Where no micro-batch has a target, not all of your results are numbers: 0 was divided by 0.",
            "What are the results to be when there is nothing to predict at all?",
        ),
        gradient_a_number=_of_nothing(lambda loss, gradient: (math.nan, math.nan)),
        loss=_of_nothing(lambda loss, gradient: (math.nan, gradient)),
        gradient=_of_nothing(lambda loss, gradient: (0.0, gradient * math.nan)),
        loss_and_no_array=_of_nothing(lambda loss, gradient: (math.nan, 0.0)),
    ),
)
