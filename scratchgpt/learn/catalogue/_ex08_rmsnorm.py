"""08.6: the norm without a mean."""

import numpy as np

from ...ops.layernorm import rmsnorm_forward
from ..exercise import Exercise, Mistake, Probe
from ._ex08_rmsnorm_more import MORE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(85)
    x, weight = 1.5 + 2 * rng.standard_normal((2, 3, 5)), rng.standard_normal(5)
    return [
        Probe("basic", (x, weight)),
        Probe("square", (rng.standard_normal((4, 4)), rng.standard_normal(4))),
        Probe("another eps", (x, weight), {"eps": 0.7}),
        Probe("small numbers", (2e-3 * rng.standard_normal((4, 5)), weight)),
        Probe("a vector of zeros", (np.zeros((2, 5)), weight)),
        Probe("one vector", (x[1, 2], weight)),
        Probe("a view", (rng.standard_normal((5, 3)).T, weight)),
    ]


EXERCISE = Exercise(
    id="08.6",
    reference=rmsnorm_forward,
    task="""
    Layer normalisation without the mean: divide each vector by its root mean square, scale each channel.

    x: (..., C), float, with zero or more axes in front: each vector along the last axis by itself. weight (the gain): (C,). eps: a small
    number that is added to the mean of the squares, before the root.
    Return (y, cache). y: (..., C). cache: RMSNormCache(x, rrms, weight): x and weight as they were given;
    rrms of shape (..., 1) is one over what you divided by, eps included. Do not modify x or weight.

    The mean square of (1, 7) is 25:

    >>> y, cache = rmsnorm_forward(np.array([[1.0, 7.0]]), np.array([1.0, 10.0]))
    >>> y.round(4), cache.rrms.round(4)
    (array([[ 0.2, 14. ]]), array([[0.2]]))

    With eps = 24, (1, 7) is divided by 7 and (1, 1) by 5:

    >>> rmsnorm_forward(np.array([[1.0, 7.0], [1.0, 1.0]]), np.array([1.0, 10.0]), eps=24.0)[0].round(4)
    array([[ 0.1429, 10.    ],
           [ 0.2   ,  2.    ]])
    """,
    probes=probes,
    returns=("y", "cache"),
    mistakes=(
        Mistake(
            "mean subtracted",
            "This is layer normalisation: the mean was subtracted first. Here the vector stays where it lies.",
            "What is the result for a vector whose numbers are all 3?",
            edits=(
                ("(x * x).mean(axis=-1, keepdims=True)", "x.var(axis=-1, keepdims=True)"),
                ("return x * rrms", "return (x - x.mean(axis=-1, keepdims=True)) * rrms"),
            ),
        ),
        Mistake(
            "deviation for the root mean square",
            "The vectors were divided by their deviation from the mean; but no mean plays a part here.",
            "What is the root mean square of a vector whose numbers are all 3?",
            edits=(("(x * x).mean(axis=-1, keepdims=True)", "x.var(axis=-1, keepdims=True)"),),
        ),
        Mistake(
            "length for the root mean square",
            "The squares were added and not averaged: each vector has the length 1 now, whatever its number of channels.",
            "What should the mean of the squares be afterwards?",
            edits=(("(x * x).mean(", "(x * x).sum("),),
        ),
        Mistake(
            "root forgotten",
            "The vectors were divided by their mean square: one twice as long comes out half as long.",
            "What does the R in the name stand for?",
            edits=(("1 / xp.sqrt(", "1 / ("),),
        ),
        Mistake(
            "mean of absolute values",
            "The vectors were divided by the mean of their absolute values, not by the root of the mean square.",
            "What do the three letters of the name stand for?",
            edits=(
                (
                    "xp.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)",
                    "(xp.abs(x).mean(axis=-1, keepdims=True) + eps)",
                ),
            ),
        ),
        Mistake(
            "eps outside the root",
            "eps was added to the root, where it belongs to the mean of the squares: a long vector hardly shows it, a "
            "short one does.",
            "What is the root of 0, to which eps was added before?",
            edits=(
                (
                    "xp.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)",
                    "(xp.sqrt((x * x).mean(axis=-1, keepdims=True)) + eps)",
                ),
            ),
        ),
        Mistake(
            "no eps",
            "Nothing was added to the mean of the squares: for a vector of zeros, 0 divided by 0 is not a number.",
            "Which argument keeps you from dividing by 0?",
            edits=(("keepdims=True) + eps)", "keepdims=True))"),),
        ),
        Mistake(
            "eps fixed",
            "eps is always the same small number, whatever was asked for.",
            "Which of the arguments have you not used yet?",
            edits=(("keepdims=True) + eps)", "keepdims=True) + 1e-5)"),),
        ),
        Mistake(
            "over the first axis",
            "The mean of the squares was taken over the first axis: what one sequence gives depends on the others.",
            "Should the result for a text change with the company it is in?",
            edits=(("(x * x).mean(axis=-1", "(x * x).mean(axis=0"),),
        ),
        Mistake(
            "over the first axis, which is lost",
            "The mean of the squares was taken over the first axis: what one sequence gives depends on the others.",
            "Should the result for a text change with the company it is in?",
            edits=(("(x * x).mean(axis=-1, keepdims=True)", "(x * x).mean(axis=0)"),),
        ),
        Mistake(
            "over all axes",
            "One mean of squares was taken for the whole array, where each vector has its own.",
            "How many vectors are there, and how many means have you computed?",
            edits=(("(x * x).mean(axis=-1, keepdims=True)", "(x * x).mean(keepdims=True)"),),
        ),
        Mistake(
            "one root mean square",
            "One mean of squares was taken for the whole array, where each vector has its own.",
            "How many vectors are there, and how many means have you computed?",
            edits=(("(x * x).mean(axis=-1, keepdims=True)", "(x * x).mean()"),),
        ),
        Mistake(
            "axis lost",
            "The mean of the squares has lost the axis that it was taken over, so it meets the wrong axis of the vectors.",
            "Which option of a mean keeps the axis, with length 1?",
            edits=(("(x * x).mean(axis=-1, keepdims=True)", "(x * x).mean(axis=-1)"),),
        ),
        Mistake(
            "gain forgotten",
            "The vectors are normalised, but the gain changes nothing.",
            "Which of the arguments have you not used yet?",
            edits=(("return x * rrms * weight", "return x * rrms"),),
        ),
        Mistake(
            "root mean square cached",
            "The output is right, but the cache holds what you divided by, where backward expects one over it.",
            "Is the number in the cache large or small for a short vector?",
            edits=(("RMSNormCache(x, rrms,", "RMSNormCache(x, 1 / rrms,"),),
        ),
        *MORE,
    ),
    hints=(
        "Read the name backwards: square the numbers, take their mean, take the root of that.",
        "The mean belongs to the last axis only. Keep that axis with length 1, so that it broadcasts back.",
        "Nothing is subtracted anywhere. eps joins the mean of the squares, and the gain comes last.",
    ),
    difficulty=1,
    minutes=8,
    importance=3,
    lines=2,
    needs=("08.1",),
)
