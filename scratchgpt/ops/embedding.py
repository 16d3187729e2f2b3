"""Embedding: a row of a table for each id."""

from types import SimpleNamespace
from typing import Any, NamedTuple

from .arrays import Array, array_module


class EmbeddingCache(NamedTuple):
    """`ids` (...), and `weight` (V, C), of which backward uses the shape only."""

    ids: Array
    weight: Array


def embedding_forward(ids: Array, weight: Array) -> tuple[Array, EmbeddingCache]:
    """Look up one row per id.

    Shapes: ids (B, T) < V, weight (V, C) -> y (B, T, C)
    Forward: y[b, t] = weight[ids[b, t]]; the same as onehot(ids) weight, without the zeros.
    Cache: the ids.
    Source: Bengio et al. 2003, section 2.
    """
    return weight[ids], EmbeddingCache(ids, weight)


def embedding_backward(dy: Array, cache: EmbeddingCache) -> Array:
    """Gradient of the table: each row collects the gradients of every place its id was used.

    Shapes: dy (B, T, C) -> dweight (V, C)
    Backward: dweight[i] = sum over (b, t) with ids[b, t] = i of dy[b, t], a scatter-add; the plain
        `dweight[ids] += dy` would keep only the last of repeated ids.
    """
    ids, weight = cache
    xp = array_module(weight)
    dweight = xp.zeros_like(weight)
    xp.add.at(dweight, ids, dy)
    return dweight


_BACKWARD = SimpleNamespace(embedding_backward=embedding_backward)


def embedding_backward_into(
    dy: Array, cache: EmbeddingCache, dweight: Array, *, ops: Any = _BACKWARD
) -> None:
    """The same gradient, added to an array that is given.

    Shapes: dy (B, T, C), dweight (V, C) -> nothing
    Forward: dweight += what embedding_backward returns. A fused version touches only the rows of the ids.
    Cache: that of embedding_forward; dweight is changed in place.
    Source: Bengio et al. 2003, section 2.
    """
    dweight += ops.embedding_backward(dy, cache)
