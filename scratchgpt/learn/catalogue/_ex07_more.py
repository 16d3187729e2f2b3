"""Lesson 07: less common mistakes with the gradients of mixture, scores and attention, each held alone."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.arrays import Array
from ...ops.attention import attention_scores_backward, mix_values_backward
from ...ops.softmax import softmax, softmax_backward
from ..exercise import Mistake
from ._unpaired import styles


def _t(x: Array) -> Array:
    return x.swapaxes(2, 3)


IN_PLACE = Mistake(
    "argument changed in place",
    "The result is right, but an array that was given was changed on the way: the gradient from above, or the cache.",
    "Who else may need the arrays that you were given?",
)
TEXTS_ADDED = Mistake(
    "texts added up",
    "The sum runs over the texts too: each text has queries, keys and values of its own, and so have their gradients.",
    "Which shape does a gradient have?",
)
HEADS_ADDED = Mistake(
    "heads added up",
    "The sum runs over the heads too: each head has queries, keys and values of its own, and so have their gradients.",
    "Which shape does a gradient have?",
)
LYING = Mistake(
    "gradients lying on their side",
    "The numbers are right, but the last two axes are exchanged in at least one of the gradients.",
    "Which shape does a gradient have?",
)


def _mixing(change: Callable[[Array, Array, Array, Array, Array], Any]) -> Callable[..., Any]:
    """Return mix_values_backward with results made from the right ones: of dP, dV, dy, weights, v."""
    return lambda dy, cache: change(*mix_values_backward(dy, cache), dy, *cache)


def _mix_in_place(dy: Array, cache: Any) -> Any:
    result = mix_values_backward(dy, cache)
    dy *= 0.5
    return result


MIX_MORE = (
    *styles(
        TEXTS_ADDED,
        values=_mixing(lambda dp, dv, dy, p, v: (dp, dv.sum(axis=0))),
        both=_mixing(lambda dp, dv, dy, p, v: (dp.sum(axis=0), dv.sum(axis=0))),
        kept=_mixing(lambda dp, dv, dy, p, v: (dp, dv.sum(axis=0, keepdims=True))),
    ),
    *styles(
        HEADS_ADDED,
        values=_mixing(lambda dp, dv, dy, p, v: (dp, dv.sum(axis=1))),
        both=_mixing(lambda dp, dv, dy, p, v: (dp.sum(axis=1), dv.sum(axis=1))),
        weights=_mixing(lambda dp, dv, dy, p, v: (dp.sum(axis=1), dv)),
    ),
    *styles(
        LYING,
        weights=_mixing(lambda dp, dv, dy, p, v: (_t(dp), dv)),
        values=_mixing(lambda dp, dv, dy, p, v: (dp, _t(dv))),
        both=_mixing(lambda dp, dv, dy, p, v: (_t(dp), _t(dv))),
    ),
    *styles(
        Mistake(
            "averaged, not added",
            "The gradient of the weights is a mean: a weight's gradient is the whole dot product of dy and its value.",
            "What is the derivative of a sum with respect to the factor of one of its vectors?",
        ),
        numbers=_mixing(lambda dp, dv, dy, p, v: (dp / v.shape[3], dv)),
        keys=_mixing(lambda dp, dv, dy, p, v: (dp / v.shape[2], dv)),
    ),
    *styles(
        Mistake(
            "values' gradient averaged",
            "The values' gradient is a mean: each value should collect from all queries, each by its weight, and nothing is "
            "divided afterwards.",
            "If two queries look at one value, do their gradients add up, or is their mean taken?",
        ),
        keys=_mixing(lambda dp, dv, dy, p, v: (dp, dv / v.shape[2])),
        weighted=_mixing(lambda dp, dv, dy, p, v: (dp, dv / _t(p).sum(axis=-1, keepdims=True))),
    ),
    *styles(
        Mistake(
            "values' gradient scaled",
            "The values' gradient was divided by the root of D: no such factor stands between the values and the output.",
            "To which step of the forward pass does the scale belong?",
        ),
        alone=_mixing(lambda dp, dv, dy, p, v: (dp, dv / np.sqrt(v.shape[3]))),
        both=_mixing(lambda dp, dv, dy, p, v: (dp / np.sqrt(v.shape[3]), dv / np.sqrt(v.shape[3]))),
    ),
    *styles(
        Mistake(
            "softmax applied again",
            "The values' gradient was mixed with a softmax of the weights: they are shares already.",
            "With which shares were the values mixed on the way forward?",
        ),
        all=_mixing(lambda dp, dv, dy, p, v: (dp, _t(softmax(p)) @ dy)),
    ),
    *styles(
        Mistake(
            "later keys left out",
            "The gradients of the weights of later keys were set to 0: whether a weight is masked is the softmax's business.",
            "Does the derivative of a product with respect to one factor depend on that factor being 0?",
        ),
        all=_mixing(lambda dp, dv, dy, p, v: (np.tril(dp), dv)),
        places=_mixing(lambda dp, dv, dy, p, v: (np.tril(dp, dp.shape[3] - dp.shape[2]), dv)),
    ),
    *styles(
        Mistake(
            "weights left out of the values' gradient",
            "The values' gradient is the plain sum of the queries' gradients: each should count by its weight.",
            "How much does a value matter to a query that hardly looks at it?",
        ),
        all=_mixing(
            lambda dp, dv, dy, p, v: (dp, np.broadcast_to(dy.sum(axis=2, keepdims=True), v.shape).copy())
        ),
    ),
    *styles(
        Mistake(
            "one gradient only",
            "One of the two gradients came back alone.",
            "How many things were asked for?",
        ),
        weights=_mixing(lambda dp, dv, dy, p, v: dp),
        values=_mixing(lambda dp, dv, dy, p, v: dv),
    ),
    *styles(IN_PLACE, all=_mix_in_place),
)


def _scoring(change: Callable[..., Any]) -> Callable[..., Any]:
    """Return attention_scores_backward with results made from the right ones: of dQ, dK, dy, q, k, root of D."""
    return lambda dy, cache: change(
        *attention_scores_backward(dy, cache), dy, *cache, cache.q.shape[3] ** 0.5
    )


SCORES_MORE = (
    *styles(
        TEXTS_ADDED,
        keys=_scoring(lambda dq, dk, dy, q, k, r: (dq, dk.sum(axis=0))),
        both=_scoring(lambda dq, dk, dy, q, k, r: (dq.sum(axis=0), dk.sum(axis=0))),
    ),
    *styles(
        HEADS_ADDED,
        keys=_scoring(lambda dq, dk, dy, q, k, r: (dq, dk.sum(axis=1))),
        both=_scoring(lambda dq, dk, dy, q, k, r: (dq.sum(axis=1), dk.sum(axis=1))),
    ),
    *styles(
        LYING,
        queries=_scoring(lambda dq, dk, dy, q, k, r: (_t(dq), dk)),
        both=_scoring(lambda dq, dk, dy, q, k, r: (_t(dq), _t(dk))),
    ),
    *styles(
        Mistake(
            "one of them divided by the size",
            "One of the gradients was divided by D and the other by its root: both pass the same factor once.",
            "By which number were the dot products divided on the way forward?",
        ),
        queries=_scoring(lambda dq, dk, dy, q, k, r: (dq / r, dk)),
        keys=_scoring(lambda dq, dk, dy, q, k, r: (dq, dk / r)),
    ),
    *styles(
        Mistake(
            "one of them multiplied by the root",
            "One of the gradients was multiplied by the root of D, where the forward pass divided by it.",
            "If a score is half a dot product, how much of the score's gradient reaches the dot product?",
        ),
        queries=_scoring(lambda dq, dk, dy, q, k, r: (dq * r * r, dk)),
        keys=_scoring(lambda dq, dk, dy, q, k, r: (dq, dk * r * r)),
    ),
    *styles(
        Mistake(
            "root of the number of heads",
            "The scale is the root of the number of heads: it was read from the wrong axis.",
            "By which number were the dot products divided on the way forward?",
        ),
        all=_scoring(lambda dq, dk, dy, q, k, r: (dq * r / q.shape[1] ** 0.5, dk * r / q.shape[1] ** 0.5)),
    ),
    *styles(
        Mistake(
            "fourth root",
            "The gradients were divided by the root of the root of D: a score was divided by the root once, and both of its "
            "factors' gradients carry all of it.",
            "By which number were the dot products divided on the way forward?",
        ),
        all=_scoring(lambda dq, dk, dy, q, k, r: (dq * r**0.5, dk * r**0.5)),
    ),
    *styles(
        Mistake(
            "averaged, not added",
            "At least one of the gradients is a mean: a query collects from all keys, and a key from all queries, by adding.",
            "If two queries look at one key, do their gradients add up, or is their mean taken?",
        ),
        keys=_scoring(lambda dq, dk, dy, q, k, r: (dq, dk / q.shape[2])),
        queries=_scoring(lambda dq, dk, dy, q, k, r: (dq / k.shape[2], dk)),
        both=_scoring(lambda dq, dk, dy, q, k, r: (dq / k.shape[2], dk / q.shape[2])),
    ),
    *styles(
        Mistake(
            "keys in both",
            "The keys' gradient is made of keys: in a dot product, each factor's gradient holds the other factor.",
            "What is the derivative of a dot product with respect to the key?",
        ),
        turned=_scoring(lambda dq, dk, dy, q, k, r: (dq, _t(dy) @ k / r)),
        unturned=_scoring(lambda dq, dk, dy, q, k, r: (dq, dq)),
    ),
    *styles(
        Mistake(
            "queries in both",
            "The queries' gradient is made of queries: in a dot product, each factor's gradient holds the other factor.",
            "What is the derivative of a dot product with respect to the query?",
        ),
        all=_scoring(lambda dq, dk, dy, q, k, r: (dy @ q / r, dk)),
        same=_scoring(lambda dq, dk, dy, q, k, r: (dk, dk)),
    ),
    *styles(
        Mistake(
            "both exchanged, both as they are",
            "The queries' gradient is made of queries, and the table of gradients was never turned round for the keys.",
            "Over what must a key's gradient be summed, and of which vectors is it made?",
        ),
        all=_scoring(lambda dq, dk, dy, q, k, r: (dy @ q / r, dy @ k / r)),
    ),
    *styles(
        Mistake(
            "sign",
            "At least one of the gradients has the opposite sign: a score rises with the dot product.",
            "Where in the forward pass is there a minus?",
        ),
        both=_scoring(lambda dq, dk, dy, q, k, r: (-dq, -dk)),
        keys=_scoring(lambda dq, dk, dy, q, k, r: (dq, -dk)),
        queries=_scoring(lambda dq, dk, dy, q, k, r: (-dq, dk)),
    ),
    *styles(
        Mistake(
            "one gradient only",
            "One of the two gradients came back alone.",
            "How many things were asked for?",
        ),
        queries=_scoring(lambda dq, dk, dy, q, k, r: dq),
        keys=_scoring(lambda dq, dk, dy, q, k, r: dk),
    ),
    *styles(
        Mistake(
            "softmax included",
            "The gradient went through softmax first: what came from above is the gradient of the scores already.",
            "Which step of the forward pass are you taking back?",
        ),
        all=lambda dy, c: attention_scores_backward(
            softmax_backward(dy, softmax(c.q @ _t(c.k) / c.q.shape[3] ** 0.5)), c
        ),
    ),
    *styles(
        Mistake(
            "later keys left out",
            "The gradients of later keys were set to 0: a hidden key's score has the gradient 0 already, and the others count.",
            "Does the task speak of a mask here?",
        ),
        all=lambda dy, c: attention_scores_backward(np.tril(dy, dy.shape[3] - dy.shape[2]), c),
        first_positions=lambda dy, c: attention_scores_backward(np.tril(dy), c),
    ),
)
