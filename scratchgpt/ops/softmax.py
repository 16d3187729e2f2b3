"""Softmax and log-softmax: scores to probabilities, computed without overflow."""

from .arrays import Array, array_module


def softmax(x: Array, axis: int = -1) -> Array:
    """Turn scores into probabilities along `axis`.

    Shapes: x (..., V) -> y (..., V)
    Forward: y_i = exp(x_i - max x) / sum_j exp(x_j - max x); the maximum cancels in the quotient and
        keeps exp below 1.
    Cache: none; backward needs only y.
    Source: Goodfellow, Bengio, Courville, Deep Learning, section 4.1.
    """
    xp = array_module(x)
    e = xp.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_backward(dy: Array, y: Array, axis: int = -1) -> Array:
    """Gradient of softmax, from its output.

    Shapes: dy (..., V), y (..., V) -> dx (..., V)
    Backward: dy_j/dx_i = y_j (1[i = j] - y_i), so dx = y * (dy - sum_j dy_j y_j).
    """
    return y * (dy - (dy * y).sum(axis=axis, keepdims=True))


def log_softmax(x: Array, axis: int = -1) -> Array:
    """Log-probabilities along `axis`, exact where softmax itself would underflow to 0.

    Shapes: x (..., V) -> y (..., V)
    Forward: y_i = x_i - max x - log sum_j exp(x_j - max x)
    Cache: none; backward needs only y.
    Source: Goodfellow, Bengio, Courville, Deep Learning, section 4.1.
    """
    xp = array_module(x)
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - xp.log(xp.exp(shifted).sum(axis=axis, keepdims=True))


def log_softmax_backward(dy: Array, y: Array, axis: int = -1) -> Array:
    """Gradient of log-softmax, from its output.

    Shapes: dy (..., V), y (..., V) -> dx (..., V)
    Backward: dy_j/dx_i = 1[i = j] - softmax(x)_i, so dx = dy - exp(y) * sum_j dy_j.
    """
    xp = array_module(y)
    return dy - xp.exp(y) * dy.sum(axis=axis, keepdims=True)
