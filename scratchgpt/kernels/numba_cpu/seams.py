"""Bias and GELU, bias and residual: the functions of `scratchgpt/ops/seams.py`, one pass behind a product.

The idea: the product is BLAS's; what follows it is one pass that reads the product once, where the separate
ops read and write it two or three times: forward the bias, then the GELU, or the bias, dropout and the sum
with the residual; backward the GELU's slope and the column sums that are the gradient of the bias. What that
pass takes on one thread, in ms, separate before and joined now:

                       (768, 512)        (4096, 1536)
    bias, GELU         0.24 -> 0.23      3.5 -> 2.9
    slope, sums        0.30 -> 0.28      4.5 -> 3.6
    bias, residual     0.16 -> 0.06      3.8 -> 2.0

Small arrays stay in the cache between two passes: there it is the arithmetic of the GELU that counts.
"""

import math

import numpy as np
from numba import prange

from ...compiling import inlined, kernel
from ...ops import REFERENCE
from ...ops.activations import GeluCache
from ...ops.arrays import Array
from ...ops.dropout import DropoutCache
from ...ops.keyed_masks import draw_key
from ...ops.linear import LinearCache
from ...ops.seams import LinearGeluCache, LinearResidualCache
from .activations import gelu_of, gelu_slope
from .dropout import keeps
from .linear import add_product
from .sharing import computable, number, pieces, rows


def linear_gelu_forward(x: Array, weight: Array, bias: Array | None = None) -> tuple[Array, LinearGeluCache]:
    """As `linear_gelu_forward` of the reference; the sum with the bias is kept for backward.

    Shapes: x (..., I), weight (I, O), bias (O) or None -> y (..., O)
    """
    if not _fits(x, weight, bias):
        return REFERENCE.linear_gelu_forward(x, weight, bias)
    wide = x.reshape(-1, x.shape[-1]) @ weight  # (N, I), (N, O)
    y = np.empty_like(wide)
    _bias_gelu(wide, _shift(weight, bias), y, pieces(y.size))
    shape = (*x.shape[:-1], weight.shape[1])
    gelu = GeluCache(wide.reshape(shape))  # (..., O)
    return y.reshape(shape), LinearGeluCache(LinearCache(x, weight, bias), gelu)  # (..., O)


def linear_gelu_backward_into(
    dy: Array, cache: LinearGeluCache, dweight: Array, dbias: Array | None = None
) -> Array:
    """As `linear_gelu_backward_into` of the reference.

    Shapes: dy (..., O), dweight (I, O), dbias (O) or None -> dx (..., I)
    """
    (x, weight, _bias), (wide,) = cache
    plain = computable(dy, x, weight, wide, dweight, dbias)
    if not plain or dweight.shape != weight.shape or dy.shape != wide.shape:
        return REFERENCE.linear_gelu_backward_into(dy, cache, dweight, dbias)
    d, n = rows(dy), pieces(dy.size)
    dwide, sums = np.empty_like(d), np.zeros((n, d.shape[1]), d.dtype)
    _bias_gelu_back(d, rows(wide), dwide, sums, n)
    if dbias is not None:
        dbias += sums.sum(axis=0)
    add_product(x.reshape(-1, x.shape[-1]), dwide, dweight)  # (N, I)
    return (dwide @ weight.T).reshape(x.shape)  # (..., I)


def linear_residual_forward(
    x: Array,
    weight: Array,
    bias: Array | None,
    residual: Array,
    *,
    dropout: float = 0.0,
    rng: np.random.Generator | None = None,
) -> tuple[Array, LinearResidualCache]:
    """As `linear_residual_forward` of the reference, the same mask bit for bit.

    Shapes: x (..., I), weight (I, O), bias (O) or None, residual (..., O) -> y (..., O)
    """
    same = residual.shape == (*x.shape[:-1], weight.shape[-1])
    if not _fits(x, weight, bias) or not same or not computable(x, residual):
        return REFERENCE.linear_residual_forward(x, weight, bias, residual, dropout=dropout, rng=rng)
    y = x.reshape(-1, x.shape[-1]) @ weight  # (N, I), (N, O)
    key, bar = None, 0
    if rng is not None and dropout != 0:
        key, bar = draw_key(rng), math.ceil(dropout * 2**24)
    scale = number(y.dtype, 1 / (1 - dropout) if bar else 1)
    mask = np.uint64(key or 0), np.uint64(bar), scale
    _bias_residual(y, _shift(weight, bias), rows(residual), *mask, pieces(y.size))
    caches = LinearCache(x, weight, bias), DropoutCache(key, dropout)
    return y.reshape(residual.shape), LinearResidualCache(*caches)  # (..., O)


def _fits(x: Array, weight: Array, bias: Array | None) -> bool:
    """Whether the kernels can take these."""
    return computable(x, weight, bias) and (bias is None or bias.shape == weight.shape[1:])


def _shift(weight: Array, bias: Array | None) -> Array:
    """Return the bias (O,), zeros where there is none."""
    return np.zeros(weight.shape[1], weight.dtype) if bias is None else np.ascontiguousarray(bias)


@inlined
def _bias_gelu_rows(wide, bias, y, start, stop):
    for i in range(start, stop):
        for j in range(wide.shape[1]):
            a = wide[i, j] + bias[j]
            wide[i, j] = a
            y[i, j] = gelu_of(a)


@kernel(parallel=True)
def _bias_gelu(wide, bias, y, n):
    """wide + b in place and its GELU, each piece of the rows in its own thread."""
    N = wide.shape[0]
    if n == 1:
        _bias_gelu_rows(wide, bias, y, 0, N)
    else:
        for c in prange(n):
            _bias_gelu_rows(wide, bias, y, c * N // n, (c + 1) * N // n)


@inlined
def _bias_gelu_back_rows(dy, wide, dwide, total, start, stop):
    for i in range(start, stop):
        for j in range(dy.shape[1]):
            d = dy[i, j] * gelu_slope(wide[i, j])
            dwide[i, j] = d
            total[j] += d


@kernel(parallel=True)
def _bias_gelu_back(dy, wide, dwide, sums, n):
    """dy times the slope, each piece of the rows in its own thread, their sum in sums[piece]."""
    N = dy.shape[0]
    if n == 1:
        _bias_gelu_back_rows(dy, wide, dwide, sums[0], 0, N)
    else:
        for c in prange(n):
            _bias_gelu_back_rows(dy, wide, dwide, sums[c], c * N // n, (c + 1) * N // n)


@inlined
def _bias_residual_rows(y, bias, residual, key, bar, scale, start, stop):
    C = y.shape[1]
    zero = y.dtype.type(0)
    for i in range(start, stop):
        if bar == 0:
            for j in range(C):
                y[i, j] = residual[i, j] + (y[i, j] + bias[j])
        else:
            first = key + np.uint64(i) * np.uint64(C)
            for j in range(C):
                factor = scale if keeps(first, np.uint64(j), bar) else zero
                y[i, j] = residual[i, j] + (y[i, j] + bias[j]) * factor


@kernel(parallel=True)
def _bias_residual(y, bias, residual, key, bar, scale, n):
    """residual + (y + b) in place of y, y + b dropped where `bar` is not 0, each piece in its own thread."""
    N = y.shape[0]
    if n == 1:
        _bias_residual_rows(y, bias, residual, key, bar, scale, 0, N)
    else:
        for c in prange(n):
            _bias_residual_rows(y, bias, residual, key, bar, scale, c * N // n, (c + 1) * N // n)
