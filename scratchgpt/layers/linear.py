"""The linear layer."""

from dataclasses import dataclass

from ..ops import REFERENCE, Ops
from ..ops.arrays import Array
from ..ops.linear import LinearCache
from ..params import Spec


@dataclass(frozen=True)
class Linear:
    """y = x W + b with W (n_in, n_out); W starts as N(0, std^2), b as 0."""

    n_in: int
    n_out: int
    bias: bool = True
    std: float = 0.02
    ops: Ops = REFERENCE

    def specs(self) -> dict[str, Spec]:
        """Return weight (n_in, n_out), which decays, and bias (n_out)."""
        specs = {"weight": Spec((self.n_in, self.n_out), std=self.std, decay=True)}
        return specs | {"bias": Spec((self.n_out,))} if self.bias else specs

    def forward(self, p: dict[str, Array], x: Array) -> tuple[Array, LinearCache]:
        """Return y (..., n_out) from x (..., n_in)."""
        return self.ops.linear_forward(x, p["weight"], p.get("bias"))

    def backward(self, dy: Array, cache: LinearCache, g: dict[str, Array]) -> Array:
        """Return dx (..., n_in) from dy (..., n_out)."""
        return self.ops.linear_backward_into(dy, cache, g["weight"], g.get("bias"))
