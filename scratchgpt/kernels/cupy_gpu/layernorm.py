"""Layer normalisation and RMSNorm on the GPU: launches what is in layernorm.cu, which tells the idea."""

from ...ops import REFERENCE
from ...ops.arrays import Array, array_module
from ...ops.layernorm import LayerNormCache, RMSNormCache
from .launch import computable, dense, launch, rows, stretches

_FILE = "layernorm"
_ROWS = 4  # rows of a block, a warp each


def layernorm_forward(
    x: Array, weight: Array, bias: Array | None, eps: float = 1e-5
) -> tuple[Array, LayerNormCache]:
    """As `layernorm_forward` of the reference.

    Shapes: x (..., C), weight (C), bias (C) or None -> y (..., C)
    """
    if not computable(x, weight, bias):
        return REFERENCE.layernorm_forward(x, weight, bias, eps)
    x_rows, xp = rows(x), array_module(x)
    N, C = x_rows.shape
    y, (mean, rstd) = xp.empty_like(x_rows), xp.empty((2, N), x.dtype)
    launch(
        _FILE,
        "layernorm",
        x.dtype,
        -(-N // _ROWS),
        32 * _ROWS,
        x_rows,
        dense(weight),
        dense(bias),
        eps,
        N,
        C,
        y,
        mean,
        rstd,
    )
    each = (*x.shape[:-1], 1)
    cache = LayerNormCache(x, mean.reshape(each), rstd.reshape(each), weight, bias)  # (..., 1)
    return y.reshape(x.shape), cache  # (..., C)


def layernorm_backward(dy: Array, cache: LayerNormCache) -> tuple[Array, Array, Array | None]:
    """As `layernorm_backward` of the reference.

    Shapes: dy (..., C) -> dx (..., C), dweight (C), dbias (C) or None
    """
    x, mean, rstd, weight, bias = cache
    if not computable(dy, x, weight) or dy.shape != x.shape:
        return REFERENCE.layernorm_backward(dy, cache)
    dx, dweight, dbias = _back(dy, x, weight, mean, rstd)
    return dx, dweight, None if bias is None else dbias


def rmsnorm_forward(x: Array, weight: Array, eps: float = 1e-5) -> tuple[Array, RMSNormCache]:
    """As `rmsnorm_forward` of the reference.

    Shapes: x (..., C), weight (C) -> y (..., C)
    """
    if not computable(x, weight):
        return REFERENCE.rmsnorm_forward(x, weight, eps)
    x_rows, xp = rows(x), array_module(x)
    N, C = x_rows.shape
    y, rrms = xp.empty_like(x_rows), xp.empty(N, x.dtype)
    launch(_FILE, "rmsnorm", x.dtype, -(-N // _ROWS), 32 * _ROWS, x_rows, dense(weight), eps, N, C, y, rrms)
    return y.reshape(x.shape), RMSNormCache(x, rrms.reshape(*x.shape[:-1], 1), weight)  # (..., C), (..., 1)


def rmsnorm_backward(dy: Array, cache: RMSNormCache) -> tuple[Array, Array]:
    """As `rmsnorm_backward` of the reference.

    Shapes: dy (..., C) -> dx (..., C), dweight (C)
    """
    x, rrms, weight = cache
    if not computable(dy, x, weight) or dy.shape != x.shape:
        return REFERENCE.rmsnorm_backward(dy, cache)
    dx, dweight, _ = _back(dy, x, weight, None, rrms)
    return dx, dweight


def _back(dy: Array, x: Array, weight: Array, mean: Array | None, rstd: Array) -> tuple[Array, Array, Array]:
    """Return dx (..., C), and the sums over all rows of dy x_hat (C) and of dy (C)."""
    xp, dy_rows, x_rows = array_module(x), rows(dy), rows(x)
    N, C = x_rows.shape
    centre, scale, gain = dense(mean), dense(rstd), dense(weight)
    dx, parts = xp.empty_like(x_rows), xp.empty((2, stretches(N), C), x.dtype)
    given = dy_rows, x_rows
    launch(_FILE, "layernorm_dx", x.dtype, -(-N // _ROWS), 32 * _ROWS, *given, gain, centre, scale, N, C, dx)
    grid = -(-C // 32), parts.shape[1]
    launch(_FILE, "layernorm_dparameters", x.dtype, grid, 256, *given, centre, scale, N, C, parts)
    dweight, dbias = parts.sum(axis=1)
    return dx.reshape(x.shape), dweight, dbias  # (..., C)
