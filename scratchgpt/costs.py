"""What a model costs: parameters, FLOPs and bytes, counted from its shapes without any weights; and the
speed of this machine, measured on a small part of the model.

A FLOP is an addition or a multiplication. Counted are matrix products, 2 FLOPs per multiply-add; norms,
softmax, activations and the lookup of embeddings are left out (below 1 % of GPT-2's). Bytes are those of
the NumPy reference; a fused kernel keeps less.
"""

import dataclasses
import math
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .config import GPTConfig
from .errors import UserError
from .kv_cache import KVCache
from .model import GPT
from .ops import REFERENCE, Ops

PARTS = ("embeddings", "positions", "attention", "MLP", "norms", "head")

# Arrays of the MLP's inner width that a block keeps for backward: the activation's input and output, for
# the exact GELU also its distribution function; the sigmoid needs its output only.
_INNER_KEPT = {"gelu_erf": 3, "sigmoid": 1}

_MEASURED_FLOPS = 1e10  # of one run, at most
_MEASURED_BYTES = 2**28  # of the KV cache of one run, at most
_CACHED_BYTES = 2**25  # what a processor may have in its caches
_MEASURED_RUNS = 3  # at least: the first ones wait for memory
_MEASURED_SECONDS = 0.4  # after which no further run begins


def part_of(name: str) -> str:
    """Return which of PARTS a tensor belongs to, by its GPT-2 name.

    >>> part_of("h.0.attn.c_attn.weight"), part_of("ln_f.bias")
    ('attention', 'norms')
    """
    places = {"wte": "embeddings", "wpe": "positions", "attn": "attention", "mlp": "MLP", "lm_head": "head"}
    return next((places[key] for key in name.split(".") if key in places), "norms")


def parameters_by_part(config: GPTConfig) -> dict[str, int]:
    """Return how many numbers each of PARTS holds; a tied head holds none of its own."""
    counts = dict.fromkeys(PARTS, 0)
    for name, spec in GPT(config).specs().items():
        counts[part_of(name)] += spec.size
    return counts


class Flops(NamedTuple):
    """FLOPs of the forward pass for one token: blocks' weights, head, attention between tokens."""

    blocks: int
    head: int
    attention: float

    @property
    def forward(self) -> float:
        """All three."""
        return self.blocks + self.head + self.attention

    @property
    def training(self) -> float:
        """Forward and backward: each product y = x W has two more behind it, for dx and for dW."""
        return 3 * self.forward

    @property
    def attention_share(self) -> float:
        """What part of the forward pass is attention between tokens."""
        return self.attention / self.forward


def flops_per_token(config: GPTConfig, context: int, *, causal: bool = False) -> Flops:
    """Count the forward pass of one token, on average over a sequence of `context` tokens.

    A weight matrix with n entries costs 2 n. Attention costs 2 C for each key's score and 2 C for mixing
    its value, per layer; keys are all `context` of them (what the reference computes, and the convention
    of Chowdhery et al. 2022, appendix B) or, `causal`, the (context + 1) / 2 that a token sees on average.
    Raises UserError when the model has fewer positions.
    """
    check_context(config, context)
    sizes = [
        spec.size
        for name, spec in GPT(config).specs().items()
        if part_of(name) in ("attention", "MLP") and len(spec.shape) == 2
    ]
    keys = (context + 1) / 2 if causal else context
    return Flops(
        blocks=2 * sum(sizes),
        head=2 * config.vocab_size * config.n_embd,
        attention=config.n_layer * keys * 4 * config.n_embd,
    )


def step_flops(config: GPTConfig, batch: int, context: int, *, training: bool) -> float:
    """Count one step over batch x context tokens, as the NumPy reference computes it.

    Training: forward and backward of all tokens. Generating: the last of `context` tokens for each of
    `batch` texts; it attends to all of them, and a KV cache holds the keys and values of the others.
    """
    flops = flops_per_token(config, context)
    return batch * (context * flops.training if training else flops.forward)


def kv_bytes_per_token(config: GPTConfig, itemsize: int = 4) -> int:
    """Bytes that a KV cache holds per token: a key and a value of width C in every layer."""
    return 2 * config.n_layer * config.n_embd * itemsize


class TrainingBytes(NamedTuple):
    """Memory of a training step, in bytes. `loss` is room for logits while the loss is computed."""

    weights: int
    gradients: int
    moments: int
    activations: int
    loss: int

    @property
    def state(self) -> int:
        """What stays between steps: weights, gradients, moments."""
        return self.weights + self.gradients + self.moments


def training_bytes(config: GPTConfig, batch: int, context: int, itemsize: int = 4) -> TrainingBytes:
    """Count what training with Adam or AdamW (two moments) holds, for batch x context tokens.

    Activations are the arrays in the caches when backward begins. Computing the loss needs two more arrays
    of the logits' size for a moment. Temporary arrays inside single ops are left out. Raises UserError when
    the model has fewer positions.
    """
    check_context(config, context)
    weights = sum(spec.size for spec in GPT(config).specs().values()) * itemsize
    tokens = batch * context
    return TrainingBytes(
        weights=weights,
        gradients=weights,
        moments=2 * weights,
        activations=tokens * activations_per_token(config, context) * itemsize,
        loss=tokens * 2 * config.vocab_size * itemsize,
    )


def activations_per_token(config: GPTConfig, context: int) -> int:
    """Count the numbers that the caches keep per token of a sequence of `context` tokens.

    A block keeps 8 C: what each of the two norms and the two sub-layers reads, the heads' mixture, and
    queries, keys and values (3 C); its norms' statistics; `context` attention weights per head; the MLP's
    inner arrays. Behind the blocks come the last state, the last norm, the log-probabilities.
    """
    c = config
    norm = 1 if c.norm == "rmsnorm" else 2  # one over the root mean square; mean and deviation
    block = 8 * c.n_embd + 2 * norm + c.n_head * context + _INNER_KEPT.get(c.activation, 2) * c.inner
    last = c.n_embd + (c.n_embd + norm if c.final_norm else 0)
    return c.n_layer * block + last + c.vocab_size + 1  # 1: the token's weight in the loss


def check_context(config: GPTConfig, context: int) -> None:
    """Raise UserError for a number of tokens that the model cannot see at once."""
    if not 1 <= context <= config.block_size:
        raise UserError(
            f"context is {context}, expected 1 to {config.block_size}, the positions of this model."
        )


def measure_rate(
    config: GPTConfig, batch: int, context: int, *, training: bool, ops: Ops = REFERENCE
) -> float:
    """Return the FLOP/s that one layer of the model reaches here, with its share of the vocabulary.

    That is a known part of a step (see `step_flops`), all that is not counted included: dividing
    the step's FLOPs by it estimates the step's time. Of a long step fewer tokens, or texts, are run. To
    generate means to read every weight once for each token: there, as many layers are run as the processor
    cannot keep at hand. Takes about half a second.
    """
    layer = sum(parameters_by_part(config)[part] for part in ("attention", "MLP")) * 4 // config.n_layer
    layers = 1 if training else min(config.n_layer, math.ceil(_CACHED_BYTES / layer))
    vocab_size = max(1, config.vocab_size * layers // config.n_layer)
    part = dataclasses.replace(config, n_layer=layers, vocab_size=vocab_size)
    tokens = int(_MEASURED_FLOPS / flops_per_token(part, context).training)
    if training:
        context = max(1, min(context, tokens))
        tokens //= context
    else:
        tokens = min(tokens, _MEASURED_BYTES // (context * kv_bytes_per_token(part)))
    batch = max(1, min(batch, tokens))
    step = (_training_step if training else _generating_step)(GPT(part, ops), batch, context)
    runs: list[float] = []
    while len(runs) < _MEASURED_RUNS or sum(runs) < _MEASURED_SECONDS:
        began = time.perf_counter()
        step()
        runs.append(time.perf_counter() - began)
    return step_flops(part, batch, context, training=training) / min(runs)


def _training_step(model: GPT, batch: int, context: int) -> Callable[[], None]:
    params = model.init(np.random.default_rng(0))
    grads, ids = params.zeros_like(), np.zeros((batch, context), dtype=np.int64)

    def step() -> None:
        loss, cache = model.loss(params, ids, ids)
        model.loss_backward(np.ones_like(loss), cache, grads)

    return step


def _generating_step(model: GPT, batch: int, context: int) -> Callable[[], None]:
    params = model.init(np.random.default_rng(0))
    kv, ids = KVCache.empty(model.config, batch, context), np.zeros((batch, 1), dtype=np.int64)
    kv.keys[...] = kv.values[...] = 0  # what lies in fresh memory may be slow to compute with

    def step() -> None:
        kv.length, kv.counts = context - 1, np.full(batch, context - 1)
        h, _ = model.hidden(params, ids, kv=kv)
        model.logits(params, h)

    return step
