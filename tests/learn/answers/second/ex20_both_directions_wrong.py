"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np


def mask_tokens__1(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Gives a target only where the model sees something else: chosen tokens that stay get -1."""
    chosen = rng.random(ids.shape) < probability
    how = rng.random(ids.shape)
    noise = rng.integers(vocab_size, size=ids.shape)
    inputs = ids.astype(np.int64)
    masked, replaced = chosen & (how < 0.8), chosen & (how >= 0.8) & (how < 0.9)
    inputs[masked] = mask_id
    inputs[replaced] = noise[replaced]
    targets = np.where(masked | replaced, ids.astype(np.int64), -1)
    return inputs, targets


def mask_tokens__2(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Swaps the targets: -1 stands at the chosen tokens and the original ids everywhere else."""
    ids = np.asarray(ids).astype(np.int64)
    pick, dice = rng.random(ids.shape), rng.random(ids.shape)
    rand = rng.integers(0, vocab_size, ids.shape)
    changed = np.select([dice < 0.8, dice < 0.9], [mask_id, rand], default=ids)
    inputs = np.where(pick < probability, changed, ids)
    targets = np.where(pick < probability, -1, ids)
    return inputs, targets


def mask_tokens__3(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Masks all tokens whose second number says so, chosen or not."""
    chosen = rng.random(ids.shape) < probability
    r = rng.random(ids.shape)
    random_ids = rng.integers(vocab_size, size=ids.shape)
    inputs = ids.astype("int64").copy()
    targets = np.full(ids.shape, -1, dtype="int64")
    targets[chosen] = ids[chosen]
    inputs[r < 0.8] = mask_id
    second = (r >= 0.8) & (r < 0.9)
    inputs[second] = random_ids[second]
    return inputs, targets
