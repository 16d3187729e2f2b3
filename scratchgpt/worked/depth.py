"""What many blocks on top of each other do to the signal and to its gradient, before any training.

A stack of L blocks is drawn at random, vectors of variance 1 go in at the bottom, a gradient of size 1 comes
in at the top, and both are measured between the blocks. Five wirings differ in what surrounds a sub-layer:

    neither   f(x)              attention and MLP one after the other
    norm      f(norm(x))        each reads normalised vectors, and nothing is added
    residual  x + f(x)          each adds to what it read, and nothing is normalised
    post      norm(x + f(x))    GPT-1
    pre       x + f(norm(x))    GPT-2, with one more norm at the very top
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..errors import UserError, nearest
from ..layers import MLP, Attention, LayerNorm, NoNorm, PostNormBlock, PreNormBlock
from ..layers.base import join_specs
from ..layers.block import BlockCache
from ..ops.arrays import Array
from ..params import Params, Spec

WIRINGS = ("neither", "norm", "residual", "post", "pre")


@dataclass(frozen=True)
class BareBlock(PreNormBlock):
    """Attention and MLP one after the other: what a sub-layer reads is not added to what it returns.

    x = attn(ln_1(x)); x = mlp(ln_2(x))
    """

    def forward(
        self,
        p: dict[str, Any],
        x: Array,
        key_mask: Array | None = None,
        rng: np.random.Generator | None = None,
        kv: Sequence[Array] | None = None,
    ) -> tuple[Array, BlockCache]:
        """Return y (B, T, C) from x (B, T, C); `key_mask` and `kv` as for Attention."""
        n, ln_1 = self.ln_1.forward(p["ln_1"], x)
        x, attn = self.attn.forward(p["attn"], n, key_mask, rng, kv)
        n, ln_2 = self.ln_2.forward(p["ln_2"], x)
        y, mlp = self.mlp.forward(p["mlp"], n, rng)
        return y, BlockCache(ln_1, attn, ln_2, mlp)

    def backward(self, dy: Array, cache: BlockCache, g: dict[str, Any]) -> Array:
        """Return dx (B, T, C) from dy (B, T, C)."""
        dn = self.mlp.backward(dy, cache.mlp, g["mlp"])
        dx = self.ln_2.backward(dn, cache.ln_2, g["ln_2"])
        dn = self.attn.backward(dx, cache.attn, g["attn"])
        return self.ln_1.backward(dn, cache.ln_1, g["ln_1"])


class Depth(NamedTuple):
    """What was measured in a stack of L blocks.

    `stream` (L + 1): variance of the vectors before the first block, between blocks, behind the last.
    `alike` (L + 1): mean cosine between the vectors of two positions; 1 means all positions are the same.
    `gradient` (L + 1): norm of the loss gradient at the same places, 1 being what came in from above.
    `weights` (L): norm of the gradient of each block's matrices, per unit of gradient from above.
    """

    stream: Array
    alike: Array
    gradient: Array
    weights: Array


def stack_specs(block: Any, last: Any, n_layer: int) -> dict[str, Spec]:
    """Return the specs of a stack, each matrix (a, b) drawn from N(0, 1/a).

    Then a product with a vector of variance 1 has variance 1, however wide the layer is.
    """
    specs = join_specs(**{f"h.{i}": block for i in range(n_layer)}, ln_f=last)
    return {
        name: Spec(spec.shape, std=1 / math.sqrt(spec.shape[0])) if len(spec.shape) == 2 else spec
        for name, spec in specs.items()
    }


def make_block(wiring: str, n_embd: int, n_head: int) -> tuple[Any, Any]:
    """Return a block of one of WIRINGS, and the norm behind the last block. Raises UserError."""
    if wiring not in WIRINGS:
        raise UserError(f"The wiring is {wiring!r}, expected {', '.join(WIRINGS)}.{nearest(wiring, WIRINGS)}")
    norm = NoNorm() if wiring in ("neither", "residual") else LayerNorm(n_embd)
    kind = {"post": PostNormBlock, "neither": BareBlock, "norm": BareBlock}.get(wiring, PreNormBlock)
    attn = Attention(n_embd, n_head)
    block = kind(norm, attn, norm, MLP(n_embd, 4 * n_embd))  # type: ignore[arg-type]
    return block, LayerNorm(n_embd) if wiring == "pre" else NoNorm()


def measure_depth(
    n_layer: int, wiring: str, rng: np.random.Generator, *, n_embd: int = 64, shape: tuple[int, int] = (4, 32)
) -> Depth:
    """Draw a stack of `n_layer` blocks with 4 heads, run it forward and backward once, and measure.

    `shape` is (B, T). The vectors that go in and the gradient that comes back are N(0, 1), float64.
    Raises UserError for an unknown wiring.
    """
    block, last = make_block(wiring, n_embd, 4)
    params = Params.init(stack_specs(block, last, n_layer), rng, np.float64)
    x, dy = rng.standard_normal((2, *shape, n_embd))
    grads = params.zeros_like()
    stream, caches = [x], []
    for p in _trees(params):
        x, cache = block.forward(p, x)
        stream.append(x)
        caches.append(cache)
    _, norm = last.forward(params.tree.get("ln_f"), x)
    dx = last.backward(dy, norm, grads.tree.get("ln_f"))
    sizes = [_norm([dx])]
    for g, cache in zip(reversed(_trees(grads)), reversed(caches), strict=True):
        dx = block.backward(dx, cache, g)
        sizes.append(_norm([dx]))
    weights = [
        _norm(a for name, a in grads.flat.items() if name.startswith(f"h.{i}.") and a.ndim == 2)
        for i in range(n_layer)
    ]
    return Depth(
        np.array([x.var() for x in stream]),
        np.array([likeness(x) for x in stream]),
        np.array(sizes[::-1]) / _norm([dy]),
        np.array(weights) / _norm([dy]),
    )


def mean_depth(n_layer: int, wiring: str, seeds: int = 3, **options: Any) -> Depth:
    """Return the geometric mean of `measure_depth` over the seeds 0, 1, ...; of `alike` the plain mean."""
    runs = [measure_depth(n_layer, wiring, np.random.default_rng(seed), **options) for seed in range(seeds)]
    logs = [
        np.log(np.array([getattr(run, name) for run in runs])) for name in ("stream", "gradient", "weights")
    ]
    stream, gradient, weights = (np.exp(part.mean(axis=0)) for part in logs)
    return Depth(stream, np.mean([run.alike for run in runs], axis=0), gradient, weights)


def likeness(x: Array) -> float:
    """Return the mean cosine between the vectors of different positions.

    Shapes: x (B, T, C) -> a number
    """
    T = x.shape[1]
    unit = x / np.linalg.norm(x, axis=-1, keepdims=True)
    cosines = unit @ unit.swapaxes(1, 2)  # (B, T, T)
    return float((cosines.sum(axis=(1, 2)) - T).mean() / (T * (T - 1)))


def _trees(params: Params) -> list[dict[str, Any]]:
    """Return the sub-trees of the blocks; a norm that is not there has an empty one."""
    return [{"ln_1": {}, "ln_2": {}} | tree for tree in params.tree["h"]]


def _norm(arrays: Iterable[Array]) -> float:
    return math.sqrt(sum(float(np.vdot(a, a)) for a in arrays))
