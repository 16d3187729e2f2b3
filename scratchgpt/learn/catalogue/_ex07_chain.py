"""Lesson 07: less common mistakes on the whole way back through attention, each held against an answer alone."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.arrays import Array
from ...ops.attention import AttentionCache, attention_backward, attention_weights
from ...ops.softmax import softmax_backward
from ..exercise import Mistake
from ._ex07_more import IN_PLACE, _t
from ._unpaired import styles


def _chain(
    scores: Callable[[Array, Array], Array] = softmax_backward,
    values: Callable[[Array, Array, Array, Array], Array] = lambda dp, ds, p, dy: _t(p) @ dy,
) -> Callable[..., Any]:
    """Return attention_backward with other gradients of the scores (dP, P), or of the values (dP, dS, P, dy)."""

    def attention_backward(dy: Array, cache: AttentionCache) -> tuple[Array, Array, Array]:
        q, k, v, p, _ = cache
        dp = dy @ _t(v)
        ds = scores(dp, p)
        root = q.shape[3] ** 0.5
        return ds @ k / root, _t(ds) @ q / root, values(dp, ds, p, dy)

    return attention_backward


def _after(change: Callable[..., Any]) -> Callable[..., Any]:
    """Return attention_backward with results made from the right ones and the cache."""
    return lambda dy, cache: change(*attention_backward(dy, cache), cache)


def _sum(x: Array, axis: Any = -1) -> Array:
    return x.sum(axis=axis, keepdims=True)


def _in_place(dy: Array, cache: AttentionCache) -> Any:
    result = attention_backward(dy, cache)
    cache.weights[...] *= 0.5
    return result


def _with_weights(weights: Callable[..., Array]) -> Callable[..., Any]:
    return lambda dy, c: attention_backward(dy, c._replace(weights=weights(c)))


def _keys_of_values(dy: Array, c: AttentionCache) -> Any:
    _, dk, dv = attention_backward(dy, c)
    ds = softmax_backward(dy @ _t(c.v), c.weights)
    return ds @ c.v / c.q.shape[3] ** 0.5, dk, dv


CHAIN = (
    *styles(
        Mistake(
            "another table in place of the weights",
            "The values' gradient was mixed with a table of gradients: what weighed the values on the way forward are the "
            "weights.",
            "Which table met the values on the way forward?",
        ),
        scores=_chain(values=lambda dp, ds, p, dy: _t(ds) @ dy),
        weights=_chain(values=lambda dp, ds, p, dy: _t(dp) @ dy),
    ),
    *styles(
        Mistake(
            "values' gradient scaled",
            "The values' gradient was divided by the root of D, or of another size: no such factor stands between the values and "
            "the output.",
            "To which step of the forward pass does the scale belong?",
        ),
        root=_after(lambda dq, dk, dv, c: (dq, dk, dv / c.q.shape[3] ** 0.5)),
        queries=_after(lambda dq, dk, dv, c: (dq, dk, dv / c.q.shape[2])),
        keys=_after(lambda dq, dk, dv, c: (dq, dk, dv / c.k.shape[2])),
    ),
    *styles(
        Mistake(
            "softmax skipped, hidden keys left out",
            "The gradient of the weights was used as if it were that of the scores, with zeros at the hidden keys: the rows do "
            "not sum to 0.",
            "Which step of the forward pass lies between scores and weights?",
        ),
        seen=_chain(lambda dp, p: dp * (p != 0)),
        triangle=_chain(lambda dp, p: np.tril(dp, dp.shape[3] - dp.shape[2])),
    ),
    *styles(
        Mistake(
            "softmax without its outer factor",
            "In the gradient of the scores, the weights are missing as a factor in front: where a weight is 0, the gradient of "
            "the score must be 0.",
            "By what is a score's influence on everything limited?",
        ),
        all=_chain(lambda dp, p: dp - _sum(dp * p)),
    ),
    *styles(
        Mistake(
            "softmax's second term without the weights",
            "In the gradient of the scores, the same number is subtracted from all of a row: it should be the larger, the larger "
            "the weight.",
            "Which factor do both terms of the gradient of softmax have in common?",
        ),
        all=_chain(lambda dp, p: dp * p - _sum(dp * p)),
    ),
    *styles(
        Mistake(
            "gradient of log-softmax",
            "The gradient of the scores is that of log-softmax: attention uses the probabilities themselves.",
            "Did the forward pass take a logarithm?",
        ),
        all=_chain(lambda dp, p: dp - p * _sum(dp)),
    ),
    *styles(
        Mistake(
            "softmax's gradient with a plain mean",
            "In the gradient of the scores, a plain mean was subtracted: each entry counts as much as its weight.",
            "Which mean of a row makes the result 0 when all its entries are equal?",
        ),
        gradients=_chain(lambda dp, p: p * (dp - dp.mean(axis=-1, keepdims=True))),
        products=_chain(lambda dp, p: p * (dp - (dp * p).mean(axis=-1, keepdims=True))),
    ),
    *styles(
        Mistake(
            "one softmax for all",
            "The gradient of softmax was taken over more than one row: each query has a softmax of its own.",
            "How many softmaxes are there in a table of five queries?",
        ),
        heads=_chain(lambda dp, p: softmax_backward(dp, p, 1)),
        texts=_chain(lambda dp, p: softmax_backward(dp, p, 0)),
        table=_chain(lambda dp, p: p * (dp - _sum(dp * p, (-2, -1)))),
        everything=_chain(lambda dp, p: p * (dp - (dp * p).sum())),
    ),
    *styles(
        Mistake(
            "softmax taken back twice",
            "The gradient went through softmax twice: there is one between scores and weights.",
            "How many steps does the forward pass have?",
        ),
        all=_chain(lambda dp, p: softmax_backward(softmax_backward(dp, p), p)),
    ),
    *styles(
        Mistake(
            "sign of softmax's gradient",
            "The gradients of queries and keys have the opposite sign: raising a score must raise its own weight.",
            "Where in the forward pass is there a minus?",
        ),
        all=_chain(lambda dp, p: -softmax_backward(dp, p)),
    ),
    *styles(
        Mistake(
            "softmax's mean added, not subtracted",
            "In the gradient of the scores, the row's mean was added: when all entries of a row are equal, the result should be 0.",
            "What does a constant, added to all entries of a row, change?",
        ),
        all=_chain(lambda dp, p: p * (dp + _sum(dp * p))),
    ),
    *styles(
        Mistake(
            "weights with another mask",
            "The weights were computed again with a mask of their own: it need not be the one of the forward pass.",
            "Where do the weights of the forward pass still exist?",
        ),
        causal=_with_weights(lambda c: attention_weights(c.q, c.k)),
    ),
    *styles(
        Mistake(
            "values in place of keys",
            "The queries' gradient is made of values: a score is a product of query and key.",
            "What is the derivative of a dot product with respect to the query?",
        ),
        all=_keys_of_values,
    ),
    *styles(
        Mistake(
            "one gradient missing",
            "Some of the three gradients are missing.",
            "How many arrays went into the forward pass?",
        ),
        values=_after(lambda dq, dk, dv, c: (dq, dk)),
        queries=_after(lambda dq, dk, dv, c: (dk, dv)),
    ),
    *styles(
        Mistake(
            "queries last",
            "The three gradients are right, but they are not returned in the order of queries, keys, values.",
            "In which order were they asked for?",
        ),
        all=_after(lambda dq, dk, dv, c: (dk, dv, dq)),
    ),
    *styles(
        Mistake(
            "texts or heads added up",
            "The sum runs over texts or heads too: each of them has queries, keys and values of its own.",
            "Which shape does a gradient have?",
        ),
        texts=_after(lambda dq, dk, dv, c: (dq, dk.sum(axis=0), dv.sum(axis=0))),
        heads=_after(lambda dq, dk, dv, c: (dq, dk.sum(axis=1), dv.sum(axis=1))),
        all_texts=_after(lambda dq, dk, dv, c: (dq.sum(axis=0), dk.sum(axis=0), dv.sum(axis=0))),
    ),
    *styles(IN_PLACE, all=_in_place),
)
