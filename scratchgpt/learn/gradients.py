"""Two sets of gradients side by side, in the order in which backward makes them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import UserError
from ..params import Params

LIMIT = 1e-6  # relative error above which a float64 gradient is wrong


def compare_grads(mine: Any, ref: Any) -> str | None:
    """Print a line per gradient in backward order and mark the first wrong one; return its name.

    `mine` and `ref` are both Params (a model's gradients), NamedTuples, or mappings {name: array}; in the
    latter two, write the intermediates in the order of the backward pass. What backward makes later is
    computed from what it made before: look at the first wrong line, not at the last. None when all agree.
    """
    left, right = _in_order(mine), _in_order(ref)
    width = max((len(name) for name in right), default=0)
    first = None
    for name, expected in right.items():
        said, wrong = _line(left.get(name), expected)
        marked = "  <- the first wrong one" if wrong and first is None else ""
        first = name if wrong and first is None else first
        print(f"{name:{width}}  {np.shape(expected)!s:16} {said}{marked}")
    return first


def _in_order(grads: Any) -> dict[str, Any]:
    if isinstance(grads, Params):
        return {name: grads.flat[name] for name in reversed(grads.specs)}
    if isinstance(grads, Mapping):
        return dict(grads)
    if hasattr(grads, "_asdict"):
        return dict(grads._asdict())
    raise UserError(
        f"compare_grads got a {type(grads).__name__}, expected gradients with names: Params, a NamedTuple or "
        "a mapping {name: array}."
    )


def _line(mine: Any, expected: Any) -> tuple[str, bool]:
    if mine is None:
        return "missing", True
    if np.shape(mine) != np.shape(expected):
        return f"has shape {np.shape(mine)}", True
    a, b = (np.asarray(x, dtype=np.float64) for x in (mine, expected))
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    error = float(np.linalg.norm(a - b) / scale) if scale else 0.0
    wrong = not error < (LIMIT if np.asarray(mine).dtype == np.float64 else 1e-3)
    return f"{'WRONG' if wrong else 'ok   '} relative error {error:.1e}", wrong
