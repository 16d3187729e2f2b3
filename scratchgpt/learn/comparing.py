"""When two results count as equal, part by part."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

# Relative and absolute tolerance; a float32 answer is as right as float32 can be.
TOLERANCE = {np.dtype(np.float64): (1e-5, 1e-7), np.dtype(np.float32): (1e-4, 1e-6)}
DEPTH = 6  # of tuples within tuples


class Part(NamedTuple):
    """One array, number or other value inside a result, and its name ("y", "cache.mean")."""

    name: str
    value: Any


def parts(value: Any, names: Sequence[str] = ("y",)) -> list[Part]:
    """Take a result apart; `names` are those of the elements of an outer tuple, or of the one value."""
    if len(names) > 1 and isinstance(value, tuple | list) and len(value) == len(names):
        return [part for name, item in zip(names, value, strict=True) for part in _parts(name, item)]
    return _parts(names[0] if names else "result", value)


def _parts(name: str, value: Any, depth: int = 0) -> list[Part]:
    if depth == DEPTH:  # a list may hold itself
        return [Part(name, value)]
    inside: list[tuple[str, Any]] = []
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        inside = [(f"{name}.{field}", item) for field, item in zip(value._fields, value, strict=True)]
    elif isinstance(value, tuple | list):
        if any(isinstance(item, np.ndarray | np.floating | float | tuple | list | Mapping) for item in value):
            inside = [(f"{name}[{i}]", item) for i, item in enumerate(value)]
    elif isinstance(value, Mapping) and any(isinstance(item, np.ndarray) for item in value.values()):
        inside = [(f"{name}[{key!r}]", value[key]) for key in sorted(value, key=str)]
    if not inside:
        return [Part(name, value)]
    return [part for field, item in inside for part in _parts(field, item, depth + 1)]


def is_number(value: Any) -> bool:
    """Whether a value is a plain array of real numbers (or of truth values), or a real number."""
    if isinstance(value, np.ndarray):
        return type(value) is np.ndarray and value.dtype.kind in "biuf"
    return isinstance(value, np.integer | np.floating | float | int) and not isinstance(value, bool)


def right_kind(mine: Any, right: Any) -> bool:
    """Whether numbers have a fitting dtype: float32 or wider for floats, integers for integers.

    Single numbers are not held to it, since 0 is as good a loss as 0.0; but half precision never fits.
    """
    a, b = np.asarray(mine).dtype, np.asarray(right).dtype
    if a == np.float16 and b != np.float16:
        return False
    if np.ndim(right) == 0 and "b" not in a.kind + b.kind:
        return True
    return a.kind == b.kind or {a.kind, b.kind} == {"i", "u"}


def same(mine: Any, right: Any, *, exact: bool = False) -> bool:
    """Whether two results are equal: numbers within TOLERANCE (or exactly), everything else by ==."""
    a, b = parts(mine, ()), parts(right, ())
    if [p.name for p in a] != [p.name for p in b]:
        return False
    return all(same_value(x.value, y.value, exact=exact) for x, y in zip(a, b, strict=True))


def same_value(mine: Any, right: Any, *, exact: bool = False) -> bool:
    """Whether two parts are equal; NaN equals NaN, and shapes must agree."""
    if is_number(right):
        if not is_number(mine) or np.shape(mine) != np.shape(right) or not right_kind(mine, right):
            return False
        return bool(np.all(agreeing(mine, right, exact=exact)))
    if isinstance(right, np.ndarray) or isinstance(mine, np.ndarray):
        return type(mine) is type(right) and np.array_equal(mine, right)
    if isinstance(right, np.random.Generator):
        return isinstance(mine, np.random.Generator)
    try:
        return bool(mine == right)
    except Exception:
        return mine is right


def agreeing(mine: Any, right: Any, *, exact: bool = False) -> np.ndarray:
    """Return for each number whether it agrees; both have the same shape."""
    a, b = np.asarray(mine), np.asarray(right)
    if exact or not (np.issubdtype(a.dtype, np.floating) or np.issubdtype(b.dtype, np.floating)):
        return (a == b) | ((a != a) & (b != b))
    rtol, atol = max(TOLERANCE.get(x.dtype, (0.0, 0.0)) for x in (a, b))
    with np.errstate(all="ignore"):
        wide_a, wide_b = a.astype(np.float64), b.astype(np.float64)
        # What is small beside its neighbours is a difference of large numbers, and bears their rounding.
        largest = np.abs(wide_b[np.isfinite(wide_b)]).max(initial=1.0)
        atol *= min(largest, 100.0)
        return np.isclose(wide_a, wide_b, rtol=rtol, atol=atol, equal_nan=True)
