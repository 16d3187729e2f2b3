"""The linear map, with weights stored (in, out) as GPT-2 stores them."""

from typing import NamedTuple

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
