"""Dropout: `dropout_forward` and `dropout_backward` of `scratchgpt/ops/dropout.py`, the same mask.

The idea: the reference writes each of the eight steps of splitmix64 to memory as 8-byte integers; here
they stay in registers, and only x is read and y written. (4096, 1536) on one thread: 90 ms before, 2.2 now.
"""

import math

import numpy as np
from numba import prange

from ...compiling import inlined, kernel
from ...ops import REFERENCE
from ...ops.arrays import Array
from ...ops.dropout import DropoutCache
from ...ops.keyed_masks import draw_key
from .sharing import computable, cut, flat, number, pieces

_U = np.uint64
_GOLDEN, _MIX_1, _MIX_2 = _U(0x9E3779B97F4A7C15), _U(0xBF58476D1CE4E5B9), _U(0x94D049BB133111EB)
_30, _27, _31, _40 = _U(30), _U(27), _U(31), _U(40)


def dropout_forward(x: Array, p: float, rng: np.random.Generator | None) -> tuple[Array, DropoutCache]:
    """As `dropout_forward` of the reference.

    Shapes: x (..., C) -> y (..., C)
    """
    if rng is None or p == 0 or not computable(x):
        return REFERENCE.dropout_forward(x, p, rng)
    key = draw_key(rng)
    return _apply(x, key, p), DropoutCache(key, p)


def dropout_backward(dy: Array, cache: DropoutCache) -> Array:
    """As `dropout_backward` of the reference: the mask is drawn again.

    Shapes: dy (..., C) -> dx (..., C)
    """
    if cache.key is None or not computable(dy):
        return REFERENCE.dropout_backward(dy, cache)
    return _apply(dy, cache.key, cache.p)


def _apply(x: Array, key: int, p: float) -> Array:
    numbers = flat(x)
    y = np.empty_like(numbers)
    scale = number(x.dtype, 1 / (1 - p))
    _dropout(numbers, y, np.uint64(key), np.uint64(math.ceil(p * 2**24)), scale, pieces(x.size))
    return y.reshape(x.shape)  # (..., C)


@inlined
def keeps(key, i, bar):
    """Whether element i stays: the top 24 bits of splitmix64(key + i) reach `bar`, all uint64."""
    z = key + i + _GOLDEN
    z = (z ^ (z >> _30)) * _MIX_1
    z = (z ^ (z >> _27)) * _MIX_2
    return ((z ^ (z >> _31)) >> _40) >= bar


@inlined
def _dropout_all(x, y, first, bar, scale):
    for i in range(x.shape[0]):
        y[i] = x[i] * (scale if keeps(first, np.uint64(i), bar) else x.dtype.type(0))


@kernel(parallel=True)
def _dropout(x, y, key, bar, scale, n):
    """x scaled where it stays, x times 0 elsewhere (so that NaN and infinity show), in pieces."""
    if n == 1:
        _dropout_all(x, y, key, bar, scale)
    else:
        for c in prange(n):
            piece = cut(c, n, x.shape[0])
            _dropout_all(x[piece], y[piece], key + np.uint64(piece.start), bar, scale)
