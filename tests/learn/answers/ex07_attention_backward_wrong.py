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


def softmax_backward__1(dy, y, axis=-1):
    """Took the slope of the sigmoid, y (1 - y), as if each score acted on its own probability only."""
    return dy * y * (1 - y)


def softmax_backward__2(dy, y, axis=-1):
    """Subtracted the plain sum of dy, without weighting it by the probabilities."""
    total = np.sum(dy, axis=axis, keepdims=True)
    return np.multiply(y, dy - total)


def softmax_backward__3(dy, y, axis=-1):
    """Always sums along the last axis and ignores the argument axis."""
    inner = np.einsum("...i,...i->...", dy, y)[..., None]
    return y * (dy - inner)


def softmax_backward__4(dy, y, axis=-1):
    """Applied another softmax to y, although y holds probabilities already."""
    e = np.exp(y - y.max(axis=axis, keepdims=True))
    p = e / e.sum(axis=axis, keepdims=True)
    return p * (dy - (p * dy).sum(axis=axis, keepdims=True))


def softmax_backward__5(dy, y, axis=-1):
    """Forgot the factor y in front: returned dy minus its weighted mean."""
    weighted_mean = np.average(dy, axis=axis, weights=y + 1e-300)
    return dy - np.expand_dims(weighted_mean, axis)


def softmax_backward__6(dy, y, axis=-1):
    """Summed over the whole array, all rows together, instead of along the axis."""
    return y * dy - y * np.vdot(dy, y)


def softmax_backward__7(dy, y, axis=-1):
    """Has the sign turned round: the weighted mean minus dy."""
    m = (y * dy).sum(axis, keepdims=True)
    out = np.empty_like(y)
    np.subtract(m, dy, out=out)
    return out * y


def softmax_backward__8(dy, y, axis=-1):
    """Normalised y once more to be safe, which makes NaN of a row of zeros."""
    with np.errstate(invalid="ignore"):
        p = y / y.sum(axis=axis, keepdims=True)
    return p * (dy - np.sum(p * dy, axis=axis, keepdims=True))


def softmax_backward__9(dy, y, axis=-1):
    """Worked in the array dy that it was given: the result is right, but dy is spoilt."""
    dy -= (dy * y).sum(axis=axis, keepdims=True)
    return dy * y


def mix_values_backward__1(dy, cache):
    """Returned the two gradients in the wrong order, dv first."""
    weights, v = cache
    dv = np.einsum("bhts,bhtd->bhsd", weights, dy)
    dweights = np.einsum("bhtd,bhsd->bhts", dy, v)
    return dv, dweights


def mix_values_backward__2(dy, cache):
    """Did not transpose the weights for dv, so values get the wrong queries' gradients (needs T = S)."""
    dP = dy @ cache.v.swapaxes(-1, -2)
    dV = cache.weights @ dy
    return dP, dV


def mix_values_backward__3(dy, cache):
    """Set dweights to 0 where the weight is 0, which is the business of the softmax."""
    w, v = cache
    dw = np.matmul(dy, v.transpose(0, 1, 3, 2))
    return np.where(w == 0, 0.0, dw), np.matmul(w.transpose(0, 1, 3, 2), dy)


def mix_values_backward__4(dy, cache):
    """Went on to the scores: dweights is already taken back through the softmax."""
    weights, v = cache
    dweights = dy @ np.moveaxis(v, 3, 2)
    dweights = softmax_backward(dweights, weights)
    return dweights, np.moveaxis(weights, 3, 2) @ dy


def mix_values_backward__5(dy, cache):
    """Averaged dv over the queries instead of summing it."""
    B, H, S, D = cache.v.shape
    T = dy.shape[2]
    dv = np.zeros((B, H, S, D))
    for j in range(S):
        dv[:, :, j] = (cache.weights[:, :, :, j, None] * dy).mean(axis=2)
    dweights = np.stack([(dy[:, :, i, None] * cache.v).sum(-1) for i in range(T)], axis=2)
    return dweights, dv


def mix_values_backward__6(dy, cache):
    """Carried the scale 1/sqrt(D) of the scores into dweights, where it does not belong."""
    weights, v = cache
    scale = 1 / math.sqrt(v.shape[-1])
    return np.einsum("...td,...sd->...ts", dy, v) * scale, np.einsum("...ts,...td->...sd", weights, dy)


def mix_values_backward__7(dy, cache):
    """Multiplied dweights by the weights, as if y contained them squared."""
    weights, v = cache
    upstream = dy @ v.swapaxes(2, 3)
    return upstream * weights, weights.swapaxes(2, 3) @ dy


def attention_scores_backward__1(dy, cache):
    """Did not transpose dy for dk (needs T = S)."""
    q, k = cache
    root = np.sqrt(q.shape[-1])
    return dy @ k / root, dy @ q / root


def attention_scores_backward__2(dy, cache):
    """Forgot the scale in both gradients."""
    q, k = cache
    return np.einsum("bhts,bhsd->bhtd", dy, k), np.einsum("bhts,bhtd->bhsd", dy, q)


def attention_scores_backward__3(dy, cache):
    """Scaled dq but forgot to scale dk."""
    dq = np.matmul(dy, cache.k) / math.sqrt(cache.k.shape[-1])
    dk = np.matmul(dy.transpose(0, 1, 3, 2), cache.q)
    return dq, dk


def attention_scores_backward__4(dy, cache):
    """Took the last axis of dy for D and so divided by the root of the number of keys."""
    q, k = cache
    d = dy / dy.shape[-1] ** 0.5
    return d @ k, np.swapaxes(d, -1, -2) @ q


def attention_scores_backward__5(dy, cache):
    """Returned dk where dq belongs and the other way round."""
    s = dy / np.sqrt(cache.q.shape[3])
    from_keys = np.einsum("bhij,bhjd->bhid", s, cache.k)
    from_queries = np.einsum("bhij,bhid->bhjd", s, cache.q)
    return from_queries, from_keys


def attention_scores_backward__6(dy, cache):
    """Divided by D: the scale went in once for dy and once more for the result."""
    q, k = cache
    D = q.shape[-1]
    dq, dk = np.zeros(q.shape), np.zeros(k.shape)
    for b, h, i, j in np.ndindex(dy.shape):
        g = dy[b, h, i, j] / D
        dq[b, h, i] += g * k[b, h, j]
        dk[b, h, j] += g * q[b, h, i]
    return dq, dk


def attention_scores_backward__7(dy, cache):
    """Scaled dy in place, which spoils the argument."""
    q, k = cache
    dy /= math.sqrt(q.shape[-1])
    return dy @ k, dy.swapaxes(-1, -2) @ q


def attention_scores_backward__8(dy, cache):
    """Multiplied by the root of D instead of dividing, to 'undo' the scale of the forward pass."""
    q, k = cache
    up = dy * q.shape[-1] ** 0.5
    return np.einsum("...ij,...jd->...id", up, k), np.einsum("...ij,...id->...jd", up, q)


def attention_backward__1(dy, cache):
    """Left the softmax out: passed the gradient of the weights on as that of the scores."""
    q, k, v, weights, _ = cache
    dweights, dv = mix_values_backward(dy, MixValuesCache(weights, v))
    dq, dk = attention_scores_backward(dweights, AttentionScoresCache(q, k))
    return dq, dk, dv


def attention_backward__2(dy, cache):
    """Took the softmax backward along the queries (axis 2) instead of along the keys."""
    dP, dv = mix_values_backward(dy, MixValuesCache(cache.weights, cache.v))
    dS = softmax_backward(dP, cache.weights, axis=2)
    return (*attention_scores_backward(dS, AttentionScoresCache(cache.q, cache.k)), dv)


def attention_backward__3(dy, cache):
    """Computed dv with the gradient of the scores in place of the weights."""
    q, k, v, P, _ = cache
    dP = np.einsum("bhtd,bhsd->bhts", dy, v)
    dS = P * (dP - np.einsum("bhts,bhts->bht", dP, P)[..., None])
    dv = np.einsum("bhts,bhtd->bhsd", dS, dy)
    dq, dk = attention_scores_backward(dS, AttentionScoresCache(q, k))
    return dq, dk, dv


def attention_backward__4(dy, cache):
    """Returned the gradients in the order in which they are computed: dv, dq, dk."""
    weights = cache.weights
    dweights, dv = mix_values_backward(dy, MixValuesCache(weights, cache.v))
    dscores = softmax_backward(dweights, weights)
    dq, dk = attention_scores_backward(dscores, AttentionScoresCache(cache.q, cache.k))
    return dv, dq, dk


def attention_backward__5(dy, cache):
    """Computed the weights again from q and k and lost the masks on the way."""
    q, k, v = cache.q, cache.k, cache.v
    s = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])
    e = np.exp(s - s.max(-1, keepdims=True))
    w = e / e.sum(-1, keepdims=True)
    dw, dv = mix_values_backward(dy, MixValuesCache(w, v))
    dq, dk = attention_scores_backward(softmax_backward(dw, w), AttentionScoresCache(q, k))
    return dq, dk, dv


def attention_backward__6(dy, cache):
    """Wrote the steps out by hand and forgot the scale of the scores."""
    q, k, v, A, _ = cache
    dA = dy @ np.swapaxes(v, 2, 3)
    dS = A * (dA - (A * dA).sum(axis=-1, keepdims=True))
    return dS @ k, np.swapaxes(dS, 2, 3) @ q, np.swapaxes(A, 2, 3) @ dy


def attention_backward__7(dy, cache):
    """Gave softmax_backward its two arguments in the wrong order."""
    q, k, v, weights, _dropout = cache
    dweights, dv = mix_values_backward(dy, MixValuesCache(weights, v))
    dscores = softmax_backward(weights, dweights)
    dq, dk = attention_scores_backward(dscores, AttentionScoresCache(q, k))
    return dq, dk, dv


def attention_backward__8(dy, cache):
    """Reused the array of the cached weights for the scores' gradient, so the cache is spoilt."""
    q, k, v, weights, _ = cache
    dweights, dv = mix_values_backward(dy, MixValuesCache(weights, v))
    inner = (dweights * weights).sum(axis=-1, keepdims=True)
    weights *= dweights - inner
    dq, dk = attention_scores_backward(weights, AttentionScoresCache(q, k))
    return dq, dk, dv


def attention_backward__9(dy, cache):
    """Divided by the root of D once itself and let 07.3 divide once more."""
    q, k, v, weights, _ = cache
    dweights, dv = mix_values_backward(dy, MixValuesCache(weights=weights, v=v))
    dscores = softmax_backward(dweights, weights) / np.sqrt(q.shape[-1])
    dq, dk = attention_scores_backward(dscores, AttentionScoresCache(q=q, k=k))
    return dq, dk, dv


def qkv_attention_backward__1(dy, cache):
    """Joined dq, dk, dv inside each head before merging, so that they are packed head by head."""
    grads = attention_backward(split_heads(dy, cache.n_head), cache.attention)
    return merge_heads(np.concatenate(grads, axis=-1))


def qkv_attention_backward__2(dy, cache):
    """Packed the parts in the order values, keys, queries."""
    dq, dk, dv = attention_backward(split_heads(dy, cache.n_head), cache.attention)
    return np.concatenate([merge_heads(dv), merge_heads(dk), merge_heads(dq)], axis=2)


def qkv_attention_backward__3(dy, cache):
    """Reshaped dy straight into heads without moving the axes."""
    B, T, C = dy.shape
    H, attention = cache
    parts = attention_backward(dy.reshape(B, H, T, C // H), attention)
    return np.concatenate([merge_heads(p) for p in parts], axis=-1)


def qkv_attention_backward__4(dy, cache):
    """Added the three gradients up instead of putting them side by side."""
    dheads = split_heads(dy, cache.n_head)
    return sum(merge_heads(g) for g in attention_backward(dheads, cache.attention))


def qkv_attention_backward__5(dy, cache):
    """Interleaved the three parts number by number by stacking on a new last axis."""
    B, T, C = dy.shape
    parts = attention_backward(split_heads(dy, cache.n_head), cache.attention)
    return np.stack([merge_heads(p) for p in parts], axis=-1).reshape(B, T, 3 * C)


def qkv_attention_backward__6(dy, cache):
    """Merged the heads of the gradients by a bare reshape, which mixes positions with heads."""
    B, T, C = dy.shape
    dqkv = np.empty((B, T, 3 * C))
    for i, g in enumerate(attention_backward(split_heads(dy, cache.n_head), cache.attention)):
        dqkv[..., i * C : (i + 1) * C] = g.reshape(B, T, C)
    return dqkv


def qkv_attention_backward__7(dy, cache):
    """Gave every H-th number of dy to a head instead of D neighbouring ones."""
    n = cache.n_head
    dheads = np.stack([dy[:, :, h::n] for h in range(n)], axis=1)
    return np.concatenate([merge_heads(g) for g in attention_backward(dheads, cache.attention)], axis=-1)
