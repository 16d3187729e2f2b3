"""10.7: a test of purity from exchangeable parts."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np


def equal(a: Any, b: Any) -> bool:
    """The same, NaN included."""
    return bool(np.array_equal(a, b, equal_nan=True))


def plain(a: Any, b: Any) -> bool:
    """The same, but for NaN."""
    return bool(np.array_equal(a, b))


def near(
    rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = True, any_shape: bool = False
) -> Callable[[Any, Any], bool]:
    """The same within a tolerance, and in shape if that matters."""

    def same(a: Any, b: Any) -> bool:
        return (any_shape or np.shape(a) == np.shape(b)) and bool(np.allclose(a, b, rtol, atol, equal_nan))

    return same


def any_shape(a: Any, b: Any) -> bool:
    """The same, if the smaller one is repeated where it fits the larger one."""
    return bool(np.all((a == b) | (np.isnan(a) & np.isnan(b))))


def any_shape_plain(a: Any, b: Any) -> bool:
    """Likewise, but for NaN."""
    return bool(np.all(np.equal(a, b)))


def everything(given: list[Any], before: list[Any]) -> list[tuple[Any, Any]]:
    """All arrays are looked at."""
    return list(zip(given, before, strict=True))


def test(
    results: Callable[[Any, Any], bool] = equal,
    arguments: Callable[[Any, Any], bool] = equal,
    keeps: Callable[[Any], Any] = np.copy,
    gives: str = "copies",
    looks: str = "each",
    at: Callable[..., list[tuple[Any, Any]]] = everything,
) -> Callable[..., bool]:
    """Return a test: how it compares results and arguments, and how it keeps a result.

    It gives the step "copies", "originals", or "one copy" for both calls. It looks at what it gave ("each"
    time, at the "first", the "second", in the "end", "never", or at the two of them "against each other"),
    `at` these of the arrays.
    """

    def same_twice(call: Any, *arrays: np.ndarray) -> bool:
        before = [a.copy() for a in arrays]
        given: Any = list(arrays) if gives == "originals" else [a.copy() for a in arrays]
        found, fine, all_given = [], True, []
        for time in ("first", "second"):
            if gives == "copies":
                given = [a.copy() for a in before]
            all_given.append(given)
            found.append(keeps(call(*given)))
            if looks in ("each", time) or (looks, time) == ("end", "second"):
                fine = fine and all(itertools.starmap(arguments, at(given, before)))
        if looks == "against each other":
            fine = all(itertools.starmap(arguments, at(*all_given)))
        return fine and results(*found)

    return same_twice
