"""LoRA: a frozen linear layer, and a product of two thin matrices that is learned beside it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from ..ops import REFERENCE, Ops
from ..ops.arrays import Array
from ..ops.linear import LinearCache
from ..params import Spec
from .linear import Linear


class LoRACache(NamedTuple):
    """`x` (..., I); `low` = x A (..., R); the frozen `weight` (I, O); A (I, R) and B (R, O); `scale`."""

    x: Array
    low: Array
    weight: Array
    lora_a: Array
    lora_b: Array
    scale: float


def lora_forward(
    x: Array,
    weight: Array,
    bias: Array | None,
    lora_a: Array,
    lora_b: Array,
    alpha: float = 8.0,
    *,
    ops: Ops = REFERENCE,
) -> tuple[Array, LoRACache]:
    """Apply a frozen linear map, and beside it the product of two thin matrices that is learned.

    Shapes: x (..., I), weight (I, O), bias (O), lora_a (I, R), lora_b (R, O) -> y (..., O)
    Forward: y = x W + b + (alpha / R) (x A) B; the product A B, as large as W, is never made.
    Cache: x for dA, x A for dB, the three matrices for dx, and the scale alpha / R.
    Source: Hu et al. 2021 (arXiv 2106.09685), section 4.1.
    """
    y, _ = ops.linear_forward(x, weight, bias)  # (..., O)
    low, _ = ops.linear_forward(x, lora_a)  # (..., R)
    update, _ = ops.linear_forward(low, lora_b)  # (..., O)
    scale = alpha / lora_a.shape[1]
    return y + scale * update, LoRACache(x, low, weight, lora_a, lora_b, scale)


def lora_backward(dy: Array, cache: LoRACache, *, ops: Ops = REFERENCE) -> tuple[Array, Array, Array]:
    """Gradients of the input and of the two thin matrices; what is frozen gets none.

    Shapes: dy (..., O) -> dx (..., I), dlora_a (I, R), dlora_b (R, O)
    Backward: with s = alpha / R, dB = s (x A)^T dy and dA = s x^T dy B^T, summed over all rows;
        dx = dy W^T + s dy B^T A^T.
    """
    x, low, weight, lora_a, lora_b, scale = cache
    dlow, dlora_b, _ = ops.linear_backward(scale * dy, LinearCache(low, lora_b, None))
    dx, dlora_a, _ = ops.linear_backward(dlow, LinearCache(x, lora_a, None))
    through_weight, _ = ops.linear_forward(dy, weight.T)  # dy W^T, (..., I)
    return dx + through_weight, dlora_a, dlora_b


@dataclass(frozen=True)
class LoRALinear:
    """y = x W + b + (alpha / rank) x A B with A (n_in, rank) and B (rank, n_out); W and b are not trained.

    B starts as 0, so that tuning starts from the very model that was given. What an update of rank r can
    express is little, and often enough: r (n_in + n_out) numbers for n_in n_out. A drop-in for `Linear`:
    GPT(config, ops, functools.partial(LoRALinear, rank=4)).

    Source: Hu et al. 2021 (arXiv 2106.09685), section 4.1.
    """

    n_in: int
    n_out: int
    bias: bool = True
    std: float = 0.02
    ops: Ops = REFERENCE
    rank: int = 4
    alpha: float = 8.0

    @property
    def scale(self) -> float:
        """What A B counts: with alpha fixed, the rank can change and the learning rate stay."""
        return self.alpha / self.rank

    @cached_property
    def base(self) -> Linear:
        """The layer that is adapted."""
        return Linear(self.n_in, self.n_out, self.bias, self.std, self.ops)

    def specs(self) -> dict[str, Spec]:
        """Return weight and bias, both frozen; lora_a (n_in, rank), lora_b (rank, n_out), which decay."""
        frozen = {name: replace(spec, trainable=False) for name, spec in self.base.specs().items()}
        a = Spec((self.n_in, self.rank), std=self.n_in**-0.5, decay=True)
        return {**frozen, "lora_a": a, "lora_b": Spec((self.rank, self.n_out), decay=True)}

    def forward(self, p: dict[str, Array], x: Array) -> tuple[Array, LoRACache]:
        """Return y (..., n_out) from x (..., n_in)."""
        a, b = p["lora_a"], p["lora_b"]
        return lora_forward(x, p["weight"], p.get("bias"), a, b, self.alpha, ops=self.ops)

    def backward(self, dy: Array, cache: LoRACache, g: dict[str, Array]) -> Array:
        """Return dx (..., n_in) from dy (..., n_out); A and B get gradients, W and b none."""
        dx, dlora_a, dlora_b = lora_backward(dy, cache, ops=self.ops)
        g["lora_a"] += dlora_a
        g["lora_b"] += dlora_b
        return dx

    def merge(self, p: dict[str, Array]) -> dict[str, Array]:
        """Return the weight W + (alpha / rank) A B, and the bias, of a plain `Linear` that does the same."""
        update, _ = self.ops.linear_forward(p["lora_a"], p["lora_b"])
        merged: dict[str, Any] = {"weight": p["weight"] + self.scale * update}
        return merged | ({"bias": p["bias"]} if self.bias else {})
