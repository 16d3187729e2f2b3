"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.softmax import softmax_backward


def _norm(dy, cache, mean=True, variance=True):
    centred, rstd, weight = cache
    over = tuple(range(dy.ndim - 1))
    d = dy * weight
    dc = d * rstd
    if variance:
        drstd = (d * centred).sum(-1, keepdims=True)
        dc = dc + 2 * centred / dy.shape[-1] * (-0.5 * rstd**3 * drstd)
    if mean:
        dc = dc - dc.mean(-1, keepdims=True)
    return dc, (dy * centred * rstd).sum(axis=over), dy.sum(axis=over)


def norm_steps_backward__1(dy, cache):
    """Repaired the way through the mean only."""
    return _norm(dy, cache, variance=False)


def norm_steps_backward__2(dy, cache):
    """Repaired the way through the variance only."""
    return _norm(dy, cache, mean=False)


def norm_steps_backward__3(dy, cache):
    """Left the code as it was."""
    return _norm(dy, cache, False, False)


def norm_steps_backward__4(dy, cache):
    """Forgot the factor 2 of the square's derivative."""
    centred, rstd, weight = cache
    over = tuple(range(dy.ndim - 1))
    d = dy * weight
    dvar = -0.5 * (d * centred).sum(axis=-1, keepdims=True) * rstd**3
    dc = d * rstd + centred * dvar / centred.shape[-1]
    return dc - dc.mean(axis=-1, keepdims=True), (dy * centred * rstd).sum(axis=over), dy.sum(axis=over)


def norm_steps_backward__5(dy, cache):
    """Gave the variance's way the wrong sign."""
    centred, rstd, weight = cache
    over = tuple(range(dy.ndim - 1))
    d = dy * weight
    dvar = 0.5 * (d * centred).sum(axis=-1, keepdims=True) * rstd**3
    dc = d * rstd + 2 * centred * dvar / centred.shape[-1]
    return dc - dc.mean(axis=-1, keepdims=True), (dy * centred * rstd).sum(axis=over), dy.sum(axis=over)


def norm_steps_backward__6(dy, cache):
    """Repaired dx and lost the gain on the way."""
    centred, rstd, _ = cache
    over = tuple(range(dy.ndim - 1))
    x_hat = centred * rstd
    dx = rstd * (dy - dy.mean(-1, keepdims=True) - x_hat * (dy * x_hat).mean(-1, keepdims=True))
    return dx, (dy * x_hat).sum(axis=over), dy.sum(axis=over)


def norm_steps_backward__7(dy, cache):
    """Summed instead of averaging in the mean's mirror."""
    centred, rstd, weight = cache
    over = tuple(range(dy.ndim - 1))
    d = dy * weight
    dvar = -0.5 * (d * centred).sum(axis=-1, keepdims=True) * rstd**3
    dc = d * rstd + 2 * centred * dvar / centred.shape[-1]
    return dc - dc.sum(axis=-1, keepdims=True), (dy * centred * rstd).sum(axis=over), dy.sum(axis=over)


def dropped_attention_backward__1(dy, cache):
    """Repaired nothing."""
    q, k, v, weights, kept, p = cache
    ds = softmax_backward(dy @ v.T * kept / (1 - p), weights) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, weights.T @ dy


def dropped_attention_backward__2(dy, cache):
    """Used the mask for dV and forgot its scale."""
    q, k, v, weights, kept, p = cache
    ds = softmax_backward(dy @ v.T * kept / (1 - p), weights) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, np.einsum("ts,td->sd", weights * kept, dy)


def dropped_attention_backward__3(dy, cache):
    """Repaired dV and took the mask away from the gradient of the weights."""
    q, k, v, weights, kept, p = cache
    ds = softmax_backward(dy @ v.T, weights) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, (weights * kept / (1 - p)).T @ dy


def dropped_attention_backward__4(dy, cache):
    """Gave softmax's backward the weights after dropout, too."""
    q, k, v, weights, kept, p = cache
    dropped = weights * kept / (1 - p)
    ds = softmax_backward(dy @ v.T * kept / (1 - p), dropped) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, dropped.T @ dy


def dropped_attention_backward__5(dy, cache):
    """Forgot to transpose the dropped weights."""
    q, k, v, weights, kept, p = cache
    scaled = kept / (1 - p)
    ds = softmax_backward(dy @ v.T * scaled, weights) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, (weights * scaled) @ dy


def dropped_attention_backward__6(dy, cache):
    """Used the mask alone for dV, without the weights."""
    q, k, v, weights, kept, p = cache
    scaled = kept / (1 - p)
    ds = softmax_backward(dy @ v.T * scaled, weights) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, scaled.T @ dy
