"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np


def mask_tokens__loops(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """One token after the other, over flat lists."""
    chosen = rng.random(ids.shape).ravel().tolist()
    how = rng.random(ids.shape).ravel().tolist()
    noise = rng.integers(vocab_size, size=ids.shape).ravel().tolist()
    inputs, targets = [], []
    for token, a, b, random_id in zip(ids.ravel().tolist(), chosen, how, noise, strict=True):
        if a < probability:
            inputs.append(mask_id if b < 0.8 else random_id if b < 0.9 else token)
            targets.append(token)
        else:
            inputs.append(token)
            targets.append(-1)
    shape = ids.shape
    return np.array(inputs, np.int64).reshape(shape), np.array(targets, np.int64).reshape(shape)


def mask_tokens__other(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """np.select over the cases."""
    a, b = rng.random(ids.shape), rng.random(ids.shape)
    noise = rng.integers(0, vocab_size, size=ids.shape)
    wide = ids.astype(np.int64)
    inputs = np.select([a >= probability, b < 0.8, b < 0.9], [wide, np.int64(mask_id), noise], wide)
    return inputs, np.select([a < probability], [wide], -1)


def mask_tokens__float32(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Assignments to a copy under boolean masks."""
    picked = rng.random(size=ids.shape) < probability
    dice = rng.random(size=ids.shape)
    noise = rng.integers(low=0, high=vocab_size, size=ids.shape, dtype=np.int64)
    inputs, targets = np.array(ids, dtype=np.int64), np.full(ids.shape, -1, dtype=np.int64)
    targets[picked] = ids[picked]
    inputs[picked & (dice < 0.8)] = mask_id
    swapped = picked & (dice >= 0.8) & (dice < 0.9)
    inputs[swapped] = noise[swapped]
    return inputs, targets
