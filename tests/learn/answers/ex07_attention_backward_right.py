"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.ops.attention import (
    AttentionScoresCache,
    MixValuesCache,
    attention_backward,
    attention_scores_backward,
    mix_values_backward,
)
from scratchgpt.ops.heads import merge_heads, split_heads
from scratchgpt.ops.softmax import softmax_backward


def softmax_backward__loops(dy, y, axis=-1):
    """For each row the double sum over the Jacobian y_j (1[i = j] - y_i), element by element."""
    g, p = np.moveaxis(dy, axis, -1), np.moveaxis(y, axis, -1)
    out = np.zeros(p.shape)
    n = p.shape[-1]
    for row in np.ndindex(p.shape[:-1]):
        for i in range(n):
            for j in range(n):
                out[row][i] += g[row][j] * p[row][j] * ((i == j) - p[row][i])
    return np.moveaxis(out, -1, axis)


def softmax_backward__other(dy, y, axis=-1):
    """The product with y first, then y times its sum subtracted."""
    product = np.multiply(dy, y)
    return product - y * np.sum(product, axis=axis, keepdims=True)


def softmax_backward__float32(dy, y, axis=-1):
    """The short formula in float32."""
    g, p = dy.astype(np.float32), y.astype(np.float32)
    return p * (g - (g * p).sum(axis=axis, keepdims=True))


def mix_values_backward__loops(dy, cache):
    """Every single product of the forward pass passes its gradient on to both factors."""
    weights, v = cache
    dweights, dv = np.zeros(weights.shape), np.zeros(v.shape)
    for b, h, i, j in np.ndindex(weights.shape):
        for d in range(v.shape[-1]):
            dweights[b, h, i, j] += dy[b, h, i, d] * v[b, h, j, d]
            dv[b, h, j, d] += weights[b, h, i, j] * dy[b, h, i, d]
    return dweights, dv


def mix_values_backward__other(dy, cache):
    """Two einsums with the letters of the axes."""
    dweights = np.einsum("bhtd,bhsd->bhts", dy, cache.v)
    return dweights, np.einsum("bhts,bhtd->bhsd", cache.weights, dy)


def mix_values_backward__float32(dy, cache):
    """Matrix products with transposed factors, in float32."""
    g, weights, v = (np.asarray(a, dtype=np.float32) for a in (dy, *cache))
    return g @ v.swapaxes(-1, -2), weights.swapaxes(-1, -2) @ g


def attention_scores_backward__loops(dy, cache):
    """Each score passes its gradient on to one query and one key."""
    q, k = cache
    dq, dk = np.zeros(q.shape), np.zeros(k.shape)
    for b, h, i, j in np.ndindex(dy.shape):
        for d in range(q.shape[-1]):
            dq[b, h, i, d] += dy[b, h, i, j] * k[b, h, j, d] / math.sqrt(q.shape[-1])
            dk[b, h, j, d] += dy[b, h, i, j] * q[b, h, i, d] / math.sqrt(q.shape[-1])
    return dq, dk


def attention_scores_backward__other(dy, cache):
    """Einsum first, scaled afterwards."""
    q, k = cache
    scale = q.shape[-1] ** -0.5
    return scale * np.einsum("bhij,bhjd->bhid", dy, k), scale * np.einsum("bhij,bhid->bhjd", dy, q)


def attention_scores_backward__float32(dy, cache):
    """Scaled first, then matrix products, in float32."""
    q, k = np.float32(cache.q), np.float32(cache.k)
    g = np.float32(dy) / np.float32(math.sqrt(q.shape[-1]))
    return np.matmul(g, k), np.matmul(g.transpose(0, 1, 3, 2), q)


def attention_backward__loops(dy, cache):
    """Text by text, head by head and query by query."""
    q, k, v, weights, _ = cache
    dq, dk, dv = np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)
    for b, h, i in np.ndindex(q.shape[:3]):
        w, g = weights[b, h, i], dy[b, h, i]
        dw = [sum(g * v[b, h, j]) for j in range(len(w))]
        mean = sum(w[j] * dw[j] for j in range(len(w)))
        for j in range(len(w)):
            ds = w[j] * (dw[j] - mean) / math.sqrt(q.shape[-1])
            dq[b, h, i] += ds * k[b, h, j]
            dk[b, h, j] += ds * q[b, h, i]
            dv[b, h, j] += w[j] * g
    return dq, dk, dv


def attention_backward__other(dy, cache):
    """All by einsum; the row sum of dP P is taken from the output: dy times y, as flash attention does."""
    q, k, v, P, _ = cache
    y = np.einsum("bhts,bhsd->bhtd", P, v)
    dS = P * (np.einsum("bhtd,bhsd->bhts", dy, v) - (dy * y).sum(-1, keepdims=True)) / math.sqrt(q.shape[-1])
    dq, dk = np.einsum("bhts,bhsd->bhtd", dS, k), np.einsum("bhts,bhtd->bhsd", dS, q)
    return dq, dk, np.einsum("bhts,bhtd->bhsd", P, dy)


def attention_backward__float32(dy, cache):
    """The three functions before it, in float32."""
    q, k, v, weights = (a.astype(np.float32) for a in cache[:4])
    dweights, dv = mix_values_backward(dy.astype(np.float32), MixValuesCache(weights, v))
    dscores = softmax_backward(dweights, weights)
    dq, dk = attention_scores_backward(dscores, AttentionScoresCache(q, k))
    return tuple(np.asarray(a, np.float32) for a in (dq, dk, dv))


def qkv_attention_backward__loops(dy, cache):
    """The numbers of dq, dk and dv copied to their places one by one."""
    n_head, attention = cache
    B, T, C = dy.shape
    D = C // n_head
    dheads = np.zeros((B, n_head, T, D))
    for b, t, c in np.ndindex(B, T, C):
        dheads[b, c // D, t, c % D] = dy[b, t, c]
    grads = attention_backward(dheads, attention)
    dqkv = np.zeros((B, T, 3 * C))
    for part in range(3):
        for b, h, t, d in np.ndindex(B, n_head, T, D):
            dqkv[b, t, part * C + h * D + d] = grads[part][b, h, t, d]
    return dqkv


def qkv_attention_backward__other(dy, cache):
    """Stacked into one array (3, B, H, T, D), then one transpose and one reshape."""
    B, T, C = dy.shape
    stacked = np.array(attention_backward(split_heads(dy, cache.n_head), cache.attention))
    return stacked.transpose(1, 3, 0, 2, 4).reshape(B, T, 3 * C)


def qkv_attention_backward__float32(dy, cache):
    """Split, backward, merge and concatenate, in float32."""
    dheads = split_heads(dy.astype(np.float32), cache.n_head)
    parts = [merge_heads(g) for g in attention_backward(dheads, cache.attention)]
    return np.concatenate(parts, axis=-1, dtype=np.float32)
