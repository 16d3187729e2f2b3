"""GPT: embeddings, blocks, a last norm, a head. One class runs GPT-2, GPT-1 and BERT-style models.

What differs between them is which layers are built; the mathematics below has no branch.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from .config import GPTConfig
from .errors import UserError, nearest
from .input_checks import check_ids, check_targets
from .kv_cache import KVCache
from .layers import (
    MLP,
    Attention,
    Dropout,
    Embedding,
    LayerNorm,
    LearnedPositions,
    Linear,
    NoNorm,
    NoPositions,
    PostNormBlock,
    PreNormBlock,
    RMSNorm,
    SinusoidalPositions,
    TiedHead,
    UntiedHead,
)
from .layers.base import join_specs
from .ops import REFERENCE, Ops
from .ops.arrays import Array, array_module
from .params import Params, Spec

_NORMS = {"layernorm": LayerNorm, "rmsnorm": RMSNorm}
_BLOCKS = {"pre": PreNormBlock, "post": PostNormBlock}
_POSITIONS = {"learned": LearnedPositions, "sinusoidal": SinusoidalPositions}


class HiddenCache(NamedTuple):
    """The caches of the parts, and `stream`: the residual stream (B, T, C) before and after blocks."""

    wte: Any
    wpe: Any
    drop: Any
    h: tuple[Any, ...]
    ln_f: Any
    stream: tuple[Array, ...]


class ForwardCache(NamedTuple):
    """The caches of the hidden states and of the head."""

    hidden: HiddenCache
    head: Any


class LossCache(NamedTuple):
    """The caches of the forward pass and of the cross-entropy."""

    forward: ForwardCache
    cross_entropy: Any


@dataclass(frozen=True)
class GPT:
    """A GPT of the given configuration, computed by the given ops. Holds no parameters.

    `linear` makes the projections of the blocks: `Linear`, or a LoRA (see `layers.lora`).
    """

    config: GPTConfig
    ops: Ops = REFERENCE
    linear: Callable[..., Any] = Linear

    def __post_init__(self) -> None:
        name = self.config.activation
        if not self.ops.has_activation(name):
            known = ("gelu", "gelu_erf", "relu", "sigmoid")
            raise UserError(
                f"activation is {name!r}, expected {', '.join(known)}; from Python also a pair added by "
                f"ops.extend({name}_forward=..., {name}_backward=...).{nearest(name, known)}"
            )

    # The parts, built once.

    @cached_property
    def wte(self) -> Embedding:
        """The token embedding."""
        return Embedding(self.config.vocab_size, self.config.n_embd, ops=self.ops)

    @cached_property
    def wpe(self) -> Any:
        """The layer that says where a token stands."""
        c = self.config
        if c.positions == "none":
            return NoPositions()
        return _POSITIONS[c.positions](c.block_size, c.n_embd, ops=self.ops)

    @cached_property
    def drop(self) -> Dropout:
        """Dropout behind the embeddings."""
        return Dropout(self.config.embd_dropout, self.ops)

    @cached_property
    def blocks(self) -> tuple[Any, ...]:
        """The transformer blocks, the lowest first."""
        c = self.config
        # Each block adds twice to the residual stream; this keeps its variance from growing with depth.
        proj_std = 0.02 / math.sqrt(2 * c.n_layer)
        attn = Attention(
            c.n_embd,
            c.n_head,
            c.bias,
            c.causal,
            c.attn_dropout,
            c.resid_dropout,
            proj_std,
            self.ops,
            self.linear,
        )
        mlp = MLP(c.n_embd, c.inner, c.activation, c.bias, c.resid_dropout, proj_std, self.ops, self.linear)
        block = _BLOCKS[c.norm_position](self._norm, attn, self._norm, mlp)
        return (block,) * c.n_layer  # layers hold no state, so the blocks can be one value

    @cached_property
    def ln_f(self) -> Any:
        """The norm after the last block."""
        return self._norm if self.config.final_norm else NoNorm()

    @cached_property
    def head(self) -> Any:
        """The layer from hidden states to logits."""
        c = self.config
        return TiedHead(self.ops) if c.tied else UntiedHead(c.vocab_size, c.n_embd, ops=self.ops)

    @cached_property
    def _norm(self) -> Any:
        c = self.config
        return _NORMS[c.norm](c.n_embd, c.norm_eps, c.bias, self.ops)

    # Parameters.

    def specs(self) -> dict[str, Spec]:
        """Shape, initialisation and decay of every parameter, under GPT-2's tensor names."""
        blocks = {f"h.{i}": block for i, block in enumerate(self.blocks)}
        own_head = {} if self.config.tied else {"lm_head": self.head}
        return join_specs(wte=self.wte, wpe=self.wpe, **blocks, ln_f=self.ln_f, **own_head)

    def init(self, rng: np.random.Generator, dtype: Any = np.float32) -> Params:
        """Draw fresh parameters: N(0, 0.02^2), residual projections N(0, 0.02^2 / (2 n_layer))."""
        return Params.init(self.specs(), rng, dtype).on(self.ops.xp)

    def head_tree(self, tree: dict[str, Any]) -> dict[str, Array]:
        """Return the sub-tree that the head reads: the token table's when it is tied, else its own."""
        return tree["wte" if self.config.tied else "lm_head"]

    # Hidden states: the door on which heads are built.

    def hidden(
        self,
        params: Params,
        ids: Array,
        *,
        positions: Array | None = None,
        key_mask: Array | None = None,
        kv: KVCache | None = None,
        rng: np.random.Generator | None = None,
        keep_cache: bool = True,
    ) -> tuple[Array, Any]:
        """Compute the states (B, T, C) that the head reads, from token ids (B, T), and a HiddenCache.

        `positions` (T,) or (B, T) count from 0 unless given; keys whose `key_mask` (B, T) is 0 are not
        attended; a generator switches dropout on. With `kv` the ids continue the text whose keys and
        values it holds: theirs are added to it, and positions go on from there. Without `keep_cache`, and
        with `kv`, the cache is None: nothing is held for a backward pass. Raises UserError for ids or
        shapes that do not fit, and when `kv` is full.
        """
        check_ids(self.config, ids, positions, key_mask)
        p, T = params.tree, ids.shape[1]
        keys = values = None
        if kv is not None:
            positions, key_mask, keys, values = self._continue(kv, ids, positions, key_mask, rng)
            keep_cache = False
        elif positions is None:
            positions = array_module(ids).arange(T)
        tokens, wte = self.wte.forward(p["wte"], ids)
        places, wpe = self.wpe.forward(p.get("wpe"), positions)
        x = (tokens + places).astype(tokens.dtype, copy=False)  # (B, T, C)
        x, drop = self.drop.forward(x, rng)
        stream, caches = [x], []
        if kv is not None:
            x = self.blocks[0].all_cached(p["h"], params.stacks, x, keys, values, key_mask)
        for block, p_block in () if kv is not None else zip(self.blocks, p["h"], strict=True):
            x, cache = block.forward(p_block, x, key_mask, rng)
            if keep_cache:
                stream.append(x)
                caches.append(cache)
        x, ln_f = self.ln_f.forward(p.get("ln_f"), x)
        if kv is not None:
            kv.advance(T)
        if not keep_cache:
            return x, None
        return x, HiddenCache(wte, wpe, drop, tuple(caches), ln_f, tuple(stream))

    def _continue(
        self,
        kv: KVCache,
        ids: Array,
        positions: Array | None,
        key_mask: Array | None,
        rng: np.random.Generator | None,
    ) -> tuple[Array, Array | None, Array, Array]:
        """Return positions, key mask, keys and values of all layers for ids that continue a KV cache."""
        if rng is not None or not self.config.causal or kv.batch != len(ids):
            raise UserError(
                f"A KV cache of {kv.batch} rows continues {kv.batch} rows of ids in a causal model without "
                f"dropout; got {len(ids)} rows, causal {self.config.causal}, "
                f"{'no' if rng is None else 'a'} generator: run the text without kv instead."
            )
        places, asarray = kv.begin(ids.shape[1], key_mask), array_module(ids).asarray
        positions = asarray(places.positions) if positions is None else positions
        key_mask = None if places.key_mask is None else asarray(places.key_mask)
        return positions, key_mask, places.keys, places.values

    def hidden_backward(self, dh: Array, cache: HiddenCache, grads: Params) -> None:
        """Add the gradients of the parameters below the head, given dh (B, T, C), to `grads`.

        It stops below the lowest layer with a trainable parameter: what lies under it gets no gradient.
        """
        g = grads.tree
        lowest = _lowest_trained(grads.specs, len(self.blocks))
        dx = self.ln_f.backward(dh, cache.ln_f, g.get("ln_f"))
        for i in reversed(range(max(lowest, 0), len(self.blocks))):
            dx = self.blocks[i].backward(dx, cache.h[i], g["h"][i])
        if lowest < 0:
            dx = self.drop.backward(dx, cache.drop)
            self.wpe.backward(dx, cache.wpe, g.get("wpe"))
            self.wte.backward(dx, cache.wte, g["wte"])

    # Logits and loss.

    def logits(self, params: Params, h: Array) -> Array:
        """Compute logits (..., V) from hidden states (..., C), for generation: no cache is kept."""
        return self.head.logits(self.head_tree(params.tree), h)

    def forward(self, params: Params, ids: Array, **options: Any) -> tuple[Array, ForwardCache]:
        """Compute logits (B, T, V); options as for `hidden`."""
        h, hidden = self.hidden(params, ids, **options)
        logits, head = self.head.forward(self.head_tree(params.tree), h)
        return logits, ForwardCache(hidden, head)

    def backward(self, dlogits: Array, cache: ForwardCache, grads: Params) -> None:
        """Add the gradients of the parameters, given dlogits (B, T, V), to `grads`."""
        dh = self.head.backward(dlogits, cache.head, self.head_tree(grads.tree))
        self.hidden_backward(dh, cache.hidden, grads)

    def loss(
        self,
        params: Params,
        ids: Array,
        targets: Array,
        *,
        weights: Array | None = None,
        **options: Any,
    ) -> tuple[Array, LossCache]:
        """Compute the mean cross-entropy in nats of `targets` (B, T), -1 being ignored.

        `weights` (B, T) weigh the tokens; other options as for `hidden`.
        """
        check_targets(self.config, ids, targets, weights)
        logits, forward = self.forward(params, ids, **options)
        loss, cross_entropy = self.ops.cross_entropy_donated_forward(logits, targets, weights)
        return loss, LossCache(forward, cross_entropy)

    def loss_backward(self, dloss: Any, cache: LossCache, grads: Params) -> None:
        """Add the gradients of the parameters, times `dloss`, to `grads`."""
        dlogits = self.ops.cross_entropy_donated_backward(dloss, cache.cross_entropy)
        self.backward(dlogits, cache.forward, grads)


def _lowest_trained(specs: Mapping[str, Spec], n_layer: int) -> int:
    """Return the lowest block with a trainable parameter; -1: an embedding has one, n_layer: no block."""
    lowest = n_layer
    for name in (name for name, spec in specs.items() if spec.trainable):
        part, _, rest = name.partition(".")
        if part in ("wte", "wpe"):
            return -1
        if part == "h":
            lowest = min(lowest, int(rest.partition(".")[0]))
    return lowest
