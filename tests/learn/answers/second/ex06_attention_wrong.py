"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.attention import (
    AttentionCache,
    AttentionScoresCache,
    attention_forward,
    attention_scores_forward,
    attention_weights,
    causal_mask,
)
from scratchgpt.ops.dropout import DropoutCache
from scratchgpt.ops.heads import QKVAttentionCache, merge_heads, split_heads
from scratchgpt.ops.softmax import softmax


def attention_scores_forward__1(q, k):
    """Divides by D instead of the square root of D."""
    D = q.shape[-1]
    scores = np.matmul(q, np.transpose(k, (0, 1, 3, 2))) / D
    return scores, AttentionScoresCache(q, k)


def attention_scores_forward__2(q, k):
    """Takes the number of queries, shape[2], for D in the scale."""
    scale = 1.0 / np.sqrt(q.shape[2])
    return np.einsum("bhtd,bhsd->bhts", q, k) * scale, AttentionScoresCache(q, k)


def causal_mask__1(T, S):
    """Puts the queries at the first T positions: a plain lower triangle, without the offset S - T."""
    return np.tril(np.ones((T, S), dtype=bool))


def causal_mask__2(T, S):
    """Uses < instead of <=, so that a query does not see its own position."""
    mask = np.zeros((T, S), dtype=bool)
    for i in range(T):
        for j in range(S):
            if j < S - T + i:
                mask[i, j] = True
    return mask


def attention_weights__1(q, k, *, causal=True, key_mask=None):
    """Puts -inf on hidden keys without caring for a query that sees no key, whose weights become NaN."""
    scores, _ = attention_scores_forward(q, k)
    B, _, T, S = scores.shape
    ok = np.ones((B, 1, T, S), dtype=bool)
    if causal:
        ok = ok & causal_mask(T, S)
    if key_mask is not None:
        ok = ok & (np.asarray(key_mask) != 0).reshape(B, 1, 1, S)
    scores = np.where(ok, scores, -np.inf)
    with np.errstate(invalid="ignore"):
        e = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)


def attention_weights__2(q, k, *, causal=True, key_mask=None):
    """Sets hidden weights to 0 after the softmax over all keys, without normalising again."""
    s = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    p = softmax(s)
    if causal:
        p = p * causal_mask(q.shape[2], k.shape[2])
    if key_mask is not None:
        p = p * (np.asarray(key_mask) != 0)[:, None, None, :]
    return p


def attention_forward__1(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Does not hand causal and key_mask on to the weights, so they always have their defaults."""
    weights = attention_weights(q, k)
    y = weights @ v
    return y, AttentionCache(q, k, v, weights, DropoutCache(None, 0.0))


def attention_forward__2(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Mixes the keys instead of the values."""
    w = attention_weights(q, k, causal=causal, key_mask=key_mask)
    out = np.einsum("bhts,bhsd->bhtd", w, k)
    return out, AttentionCache(q, k, v, w, DropoutCache(None, 0.0))


def split_heads__1(x, n_head):
    """Reshapes straight to (B, H, T, D) without swapping axes, which mixes up positions and heads."""
    B, T, C = x.shape
    return x.reshape(B, n_head, T, C // n_head)


def split_heads__2(x, n_head):
    """Gives head h every n_head-th number (reshape to D, H) instead of a block of D neighbours."""
    b, t, c = x.shape
    d = c // n_head
    return np.transpose(x.reshape(b, t, d, n_head), (0, 3, 1, 2))


def merge_heads__1(x):
    """Reshapes straight to (B, T, H*D) without bringing the positions in front of the heads first."""
    B, H, T, D = x.shape
    return x.reshape(B, T, H * D)


def merge_heads__2(x):
    """Transposes to (B, T, D, H), so that the numbers of the heads alternate within a position."""
    n, heads, length, size = x.shape
    return x.transpose(0, 2, 3, 1).reshape(n, length, heads * size)


def qkv_attention_forward__1(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Takes the three parts in the order key, query, value."""
    k, q, v = [split_heads(p, n_head) for p in np.split(qkv, 3, axis=-1)]
    y, attention = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
    return merge_heads(y), QKVAttentionCache(n_head, attention)


def qkv_attention_forward__2(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Splits into heads before queries, keys and values, as if each head had its q, k, v side by side."""
    heads = split_heads(qkv, n_head)
    D = heads.shape[-1] // 3
    q, k, v = heads[..., :D], heads[..., D : 2 * D], heads[..., 2 * D :]
    out, cache = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
    return merge_heads(out), QKVAttentionCache(n_head, cache)
