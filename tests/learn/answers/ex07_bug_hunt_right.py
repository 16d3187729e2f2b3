"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.ops.softmax import softmax_backward


def one_head_backward__loops(dy, cache):
    """Rewritten query by query, with plain loops over the keys that it sees."""
    x, wq, wk, wv, q, k, v, weights = cache
    T, D = q.shape
    dq, dk, dv = np.zeros((T, D)), np.zeros((T, D)), np.zeros((T, D))
    for i in range(T):
        dw = [sum(dy[i, d] * v[j, d] for d in range(D)) for j in range(i + 1)]
        mean = sum(weights[i, j] * dw[j] for j in range(i + 1))
        for j in range(i + 1):
            ds = weights[i, j] * (dw[j] - mean) / math.sqrt(D)
            for d in range(D):
                dq[i, d] += ds * k[j, d]
                dk[j, d] += ds * q[i, d]
                dv[j, d] += weights[i, j] * dy[i, d]
    return dq @ wq.T + dk @ wk.T + dv @ wv.T, x.T @ dq, x.T @ dk, x.T @ dv


def one_head_backward__other(dy, cache):
    """The repair written as the transpose of q^T dscores, the rest by einsum over stacked projections."""
    x, wq, wk, wv, q, k, v, weights = cache
    dscores = softmax_backward(dy @ v.T, weights) * q.shape[-1] ** -0.5
    dqkv = np.stack([dscores @ k, (q.T @ dscores).T, weights.T @ dy])
    dx = np.einsum("ptd,pcd->tc", dqkv, np.stack([wq, wk, wv]))
    return dx, *np.einsum("tc,ptd->pcd", x, dqkv)


def one_head_backward__float32(dy, cache):
    """The one line repaired, and everything in float32."""
    x, wq, wk, wv, q, k, v, weights = (a.astype(np.float32) for a in cache)
    dy = dy.astype(np.float32)
    dv = weights.T @ dy
    dscores = softmax_backward(dy @ v.T, weights) / np.float32(q.shape[-1] ** 0.5)
    dq = dscores @ k
    dk = dscores.T @ q
    dx = dq @ wq.T + dk @ wk.T + dv @ wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv
