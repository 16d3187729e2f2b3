"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.softmax import softmax_backward


def norm_steps_backward__loops(dy, cache):
    """Vector by vector."""
    centred, rstd, weight = cache
    C = dy.shape[-1]
    dx, dweight, dbias = np.zeros_like(dy), np.zeros(C), np.zeros(C)
    for place in np.ndindex(*dy.shape[:-1]):
        r, c, up = rstd[place][0], centred[place], dy[place]
        d = up * weight
        dvar = -0.5 * r**3 * sum(d * c)
        dc = d * r + dvar * 2 * c / C
        dx[place] = dc - sum(dc) / C
        dweight += up * c * r
        dbias += up
    return dx, dweight, dbias


def norm_steps_backward__other(dy, cache):
    """The three terms in one formula."""
    centred, rstd, weight = cache
    x_hat, d = centred * rstd, dy * weight
    dx = rstd * (d - d.mean(-1, keepdims=True) - x_hat * (d * x_hat).mean(-1, keepdims=True))
    over = tuple(range(dy.ndim - 1))
    return dx, (dy * x_hat).sum(axis=over), dy.sum(axis=over)


def norm_steps_backward__float32(dy, cache):
    """In float32."""
    centred, rstd, weight = (a.astype(np.float32) for a in cache)
    up = dy.astype(np.float32)
    over = tuple(range(dy.ndim - 1))
    d = up * weight
    dvar = np.float32(-0.5) * (d * centred).sum(axis=-1, keepdims=True) * rstd**3
    dc = d * rstd + centred * dvar * np.float32(2 / dy.shape[-1])
    return dc - dc.mean(-1, keepdims=True), (up * centred * rstd).sum(axis=over), up.sum(axis=over)


def dropped_attention_backward__loops(dy, cache):
    """Query by query."""
    q, k, v, weights, kept, p = cache
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    for t in range(len(q)):
        scaled = kept[t] / (1 - p)
        for s in range(len(k)):
            dv[s] += weights[t, s] * scaled[s] * dy[t]
        dw = np.array([dy[t] @ v[s] for s in range(len(v))]) * scaled
        ds = weights[t] * (dw - dw @ weights[t]) / np.sqrt(q.shape[1])
        dq[t] = ds @ k
        dk += np.outer(ds, q[t])
    return dq, dk, dv


def dropped_attention_backward__other(dy, cache):
    """einsum, softmax's backward by the row sum dy . y."""
    q, k, v, weights, kept, p = cache
    dropped = weights * kept / (1 - p)
    shares = np.einsum("td,td->t", dy, dropped @ v)[:, None]
    ds = (dropped * (dy @ v.T) - weights * shares) * q.shape[1] ** -0.5
    return np.einsum("ts,sd->td", ds, k), np.einsum("ts,td->sd", ds, q), np.einsum("ts,td->sd", dropped, dy)


def dropped_attention_backward__float32(dy, cache):
    """In float32."""
    q, k, v, weights = (a.astype(np.float32) for a in cache[:4])
    scaled = (cache.kept / (1 - cache.p)).astype(np.float32)
    up = dy.astype(np.float32)
    ds = softmax_backward(up @ v.T * scaled, weights) * np.float32(q.shape[1] ** -0.5)
    return ds @ k, ds.T @ q, (weights * scaled).T @ up
