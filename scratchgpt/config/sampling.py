"""How text is drawn from a model."""

from dataclasses import dataclass

from ..errors import UserError
from .fields import check, check_types, option

# How the weights may be stored while text is generated or measured.
WEIGHTS_DTYPES = ("fp32", "bf16", "int8")


@dataclass(frozen=True)
class SampleConfig:
    """How text is drawn from a model. Raises UserError for values that cannot be meant."""

    max_new_tokens: int = option(200, "tokens to generate at most")
    temperature: float = option(0.8, "divides the logits: below 1 bolder, above 1 wilder, 0 greedy")
    top_k: int = option(0, "draw among the k likeliest tokens only (0: all)")
    top_p: float = option(0.95, "draw among the fewest tokens whose probabilities reach p (1: all)")
    min_p: float = option(0.0, "draw among tokens at least p times as likely as the likeliest (0: all)")
    repetition_penalty: float = option(1.0, "divides the logits of tokens that the text holds (1: no change)")
    seed: int | None = option(None, "seed of the draws (default: a fresh one, which is printed)")
    num_samples: int = option(1, "texts to generate")
    stop: tuple[str, ...] = option((), "end a text before this string (may be given more than once)")
    overflow: str = option(
        "stop",
        "when the context is full: stop, or truncate: go on from its last half",
        choices=("stop", "truncate"),
    )

    def __post_init__(self) -> None:
        check_types(self)
        check(self, "max_new_tokens num_samples", lambda v: v >= 1, "an integer of at least 1")
        check(self, "temperature", lambda v: v >= 0, "a number of at least 0")
        check(self, "top_k", lambda v: v >= 0, "an integer of at least 0")
        check(self, "top_p", lambda v: 0 < v <= 1, "a number in (0, 1]")
        check(self, "min_p", lambda v: 0 <= v <= 1, "a number in [0, 1]")
        check(self, "repetition_penalty", lambda v: v > 0, "a number above 0")
        check(self, "seed", lambda v: v is None or v >= 0, "an integer of at least 0")
        if "" in self.stop:
            raise UserError("stop is an empty string, expected at least one character.")
