"""Lesson 03: the mistakes that are made in the gradients of the naive softmax loss."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...worked.word2vec import NaiveSoftmaxCache
from ..exercise import Mistake

Gradients = tuple[np.ndarray, np.ndarray]


def _error(cache: NaiveSoftmaxCache) -> np.ndarray:
    return cache.probs - (np.arange(len(cache.probs)) == cache.outside)


def _both(error: Callable[..., Any]) -> Callable[..., Gradients]:
    """Both gradients, from another error at the scores."""

    def naive_softmax_backward(dloss: float, cache: NaiveSoftmaxCache) -> Gradients:
        e = dloss * error(_error(cache), cache)
        return e @ cache.U, np.outer(e, cache.v)

    return naive_softmax_backward


def _table(error: Callable[..., Any]) -> Callable[..., Gradients]:
    """The center vector's gradient as it should be, the table's from another error."""

    def naive_softmax_backward(dloss: float, cache: NaiveSoftmaxCache) -> Gradients:
        e = _error(cache)
        return dloss * (e @ cache.U), np.outer(dloss * error(e, cache), cache.v)

    return naive_softmax_backward


def _center(gradient: Callable[..., Any]) -> Callable[..., Gradients]:
    """The table's gradient as it should be, another one of the center vector."""

    def naive_softmax_backward(dloss: float, cache: NaiveSoftmaxCache) -> Gradients:
        e = _error(cache)
        return dloss * gradient(e, cache), np.outer(dloss * e, cache.v)

    return naive_softmax_backward


def _at_found(cache: NaiveSoftmaxCache) -> np.ndarray:
    return np.arange(len(cache.probs)) == cache.outside


_LIKE = "How does the probability of a word change with the score of another word?"

SOFTMAX_BACKWARD_WHOLE = (
    Mistake(
        "the found word's row overwritten",
        "The row of the found word lacks the part that comes from its probability: the 1 took its place, where it was "
        "to be subtracted.",
        "How should that row look when the model is certain of the right word?",
        wrong=_table(lambda e, c: np.where(_at_found(c), -1.0, c.probs)),
    ),
    Mistake(
        "all but the found word learn",
        "The outside vector of the found word has no gradient: it should move towards the center vector.",
        "In which scores does the loss have a slope?",
        wrong=_table(lambda e, c: np.where(_at_found(c), 0.0, c.probs)),
    ),
    Mistake(
        "the table averaged",
        "The outside vectors' gradients were divided by the number of words: the loss is no average over the "
        "vocabulary.",
        "How many surprises are there in this loss?",
        wrong=_table(lambda e, c: e / len(e)),
    ),
    Mistake(
        "the center averaged",
        "The center vector's gradient was divided by the number of words: what comes back from the scores "
        "adds up.",
        "Is the center vector's part in the scores a sum or a mean?",
        wrong=_center(lambda e, c: e @ c.U / len(e)),
    ),
    Mistake(
        "the found word's part of the expectation left out",
        "In the center vector's gradient the found word pulls with all its weight: its probability was "
        "left out.",
        "What should this gradient be when the model is certain of the right word?",
        wrong=_center(lambda e, c: np.where(_at_found(c), -1.0, c.probs) @ c.U),
    ),
    Mistake(
        "the other words only",
        "In the center vector's gradient the found word has no part: it should pull the center vector near.",
        "What should this gradient be when the model is certain of the right word?",
        wrong=_center(lambda e, c: np.where(_at_found(c), 0.0, c.probs) @ c.U),
    ),
    Mistake(
        "the found word turned round",
        "At the found word the difference was taken the other way round, and a step would lower its score.",
        "Should a higher score of the found word raise or lower the loss?",
        wrong=_both(lambda e, c: np.where(_at_found(c), -e, e)),
    ),
    Mistake(
        "only the other words",
        "The found word itself has no part in either gradient.",
        "For which word should the probability grow?",
        wrong=_both(lambda e, c: np.where(_at_found(c), 0.0, e)),
    ),
    Mistake(
        "only the found word",
        "The found word alone has a part in the gradients: the others, which took some of the "
        "probability, have none.",
        "In which scores does the loss have a slope?",
        wrong=_both(lambda e, c: np.where(_at_found(c), e, 0.0)),
    ),
    Mistake(
        "extra sigmoid slope",
        "The slope of a sigmoid is in the gradients, where nothing but the difference of probability and what came "
        "belongs.",
        _LIKE,
        wrong=_both(lambda e, c: e * c.probs * (1 - c.probs)),
    ),
    Mistake(
        "the gradient of the probability",
        "These are gradients of the probability and not of its logarithm: where the found word is unlikely, they "
        "nearly vanish.",
        "By what does the logarithm divide a slope?",
        wrong=_both(lambda e, c: e * c.probs[c.outside]),
    ),
    Mistake(
        "the 1 at the likeliest word",
        "The 1 was subtracted at the word that the model likes best, whichever word was found.",
        "Which field of the cache have you not used yet?",
        wrong=_both(lambda e, c: c.probs - (np.arange(len(e)) == c.probs.argmax())),
    ),
    Mistake(
        "the 1 at the first word",
        "The 1 was subtracted at the first word of the vocabulary, whichever word was found.",
        "Which field of the cache have you not used yet?",
        wrong=_both(lambda e, c: c.probs - (np.arange(len(e)) == 0)),
    ),
)

_DV, _DU = "return error @ U,", "np.outer(error, v)"

BACKWARD = (
    Mistake(
        "the found word forgotten",
        "Nothing in these gradients says which word was found: they pull the probability of every word down.",
        "For which word should the probability grow?",
        edits=(("    error[outside] -= 1\n", ""),),
    ),
    Mistake(
        "sign",
        "Both gradients have the wrong sign: a step against them would make the word that was found less "
        "likely.",
        "Should a higher score of the word that was found raise or lower the loss?",
        edits=(("    error *= dloss\n", "    error *= -1\n    error *= dloss\n"),),
    ),
    Mistake(
        "1 added",
        "At the word that was found, 1 was added where it belongs on the other side of the difference.",
        "What should the error be when the model is certain of the right word?",
        edits=(("error[outside] -= 1", "error[outside] += 1"),),
    ),
    Mistake(
        "dloss forgotten",
        "The gradient that arrives from above was not used: it is as if it were 1.",
        "What does the chain rule do with what comes from above?",
        edits=(("    error *= dloss\n", ""),),
    ),
    Mistake(
        "dloss forgotten for the center",
        "The gradient that arrives from above is missing from the center vector's gradient.",
        "To which of the two gradients does the chain rule apply?",
        edits=((_DV, "return error / dloss @ U,"),),
    ),
    Mistake(
        "dloss forgotten for the table",
        "The gradient that arrives from above is missing from the outside vectors' gradients.",
        "To which of the two gradients does the chain rule apply?",
        edits=((_DU, "np.outer(error, v) / dloss"),),
    ),
    Mistake(
        "cache changed",
        "The gradients are right, but the probabilities in the cache are no longer what they were: a second call "
        "would give other gradients.",
        "Is your error an array of its own, or another name for one in the cache?",
        edits=(("probs.copy()", "probs"),),
    ),
    Mistake(
        "extra softmax gradient",
        "The error went through softmax once more: the difference of probability and what came has that in it "
        "already.",
        "With respect to which of them is the difference the gradient, the probabilities or the scores?",
        edits=(
            (
                "    error[outside] -= 1\n",
                "    error[outside] -= 1\n\n    error = probs * (error - (error * probs).sum())\n",
            ),
        ),
    ),
    Mistake(
        "only the expected vector",
        "The center vector's gradient is the outside vector that the model expects on average; the one that "
        "was found is missing.",
        "What should this gradient be when expectation and what came agree?",
        edits=((_DV, "return dloss * (probs @ U),"),),
    ),
    Mistake(
        "only the found vector",
        "The center vector is drawn to the word that was found and pushed away from none: what the model expects "
        "is missing.",
        "What should this gradient be when the model is certain of the right word?",
        edits=((_DV, "return -dloss * U[outside],"),),
    ),
    Mistake(
        "only the found word learns",
        "Of all outside vectors only that of the found word has a gradient: the others, which took some of the "
        "probability, should move away.",
        "In which scores does the loss have a slope?",
        edits=((_DU, "np.outer(error * (np.arange(len(U)) == outside), v)"),),
    ),
    Mistake(
        "the found word forgotten in dU",
        "The center vector's gradient is right, but in those of the outside vectors nothing says which word was "
        "found.",
        "Do both gradients begin with the same error?",
        wrong=_table(lambda e, c: c.probs),
    ),
    Mistake(
        "dU turned",
        "The gradient of the table lies on its side: it should have a row per word, like the table.",
        "Which shape must the gradient of a table have?",
        edits=((_DU, "np.outer(v, error)"),),
    ),
    Mistake(
        "outside vectors times themselves",
        "The outside vectors' gradients were built from the outside vectors, but what a score multiplies them with "
        "is another vector.",
        "What is the slope of a dot product with respect to one of its two vectors?",
        edits=((_DU, "error[:, None] * U"),),
    ),
    Mistake(
        "columns of U",
        "For the center vector the table was used by columns, which fits only when it is square.",
        "Which axis of the table has to be added up here?",
        edits=((_DV, "return U @ error,"),),
    ),
    Mistake(
        "gradients exchanged",
        "The two gradients were returned in the wrong order.",
        "Which of the two has the shape of the center vector?",
        edits=((_DV, "return np.outer(error, v), error @ U,"), (" error @ U, " + _DU, " error @ U")),
    ),
    Mistake(
        "sign of the center's gradient",
        "The center vector's gradient has the wrong sign: a step against it would make the word that was found less "
        "likely.",
        "Towards which outside vector should the center vector move?",
        edits=((_DV, "return -error @ U,"),),
    ),
    Mistake(
        "sign of the table's gradient",
        "The outside vectors' gradients have the wrong sign: a step against them would make the word that was found "
        "less likely.",
        "Should the vector of the found word move towards the center vector or away from it?",
        edits=((_DU, "np.outer(-error, v)"),),
    ),
    Mistake(
        "1 subtracted everywhere",
        "From the probability of every word 1 was subtracted, as if all of them had been found.",
        "For how many words is the right answer yes?",
        edits=(("error[outside] -= 1", "error -= 1"),),
    ),
    Mistake(
        "averaged over the words",
        "Both gradients were divided by the number of words: the loss is no average over the vocabulary.",
        "How many surprises are there in this loss?",
        edits=(("    error *= dloss\n", "    error = error * dloss / len(error)\n"),),
    ),
    Mistake(
        "center vector not added up",
        "The first gradient has a row per word: the parts of all words were to be added up for the one "
        "center vector.",
        "Which shape has the center vector?",
        edits=((_DV, "return error[:, None] * U,"),),
    ),
    Mistake(
        "the found word's vector for the center's",
        "The outside vectors' gradients were built from the vector of the found word, but what a score "
        "multiplies them with is the center vector.",
        "What is the slope of a dot product with respect to one of its two vectors?",
        edits=((_DU, "np.outer(error, U[outside])"),),
    ),
    *SOFTMAX_BACKWARD_WHOLE,
)
