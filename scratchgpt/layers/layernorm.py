"""Normalisation layers."""

from dataclasses import dataclass
from typing import Any

from ..ops import REFERENCE, Ops
from ..ops.arrays import Array
from ..ops.layernorm import LayerNormCache, RMSNormCache
from ..params import Spec


@dataclass(frozen=True)
class LayerNorm:
    """Mean 0 and variance 1 per vector, then a learned gain (starts at 1) and bias (at 0)."""

    dim: int
    eps: float = 1e-5
    bias: bool = True
    ops: Ops = REFERENCE

    def specs(self) -> dict[str, Spec]:
        """Return weight and bias, both (dim)."""
        specs = {"weight": Spec((self.dim,), mean=1.0)}
        return specs | {"bias": Spec((self.dim,))} if self.bias else specs

    def forward(self, p: dict[str, Array], x: Array) -> tuple[Array, LayerNormCache]:
        """Return y (..., dim) from x (..., dim)."""
        return self.ops.layernorm_forward(x, p["weight"], p.get("bias"), self.eps)

    def backward(self, dy: Array, cache: LayerNormCache, g: dict[str, Array]) -> Array:
        """Return dx (..., dim) from dy (..., dim)."""
        dx, dweight, dbias = self.ops.layernorm_backward(dy, cache)
        g["weight"] += dweight
        if self.bias:
            g["bias"] += dbias
        return dx


@dataclass(frozen=True)
class RMSNorm:
    """Root mean square 1 per vector, then a learned gain. It has no bias, whatever `bias` says."""

    dim: int
    eps: float = 1e-5
    bias: bool = False
    ops: Ops = REFERENCE

    def specs(self) -> dict[str, Spec]:
        """Return weight (dim)."""
        return {"weight": Spec((self.dim,), mean=1.0)}

    def forward(self, p: dict[str, Array], x: Array) -> tuple[Array, RMSNormCache]:
        """Return y (..., dim) from x (..., dim)."""
        return self.ops.rmsnorm_forward(x, p["weight"], self.eps)

    def backward(self, dy: Array, cache: RMSNormCache, g: dict[str, Array]) -> Array:
        """Return dx (..., dim) from dy (..., dim)."""
        dx, dweight = self.ops.rmsnorm_backward(dy, cache)
        g["weight"] += dweight
        return dx


@dataclass(frozen=True)
class NoNorm:
    """Changes nothing: the last norm of a model that has none (GPT-1)."""

    def specs(self) -> dict[str, Spec]:
        """Return nothing: there is nothing to learn."""
        return {}

    def forward(self, p: Any, x: Array) -> tuple[Array, None]:
        """Return x (..., dim) itself."""
        return x, None

    def backward(self, dy: Array, cache: None, g: Any) -> Array:
        """Return dy (..., dim) itself."""
        return dy
