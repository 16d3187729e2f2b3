"""Fields that describe themselves, and the checks that every configuration makes of its values."""

import dataclasses
import math
import numbers
import types
from collections.abc import Callable
from dataclasses import field
from typing import Any

from ..errors import UserError


def option(default: Any, help: str, **metadata: Any) -> Any:
    """Return a dataclass field with a default and the help text of its flag."""
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


def check(config: Any, names: str, ok: Any, expected: str) -> None:
    """Raise UserError for the first of the named fields whose value does not satisfy `ok`."""
    for name in names.split():
        value = getattr(config, name)
        fraction = isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral)
        if (fraction and not math.isfinite(value)) or not ok(value):
            raise UserError(f"{name} is {value!r}, expected {expected}.")


def check_types(config: Any) -> None:
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
