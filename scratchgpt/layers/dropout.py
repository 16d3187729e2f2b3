"""The dropout layer."""

from dataclasses import dataclass

import numpy as np

from ..ops import REFERENCE, Ops
from ..ops.arrays import Array
from ..ops.dropout import DropoutCache


@dataclass(frozen=True)
class Dropout:
    """Zeroes each element with probability p while a generator is passed, and does nothing without."""

    p: float
    ops: Ops = REFERENCE

    def forward(self, x: Array, rng: np.random.Generator | None) -> tuple[Array, DropoutCache]:
        """Return y (..., C) from x (..., C)."""
        return self.ops.dropout_forward(x, self.p, rng)

    def backward(self, dy: Array, cache: DropoutCache) -> Array:
        """Return dx (..., C) from dy (..., C), dropped by the same mask."""
        return self.ops.dropout_backward(dy, cache)
