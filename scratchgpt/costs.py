"""What a model costs, counted from the shapes alone: parameters, FLOPs and bytes. Allocates nothing.

A FLOP is an addition or a multiplication. Counted are matrix products, 2 FLOPs per multiply-add; norms,
softmax, activations and the lookup of embeddings are left out (about 1 % for GPT-2). Bytes are those of
the NumPy reference; a fused kernel keeps less.
"""

from typing import NamedTuple

from .config import GPTConfig
from .errors import UserError
from .model import GPT

PARTS = ("embeddings", "positions", "attention", "MLP", "norms", "head")

# Arrays of the MLP's inner width that a block keeps for backward: the activation's input and output, for
# the exact GELU also its distribution function; the sigmoid needs its output only.
_INNER_KEPT = {"gelu_erf": 3, "sigmoid": 1}


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
        return self.blocks + self.head + self.attention

    @property
    def training(self) -> float:
        """Forward and backward: each product y = x W has two more behind it, for dx and for dW."""
        return 3 * self.forward

    @property
    def attention_share(self) -> float:
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
