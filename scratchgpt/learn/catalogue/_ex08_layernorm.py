"""08.1: layer normalisation."""

import numpy as np

from ...ops.layernorm import layernorm_forward
from ..exercise import Exercise, Mistake, Probe
from ._ex08_layernorm_more import MORE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(80)
    x = 1.5 + 2 * rng.standard_normal((2, 3, 5))
    weight, bias = rng.standard_normal((2, 5))
    square = rng.standard_normal((4, 4))
    return [
        Probe("basic", (x, weight, bias)),
        Probe("square", (square, *rng.standard_normal((2, 4)))),
        Probe("another eps", (x, weight, bias), {"eps": 0.7}),
        Probe("small numbers", (2e-3 * rng.standard_normal((4, 5)), weight, bias)),
        Probe("a constant vector", (np.full((2, 5), 3.0), weight, bias)),
        Probe("one vector", (x[1, 2], weight, bias)),
        Probe("no bias", (x[0], weight, None)),
        Probe("a view", (rng.standard_normal((5, 3)).T, weight, bias)),
    ]


EXERCISE = Exercise(
    id="08.1",
    reference=layernorm_forward,
    task="""
    Give each vector mean 0 and variance 1, then scale and shift each channel.

    x: (..., C), float, with zero or more axes in front: each vector along the last axis is normalised by
    itself. weight (the gain) and bias: (C,); bias may be None, which means none. eps: a small number that is added to the variance, so
    that a constant vector gives 0 and not NaN. The variance is the mean of the squared deviations
    (divided by C).
    Return (y, cache). y: (..., C), the normalised vector times weight plus bias. cache:
    LayerNormCache(x, mean, rstd, weight, bias): x, weight and bias as they were given; mean and rstd of
    shape (..., 1), where rstd is one over the deviation that you divided by, eps included. Do not modify
    x, weight or bias.

    With eps = 3 the second vector has variance 1 and is divided by 2:

    >>> x = np.array([[0.402, 0.195, -0.4, 1.0]])
    >>> y, cache = layernorm_forward(x, np.ones(4), np.zeros(4))
    >>> y.round(4)
    array([[ 0.2053, -0.2083, -1.3975,  1.4005]])
    >>> weight, bias = np.array([1.0, 2.0]), np.array([0.0, 10.0])
    >>> y, cache = layernorm_forward(np.array([5.0, 3.0]), weight, bias, eps=3.0)
    >>> y, cache.mean, cache.rstd
    (array([0.5, 9. ]), array([4.]), array([0.5]))
    >>> y, cache = layernorm_forward(np.array([[5.0, 3.0], [1.0, 1.0]]), weight, None, eps=3.0)
    >>> y
    array([[ 0.5, -1. ],
           [ 0. ,  0. ]])
    >>> cache.x[0], cache.mean.shape, cache.bias
    (array([5., 3.]), (2, 1), None)
    """,
    probes=probes,
    returns=("y", "cache"),
    mistakes=(
        Mistake(
            "divided by C - 1",
            "The variance is a little too large: the squared deviations were shared out among one fewer than there are.",
            "Is this vector a sample of something larger, or is it all there is?",
            edits=(
                (
                    "(centred * centred).mean(axis=-1, keepdims=True)",
                    "(centred * centred).sum(axis=-1, keepdims=True) / (x.shape[-1] - 1)",
                ),
            ),
        ),
        Mistake(
            "eps outside the root",
            "eps was added to the deviation, where it belongs to the variance: a wide vector hardly shows it, a narrow "
            "one does.",
            "What is the root of a variance of 0 that eps was added to?",
            edits=(
                (
                    "xp.sqrt((centred * centred).mean(axis=-1, keepdims=True) + eps)",
                    "(xp.sqrt((centred * centred).mean(axis=-1, keepdims=True)) + eps)",
                ),
            ),
        ),
        Mistake(
            "no eps",
            "Nothing was added to the variance: a constant vector has the variance 0, and 0 divided by 0 is not a number.",
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
            "variance for deviation",
            "The vectors were divided by their variance: one twice as wide comes out half as wide, where it should come "
            "out the same.",
            "In which unit is the variance of lengths measured in metres?",
            edits=(("1 / xp.sqrt(", "1 / ("),),
        ),
        Mistake(
            "mean absolute deviation",
            "The width was measured by the mean of the absolute deviations, not by the root of the mean squared ones.",
            "Which measure of width has the variance as its square?",
            edits=(
                (
                    "xp.sqrt((centred * centred).mean(axis=-1, keepdims=True) + eps)",
                    "(xp.abs(centred).mean(axis=-1, keepdims=True) + eps)",
                ),
            ),
        ),
        Mistake(
            "mean kept",
            "The width is right, but the vectors still lie where they lay: their mean is not 0.",
            "What has to be taken away before you divide?",
            edits=(("y = centred * rstd", "y = x * rstd"),),
        ),
        Mistake(
            "root mean square",
            "Nothing was subtracted anywhere: the vectors were divided by their root mean square, which is another norm.",
            "What is the mean of a normalised vector to be?",
            edits=(("centred = x - mean", "centred = x"),),
        ),
        Mistake(
            "over the first axis",
            "The statistics were taken over the first axis: what one sequence gives depends on the others beside it.",
            "Should the result for a text change with the company it is in?",
            edits=(
                ("x.mean(axis=-1, keepdims=True)", "x.mean(axis=0, keepdims=True)"),
                ("(centred * centred).mean(axis=-1", "(centred * centred).mean(axis=0"),
            ),
        ),
        Mistake(
            "over the first axis, which is lost",
            "The statistics were taken over the first axis: what one sequence gives depends on the others beside it.",
            "Should the result for a text change with the company it is in?",
            edits=(
                ("x.mean(axis=-1, keepdims=True)", "x.mean(axis=0)"),
                ("(centred * centred).mean(axis=-1, keepdims=True)", "(centred * centred).mean(axis=0)"),
            ),
        ),
        Mistake(
            "per channel",
            "Each channel was normalised over all positions, as batch normalisation does it, and not each vector over "
            "its channels.",
            "How many means does an array of 2 times 3 vectors have?",
            edits=(
                ("mean = x.mean(axis=-1", "over = tuple(range(x.ndim - 1))\n    mean = x.mean(axis=over"),
                ("(centred * centred).mean(axis=-1", "(centred * centred).mean(axis=over"),
            ),
        ),
        Mistake(
            "over all axes",
            "One mean and one variance were taken for the whole array: no vector by itself has a mean of 0.",
            "How many vectors are there, and how many means have you computed?",
            edits=(
                ("x.mean(axis=-1, keepdims=True)", "x.mean(keepdims=True)"),
                (
                    "(centred * centred).mean(axis=-1, keepdims=True)",
                    "(centred * centred).mean(keepdims=True)",
                ),
            ),
        ),
        Mistake(
            "one mean, one deviation",
            "One mean and one deviation were taken for the whole array: no vector by itself has a mean of 0.",
            "How many vectors are there, and how many means have you computed?",
            edits=(
                ("x.mean(axis=-1, keepdims=True)", "x.mean()"),
                ("(centred * centred).mean(axis=-1, keepdims=True)", "(centred * centred).mean()"),
            ),
        ),
        Mistake(
            "axis lost",
            "The statistics have lost the axis that they were taken over, so they meet the wrong axis of the vectors.",
            "Which option of a mean keeps the axis, with length 1?",
            edits=(
                ("x.mean(axis=-1, keepdims=True)", "x.mean(axis=-1)"),
                ("(centred * centred).mean(axis=-1, keepdims=True)", "(centred * centred).mean(axis=-1)"),
            ),
        ),
        Mistake(
            "gain forgotten",
            "The vectors are normalised, but the gain changes nothing.",
            "Which of the arguments have you not used yet?",
            edits=(("rstd * weight", "rstd"),),
        ),
        Mistake(
            "bias forgotten",
            "The vectors are normalised and scaled, but the bias changes nothing.",
            "Which of the arguments have you not used yet?",
            edits=(("if bias is not None:", "if False:"),),
        ),
        Mistake(
            "bias scaled",
            "The gain scales the bias too: the shift of a channel should not depend on its gain.",
            "What comes last, the scaling or the shift?",
            edits=(("y += bias", "y += bias * weight"),),
        ),
        Mistake(
            "no bias, not allowed for",
            "It fails when there is no bias: None cannot be added to numbers.",
            "What is to happen when bias is None?",
            edits=(("if bias is not None:\n        y += bias", "y = y + bias"),),
        ),
        Mistake(
            "deviation cached",
            "The output is right, but the cache holds the deviation where backward expects one over it.",
            "Is the number in the cache large or small for a narrow vector?",
            edits=(("LayerNormCache(x, mean, rstd,", "LayerNormCache(x, mean, 1 / rstd,"),),
        ),
        Mistake(
            "variance cached",
            "The output is right, but the cache holds the variance where backward expects one over the deviation.",
            "In which unit is the number in the cache, when x is in metres?",
            edits=(
                ("LayerNormCache(x, mean, rstd,", "LayerNormCache(x, mean, x.var(axis=-1, keepdims=True),"),
            ),
        ),
        Mistake(
            "eps missing in the cache",
            "The output is right, but eps is missing in what the cache holds: backward would divide a constant vector by 0.",
            "By what did you divide in the output, and what is in the cache?",
            edits=(
                (
                    "LayerNormCache(x, mean, rstd,",
                    "LayerNormCache(x, mean, 1 / x.std(axis=-1, keepdims=True),",
                ),
            ),
        ),
        Mistake(
            "normalised x cached",
            "The output is right, but the first field of the cache is the normalised vector where x was asked for.",
            "Which of the two can be made from the other, with the rest of the cache?",
            edits=(("LayerNormCache(x, mean", "LayerNormCache(centred * rstd, mean"),),
        ),
        Mistake(
            "x overwritten",
            "The mean was subtracted from x itself: whoever gave you x has lost it, and so has the cache.",
            "Which operation makes a new array, and which one changes the old?",
            edits=(("centred = x - mean", "x -= mean\n    centred = x"),),
        ),
        *MORE,
    ),
    hints=(
        "Take one vector: which two numbers describe where it lies and how wide it is? Remove them one after the "
        "other.",
        "The statistics belong to the last axis only. Keep that axis with length 1, so that they broadcast back "
        "over it.",
        "Subtract the mean, average the squares of what is left, add eps, take the root, divide. Gain and bias "
        "come last, and bias only when there is one.",
    ),
    difficulty=2,
    minutes=15,
    importance=5,
    lines=6,
)
