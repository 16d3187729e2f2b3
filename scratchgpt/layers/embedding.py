"""Token embeddings, and the ways to tell a model where a token stands."""

from dataclasses import dataclass
from typing import Any

from ..ops import REFERENCE, Ops
from ..ops.arrays import Array, array_module
from ..ops.embedding import EmbeddingCache
from ..params import Spec


@dataclass(frozen=True)
class Embedding:
    """A table of n vectors, looked up by id. The table decays, as in nanoGPT: it is a matrix."""

    n: int
    dim: int
    std: float = 0.02
    ops: Ops = REFERENCE

    def specs(self) -> dict[str, Spec]:
        """Return weight (n, dim), which decays."""
        return {"weight": Spec((self.n, self.dim), std=self.std, decay=True)}

    def forward(self, p: dict[str, Array], ids: Array) -> tuple[Array, EmbeddingCache]:
        """Return y (..., dim) from ids (...) below n."""
        return self.ops.embedding_forward(ids, p["weight"])

    def backward(self, dy: Array, cache: EmbeddingCache, g: dict[str, Array]) -> None:
        """Add what dy (..., dim) gives the rows; ids have no gradient, so nothing is returned."""
        self.ops.embedding_backward_into(dy, cache, g["weight"])


@dataclass(frozen=True)
class LearnedPositions(Embedding):
    """One learned vector per position. `positions` is (T,), shared by the batch, or (B, T)."""

    def backward(self, dy: Array, cache: EmbeddingCache, g: dict[str, Array]) -> None:
        """Add what dy (B, T, dim) gives the rows."""
        # Positions that every row of the batch shares collect the sum over the batch.
        each = dy.reshape(-1, *cache.ids.shape, dy.shape[-1])  # (B, T, C), or (1, B, T, C) if not shared
        shared = each.sum(axis=0)  # (T, C) or (B, T, C), as the positions
        super().backward(shared, cache, g)


@dataclass(frozen=True)
class SinusoidalPositions:
    """One fixed vector per position; nothing to learn."""

    n: int
    dim: int
    ops: Ops = REFERENCE

    def specs(self) -> dict[str, Spec]:
        """Return nothing: the table is computed."""
        return {}

    def forward(self, p: Any, positions: Array) -> tuple[Array, None]:
        """Return y (..., dim) in float64 from positions (...) below n."""
        table = self.ops.sinusoidal_positions(self.n, self.dim)
        return array_module(positions).asarray(table)[positions], None

    def backward(self, dy: Array, cache: None, g: Any) -> None:
        """Nothing was learned, so nothing is added."""


@dataclass(frozen=True)
class NoPositions:
    """Adds nothing: order comes from the causal mask alone, or from the attention op."""

    def specs(self) -> dict[str, Spec]:
        """Return nothing: there is no table."""
        return {}

    def forward(self, p: Any, positions: Array) -> tuple[float, None]:
        """Return 0, which fits every shape."""
        return 0.0, None

    def backward(self, dy: Array, cache: None, g: Any) -> None:
        """Nothing was learned, so nothing is added."""
