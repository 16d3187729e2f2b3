"""08.4: more mistakes in the slope of GELU: other constants, differences, other functions, the two terms."""

import math

import numpy as np

from ...ops.activations import GeluCache, gelu_backward, gelu_forward
from ..exercise import Mistake
from ._ex08_gelu_constants import (
    CUBIC,
    CUBICS,
    FACTORS,
    LEFT,
    ONE,
    OVERFLOW,
    ROOT,
    TWO,
    Function,
    changed_sum,
)
from ._unpaired import unpaired


def _backward(u: Function, slope: Function) -> Function:
    """The gradient of GELU with another u."""

    def backward(dy: np.ndarray, cache: GeluCache) -> np.ndarray:
        x = cache.x
        t = np.tanh(u(x))
        return dy * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope(x))

    return backward


def _slope(slope: Function) -> Function:
    """Another slope altogether."""
    return lambda dy, cache: dy * slope(cache.x)


def _difference(ahead: float, behind: float) -> Function:
    return _slope(lambda x: (gelu_forward(x + ahead)[0] - gelu_forward(x - behind)[0]) / (ahead + behind))


def _silu_slope(x: np.ndarray) -> np.ndarray:
    s = 1 / (1 + np.exp(-x))
    return s * (1 + x * (1 - s))


_OVERFLOWS = (
    ("two overflowing exponentials", "For numbers in the tens", TWO),
    ("one overflowing exponential", "For numbers in the tens to the right of 0", ONE),
    ("an exponential that overflows to the left", "For numbers in the tens to the left of 0", LEFT),
)

_DIFFERENCES = [(f"{h:g} ahead", h, 0.0) for h in (1e-2, 1e-3, 1e-4, 1e-5)]
_DIFFERENCES += [(f"{h:g} back", 0.0, h) for h in (1e-2, 1e-3, 1e-4, 1e-5)]
_DIFFERENCES += [(f"{h:g} to both sides", h, h) for h in (0.1, 1e-2, 5e-3)]

_MORE = (
    *(
        Mistake(
            f"factor: {key}",
            f"The factor in front of the sum is {what}, where the root of 2/pi was asked for, 0.797885.",
            "Which number did you multiply the sum by?",
            wrong=_backward(*changed_sum(factor=factor)),
        )
        for key, what, factor in (
            *FACTORS,
            ("missing", "missing", 1.0),
            ("2/pi", "2/pi, 0.64", 2 / math.pi),
            ("upside down", "the root of pi/2, 1.25", math.sqrt(math.pi / 2)),
        )
    ),
    *(
        Mistake(
            f"{cubic}",
            f"The constant of the cube is {cubic} here, and 0.044715 was asked for.",
            "Which digits does the constant have?",
            wrong=_backward(*changed_sum(cubic=cubic)),
        )
        for cubic in (*CUBICS, 0.04715)
    ),
    *(
        Mistake(
            f"difference, {key}",
            "This is a difference quotient, right to a few digits only; the slope itself was asked for.",
            "How long is your step, and what does the slope do on the way?",
            wrong=_difference(ahead, behind),
        )
        for key, ahead, behind in _DIFFERENCES
    ),
    *(
        Mistake(key, says, "Which function did the forward pass compute?", wrong=wrong)
        for key, says, wrong in (
            (
                "slope with a square for the cube",
                "A square stands where the cube belongs, in u and in its slope.",
                _backward(lambda x: ROOT * (x + CUBIC * x**2), lambda x: ROOT * (1 + 2 * CUBIC * x)),
            ),
            (
                "slope without the cube",
                "The cubic term is missing, in u and in its slope.",
                _backward(lambda x: ROOT * x, lambda x: ROOT),
            ),
            (
                "slope with the factor on x alone",
                "The root of 2/pi multiplies x alone, in u and in its slope; it is a factor of the whole sum.",
                _backward(lambda x: ROOT * x + CUBIC * x**3, lambda x: ROOT + 3 * CUBIC * x * x),
            ),
            ("slope of ReLU", "This is the slope of ReLU, which jumps at 0.", _slope(lambda x: x > 0)),
            (
                "slope of the sigmoid gate",
                "This is the slope of x times its sigmoid, known as SiLU.",
                _slope(_silu_slope),
            ),
        )
    ),
    *(
        Mistake(
            f"tangent with {key}",
            f"{where} an exponential becomes infinite, and infinite over infinite is not a number.",
            OVERFLOW,
            edits=(edit,),
        )
        for key, where, edit in _OVERFLOWS
    ),
    *(
        Mistake(key, says, asks, edits=(edit,))
        for key, says, asks, edit in (
            (
                "half forgotten in the first term",
                "The first term is twice too large: the half belongs to both.",
                "Which constant factors has the product?",
                ("0.5 * (1 + t) + ", "(1 + t) + "),
            ),
            (
                "factor on one term of the inner slope",
                "In the slope of u the root of 2/pi multiplies the first term alone; it is a factor of both.",
                "How far does the bracket reach?",
                ("_ROOT_2_OVER_PI * (1 + 3 * _CUBIC * (x * x))", "_ROOT_2_OVER_PI + 3 * _CUBIC * (x * x)"),
            ),
            (
                "one forgotten in the inner slope",
                "In the slope of u only the cube was differentiated; u contains x itself too.",
                "What is the slope of u at 0?",
                ("(1 + 3 * _CUBIC", "(3 * _CUBIC"),
            ),
            (
                "cube forgotten in the inner slope",
                "In the slope of u only x itself was differentiated; u contains its cube too.",
                "How many terms has u?",
                ("(1 + 3 * _CUBIC * (x * x))", "1"),
            ),
            (
                "constant forgotten in the inner slope",
                "In the slope of u the cube counts in full: its small constant is missing.",
                "What becomes of a constant factor when you differentiate?",
                ("3 * _CUBIC * (x * x)", "3 * (x * x)"),
            ),
            (
                "cube kept in the inner slope",
                "In the slope of u the cube has become three times itself: its power should go down by one.",
                "What is the slope of a cube?",
                ("3 * _CUBIC * (x * x)", "3 * _CUBIC * (x * x * x)"),
            ),
            (
                "inner slope on both terms",
                "The slope of u multiplies both terms; in the first one nothing of u was differentiated.",
                "Which of the two terms comes from the gate?",
                ("0.5 * (1 + t) + ", "0.5 * (1 + t) * du + "),
            ),
            (
                "terms subtracted",
                "The second term was taken away, where the product rule adds it.",
                "Does the gate open or close when x grows?",
                ("(1 + t) + 0.5", "(1 + t) - 0.5"),
            ),
            (
                "product of the slopes",
                "The slopes of the two factors were multiplied; the product rule is another one.",
                "What is the slope of a product of two functions?",
                ("0.5 * (1 + t) + 0.5 * x * (1 - t * t)", "0.5 * (1 - t * t)"),
            ),
            (
                "square of one minus the tangent",
                "The slope of the tangent was taken as the square of one minus its value.",
                "How steep is the tangent far to the left?",
                ("(1 - t * t)", "(1 - t) ** 2"),
            ),
            (
                "root of the slope of the tangent",
                "The slope of the tangent lacks a square: one over the hyperbolic cosine, without it.",
                "What is the slope of the tangent, said with its own value?",
                ("(1 - t * t)", "(1 - t * t) ** 0.5"),
            ),
            (
                "dy on the first term only",
                "What comes from above multiplies the first term alone; it belongs to both.",
                "How far does the bracket reach?",
                (
                    "dy * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du)",
                    "dy * 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du",
                ),
            ),
            (
                "dy added",
                "What comes from above was added to the slope, where it has to multiply it.",
                "What does the chain rule do with what comes from above?",
                ("dy * (0.5", "dy + (0.5"),
            ),
        )
    ),
)

MORE = unpaired(
    gelu_backward,
    _MORE,
    edited=("_gelu_tanh",),
    but=("half forgotten in the first term", "cube forgotten in the inner slope", "terms subtracted"),
)
