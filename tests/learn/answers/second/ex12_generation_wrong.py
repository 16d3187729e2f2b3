"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.softmax import softmax


def apply_temperature__1(logits, temperature):
    """Multiplies by the temperature, so that a high one makes the model more careful."""
    return np.multiply(logits, temperature)


def apply_temperature__2(logits, temperature):
    """Takes the power of the ratio literally: returns the probabilities to the power of 1/temperature."""
    probs = softmax(logits)
    return probs ** (1 / temperature)


def apply_temperature__3(logits, temperature):
    """Takes the largest logit away first, as in a stable softmax, where nothing was to be subtracted."""
    peak = logits.max(axis=-1, keepdims=True)
    return (logits - peak) / temperature


def top_k__1(logits, k):
    """Compares with the k-th largest logit: among ties at this place all stay."""
    V = logits.shape[-1]
    if k == 0 or k >= V:
        return logits.copy()
    kth = np.sort(logits, axis=-1)[..., V - k, None]
    return np.where(logits >= kth, logits, -np.inf)


def top_k__2(logits, k):
    """Reverses a stable ascending sort, so that among equal logits the highest ids stay."""
    V = logits.shape[-1]
    if k == 0 or k >= V:
        return np.array(logits)
    keep = np.argsort(logits, axis=-1, kind="stable")[..., ::-1][..., :k]
    out = np.full(logits.shape, -np.inf)
    np.put_along_axis(out, keep, np.take_along_axis(logits, keep, -1), -1)
    return out


def top_k__3(logits, k):
    """Does not treat k = 0 as no limit: every token becomes impossible."""
    flat = np.atleast_2d(logits)
    out = np.full_like(flat, -np.inf, dtype=float)
    for r, row in enumerate(flat):
        for i in sorted(range(len(row)), key=lambda j: -row[j])[:k]:
            out[r, i] = row[i]
    return out.reshape(logits.shape)


def top_p__1(logits, p):
    """Leaves out the token with which the sum reaches p (only the first one is kept in any case)."""
    if p >= 1:
        return logits.copy()
    order = np.argsort(-logits, axis=-1, kind="stable")
    cum = np.take_along_axis(softmax(logits), order, axis=-1).cumsum(axis=-1)
    inside = cum <= p
    inside[..., 0] = True
    keep = np.zeros(logits.shape, bool)
    np.put_along_axis(keep, order, inside, axis=-1)
    return np.where(keep, logits, -np.inf)


def top_p__2(logits, p):
    """Keeps the tokens whose own probability is p or more, not the smallest set with that sum."""
    if p >= 1:
        return logits.copy()
    probs = softmax(logits)
    top = probs.argmax(axis=-1)[..., None]
    keep = probs >= p
    np.put_along_axis(keep, top, True, axis=-1)
    return np.where(keep, logits, -np.inf)


def top_p__3(logits, p):
    """Sorts, cuts and forgets to bring the mask back to the order of the ids."""
    if p >= 1.0:
        return logits.copy()
    probs = softmax(logits)
    ranked = -np.sort(-probs, axis=-1)
    before = np.cumsum(ranked, axis=-1) - ranked
    mask = before < p
    mask[..., 0] = True
    return np.where(mask, logits, -np.inf)


def cached_attention_step__1(q, k, v, keys, values):
    """Attends to the old cache alone: the new position does not see itself."""
    new_keys = np.concatenate((keys, k), axis=2)
    new_values = np.concatenate((values, v), axis=2)
    if keys.shape[2] == 0:
        return v.copy(), new_keys, new_values
    att = softmax(q @ keys.transpose(0, 1, 3, 2) / np.sqrt(q.shape[-1]))
    return att @ values, new_keys, new_values


def cached_attention_step__2(q, k, v, keys, values):
    """Puts the new position at the front of the cache."""
    keys = np.concatenate([k, keys], axis=-2)
    values = np.concatenate([v, values], axis=-2)
    scores = np.einsum("bhqd,bhsd->bhqs", q, keys) / q.shape[-1] ** 0.5
    return np.einsum("bhqs,bhsd->bhqd", softmax(scores), values), keys, values


def cached_attention_step__3(q, k, v, keys, values):
    """Forgets the scale: the scores are not divided by the root of D."""
    K = np.append(keys, k, axis=2)
    V = np.append(values, v, axis=2)
    y = softmax(q @ K.swapaxes(-1, -2)) @ V
    return y, K, V
