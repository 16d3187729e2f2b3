"""The tied head: one table that looks tokens up below and scores them above, so its gradient is a sum.

`tied_head_*` is the head alone, `tied_table_gradient` adds the two halves of the table's gradient, and
`tied_model_*` is the smallest model that has both: no layer stands between lookup and head.
"""

from typing import NamedTuple

from ..ops.arrays import Array, array_module, matmul


class TiedHeadCache(NamedTuple):
    """`h` (..., C): the hidden states; `weight` (V, C): the table of the token embedding."""

    h: Array
    weight: Array


def tied_head_forward(h: Array, weight: Array) -> tuple[Array, TiedHeadCache]:
    """Score each hidden state against the embedding of every token.

    Shapes: h (..., C), weight (V, C) -> logits (..., V)
    Forward: logits[..., v] = h . weight[v]
    Cache: h for dweight, weight for dh.
    Source: Press, Wolf 2017.
    """
    return matmul(h, weight.T), TiedHeadCache(h, weight)  # (..., V)


def tied_head_backward(dlogits: Array, cache: TiedHeadCache) -> tuple[Array, Array]:
    """Gradients of the hidden states and of the table, as far as the head goes.

    Shapes: dlogits (..., V) -> dh (..., C), dweight (V, C)
    Backward: dh = dlogits weight; dweight[v] = sum of dlogits[..., v] h over all positions.
    """
    h, weight = cache
    V, C = weight.shape
    dh = matmul(dlogits, weight)  # (..., C)
    dweight = matmul(dlogits.reshape(-1, V).T, h.reshape(-1, C))  # (V, C)
    return dh, dweight


def tied_table_gradient(ids: Array, dx: Array, h: Array, dlogits: Array) -> Array:
    """Gradient of a table that was used twice: for the lookup of `ids`, and by the head that read `h`.

    Shapes: ids (B, T) < V, dx (B, T, C), h (B, T, C), dlogits (B, T, V) -> dweight (V, C)
    Backward: the sum of both uses. From the head dweight[v] gets the sum of dlogits[b, t, v] h[b, t]; from
        the lookup the sum of dx[b, t] over all places where ids[b, t] = v.
    """
    V, C = dlogits.shape[-1], h.shape[-1]
    dweight = matmul(dlogits.reshape(-1, V).T, h.reshape(-1, C))  # (V, C)
    array_module(dx).add.at(dweight, ids, dx)  # repeated ids add up
    return dweight


class TiedModelCache(NamedTuple):
    """`ids` (B, T); `h` (B, T, C): the rows that were looked up; `weight` (V, C): the table."""

    ids: Array
    h: Array
    weight: Array


def tied_model_forward(ids: Array, weight: Array) -> tuple[Array, TiedModelCache]:
    """The smallest language model with a tied head: look the tokens up and score them at once.

    Shapes: ids (B, T) < V, weight (V, C) -> logits (B, T, V)
    Forward: h = weight[ids]; logits = h weight^T
    Cache: the ids, the rows h, the table.
    Source: Press, Wolf 2017.
    """
    h = weight[ids]  # (B, T, C)
    logits, _ = tied_head_forward(h, weight)
    return logits, TiedModelCache(ids, h, weight)


def tied_model_backward(dlogits: Array, cache: TiedModelCache) -> Array:
    """Gradient of the table of the smallest tied model.

    Shapes: dlogits (B, T, V) -> dweight (V, C)
    Backward: what the head sends down to h is what the lookup receives, dx = dh.
    """
    ids, h, weight = cache
    dh = matmul(dlogits, weight)  # (B, T, C)
    return tied_table_gradient(ids, dh, h, dlogits)
