"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.softmax import softmax_backward


def norm_steps_backward__1(dy, cache):
    """Adds only the mirror of the mean and forgets that rstd depends on x too."""
    centred, rstd, weight = cache
    axes = tuple(range(dy.ndim - 1))
    dweight = np.sum(dy * centred * rstd, axis=axes)
    dbias = np.sum(dy, axis=axes)
    dcentred = dy * weight * rstd
    return dcentred - dcentred.mean(-1, keepdims=True), dweight, dbias


def norm_steps_backward__2(dy, cache):
    """In the way through the variance the factor 1/2 of the root is there, but the 2 of the square is not."""
    centred, rstd, weight = cache
    over = tuple(range(dy.ndim - 1))
    dweight, dbias = (dy * centred * rstd).sum(axis=over), dy.sum(axis=over)
    d = dy * weight
    drstd = (d * centred).sum(axis=-1, keepdims=True)
    dvar = -0.5 * drstd * rstd**3
    dcentred = d * rstd + dvar * centred / dy.shape[-1]
    return dcentred - dcentred.mean(axis=-1, keepdims=True), dweight, dbias


def norm_steps_backward__3(dy, cache):
    """The derivative of the root is rstd to the power of 2 here and not of 3."""
    centred, rstd, weight = cache
    n = centred.shape[-1]
    dw = (dy * (centred * rstd)).reshape(-1, n).sum(0)
    db = dy.reshape(-1, n).sum(0)
    g = dy * weight
    through_var = -(g * centred).mean(-1, keepdims=True) * rstd**2 * centred
    dc = g * rstd + through_var
    return dc - dc.mean(-1, keepdims=True), dw, db


def dropped_attention_backward__1(dy, cache):
    """Repairs dv with the mask alone and forgets to divide by 1 - p."""
    q, k, v, weights, kept, p = cache
    dv = (weights * kept).T @ dy
    dw = dy @ v.T * kept / (1 - p)
    ds = softmax_backward(dw, weights) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, dv


def dropped_attention_backward__2(dy, cache):
    """Makes `weights` the dropped ones once and for all, so that softmax_backward gets those as well."""
    q, k, v, weights, kept, p = cache
    scaled = kept / (1 - p)
    weights = weights * scaled
    dv = weights.T @ dy
    dweights = dy @ v.T * scaled
    dscores = softmax_backward(dweights, weights) / q.shape[1] ** 0.5
    return dscores @ k, dscores.T @ q, dv
