"""The linear map, with weights stored (in, out) as GPT-2 stores them."""

from types import SimpleNamespace
from typing import Any, NamedTuple

from .arrays import Array, matmul


class LinearCache(NamedTuple):
    """`x` (..., I), `weight` (I, O) and `bias` (O) or None."""

    x: Array
    weight: Array
    bias: Array | None


def linear_forward(x: Array, weight: Array, bias: Array | None = None) -> tuple[Array, LinearCache]:
    """Multiply each row by a matrix and add a bias.

    Shapes: x (..., I), weight (I, O), bias (O) -> y (..., O)
    Forward: y = x W + b
    Cache: x for dW, W for dx.
    Source: Rumelhart, Hinton, Williams 1986.
    """
    rows = x.reshape(-1, x.shape[-1])  # (N, I): one 2-D product is faster than many
    y = matmul(rows, weight)  # (N, O)
    if bias is not None:
        y += bias
    y = y.reshape(*x.shape[:-1], weight.shape[1])  # (..., O)
    return y, LinearCache(x, weight, bias)


def linear_backward(dy: Array, cache: LinearCache) -> tuple[Array, Array, Array | None]:
    """Gradients of input, weight and bias.

    Shapes: dy (..., O) -> dx (..., I), dweight (I, O), dbias (O)
    Backward: dx = dy W^T; dW = x^T dy, summed over all rows; db = the sum of dy over all rows.
    """
    x, weight, bias = cache
    dy_rows, x_rows = dy.reshape(-1, dy.shape[-1]), x.reshape(-1, x.shape[-1])  # (N, O), (N, I)
    dx = matmul(dy_rows, weight.T).reshape(x.shape)  # (..., I)
    dbias = None if bias is None else dy_rows.sum(axis=0)
    dweight = matmul(x_rows.T, dy_rows)  # (I, O)
    return dx, dweight, dbias


_BACKWARD = SimpleNamespace(linear_backward=linear_backward)


def linear_backward_into(
    dy: Array, cache: LinearCache, dweight: Array, dbias: Array | None = None, *, ops: Any = _BACKWARD
) -> Array:
    """The same gradients, those of weight and bias added to arrays that are given.

    Shapes: dy (..., O), dweight (I, O), dbias (O) -> dx (..., I)
    Forward: dx, dW and db as linear_backward returns them; dweight += dW, dbias += db. A fused version
        adds each part of dW while it is in the processor's cache. dweight may be a view, such as the
        transpose of a tied table's gradient.
    Cache: that of linear_forward; dweight and dbias are changed in place.
    Source: Rumelhart, Hinton, Williams 1986.
    """
    dx, own_dweight, own_dbias = ops.linear_backward(dy, cache)
    dweight += own_dweight
    if dbias is not None:
        dbias += own_dbias
    return dx
