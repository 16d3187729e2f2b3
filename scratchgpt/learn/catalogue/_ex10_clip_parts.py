"""10.6: clipping from exchangeable parts."""

import math
from collections.abc import Callable
from typing import Any

Part = Callable[..., Any]


def norm_of(grads: Any) -> float:
    """The global norm."""
    return math.sqrt(sum(float((g * g).sum()) for g in grads))


def factor_for(norm: float, limit: float) -> float:
    """The factor that brings a norm to the limit, 1 where there is nothing to do."""
    return limit / norm if 0 < limit < norm < math.inf else 1.0


def simple_factor(norm: float, limit: float) -> float:
    """The same for those who think of no edges: a limit of 0 is one, and an infinite norm is too long."""
    return limit / norm if norm > limit else 1.0


def clip(
    norm: Part = norm_of,
    factor: Part = factor_for,
    times: Part = lambda g, factor: factor * g,
    gives: Part = lambda clipped, norm, factor: (clipped, norm),
) -> Callable[..., Any]:
    """Clipping with another norm, another factor, another way to apply it, another result."""

    def clip_by_global_norm(grads: Any, max_norm: float) -> Any:
        length = norm(grads)
        f = factor(length, max_norm)
        return gives([times(g, f) for g in grads], length, f)

    return clip_by_global_norm


def one_by_one(
    single: Callable[[Any, float, int], Any],
    gives: Part = lambda grads, clipped: norm_of(grads),
    where: str = "any limit",
) -> Callable[..., Any]:
    """Each tensor by itself: `single(gradient, limit, number of tensors)`.

    Wherever there is "any limit", where the norm of all of them is "finite" too, or where it is "too long",
    or "always".
    """

    def clip_by_global_norm(grads: Any, max_norm: float) -> Any:
        norm = norm_of(grads)
        wanted = factor_for(norm, max_norm) != 1 if where == "too long" else max_norm > 0
        wanted = where == "always" or (wanted and (where != "finite" or math.isfinite(norm)))
        clipped = [single(g, max_norm, len(grads)) if wanted else g for g in grads]
        return clipped, gives(grads, clipped)

    return clip_by_global_norm
