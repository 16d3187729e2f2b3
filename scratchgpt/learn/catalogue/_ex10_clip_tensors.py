"""10.6: clipping tensor by tensor, row by row, number by number: what turns the direction."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..exercise import Mistake
from ._ex10_clip_parts import factor_for, norm_of, one_by_one, simple_factor


def _to(
    part: Callable[[float, int], float], factor: Callable[[float, float], float] = factor_for
) -> Callable[..., Any]:
    """A tensor clipped by its own norm to a part of the limit."""
    return lambda g, limit, n: g * factor(norm_of([g]), part(limit, n))


def _rows(g: Any, limit: float, n: int) -> Any:
    norms = np.linalg.norm(g, axis=-1, keepdims=True)
    return g * np.where((norms > limit) & (norms < np.inf), limit / norms, 1.0)


def _numbers(g: Any, limit: float, n: int) -> Any:
    return np.clip(g, -limit, limit)


def _lengthened(g: Any, limit: float, n: int) -> Any:
    norm = norm_of([g])
    return g * (limit / norm) if 0 < norm < math.inf else g


def _largest_number(g: Any, limit: float, n: int) -> Any:
    return g * factor_for(float(np.abs(g).max()), limit)


def _in_turn(grads: Any, max_norm: float) -> Any:
    """The norm grows while the gradients are already being clipped."""
    total, clipped = 0.0, []
    for g in grads:
        total += float((g * g).sum())
        clipped.append(g * factor_for(math.sqrt(total), max_norm))
    return clipped, math.sqrt(total)


def _long_ones(grads: Any, max_norm: float) -> Any:
    """Only tensors that are too long by themselves get the factor."""
    norm = norm_of(grads)
    f = factor_for(norm, max_norm)
    return [f * g if norm_of([g]) > max_norm else g for g in grads], norm


_TURN = "In which direction does the vector of all numbers point before clipping, and in which after it?"

_EDGES = "And a limit of 0 counts as one."

_SINGLE: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    (
        "tensor by tensor",
        "Each tensor was clipped by its own norm: large ones are cut and small ones are not, and the direction changes.",
        _to(lambda limit, n: limit),
    ),
    (
        "tensor by tensor, equal parts",
        "Each tensor was clipped by itself, to an equal part of the limit: the direction changes.",
        _to(lambda limit, n: limit / n),
    ),
    (
        "tensor by tensor, equal squares",
        "Each tensor was clipped by itself, so that all of them together reach the limit: the direction changes.",
        _to(lambda limit, n: limit / math.sqrt(n)),
    ),
    (
        "tensor by tensor, all to the limit",
        "Each tensor was brought to the limit by itself, the short ones as well: the direction changes.",
        _lengthened,
    ),
    (
        "tensor by tensor, largest number",
        "Each tensor was brought below the limit by its own largest number: the direction changes.",
        _largest_number,
    ),
    ("row by row", "Each row was clipped by its own norm: the direction changes.", _rows),
    (
        "number by number",
        "Each number by itself was kept between the limits: large ones are cut, small ones are not, the direction changes.",
        _numbers,
    ),
)

_GIVES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("", "", lambda grads, clipped: norm_of(grads)),
    (", norm after it", "The norm is that of what was left.", lambda grads, clipped: norm_of(clipped)),
    (
        ", norms listed",
        "And the norms came back one by one.",
        lambda grads, clipped: np.array([norm_of([g]) for g in grads]),
    ),
    (
        ", norms summed",
        "And the norms were summed.",
        lambda grads, clipped: sum(norm_of([g]) for g in grads),
    ),
    (
        ", largest norm",
        "And the largest of the norms came back.",
        lambda grads, clipped: max(norm_of([g]) for g in grads),
    ),
    (", last norm", "And the norm of the last one came back.", lambda grads, clipped: norm_of(grads[-1:])),
)

BY_TENSOR = (
    *(
        Mistake(key + more, f"{says} {also}".rstrip(), _TURN, wrong=one_by_one(single, gives))
        for key, says, single in _SINGLE
        for more, also, gives in (_GIVES if key == "tensor by tensor" else _GIVES[:2])
    ),
    *(
        Mistake(f"{key}, where all are too long", says, _TURN, wrong=one_by_one(single, where="too long"))
        for key, says, single in _SINGLE
    ),
    *(
        Mistake(f"{key}, where all are finite", says, _TURN, wrong=one_by_one(single, where="finite"))
        for key, says, single in _SINGLE
        if key.endswith(("equal parts", "equal squares", "all to the limit"))
    ),
    *(
        Mistake(
            f"{key}, edges forgotten", f"{says} {_EDGES}", _TURN, wrong=one_by_one(single, where="always")
        )
        for key, says, single in (
            (*_SINGLE[0][:2], _to(lambda limit, n: limit, simple_factor)),
            (*_SINGLE[1][:2], _to(lambda limit, n: limit / n, simple_factor)),
            *(one for one in _SINGLE if one[0] == "number by number"),
        )
    ),
    Mistake(
        "clipped in turn",
        "The norm was still growing while the first gradients were clipped by it: each tensor has a factor of its own.",
        "When is the norm of all of them known?",
        wrong=_in_turn,
    ),
    Mistake(
        "only the long ones",
        "Only tensors that are too long by themselves were made shorter: the direction changes.",
        _TURN,
        wrong=_long_ones,
    ),
)
