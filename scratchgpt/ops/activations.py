"""The non-linearities: GELU in both forms, ReLU and the sigmoid."""

import math
from typing import NamedTuple

import numpy as np

from .arrays import Array, array_module

_ROOT_2_OVER_PI = math.sqrt(2 / math.pi)
_CUBIC = 0.044715


class GeluCache(NamedTuple):
    """`x` (..., C): the tanh is cheap to compute again."""

    x: Array


def _squarable(x: Array) -> Array:
    """x where its square is needed: float16 overflows at 256^2, and beyond 10 a GELU is 0 or x anyway."""
    return array_module(x).clip(x, -10, 10) if x.dtype == np.float16 else x


def _gelu_tanh(x: Array) -> Array:
    # x (1 + c x^2), not x + c x^3: the cube of 60 would overflow float16.
    return array_module(x).tanh(_ROOT_2_OVER_PI * x * (1 + _CUBIC * (x * x)))


def gelu_forward(x: Array) -> tuple[Array, GeluCache]:
    """GELU in the tanh form that GPT-1 and GPT-2 use.

    Shapes: x (..., C) -> y (..., C)
    Forward: y = x/2 (1 + tanh u), u = sqrt(2/pi) (x + 0.044715 x^3)
    Cache: x.
    Source: Hendrycks, Gimpel 2016, section 2.
    """
    return 0.5 * x * (1 + _gelu_tanh(_squarable(x))), GeluCache(x)


def gelu_backward(dy: Array, cache: GeluCache) -> Array:
    """Gradient of the same tanh form.

    Shapes: dy (..., C) -> dx (..., C)
    Backward: dy * ((1 + tanh u)/2 + x/2 (1 - tanh^2 u) u'), u' = sqrt(2/pi) (1 + 3 * 0.044715 x^2)
    """
    x = _squarable(cache.x)
    t = _gelu_tanh(x)
    du = _ROOT_2_OVER_PI * (1 + 3 * _CUBIC * (x * x))
    return dy * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du)


class GeluErfCache(NamedTuple):
    """`x` (..., C) and `cdf` (..., C), the normal distribution function at x, which is expensive."""

    x: Array
    cdf: Array


def _erf(x: Array) -> Array:
    """The error function by its positive series (Abramowitz, Stegun, 7.1.6).

    erf(x) = 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)); no term cancels another.
    Up to |x| = 6 the 130 terms suffice; beyond, the result is 1 or -1 to double precision.
    """
    xp, dtype = array_module(x), x.dtype
    # The sum reaches e^36, which float16 cannot hold.
    wide = x.astype(np.result_type(dtype, np.float32), copy=False)
    x = xp.clip(wide, -6.0, 6.0)
    squared = x * x
    term = x
    total = x
    for n in range(1, 130):
        term = term * (squared * (2 / (2 * n + 1)))
        total = total + term
    series = 2 / math.sqrt(math.pi) * xp.exp(-squared) * total
    return xp.where(xp.abs(wide) < 6, series, xp.sign(wide)).astype(dtype, copy=False)


def gelu_erf_forward(x: Array) -> tuple[Array, GeluErfCache]:
    """GELU in its exact form, as BERT uses it.

    Shapes: x (..., C) -> y (..., C)
    Forward: y = x Phi(x), Phi(x) = (1 + erf(x / sqrt 2)) / 2
    Cache: x and Phi(x).
    Source: Hendrycks, Gimpel 2016, section 2.
    """
    cdf = 0.5 * (1 + _erf(x * math.sqrt(0.5)))
    return x * cdf, GeluErfCache(x, cdf)


def gelu_erf_backward(dy: Array, cache: GeluErfCache) -> Array:
    """Gradient of the exact form.

    Shapes: dy (..., C) -> dx (..., C)
    Backward: dy * (Phi(x) + x phi(x)), phi(x) = exp(-x^2/2) / sqrt(2 pi)
    """
    x, cdf = _squarable(cache.x), cache.cdf
    density = array_module(x).exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi))
    return dy * (cdf + x * density)


class ReluCache(NamedTuple):
    """`x` (..., C)."""

    x: Array


def relu_forward(x: Array) -> tuple[Array, ReluCache]:
    """Keep what is positive.

    Shapes: x (..., C) -> y (..., C)
    Forward: y = max(x, 0)
    Cache: x.
    Source: Nair, Hinton 2010.
    """
    return array_module(x).maximum(x, 0), ReluCache(x)


def relu_backward(dy: Array, cache: ReluCache) -> Array:
    """Gradient of ReLU.

    Shapes: dy (..., C) -> dx (..., C)
    Backward: dy where x > 0, else 0 (at 0 the slope is taken as 0).
    """
    return dy * (cache.x > 0)


class SigmoidCache(NamedTuple):
    """`y` (..., C): the output, from which the slope follows."""

    y: Array


def sigmoid_forward(x: Array) -> tuple[Array, SigmoidCache]:
    """Squash a number into (0, 1).

    Shapes: x (..., C) -> y (..., C)
    Forward: y = 1 / (1 + exp(-x)), computed from exp(-|x|), which cannot overflow.
    Cache: y.
    Source: Rumelhart, Hinton, Williams 1986.
    """
    xp = array_module(x)
    small = xp.exp(-xp.abs(x))
    y = xp.where(x >= 0, 1, small) / (1 + small)
    return y, SigmoidCache(y)


def sigmoid_backward(dy: Array, cache: SigmoidCache) -> Array:
    """Gradient of the sigmoid.

    Shapes: dy (..., C) -> dx (..., C)
    Backward: dy * y (1 - y)
    """
    (y,) = cache
    return dy * y * (1 - y)
