"""The `Shapes:` line of a docstring, read so that the function can be run on what it promises.

    Shapes: x (..., I), weight (I, O), bias (O) -> y (..., O)

`...` stands for any leading axes; a size is a letter, a number or a product (3*H*D); `ids (B, T) < V` are
integers below V; `n_head=H` and a lone `T` are integers; `loss ()` is a scalar; `-> nothing` returns None.
Every letter gets a size of its own, so that a wrong transpose cannot fit by chance.
"""

import inspect
import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..errors import UserError

LEADING = (2, 5)  # what `...` stands for
SIZES = {"B": 2, "T": 5, "S": 7, "H": 3, "D": 4, "C": 6, "V": 13, "I": 8, "O": 9, "L": 10, "N": 11}

_ITEM = re.compile(r"(\w+)(?:\s*\(([^()]*)\))?(?:\s*([<=])\s*([\w*]+))?")
_SIZE = re.compile(r"\.\.\.|\w+(\s*\*\s*\w+)*")
_SECTION = re.compile(r"Shapes:((?:.|\n)*?)(?=\n\s*\n|\n\s*[A-Z][a-z]+:|\Z)")


class Item(NamedTuple):
    """One input or output. `dims` is None for an integer, whose value is `size`.

    For an array of integers, `size` is what they are below.
    """

    name: str
    dims: tuple[str, ...] | None
    size: str | None


class Shapes(NamedTuple):
    """The two sides of the arrow."""

    inputs: tuple[Item, ...]
    outputs: tuple[Item, ...]


def has_shapes(f: Callable[..., Any]) -> bool:
    """Return whether the docstring of `f` has a `Shapes:` line."""
    return _SECTION.search(inspect.getdoc(f) or "") is not None


def shapes_of(f: Callable[..., Any]) -> Shapes:
    """Read the `Shapes:` line of a function. Raises UserError when it is missing or cannot be read."""
    name = getattr(f, "__name__", str(f))
    section = _SECTION.search(inspect.getdoc(f) or "")
    if section is None:
        raise UserError(
            f"The docstring of {name} has no Shapes line: write one such as "
            "'Shapes: x (..., I), weight (I, O) -> y (..., O)'."
        )
    try:
        return parse(" ".join(section[1].split()))
    except UserError as error:
        raise UserError(f"The Shapes line of {name} cannot be read: {error}") from None


def parse(text: str) -> Shapes:
    """Read what follows `Shapes:`. Raises UserError."""
    left, arrow, right = text.partition("->")
    if not arrow:
        raise UserError(f"{text!r} has no arrow, expected 'inputs -> outputs'.")
    outputs = () if right.strip() == "nothing" else _items(right)
    return Shapes(_items(left), outputs)


def _items(text: str) -> tuple[Item, ...]:
    return tuple(_item(part.strip()) for part in re.split(r",(?![^(]*\))", text))


def _item(text: str) -> Item:
    match = _ITEM.fullmatch(text)
    if match is None:
        raise UserError(
            f"got {text!r}, expected an item such as 'x (B, T, C)', 'ids (B, T) < V' or 'n_head=H'."
        )
    name, inner, sign, size = match.groups()
    if inner is None:
        return Item(name, None, size or name)
    if sign == "=":
        raise UserError(f"got {text!r}: an array has a shape, not a value.")
    dims = tuple(dim.strip() for dim in inner.split(",")) if inner.strip() else ()
    for dim in dims:
        if not _SIZE.fullmatch(dim):
            raise UserError(f"got the size {dim!r} in {text!r}, expected a letter, a number or a product.")
    return Item(name, dims, size)


class Sizes:
    """The number behind each letter; a letter without one gets the next that no other has."""

    def __init__(self) -> None:
        self._sizes = dict(SIZES)

    def __getitem__(self, product: str) -> int:
        return math.prod(self._factor(factor.strip()) for factor in product.split("*"))

    def _factor(self, name: str) -> int:
        if name.isdigit():
            return int(name)
        if name not in self._sizes:
            self._sizes[name] = max(self._sizes.values()) + 1
        return self._sizes[name]

    def shape(self, item: Item) -> tuple[int, ...]:
        """Return the shape of an array."""
        return tuple(n for dim in item.dims or () for n in (LEADING if dim == "..." else (self[dim],)))

    def draw(self, shapes: Shapes, rng: np.random.Generator, dtype: Any = np.float64) -> dict[str, Any]:
        """Draw the inputs: N(0, 1), integers below their bound, and the sizes themselves."""
        return {item.name: self._draw(item, rng, dtype) for item in shapes.inputs}

    def _draw(self, item: Item, rng: np.random.Generator, dtype: Any) -> Any:
        if item.dims is None:
            return self[item.size or item.name]
        if item.size is not None:
            return rng.integers(0, self[item.size], self.shape(item))
        # Drawn in float64 for every dtype, so that the same seed gives the same numbers.
        return np.asarray(rng.standard_normal(self.shape(item))).astype(dtype)
