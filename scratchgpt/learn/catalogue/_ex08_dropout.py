"""08.8 and 08.9: dropout and its gradient."""

import numpy as np

from ...ops.dropout import DropoutCache, dropout_backward, dropout_forward
from ..exercise import Exercise, Probe
from ._ex08_dropout_backward_more import MISTAKES as BACKWARD_MISTAKES
from ._ex08_dropout_more import MISTAKES as FORWARD_MISTAKES


def _forward_probes() -> list[Probe]:
    rng = np.random.default_rng(88)

    def probe(name: str, *shape: int, p: float, seed: int | None = 5) -> Probe:
        generator = None if seed is None else np.random.default_rng(seed)
        return Probe(name, (rng.standard_normal(shape), p, generator))

    return [
        probe("basic", 2, 3, 5, p=0.25),
        probe("rarely dropped", 6, 7, p=0.1, seed=6),
        probe("half dropped", 4, 4, p=0.5, seed=7),
        probe("mostly dropped", 8, 5, p=0.8, seed=8),
        probe("one vector", 9, p=0.25, seed=9),
        probe("no generator", 2, 3, 5, p=0.25, seed=None),
        probe("p = 0", 3, 4, p=0.0),
        Probe("a view", (rng.standard_normal((5, 3)).T, 0.3, np.random.default_rng(10))),
    ]


FORWARD = Exercise(
    id="08.8",
    reference=dropout_forward,
    task="""
    Dropout: set each number to 0 with probability p, and scale the others so that the mean stays.

    x: array of any shape, float. p: a float, 0 or more and below 1. rng: a NumPy generator, or None.
    Return (y, cache). y has the shape of x; the mean of y over many masks is x. cache: DropoutCache(key, p).

    The mask is not stored but made anew from one number, its key. Two functions of the package are there for
    it. draw_key takes the generator and returns a key, an integer. keep_mask takes an array, a key and p, in
    this order, and returns booleans of the shape of that array, True where a number stays; call it once, on
    the whole of x. Draw one key per call, and none in vain: without a generator, or with p at 0, nothing is
    dropped, y is x as it came, and the key in the cache is None. Do not modify x.

    >>> y, cache = dropout_forward(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 0.5, np.random.default_rng(3))
    >>> y
    array([ 2.,  4.,  0.,  0., 10.])
    >>> cache == DropoutCache(draw_key(np.random.default_rng(3)), 0.5)
    True
    >>> dropout_forward(np.array([1.0, 2.0]), 0.5, None)
    (array([1., 2.]), DropoutCache(key=None, p=0.5))
    """,
    probes=_forward_probes,
    returns=("y", "cache"),
    mistakes=FORWARD_MISTAKES,
    hints=(
        "Of 100 numbers of size 1, how many are left with p of 0.2, and what is their sum? What should it be?",
        "In the example half of the numbers were dropped, and the ones that stayed have doubled. What would a p of 0.75 do?",
        "A mask of booleans counts as 1 and 0 in a product. The scale is one over the share of numbers that stay.",
    ),
    difficulty=2,
    minutes=10,
    importance=4,
    lines=4,
)


def _backward_probes() -> list[Probe]:
    rng = np.random.default_rng(89)

    def probe(name: str, *shape: int, p: float, key: int | None) -> Probe:
        return Probe(name, (rng.standard_normal(shape), DropoutCache(key, p)))

    return [
        probe("basic", 2, 3, 5, p=0.25, key=11),
        probe("rarely dropped", 6, 7, p=0.1, key=2**64 - 5),
        probe("half dropped", 4, 4, p=0.5, key=0),
        probe("mostly dropped", 8, 5, p=0.8, key=123456789),
        probe("one vector", 9, p=0.25, key=7),
        probe("nothing dropped", 2, 3, 5, p=0.25, key=None),
        Probe("a view", (rng.standard_normal((5, 3)).T, DropoutCache(99, 0.3))),
    ]


BACKWARD = Exercise(
    id="08.9",
    reference=dropout_backward,
    task="""
    The gradient of dropout.

    dy: the gradient of the output, any shape, float. cache: DropoutCache(key, p) of the forward pass, in which
    the numbers that stayed were scaled so that the mean stayed what it was. key is the number that the mask is
    made of, an integer (0 is one like any other), or None where nothing was dropped. keep_mask makes that mask
    again: it takes an array, the key and p, in this order, and returns booleans of the shape of that array,
    True where a number stayed.
    Return dx, same shape. Where nothing was dropped, dx is dy as it came. Do not modify dy.

    >>> y, cache = dropout_forward(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 0.5, np.random.default_rng(3))
    >>> y
    array([ 2.,  4.,  0.,  0., 10.])
    >>> dropout_backward(np.array([10.0, 20.0, 30.0, 40.0, 50.0]), cache)
    array([ 20.,  40.,   0.,   0., 100.])
    >>> dropout_backward(np.array([10.0, 20.0]), DropoutCache(None, 0.5))
    array([10., 20.])
    """,
    probes=_backward_probes,
    returns=("dx",),
    mistakes=BACKWARD_MISTAKES,
    hints=(
        "How much does the output move when a number that was dropped moves? And when one that stayed moves?",
        "The slope of each output in its own input is a fixed number once the mask is fixed: one of two numbers.",
        "What the forward pass did to x, the backward pass does to the gradient: the same mask, the same scale.",
    ),
    difficulty=1,
    minutes=6,
    importance=4,
    lines=3,
    needs=("08.8",),
)
