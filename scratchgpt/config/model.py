"""What a model is."""

from dataclasses import dataclass

from ..errors import UserError
from .fields import check, check_types, option

NORMS = ("layernorm", "rmsnorm")
NORM_POSITIONS = ("pre", "post")
POSITIONS = ("learned", "sinusoidal", "none")


@dataclass(frozen=True)
class GPTConfig:
    """The architecture; defaults are GPT-2 small (Radford et al. 2019).

    Raises UserError for a value that no model can have.
    """

    vocab_size: int = option(
        50257, "entries of the vocabulary (of a BPE to be learned; else what the tokenizer has)"
    )
    block_size: int = option(1024, "positions the model can see")
    n_layer: int = option(12, "transformer blocks")
    n_head: int = option(12, "attention heads; must divide n_embd")
    n_embd: int = option(768, "width of the residual stream")
    n_inner: int | None = option(None, "width of the MLP's hidden layer (default 4 n_embd)")
    norm: str = option("layernorm", "normalisation", choices=NORMS)
    norm_position: str = option(
        "pre", "before each sub-layer (GPT-2) or after (GPT-1)", choices=NORM_POSITIONS
    )
    final_norm: bool = option(True, "normalise once more after the last block (GPT-2 does, GPT-1 not)")
    norm_eps: float = option(1e-5, "added to the variance inside the root")
    activation: str = option(
        "gelu",
        "activation of the MLP: the name of an op pair (gelu is the tanh form; gelu_erf, relu, ...)",
    )
    positions: str = option("learned", "position vectors added to the embeddings", choices=POSITIONS)
    bias: bool = option(True, "biases in linear layers and norms")
    tied: bool = option(True, "the head shares the token embedding matrix")
    causal: bool = option(True, "a position sees itself and what came before (false: BERT-style)")
    embd_dropout: float = option(0.0, "dropout after the embeddings")
    attn_dropout: float = option(0.0, "dropout on the attention weights")
    resid_dropout: float = option(0.0, "dropout on what each sub-layer adds to the residual stream")

    def __post_init__(self) -> None:
        check_types(self)
        check(
            self,
            "vocab_size block_size n_layer n_head n_embd",
            lambda v: v >= 1,
            "an integer of at least 1",
        )
        check(self, "n_inner", lambda v: v is None or v >= 1, "an integer of at least 1")
        check(self, "norm_eps", lambda v: v > 0, "a number above 0")
        check(
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
        """Channels of one head, D."""
        return self.n_embd // self.n_head
