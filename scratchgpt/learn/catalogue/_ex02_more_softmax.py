"""Further wrong answers to 02.1."""

from typing import Any

import numpy as np

from ...ops.softmax import softmax
from ..exercise import Mistake

_BOUND = 100.0  # where scores are cut off: any bound from 20 to 700 gives the same numbers on the probes
_TAMED = (
    "The scores were divided by {}, which changes how far they lie apart, and with it the probabilities; "
    "a score may be subtracted without harm."
)
_TAMED_ASKS = (
    "What becomes of the ratio of two exponentials when both scores are halved, and when both lose 1?"
)


def _scaled(measure: Any) -> Any:
    return lambda x, axis=-1: softmax(x / measure(x, axis), axis)


def _axis(at: Any, *, of_maximum: bool, of_total: bool) -> Any:
    """Softmax along `axis`, but one of its steps, or both, along the axis `at`."""

    def wrong(x: Any, axis: int = -1) -> Any:
        e = np.exp(x - x.max(axis=at if of_maximum else axis, keepdims=True))
        return e / e.sum(axis=at if of_total else axis, keepdims=True)

    return wrong


def _changed(x: Any, axis: int = -1) -> Any:
    x -= x.max(axis=axis, keepdims=True)
    return softmax(x, axis)


def _entry_by_entry(x: Any, axis: int = -1) -> Any:
    return np.array([np.exp(row - row.max()) / np.exp(row - row.max()).sum() for row in x])


def _best_only(x: Any, axis: int = -1) -> Any:
    return np.moveaxis(np.eye(x.shape[axis])[x.argmax(axis)], -1, axis)


def _forced(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max())
    return e / (e.sum(axis=axis, keepdims=True) + 1e-12)


def _infinite_replaced(x: Any, axis: int = -1) -> Any:
    return np.nan_to_num(np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True))


_STEP = "x - x.max(axis=axis, keepdims=True)"
_QUOTIENT = "e / e.sum(axis=axis, keepdims=True)"

MORE_SOFTMAX = (
    Mistake(
        "changed in place",
        "The probabilities are right, but the scores that were given have changed as well.",
        "Which operators write into the array on their left?",
        wrong=_changed,
    ),
    *(
        Mistake(f"divided by {what}", _TAMED.format(what), _TAMED_ASKS, wrong=_scaled(measure))
        for what, measure in (
            ("the largest score", lambda x, axis: x.max(axis=axis, keepdims=True)),
            ("the largest score of all", lambda x, axis: x.max()),
            ("the largest magnitude", lambda x, axis: np.abs(x).max(axis=axis, keepdims=True)),
            ("the largest magnitude of all", lambda x, axis: np.abs(x).max()),
            ("their standard deviation", lambda x, axis: x.std(axis=axis, keepdims=True)),
            ("the root of their number", lambda x, axis: x.shape[axis] ** 0.5),
        )
    ),
    Mistake(
        "large scores cut off",
        "Scores beyond a bound were cut off, large and small ones: they all became equally likely.",
        "What should two scores of 900 and 901 give, and what do 0 and 1 give?",
        wrong=lambda x, axis=-1: softmax(np.clip(x, -_BOUND, _BOUND), axis),
    ),
    Mistake(
        "only large scores cut off",
        "Scores above a bound were cut off, so that they all became equally likely, and a row far below 0 has a sum of 0.",
        "What should two scores of 900 and 901 give, and what do 0 and 1 give?",
        wrong=lambda x, axis=-1: (
            np.exp(np.minimum(x, _BOUND)) / np.exp(np.minimum(x, _BOUND)).sum(axis=axis, keepdims=True)
        ),
    ),
    Mistake(
        "scores shared out",
        "The scores themselves were divided by their sum, without an exponential: a negative score gives a negative share.",
        "Which function makes every number positive and keeps the order?",
        wrong=lambda x, axis=-1: x / x.sum(axis=axis, keepdims=True),
    ),
    Mistake(
        "magnitudes shared out",
        "Shares of the magnitudes: a score of -3 counts as much as one of 3, and the order of the scores is lost.",
        "Which function makes every number positive and keeps the order?",
        wrong=lambda x, axis=-1: np.abs(x) / np.abs(x).sum(axis=axis, keepdims=True),
    ),
    Mistake(
        "shifted scores shared out",
        "The smallest score became 0 and the rest was divided by its sum: there is no exponential, and the lowest score "
        "gets the probability 0.",
        "May a probability here be exactly 0?",
        wrong=lambda x, axis=-1: (
            (x - x.min(axis=axis, keepdims=True))
            / (x - x.min(axis=axis, keepdims=True)).sum(axis=axis, keepdims=True)
        ),
    ),
    Mistake(
        "sigmoid",
        "Every score was turned into a probability by itself: the scores of a row do not compete, and their "
        "probabilities do not sum to 1.",
        "What happens to the others when one score grows?",
        wrong=lambda x, axis=-1: 0.5 * (1 + np.tanh(x / 2)),
    ),
    Mistake(
        "power of 2",
        "The scores are exponents of 2: two scores that differ by 1 should have probabilities in the ratio 2.718.",
        "Which base does the exponential function have?",
        edits=((f"xp.exp({_STEP})", f"xp.exp2({_STEP})"),),
    ),
    Mistake(
        "power of 10",
        "The scores are exponents of 10: two scores that differ by 1 should have probabilities in the ratio 2.718.",
        "Which base does the exponential function have?",
        wrong=lambda x, axis=-1: softmax(x * np.log(10), axis),
    ),
    Mistake(
        "sign",
        "The order is turned round: the lowest score got the highest probability.",
        "Which sign has the exponent?",
        wrong=lambda x, axis=-1: softmax(-x, axis),
    ),
    Mistake(
        "sign of the exponent",
        "The order is turned round: the lowest score got the highest probability, and a wide row overflows.",
        "Which of the two is subtracted from the other?",
        edits=((_STEP, "x.max(axis=axis, keepdims=True) - x"),),
    ),
    Mistake(
        "maximum added",
        "The largest score was added to all of them, where it should be taken away: large scores overflow all the more.",
        "Which score must not be above 0 afterwards?",
        edits=((_STEP, "x + x.max(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "maximum subtracted above only",
        "The maximum was taken away in the numerator only: the shares are too small by its exponential.",
        "Do the total and the amounts stem from the same exponentials?",
        edits=((_QUOTIENT, "e / xp.exp(x).sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "maximum subtracted below only",
        "The maximum was taken away in the total only: the shares are too large by its exponential.",
        "Do the total and the amounts stem from the same exponentials?",
        edits=((_QUOTIENT, "xp.exp(x) / e.sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "mean for sum",
        "The exponentials were divided by their mean: a row sums to the number of its entries, not to 1.",
        "What do the numbers of a row sum to?",
        edits=((_QUOTIENT, "e / e.mean(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "length 1",
        "The squares of each row sum to 1, but the numbers themselves should.",
        "What do the numbers of a row sum to?",
        edits=((_QUOTIENT, "e / (e * e).sum(axis=axis, keepdims=True) ** 0.5"),),
    ),
    Mistake(
        "divided by the sum of the scores",
        "The exponentials were divided by the sum of the scores, not by the sum of the exponentials.",
        "What is the total of the amounts?",
        edits=((_QUOTIENT, "e / x.sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "softmax twice",
        "Softmax was applied twice: the probabilities were taken for scores, and the result is far too even.",
        "How often should the exponential be taken?",
        wrong=lambda x, axis=-1: softmax(softmax(x, axis), axis),
    ),
    Mistake(
        "best score only",
        "The highest score got all of the probability; the others should have their share.",
        "Which probability do two scores have that differ by a little?",
        wrong=_best_only,
    ),
    Mistake(
        "second axis",
        "The numbers compete along the second axis, whatever axis was asked for.",
        "Which of the arguments have you not used yet?",
        wrong=_axis(1, of_maximum=True, of_total=True),
    ),
    Mistake(
        "axis ignored in the maximum",
        "The maximum is always that of the last axis: along another one every number loses a different amount, and the "
        "quotient changes.",
        "Are all numbers that share a total shifted by the same amount?",
        wrong=_axis(-1, of_maximum=True, of_total=False),
    ),
    Mistake(
        "axis ignored in the total",
        "The total is always that of the last axis, whatever axis was asked for.",
        "Which axis did you name in each of the two steps?",
        wrong=_axis(-1, of_maximum=False, of_total=True),
    ),
    Mistake(
        "a total for each entry of the first axis",
        "Each entry of the first axis was treated as one row, however many axes are in it.",
        "What is in one entry of an array with three axes?",
        wrong=_entry_by_entry,
    ),
    Mistake(
        "one maximum for all, made finite",
        "One maximum was taken for the whole array: a row that lies far below it underflows to zeros, and a small number "
        "in the denominator hides it.",
        "What does such a row sum to?",
        wrong=_forced,
    ),
    Mistake(
        "not a number replaced",
        "Large scores overflowed, and what was not a number became 0 afterwards: such rows do not sum to 1.",
        "What can be subtracted from every score without changing the result?",
        wrong=_infinite_replaced,
    ),
)
