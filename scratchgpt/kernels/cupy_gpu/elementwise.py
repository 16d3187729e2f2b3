"""GELU, dropout, sums of rows and AdamW on the GPU: launches what is in elementwise.cu."""

import math
from typing import Any

import numpy as np

from ...ops import REFERENCE
from ...ops.activations import GeluCache
from ...ops.arrays import Array, array_module
from ...ops.dropout import DropoutCache, draw_key
from .launch import computable, dense, launch, stretches

_FILE, _THREADS = "elementwise", 256


def gelu_forward(x: Array) -> tuple[Array, GeluCache]:
    """As `gelu_forward` of the reference.

    Shapes: x (..., C) -> y (..., C)
    """
    if not computable(x):
        return REFERENCE.gelu_forward(x)
    x = dense(x)
    y = array_module(x).empty_like(x)
    each("gelu", x, x, None, x.size, 1, y)
    return y, GeluCache(x)


def gelu_backward(dy: Array, cache: GeluCache) -> Array:
    """As `gelu_backward` of the reference.

    Shapes: dy (..., C) -> dx (..., C)
    """
    if not computable(dy, cache.x) or dy.shape != cache.x.shape:
        return REFERENCE.gelu_backward(dy, cache)
    dy, x = (dense(a) for a in (dy, cache.x))
    dx = array_module(x).empty_like(x)
    each("gelu_back", x, dy, x, x.size, dx)
    return dx


def dropout_forward(x: Array, p: float, rng: np.random.Generator | None) -> tuple[Array, DropoutCache]:
    """As `dropout_forward` of the reference: the same mask, bit for bit.

    Shapes: x (..., C) -> y (..., C)
    """
    if rng is None or p == 0 or not computable(x):
        return REFERENCE.dropout_forward(x, p, rng)
    cache = DropoutCache(draw_key(rng), p)
    return _dropped(x, cache), cache


def dropout_backward(dy: Array, cache: DropoutCache) -> Array:
    """As `dropout_backward` of the reference: the mask is drawn again.

    Shapes: dy (..., C) -> dx (..., C)
    """
    if cache.key is None or not computable(dy):
        return REFERENCE.dropout_backward(dy, cache)
    return _dropped(dy, cache)


def _dropped(x: Array, cache: DropoutCache) -> Array:
    x = dense(x)
    y = array_module(x).empty_like(x)
    each("dropout", x, x, x.size, *kept(cache), y)
    return y


def kept(cache: DropoutCache) -> tuple[np.uint64, np.uint64, float]:
    """Return (key, bar, scale) as the kernels take them: what reaches the bar stays, times the scale."""
    if cache.key is None:
        return np.uint64(0), np.uint64(0), 1.0
    return np.uint64(cache.key), np.uint64(math.ceil(cache.p * 2**24)), 1 / (1 - cache.p)


def sum_rows(x: Array) -> Array:
    """Return the sum (C) over the rows of x (N, C), which are contiguous."""
    N, C = x.shape
    parts = array_module(x).empty((stretches(N), C), x.dtype)
    launch(_FILE, "sum_columns", x.dtype, (-(-C // 32), len(parts)), 256, x, N, C, parts)
    return parts.sum(axis=0)


def adamw_scaled_step(
    param: Array,
    grad: Array,
    m: Array,
    v: Array,
    *,
    scale: float,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
    step: int,
) -> None:
    """As `adamw_scaled_step` of the reference, in one pass.

    Shapes: param (N), grad (N), m (N), v (N) -> nothing
    """
    arrays, options = (param, grad, m, v), {"lr": lr, "betas": betas, "eps": eps, "step": step}
    if not computable(*arrays) or not all(a.flags.c_contiguous for a in arrays):
        REFERENCE.adamw_scaled_step(*arrays, scale=scale, weight_decay=weight_decay, **options)
        return
    rest, corrections = [1 - beta for beta in betas], [1 - beta**step for beta in betas]
    numbers = (scale, lr, *betas, eps, weight_decay, *rest, *corrections)
    each("adamw", param, *arrays, param.size, *(float(number) for number in numbers))


def adamw_step(
    param: Array,
    grad: Array,
    m: Array,
    v: Array,
    *,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
    step: int,
) -> None:
    """As `adamw_step` of the reference, in one pass.

    Shapes: param (N), grad (N), m (N), v (N) -> nothing
    """
    options: dict[str, Any] = {"lr": lr, "betas": betas, "eps": eps, "step": step}
    options["weight_decay"] = weight_decay
    adamw_scaled_step(param, grad, m, v, scale=1.0, **options)


def each(kernel: str, like: Array, *arguments: Any) -> None:
    """Launch a kernel with a thread for each number; the first whole number says how many those are."""
    n = next(a for a in arguments if isinstance(a, int))
    passed, counted = [], False
    for a in arguments:
        wide = isinstance(a, int) and not counted
        counted = counted or wide
        passed.append(np.int64(a) if wide else a)
    launch(_FILE, kernel, like.dtype, -(-n // _THREADS), _THREADS, *passed)
