"""What a model is, how it is trained and how it is sampled: three frozen dataclasses and the presets.

The command lines generate their flags from these fields: the help text stands in the metadata.
Imports nothing but the standard library, so that `--help` answers at once.
"""

import dataclasses
import math
import numbers
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .errors import UserError

NORMS = ("layernorm", "rmsnorm")
NORM_POSITIONS = ("pre", "post")
POSITIONS = ("learned", "sinusoidal", "none")
SCHEDULES = ("cosine", "linear", "constant")
OPTIMIZERS = ("adamw", "adam", "rmsprop", "momentum", "sgd")
OBJECTIVES = ("clm", "mlm")


def _f(default: Any, help: str, **metadata: Any) -> Any:
    return field(default=default, metadata={"help": help, **metadata})


_KINDS: dict[Any, Callable[[Any], bool]] = {
    bool: lambda v: isinstance(v, bool),
    int: lambda v: isinstance(v, numbers.Integral) and not isinstance(v, bool),
    float: lambda v: isinstance(v, numbers.Real) and not isinstance(v, bool),
    str: lambda v: isinstance(v, str),
    tuple[str, ...]: lambda v: isinstance(v, tuple) and all(isinstance(text, str) for text in v),
}
_EXPECTED: dict[Any, str] = {
    bool: "True or False",
    int: "an integer",
    float: "a number",
    str: "a text",
    tuple[str, ...]: "a tuple of texts, such as ('END',)",
}


def _check(config: Any, names: str, ok: Any, expected: str) -> None:
    """Raise UserError for the first of the named fields whose value does not satisfy `ok`."""
    for name in names.split():
        value = getattr(config, name)
        fraction = isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral)
        if (fraction and not math.isfinite(value)) or not ok(value):
            raise UserError(f"{name} is {value!r}, expected {expected}.")


def _check_types(config: Any) -> None:
    """Raise UserError for a value of another type than its field's, or none of the field's choices."""
    for f in dataclasses.fields(config):
        value, choices = getattr(config, f.name), f.metadata.get("choices")
        # The type of an optional field is a union whose first part is that of its values.
        kind: Any = f.type.__args__[0] if isinstance(f.type, types.UnionType) else f.type
        optional = value is None and kind is not f.type
        if kind in _KINDS and not optional and not _KINDS[kind](value):
            raise UserError(f"{f.name} is {value!r}, expected {_EXPECTED[kind]}.")
        if choices and value not in choices:
            raise UserError(f"{f.name} is {value!r}, expected one of {', '.join(choices)}.")


@dataclass(frozen=True)
class GPTConfig:
    """The architecture; defaults are GPT-2 small (Radford et al. 2019).

    Raises UserError for a value that no model can have.
    """

    vocab_size: int = _f(
        50257, "entries of the vocabulary (of a BPE to be learned; else what the tokenizer has)"
    )
    block_size: int = _f(1024, "positions the model can see")
    n_layer: int = _f(12, "transformer blocks")
    n_head: int = _f(12, "attention heads; must divide n_embd")
    n_embd: int = _f(768, "width of the residual stream")
    n_inner: int | None = _f(None, "width of the MLP's hidden layer (default 4 n_embd)")
    norm: str = _f("layernorm", "normalisation", choices=NORMS)
    norm_position: str = _f("pre", "before each sub-layer (GPT-2) or after (GPT-1)", choices=NORM_POSITIONS)
    final_norm: bool = _f(True, "normalise once more after the last block (GPT-2 does, GPT-1 not)")
    norm_eps: float = _f(1e-5, "added to the variance inside the root")
    activation: str = _f(
        "gelu",
        "activation of the MLP: the name of an op pair (gelu is the tanh form; gelu_erf, relu, ...)",
    )
    positions: str = _f("learned", "position vectors added to the embeddings", choices=POSITIONS)
    bias: bool = _f(True, "biases in linear layers and norms")
    tied: bool = _f(True, "the head shares the token embedding matrix")
    causal: bool = _f(True, "a position sees itself and what came before (false: BERT-style)")
    embd_dropout: float = _f(0.0, "dropout after the embeddings")
    attn_dropout: float = _f(0.0, "dropout on the attention weights")
    resid_dropout: float = _f(0.0, "dropout on what each sub-layer adds to the residual stream")

    def __post_init__(self) -> None:
        _check_types(self)
        _check(
            self,
            "vocab_size block_size n_layer n_head n_embd",
            lambda v: v >= 1,
            "an integer of at least 1",
        )
        _check(self, "n_inner", lambda v: v is None or v >= 1, "an integer of at least 1")
        _check(self, "norm_eps", lambda v: v > 0, "a number above 0")
        _check(
            self,
            "embd_dropout attn_dropout resid_dropout",
            lambda v: 0 <= v < 1,
            "a probability in [0, 1)",
        )
        if self.n_embd % self.n_head:
            raise UserError(
                f"n_embd is {self.n_embd} and n_head is {self.n_head}: n_embd must be a multiple of n_head."
            )
        if self.positions == "sinusoidal" and self.n_embd % 2:
            raise UserError(f"n_embd is {self.n_embd}, expected an even number for sinusoidal positions.")

    @property
    def inner(self) -> int:
        """Width of the MLP's hidden layer."""
        return self.n_inner or 4 * self.n_embd

    @property
    def head_dim(self) -> int:
        return self.n_embd // self.n_head


@dataclass(frozen=True)
class TrainConfig:
    """How a model is trained. Raises UserError for values that cannot be meant."""

    steps: int = _f(2000, "optimizer steps")
    batch_size: int = _f(12, "sequences in one forward pass")
    accumulate: int = _f(1, "forward passes whose gradients are added before a step")
    lr: float = _f(1e-3, "learning rate at its highest")
    min_lr: float = _f(1e-4, "learning rate at the end")
    warmup: int = _f(100, "steps over which the learning rate rises from 0")
    schedule: str = _f("cosine", "how the rate falls after the warm-up", choices=SCHEDULES)
    optimizer: str = _f("adamw", "update rule", choices=OPTIMIZERS)
    beta1: float = _f(0.9, "decay of the gradient average (momentum)")
    beta2: float = _f(0.95, "decay of the squared-gradient average")
    eps: float = _f(1e-8, "added to the root of the squared-gradient average")
    weight_decay: float = _f(0.1, "decoupled decay of matrices; biases and norms never decay")
    clip: float = _f(1.0, "largest global gradient norm (0: no clipping)")
    objective: str = _f("clm", "next token (clm) or masked token (mlm, 80/10/10)", choices=OBJECTIVES)
    mask_prob: float = _f(0.15, "share of tokens chosen by the masked objective")
    val_fraction: float = _f(0.1, "last share of every file held out for evaluation")
    eval_every: int = _f(250, "steps between evaluations on held-out text")
    eval_batches: int = _f(40, "batches of an evaluation on the way (the summary covers all held-out text)")
    save_every: int = _f(250, "steps between checkpoints")
    sample_every: int = _f(500, "steps between printed samples (0: none)")
    patience: int = _f(0, "stop after so many evaluations without a new best (0: never)")
    stats: int = _f(0, "write per-layer statistics to history.jsonl every N steps (0: never)")
    seed: int = _f(0, "seed of initialisation, data order and dropout")

    def __post_init__(self) -> None:
        _check_types(self)
        _check(
            self,
            "steps batch_size accumulate eval_every eval_batches save_every",
            lambda v: v >= 1,
            "an integer of at least 1",
        )
        _check(
            self,
            "warmup sample_every patience stats seed",
            lambda v: v >= 0,
            "an integer of at least 0",
        )
        _check(self, "lr eps", lambda v: v > 0, "a number above 0")
        _check(self, "min_lr weight_decay clip", lambda v: v >= 0, "a number of at least 0")
        _check(self, "beta1 beta2", lambda v: 0 <= v < 1, "a number in [0, 1)")
        _check(self, "val_fraction mask_prob", lambda v: 0 < v < 1, "a share between 0 and 1, both excluded")
        if self.min_lr > self.lr:
            raise UserError(f"min_lr is {self.min_lr} and lr is {self.lr}: min_lr must not be above lr.")


@dataclass(frozen=True)
class SampleConfig:
    """How text is drawn from a model. Raises UserError for values that cannot be meant."""

    max_new_tokens: int = _f(200, "tokens to generate at most")
    temperature: float = _f(0.8, "divides the logits: below 1 bolder, above 1 wilder, 0 greedy")
    top_k: int = _f(0, "draw among the k likeliest tokens only (0: all)")
    top_p: float = _f(0.95, "draw among the fewest tokens whose probabilities reach p (1: all)")
    min_p: float = _f(0.0, "draw among tokens at least p times as likely as the likeliest (0: all)")
    repetition_penalty: float = _f(1.0, "divides the logits of tokens that the text holds (1: no change)")
    seed: int | None = _f(None, "seed of the draws (default: a fresh one, which is printed)")
    num_samples: int = _f(1, "texts to generate")
    stop: tuple[str, ...] = _f((), "end a text before this string (may be given more than once)")
    overflow: str = _f(
        "stop",
        "when the context is full: stop, or truncate: go on from its last half",
        choices=("stop", "truncate"),
    )

    def __post_init__(self) -> None:
        _check_types(self)
        _check(self, "max_new_tokens num_samples", lambda v: v >= 1, "an integer of at least 1")
        _check(self, "temperature", lambda v: v >= 0, "a number of at least 0")
        _check(self, "top_k", lambda v: v >= 0, "an integer of at least 0")
        _check(self, "top_p", lambda v: 0 < v <= 1, "a number in (0, 1]")
        _check(self, "min_p", lambda v: 0 <= v <= 1, "a number in [0, 1]")
        _check(self, "repetition_penalty", lambda v: v > 0, "a number above 0")
        _check(self, "seed", lambda v: v is None or v >= 0, "an integer of at least 0")
        if "" in self.stop:
            raise UserError("stop is an empty string, expected at least one character.")


@dataclass(frozen=True)
class Preset:
    """A model with its training configuration and where both come from."""

    model: GPTConfig
    train: TrainConfig
    tokenizer: str  # "char" or "bpe"
    source: str


def _gpt2(n_layer: int, n_head: int, n_embd: int) -> Preset:
    # 16 x 32 sequences of 1,024 tokens are the 0.5 M tokens of a step.
    return Preset(
        GPTConfig(n_layer=n_layer, n_head=n_head, n_embd=n_embd),
        TrainConfig(
            steps=600_000,
            batch_size=16,
            accumulate=32,
            lr=6e-4,
            min_lr=6e-5,
            warmup=2000,
            beta2=0.95,
            weight_decay=0.1,
            clip=1.0,
            val_fraction=0.001,
            eval_every=1000,
            eval_batches=200,
            save_every=1000,
            sample_every=1000,
        ),
        "bpe",
        "shape: Radford et al. 2019, Table 2; training: nanoGPT's reproduction of GPT-2 on OpenWebText, "
        "with the batch of Brown et al. 2020, Table 2.1",
    )


PRESETS: dict[str, Preset] = {
    "mini": Preset(
        GPTConfig(vocab_size=4096, block_size=256, n_layer=6, n_head=8, n_embd=256),
        TrainConfig(
            steps=2400,
            batch_size=8,
            lr=2e-3,
            min_lr=1e-4,
            warmup=100,
            beta2=0.99,
            val_fraction=0.02,
            eval_every=200,
            eval_batches=20,
            save_every=200,
            sample_every=400,
        ),
        "bpe",
        "the bundled model: GPT-2's architecture at a size that two cores can train",
    ),
    "char": Preset(
        GPTConfig(vocab_size=256, block_size=64, n_layer=4, n_head=4, n_embd=128),
        TrainConfig(steps=2000, batch_size=12, lr=1e-3, min_lr=1e-4, warmup=100, beta2=0.99),
        "char",
        "nanoGPT's configuration for tiny Shakespeare on a laptop's CPU",
    ),
    "gpt2": _gpt2(12, 12, 768),
    "gpt2-medium": _gpt2(24, 16, 1024),
    "gpt2-large": _gpt2(36, 20, 1280),
    "gpt2-xl": _gpt2(48, 25, 1600),
    "openai-gpt": Preset(
        GPTConfig(
            vocab_size=40478,
            block_size=512,
            norm_position="post",
            final_norm=False,
            embd_dropout=0.1,
            attn_dropout=0.1,
            resid_dropout=0.1,
        ),
        TrainConfig(
            # 100 epochs of 985 million words (Zhu et al. 2015, Table 2), each at least one token.
            steps=3_000_000,
            batch_size=64,
            lr=2.5e-4,
            min_lr=0.0,
            warmup=2000,
            beta2=0.999,
            weight_decay=0.01,
            val_fraction=0.001,
            eval_every=1000,
            eval_batches=200,
            save_every=1000,
            sample_every=1000,
        ),
        "bpe",
        "Radford et al. 2018, section 4.1: 64 sequences of 512 tokens, 100 epochs, cosine to 0",
    ),
}
