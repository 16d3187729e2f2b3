"""08.4: the slope of GELU."""

import numpy as np

from ...ops.activations import gelu_backward, gelu_forward
from ..exercise import Exercise, Mistake, Probe
from ._ex08_gelu_backward_more import MORE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(83)

    def probe(name: str, x: np.ndarray) -> Probe:
        return Probe(name, (rng.standard_normal(x.shape), gelu_forward(x)[1]))

    return [
        probe("basic", 2 * rng.standard_normal((2, 3, 5))),
        probe("square", rng.standard_normal((4, 4))),
        probe("around 0", np.array([-0.01, 0.0, 0.02])),
        probe("large numbers", np.array([-60.0, -9.0, 9.0, 60.0])),
        probe("a view", rng.standard_normal((5, 3)).T),
    ]


EXERCISE = Exercise(
    id="08.4",
    reference=gelu_backward,
    task="""
    The gradient of GELU in the form with tanh.

    dy: the gradient of the output, in the shape of x. cache: GeluCache(x) of the forward pass. Return dx,
    in the same shape. It is the slope of the very function of 08.3 (not that of the exact GELU) times
    what comes from above, exact to the precision of the arithmetic: a difference quotient is not. Numbers
    may be in the tens: nothing may overflow to NaN. Do not modify dy or the cache: the cache may be used
    again.

    >>> _, cache = gelu_forward(np.array([-1.0, 0.0, 1.0, 3.0]))
    >>> gelu_backward(np.ones(4), cache).round(4)
    array([-0.083 ,  0.5   ,  1.083 ,  1.0116])
    >>> gelu_backward(np.array([10.0, 2.0, 0.0, -1.0]), cache).round(4)
    array([-0.8296,  1.    ,  0.    , -1.0116])
    >>> np.abs(gelu_backward(np.array([1.0, 2.0]), gelu_forward(np.array([-60.0, 60.0]))[1]))
    array([0., 2.])
    """,
    probes=probes,
    returns=("dx",),
    edited=("_gelu_tanh",),
    mistakes=(
        Mistake(
            "slope of the exact form",
            "This is the slope of the exact GELU, with the normal density: a right gradient of another function.",
            "Which function did the forward pass compute?",
            edits=(
                (
                    "0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du",
                    "0.5 * (1 + _erf(x * math.sqrt(0.5))) + x * np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)",
                ),
            ),
        ),
        Mistake(
            "slope of the sigmoid form",
            "This is the slope of the approximation with a sigmoid and 1.702: a right gradient of another function.",
            "Which function did the forward pass compute?",
            edits=(
                (
                    "0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du",
                    "(lambda s: s + 1.702 * x * s * (1 - s))(1 / (1 + np.exp(-1.702 * x)))",
                ),
            ),
        ),
        Mistake(
            "dy forgotten",
            "The gradient that comes from above was not used: it is as if it were 1 everywhere.",
            "What does the chain rule do with what comes from above?",
            edits=(("return dy * (", "return ("),),
        ),
        Mistake(
            "first term only",
            "The gate was treated as a constant: but it opens further when x grows.",
            "How many factors of the product depend on x?",
            edits=((" + 0.5 * x * (1 - t * t) * du", ""),),
        ),
        Mistake(
            "second term only",
            "Only the gate was differentiated: at 0 the slope should be one half, and yours is 0.",
            "How many factors of the product depend on x?",
            edits=(("0.5 * (1 + t) + 0.5 * x", "0.5 * x"),),
        ),
        Mistake(
            "output for slope",
            "This is the output of GELU times what comes from above, not its slope: at 0 the slope is one half.",
            "How much does the output grow when x grows a little?",
            edits=(("0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du", "0.5 * x * (1 + t)"),),
        ),
        Mistake(
            "inner slope forgotten",
            "The tangent was differentiated with respect to u, and there it stopped: u depends on x as well.",
            "Which factor does the chain rule add for the inner function?",
            edits=(("(1 - t * t) * du", "(1 - t * t)"),),
        ),
        Mistake(
            "slope of the cube without its 3",
            "In the slope of u the cube lost its exponent: its slope is three times the square.",
            "What is the slope of a cube?",
            edits=(("1 + 3 * _CUBIC", "1 + _CUBIC"),),
        ),
        Mistake(
            "slope of the cube with a 2",
            "In the slope of u the cube was differentiated like a square: its slope is three times the square.",
            "What is the slope of a cube?",
            edits=(("1 + 3 * _CUBIC", "1 + 2 * _CUBIC"),),
        ),
        Mistake(
            "x for its square in the inner slope",
            "The slope of u depends on the sign of x; but the slope of a cube is a square and has no sign.",
            "What is the slope of a cube?",
            edits=(("_CUBIC * (x * x))", "_CUBIC * x)"),),
        ),
        Mistake(
            "factor forgotten in the inner slope",
            "The slope of u lacks the factor in front of the sum, the root of 2/pi.",
            "What becomes of a constant factor when you differentiate?",
            edits=(("du = _ROOT_2_OVER_PI * (", "du = ("),),
        ),
        Mistake(
            "tangent not squared",
            "The slope of the tangent was taken as one minus its value: that is not the same on both sides of 0.",
            "What is the slope of the tangent, said with its own value?",
            edits=(("1 - t * t", "1 - t"),),
        ),
        Mistake(
            "square added",
            "The square of the tangent was added to one: but far from 0 the tangent is flat and its slope 0.",
            "How steep is the tangent where its value is nearly 1?",
            edits=(("1 - t * t", "1 + t * t"),),
        ),
        Mistake(
            "x forgotten in the second term",
            "In the second term the other factor of the product is missing: at 0 the slope should be one half.",
            "Which factor stays as it is while the gate is differentiated?",
            edits=(("0.5 * x * (1 - t", "0.5 * (1 - t"),),
        ),
        Mistake(
            "half forgotten in the second term",
            "The second term is twice too large: the half belongs to both.",
            "Which constant factors has the product?",
            edits=(("0.5 * x * (1 - t", "x * (1 - t"),),
        ),
        Mistake(
            "half forgotten",
            "Every slope is twice what it should be: far to the right it should be 1.",
            "Which constant factors has the product?",
            edits=(("0.5 * (1 + t) + 0.5 * x * (1 - t", "(1 + t) + x * (1 - t"),),
        ),
        Mistake(
            "0.44715",
            "The constant of the cube is ten times too large: 0.44715 for 0.044715.",
            "How many zeros stand behind the point?",
            edits=(("1 + 3 * _CUBIC", "1 + 3 * 0.44715"), ("1 + _CUBIC * (x * x)", "1 + 0.44715 * (x * x)")),
        ),
        *MORE,
    ),
    hints=(
        "The output is a product of two factors that both depend on x: two terms.",
        "The slope of the tangent can be said with its own value: one minus its square.",
        "u depends on x twice, directly and through the cube. Its slope is a factor of the second term only.",
    ),
    difficulty=2,
    minutes=15,
    importance=4,
    lines=4,
    needs=("08.3",),
)
