"""All parameters of a model in one contiguous array, with two views of it.

The flat view names each tensor as Hugging Face's GPT-2 does ("h.0.attn.c_attn.weight"): files and
optimizers use it. The tree view nests the same arrays (tree["h"][0]["attn"]["c_attn"]["weight"]): layers
use it. The global gradient norm, a checkpoint, an all-reduce and AdamW are passes over the one buffer.
"""

import fnmatch
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from .errors import UserError
from .ops.arrays import Array, array_module


@dataclass(frozen=True)
class Spec:
    """One tensor: its shape, its initial distribution N(mean, std^2), and how it is trained."""

    shape: tuple[int, ...]
    std: float = 0.0
    mean: float = 0.0
    decay: bool = False  # biases, norms and other 1-D tensors never decay
    trainable: bool = True
    lr_scale: float = 1.0

    @property
    def size(self) -> int:
        return math.prod(self.shape)


class Span(NamedTuple):
    """A stretch of the buffer whose tensors are trained alike."""

    where: slice
    decay: bool
    lr_scale: float


class Params:
    """Named tensors in one buffer: trainable with decay, then trainable without, then frozen.

    Attributes: `buffer` (N,), `flat` {name: view}, `tree` (nested views), `specs` {name: Spec} in the
    order of the model, `spans` (of the trainable part), `n_trainable`.
    """

    def __init__(self, specs: Mapping[str, Spec], buffer: Array) -> None:
        size = sum(spec.size for spec in specs.values())
        if buffer.shape != (size,):
            raise UserError(f"The buffer has shape {buffer.shape}, expected ({size},) by the specs.")
        self.specs = dict(specs)
        self.buffer = buffer
        places: dict[str, slice] = {}
        spans: list[Span] = []
        at = 0
        for name, spec in sorted(specs.items(), key=lambda item: _group(item[1])):
            places[name] = slice(at, at + spec.size)
            at += spec.size
            if spec.trainable:
                _append(spans, Span(places[name], spec.decay, spec.lr_scale))
        self.flat = {name: buffer[places[name]].reshape(specs[name].shape) for name in specs}
        self.tree = _nest(self.flat)
        self.spans = tuple(spans)
        self.n_trainable = spans[-1].where.stop if spans else 0

    @classmethod
    def zeros(cls, specs: Mapping[str, Spec], dtype: Any = np.float32) -> "Params":
        """Return parameters that are all zero."""
        return cls(specs, np.zeros(sum(spec.size for spec in specs.values()), dtype=dtype))

    @classmethod
    def empty(cls, specs: Mapping[str, Spec], dtype: Any = np.float32) -> "Params":
        """Return parameters that are not set yet, for a reader that fills every one of them."""
        return cls(specs, np.empty(sum(spec.size for spec in specs.values()), dtype=dtype))

    @classmethod
    def init(cls, specs: Mapping[str, Spec], rng: np.random.Generator, dtype: Any = np.float32) -> "Params":
        """Draw each tensor from its spec, in the order of the specs."""
        params = cls.zeros(specs, dtype)
        for name, spec in specs.items():
            params.flat[name][...] = spec.mean
            if spec.std:
                params.flat[name] += spec.std * rng.standard_normal(spec.shape, dtype=np.float32)
        return params

    def zeros_like(self) -> "Params":
        """Return zeros in the same layout, on the same device: room for gradients."""
        return Params(self.specs, array_module(self.buffer).zeros_like(self.buffer))

    def copy(self) -> "Params":
        """Return a snapshot that shares nothing."""
        return Params(self.specs, self.buffer.copy())

    def astype(self, dtype: Any) -> "Params":
        """Return a copy in another precision."""
        return Params(self.specs, self.buffer.astype(dtype))

    def freeze(self, *patterns: str) -> "Params":
        """Return a copy in which tensors whose names match a shell pattern are no longer trained.

        Optimizer state made for the old layout does not fit the new one. Raises UserError for a pattern
        that matches nothing.
        """
        for pattern in patterns:
            if not fnmatch.filter(self.specs, pattern):
                raise UserError(f"No parameter is named like {pattern!r}; names are {list(self.flat)}.")
        specs = {
            name: replace(spec, trainable=False)
            if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
            else spec
            for name, spec in self.specs.items()
        }
        frozen = Params(specs, array_module(self.buffer).empty_like(self.buffer))
        for name, tensor in self.flat.items():
            frozen.flat[name][...] = tensor
        return frozen


def _group(spec: Spec) -> int:
    return 2 if not spec.trainable else 1 - spec.decay


def _append(spans: list[Span], span: Span) -> None:
    """Append a span, merged with the last one when both are trained alike."""
    if spans and spans[-1][1:] == span[1:]:
        span = span._replace(where=slice(spans.pop().where.start, span.where.stop))
    spans.append(span)


def _nest(flat: Mapping[str, Array]) -> Any:
    """Turn {"h.0.ln_1.weight": a} into {"h": [{"ln_1": {"weight": a}}]}."""
    if "" in flat:
        return flat[""]
    parts: dict[str, dict[str, Array]] = {}
    for name, tensor in flat.items():
        head, _, rest = name.partition(".")
        parts.setdefault(head, {})[rest] = tensor
    nested = {head: _nest(rest) for head, rest in parts.items()}
    if nested and all(head.isdigit() for head in nested):
        return [nested[str(i)] for i in range(len(nested))]
    return nested
