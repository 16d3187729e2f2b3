"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.softmax import softmax


def apply_temperature__1(logits, temperature):
    """Multiplied by the temperature."""
    return logits * temperature


def apply_temperature__2(logits, temperature):
    """Returned the probabilities after the softmax."""
    return softmax(logits / temperature)


def apply_temperature__3(logits, temperature):
    """Took the largest logit away as well."""
    return (logits - logits.max(axis=-1, keepdims=True)) / temperature


def apply_temperature__4(logits, temperature):
    """Took the temperature for an exponent of the logits."""
    return np.sign(logits) * np.abs(logits) ** (1 / temperature)


def apply_temperature__5(logits, temperature):
    """Divided the logits in place."""
    logits /= temperature
    return logits


def apply_temperature__6(logits, temperature):
    """Subtracted the temperature."""
    return np.subtract(logits, temperature)


def top_k__1(logits, k):
    """Compared with the k-th largest, so that ties at that place all stay."""
    V = logits.shape[-1]
    if k == 0 or k >= V:
        return logits.copy()
    limit = np.sort(logits, axis=-1)[..., V - k : V - k + 1]
    return np.where(logits >= limit, logits, -np.inf)


def top_k__2(logits, k):
    """Set the others to 0 instead of minus infinity."""
    V = logits.shape[-1]
    if k == 0 or k >= V:
        return logits.copy()
    order = np.argsort(-logits, axis=-1, kind="stable")
    out = np.zeros_like(logits)
    np.put_along_axis(out, order[..., :k], np.take_along_axis(logits, order[..., :k], -1), -1)
    return out


def top_k__3(logits, k):
    """Kept the k smallest."""
    V = logits.shape[-1]
    if k == 0 or k >= V:
        return logits.copy()
    out = np.full_like(logits, -np.inf)
    order = np.argsort(logits, axis=-1, kind="stable")[..., :k]
    np.put_along_axis(out, order, np.take_along_axis(logits, order, -1), -1)
    return out


def top_k__4(logits, k):
    """Took k = 0 at its word and kept nothing."""
    out = np.full(logits.shape, -np.inf)
    rows, results = logits.reshape(-1, logits.shape[-1]), out.reshape(-1, logits.shape[-1])
    for row, result in zip(rows, results, strict=True):
        for token in sorted(range(len(row)), key=lambda t: (-row[t], t))[:k]:
            result[token] = row[token]
    return out


def top_k__5(logits, k):
    """Among equals kept those with the highest ids."""
    V = logits.shape[-1]
    if k == 0 or k >= V:
        return logits.copy()
    last = np.argsort(logits, axis=-1, kind="stable")[..., V - k :]
    out = np.full_like(logits, -np.inf)
    np.put_along_axis(out, last, np.take_along_axis(logits, last, -1), -1)
    return out


def top_k__6(logits, k):
    """Chose the k largest of the whole batch instead of each row."""
    if k == 0 or k >= logits.shape[-1]:
        return logits.copy()
    flat = logits.ravel()
    order = np.argsort(-flat, kind="stable")[:k]
    out = np.full_like(flat, -np.inf)
    out[order] = flat[order]
    return out.reshape(logits.shape)


def top_k__7(logits, k):
    """Returned the probabilities of the k that stay."""
    V = logits.shape[-1]
    order = np.argsort(-logits, axis=-1, kind="stable")[..., : k or V]
    mask = np.zeros(logits.shape, bool)
    np.put_along_axis(mask, order, True, -1)
    return softmax(np.where(mask, logits, -np.inf))


def _nucleus(logits, p, rule):
    order = np.argsort(-logits, axis=-1, kind="stable")
    ranked = np.take_along_axis(softmax(logits), order, -1)
    keep = rule(np.cumsum(ranked, axis=-1), ranked, p)
    mask = np.zeros(logits.shape, bool)
    np.put_along_axis(mask, order, keep, -1)
    return np.where(mask, logits, -np.inf)


def top_p__1(logits, p):
    """Dropped the token with which the sum reaches p."""
    if p >= 1:
        return logits.copy()
    return _nucleus(logits, p, lambda total, each, p: total <= p)


def top_p__2(logits, p):
    """Kept every token that alone has the probability p."""
    return np.where(softmax(logits) >= p, logits, -np.inf)


def top_p__3(logits, p):
    """Sorted upwards: the least likely tokens make up the nucleus."""
    order = np.argsort(logits, axis=-1, kind="stable")
    ranked = np.take_along_axis(softmax(logits), order, -1)
    before = np.cumsum(ranked, -1) - ranked
    keep = before < p
    keep[..., 0] = True
    mask = np.zeros(logits.shape, bool)
    np.put_along_axis(mask, order, keep, -1)
    return logits.copy() if p >= 1 else np.where(mask, logits, -np.inf)


def top_p__4(logits, p):
    """Forgot to bring the mask back from the sorted order."""
    if p >= 1:
        return logits.copy()
    ranked = np.sort(softmax(logits), axis=-1)[..., ::-1]
    before = np.cumsum(ranked, -1) - ranked
    keep = before < p
    keep[..., 0] = True
    return np.where(keep, logits, -np.inf)


def top_p__5(logits, p):
    """Cut what lies below the share p of the likeliest token (min-p)."""
    probs = softmax(logits)
    return np.where(probs >= p * probs.max(axis=-1, keepdims=True), logits, -np.inf)


def top_p__6(logits, p):
    """Summed the logits' own sizes, without a softmax."""
    if p >= 1:
        return logits.copy()
    order = np.argsort(-logits, axis=-1, kind="stable")
    ranked = np.take_along_axis(logits, order, -1)
    before = np.cumsum(ranked, -1) - ranked
    keep = before < p
    keep[..., 0] = True
    mask = np.zeros(logits.shape, bool)
    np.put_along_axis(mask, order, keep, -1)
    return np.where(mask, logits, -np.inf)


def top_p__7(logits, p):
    """Renormalised and returned probabilities."""
    if p >= 1:
        return softmax(logits)
    kept = _nucleus(logits, p, lambda total, each, p: (total - each < p) | (total == each))
    return softmax(kept)


def cached_attention_step__1(q, k, v, keys, values):
    """Attended to the cache before the new position was in it."""
    weights = softmax(q @ keys.swapaxes(2, 3) / q.shape[-1] ** 0.5) if keys.shape[2] else q[..., :0]
    y = weights @ values if keys.shape[2] else np.zeros_like(v)
    return y, np.concatenate([keys, k], axis=2), np.concatenate([values, v], axis=2)


def cached_attention_step__2(q, k, v, keys, values):
    """Forgot the scale."""
    keys, values = np.concatenate([keys, k], 2), np.concatenate([values, v], 2)
    w = softmax(np.einsum("bhtd,bhsd->bhts", q, keys))
    return np.einsum("bhts,bhsd->bhtd", w, values), keys, values


def cached_attention_step__3(q, k, v, keys, values):
    """Put the new position in front of the cache."""
    keys, values = np.concatenate([k, keys], axis=2), np.concatenate([v, values], axis=2)
    w = softmax(q @ keys.swapaxes(-1, -2) / np.sqrt(q.shape[-1]))
    return w @ values, keys, values


def cached_attention_step__4(q, k, v, keys, values):
    """Did not return the new cache, but the old one."""
    K, V = np.concatenate([keys, k], axis=-2), np.concatenate([values, v], axis=-2)
    scores = np.matmul(q, K.transpose(0, 1, 3, 2)) * q.shape[-1] ** -0.5
    return np.matmul(softmax(scores), V), keys, values


def cached_attention_step__5(q, k, v, keys, values):
    """Exchanged keys and values when appending."""
    keys, values = np.concatenate([keys, v], axis=2), np.concatenate([values, k], axis=2)
    return softmax(q @ keys.swapaxes(2, 3) / q.shape[-1] ** 0.5) @ values, keys, values


def cached_attention_step__6(q, k, v, keys, values):
    """Scaled by the number of positions instead of the size of a head."""
    keys, values = np.concatenate([keys, k], axis=2), np.concatenate([values, v], axis=2)
    return softmax(q @ keys.swapaxes(2, 3) / keys.shape[2] ** 0.5) @ values, keys, values


def cached_attention_step__7(q, k, v, keys, values):
    """Let the new position look at itself only."""
    keys, values = np.concatenate([keys, k], axis=2), np.concatenate([values, v], axis=2)
    return v.copy(), keys, values
