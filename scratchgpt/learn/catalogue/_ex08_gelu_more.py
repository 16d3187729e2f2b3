"""08.3: more mistakes of GELU: other constants, the bracket, the tangent, the cache."""

import numpy as np

from ...ops.activations import GeluCache, gelu_forward
from ..exercise import Mistake
from ._ex08_gelu_constants import CUBICS, FACTORS, LEFT, OVERFLOW, Function, changed_sum
from ._unpaired import unpaired


def _forward(u: Function) -> Function:
    """GELU with another u."""

    def forward(x: np.ndarray) -> tuple[np.ndarray, GeluCache]:
        return 0.5 * x * (1 + np.tanh(u(x))), GeluCache(x)

    return forward


_WHOLE = "0.5 * x * (1 + _gelu_tanh(_squarable(x)))"
_U = "_ROOT_2_OVER_PI * x * (1 + _CUBIC * (x * x))"

_MORE = (
    *(
        Mistake(
            f"factor: {key}",
            f"The factor in front of the sum is {what}, where the root of 2/pi was asked for, 0.797885.",
            "Which number did you multiply the sum by?",
            wrong=_forward(changed_sum(factor=factor)[0]),
        )
        for key, what, factor in FACTORS
        if "one over the root" not in key  # the same as the sigmoid of u
    ),
    *(
        Mistake(
            f"{cubic}",
            f"The constant of the cube is {cubic} here, and 0.044715 was asked for.",
            "Which digits does the constant have?",
            wrong=_forward(changed_sum(cubic=cubic)[0]),
        )
        for cubic in CUBICS
    ),
    *(
        Mistake(key, says, asks, edits=edits)
        for key, says, asks, edits in (
            (
                "cube of the constant too",
                "The constant was cubed along with x, which leaves next to nothing of the cubic term.",
                "What does the cube belong to, x or the product?",
                (("_CUBIC * (x * x)", "_CUBIC**3 * (x * x)"),),
            ),
            (
                "square of the constant",
                "The constant was squared along with x, which makes the cubic term too small.",
                "What does the power belong to, x or the product?",
                (("_CUBIC * (x * x)", "_CUBIC**2 * (x * x)"),),
            ),
            (
                "cubic term taken away",
                "The cubic term was taken away, where it has to be added.",
                "Should u grow faster or slower than x?",
                (("(1 + _CUBIC", "(1 - _CUBIC"),),
            ),
            (
                "constant on both terms",
                "The small constant multiplies x as well as its cube; it belongs to the cube alone.",
                "Which of the two terms should be the small one for x = 1?",
                ((_U, "_ROOT_2_OVER_PI * x * _CUBIC * (1 + x * x)"),),
            ),
            (
                "constant forgotten",
                "The cube counts in full: its small constant is missing.",
                "What is u to be for x = 1?",
                (("_CUBIC * (x * x)", "x * x"),),
            ),
            (
                "three times x for its cube",
                "Three times x stands where the cube of x belongs: u is a straight line now.",
                "What is the cube of 2?",
                (("_CUBIC * (x * x)", "_CUBIC * 3"),),
            ),
            (
                "fourth power for the cube",
                "A fourth power stands where the cube belongs: it has the same sign on both sides of 0, u should not.",
                "What should u be at -1, when you know it at 1?",
                (("_CUBIC * (x * x)", "_CUBIC * (x * x * x)"),),
            ),
            (
                "root of the whole",
                "The root was taken of the whole product: left of 0 that is not a number.",
                "How far does the root reach?",
                ((_U, "(2 / math.pi * x * (1 + _CUBIC * (x * x))) ** 0.5"),),
            ),
            (
                "one minus the tangent",
                "The gate is mirrored: large negative numbers pass through it and positive ones do not.",
                "What should remain of x = 9?",
                (("(1 + _gelu", "(1 - _gelu"),),
            ),
            (
                "halved twice",
                "Every number is half of what it should be: far to the right, the output should be x itself.",
                "Between which two numbers lies one plus a tangent?",
                (("0.5 * x", "0.25 * x"),),
            ),
            (
                "tangent added to x",
                "Half the tangent was added to half of x, where one plus the tangent has to multiply it.",
                "What multiplies x for x = 9?",
                ((_WHOLE, "0.5 * (x + _gelu_tanh(_squarable(x)))"),),
            ),
            (
                "tangent added behind the product",
                "The tangent was added to half of x, where one plus the tangent has to multiply it.",
                "How far does the bracket reach?",
                ((_WHOLE, "0.5 * x + _gelu_tanh(_squarable(x))"),),
            ),
            (
                "sigmoid of u",
                "The gate opens half as steeply as it should: it is the sigmoid of u, where one plus the tangent of u, halved, was "
                "asked for.",
                "How are the sigmoid and the tangent related, and by which factor do their arguments differ?",
                (("array_module(x).tanh(", "array_module(x).tanh(0.5 * "),),
            ),
            (
                "tangent without hyperbola",
                "This is the tangent of an angle, which has poles; the hyperbolic one lies between -1 and 1.",
                "Which of the two tangents was asked for?",
                (("array_module(x).tanh(", "array_module(x).tan("),),
            ),
            (
                "arc tangent",
                "This is the arc tangent, which leads to 1.57; the hyperbolic tangent leads to 1.",
                "Which of the functions with a tangent in their name was asked for?",
                (("array_module(x).tanh(", "array_module(x).arctan("),),
            ),
            (
                "error function of u",
                "The error function was taken of u, where the hyperbolic tangent belongs: two approximations were mixed.",
                "Which function of u was asked for?",
                (("array_module(x).tanh(", "_erf("),),
            ),
            ("tangent of x", "The tangent was taken of x itself, not of u.", "What is u?", ((_U, "x"),)),
            (
                "a tangent that overflows to the left",
                "For numbers in the tens to the left of 0 the exponential becomes infinite, and infinite over infinite is "
                "not a number.",
                OVERFLOW,
                (LEFT,),
            ),
            *(
                (
                    f"{key} cached",
                    f"The output is right, but the cache holds {what}, and the slope has to be taken at x.",
                    "What was the cache to hold?",
                    (("GeluCache(x)", f"GeluCache({new})"),),
                )
                for key, what, new in (
                    ("output", "the output", _WHOLE),
                    ("tangent", "the tangent", "_gelu_tanh(x)"),
                    ("gate", "the gate", "0.5 * (1 + _gelu_tanh(x))"),
                    ("u", "u", "_ROOT_2_OVER_PI * x * (1 + 0.044715 * x * x)"),
                )
            ),
            (
                "x for the cache",
                "The output is right, but x itself stands where a cache with x in it was asked for.",
                "Which type was the cache to have?",
                (("GeluCache(x)", "x"),),
            ),
            (
                "a plain tuple for the cache",
                "The output is right, but the cache is a tuple without the name of its field.",
                "Which type was the cache to have?",
                (("GeluCache(x)", "(x,)"),),
            ),
            (
                "no cache",
                "The output is there, but nothing for backward: a pair of output and cache was asked for.",
                "What does backward need beside the gradient from above?",
                ((", GeluCache(x)", ""),),
            ),
        )
    ),
)

MORE = unpaired(
    gelu_forward,
    _MORE,
    edited=("_gelu_tanh",),
    but=("output cached", "halved twice", "one minus the tangent"),
)
