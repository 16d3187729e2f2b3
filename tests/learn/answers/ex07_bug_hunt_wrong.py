"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.ops.softmax import softmax_backward


def one_head_backward__1(dy, cache):
    """Transposed the wrong line: dq instead of dk."""
    x, wq, wk, wv, q, k, v, weights = cache
    dv = weights.T @ dy
    dscores = softmax_backward(dy @ v.T, weights) / q.shape[-1] ** 0.5
    dq = dscores.T @ k
    dk = dscores @ q
    dx = dq @ wq.T + dk @ wk.T + dv @ wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv


def one_head_backward__2(dy, cache):
    """Transposed the scores' gradient for dk but multiplied it by the keys instead of the queries."""
    x, wq, wk, wv, q, k, v, weights = cache
    scale = 1 / math.sqrt(q.shape[-1])
    ds = softmax_backward(np.einsum("id,jd->ij", dy, v), weights) * scale
    dv = np.einsum("ij,id->jd", weights, dy)
    dq, dk = np.einsum("ij,jd->id", ds, k), np.einsum("ij,id->jd", ds, k)
    return dq @ wq.T + dk @ wk.T + dv @ wv.T, x.T @ dq, x.T @ dk, x.T @ dv


def one_head_backward__3(dy, cache):
    """Repaired dk, and took the scale away because it looked like the bug."""
    x, wq, wk, wv, q, k, v, weights = cache
    dv = weights.T @ dy
    dscores = softmax_backward(dy @ v.T, weights)
    dq = dscores @ k
    dk = dscores.T @ q
    dx = dq @ wq.T + dk @ wk.T + dv @ wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv


def one_head_backward__4(dy, cache):
    """Transposed the scores' gradient once for both, so that dk is right and dq now wrong."""
    x, wq, wk, wv, q, k, v, weights = cache
    dS = softmax_backward(dy @ v.T, weights).T / np.sqrt(q.shape[1])
    grads = dS @ k, dS @ q, weights.T @ dy
    dx = sum(g @ w.T for g, w in zip(grads, (wq, wk, wv), strict=True))
    return dx, *(x.T @ g for g in grads)


def one_head_backward__5(dy, cache):
    """Repaired the gradient of wk alone: dx is still computed with the old, wrong dk."""
    x, wq, wk, wv, q, k, v, weights = cache
    dv = weights.T @ dy
    dscores = softmax_backward(dy @ v.T, weights) / q.shape[-1] ** 0.5
    dq = dscores @ k
    dk = dscores @ q
    dx = dq @ wq.T + dk @ wk.T + dv @ wv.T
    return dx, x.T @ dq, x.T @ (dscores.T @ q), x.T @ dv


def one_head_backward__6(dy, cache):
    """Took the missing transpose to belong to the weights of dv, and left dk as it was."""
    x, wq, wk, wv, q, k, v, weights = cache
    dv = weights @ dy
    dscores = softmax_backward(dy @ v.T, weights) / q.shape[-1] ** 0.5
    dq, dk = dscores @ k, dscores @ q
    dx = dq @ wq.T + dk @ wk.T + dv @ wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv


def one_head_backward__7(dy, cache):
    """Transposed dk's product as a whole with both factors turned, which is the same bug again."""
    c = cache
    dscores = softmax_backward(dy @ c.v.T, c.weights) / math.sqrt(c.q.shape[-1])
    dv = c.weights.T @ dy
    dq = dscores @ c.k
    dk = (c.q.T @ dscores.T).T
    dx = dq @ c.wq.T + dk @ c.wk.T + dv @ c.wv.T
    return dx, c.x.T @ dq, c.x.T @ dk, c.x.T @ dv


def one_head_backward__8(dy, cache):
    """Made the scores' gradient symmetric, adding its transpose, before both products."""
    x, wq, wk, wv, q, k, v, weights = cache
    dscores = softmax_backward(dy @ v.T, weights) / q.shape[-1] ** 0.5
    both = 0.5 * (dscores + dscores.T)
    dq, dk, dv = both @ k, both @ q, weights.T @ dy
    return dq @ wq.T + dk @ wk.T + dv @ wv.T, x.T @ dq, x.T @ dk, x.T @ dv


def one_head_backward__9(dy, cache):
    """Moved the transpose into the softmax: it now runs along the queries for dk."""
    x, wq, wk, wv, q, k, v, weights = cache
    root = q.shape[-1] ** 0.5
    dweights = dy @ v.T
    dq = softmax_backward(dweights, weights) @ k / root
    dk = softmax_backward(dweights.T, weights.T) @ q / root
    dv = weights.T @ dy
    return dq @ wq.T + dk @ wk.T + dv @ wv.T, x.T @ dq, x.T @ dk, x.T @ dv
