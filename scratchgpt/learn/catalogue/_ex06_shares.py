"""Lesson 06: less common mistakes with the shares of attention, in several styles."""

import numpy as np

from ...ops.arrays import Array
from ...ops.softmax import softmax
from ..exercise import Mistake
from ._ex06_styles import _any, _function, _guarded, _masked, _nonzero, _shares
from ._unpaired import styles


def _infinite(s: Array, a: Array) -> Array:
    return softmax(_masked(s, a))


def _low(s: Array, a: Array) -> Array:
    return softmax(_masked(s, a, -1e9))


_zeros = _guarded(_infinite)


def _over(s: Array, axis: tuple[int, int] | None) -> Array:
    e = np.exp(s - s.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


SHARES = (
    *styles(
        Mistake(
            "no softmax",
            "These are scores and not shares: the rows do not sum to 1.",
            "Which function makes shares of scores?",
        ),
        infinite=_function(_masked),
        low=_function(lambda s, a: _masked(s, a, -1e9)),
        zeros=_function(lambda s, a: _masked(s, a, 0.0)),
        seen=_function(lambda s, a: np.where(_zeros(s, a) > 0, s, 0.0)),
    ),
    *styles(
        Mistake(
            "not shared out",
            "The exponentials are right, but they were not divided by their sum: the rows do not sum to 1.",
            "What makes shares of amounts?",
        ),
        all=_function(lambda s, a: np.exp(s) * a),
        maximum=_function(lambda s, a: np.exp(s - s.max(axis=-1, keepdims=True)) * a),
        masked_maximum=_function(
            lambda s, a: np.exp(_masked(s, a) - _masked(s, a).max(axis=-1, keepdims=True))
        ),
    ),
    *styles(
        Mistake(
            "softmax twice",
            "The softmax was taken twice: the second one takes shares for scores and makes them nearly alike.",
            "Do the shares of a row already sum to 1 after the first time?",
        ),
        plain=_function(lambda s, a: softmax(_infinite(s, a))),
        guarded=_function(_guarded(lambda s, a: softmax(_infinite(s, a)))),
        low=_function(lambda s, a: softmax(_low(s, a))),
        masked_between=_function(lambda s, a: _infinite(softmax(s), a)),
        masked_between_zeros=_function(lambda s, a: _zeros(softmax(s), a)),
        masked_between_low=_function(lambda s, a: _low(softmax(s), a)),
    ),
    *styles(
        Mistake(
            "softmax over the heads",
            "The weights sum to 1 over the heads: each head should share out its attention by itself, over the keys.",
            "Who shares out its attention, and among whom?",
        ),
        nan=_function(lambda s, a: softmax(_masked(s, a), axis=1)),
        zeros=_function(_nonzero(lambda s, a: softmax(_masked(s, a), axis=1))),
        low=_function(lambda s, a: softmax(_masked(s, a, -1e9), axis=1)),
    ),
    *styles(
        Mistake(
            "softmax over the whole table",
            "One softmax was taken over many rows at once: each query should share out 1 by itself.",
            "How many softmaxes does a table of five queries need?",
        ),
        everything=_function(lambda s, a: _over(_masked(s, a), None)),
        each_head=_function(lambda s, a: _over(_masked(s, a), (-2, -1))),
        each_head_zeros=_function(_nonzero(lambda s, a: _over(_masked(s, a), (-2, -1)))),
        one_sum=_function(lambda s, a: (e := np.exp(_masked(s, a))) / e.sum()),
    ),
    *styles(
        Mistake(
            "scores shared out without exponentials",
            "The scores were divided by their sum: scores may be negative, and shares may not.",
            "Which function makes every score positive first?",
        ),
        all=_function(lambda s, a: _shares(_masked(s, a, 0.0))),
        zeros=_function(_nonzero(lambda s, a: _shares(_masked(s, a, 0.0)))),
        guarded=_function(lambda s, a: np.where(_any(a), _shares(_masked(s, a, 0.0)), 0.0)),
    ),
)
