"""Lesson 07: the mistakes that are made with the gradient of softmax."""

import numpy as np

from ...ops.arrays import Array
from ...ops.softmax import softmax_backward
from ..exercise import Mistake
from ._unpaired import styles

_LINE = "return y * (dy - (dy * y).sum(axis=axis, keepdims=True))"
_SUM = "(dy * y).sum(axis=axis, keepdims=True)"


def _sum(x: Array, axis: int = -1) -> Array:
    return x.sum(axis=axis, keepdims=True)


def _mean(dy: Array, y: Array, axis: int) -> Array:
    """The mean of dy weighted by y, not a number in a row of zeros."""
    return _sum(dy * y, axis) / _sum(y, axis)


def _mean_of_zeros(dy: Array, y: Array, axis: int) -> Array:
    return _mean(dy, y + 1e-300, axis)


SOFTMAX_BACKWARD = (
    Mistake(
        "row sum forgotten",
        "Each gradient was only multiplied by its own probability: that more for one means less for the others is missing, "
        "and the rows do not sum to 0.",
        "If one score rises, what happens to the other probabilities of its row?",
        edits=((_LINE, "return y * dy"),),
    ),
    Mistake(
        "diagonal only",
        "This is the derivative of each probability with respect to its own score: the influence of a score on the "
        "other probabilities is missing.",
        "How many probabilities change when one score does?",
        edits=((_LINE, "return dy * y * (1 - y)"),),
    ),
    Mistake(
        "plain sum",
        "What was subtracted is the plain sum of the gradients from above: each counts as much as its probability, so "
        "that the rows sum to 0.",
        "Which mean of the gradients makes the result 0 when they are all equal?",
        edits=((_SUM, "dy.sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "mean of the products",
        "The products in a row were averaged and not added: the probabilities are the weights already, and sum to 1.",
        "What should come out when all gradients from above are equal?",
        edits=((_SUM, "(dy * y).mean(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "plain mean",
        "The gradients from above are compared with their plain mean, where a probability should decide how much each of "
        "them counts.",
        "Which mean of the gradients makes every row sum to 0?",
        edits=((_SUM, "dy.mean(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "outer factor forgotten",
        "The difference from the row's mean is right, but a score of a small probability moves little: where the "
        "probability is 0, the gradient must be 0.",
        "By what is a score's influence on everything limited?",
        edits=((_LINE, f"return dy - {_SUM}"),),
    ),
    Mistake(
        "gradient of log-softmax",
        "This is the gradient of log-softmax: there the probabilities are subtracted, here they multiply.",
        "Does the gradient from above belong to the probabilities or to their logarithms?",
        edits=((_LINE, "return dy - y * dy.sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "gradient of log-softmax, from logarithms",
        "This is the gradient of log-softmax, and it takes the probabilities for logarithms: they were given as they are.",
        "Does the gradient from above belong to the probabilities or to their logarithms?",
        edits=((_LINE, "return dy - array_module(y).exp(y) * dy.sum(axis=axis, keepdims=True)"),),
    ),
    Mistake(
        "probability missing in the second term",
        "What is subtracted is the same for the whole row: it should be the larger, the larger the probability, so that the "
        "rows sum to 0.",
        "Which factor do both terms have in common?",
        edits=((_LINE, f"return dy * y - {_SUM}"),),
    ),
    Mistake(
        "sign",
        "The sign is turned round: raising a score must raise its own probability.",
        "With all of dy at one place, which sign should the gradient have there?",
        edits=((_LINE, f"return y * ({_SUM} - dy)"),),
    ),
    Mistake(
        "added, not subtracted",
        "The row's mean was added: when all gradients from above are equal, the result should be 0.",
        "What does a constant, added to all gradients from above, change?",
        edits=(("y * (dy - (", "y * (dy + ("),),
    ),
    Mistake(
        "softmax applied again",
        "Softmax was applied to the probabilities before they were used: they were given ready.",
        "Are these scores or probabilities?",
        edits=(
            (
                _LINE,
                f"e = array_module(y).exp(y)\n    y = e / e.sum(axis=axis, keepdims=True)\n    {_LINE}",
            ),
        ),
    ),
    Mistake(
        "probabilities and gradients exchanged",
        "The two arguments changed places: the result is large where the gradient from above is, even if the probability "
        "is 0.",
        "Which of the two stands for what came out of softmax?",
        edits=((_LINE, f"return dy * (y - {_SUM})"),),
    ),
    Mistake(
        "one sum for all",
        "All rows share one sum, but each has a mean of its own.",
        "How many softmaxes are there in an array of five rows?",
        edits=((_SUM, "(dy * y).sum()"),),
    ),
    Mistake(
        "axis ignored",
        "The result does not depend on the axis that was given: it is always the last one.",
        "Which of the arguments have you not used yet?",
        edits=(("sum(axis=axis,", "sum(axis=-1,"),),
    ),
    Mistake(
        "summed axis lost",
        "The sums lost their axis: they no longer stand beside their rows, and where the sizes allow it they are "
        "subtracted along another axis.",
        "Which shape must the sums have, to meet each row with its own?",
        edits=(("axis=axis, keepdims=True))", "axis=axis))"),),
    ),
    Mistake(
        "argument changed in place",
        "The result is right, but it was computed inside an array that was given: the gradient from above, or the "
        "probabilities.",
        "Who else may need the arrays that you were given?",
        edits=((_LINE, f"dy -= {_SUM}\n    return y * dy"),),
    ),
    *styles(
        Mistake(
            "outer factor forgotten, divided by the row's sum",
            "The difference from the row's mean is right, but a score of a small probability moves little: where the "
            "probability is 0, the gradient must be 0.",
            "By what is a score's influence on everything limited?",
        ),
        zeros=lambda dy, y, axis=-1: dy - _mean_of_zeros(dy, y, axis),
        nan=lambda dy, y, axis=-1: dy - _mean(dy, y, axis),
    ),
    *styles(
        Mistake(
            "divided by the row's sum",
            "The probabilities were made to sum to 1 once more: a row of zeros has the sum 0, and 0 divided by 0 is not a "
            "number.",
            "Which rows have probabilities that do not sum to 1, and what should their gradient be?",
        ),
        all=lambda dy, y, axis=-1: y * (dy - _mean(dy, y, axis)),
    ),
    *styles(
        Mistake(
            "divided by the probabilities",
            "Somewhere the probabilities are a divisor, or their logarithm is taken: where one is 0, the gradient should be 0 "
            "and is not a number.",
            "Can the gradient be found without dividing by a probability?",
        ),
        all=lambda dy, y, axis=-1: np.where(y == 0, np.nan, softmax_backward(dy, y, axis)),
        rows=lambda dy, y, axis=-1: (
            softmax_backward(dy, y, axis) + 0 * _sum(np.where(y == 0, np.nan, 0), axis)
        ),
    ),
    *styles(
        Mistake(
            "summed along a fixed axis",
            "The sums do not run along the axis that was given: it may be any of them.",
            "Which of the arguments have you not used yet?",
        ),
        first=lambda dy, y, axis=-1: y * (dy - _sum(dy * y, 0)),
        last_but_one=lambda dy, y, axis=-1: y * (dy - _sum(dy * y, -2)),
        put_last=lambda dy, y, axis=-1: y * (dy - (dy * y).sum(axis=axis)[..., None]),
    ),
    *styles(
        Mistake(
            "own part missing",
            "Only what a score does to the probabilities by taking from them is there: a score also raises its own probability "
            "directly.",
            "Which probability rises when a score does?",
        ),
        all=lambda dy, y, axis=-1: -y * _sum(dy * y, axis),
        others=lambda dy, y, axis=-1: -y * (_sum(dy * y, axis) - dy * y),
    ),
    *styles(
        Mistake(
            "own part counted twice",
            "What a score takes from its own probability was subtracted twice: once by itself, and once more in the row's sum.",
            "Which term of the sum is the score's own?",
        ),
        all=lambda dy, y, axis=-1: dy * y * (1 - y) - y * _sum(dy * y, axis),
    ),
    *styles(
        Mistake(
            "mean of the row subtracted",
            "The rows sum to 0, but because their mean was subtracted: what is subtracted should be the larger, the larger the "
            "probability.",
            "Where a probability is 0, what should the gradient be?",
        ),
        products=lambda dy, y, axis=-1: dy * y - (dy * y).mean(axis=axis, keepdims=True),
        gradients=lambda dy, y, axis=-1: dy - dy.mean(axis=axis, keepdims=True),
    ),
    *styles(
        Mistake(
            "gradient of cross-entropy",
            "This is a difference of probabilities and the gradient from above, as in the gradient of cross-entropy: here it has "
            "to be multiplied through softmax.",
            "Is dy a target here, or a gradient?",
        ),
        probabilities_first=lambda dy, y, axis=-1: y - dy,
        gradients_first=lambda dy, y, axis=-1: dy - y,
    ),
    *styles(
        Mistake(
            "probabilities squared",
            "The probabilities enter once too often: the weights in the row's mean, or the factor in front, are squares.",
            "How often does a probability stand in its own derivative?",
        ),
        mean=lambda dy, y, axis=-1: y * (dy - _sum(dy * y * y, axis)),
        front=lambda dy, y, axis=-1: y * y * (dy - _sum(dy * y, axis)),
    ),
    *styles(
        Mistake(
            "the other axes summed too",
            "The sum runs over all rows of a text, or over the first axis as well: each row has a mean of its own.",
            "How many softmaxes are there in an array of five rows?",
        ),
        last_two=lambda dy, y, axis=-1: y * (dy - (dy * y).sum(axis=(-2, -1), keepdims=True)),
    ),
)
