"""02.1 and 02.2: softmax and its logarithm, which are asked the same questions."""

import numpy as np

from ...ops.softmax import log_softmax, softmax
from ..exercise import Exercise, Mistake, Probe
from ._ex02_more_log_softmax import MORE_LOG_SOFTMAX
from ._ex02_more_softmax import MORE_SOFTMAX


def _scores() -> list[Probe]:
    rng = np.random.default_rng(2)
    wide = np.array(
        [[0.0, 1500.0, 3.0], [0.0, 800.0, 3.0], [1.0, 2.0, 3.0]]
    )  # more than exp can span, within a row
    apart = np.array([[900.0, 901.0, 902.0], [-800.0, -801.0, -799.5]])  # ... and between rows
    return [
        Probe("basic", (rng.standard_normal((2, 3, 5)),)),
        Probe("square", (rng.standard_normal((4, 4)),)),
        Probe("along axis 1", (rng.standard_normal((2, 3, 5)),), {"axis": 1}),
        Probe("large logits", (np.array([900.0, 898.0, 901.5]),)),
        Probe("rows far apart", (apart,)),
        Probe("a wide row", (wide,)),
        Probe("all equal", (np.full((2, 4), 3.0),)),
        Probe("a view", (rng.standard_normal((5, 3)).T,)),
    ]


SOFTMAX = Exercise(
    id="02.1",
    reference=softmax,
    task="""
    Turn scores into probabilities along one axis.

    x: array of any shape, float. axis: the axis whose numbers compete with each other.
    Return an array of the same shape. Along `axis` the numbers are positive and sum to 1, and they keep the
    order of the scores (one that lies far below the others may come out as 0). Scores may lie hundreds or
    thousands above or below 0, and as far apart: nothing may overflow. Do not modify x.

    >>> softmax(np.array([2.0, 1.0, 0.5])).round(4)
    array([0.6285, 0.2312, 0.1402])
    >>> softmax(np.array([900.0, 900.0]))
    array([0.5, 0.5])
    """,
    probes=_scores,
    mistakes=(
        Mistake(
            "axis ignored",
            "The result does not depend on the axis that was asked for: it is always the last one.",
            "Which of the arguments have you not used yet?",
            edits=(
                ("x.max(axis=axis, keepdims=True)", "x.max(axis=-1, keepdims=True)"),
                ("e.sum(axis=axis, keepdims=True)", "e.sum(axis=-1, keepdims=True)"),
            ),
        ),
        Mistake(
            "first axis",
            "The numbers compete along the first axis, whatever axis was asked for: those sums are 1, not the rows'.",
            "Whose sum should be 1?",
            edits=(
                ("x.max(axis=axis, keepdims=True)", "x.max(axis=0, keepdims=True)"),
                ("e.sum(axis=axis, keepdims=True)", "e.sum(axis=0, keepdims=True)"),
            ),
        ),
        Mistake(
            "one sum for all",
            "All numbers of the array share one total: the whole array sums to 1, not each row.",
            "How many totals does an array of five rows need?",
            edits=(("e.sum(axis=axis, keepdims=True)", "e.sum()"),),
        ),
        Mistake(
            "no maximum subtracted",
            "The exponential of a large score is infinite, and infinite over infinite is not a number.",
            "What can be subtracted from every score without changing the result?",
            edits=(("x - x.max(axis=axis, keepdims=True)", "x"),),
        ),
        Mistake(
            "one maximum for all",
            "One maximum was taken for the whole array: a row that lies far below it underflows to zeros, and its "
            "sum is 0.",
            "Which scores does a row have to be compared with?",
            edits=(("x.max(axis=axis, keepdims=True)", "x.max()"),),
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
            "axis lost in the total",
            "The totals have lost the axis that they were summed over, so they meet the wrong axis of the amounts.",
            "Which option of a sum keeps the axis, with length 1?",
            edits=(("e.sum(axis=axis, keepdims=True)", "e.sum(axis=axis)"),),
        ),
        Mistake(
            "axis lost in the maximum",
            "The maxima have lost the axis that they were taken over, so they meet the wrong axis of the scores.",
            "Which option of a maximum keeps the axis, with length 1?",
            edits=(("x.max(axis=axis, keepdims=True)", "x.max(axis=axis)"),),
        ),
        Mistake(
            "not normalised",
            "The numbers are positive and in the right order, but they do not sum to 1.",
            "What makes shares out of amounts?",
            edits=(("return e / e.sum(axis=axis, keepdims=True)", "return e"),),
        ),
        Mistake(
            "logarithm returned",
            "These are log-probabilities: they are negative, and their exponentials sum to 1.",
            "Was a probability asked for, or its logarithm?",
            edits=(
                (
                    "return e / e.sum(axis=axis, keepdims=True)",
                    "return xp.log(e / e.sum(axis=axis, keepdims=True))",
                ),
            ),
        ),
        *MORE_SOFTMAX,
    ),
    hints=(
        "A share is an amount divided by the total. Which function makes every score positive and keeps the order?",
        "The totals must stay beside the amounts: look for an option of the sum that keeps the summed axis.",
        "Subtracting one number from all scores of a row cancels in the quotient. Choose it so that no exponent is positive.",
    ),
    difficulty=1,
    minutes=10,
    importance=5,
    lines=2,
)

LOG_SOFTMAX = Exercise(
    id="02.2",
    reference=log_softmax,
    task="""
    The logarithm of softmax, exact even where a probability is too small to be written down.

    x: array of any shape, float. axis: the axis whose numbers compete.
    Return an array of the same shape: log-probabilities, all at most 0. A score that is 800 below the others
    has the log-probability -800, although its probability is 0 in float64. Scores may lie hundreds or
    thousands above or below 0: nothing may overflow. Do not modify x.

    >>> log_softmax(np.array([2.0, 1.0, 0.5])).round(4)
    array([-0.4644, -1.4644, -1.9644])
    >>> log_softmax(np.array([0.0, -800.0]))
    array([   0., -800.])
    """,
    probes=_scores,
    mistakes=(
        Mistake(
            "logarithm of an underflowed probability",
            "The probability was computed first and its logarithm afterwards: where the probability is 0 in floating "
            "point, the logarithm is minus infinity.",
            "Can you write the logarithm of a quotient without computing the quotient?",
            edits=(
                (
                    "return shifted - xp.log(xp.exp(shifted).sum(axis=axis, keepdims=True))",
                    "return xp.log(xp.exp(shifted) / xp.exp(shifted).sum(axis=axis, keepdims=True))",
                ),
            ),
        ),
        Mistake(
            "no maximum subtracted",
            "The exponential of a large score is infinite, and so is the logarithm of the sum.",
            "What can be subtracted from every score, and added again, without changing the result?",
            edits=(("shifted = x - x.max(axis=axis, keepdims=True)", "shifted = x"),),
        ),
        Mistake(
            "one maximum for all",
            "One maximum was taken for the whole array: the sum of a row that lies far below it is 0.",
            "Which scores does a row have to be compared with?",
            edits=(("x.max(axis=axis, keepdims=True)", "x.max()"),),
        ),
        Mistake(
            "axis ignored",
            "The result does not depend on the axis that was asked for: it is always the last one.",
            "Which of the arguments have you not used yet?",
            edits=(
                ("x.max(axis=axis, keepdims=True)", "x.max(axis=-1, keepdims=True)"),
                (".sum(axis=axis, keepdims=True))", ".sum(axis=-1, keepdims=True))"),
            ),
        ),
        Mistake(
            "one sum for all",
            "All numbers of the array share one total, so no row's probabilities sum to 1.",
            "How many totals does an array of five rows need?",
            edits=((".sum(axis=axis, keepdims=True))", ".sum())"),),
        ),
        Mistake(
            "axis lost in the total",
            "The totals have lost the axis that they were summed over, so they meet the wrong axis of the scores.",
            "Which option of a sum keeps the axis, with length 1?",
            edits=((".sum(axis=axis, keepdims=True))", ".sum(axis=axis))"),),
        ),
        Mistake(
            "axis lost in the maximum",
            "The maxima have lost the axis that they were taken over, so they meet the wrong axis of the scores.",
            "Which option of a maximum keeps the axis, with length 1?",
            edits=(("x.max(axis=axis, keepdims=True)", "x.max(axis=axis)"),),
        ),
        Mistake(
            "probabilities returned",
            "These are the probabilities: their logarithms were asked for, and a probability that is 0 has none.",
            "May a number in the result be above 0?",
            edits=(
                (
                    "return shifted - xp.log(xp.exp(shifted).sum(axis=axis, keepdims=True))",
                    "return xp.exp(shifted) / xp.exp(shifted).sum(axis=axis, keepdims=True)",
                ),
            ),
        ),
        Mistake(
            "logarithm of the sum forgotten",
            "The largest score of each row became 0, and there it stopped: the exponentials of a row do not sum to 1.",
            "What is the logarithm of the total, and where does it go?",
            edits=(
                (
                    "return shifted - xp.log(xp.exp(shifted).sum(axis=axis, keepdims=True))",
                    "return shifted",
                ),
            ),
        ),
        Mistake(
            "base 2",
            "These are logarithms to base 2: they are larger than the natural ones by the factor 1.4427.",
            "In which unit are they, bits or nats?",
            edits=(
                (
                    "return shifted - xp.log(xp.exp(shifted).sum(axis=axis, keepdims=True))",
                    "return (shifted - xp.log(xp.exp(shifted).sum(axis=axis, keepdims=True))) / math.log(2)",
                ),
                ('"""Log-probabilities along', 'import math\n    """Log-probabilities along'),
            ),
        ),
        Mistake(
            "sign",
            "The numbers are positive: surprises, where log-probabilities were asked for.",
            "Can the logarithm of a probability be above 0?",
            edits=(
                (
                    "return shifted - xp.log(xp.exp(shifted).sum(axis=axis, keepdims=True))",
                    "return xp.log(xp.exp(shifted).sum(axis=axis, keepdims=True)) - shifted",
                ),
            ),
        ),
        *MORE_LOG_SOFTMAX,
    ),
    hints=(
        "The logarithm of a quotient is a difference. Which two terms does it have here?",
        "One of the terms is the score itself; the other is the same for the whole row.",
        "Subtract the row's maximum before the exponential, and see what becomes of it after the logarithm.",
    ),
    difficulty=2,
    minutes=10,
    importance=5,
    lines=2,
    needs=("02.1",),
)
