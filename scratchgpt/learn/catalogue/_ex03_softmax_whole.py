"""Lesson 03: rarer mistakes in the naive softmax loss, whole functions because they are not combined."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.softmax import log_softmax
from ...worked.word2vec import NaiveSoftmaxCache
from ..exercise import Mistake

Array = np.ndarray


def _forward(
    loss: Callable[..., Any] = lambda s, p, o: -log_softmax(s)[o],
    probs: Callable[..., Any] = lambda s, o: np.exp(log_softmax(s)),
) -> Callable[..., Any]:
    """The loss with one of its steps replaced."""

    def naive_softmax_forward(v: Array, outside: int, U: Array) -> tuple[Any, NaiveSoftmaxCache]:
        scores = U @ v
        p = probs(scores, outside)
        return loss(scores, p, outside), NaiveSoftmaxCache(v, outside, U, p)

    return naive_softmax_forward


def _bare(s: Array, o: int) -> Array:
    return np.exp(s) / np.exp(s).sum()


def _bare_by_math(s: Array, o: int) -> Array:
    e = np.array([math.exp(x) for x in s])
    return e / e.sum()


def _less(number: Callable[..., Any]) -> Callable[..., Any]:
    """Probabilities from scores less some number."""
    return lambda s, o: _bare(s - number(s), o)


def _sigmoids(s: Array, o: int) -> Array:
    return 1 / (1 + np.exp(-s))


def _without(s: Array, o: int) -> Array:
    return np.exp(s - np.logaddexp.reduce(np.delete(s, o)))


def _padded(eps: float) -> Mistake:
    return Mistake(
        f"{eps:g} added",
        "A small number was added to the probability, or put in its place, before the logarithm: a probability that "
        "is smaller still has a wrong loss.",
        "Can you get the log-probability without the probability?",
        wrong=_forward(loss=lambda s, p, o: -np.log(p[o] + eps)),
    )


_INFINITE = "The exponential of a large score is infinite: the probabilities are not numbers then, or the loss is infinite."
_LARGEST = "Which number must be subtracted so that no exponential can exceed 1?"

SOFTMAX_WHOLE = (
    Mistake(
        "no maximum subtracted, the loss by the sum",
        _INFINITE,
        "What can be subtracted from every score without changing the probabilities?",
        wrong=_forward(lambda s, p, o: np.log(np.exp(s).sum()) - s[o], _bare),
    ),
    Mistake(
        "no maximum in the sum, probabilities right",
        "The probabilities are right, but for the loss the exponential of a large score is infinite.",
        "What can be subtracted from every score, and added again, without changing the logarithm of the "
        "sum?",
        wrong=_forward(lambda s, p, o: np.log(np.exp(s).sum()) - s[o]),
    ),
    Mistake(
        "0 times infinite",
        "All logarithms were multiplied by 0 or 1 and added up: where a probability came out as 0, that "
        "is 0 times infinite, which is not a number.",
        "Can you get the log-probability without the probability?",
        wrong=_forward(lambda s, p, o: -((np.arange(len(p)) == o) * np.log(p)).sum()),
    ),
    Mistake(
        "divided by the number of words",
        "The surprise at the found word was divided by the number of words: a mean over the vocabulary "
        "took the place of a sum in which all terms but one are 0.",
        "How many surprises are there in this loss?",
        wrong=_forward(lambda s, p, o: -log_softmax(s)[o] / len(s)),
    ),
    Mistake(
        "probabilities not normalised",
        "The loss is right, but the exponentials in the cache were not divided by their sum.",
        "What do the probabilities of all words sum to?",
        wrong=_forward(probs=lambda s, o: np.exp(s - s.max())),
    ),
    Mistake(
        "no maximum subtracted in the cache",
        "The loss is right, but the exponential of a large score is infinite, and the probabilities in the cache are "
        "not numbers then.",
        "What can be subtracted from every score without changing the probabilities?",
        wrong=_forward(probs=_bare),
    ),
    Mistake(
        "no maximum subtracted, by math",
        "For a large score the exponential overflows, and the math module raises an error there.",
        "What can be subtracted from every score without changing the probabilities?",
        wrong=_forward(lambda s, p, o: -math.log(p[o]), _bare_by_math),
    ),
    Mistake(
        "logarithm of an underflowed probability, by math",
        "The probability was computed first and its logarithm afterwards: where it is too small for floating point "
        "it is 0, and the math module raises an error.",
        "Can you get the log-probability without the probability?",
        wrong=_forward(lambda s, p, o: -math.log(p[o])),
    ),
    *(_padded(eps) for eps in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20, 1e-30, 1e-100, 1e-300)),
    Mistake(
        "the smallest score subtracted",
        "The smallest score was subtracted before the exponential, which makes overflow more likely, not "
        "less.",
        _LARGEST,
        wrong=_forward(lambda s, p, o: -np.log(p[o]), _less(lambda s: s.min())),
    ),
    Mistake(
        "the found word left out of the probabilities",
        "The found word is missing from the sum of the exponentials, in the loss and in the probabilities: they do "
        "not sum to 1.",
        "What do the probabilities of all words sum to?",
        wrong=_forward(lambda s, p, o: np.logaddexp.reduce(np.delete(s, o)) - s[o], _without),
    ),
    Mistake(
        "a sigmoid for each word",
        "Each word has a yes/no question of its own, with a sigmoid: the words do not share out one "
        "probability.",
        "What do the probabilities of all words sum to?",
        wrong=_forward(lambda s, p, o: np.logaddexp(0, -s[o]), _sigmoids),
    ),
    Mistake(
        "a yes/no question for every word",
        "The loss adds up yes/no questions, one for each word of the vocabulary, where one choice among all words was "
        "asked for.",
        "What do the probabilities of all words sum to?",
        wrong=_forward(lambda s, p, o: np.logaddexp(0, s).sum() - s[o], _sigmoids),
    ),
    Mistake(
        "added up over all words",
        "The surprises at all words of the vocabulary were added up, whichever word was found.",
        "Which of the arguments does your loss not depend on?",
        wrong=_forward(lambda s, p, o: -log_softmax(s).sum()),
    ),
    Mistake(
        "a loss per word",
        "There is a loss for each word of the vocabulary: only that of the word that was found was asked "
        "for.",
        "Which of the arguments does your loss not depend on?",
        wrong=_forward(lambda s, p, o: -log_softmax(s)),
    ),
    Mistake(
        "the entropy",
        "The loss is the surprise that the model itself expects, whichever word was found.",
        "Which of the arguments does your loss not depend on?",
        wrong=_forward(lambda s, p, o: -(p * log_softmax(s)).sum()),
    ),
    Mistake(
        "1 less the probability",
        "The loss is what the probability lacks to 1, which is never above 1; a surprise has no limit.",
        "How large is the surprise at something nearly impossible?",
        wrong=_forward(lambda s, p, o: 1 - p[o]),
    ),
    Mistake(
        "the probability with a minus",
        "The loss is the probability with a minus sign; its logarithm is missing.",
        "What turns a probability into a surprise?",
        wrong=_forward(lambda s, p, o: -p[o]),
    ),
    Mistake(
        "the likeliest word's surprise",
        "This is the surprise at the word that the model likes best, whichever word was found.",
        "Which of the arguments does your loss not depend on?",
        wrong=_forward(lambda s, p, o: -log_softmax(s).max()),
    ),
)
