"""Cross-entropy on the GPU: launches what is in cross_entropy.cu, which tells the idea."""

from typing import Any, NamedTuple

from ...ops import REFERENCE
from ...ops.arrays import Array, array_module
from ...ops.cross_entropy import CrossEntropyCache
from .launch import computable, launch, rows

_FILE, _THREADS = "cross_entropy", 512


class LogitsCache(NamedTuple):
    """`logits` (..., V); `lse` (N,), log sum exp of each row; `targets` (N,) with 0 where ignored;
    `scale` (N,) = w / sum(w)."""

    logits: Array
    lse: Array
    targets: Array
    scale: Array


class DonatedCache(NamedTuple):
    """`dlogits` (..., V): the gradient for dloss = 1, written over the logits."""

    dlogits: Array


def cross_entropy_forward(
    logits: Array, targets: Array, weights: Array | None = None, ignore_index: int = -1
) -> tuple[Array, LogitsCache | CrossEntropyCache]:
    """As `cross_entropy_forward` of the reference.

    Shapes: logits (..., V), targets (...) < V -> loss ()
    """
    if not computable(logits) or targets.shape != logits.shape[:-1]:
        return REFERENCE.cross_entropy_forward(logits, targets, weights, ignore_index)
    x, xp = rows(logits), array_module(logits)
    places, scale = _scaled(x, targets, weights, ignore_index)
    loss, lse = xp.empty((2, len(x)), x.dtype)
    launch(_FILE, "loss_of_rows", x.dtype, len(x), _THREADS, x, places, scale, x.shape[1], loss, lse)
    return loss.sum(), LogitsCache(logits, lse, places, scale)


def cross_entropy_backward(dloss: Array, cache: LogitsCache | CrossEntropyCache) -> Array:
    """As `cross_entropy_backward` of the reference.

    Shapes: dloss () -> dlogits (..., V)
    """
    if isinstance(cache, CrossEntropyCache):
        return REFERENCE.cross_entropy_backward(dloss, cache)
    x, xp = rows(cache.logits), array_module(cache.logits)
    dlogits = xp.empty_like(x)
    each = cache.targets, cache.scale, cache.lse
    launch(
        _FILE,
        "gradient_of_rows",
        x.dtype,
        len(x),
        _THREADS,
        x,
        *each,
        _on_device(dloss, x),
        x.shape[1],
        dlogits,
    )
    return dlogits.reshape(cache.logits.shape)  # (..., V)


def cross_entropy_donated_forward(
    logits: Array, targets: Array, weights: Array | None = None, ignore_index: int = -1
) -> tuple[Array, Any]:
    """As `cross_entropy_donated_forward` of the reference: the logits become their gradient.

    Shapes: logits (..., V), targets (...) < V -> loss ()
    """
    if not computable(logits) or targets.shape != logits.shape[:-1] or not logits.flags.c_contiguous:
        return cross_entropy_forward(logits, targets, weights, ignore_index)
    x = rows(logits)
    places, scale = _scaled(x, targets, weights, ignore_index)
    loss = array_module(x).empty(len(x), x.dtype)
    launch(_FILE, "loss_and_gradient", x.dtype, len(x), _THREADS, x, places, scale, x.shape[1], loss)
    return loss.sum(), DonatedCache(logits)


def cross_entropy_donated_backward(dloss: Array, cache: Any) -> Array:
    """As `cross_entropy_donated_backward` of the reference.

    Shapes: dloss () -> dlogits (..., V)
    """
    if not isinstance(cache, DonatedCache):
        return cross_entropy_backward(dloss, cache)
    # Whether an array of the device is 1 cannot be asked without waiting for it.
    is_one = isinstance(dloss, int | float) and dloss == 1
    return cache.dlogits if is_one else cache.dlogits * _on_device(dloss, cache.dlogits)


def _scaled(x: Array, targets: Array, weights: Array | None, ignore_index: int) -> tuple[Array, Array]:
    """Return the targets (N,), 0 where ignored, and w / sum(w) of each (N,)."""
    xp, N = array_module(x), len(x)
    ids = xp.ascontiguousarray(targets.reshape(-1), dtype="int64")  # (N,)
    shares = None if weights is None else xp.ascontiguousarray(weights.reshape(-1), dtype=x.dtype)  # (N,)
    places, scale = xp.empty(N, "int64"), xp.empty(N, x.dtype)
    ignored = ids.dtype.type(ignore_index)
    launch(_FILE, "scale_of_targets", x.dtype, 1, 1024, ids, shares, ignored, N, places, scale)
    return places, scale


def _on_device(dloss: Array, like: Array) -> Array:
    """Return a scalar as an array () of the device, in the type of another array."""
    return array_module(like).asarray(dloss, dtype=like.dtype)
