"""F.1 to F.4: softmax, GELU, layernorm and the mask."""

from functools import cache

import numpy as np

from ...worked.film_by_hand import film_gelu, film_layernorm, film_mask, film_softmax
from ..exercise import Exercise, Probe
from . import _project_film_mask_mistakes as mask_mistakes
from . import _project_film_pieces_mistakes as mistakes
from ._project_film_parts import STAGES


@cache
def _softmax() -> list[Probe]:
    rng = np.random.default_rng(100)
    masked = np.where(np.tri(4, dtype=bool), rng.standard_normal((2, 4, 4)), -np.inf)
    return [
        Probe("basic", (rng.standard_normal((3, 5)),)),
        Probe("heads", (rng.standard_normal((2, 3, 4)),)),
        Probe("one row", (rng.standard_normal(6),)),
        Probe("square", (rng.standard_normal((4, 4)),)),
        Probe("large scores", (np.array([[900.0, 899.0, 0.0], [-800.0, -801.0, -802.0]]),)),
        Probe("masked", (masked,)),
        Probe("a view", (rng.standard_normal((5, 3)).T,)),
    ]


SOFTMAX = Exercise(
    id="F.1",
    reference=film_softmax,
    task="""
    Turn each row of scores into probabilities.

    x: (..., V), float, with zero or more axes in front: each row along the last axis is for itself. Return
    probabilities of the same shape: positive, each row summing to 1, and two probabilities of a row are in
    the ratio of e to the difference of their scores. Scores may be in the hundreds, or minus infinity where
    something is not allowed (never a whole row of them): nothing may overflow. Do not modify x.

    >>> film_softmax(np.array([2.0, 1.0, 0.5])).round(4)
    array([0.6285, 0.2312, 0.1402])
    >>> film_softmax(np.array([[0.0, 0.0, -np.inf], [1000.0, 1000.0, 1000.0]])).round(4)
    array([[0.5   , 0.5   , 0.    ],
           [0.3333, 0.3333, 0.3333]])
    """,
    probes=_softmax,
    mistakes=mistakes.SOFTMAX,
    hints=(
        "What stays of a row's probabilities when the same number is added to all its scores?",
        "Make the largest score of each row 0 before you take powers of e: then none of them is above 1.",
        "Largest and sum have to keep their axis, so that each row is compared with its own.",
    ),
    difficulty=1,
    minutes=5,
    importance=5,
    lines=2,
    beside=STAGES,
)


@cache
def _gelu() -> list[Probe]:
    rng = np.random.default_rng(101)
    return [
        Probe("basic", (2 * rng.standard_normal((3, 5)),)),
        Probe("one number", (np.array([0.7]),)),
        Probe("around 0", (np.array([-0.02, 0.0, 0.03]),)),
        Probe("large numbers", (np.array([-40.0, -7.0, 7.0, 40.0]),)),
        Probe("a view", (rng.standard_normal((4, 3)).T,)),
    ]


GELU = Exercise(
    id="F.2",
    reference=film_gelu,
    task="""
    GELU in the form with tanh, and its slope: with both at hand, the way back is a single product.

    x: array of any shape, float. Return (y, slope), both of the shape of x. y: each number is halved and
    multiplied by one plus the hyperbolic tangent of u; u is the root of 2/pi times the sum of x and 0.044715
    times the cube of x. slope: the derivative of y by x at each number, of this same form. Do not modify x.

    >>> y, slope = film_gelu(np.array([-1.0, 0.0, 1.0, 3.0]))
    >>> y.round(4)
    array([-0.1588,  0.    ,  0.8412,  2.9964])
    >>> slope.round(4)
    array([-0.083 ,  0.5   ,  1.083 ,  1.0116])
    """,
    probes=_gelu,
    returns=("y", "slope"),
    mistakes=mistakes.GELU,
    hints=(
        "y is a product of two things that depend on x. What does the product rule say?",
        "The derivative of the tangent is one minus its square, and then comes the derivative of what is inside.",
        "Inside stands a sum: its derivative has a one, and three times the constant with a square. The root of 2/pi "
        "stands before both.",
    ),
    difficulty=2,
    minutes=10,
    importance=4,
    lines=4,
    beside=STAGES,
)


@cache
def _layernorm() -> list[Probe]:
    rng = np.random.default_rng(102)
    gain, bias = 1 + rng.standard_normal((2, 5))
    return [
        Probe("basic", (1.5 + 2 * rng.standard_normal((3, 5)), gain, bias)),
        Probe("square", (rng.standard_normal((5, 5)), gain, bias)),
        Probe("small numbers", (2e-3 * rng.standard_normal((4, 5)), gain, bias)),
        Probe("a constant row", (np.full((2, 5), 3.0), gain, bias)),
        Probe("one position", (rng.standard_normal((1, 5)), gain, bias)),
        Probe("a view", (rng.standard_normal((5, 3)).T, gain, bias)),
    ]


LAYERNORM = Exercise(
    id="F.3",
    reference=film_layernorm,
    task="""
    Give each position mean 0 and variance 1, then scale and shift each channel.

    x: (T, C), float; gain and bias: (C,). Each row of x is normalised by itself; the variance is the mean of
    the squared deviations (divided by C), and 0.00001 is added to it before the root is taken, so that a
    constant row gives 0.
    Return (y, cache). y: (T, C), the normalised rows times gain plus bias. cache: FilmNorm(x_hat, rstd,
    gain): x_hat (T, C), the normalised rows; rstd (T, 1), the number that the deviations of each row were
    multiplied by; gain as it was given. Do not modify x, gain or bias.

    >>> x, gain, bias = np.array([[1.0, 3.0], [5.0, 5.0]]), np.array([1.0, 2.0]), np.array([0.0, 10.0])
    >>> y, cache = film_layernorm(x, gain, bias)
    >>> y.round(3)
    array([[-1., 12.],
           [ 0., 10.]])
    >>> cache.x_hat.round(3)
    array([[-1.,  1.],
           [ 0.,  0.]])
    >>> cache.rstd.round(3)
    array([[  1.   ],
           [316.228]])
    """,
    probes=_layernorm,
    returns=("y", "cache"),
    mistakes=mistakes.LAYERNORM,
    hints=(
        "Two averages per row: of its numbers, and of the squares of what is left when the first is taken away.",
        "rstd is one number per row, and it keeps its axis so that it stands beside its row.",
        "The small number goes inside of the root; gain and bias come last and are no part of the normalised rows.",
    ),
    difficulty=2,
    minutes=10,
    importance=5,
    lines=4,
    beside=STAGES,
)

MASK = Exercise(
    id="F.4",
    reference=film_mask,
    task="""
    Which positions each position may look at: itself and those before it.

    T: an integer, at least 1, the number of positions. Return booleans (T, T): row i belongs to the position
    that looks, column j to the one that is looked at, and True means that it may.

    >>> film_mask(3).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    """,
    probes=lambda: [Probe(f"{T} positions", (T,)) for T in (4, 1, 2, 6)],
    returns=("mask",),
    mistakes=mask_mistakes.MASK,
    hints=(
        "The first row belongs to the first position: how many positions may it look at?",
        "Compare a row of positions with a column of positions: one comparison makes the whole table.",
        "The position that is looked at must not be greater than the one that looks; equal is allowed.",
    ),
    difficulty=1,
    minutes=5,
    importance=5,
    lines=2,
    beside=STAGES,
)
