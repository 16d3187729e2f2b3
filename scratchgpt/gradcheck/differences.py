"""Finite differences: the slope of a function, entry by entry or along a random direction."""

import fnmatch
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..errors import UserError
from ..ops.arrays import Array
from .report import Report, judge


def check(
    f: Callable[[], Any],
    arrays: Mapping[str, Array],
    analytic: Mapping[str, Array],
    *,
    h: float = 1e-5,
    tol: float = 1e-6,
    max_entries: int | None = None,
    rng: np.random.Generator | None = None,
    min_alive: float = 0.8,
    exempt: str | Iterable[str] = (),
    zero: Mapping[str, Any] | None = None,
) -> Report:
    """Compare gradients with central differences (f(x + h) - f(x - h)) / 2h, entry by entry.

    f() returns a scalar computed from `arrays` (float64), whose entries are moved in place and put back.
    `analytic` holds the gradients to be tested, under the same names. With `max_entries`, only so many
    entries of each tensor are drawn from `rng`. A tensor fails when its error reaches `tol`, or when less
    than `min_alive` of its entries have a gradient at all, unless a pattern in `exempt` matches its name.
    `zero` maps name patterns to indices whose gradient must be 0 (see `expected_zeros`): those are left out
    of the relative error and tested absolutely. Raises UserError for other dtypes, shapes and names, and
    when there is no entry to check.
    """
    _validate(arrays, analytic)
    rng = rng or np.random.default_rng(0)
    rows = []
    for name, array in arrays.items():
        chosen = np.arange(array.size)
        if max_entries is not None and max_entries < array.size:
            chosen = np.sort(rng.choice(array.size, max_entries, replace=False))
        indices = [tuple(int(i) for i in np.unravel_index(flat, array.shape)) for flat in chosen]
        rows.append(
            judge(
                name,
                array.shape,
                indices,
                analytic=np.array([float(analytic[name][index]) for index in indices]),
                numeric=np.array([_slope(f, array, index, h) for index in indices]),
                vanishing=_vanishing(name, array.shape, zero or {}).reshape(-1)[chosen],
                tol=tol,
                min_alive=0.0 if _matches(name, exempt) else min_alive,
            )
        )
    return Report(tuple(rows), tol)


def numerical_gradient(f: Callable[[Array], Any], x: Array, h: float = 1e-5) -> Array:
    """Return the slopes of `f` at `x` by central differences, (f(x + h) - f(x - h)) / 2h for each entry.

    f(x) returns one number. The result is float64 and of the shape of `x`, which is copied and stays as it
    is. The error of a slope is h^2/6 times the third derivative, plus rounding of about 1e-16 |f| / h.
    Raises UserError when f returns an array.
    """
    moved = np.array(x, dtype=np.float64)
    gradient = np.empty_like(moved)
    for index in np.ndindex(moved.shape):
        gradient[index] = _slope(lambda: f(moved), moved, index, h)
    return gradient


def check_direction(
    f: Callable[[], Any],
    buffer: Array,
    gradient: Array,
    *,
    rng: np.random.Generator,
    directions: int = 4,
    h: float = 1e-5,
    tol: float = 1e-6,
    name: str = "buffer",
) -> Report:
    """Compare the slope of f along random unit directions u of a whole buffer with gradient . u.

    Two calls of f per direction, however large the buffer is; which entry is wrong remains unknown.
    The index in the report is the number of the direction. Raises UserError like `check`.
    """
    _validate({name: buffer}, {name: gradient})
    kept = buffer.copy()
    analytic, numeric = np.zeros(directions), np.zeros(directions)
    try:
        for i in range(directions):
            u = rng.standard_normal(buffer.shape)
            u /= np.linalg.norm(u)
            buffer[...] = kept + h * u
            above = _scalar(f())
            buffer[...] = kept - h * u
            numeric[i] = (above - _scalar(f())) / (2 * h)
            analytic[i] = float((gradient * u).sum())
    finally:
        buffer[...] = kept
    row = judge(
        name,
        buffer.shape,
        [(i,) for i in range(directions)],
        analytic,
        numeric,
        vanishing=np.zeros(directions, dtype=bool),
        tol=tol,
        min_alive=0.8,
    )
    return Report((row,), tol)


def _validate(arrays: Mapping[str, Any], analytic: Mapping[str, Any]) -> None:
    if not any(np.size(array) for array in arrays.values()):
        names = f": {', '.join(arrays)} is empty" if arrays else ""
        raise UserError(f"There is nothing to check{names}: give an array of at least one float64 number.")
    for name, array in arrays.items():
        dtype = getattr(array, "dtype", type(array).__name__)
        if dtype != np.float64:
            raise UserError(
                f"{name} is {dtype}, expected a float64 array: finite differences need its digits; "
                "convert with .astype(np.float64)."
            )
        if not array.flags.writeable:
            raise UserError(f"{name} is read-only, expected an array whose entries can be moved: copy it.")
        if name not in analytic:
            raise UserError(f"There is no gradient of {name}, only of {', '.join(analytic) or 'nothing'}.")
        if np.shape(analytic[name]) != array.shape:
            raise UserError(
                f"The gradient of {name} has shape {np.shape(analytic[name])}, expected {array.shape}."
            )


def _slope(f: Callable[[], Any], array: Array, index: tuple[int, ...], h: float) -> float:
    kept = array[index].copy()
    above, below = kept + h, kept - h
    try:
        array[index] = above
        rise = _scalar(f())
        array[index] = below
        rise -= _scalar(f())
    finally:
        array[index] = kept
    return rise / float(above - below)  # the step as it was after rounding


def _scalar(value: Any) -> float:
    if np.ndim(value) != 0:
        raise UserError(f"The function returned an array of shape {np.shape(value)}, expected one number.")
    return float(value)


def _matches(name: str, patterns: str | Iterable[str]) -> bool:
    patterns = (patterns,) if isinstance(patterns, str) else patterns
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _vanishing(name: str, shape: tuple[int, ...], zero: Mapping[str, Any]) -> Array:
    mask = np.zeros(shape, dtype=bool)
    for pattern, index in zero.items():
        if fnmatch.fnmatchcase(name, pattern):
            mask[index] = True
    return mask
