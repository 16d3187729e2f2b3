"""Lesson 03: rarer mistakes in negative sampling, whole functions because they are not combined."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...worked.word2vec import NegativeSamplingCache
from ..exercise import Mistake

Array = np.ndarray


def _sigmoid(s: Array) -> Array:
    return np.exp(-np.logaddexp(0, -s))


def _surprise(s: Array, p: Array) -> Any:
    return np.logaddexp(0, -s[0]) + np.logaddexp(0, s[1:]).sum()


def _forward(
    drawn: Callable[..., Any] = lambda outside, negatives: negatives,
    loss: Callable[..., Any] = _surprise,
    sigmoid: Callable[..., Any] = _sigmoid,
    kept: Callable[..., Any] = lambda cache: cache,
) -> Callable[..., Any]:
    """The loss with one of its steps replaced."""

    def negative_sampling_forward(
        v: Array, outside: int, negatives: Array, U: Array
    ) -> tuple[Any, NegativeSamplingCache]:
        ids = np.array([outside, *drawn(outside, negatives)])
        scores = U[ids] @ v
        probs = sigmoid(scores)
        return loss(scores, probs), kept(NegativeSamplingCache(v, ids, U, probs))

    return negative_sampling_forward


def _sigmoid_by_math(s: Array) -> Array:
    return np.array([1 / (1 + math.exp(-x)) for x in s])


def _padded(eps: float) -> Mistake:
    return Mistake(
        f"{eps:g} added",
        "A small number was added to the probabilities, or put in their place, before the logarithm: where one is "
        "smaller still, the loss is wrong.",
        "Which form of this logarithm stays near the score itself when the score is large?",
        wrong=_forward(loss=lambda s, p: -np.log(p[0] + eps) - np.log(_sigmoid(-s[1:]) + eps).sum()),
    )


_MANY = "How many yes/no questions are there, whatever the draws are?"
_STAYS = "Which form of this logarithm stays near the score itself when the score is large?"

SAMPLING_WHOLE = (
    Mistake(
        "repeated draws thrown out, sorted",
        "A word that was drawn twice stands in the ids once, and counts once; the draws are sorted besides.",
        _MANY,
        wrong=_forward(lambda outside, negatives: np.unique(negatives)),
    ),
    Mistake(
        "repeated draws thrown out",
        "A word that was drawn twice stands in the ids once, and counts once.",
        _MANY,
        wrong=_forward(lambda outside, negatives: list(dict.fromkeys(negatives.tolist()))),
    ),
    Mistake(
        "the found word thrown out of the draws",
        "A draw that hit the found word was thrown out of the ids, where the task counts it like the others.",
        _MANY,
        wrong=_forward(lambda outside, negatives: [k for k in negatives if k != outside]),
    ),
    Mistake(
        "each word once",
        "Repeated draws and those that hit the found word were thrown out: each of them was to count.",
        _MANY,
        wrong=_forward(lambda o, negatives: [k for k in dict.fromkeys(negatives.tolist()) if k != o]),
    ),
    Mistake(
        "each word once, sorted",
        "Repeated draws and those that hit the found word were thrown out, and the others sorted: each was to count, "
        "in its order.",
        _MANY,
        wrong=_forward(lambda outside, negatives: [k for k in np.unique(negatives) if k != outside]),
    ),
    Mistake(
        "draws sorted",
        "The loss is right, but the draws in the cache were sorted: they were to keep their order.",
        "In which order do the draws come?",
        wrong=_forward(lambda outside, negatives: np.sort(negatives)),
    ),
    Mistake(
        "the first draw only",
        "Only the first of the draws has a part in the loss.",
        _MANY,
        wrong=_forward(loss=lambda s, p: np.logaddexp(0, -s[0]) + np.logaddexp(0, s[1])),
    ),
    Mistake(
        "the last draw only",
        "Only the last of the draws has a part in the loss.",
        "What becomes of the sum when the next draw has its turn?",
        wrong=_forward(loss=lambda s, p: np.logaddexp(0, -s[0]) + np.logaddexp(0, s[-1])),
    ),
    Mistake(
        "the draws' scores added up first",
        "The scores of the draws were added up before the sigmoid: each draw was to have a question of "
        "its own.",
        _MANY,
        wrong=_forward(loss=lambda s, p: np.logaddexp(0, -s[0]) + np.logaddexp(0, s[1:].sum())),
    ),
    Mistake(
        "not added up",
        "There is a surprise for each pair; they were to be added up to one number.",
        "How many numbers is a loss?",
        wrong=_forward(loss=lambda s, p: np.logaddexp(0, np.concatenate([-s[:1], s[1:]]))),
    ),
    Mistake(
        "overflow, by math",
        "For a very negative score the exponential overflows, and the math module raises an error there.",
        _STAYS,
        wrong=_forward(sigmoid=_sigmoid_by_math),
    ),
    Mistake(
        "the logarithm of 0, by math",
        "Where a probability came out as 0, the math module raises an error for its logarithm.",
        _STAYS,
        wrong=_forward(loss=lambda s, p: -math.log(p[0]) - sum(math.log(1 - q) for q in p[1:])),
    ),
    Mistake(
        "infinite over infinite",
        "For a large score the sigmoid is infinite over infinite, which is not a number.",
        "In which of the forms of the sigmoid does the exponential of a large score not occur?",
        wrong=_forward(
            sigmoid=lambda s: np.exp(s) / (1 + np.exp(s)),
            loss=lambda s, p: -np.log(p[0]) - np.log(1 - p[1:]).sum(),
        ),
    ),
    Mistake(
        "infinite over infinite in the cache",
        "The loss is right, but for a large score the sigmoid in the cache is infinite over infinite, which is not a "
        "number.",
        "In which of the forms of the sigmoid does the exponential of a large score not occur?",
        wrong=_forward(sigmoid=lambda s: np.exp(s) / (1 + np.exp(s))),
    ),
    *(_padded(eps) for eps in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20, 1e-30, 1e-100, 1e-300)),
    Mistake(
        "ids not of integers",
        "The ids in the cache are floats: rows of a table cannot be picked with them.",
        "Of which type must a number be to select a row?",
        wrong=_forward(kept=lambda cache: cache._replace(ids=cache.ids.astype(np.float64))),
    ),
    Mistake(
        "the draws alone in the cache, probabilities too",
        "The word that was found is missing from the cache, among the ids and among the probabilities.",
        "How many pairs have a part in the loss?",
        wrong=_forward(kept=lambda cache: cache._replace(ids=cache.ids[1:], probs=cache.probs[1:])),
    ),
    Mistake(
        "ids of the draws last, probabilities not",
        "In the cache the found word is the last of the ids, but the first of the probabilities.",
        "Which id was to be the first?",
        wrong=_forward(kept=lambda cache: cache._replace(ids=np.roll(cache.ids, -1))),
    ),
    Mistake(
        "rows for the table",
        "The cache keeps the rows that took part and not the whole table: the way back cannot know its size.",
        "Which shape has the gradient of the table?",
        wrong=_forward(kept=lambda cache: cache._replace(U=cache.U[cache.ids])),
    ),
)
