"""Layer normalisation, and its simpler successor without the mean."""

from typing import NamedTuple

from .arrays import Array, array_module


class LayerNormCache(NamedTuple):
    """`x` (..., C); `mean` and `rstd` (..., 1); `weight` (C); `bias` (C) or None."""

    x: Array
    mean: Array
    rstd: Array
    weight: Array
    bias: Array | None


def layernorm_forward(
    x: Array, weight: Array, bias: Array | None, eps: float = 1e-5
) -> tuple[Array, LayerNormCache]:
    """Give each vector mean 0 and variance 1, then scale and shift each channel.

    Shapes: x (..., C), weight (C), bias (C) -> y (..., C)
    Forward: x_hat = (x - mean) / sqrt(var + eps); y = x_hat * weight + bias. The variance is the biased
        one (divided by C) and eps stands inside the root.
    Cache: mean and 1/sqrt(var + eps); x_hat is cheap to compute again from them.
    Source: Ba, Kiros, Hinton 2016.
    """
    xp = array_module(x)
    mean = x.mean(axis=-1, keepdims=True)
    centred = x - mean
    rstd = 1 / xp.sqrt((centred * centred).mean(axis=-1, keepdims=True) + eps)
    y = centred * rstd * weight
    if bias is not None:
        y += bias
    return y, LayerNormCache(x, mean, rstd, weight, bias)


def layernorm_backward(dy: Array, cache: LayerNormCache) -> tuple[Array, Array, Array | None]:
    """Gradients of input, gain and bias.

    Shapes: dy (..., C) -> dx (..., C), dweight (C), dbias (C)
    Backward: with d = dy * weight, dx = rstd * (d - mean(d) - x_hat * mean(d * x_hat)): x acts directly,
        through the mean and through the variance. dweight = sum of dy * x_hat, dbias = sum of dy, over
        all vectors.
    """
    x, mean, rstd, weight, bias = cache
    x_hat = (x - mean) * rstd
    over = tuple(range(dy.ndim - 1))
    dweight = (dy * x_hat).sum(axis=over)
    dbias = None if bias is None else dy.sum(axis=over)
    d = dy * weight
    dx = d - d.mean(axis=-1, keepdims=True) - x_hat * (d * x_hat).mean(axis=-1, keepdims=True)
    dx *= rstd
    return dx, dweight, dbias


class RMSNormCache(NamedTuple):
    """`x` (..., C); `rrms` (..., 1), one over the root mean square; `weight` (C)."""

    x: Array
    rrms: Array
    weight: Array


def rmsnorm_forward(x: Array, weight: Array, eps: float = 1e-5) -> tuple[Array, RMSNormCache]:
    """Divide each vector by its root mean square, then scale each channel.

    Shapes: x (..., C), weight (C) -> y (..., C)
    Forward: y = x / sqrt(mean(x^2) + eps) * weight
    Cache: 1/sqrt(mean(x^2) + eps).
    Source: Zhang, Sennrich 2019.
    """
    xp = array_module(x)
    rrms = 1 / xp.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)
    return x * rrms * weight, RMSNormCache(x, rrms, weight)


def rmsnorm_backward(dy: Array, cache: RMSNormCache) -> tuple[Array, Array]:
    """Gradients of input and gain.

    Shapes: dy (..., C) -> dx (..., C), dweight (C)
    Backward: with x_hat = x rrms and d = dy * weight, dx = rrms * (d - x_hat * mean(d * x_hat)).
    """
    x, rrms, weight = cache
    x_hat = x * rrms
    d = dy * weight
    dx = rrms * (d - x_hat * (d * x_hat).mean(axis=-1, keepdims=True))
    return dx, (dy * x_hat).sum(axis=tuple(range(dy.ndim - 1)))
