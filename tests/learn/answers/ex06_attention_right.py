"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.ops.attention import (
    AttentionCache,
    AttentionScoresCache,
    attention_forward,
    attention_weights,
)
from scratchgpt.ops.dropout import DropoutCache
from scratchgpt.ops.heads import QKVAttentionCache, merge_heads, split_heads
from scratchgpt.ops.softmax import softmax


def attention_scores_forward__loops(q, k):
    """Plain loops over all numbers, the scale at the end of each sum."""
    B, H, T, D = q.shape
    S = k.shape[2]
    y = np.zeros((B, H, T, S))
    for b in range(B):
        for h in range(H):
            for i in range(T):
                for j in range(S):
                    total = 0.0
                    for d in range(D):
                        total += q[b, h, i, d] * k[b, h, j, d]
                    y[b, h, i, j] = total / math.sqrt(D)
    return y, AttentionScoresCache(q, k)


def attention_scores_forward__other(q, k):
    """One einsum, with half of the scale on either side beforehand."""
    fourth_root = q.shape[-1] ** -0.25
    return np.einsum("bhid,bhjd->bhij", q * fourth_root, k * fourth_root), AttentionScoresCache(q, k)


def attention_scores_forward__float32(q, k):
    """Matrix product in float32."""
    q32, k32 = np.asarray(q, np.float32), np.asarray(k, np.float32)
    y = np.matmul(q32, k32.transpose(0, 1, 3, 2)) / np.sqrt(np.float32(q.shape[-1]))
    return y, AttentionScoresCache(q, k)


def causal_mask__loops(T, S):
    """A list of lists, filled by two loops."""
    rows = []
    for i in range(T):
        row = []
        for j in range(S):
            row.append(j <= S - T + i)
        rows.append(row)
    return np.array(rows)


def causal_mask__other(T, S):
    """The lower triangle with its diagonal moved."""
    return np.tri(T, S, k=S - T, dtype=bool)


def causal_mask__float32(T, S):
    """No floats here: the last T rows of the square mask of all positions."""
    full = ~np.triu(np.ones((S, S), dtype=bool), k=1)
    return full[S - T :]


def attention_weights__loops(q, k, *, causal=True, key_mask=None):
    """For each query the softmax over the list of its visible keys."""
    (B, H, T, D), S = q.shape, k.shape[2]
    w = np.zeros((B, H, T, S))
    for b, h, i in np.ndindex(B, H, T):
        last = S - T + i if causal else S - 1
        seen = [j for j in range(last + 1) if key_mask is None or key_mask[b, j] != 0]
        if not seen:
            continue
        scores = [sum(q[b, h, i, d] * k[b, h, j, d] for d in range(D)) / math.sqrt(D) for j in seen]
        top = max(scores)
        e = [math.exp(s - top) for s in scores]
        for j, value in zip(seen, e, strict=True):
            w[b, h, i, j] = value / sum(e)
    return w


def attention_weights__other(q, k, *, causal=True, key_mask=None):
    """Own softmax: a maximum over the visible keys, exp only there, a safe division."""
    T, S = q.shape[2], k.shape[2]
    s = np.einsum("bhtd,bhsd->bhts", q, k) / np.sqrt(q.shape[-1])
    see = np.ones(s.shape, dtype=bool)
    if causal:
        see &= np.tri(T, S, S - T, dtype=bool)
    if key_mask is not None:
        see &= np.asarray(key_mask).astype(bool)[:, None, None, :]
    top = np.max(s, axis=-1, keepdims=True, where=see, initial=-1e300)
    e = np.exp(np.where(see, s - top, -np.inf))
    z = e.sum(axis=-1, keepdims=True)
    return np.divide(e, z, out=np.zeros_like(e), where=z > 0)


def attention_weights__float32(q, k, *, causal=True, key_mask=None):
    """Softmax in float32 with minus infinity where hidden, except in rows that see nothing."""
    T, S = q.shape[2], k.shape[2]
    q32, k32 = q.astype(np.float32), k.astype(np.float32)
    scores = q32 @ k32.swapaxes(-1, -2) / np.float32(math.sqrt(q.shape[-1]))
    see = np.arange(S) <= np.arange(S - T, S)[:, None] if causal else np.ones((T, S), dtype=bool)
    if key_mask is not None:
        see = see & (key_mask != 0)[:, None, None, :]
    some = see.any(axis=-1, keepdims=True)
    weights = softmax(np.where(see | ~some, scores, np.float32(-np.inf)))
    return np.where(some, weights, np.float32(0))


def attention_forward__loops(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """The mixture added up value by value."""
    weights = attention_weights(q, k, causal=causal, key_mask=key_mask)
    B, H, T, S = weights.shape
    y = np.zeros((B, H, T, v.shape[-1]))
    for b, h, i, j in np.ndindex(B, H, T, S):
        for d in range(v.shape[-1]):
            y[b, h, i, d] += weights[b, h, i, j] * v[b, h, j, d]
    return y, AttentionCache(q, k, v, weights, DropoutCache(None, 0.0))


def attention_forward__other(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Broadcast product of weights and values, summed over the keys."""
    P = attention_weights(q, k, causal=causal, key_mask=key_mask)
    y = (P[:, :, :, :, None] * v[:, :, None, :, :]).sum(axis=3)
    return y, AttentionCache(q=q, k=k, v=v, weights=P, dropout=DropoutCache(key=None, p=0.0))


def attention_forward__float32(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Everything converted to float32 first."""
    q32, k32, v32 = (np.float32(a) for a in (q, k, v))
    w = attention_weights(q32, k32, causal=causal, key_mask=key_mask).astype(np.float32)
    return np.einsum("bhts,bhsd->bhtd", w, v32), AttentionCache(q, k, v, w, DropoutCache(None, 0.0))


def split_heads__loops(x, n_head):
    """Each number copied to its place by loops."""
    B, T, C = x.shape
    D = C // n_head
    y = np.zeros((B, n_head, T, D), dtype=x.dtype)
    for b in range(B):
        for t in range(T):
            for c in range(C):
                y[b, c // D, t, c % D] = x[b, t, c]
    return y


def split_heads__other(x, n_head):
    """Cut along the last axis and stack the pieces in front of the positions."""
    return np.stack(np.split(x, n_head, axis=-1), axis=1)


def split_heads__float32(x, n_head):
    """Works on any type: reshape, then an einsum that only reorders axes."""
    B, T, C = x.shape
    return np.einsum("bthd->bhtd", x.reshape(B, T, n_head, C // n_head))


def merge_heads__loops(x):
    """Each number copied to its place by loops."""
    B, H, T, D = x.shape
    y = np.empty((B, T, H * D), dtype=x.dtype)
    for b, h, t, d in np.ndindex(B, H, T, D):
        y[b, t, h * D + d] = x[b, h, t, d]
    return y


def merge_heads__other(x):
    """The heads concatenated along the last axis."""
    return np.concatenate([x[:, h] for h in range(x.shape[1])], axis=-1)


def merge_heads__float32(x):
    """Works on any type: transpose, then reshape."""
    B, _, T, _ = x.shape
    return np.transpose(x, (0, 2, 1, 3)).reshape(B, T, -1)


def qkv_attention_forward__loops(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """One head after the other attends, with its slices of the packed vectors."""
    B, T, C3 = qkv.shape
    C = C3 // 3
    D = C // n_head
    y = np.zeros((B, T, C), dtype=qkv.dtype)
    caches = []
    for h in range(n_head):
        q, k, v = (qkv[:, None, :, part * C + h * D : part * C + (h + 1) * D] for part in range(3))
        out, one = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
        y[:, :, h * D : (h + 1) * D] = out[:, 0]
        caches.append(one)
    fields = [np.concatenate([c[i] for c in caches], axis=1) for i in range(4)]
    return y, QKVAttentionCache(n_head, AttentionCache(*fields, DropoutCache(None, 0.0)))


def qkv_attention_forward__other(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """One reshape to (B, T, 3, H, D) and one transpose."""
    B, T, C3 = qkv.shape
    q, k, v = qkv.reshape(B, T, 3, n_head, -1).transpose(2, 0, 3, 1, 4)
    y, cache = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
    return np.moveaxis(y, 1, 2).reshape(B, T, C3 // 3), QKVAttentionCache(n_head, cache)


def qkv_attention_forward__float32(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Thirds, heads, attention and merging, all in float32."""
    q, k, v = (split_heads(part, n_head) for part in np.split(qkv.astype(np.float32), 3, axis=-1))
    y, cache = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
    return merge_heads(y).astype(np.float32), QKVAttentionCache(n_head, cache)
