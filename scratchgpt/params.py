"""All parameters of a model in one contiguous array, with two views of it.

The flat view names each tensor as Hugging Face's GPT-2 does ("h.0.attn.c_attn.weight"): files and
optimizers use it. The tree view nests the same arrays (tree["h"][0]["attn"]["c_attn"]["weight"]): layers
use it. The global gradient norm, a checkpoint, an all-reduce and AdamW are passes over the one buffer.
"""

import fnmatch
import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from .config import WEIGHTS_DTYPES
from .errors import UserError, nearest
from .ops.arrays import Array, array_module, to_host
from .ops.packing import packed, stacked


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
        """The numbers it has."""
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
        size = _size(specs)
        if buffer.shape != (size,):
            raise UserError(f"The buffer has shape {buffer.shape}, expected ({size},) by the specs.")
        self.specs = dict(specs)
        self.buffer = buffer
        self._places = places = dict[str, slice]()
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
        return cls(specs, np.zeros(_size(specs), dtype=dtype))

    @classmethod
    def empty(cls, specs: Mapping[str, Spec], dtype: Any = np.float32) -> "Params":
        """Return parameters that are not set yet, for a reader that fills every one of them."""
        return cls(specs, np.empty(_size(specs), dtype=dtype))

    @classmethod
    def init(cls, specs: Mapping[str, Spec], rng: np.random.Generator, dtype: Any = np.float32) -> "Params":
        """Draw each tensor from its spec, in the order of the specs."""
        params = cls.zeros(specs, dtype)
        for name, spec in specs.items():
            _draw(params.flat[name], spec, rng, name)
        return params

    @cached_property
    def stacks(self) -> dict[str, Array]:
        """The tensors of all L blocks as one view (L, ...) each, under their names inside a block.

        Empty where the blocks do not lie one like the other, as when only some of them are frozen.
        """
        return _stacks(self.buffer, self._places, self.specs)

    def pack(self, storage: str) -> "Params":
        """Return what reads the same weights from fewer bytes: "fp32", "bf16" or "int8" (`ops.packing`).

        The matrices are packed, a table that is also the head once; vectors and positions stay float32.
        For generating and measuring only: packed parameters are neither trained nor saved. Raises UserError
        for another name.
        """
        if storage not in WEIGHTS_DTYPES:
            raise UserError(
                f"The weights' dtype is {storage!r}, expected {', '.join(WEIGHTS_DTYPES)}."
                f"{nearest(storage, WEIGHTS_DTYPES)}"
            )
        if storage == "fp32":
            return self if self.buffer.dtype == np.float32 else self.astype(np.float32)
        return PackedParams(self, storage)

    def on(self, xp: Any) -> "Params":
        """Return the same parameters as arrays of another library, or themselves where they are its own."""
        if array_module(self.buffer) is xp:
            return self
        return Params(self.specs, xp.asarray(to_host(self.buffer)))

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
        return self.with_specs(specs)

    def with_specs(self, specs: Mapping[str, Spec], rng: np.random.Generator | None = None) -> "Params":
        """Return a copy in another layout: what both name is copied, what is new is drawn from its spec.

        A tensor may have more rows than before: those behind the old ones are drawn. Tensors that `specs`
        lacks are left out. Optimizer state made for the old layout does not fit the new one. Raises
        UserError for a tensor that changes otherwise, and for something new without a generator.
        """
        new = Params(specs, array_module(self.buffer).zeros(_size(specs), dtype=self.buffer.dtype))
        for name, spec in specs.items():
            tensor, rows = new.flat[name], 0
            if name in self.flat:
                old = self.flat[name]
                rows = len(old)
                if old.shape[1:] != spec.shape[1:] or rows > spec.shape[0]:
                    raise UserError(
                        f"{name} has shape {old.shape}, expected {spec.shape} or fewer rows of it: "
                        "the parameters belong to another model."
                    )
                tensor[:rows] = old
            if rows < len(tensor):
                _draw(tensor[rows:], spec, rng, name)
        return new

    def with_rows(self, name: str, n: int, rng: np.random.Generator) -> "Params":
        """Return a copy in which a table has n more rows, drawn from its spec. Raises UserError."""
        if name not in self.specs:
            raise UserError(f"There is no parameter {name!r}.{nearest(name, self.specs)}")
        rows, *rest = self.specs[name].shape
        return self.with_specs({**self.specs, name: replace(self.specs[name], shape=(rows + n, *rest))}, rng)


class PackedParams(Params):
    """Parameters whose matrices are packed: `flat`, `tree` and `stacks` hold `Packed` in their places.

    `buffer` holds the others, float32.
    """

    def __init__(self, params: Params, storage: str) -> None:
        def is_packed(name: str) -> bool:
            return len(params.specs[name].shape) == 2 and not name.startswith("wpe.")

        others = {name: spec for name, spec in params.specs.items() if not is_packed(name)}
        super().__init__(others, array_module(params.buffer).empty(_size(others), dtype=np.float32))
        for name in others:
            self.flat[name][...] = params.flat[name]
        # A table's outputs, when it is the head, are its rows; those of other matrices are columns.
        matrices = {
            name: packed(tensor, storage, axis=0 if name in _TABLES else 1)
            for name, tensor in params.flat.items()
            if is_packed(name)
        }
        stacks = {}
        for inner in [name.removeprefix("h.0.") for name in matrices if name.startswith("h.0.")]:
            names = _in_blocks(inner, matrices)
            stacks[inner] = stacked([matrices[name] for name in names])
            matrices |= {name: stacks[inner][i] for i, name in enumerate(names)}
        self.stacks = super().stacks | stacks
        self.flat = {name: matrices.get(name, self.flat.get(name)) for name in params.flat}
        self.tree, self.specs = _nest(self.flat), params.specs

    def _refuse(self, *args: Any) -> Any:
        raise UserError(
            "Packed parameters are for generating and measuring: use those that they were packed from."
        )

    on = zeros_like = copy = astype = freeze = with_specs = with_rows = _refuse  # type: ignore[assignment]


_TABLES = ("wte.weight", "lm_head.weight")


def _size(specs: Mapping[str, Spec]) -> int:
    return sum(spec.size for spec in specs.values())


def _draw(tensor: Array, spec: Spec, rng: np.random.Generator | None, name: str) -> None:
    """Fill a tensor, or rows of one, from the distribution of its spec."""
    tensor[...] = spec.mean
    if spec.std:
        if rng is None:
            raise UserError(f"{name} is new, at least in part: expected a generator to draw it from.")
        tensor += array_module(tensor).asarray(
            spec.std * rng.standard_normal(tensor.shape, dtype=np.float32), dtype=tensor.dtype
        )


def _group(spec: Spec) -> int:
    return 2 if not spec.trainable else 1 - spec.decay


def _in_blocks(inner: str, names: Iterable[str]) -> list[str]:
    """Return the names "h.0.inner", "h.1.inner" ... that there are."""
    blocks = (f"h.{i}.{inner}" for i in itertools.count())
    return list(itertools.takewhile(set(names).__contains__, blocks))


def _stacks(buffer: Array, places: Mapping[str, slice], specs: Mapping[str, Spec]) -> dict[str, Array]:
    stacks = {}
    for inner in [name.removeprefix("h.0.") for name in places if name.startswith("h.0.")]:
        at = [places[name] for name in _in_blocks(inner, places)]
        shape, L = specs[f"h.0.{inner}"].shape, len(at)
        size = at[0].stop - at[0].start
        step = at[1].start - at[0].start if L > 1 else size
        first = max(at[-1].stop - L * step, 0)  # of L stretches of the buffer that hold one tensor each
        into = at[0].start - first
        even = all(place.start == first + into + i * step for i, place in enumerate(at))
        if not even or step < into + size or len(buffer) < first + L * step:
            return {}
        rows = buffer[first : first + L * step].reshape(L, step)  # (L, step)
        stacks[inner] = rows[:, into : into + size].reshape(L, *shape)  # (L, ...)
    return stacks


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
