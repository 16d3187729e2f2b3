"""What stands on top of the hidden states: next-token logits, or classes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ..ops import REFERENCE, Ops
from ..ops.arrays import Array, array_module
from ..ops.dropout import DropoutCache
from ..ops.linear import LinearCache
from ..params import Spec
from .dropout import Dropout
from .linear import Linear


@dataclass(frozen=True)
class TiedHead:
    """Logits h W_e^T with the token embedding's own table: no parameters, only a second gradient.

    Source: Press, Wolf 2017. `p` and `g` are the sub-tree of the embedding.
    """

    ops: Ops = REFERENCE

    def forward(self, p: dict[str, Array], h: Array) -> tuple[Array, LinearCache]:
        """Return logits (..., V) from h (..., C)."""
        return self.ops.linear_forward(h, p["weight"].T)  # the table (V, C) as a matrix (C, V)

    def logits(self, p: dict[str, Array], h: Array) -> Array:
        """Return logits (..., V) from h (..., C), while text is generated: nothing is kept."""
        return self.ops.linear_cached(h, p["weight"].T)  # (C, V)

    def backward(self, dlogits: Array, cache: LinearCache, g: dict[str, Array]) -> Array:
        """Return dh (..., C) from dlogits (..., V)."""
        dweight = g["weight"].T  # (C, V), a view of (V, C), to which the embedding's lookup adds as well
        return self.ops.linear_backward_into(dlogits, cache, dweight)


@dataclass(frozen=True)
class UntiedHead:
    """Logits h W^T with a table (vocab_size, n_embd) of its own, stored like an embedding's."""

    vocab_size: int
    n_embd: int
    std: float = 0.02
    ops: Ops = REFERENCE

    @cached_property
    def _tied(self) -> TiedHead:
        return TiedHead(self.ops)

    def specs(self) -> dict[str, Spec]:
        """Return weight (vocab_size, n_embd), which decays."""
        return {"weight": Spec((self.vocab_size, self.n_embd), std=self.std, decay=True)}

    def forward(self, p: dict[str, Array], h: Array) -> tuple[Array, LinearCache]:
        """Return logits (..., V) from h (..., C)."""
        return self._tied.forward(p, h)

    def logits(self, p: dict[str, Array], h: Array) -> Array:
        """Return logits (..., V) from h (..., C), while text is generated: nothing is kept."""
        return self._tied.logits(p, h)

    def backward(self, dlogits: Array, cache: LinearCache, g: dict[str, Array]) -> Array:
        """Return dh (..., C) from dlogits (..., V)."""
        return self._tied.backward(dlogits, cache, g)


class ClassifierCache(NamedTuple):
    """`h` (B, T, C), of which backward uses the shape; `at` (B,); the caches of the two steps."""

    h: Array
    at: Array
    dropout: DropoutCache
    linear: LinearCache


@dataclass(frozen=True)
class ClassifierHead:
    """Class logits from the hidden state at one position per sequence (Radford et al. 2018, 3.2)."""

    n_embd: int
    n_classes: int
    p_dropout: float = 0.0
    bias: bool = False
    std: float = 0.02
    ops: Ops = REFERENCE

    @cached_property
    def linear(self) -> Linear:
        """The projection to the classes, (C, n_classes)."""
        return Linear(self.n_embd, self.n_classes, self.bias, self.std, self.ops)

    @cached_property
    def dropout(self) -> Dropout:
        """What is applied to the state that is read."""
        return Dropout(self.p_dropout, self.ops)

    def specs(self) -> dict[str, Spec]:
        """Return the parameters of the projection."""
        return self.linear.specs()

    def forward(
        self, p: Any, h: Array, at: Array, rng: np.random.Generator | None = None
    ) -> tuple[Array, ClassifierCache]:
        """Return logits (B, n_classes) from h (B, T, C) read at the positions `at` (B,)."""
        state = h[array_module(h).arange(h.shape[0]), at]  # (B, C)
        state, dropout = self.dropout.forward(state, rng)
        logits, linear = self.linear.forward(p, state)
        return logits, ClassifierCache(h, at, dropout, linear)

    def backward(self, dlogits: Array, cache: ClassifierCache, g: Any) -> Array:
        """Return dh (B, T, C), zero but at the positions that were read."""
        xp = array_module(cache.h)
        dstate = self.dropout.backward(self.linear.backward(dlogits, cache.linear, g), cache.dropout)
        dh = xp.zeros_like(cache.h)
        dh[xp.arange(dh.shape[0]), cache.at] = dstate
        return dh
