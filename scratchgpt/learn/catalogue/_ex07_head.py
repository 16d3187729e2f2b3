"""Lesson 07: what else is changed when one looks for the bug in one attention head."""

from collections.abc import Callable
from typing import Any

from ...ops.arrays import Array
from ...ops.softmax import softmax_backward
from ...worked.one_head import OneHeadCache, one_head_backward
from ..exercise import Mistake
from ._unpaired import styles

_DSCORES = "dscores = softmax_backward(dy @ v.T, weights)"
_DK = "dk = dscores.T @ q"


def _tables(tables: Callable[[Array, OneHeadCache], tuple[Array, Array]]) -> Callable[..., Any]:
    """Return one_head_backward with other gradients of the scores, for the queries and for the keys."""

    def one_head_backward(dy: Array, cache: OneHeadCache) -> Any:
        x, wq, wk, wv, q, k, _, weights = cache
        for_q, for_k = tables(dy, cache)
        root = q.shape[1] ** 0.5
        dq, dk, dv = for_q @ k / root, for_k @ q / root, weights.T @ dy
        return dq @ wq.T + dk @ wk.T + dv @ wv.T, x.T @ dq, x.T @ dk, x.T @ dv

    return one_head_backward


def _after(change: Callable[..., Any]) -> Callable[..., Any]:
    """Return one_head_backward with results made from the right ones."""
    return lambda dy, cache: change(*one_head_backward(dy, cache))


def _ds(dy: Array, c: OneHeadCache) -> Array:
    return softmax_backward(dy @ c.v.T, c.weights)


def _in_place(dy: Array, cache: OneHeadCache) -> Any:
    result = one_head_backward(dy.copy(), cache)
    dy *= 0.5
    return result


MORE = (
    Mistake(
        "scale taken away",
        "The scale was taken away, and it had been right: gradients through the scores are larger than they should be, by "
        "the root of D.",
        "Which two of the four gradients were wrong before, and would a wrong scale spoil just those two?",
        edits=(("weights) / math.sqrt(q.shape[1])", "weights)"),),
    ),
    Mistake(
        "old dK left in dx",
        "The gradient of the keys' projection is repaired, but that of the vectors is still made with the old, wrong one.",
        "Which two gradients were wrong before, and which quantity do both need?",
        edits=((" + dk @ wk.T", " + dscores @ q @ wk.T"),),
    ),
    Mistake(
        "dV transposed",
        "The values' gradient was changed, and it had been right: each value collects from the queries that looked at it.",
        "Was the gradient of the values' projection wrong before?",
        edits=(("dv = weights.T @ dy", "dv = weights @ dy"),),
    ),
    Mistake(
        "unscaled for the keys",
        "The keys' gradient has the right table now, but not its scale: it is larger than it should be, by the root of D.",
        "What should be changed of the table, its numbers or its place?",
        edits=((_DK, "dk = dscores.T @ q * math.sqrt(q.shape[1])"),),
    ),
    Mistake(
        "values in place of queries",
        "The keys' gradient is made of values: a score is a product of query and key.",
        "What is the derivative of a dot product with respect to the key?",
        edits=((_DK, "dk = dscores.T @ v"),),
    ),
    Mistake(
        "queries in both",
        "The queries' gradient was changed, and it had been right: it is made of keys.",
        "Was the gradient of the queries' projection wrong before?",
        edits=(("dq = dscores @ k", "dq = dscores @ q"),),
    ),
    Mistake(
        "projections exchanged in dx",
        "In the gradient of the vectors, queries' and keys' projections are exchanged: each part goes back through its own.",
        "Through which weights did the queries come from the vectors?",
        edits=(("dq @ wq.T + dk @ wk.T", "dq @ wk.T + dk @ wq.T"),),
    ),
    Mistake(
        "queries' part left out of dx",
        "The vectors no longer get their part through the queries.",
        "In how many ways does a vector take part in the output?",
        edits=(("dx = dq @ wq.T + ", "dx = "),),
    ),
    Mistake(
        "values' part left out of dx",
        "The vectors no longer get their part through the values.",
        "In how many ways does a vector take part in the output?",
        edits=((" + dv @ wv.T", ""),),
    ),
    Mistake(
        "softmax along the queries",
        "The gradient of softmax runs along the columns: the weights of a query, a row, sum to 1.",
        "Along which axis did the keys compete?",
        edits=((_DSCORES, _DSCORES[:-1] + ", 0)"),),
    ),
    Mistake(
        "softmax skipped",
        "The gradient of the weights is used as if it were that of the scores: it had gone through softmax, rightly.",
        "Which gradients would be wrong if this line had been the bug?",
        edits=((_DSCORES, "dscores = (dy @ v.T)"),),
    ),
    *styles(
        Mistake(
            "softmax along the queries for the keys",
            "For the keys, the table was turned round before the softmax's gradient was taken, or that gradient runs along the "
            "columns: the weights of a query, a row, sum to 1.",
            "When must the table be turned, before the softmax's gradient is taken or after?",
        ),
        turned=_tables(lambda dy, c: (_ds(dy, c), softmax_backward((dy @ c.v.T).T, c.weights.T))),
        weights_turned=_tables(lambda dy, c: (_ds(dy, c), softmax_backward(dy @ c.v.T, c.weights.T))),
        gradient_turned=_tables(lambda dy, c: (_ds(dy, c), softmax_backward((dy @ c.v.T).T, c.weights))),
    ),
    *styles(
        Mistake(
            "table made symmetric",
            "The table of the scores' gradients was made symmetric: queries need its rows as they are, keys its columns.",
            "Was the gradient of the queries' projection wrong before?",
        ),
        half=_tables(lambda dy, c: ((_ds(dy, c) + _ds(dy, c).T) / 2,) * 2),
        added=_tables(lambda dy, c: (_ds(dy, c) + _ds(dy, c).T,) * 2),
        keys_only=_tables(lambda dy, c: (_ds(dy, c), _ds(dy, c) + _ds(dy, c).T)),
        keys_only_half=_tables(lambda dy, c: (_ds(dy, c), (_ds(dy, c) + _ds(dy, c).T) / 2)),
    ),
    *styles(
        Mistake(
            "gradient of the weights for the keys",
            "The keys' gradient was mixed with the gradient of the weights, from before the softmax.",
            "Which table holds the gradient of the scores?",
        ),
        turned=_tables(lambda dy, c: (_ds(dy, c), (dy @ c.v.T).T)),
        unturned=_tables(lambda dy, c: (_ds(dy, c), dy @ c.v.T)),
    ),
    *styles(
        Mistake(
            "returned in another order",
            "The numbers are right, but the gradients are not returned in the order asked for.",
            "In which order were they asked for?",
        ),
        keys_first=_after(lambda dx, dq, dk, dv: (dx, dk, dq, dv)),
        vectors_last=_after(lambda dx, dq, dk, dv: (dq, dk, dv, dx)),
    ),
    *styles(
        Mistake(
            "projection's gradient on its side",
            "The numbers are right, but the gradient of a projection has its two axes exchanged.",
            "Which shape does a gradient have?",
        ),
        keys=_after(lambda dx, dq, dk, dv: (dx, dq, dk.T, dv)),
        all=_after(lambda dx, dq, dk, dv: (dx, dq.T, dk.T, dv.T)),
    ),
    *styles(
        Mistake(
            "argument changed in place",
            "The result is right, but an array that was given was changed on the way: the gradient from above, or the cache.",
            "Who else may need the arrays that you were given?",
        ),
        all=_in_place,
    ),
)
