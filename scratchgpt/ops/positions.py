"""Position vectors that are computed, not learned."""

import math

import numpy as np

from .arrays import Array


def sinusoidal_positions(T: int, C: int) -> Array:
    """Sines and cosines of geometrically falling frequencies, one row per position, in float64.

    Shapes: T, C -> y (T, C)
    Forward: y[t, 2i] = sin(t w_i), y[t, 2i + 1] = cos(t w_i), w_i = 10000^(-2i/C); C is even.
    Cache: none; nothing is learned. (Learned positions are an embedding whose ids are 0, 1, 2, ...)
    Source: Vaswani et al. 2017, section 3.5.
    """
    frequencies = np.exp(np.arange(0, C, 2) * (-math.log(10000.0) / C))
    angles = np.arange(T)[:, None] * frequencies  # (T, C/2)
    pairs = np.stack([np.sin(angles), np.cos(angles)], axis=-1)  # (T, C/2, 2)
    return pairs.reshape(T, C)  # (T, C)
