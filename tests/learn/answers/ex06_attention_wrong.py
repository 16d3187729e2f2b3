"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

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
    """Took the plain dot products and forgot the scale altogether."""
    return np.einsum("bhtd,bhsd->bhts", q, k), AttentionScoresCache(q, k)


def attention_scores_forward__2(q, k):
    """Divided by D instead of by the square root of D."""
    B, H, T, D = q.shape
    S = k.shape[2]
    y = np.zeros((B, H, T, S))
    for b in range(B):
        for h in range(H):
            for i in range(T):
                for j in range(S):
                    y[b, h, i, j] = np.dot(q[b, h, i], k[b, h, j]) / D
    return y, AttentionScoresCache(q, k)


def attention_scores_forward__3(q, k):
    """Scaled by the root of the number of keys (the last axis of the scores) instead of the root of D."""
    scores = q @ k.transpose(0, 1, 3, 2)
    return scores / np.sqrt(scores.shape[-1]), AttentionScoresCache(q, k)


def attention_scores_forward__4(q, k):
    """Multiplied by the square root of D where it should divide."""
    root = math.sqrt(q.shape[-1])
    return np.matmul(q, np.swapaxes(k, 2, 3)) * root, AttentionScoresCache(q=q, k=k)


def attention_scores_forward__5(q, k):
    """Put the keys on the rows and the queries on the columns, so that y is transposed."""
    n_dims = q.shape[-1]
    keys_by_queries = k @ q.swapaxes(-1, -2)
    return keys_by_queries / n_dims**0.5, AttentionScoresCache(q, k)


def attention_scores_forward__6(q, k):
    """Scaled the queries in place, which changes the caller's q (and the cached one)."""
    q /= q.shape[-1] ** 0.5
    return np.einsum("...td,...sd->...ts", q, k), AttentionScoresCache(q, k)


def attention_scores_forward__7(q, k):
    """Divided by the lengths of the two vectors (the cosine), not by the root of D."""
    qn = q / np.linalg.norm(q, axis=-1, keepdims=True)
    kn = k / np.linalg.norm(k, axis=-1, keepdims=True)
    return qn @ np.moveaxis(kn, -1, -2), AttentionScoresCache(q, k)


def causal_mask__1(T, S):
    """Let the queries stand at the first T positions, so it is right only for T = S."""
    return np.tril(np.ones((T, S), dtype=bool))


def causal_mask__2(T, S):
    """Hid a query's own position: only the strictly earlier keys are visible."""
    return np.array([[j < S - T + i for j in range(S)] for i in range(T)])


def causal_mask__3(T, S):
    """Showed one key too many: each query sees the position after its own as well."""
    first = S - T
    rows, cols = np.indices((T, S))
    return cols <= first + rows + 1


def causal_mask__4(T, S):
    """Took True to mean hidden: the mask is inverted."""
    return np.triu(np.ones((T, S)), k=S - T + 1).astype(bool)


def causal_mask__5(T, S):
    """Swapped rows and columns: a row per key and a column per query."""
    mask = np.zeros((S, T), dtype=bool)
    for key in range(S):
        for query in range(T):
            mask[key, query] = key <= S - T + query
    return mask


def causal_mask__6(T, S):
    """Returned the additive kind of mask, 0 and minus infinity, instead of booleans."""
    mask = np.full((T, S), -np.inf)
    for i in range(T):
        mask[i, : S - T + i + 1] = 0.0
    return mask


def causal_mask__7(T, S):
    """Hid the positions before the first query too, as if only the T last keys existed."""
    j, i = np.meshgrid(np.arange(S) - (S - T), np.arange(T))
    return (j >= 0) & (j <= i)


def attention_weights__1(q, k, *, causal=True, key_mask=None):
    """Set the weights to 0 after the softmax without renormalising, so that the rows do not sum to 1."""
    scores, _ = attention_scores_forward(q, k)
    P = softmax(scores)
    if causal:
        P = P * causal_mask(q.shape[2], k.shape[2])
    if key_mask is not None:
        P = P * (np.asarray(key_mask) != 0)[:, None, None, :]
    return P


def attention_weights__2(q, k, *, causal=True, key_mask=None):
    """Subtracted 100 from the hidden scores, which a score larger by hundreds overcomes."""
    s = np.einsum("bhtd,bhsd->bhts", q, k) / np.sqrt(q.shape[-1])
    ok = np.ones(s.shape, dtype=bool)
    if causal:
        ok &= causal_mask(s.shape[2], s.shape[3])
    if key_mask is not None:
        ok &= key_mask.astype(bool)[:, None, None]
    return softmax(s - 100.0 * ~ok) * ok.any(axis=-1, keepdims=True)


def attention_weights__3(q, k, *, causal=True, key_mask=None):
    """Did not think of a query that may see no key: its row of minus infinities becomes NaN."""
    scores = attention_scores_forward(q, k)[0]
    if causal:
        scores = np.where(causal_mask(q.shape[-2], k.shape[-2]), scores, -np.inf)
    if key_mask is not None:
        scores = np.where(key_mask[:, np.newaxis, np.newaxis, :] != 0, scores, -np.inf)
    with np.errstate(invalid="ignore"):
        return softmax(scores)


def attention_weights__4(q, k, *, causal=True, key_mask=None):
    """Replaced hidden scores by -1e9, so that a query without any key gets equal weights, not zeros."""
    T, S = q.shape[2], k.shape[2]
    visible = causal_mask(T, S)[None, None] if causal else np.ones((1, 1, T, S), dtype=bool)
    if key_mask is not None:
        visible = visible & (key_mask != 0).reshape(-1, 1, 1, S)
    s = q @ k.swapaxes(2, 3) / math.sqrt(q.shape[3])
    return softmax(np.where(visible, s, -1e9))


def attention_weights__5(q, k, *, causal=True, key_mask=None):
    """Normalised over the queries (axis -2) instead of over the keys."""
    scores = attention_scores_forward(q, k)[0]
    see = np.ones_like(scores, dtype=bool)
    if causal:
        see = see & causal_mask(*scores.shape[2:])
    if key_mask is not None:
        see = see & (key_mask[:, None, None, :] != 0)
    top = np.where(see, scores, -1e30).max(axis=-2, keepdims=True)
    e = np.exp(np.where(see, scores - top, -np.inf))
    total = e.sum(axis=-2, keepdims=True)
    return np.divide(e, total, out=np.zeros_like(e), where=total > 0)


def attention_weights__6(q, k, *, causal=True, key_mask=None):
    """Set the hidden scores to 0 before the softmax, where exp makes a 1 of them."""
    T, S = q.shape[2], k.shape[2]
    s = np.matmul(q, k.transpose(0, 1, 3, 2)) / np.sqrt(q.shape[-1])
    allowed = np.broadcast_to(causal_mask(T, S) if causal else True, s.shape)
    if key_mask is not None:
        allowed = np.logical_and(allowed, np.asarray(key_mask, dtype=bool)[:, None, None, :])
    return softmax(s * allowed) * allowed.any(-1, keepdims=True)


def attention_weights__7(q, k, *, causal=True, key_mask=None):
    """Used only one of the two masks: with a key_mask the causal mask is left out."""
    scores, _ = attention_scores_forward(q, k)
    T, S = scores.shape[2:]
    if key_mask is not None:
        visible = np.repeat((key_mask != 0)[:, None, None, :], T, axis=2)
    elif causal:
        visible = causal_mask(T, S)[None, None]
    else:
        return softmax(scores)
    lost = ~visible.any(axis=-1, keepdims=True)
    return np.where(lost, 0.0, softmax(np.where(visible | lost, scores, -np.inf)))


def attention_weights__8(q, k, *, causal=True, key_mask=None):
    """Took the maximum over all keys, hidden ones too, so a huge hidden score makes the visible ones 0."""
    s = attention_scores_forward(q, k)[0]
    allowed = np.ones(s.shape)
    if causal:
        allowed = allowed * causal_mask(s.shape[-2], s.shape[-1])
    if key_mask is not None:
        allowed = allowed * (key_mask != 0)[:, None, None, :]
    e = np.exp(s - s.max(axis=-1, keepdims=True)) * allowed
    z = e.sum(axis=-1, keepdims=True)
    return e / np.where(z == 0, 1.0, z)


def attention_weights__9(q, k, *, causal=True, key_mask=None):
    """Built its own causal mask from the upper left corner, wrong where there are more keys than queries."""
    (B, H, T, D), S = q.shape, k.shape[2]
    out = np.zeros((B, H, T, S))
    for b, h, i in np.ndindex(B, H, T):
        keys = [j for j in range(S) if not causal or j <= i]
        if key_mask is not None:
            keys = [j for j in keys if key_mask[b, j]]
        if keys:
            out[b, h, i, keys] = softmax(k[b, h, keys] @ q[b, h, i] / D**0.5)
    return out


def attention_weights__10(q, k, *, causal=True, key_mask=None):
    """Let the key_mask hide queries (rows) instead of keys (columns)."""
    T, S = q.shape[2], k.shape[2]
    s, _ = attention_scores_forward(q, k)
    if causal:
        s = np.where(causal_mask(T, S), s, -np.inf)
    weights = softmax(s)
    if key_mask is not None:
        weights = weights * (key_mask != 0)[:, None, S - T :, None]
    return weights


def attention_forward__1(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Did not pass causal on, so that it always counts as True."""
    w = attention_weights(q, k, key_mask=key_mask)
    return w @ v, AttentionCache(q, k, v, w, DropoutCache(None, 0.0))


def attention_forward__2(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Forgot key_mask: padding is attended to."""
    w = attention_weights(q, k, causal=causal)
    return np.einsum("bhts,bhsd->bhtd", w, v), AttentionCache(q, k, v, w, DropoutCache(None, 0.0))


def attention_forward__3(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Mixed the keys instead of the values."""
    P = attention_weights(q, k, causal=causal, key_mask=key_mask)
    B, H, T, S = P.shape
    y = np.zeros((B, H, T, v.shape[-1]))
    for j in range(S):
        y += P[..., j, None] * k[:, :, j, None, :]
    return y, AttentionCache(q, k, v, P, DropoutCache(None, 0.0))


def attention_forward__4(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Put the scaled scores into the cache where the weights belong."""
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    probs = attention_weights(q, k, causal=causal, key_mask=key_mask)
    return np.matmul(probs, v), AttentionCache(q, k, v, scores, DropoutCache(None, 0.0))


def attention_forward__5(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Averaged over the keys: divided the mixture by their number although the weights sum to 1 already."""
    w = attention_weights(q, k, causal=causal, key_mask=key_mask)
    mixed = (w[..., :, :, None] * v[..., None, :, :]).mean(axis=3)
    return mixed, AttentionCache(q, k, v, w, DropoutCache(None, 0.0))


def attention_forward__6(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Transposed the weights, so that row i holds what key i gives away (only runs when T = S)."""
    weights = attention_weights(q, k, causal=causal, key_mask=key_mask)
    out = weights.swapaxes(-1, -2) @ v
    return out, AttentionCache(q, k, v, weights, DropoutCache(None, 0.0))


def attention_forward__7(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Put the number dropout into the last field of the cache instead of a DropoutCache."""
    A = attention_weights(q, k, causal=causal, key_mask=key_mask)
    return np.einsum("bhij,bhjd->bhid", A, v), AttentionCache(q, k, v, A, dropout)


def attention_forward__8(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Mixed with the scores themselves (hidden ones set to 0), without a softmax."""
    s, _ = attention_scores_forward(q, k)
    weights = np.where(attention_weights(q, k, causal=causal, key_mask=key_mask) > 0, s, 0.0)
    return weights @ v, AttentionCache(q, k, v, weights, DropoutCache(None, 0.0))


def split_heads__1(x, n_head):
    """Reshaped straight to (B, H, T, D), which mixes positions with heads."""
    B, T, C = x.shape
    return x.reshape(B, n_head, T, C // n_head)


def split_heads__2(x, n_head):
    """Gave every H-th number to a head instead of D neighbouring ones."""
    return np.stack([x[:, :, h::n_head] for h in range(n_head)], axis=1)


def split_heads__3(x, n_head):
    """Forgot to move the heads in front of the positions: (B, T, H, D)."""
    B, T, C = x.shape
    return np.reshape(x, (B, T, n_head, C // n_head))


def split_heads__4(x, n_head):
    """Moved the size of a head in front of the positions as well: (B, H, D, T)."""
    b, t, c = x.shape
    return x.reshape(b, t, n_head, c // n_head).transpose(0, 2, 3, 1)


def split_heads__5(x, n_head):
    """Took n_head for the size of a head, so it makes C / n_head heads."""
    size = n_head
    pieces = [x[..., start : start + size] for start in range(0, x.shape[-1], size)]
    return np.stack(pieces, axis=1)


def split_heads__6(x, n_head):
    """Put the heads in front of the texts: (H, B, T, D)."""
    return np.array(np.split(x, n_head, axis=2))


def merge_heads__1(x):
    """Reshaped without moving the heads back behind the positions."""
    B, H, T, D = x.shape
    return x.reshape(B, T, H * D)


def merge_heads__2(x):
    """Interleaved the heads: the first number of every head, then the second of every head."""
    B, H, T, D = x.shape
    return np.transpose(x, (0, 2, 3, 1)).reshape(B, T, D * H)


def merge_heads__3(x):
    """Added the heads up instead of putting them side by side."""
    return np.sum(x, axis=1)


def merge_heads__4(x):
    """Put the heads side by side in reverse order, the last one first."""
    out = x[:, 0]
    for h in range(1, x.shape[1]):
        out = np.concatenate([x[:, h], out], axis=-1)
    return out


def merge_heads__5(x):
    """Concatenated over the first axis, the texts, instead of over the heads."""
    return np.concatenate(list(x), axis=-1)


def merge_heads__6(x):
    """Stopped after swapping the axes: the result (B, T, H, D) still has four axes."""
    return np.moveaxis(x, 1, 2)


def qkv_attention_forward__1(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Read the packing as key, query, value."""
    k, q, v = [split_heads(part, n_head) for part in np.split(qkv, 3, axis=-1)]
    y, cache = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
    return merge_heads(y), QKVAttentionCache(n_head, cache)


def qkv_attention_forward__2(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Took each head's query, key and value to lie together: split into heads first, then into thirds."""
    per_head = split_heads(qkv, n_head)
    D = per_head.shape[-1] // 3
    q, k, v = per_head[..., :D], per_head[..., D : 2 * D], per_head[..., 2 * D :]
    y, cache = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
    return merge_heads(y), QKVAttentionCache(n_head, cache)


def qkv_attention_forward__3(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Took the packing to alternate number by number: query, key, value, query, key, value."""
    q, k, v = (split_heads(qkv[:, :, i::3], n_head) for i in range(3))
    out, cache = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
    return merge_heads(out), QKVAttentionCache(n_head, cache)


def qkv_attention_forward__4(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Never split into n_head heads: one big head attends with the whole vectors."""
    C = qkv.shape[-1] // 3
    q, k, v = (split_heads(qkv[..., i * C : (i + 1) * C], 1) for i in range(3))
    y, cache = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
    return y[:, 0], QKVAttentionCache(n_head, cache)


def qkv_attention_forward__5(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Put the outputs together by a bare reshape, which mixes positions with heads."""
    B, T, C3 = qkv.shape
    q, k, v = [split_heads(a, n_head) for a in np.array_split(qkv, 3, axis=2)]
    y, attn = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
    return y.reshape(B, T, C3 // 3), QKVAttentionCache(n_head, attn)


def qkv_attention_forward__6(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Did not hand causal and key_mask on to the attention."""
    q, k, v = np.split(qkv, 3, -1)
    y, c = attention_forward(split_heads(q, n_head), split_heads(k, n_head), split_heads(v, n_head))
    return merge_heads(y), QKVAttentionCache(n_head=n_head, attention=c)


def qkv_attention_forward__7(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Scaled the scores by the root of the whole width C instead of the head's own D."""
    B, T, C3 = qkv.shape
    q, k, v = qkv.reshape(B, T, 3, n_head, C3 // 3 // n_head).transpose(2, 0, 3, 1, 4)
    y, cache = attention_forward(q / math.sqrt(n_head), k, v, causal=causal, key_mask=key_mask)
    cache = cache._replace(q=q)
    return merge_heads(y), QKVAttentionCache(n_head, cache)


def qkv_attention_forward__8(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Returned the cache of the attention alone, without n_head around it."""
    C = qkv.shape[2] // 3
    heads = [split_heads(qkv[:, :, s : s + C], n_head) for s in (0, C, 2 * C)]
    y, cache = attention_forward(*heads, causal=causal, key_mask=key_mask)
    return merge_heads(y), cache
