"""Layer normalisation in five small steps, and the mirror of each on the way back.

`ops/layernorm.py` has the same gradient in one line. Here every path along which x acts has a line of its
own: cut one, and the result looks as reasonable as before.
"""

from typing import NamedTuple

import numpy as np

from ..ops.arrays import Array


class NormStepsCache(NamedTuple):
    """`centred` (..., C): x minus its mean; `rstd` (..., 1): one over the deviation; `weight` (C)."""

    centred: Array
    rstd: Array
    weight: Array


def norm_steps_forward(
    x: Array, weight: Array, bias: Array, eps: float = 1e-5
) -> tuple[Array, NormStepsCache]:
    """Layer normalisation, a step at a time.

    Shapes: x (..., C), weight (C), bias (C) -> y (..., C)
    Forward: mean = mean(x); centred = x - mean; var = mean(centred^2); rstd = (var + eps)^(-1/2);
        y = centred rstd weight + bias
    Cache: centred, rstd and the gain.
    Source: Ba, Kiros, Hinton 2016.
    """
    mean = x.mean(axis=-1, keepdims=True)
    centred = x - mean
    var = (centred * centred).mean(axis=-1, keepdims=True)
    rstd = 1 / np.sqrt(var + eps)
    return centred * rstd * weight + bias, NormStepsCache(centred, rstd, weight)


def norm_steps_backward(dy: Array, cache: NormStepsCache) -> tuple[Array, Array, Array]:
    """Gradients of input, gain and bias, a step at a time.

    Shapes: dy (..., C) -> dx (..., C), dweight (C), dbias (C)
    Backward: from the last step to the first. rstd = (var + eps)^(-1/2) has the slope -rstd^3 / 2; var hands
        2 centred / C to centred; the mean, subtracted from every channel, hands 1/C to each x.
    """
    centred, rstd, weight = cache
    C = dy.shape[-1]
    over = tuple(range(dy.ndim - 1))
    dweight, dbias = (dy * centred * rstd).sum(axis=over), dy.sum(axis=over)
    d = dy * weight  # of centred * rstd
    drstd = (d * centred).sum(axis=-1, keepdims=True)
    dvar = -0.5 * rstd**3 * drstd
    dcentred = d * rstd + dvar * 2 * centred / C
    dmean = -dcentred.sum(axis=-1, keepdims=True)
    return dcentred + dmean / C, dweight, dbias
