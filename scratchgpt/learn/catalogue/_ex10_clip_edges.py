"""10.6: the edges, one forgotten or several: no limit, a norm of 0, norms that are not finite."""

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..exercise import Mistake
from ._ex10_clip_parts import norm_of


class _Edge(NamedTuple):
    """An edge that was forgotten: its name, what it means for the learner, what it sets in `_edges`."""

    key: str
    says: str
    part: dict[str, str]


def _edges(
    limit: str = "none", zero: str = "kept", infinite: str = "kept", nan: str = "kept"
) -> Callable[..., Any]:
    """Clipping that is right between the edges.

    A limit of 0 means "none", or counts as a limit: "zeros"; or makes it raise. A norm of 0 is "kept", or
    divided by with "nan" or an "error"; norms that are not finite are "kept" or "clipped" (as arithmetic
    has it), they make all gradients "zeros" or "raise" an exception.
    """

    def factor(norm: float, max_norm: float) -> float:
        if max_norm == 0 and limit == "none":
            return 1.0
        if norm == 0:
            if zero == "error":
                raise ZeroDivisionError("float division by zero")
            return math.nan if zero == "nan" else 1.0
        how = nan if math.isnan(norm) else infinite
        if math.isfinite(norm) or how == "clipped":
            return 0.0 * norm if math.isnan(norm) else min(1.0, max_norm / norm)
        if how == "raise":
            raise ValueError("the norm is not finite")
        return -1.0 if how == "zeros" else 1.0

    def clip_by_global_norm(grads: Any, max_norm: float) -> Any:
        norm = norm_of(grads)
        f = factor(norm, max_norm)
        return [np.zeros_like(g) if f == -1 else f * g for g in grads], norm

    return clip_by_global_norm


_KINDS: tuple[tuple[_Edge | None, ...], ...] = (
    (None, _Edge("0 as a limit", "A limit of 0 made all gradients 0; it means that there is none.", {"limit": "zeros"})),
    (
        None,
        _Edge("a norm of 0 divided by", "Where all gradients are 0 your function divides by 0.", {"zero": "error"}),
        _Edge("zeros to NaN", "Where all gradients are 0, NaN came back: 0 was divided by 0.", {"zero": "nan"}),
    ),
    (
        None,
        _Edge(
            "infinite norm clipped",
            "Where the norm is infinite all gradients were multiplied by 0, which hides where the infinite one was.",
            {"infinite": "clipped"},
        ),
        _Edge(
            "NaN everywhere",
            "Where the norm is NaN all gradients became NaN.",
            {"nan": "clipped"},
        ),
        _Edge(
            "infinite and NaN clipped",
            "Where the norm is infinite or NaN the factor is 0 or NaN, for all gradients.",
            {"infinite": "clipped", "nan": "clipped"},
        ),
        _Edge(
            "zeros where the norm is not finite",
            "Where the norm is infinite or NaN all gradients became 0, so that nobody sees what happened.",
            {"infinite": "zeros", "nan": "zeros"},
        ),
        _Edge(
            "zeros where the norm is infinite",
            "Where the norm is infinite all gradients became 0, so that nobody sees what happened.",
            {"infinite": "zeros"},
        ),
        _Edge(
            "zeros where the norm is NaN",
            "Where the norm is NaN all gradients became 0, so that nobody sees what happened.",
            {"nan": "zeros"},
        ),
        _Edge(
            "stops where the norm is not finite",
            "Your function raises where the norm is infinite or NaN; the gradients should come back as they are.",
            {"infinite": "raise", "nan": "raise"},
        ),
    ),
)  # fmt: skip


def _forgotten() -> Iterator[tuple[_Edge, ...]]:
    for some in itertools.product(*_KINDS):
        edges = tuple(edge for edge in some if edge is not None)
        if edges:
            yield edges


_EDITS = {"0 as a limit", "infinite norm clipped"}  # which can be combined

EDGES = tuple(
    Mistake(
        ", ".join(edge.key for edge in edges),
        " ".join(edge.says for edge in edges),
        "What did the task say about a limit of 0, about gradients of 0, about a norm that is no finite number?",
        wrong=_edges(**{name: part for edge in edges for name, part in edge.part.items()}),
    )
    for edges in _forgotten()
    if not {edge.key for edge in edges} <= _EDITS
)
