"""The keys and values that a model has computed, so that each new token costs one position, not all.

Attention reads the keys and values of earlier positions and nothing else of them, and in a causal model
these never change. Kept, they make generating N tokens cost N positions in place of N(N + 1) / 2.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .config import GPTConfig
from .errors import UserError
from .ops.arrays import Array, array_module


class Places(NamedTuple):
    """What a model needs to fill the next T places of a cache.

    `positions` (T,), or (B, T) when a row is padded; `key_mask` (B, length + T), None without padding;
    `keys` and `values`: views (L, B, H, length + T, D).
    """

    positions: np.ndarray
    key_mask: np.ndarray | None
    keys: Array
    values: Array


class KVCache:
    """Room for the keys and values of all layers, allocated once and filled from the left.

    Attributes: `keys` and `values` (L, B, H, capacity, D); `length`, the places filled; `mask` (B, capacity),
    0 where a place is padding; `counts` (B,), the tokens of each row, which are also the position of its
    next one. `GPT.hidden(..., kv=cache)` fills the next places and moves `length` on, once per call.

    Rows of different lengths are padded on the left, so that all of them go on at the same place.
    """

    def __init__(self, keys: Array, values: Array) -> None:
        self.keys, self.values = keys, values
        B, capacity = keys.shape[1], keys.shape[3]
        self.length = 0
        # On the host, wherever keys and values are: a few numbers that decide what is computed.
        self.mask = np.ones((B, capacity), dtype=np.int64)
        self.counts = np.zeros(B, dtype=np.int64)

    @classmethod
    def empty(
        cls,
        config: GPTConfig,
        batch: int = 1,
        capacity: int | None = None,
        dtype: Any = np.float32,
        xp: Any = np,
    ) -> "KVCache":
        """Return a cache for `batch` rows of up to `capacity` places (default: block_size).

        Raises UserError for a capacity that the model has no positions for.
        """
        places = config.block_size if capacity is None else capacity
        if batch < 1 or not 1 <= places <= config.block_size:
            raise UserError(
                f"A KV cache of {batch} rows and {places} places was asked for, expected at least one row "
                f"and 1 to {config.block_size} places (block_size)."
            )
        shape = (config.n_layer, batch, config.n_head, places, config.head_dim)
        return cls(xp.empty(shape, dtype=dtype), xp.empty(shape, dtype=dtype))

    @property
    def batch(self) -> int:
        """Number of rows."""
        return self.keys.shape[1]

    @property
    def capacity(self) -> int:
        """Number of places."""
        return self.keys.shape[3]

    def begin(self, T: int, key_mask: np.ndarray | None = None) -> Places:
        """Return what the next T tokens need; `key_mask` (B, T) is 0 for those that are padding.

        Padding counts for nothing: each row's positions count from 0 at its own first token. Raises
        UserError when there is no room.
        """
        S = self.length + T
        if self.capacity < S:
            raise UserError(
                f"The KV cache has {self.capacity} places and {self.length} of them are filled, so {T} more "
                "do not fit: stop there, or begin a new cache with the end of the text."
            )
        keys, values = self.keys[:, :, :, :S], self.values[:, :, :, :S]
        new = self.mask[:, self.length : S]
        new[...] = 1 if key_mask is None else key_mask != 0
        if self.mask[:, :S].all():
            return Places(np.arange(self.length, S), None, keys, values)
        positions = np.maximum(self.counts[:, None] + new.cumsum(axis=1) - 1, 0)  # (B, T)
        return Places(positions, self.mask[:, :S], keys, values)

    def advance(self, T: int) -> None:
        """Count the T places of the last `begin` as filled."""
        self.counts = self.counts + self.mask[:, self.length : self.length + T].sum(axis=1)
        self.length += T

    def rows(self, chosen: Sequence[int]) -> "KVCache":
        """Return a new cache with copies of the chosen rows, in that order; a row may come twice.

        So several samples share one prefill: `cache.rows([0] * n)`. Places that are padding in every
        chosen row are dropped.
        """
        at = list(chosen)
        kept = int(self.counts[at].max())
        where = slice(self.length - kept, self.length)
        L, _, *rest = self.keys.shape
        empty = array_module(self.keys).empty
        new = KVCache(*(empty((L, len(at), *rest), dtype=self.keys.dtype) for _ in range(2)))
        new.keys[:, :, :, :kept] = self.keys[:, at, :, where]
        new.values[:, :, :, :kept] = self.values[:, at, :, where]
        new.mask[:, :kept] = self.mask[at, where]
        new.counts, new.length = self.counts[at], kept
        return new
