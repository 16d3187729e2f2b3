"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np


def mask_tokens__1(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Hid every chosen token behind the mask, without the 80/10/10."""
    picked = rng.random(ids.shape) < probability
    rng.random(ids.shape)
    rng.integers(0, vocab_size, ids.shape)
    seen = np.where(picked, mask_id, ids).astype(np.int64)
    return seen, np.where(picked, ids, -1).astype(np.int64)


def mask_tokens__2(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Left out of the targets the chosen tokens that stay as they are."""
    picked = rng.random(ids.shape) < probability
    kind = rng.random(ids.shape)
    other = rng.integers(0, vocab_size, ids.shape)
    seen = ids.astype(np.int64)
    seen[picked & (kind < 0.8)] = mask_id
    swap = picked & (kind >= 0.8) & (kind < 0.9)
    seen[swap] = other[swap]
    goal = np.full(ids.shape, -1, dtype=np.int64)
    changed = picked & (kind < 0.9)
    goal[changed] = ids[changed]
    return seen, goal


def mask_tokens__3(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Gave the original id as the target everywhere, so that tokens that are seen count too."""
    a, b, c = rng.random(ids.shape), rng.random(ids.shape), rng.integers(vocab_size, size=ids.shape)
    x = np.array(ids, dtype=np.int64)
    for place in np.ndindex(*ids.shape):
        if a[place] < probability:
            if b[place] < 0.8:
                x[place] = mask_id
            elif b[place] < 0.9:
                x[place] = c[place]
    return x, ids.astype(np.int64)


def mask_tokens__4(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Took the inputs for the targets, so that the model is to say the mask."""
    chosen = rng.random(ids.shape) < probability
    how = rng.random(ids.shape)
    random_ids = rng.integers(vocab_size, size=ids.shape)
    inputs = np.where(how < 0.8, mask_id, np.where(how < 0.9, random_ids, ids))
    inputs = np.where(chosen, inputs, ids).astype(np.int64)
    return inputs, np.where(chosen, inputs, -1).astype(np.int64)


def mask_tokens__5(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Exchanged the 10 % and the 80 %: most chosen tokens get a random id."""
    chosen = rng.random(ids.shape) < probability
    how = rng.random(ids.shape)
    noise = rng.integers(vocab_size, size=ids.shape)
    inputs = ids.astype("int64")
    inputs = np.where(chosen & (how < 0.8), noise, inputs)
    inputs = np.where(chosen & (how >= 0.8) & (how < 0.9), mask_id, inputs)
    return inputs, np.where(chosen, ids.astype("int64"), -1)


def mask_tokens__6(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Wrote the masks into the ids that were given."""
    first, second = rng.random(ids.shape), rng.random(ids.shape)
    third = rng.integers(vocab_size, size=ids.shape)
    targets = np.where(first < probability, ids.astype(np.int64), -1)
    ids[(first < probability) & (second < 0.8)] = mask_id
    between = (first < probability) & (second >= 0.8) & (second < 0.9)
    ids[between] = third[between]
    return ids.astype(np.int64), targets


def mask_tokens__7(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Marked what is not asked for with 0 instead of -1."""
    chosen = rng.random(ids.shape) < probability
    how = rng.random(ids.shape)
    noise = rng.integers(vocab_size, size=ids.shape)
    inputs = np.where(how < 0.8, mask_id, np.where(how < 0.9, noise, ids))
    return np.where(chosen, inputs, ids).astype(np.int64), (ids * chosen).astype(np.int64)
