"""Dropout whose mask is a pure function of one number, so that backward can draw it again."""

import math
from typing import Any, NamedTuple

import numpy as np

from .arrays import Array, array_module


class DropoutCache(NamedTuple):
    """`key`: the 64-bit number drawn for this call, None when nothing was dropped; `p`."""

    key: int | None
    p: float


def _kept(x: Array, key: int, p: float) -> Array:
    """Which elements of x stay: those whose 24 random bits reach p.

    Element i (in C order) looks at the top 24 bits of splitmix64(key + i): the same integers on every
    backend, bit for bit. Source of the mixing function: Steele, Lea, Flood 2014.
    """
    xp = array_module(x)
    z = xp.arange(x.size, dtype=np.uint64)
    z += np.uint64(key)
    z += np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    kept = (z >> np.uint64(40)) >= np.uint64(math.ceil(p * 2**24))
    return kept.reshape(x.shape)  # (..., C)


def dropout_forward(x: Array, p: float, rng: np.random.Generator | None) -> tuple[Array, DropoutCache]:
    """Set each element to 0 with probability p and scale the others by 1/(1 - p).

    Without a generator, or with p = 0, nothing is dropped: evaluation passes no generator.

    Shapes: x (..., C) -> y (..., C)
    Forward: y = x * mask / (1 - p), so that the expectation of y is x (inverted dropout).
    Cache: the key of the mask, not the mask.
    Source: Srivastava et al. 2014, section 10.
    """
    if rng is None or p == 0:
        return x, DropoutCache(None, p)
    key = int(rng.integers(0, 2**64, dtype=np.uint64))
    return _apply(x, key, p), DropoutCache(key, p)


def dropout_backward(dy: Array, cache: DropoutCache) -> Array:
    """Gradient of dropout: the same mask, the same scale.

    Shapes: dy (..., C) -> dx (..., C)
    Backward: dx = dy * mask / (1 - p)
    """
    key, p = cache
    return dy if key is None else _apply(dy, key, p)


def _apply(x: Array, key: int, p: Any) -> Array:
    return x * _kept(x, key, p) * (1 / (1 - p))
