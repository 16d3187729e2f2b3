"""Lesson 03: the mistakes that are made in the gradients of negative sampling."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...worked.word2vec import NegativeSamplingCache, negative_sampling_backward
from ..exercise import Mistake

Gradients = tuple[np.ndarray, np.ndarray]


def _averaged(dloss: float, cache: NegativeSamplingCache) -> Gradients:
    dv, dU = negative_sampling_backward(dloss, cache)
    times = np.bincount(cache.ids, minlength=len(dU))
    return dv, dU / np.maximum(times, 1)[:, None]


def _found_word_last(dloss: float, cache: NegativeSamplingCache) -> Gradients:
    dv, dU = negative_sampling_backward(dloss, cache)
    error = dloss * (cache.probs - (np.arange(len(cache.ids)) == 0))
    for i in reversed(range(len(error))):
        dU[cache.ids[i]] = error[i] * cache.v
    return dv, dU


def _with(
    error: Callable[..., Any] = lambda e, cache: e,
    dv: Callable[..., Any] = lambda e, cache: e @ cache.U[cache.ids],
    table: Callable[..., Any] = lambda e, cache: e,
) -> Callable[..., Gradients]:
    """Both gradients, from another error, or with one of them replaced (the table's by another error)."""

    def wrong(dloss: float, cache: NegativeSamplingCache) -> Gradients:
        e = dloss * error(cache.probs - (np.arange(len(cache.ids)) == 0), cache)
        dU = np.zeros_like(cache.U)
        np.add.at(dU, cache.ids, np.outer(table(e, cache), cache.v))
        return dv(e, cache), dU

    return wrong


def _taking_part(dloss: float, cache: NegativeSamplingCache) -> Gradients:
    dv, dU = negative_sampling_backward(dloss, cache)
    return dv, dU[np.unique(cache.ids)]


def _scaled(first: float, others: float) -> Callable[..., Any]:
    """The errors times one factor for the found word and another for the draws."""
    return lambda e, cache: e * np.where(np.arange(len(e)) == 0, first, others)


_DV = "return error @ U[ids]"
_ADD = "np.add.at(dU, ids, np.outer(error, v))"

_WHOLE = (
    Mistake(
        "the found word with the wrong sign",
        "The found word has the wrong sign: a step against its gradient would lower its score.",
        "Should a higher score of the found word raise or lower the loss?",
        wrong=_with(error=_scaled(-1, 1)),
    ),
    Mistake(
        "the found word forgotten for the center",
        "In the center vector's gradient every pair is treated as drawn; the outside vectors' gradients "
        "are right.",
        "Do both gradients begin with the same error?",
        wrong=_with(dv=lambda e, c: e / (c.probs - (np.arange(len(e)) == 0)) * c.probs @ c.U[c.ids]),
    ),
    Mistake(
        "the found word forgotten for the table",
        "In the outside vectors' gradients every pair is treated as drawn; the center vector's gradient "
        "is right.",
        "Do both gradients begin with the same error?",
        wrong=_with(table=lambda e, c: e / (c.probs - (np.arange(len(e)) == 0)) * c.probs),
    ),
    Mistake(
        "only the draws learn",
        "The outside vector of the found word has no gradient from its own pair: it should move towards "
        "the center.",
        "In which scores does the loss have a slope?",
        wrong=_with(table=_scaled(0, 1)),
    ),
    Mistake(
        "only the draws",
        "The pair that was found has no part in either gradient.",
        "In which scores does the loss have a slope?",
        wrong=_with(error=_scaled(0, 1)),
    ),
    Mistake(
        "only the found pair",
        "The draws have no part in either gradient: they should move away.",
        "In which scores does the loss have a slope?",
        wrong=_with(error=_scaled(1, 0)),
    ),
    Mistake(
        "rows of the table by place",
        "For the center vector the first rows of the table were used, whichever words took part.",
        "Which rows belong to the pairs?",
        wrong=_with(dv=lambda e, c: e @ c.U[: len(e)]),
    ),
    Mistake(
        "rows of the words that took part",
        "The second gradient has a row for each word that took part; it was to have one for every word of "
        "the vocabulary.",
        "Which shape must the gradient of a table have?",
        wrong=_taking_part,
    ),
    Mistake(
        "center vector not added up",
        "The first gradient has a row per pair: the parts of all pairs were to be added up for the one "
        "center vector.",
        "Which shape has the center vector?",
        wrong=_with(dv=lambda e, c: e[:, None] * c.U[c.ids]),
    ),
)

BACKWARD = (
    Mistake(
        "repeated ids overwritten",
        "Of a word that took part more than once only the last part is left: the parts were to be added up.",
        "What does an assignment through an array of indices do when an index occurs twice?",
        edits=((_ADD, "dU[ids] += np.outer(error, v)"),),
    ),
    Mistake(
        "repeated ids overwritten, the found word last",
        "Of a word that took part more than once one part only is left, and that of the found word stays when the "
        "draws hit it too: all parts were to be added up.",
        "What was in the row before you wrote to it?",
        wrong=_found_word_last,
    ),
    Mistake(
        "the found word's row overwritten",
        "When a draw hits the found word, that row holds one of its parts only: they were to be added up.",
        "What was in the row before you wrote to it?",
        edits=((_ADD, "np.add.at(dU, ids[1:], np.outer(error[1:], v))\n    dU[ids[0]] = error[0] * v"),),
    ),
    Mistake(
        "repeated ids averaged",
        "The parts of a word that took part more than once were averaged, and not added up.",
        "If a word was drawn twice, is the push away from it as strong as once, or twice as strong?",
        wrong=_averaged,
    ),
    Mistake(
        "the found word forgotten",
        "Every pair is treated as drawn: nothing raises the score of the word that was found.",
        "For which pair is the right answer yes?",
        edits=(("    error[0] -= 1\n", ""),),
    ),
    Mistake(
        "all taken for found",
        "Every pair is treated as found: the drawn words are pulled near like the one that really came.",
        "For which pairs is the right answer no?",
        edits=(("error[0] -= 1", "error -= 1"),),
    ),
    Mistake(
        "1 subtracted at the id",
        "The 1 was subtracted at the place that the found word has in the vocabulary, but the errors are counted "
        "by pairs.",
        "At which place of the ids does the found word stand?",
        edits=(("error[0] -= 1", "error[ids[0]] -= 1"),),
    ),
    Mistake(
        "the probability of the right answer for the draws",
        "A drawn word that is told apart well already is pushed hardest: its error should be the probability of the "
        "wrong answer.",
        "How large should the push be when the model is certain that a drawn word was drawn?",
        edits=(("error[0] -= 1\n", "error[0] -= 1\n    error[1:] = 1 - error[1:]\n"),),
    ),
    Mistake(
        "draws with the wrong sign",
        "The drawn words have the wrong sign: a step against their gradients would raise their scores.",
        "Should a higher score of a drawn word raise or lower the loss?",
        edits=(("error[0] -= 1\n", "error[0] -= 1\n    error[1:] *= -1\n"),),
    ),
    Mistake(
        "sign",
        "Both gradients have the wrong sign: a step against them would make the loss larger.",
        "Should a higher score of the word that was found raise or lower the loss?",
        edits=(("    error *= dloss\n", "    error *= -1\n    error *= dloss\n"),),
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
        edits=((_DV, "return error / dloss @ U[ids]"),),
    ),
    Mistake(
        "dloss forgotten for the table",
        "The gradient that arrives from above is missing from the outside vectors' gradients.",
        "To which of the two gradients does the chain rule apply?",
        edits=(("np.outer(error, v)", "np.outer(error, v) / dloss"),),
    ),
    Mistake(
        "cache changed",
        "The gradients are right, but the probabilities in the cache are no longer what they were: a second call "
        "would give other gradients.",
        "Is your error an array of its own, or another name for one in the cache?",
        edits=(("probs.copy()", "probs"),),
    ),
    Mistake(
        "extra sigmoid slope",
        "The slope of the sigmoid is in the gradients once too often: for this loss it cancels.",
        "What becomes of that slope when you multiply it with the slope of the logarithm?",
        edits=(("    dU = np", "    error *= cache.probs * (1 - cache.probs)\n    dU = np"),),
    ),
    Mistake(
        "draws averaged",
        "The errors of the drawn words were divided by their number, but their surprises are added up in "
        "the loss.",
        "Is the loss a sum or an average over the draws?",
        edits=(("    dU = np", "    error[1:] /= len(ids) - 1\n    dU = np"),),
    ),
    Mistake(
        "the center moved by the found word alone",
        "The center vector is drawn to the word that was found, and the drawn words do not push it away.",
        "In how many of the scores does the center vector take part?",
        edits=((_DV, "return error[0] * U[ids[0]]"),),
    ),
    Mistake(
        "the center moved by the draws alone",
        "The center vector is pushed away by the drawn words, and the word that was found does not draw "
        "it near.",
        "In how many of the scores does the center vector take part?",
        edits=((_DV, "return error[1:] @ U[ids[1:]]"),),
    ),
    Mistake(
        "each word once for the center",
        "In the center vector's gradient a word that took part more than once is there once only.",
        "How many pairs are there, and how many different words?",
        edits=(
            (_DV, "first = np.unique(ids, return_index=True)[1]\n    return error[first] @ U[ids[first]]"),
        ),
    ),
    Mistake(
        "outside vectors times themselves",
        "The outside vectors' gradients were built from the outside vectors, but what a score multiplies them with "
        "is another vector.",
        "What is the slope of a dot product with respect to one of its two vectors?",
        edits=(("np.outer(error, v)", "error[:, None] * U[ids]"),),
    ),
    Mistake(
        "only the found word learns",
        "Of the outside vectors only that of the found word has a gradient: the drawn ones should move away.",
        "In which scores does the loss have a slope?",
        edits=((_ADD, "dU[ids[0]] = error[0] * v"),),
    ),
    Mistake(
        "a row per pair",
        "The second gradient has a row per pair; it was to have one per word of the vocabulary, like the "
        "table.",
        "To which rows of the table do these rows belong?",
        edits=((_DV + ", dU", "return error @ U[ids], np.outer(error, v)"),),
    ),
    Mistake(
        "sign of the center's gradient",
        "The center vector's gradient has the wrong sign: a step against it would make the loss larger.",
        "Towards which outside vector should the center vector move?",
        edits=((_DV, "return -error @ U[ids]"),),
    ),
    Mistake(
        "sign of the table's gradient",
        "The outside vectors' gradients have the wrong sign: a step against them would make the loss larger.",
        "Should the vector of the found word move towards the center vector or away from it?",
        edits=(("np.outer(error, v)", "np.outer(-error, v)"),),
    ),
    Mistake(
        "all averaged",
        "Both gradients were divided by the number of pairs, but the surprises are added up in the loss.",
        "Is the loss a sum or an average over the pairs?",
        edits=(("    dU = np", "    error /= len(ids)\n    dU = np"),),
    ),
    Mistake(
        "hits taken for found",
        "Draws that hit the found word were treated as found: each draw was to count as drawn.",
        "Which answer is right for a draw, whatever word it hits?",
        edits=(("error[0] -= 1", "error[ids == ids[0]] -= 1"),),
    ),
    Mistake(
        "added to the table itself",
        "The second gradient begins with the outside vectors themselves: where no word took part it "
        "should be 0.",
        "What stands in a row of the gradient whose word did not take part?",
        edits=(("np.zeros_like(U)", "U.copy()"),),
    ),
    *_WHOLE,
)
