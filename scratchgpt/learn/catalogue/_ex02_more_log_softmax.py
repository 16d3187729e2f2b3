"""Further wrong answers to 02.2."""

from typing import Any

import numpy as np

from ...ops.softmax import log_softmax, softmax
from ..exercise import Mistake


def _log_axis(at: Any, *, of_maximum: bool, of_total: bool) -> Any:
    def wrong(x: Any, axis: int = -1) -> Any:
        z = x - x.max(axis=at if of_maximum else axis, keepdims=True)
        return z - np.log(np.exp(z).sum(axis=at if of_total else axis, keepdims=True))

    return wrong


def _log_changed(x: Any, axis: int = -1) -> Any:
    x -= x.max(axis=axis, keepdims=True)
    return log_softmax(x, axis)


def _floored(floor: float) -> Any:
    return lambda x, axis=-1: np.log(softmax(x, axis) + floor)


FLOORS = (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 2.0**-52, 1e-20, 1e-30, 1e-100, 1e-300)
FLOOR = (
    "A small number ({}) was added to the probability, or put under it as a floor, before the logarithm: a very "
    "unlikely entry should have the logarithm that it has, however low."
)
FLOOR_ASKS = "Can you write the logarithm of a quotient without computing the quotient?"
_LOG_SUM = "xp.log(xp.exp(shifted).sum(axis=axis, keepdims=True))"
_RETURN = f"return shifted - {_LOG_SUM}"

MORE_LOG_SOFTMAX = (
    Mistake(
        "changed in place",
        "The log-probabilities are right, but the scores that were given have changed as well.",
        "Which operators write into the array on their left?",
        wrong=_log_changed,
    ),
    *(
        Mistake(f"floor of {floor}", FLOOR.format(floor), FLOOR_ASKS, wrong=_floored(floor))
        for floor in FLOORS
    ),
    Mistake(
        "minus infinity replaced",
        "The probability was computed first, and the infinite logarithm of a 0 was replaced afterwards by another number.",
        FLOOR_ASKS,
        wrong=lambda x, axis=-1: np.nan_to_num(np.log(softmax(x, axis))),
    ),
    Mistake(
        "minus infinity set to 0",
        "The probability was computed first, and the infinite logarithm of a 0 was replaced by 0, as if the entry were "
        "certain.",
        FLOOR_ASKS,
        wrong=lambda x, axis=-1: np.where(softmax(x, axis) > 0, np.log(softmax(x, axis)), 0.0),
    ),
    Mistake(
        "maximum not added again",
        "The maximum was taken away before the exponential, but not from the score outside of it: the result is too "
        "large by the maximum.",
        "From what is the logarithm of the sum taken away, the score or the shifted score?",
        edits=((_RETURN, f"return x - {_LOG_SUM}"),),
    ),
    Mistake(
        "maximum subtracted outside only",
        "The maximum was taken away from the score, but not before the exponential: the result is too small by it, or "
        "overflows.",
        "Which of your two terms still holds the scores as they were?",
        edits=((_RETURN, "return shifted - xp.log(xp.exp(x).sum(axis=axis, keepdims=True))"),),
    ),
    Mistake(
        "maximum added outside",
        "The maximum was added to the score outside of the logarithm, where it should be taken away: the result is too "
        "large by twice the maximum.",
        "With which sign does the maximum come back out of the logarithm of the sum?",
        edits=((_RETURN, f"return x + (x - shifted) - {_LOG_SUM}"),),
    ),
    Mistake(
        "minimum subtracted",
        "What was subtracted is the smallest score, so the largest exponent is still large and overflows.",
        "Which score must not be above 0 after the subtraction?",
        edits=(("x.max(axis=axis, keepdims=True)", "x.min(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "mean subtracted",
        "What was subtracted is the mean of the scores: the largest one may still lie far above it, and overflows.",
        "Which score must not be above 0 after the subtraction?",
        edits=(("x.max(axis=axis, keepdims=True)", "x.mean(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "base 10",
        "These are logarithms to base 10: they are smaller in size than the natural ones by the factor 0.4343.",
        "Which logarithm does the exponential undo?",
        wrong=lambda x, axis=-1: log_softmax(x, axis) / np.log(10),
    ),
    *(
        Mistake(
            f"logarithm of the sum to base {base}",
            f"The score is in nats, but the logarithm of the sum was taken to base {base}: exponentials of a row do not sum "
            "to 1.",
            "Which logarithm does the exponential undo?",
            edits=((_RETURN, f"return shifted - {_LOG_SUM.replace('xp.log', f'xp.log{base}')}"),),
        )
        for base in (2, 10)
    ),
    Mistake(
        "one more than the sum",
        "The logarithm was taken of 1 more than the sum of the exponentials.",
        "Does the sum hold each entry of the row once, and nothing else?",
        edits=((_RETURN, f"return shifted - {_LOG_SUM.replace('xp.log', 'xp.log1p')}"),),
    ),
    Mistake(
        "mean for sum",
        "The exponentials were averaged, where they should be added: those of the result sum to the number of entries.",
        "What should the exponentials of a row of the result sum to?",
        edits=((_LOG_SUM, _LOG_SUM.replace(".sum(", ".mean(")),),
    ),
    Mistake(
        "quotient of logarithms",
        "A logarithm was divided by a logarithm; the logarithm of a quotient is the difference of two logarithms.",
        "What is the logarithm of a quotient?",
        edits=((_RETURN, f"return shifted / {_LOG_SUM}"),),
    ),
    Mistake(
        "logarithm of the sum added",
        "The logarithm of the sum was added, where it should be taken away.",
        "What is the logarithm of a quotient?",
        edits=((_RETURN, f"return shifted + {_LOG_SUM}"),),
    ),
    Mistake(
        "logarithm of the total forgotten",
        "The total of the exponentials was taken away, and its logarithm should be.",
        "What is the logarithm of a quotient?",
        edits=((_RETURN, "return shifted - xp.exp(shifted).sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "sum of the logarithms",
        "The scores were added, where their exponentials should be: the logarithm of a sum is not the sum of logarithms.",
        "What is added up in the denominator of softmax?",
        edits=((_RETURN, "return shifted - shifted.sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "exponential forgotten",
        "The logarithm was taken of a sum of shifted scores, which is below 0 and has none: the exponential is missing.",
        "What is added up in the denominator of softmax?",
        edits=((_RETURN, "return shifted - xp.log(shifted.sum(axis=axis, keepdims=True))"),),
    ),
    Mistake(
        "first axis",
        "The numbers compete along the first axis, whatever axis was asked for.",
        "Which of the arguments have you not used yet?",
        wrong=_log_axis(0, of_maximum=True, of_total=True),
    ),
    Mistake(
        "second axis",
        "The numbers compete along the second axis, whatever axis was asked for.",
        "Which of the arguments have you not used yet?",
        wrong=_log_axis(1, of_maximum=True, of_total=True),
    ),
    Mistake(
        "axis ignored in the maximum",
        "The maximum is always that of the last axis: along another one every number loses a different amount.",
        "Are all numbers that share a total shifted by the same amount?",
        wrong=_log_axis(-1, of_maximum=True, of_total=False),
    ),
    Mistake(
        "axis ignored in the total",
        "The total is always that of the last axis, whatever axis was asked for.",
        "Which axis did you name in each of the two steps?",
        wrong=_log_axis(-1, of_maximum=False, of_total=True),
    ),
)
