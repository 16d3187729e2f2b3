"""08.3: GELU in the form with tanh."""

import numpy as np

from ...ops.activations import gelu_forward
from ..exercise import Exercise, Mistake, Probe
from ._ex08_gelu_more import MORE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(82)
    return [
        Probe("basic", (2 * rng.standard_normal((2, 3, 5)),)),
        Probe("square", (rng.standard_normal((4, 4)),)),
        Probe("around 0", (np.array([-0.01, 0.0, 0.02]),)),
        Probe("large numbers", (np.array([-60.0, -9.0, 9.0, 60.0]),)),
        Probe("a view", (rng.standard_normal((5, 3)).T,)),
    ]


EXERCISE = Exercise(
    id="08.3",
    reference=gelu_forward,
    task="""
    GELU in the form with tanh, the non-linearity of GPT-1 and GPT-2.

    x: array of any shape, float.
    Return (y, cache). y has the shape of x: each number is halved and multiplied by one plus the
    hyperbolic tangent of u, where u is the root of 2/pi times the sum of x and 0.044715 times the cube of
    x. cache: GeluCache(x). Numbers may be in the tens: nothing may overflow to NaN. Do not modify x.

    The exact GELU, with the normal distribution function, differs by up to 0.0005; this is the form with
    tanh.

    >>> y, cache = gelu_forward(np.array([-1.0, 0.0, 1.0, 3.0]))
    >>> y.round(4)
    array([-0.1588,  0.    ,  0.8412,  2.9964])
    >>> cache.x
    array([-1.,  0.,  1.,  3.])
    >>> np.abs(gelu_forward(np.array([-60.0, 60.0]))[0])
    array([ 0., 60.])
    """,
    probes=probes,
    returns=("y", "cache"),
    edited=("_gelu_tanh",),
    mistakes=(
        Mistake(
            "exact form",
            "This is the exact GELU, with the normal distribution function: close, but off by up to 0.0005 near 2.7.",
            "Which of the two forms was asked for?",
            edits=(("_gelu_tanh(_squarable(x))", "_erf(x * math.sqrt(0.5))"),),
        ),
        Mistake(
            "sigmoid form",
            "This is the approximation with a sigmoid and 1.702: off by up to 0.02.",
            "Which of the approximations was asked for?",
            edits=(("0.5 * x * (1 + _gelu_tanh(_squarable(x)))", "x / (1 + np.exp(-1.702 * x))"),),
        ),
        Mistake(
            "sigmoid without its constant",
            "This is x times its sigmoid, known as SiLU: its gate opens more slowly than that of GELU.",
            "Which function makes the gate that was asked for?",
            edits=(("0.5 * x * (1 + _gelu_tanh(_squarable(x)))", "x / (1 + np.exp(-x))"),),
        ),
        Mistake(
            "ReLU",
            "This is ReLU, with its kink at 0: GELU lets a little through on the left.",
            "What should come out for x = -1?",
            edits=(("0.5 * x * (1 + _gelu_tanh(_squarable(x)))", "array_module(x).maximum(x, 0)"),),
        ),
        Mistake(
            "exact form without the root of 2",
            "This is the normal distribution function without its root of 2: the gate opens too steeply, and it is not the "
            "form with a tangent either.",
            "Which of the two forms was asked for?",
            edits=(("_gelu_tanh(_squarable(x))", "_erf(x)"),),
        ),
        Mistake(
            "quotient upside down",
            "The factor in front is the root of pi/2, more than 1, where the root of 2/pi was asked for: the gate opens too "
            "steeply.",
            "Is your factor above 1 or below?",
            edits=(("_ROOT_2_OVER_PI * x", "1 / _ROOT_2_OVER_PI * x"),),
        ),
        Mistake(
            "root forgotten",
            "The factor in front is 2/pi itself, not its root: the gate opens too slowly.",
            "Is your factor 0.64 or 0.80?",
            edits=(("_ROOT_2_OVER_PI * x", "2 / math.pi * x"),),
        ),
        Mistake(
            "root of the 2 alone",
            "The factor in front is 0.45: the root was taken of the 2 alone, not of the quotient.",
            "How far does the root reach?",
            edits=(("_ROOT_2_OVER_PI * x", "math.sqrt(2) / math.pi * x"),),
        ),
        Mistake(
            "factor forgotten",
            "The factor in front of the sum is missing: for x = 1, u comes out as 1.0447.",
            "What is u to be for x = 1?",
            edits=(("_ROOT_2_OVER_PI * x", "x"),),
        ),
        Mistake(
            "factor on one term",
            "The root of 2/pi multiplies x alone; it is a factor of the whole sum.",
            "How far does the bracket reach?",
            edits=(
                ("_ROOT_2_OVER_PI * x * (1 + _CUBIC * (x * x))", "_ROOT_2_OVER_PI * x + _CUBIC * x * x * x"),
            ),
        ),
        Mistake(
            "constant on the wrong term",
            "The small constant stands at x, where it belongs to the cube: near 0 the gate hardly moves.",
            "Which of the two terms should be the small one for x = 1?",
            edits=(("(1 + _CUBIC * (x * x))", "(_CUBIC + x * x)"),),
        ),
        Mistake(
            "square for cube",
            "A square stands where the cube belongs: a square has the same sign on both sides of 0, u should not.",
            "What should u be at -1, when you know it at 1?",
            edits=(("x * (1 + _CUBIC * (x * x))", "x * (1 + _CUBIC * x)"),),
        ),
        Mistake(
            "cube forgotten",
            "The cubic term is missing: the gate is a little too wide for numbers beyond 1.",
            "How many terms has the sum?",
            edits=(("x * (1 + _CUBIC * (x * x))", "x"),),
        ),
        Mistake(
            "0.44715",
            "The constant of the cube is ten times too large: 0.44715 for 0.044715.",
            "How many zeros stand behind the point?",
            edits=(("_CUBIC * (x * x)", "0.44715 * (x * x)"),),
        ),
        Mistake(
            "0.04715",
            "The constant of the cube has lost a digit: 0.04715 for 0.044715.",
            "How many fours does it have?",
            edits=(("_CUBIC * (x * x)", "0.04715 * (x * x)"),),
        ),
        Mistake(
            "half forgotten",
            "Every number is twice what it should be: far to the right, the output should be x itself.",
            "Between which two numbers lies one plus a tangent?",
            edits=(("0.5 * x * (1 +", "x * (1 +"),),
        ),
        Mistake(
            "one forgotten",
            "The tangent alone is the gate: it is negative on the left, so the result is the same on both sides of 0.",
            "What should remain of x = -9?",
            edits=(("(1 + _gelu_tanh", "(_gelu_tanh"),),
        ),
        Mistake(
            "gate alone",
            "This is the gate, between 0 and 1; what passes through it is missing.",
            "What should come out for x = 3?",
            edits=(("0.5 * x * (1 +", "0.5 * (1 +"),),
        ),
        Mistake(
            "tangent of two overflowing exponentials",
            "For numbers in the tens the exponentials become infinite, and infinite over infinite is not a number.",
            "Is there a function in NumPy that knows the tangent for every number?",
            edits=(
                ("array_module(x).tanh(", "(lambda u: (np.exp(u) - np.exp(-u)) / (np.exp(u) + np.exp(-u)))("),
            ),
        ),
        Mistake(
            "tangent of one overflowing exponential",
            "For numbers in the tens to the right of 0 the exponential becomes infinite, and infinite over infinite is "
            "not a number.",
            "Is there a function in NumPy that knows the tangent for every number?",
            edits=(("array_module(x).tanh(", "(lambda u: (np.exp(2 * u) - 1) / (np.exp(2 * u) + 1))("),),
        ),
        *MORE,
    ),
    hints=(
        "Build u first, by itself, and look at it: for x = 1 it is 0.8336.",
        "The root of 2/pi is a factor of the whole sum; 0.044715 belongs to the cube alone.",
        "The tangent lies between -1 and 1. One plus it, halved, is a gate between 0 and 1 through which x passes.",
    ),
    difficulty=1,
    minutes=10,
    importance=4,
    lines=2,
)
