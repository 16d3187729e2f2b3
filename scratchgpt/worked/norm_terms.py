"""The gradient of layer normalisation, taken apart into the three ways by which x acts."""

from typing import NamedTuple

from ..ops.arrays import Array
from ..ops.layernorm import LayerNormCache


class NormTerms(NamedTuple):
    """Three parts of dx, (..., C) each: `direct`, `through_mean`, `through_variance`. dx is their sum."""

    direct: Array
    through_mean: Array
    through_variance: Array


def layernorm_terms(dy: Array, cache: LayerNormCache) -> NormTerms:
    """Return what each way contributes to the gradient of the input of `layernorm_forward`.

    Shapes: dy (..., C) -> three parts (..., C)
    Backward: with d = dy * weight, direct = rstd d; through_mean = -rstd mean(d), the same number for
        every channel; through_variance = -rstd x_hat mean(d * x_hat), a multiple of x_hat.
    Source: Ba, Kiros, Hinton 2016.
    """
    x, mean, rstd, weight, _ = cache
    x_hat = (x - mean) * rstd
    d = dy * weight
    through_mean = -rstd * d.mean(axis=-1, keepdims=True)
    through_variance = -rstd * x_hat * (d * x_hat).mean(axis=-1, keepdims=True)
    return NormTerms(rstd * d, through_mean + 0 * d, through_variance)
