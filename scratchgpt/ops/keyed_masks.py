"""Random masks that are a pure function of one number, the key: whoever has it makes the same mask again."""

import math

import numpy as np

from .arrays import Array, array_module


def draw_key(rng: np.random.Generator) -> int:
    """Draw the 64-bit number from which the mask of one call is made."""
    return int(rng.integers(0, 2**64, dtype=np.uint64))


def keep_mask(x: Array, key: int, p: float) -> Array:
    """Return which elements of x stay, booleans of its shape: those whose 24 random bits reach p.

    Element i (in C order) looks at the top 24 bits of splitmix64(key + i): the same integers on every
    backend, bit for bit. Source of the mixing function: Steele, Lea, Flood 2014.
    """
    xp = array_module(x)
    z = xp.arange(x.size, dtype=np.uint64)
    z += np.uint64(key)
    z += np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    kept = (z >> np.uint64(40)) >= np.uint64(math.ceil(p * 2**24))
    return kept.reshape(x.shape)  # (..., C)
