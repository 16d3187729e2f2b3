"""Dropout whose mask is a pure function of one number, so that backward can draw it again."""

from typing import NamedTuple

import numpy as np

from .arrays import Array
from .keyed_masks import draw_key, keep_mask


class DropoutCache(NamedTuple):
    """`key`: the 64-bit number drawn for this call, None when nothing was dropped; `p`."""

    key: int | None
    p: float


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
    key = draw_key(rng)
    return x * keep_mask(x, key, p) * (1 / (1 - p)), DropoutCache(key, p)


def dropout_backward(dy: Array, cache: DropoutCache) -> Array:
    """Gradient of dropout: the same mask, the same scale.

    Shapes: dy (..., C) -> dx (..., C)
    Backward: dx = dy * mask / (1 - p)
    """
    key, p = cache
    return dy if key is None else dy * keep_mask(dy, key, p) * (1 / (1 - p))
