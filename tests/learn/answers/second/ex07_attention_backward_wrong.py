"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.attention import (
    AttentionScoresCache,
    MixValuesCache,
    attention_scores_backward,
    mix_values_backward,
)
from scratchgpt.ops.attention import attention_backward as attention_back
from scratchgpt.ops.heads import merge_heads, split_heads


def softmax_backward__1(dy, y, axis=-1):
    """Uses only the diagonal of the Jacobian, y (1 - y), as for a sigmoid."""
    return dy * y * (1 - y)


def softmax_backward__2(dy, y, axis=-1):
    """Sums over the last axis whatever `axis` says."""
    inner = np.sum(dy * y, axis=-1, keepdims=True)
    return y * (dy - inner)


def mix_values_backward__1(dy, cache):
    """Does not transpose the weights in dv (which also fails when T and S differ)."""
    w, v = cache
    dweights = np.einsum("bhtd,bhsd->bhts", dy, v)
    dv = w @ dy
    return dweights, dv


def mix_values_backward__2(dy, cache):
    """Returns the two gradients in the order dv, dweights."""
    dP = dy @ cache.v.transpose(0, 1, 3, 2)
    dV = cache.weights.transpose(0, 1, 3, 2) @ dy
    return dV, dP


def attention_scores_backward__1(dy, cache):
    """Forgets the division by the square root of D in both gradients."""
    q, k = cache
    dq = dy @ k
    dk = np.swapaxes(dy, -1, -2) @ q
    return dq, dk


def attention_scores_backward__2(dy, cache):
    """Scales dq only and forgets the scale in dk."""
    root = np.sqrt(cache.q.shape[-1])
    dq = np.einsum("bhts,bhsd->bhtd", dy, cache.k) / root
    dk = np.einsum("bhts,bhtd->bhsd", dy, cache.q)
    return dq, dk


def attention_backward__1(dy, cache):
    """Skips the softmax: hands the gradient of the weights to the scores as it is."""
    dweights, dv = mix_values_backward(dy, MixValuesCache(cache.weights, cache.v))
    dq, dk = attention_scores_backward(dweights, AttentionScoresCache(cache.q, cache.k))
    return dq, dk, dv


def attention_backward__2(dy, cache):
    """Works softmax's gradient out with y (1 - y), entry by entry, instead of over the whole row."""
    q, k, v, p, _ = cache
    dp = dy @ v.swapaxes(2, 3)
    ds = dp * p * (1.0 - p) / np.sqrt(q.shape[-1])
    return ds @ k, ds.swapaxes(2, 3) @ q, p.swapaxes(2, 3) @ dy


def qkv_attention_backward__1(dy, cache):
    """Concatenates dq, dk, dv before merging the heads, so each head has its q, k, v side by side."""
    grads = attention_back(split_heads(dy, cache.n_head), cache.attention)
    return merge_heads(np.concatenate(grads, axis=-1))


def qkv_attention_backward__2(dy, cache):
    """Cuts dy into heads by a bare reshape, without swapping positions and heads."""
    B, T, C = dy.shape
    H = cache.n_head
    dq, dk, dv = attention_back(dy.reshape(B, H, T, C // H), cache.attention)
    return np.concatenate((merge_heads(dq), merge_heads(dk), merge_heads(dv)), axis=2)
