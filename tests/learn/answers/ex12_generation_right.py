"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.ops.softmax import softmax


def apply_temperature__loops(logits, temperature):
    """Number by number."""
    out = np.empty_like(logits)
    for place in np.ndindex(*logits.shape):
        out[place] = logits[place] / temperature
    return out


def apply_temperature__other(logits, temperature):
    """A product with the inverse."""
    return np.multiply(logits, 1 / temperature)


def apply_temperature__float32(logits, temperature):
    """In float32."""
    return logits.astype(np.float32) / np.float32(temperature)


def top_k__loops(logits, k):
    """Sorted pairs, row by row."""
    rows = logits.reshape(-1, logits.shape[-1])
    out = np.full(rows.shape, -np.inf)
    for i, row in enumerate(rows.tolist()):
        ranked = sorted(range(len(row)), key=lambda t: (-row[t], t))
        for token in ranked if k == 0 else ranked[:k]:
            out[i, token] = row[token]
    return out.reshape(logits.shape)


def top_k__other(logits, k):
    """The rank of each token, from two argsorts."""
    if k == 0:
        return logits.copy()
    rank = np.argsort(np.argsort(-logits, axis=-1, kind="stable"), axis=-1, kind="stable")
    return np.where(rank < k, logits, -np.inf)


def top_k__float32(logits, k):
    """In float32, taking the largest k times."""
    left = logits.astype(np.float32)
    if k == 0 or k >= left.shape[-1]:
        return left
    out, taken = np.full(left.shape, -np.inf, np.float32), np.zeros(left.shape, bool)
    for _ in range(k):
        open_ = np.where(taken, -np.inf, left)
        # All that is left may be minus infinity already: nothing changes then.
        best = open_.argmax(axis=-1)[..., None]
        np.put_along_axis(taken, best, True, -1)
        np.put_along_axis(out, best, np.take_along_axis(left, best, -1), -1)
    return out


def top_p__loops(logits, p):
    """Row by row, token by token."""
    rows = logits.reshape(-1, logits.shape[-1])
    out = np.full(rows.shape, -np.inf)
    for i, row in enumerate(rows):
        probs = softmax(row)
        total = 0.0
        for token in sorted(range(len(row)), key=lambda t: (-row[t], t)):
            out[i, token] = row[token]
            total += probs[token]
            if total >= p and p < 1:
                break
    return out.reshape(logits.shape)


def top_p__other(logits, p):
    """How much stands before a token in the sorted order."""
    if p >= 1:
        return logits.copy()
    order = np.argsort(-logits, axis=-1, kind="stable")
    ranked = np.take_along_axis(softmax(logits), order, axis=-1)
    before = np.concatenate([np.zeros_like(ranked[..., :1]), np.cumsum(ranked, -1)[..., :-1]], axis=-1)
    inside = before < p
    inside[..., 0] = True
    back = np.argsort(order, axis=-1)
    return np.where(np.take_along_axis(inside, back, -1), logits, -np.inf)


def top_p__float32(logits, p):
    """The result in float32; the sums in float64."""
    if p >= 1:
        return logits.astype(np.float32)
    order = np.argsort(-logits, axis=-1, kind="stable")
    total = np.cumsum(np.take_along_axis(softmax(logits), order, -1), -1)
    count = np.minimum((total < p).sum(axis=-1, keepdims=True) + 1, logits.shape[-1])
    rank = np.empty(order.shape, int)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(logits.shape[-1]), order.shape), -1)
    return np.where(rank < count, logits, -np.inf).astype(np.float32)


def cached_attention_step__loops(q, k, v, keys, values):
    """Text by text, head by head."""
    B, H, S, D = keys.shape
    new_keys, new_values = np.empty((B, H, S + 1, D)), np.empty((B, H, S + 1, D))
    y = np.zeros((B, H, 1, D))
    for b in range(B):
        for h in range(H):
            new_keys[b, h, :S], new_keys[b, h, S] = keys[b, h], k[b, h, 0]
            new_values[b, h, :S], new_values[b, h, S] = values[b, h], v[b, h, 0]
            scores = [float(q[b, h, 0] @ key) / math.sqrt(D) for key in new_keys[b, h]]
            top = max(scores)
            e = [math.exp(s - top) for s in scores]
            for share, value in zip(e, new_values[b, h], strict=True):
                y[b, h, 0] += share / sum(e) * value
    return y, new_keys, new_values


def cached_attention_step__other(q, k, v, keys, values):
    """The new position's score beside those of the cache, in two parts."""
    scale = 1 / np.sqrt(q.shape[-1])
    old = np.einsum("bhtd,bhsd->bhts", q, keys) * scale
    own = (q * k).sum(axis=-1, keepdims=True) * scale
    weights = softmax(np.concatenate([old, own], axis=-1))
    y = np.einsum("bhts,bhsd->bhtd", weights[..., :-1], values) + weights[..., -1:] * v
    return y, np.append(keys, k, axis=2), np.append(values, v, axis=2)


def cached_attention_step__float32(q, k, v, keys, values):
    """All in float32."""
    q, k, v, keys, values = (a.astype(np.float32) for a in (q, k, v, keys, values))
    keys, values = np.concatenate([keys, k], axis=2), np.concatenate([values, v], axis=2)
    weights = softmax(q @ keys.swapaxes(2, 3) / np.float32(math.sqrt(q.shape[-1])))
    return weights @ values, keys, values
