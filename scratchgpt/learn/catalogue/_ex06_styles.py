"""Lesson 06: mistakes with the mask that give other numbers in other styles.

Where nothing may be seen, a mask of minus infinity leads to NaN and one of -1e9 to equal shares; both may
have been set to 0 afterwards. A sentence then has several functions.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...ops.arrays import Array
from ...ops.attention import attention_scores_forward, causal_mask
from ...ops.softmax import softmax
from ..exercise import Mistake
from . import _ex06_weights as weights
from ._ex06_scores import EXCHANGED

_Weigh = Callable[[Array, Array], Array]


def _function(weigh: _Weigh) -> Callable[..., Array]:
    """Return attention_weights with another last step, from scores and what is allowed, both (B, H, T, S)."""

    def attention_weights(q: Array, k: Array, *, causal: bool = True, key_mask: Array | None = None) -> Array:
        scores, _ = attention_scores_forward(q, k)
        allowed = np.ones(scores.shape, dtype=bool)
        if causal:
            allowed &= causal_mask(q.shape[2], k.shape[2])
        if key_mask is not None:
            allowed &= (key_mask != 0)[:, None, None, :]
        return weigh(scores, allowed)

    return attention_weights


def _in_styles(mistake: Mistake, **styles: _Weigh) -> tuple[Mistake, ...]:
    """Make a Mistake of the same words for each style."""
    return tuple(
        replace(mistake, key=f"{mistake.key} ({name.replace('_', ' ')})", edits=(), wrong=_function(weigh))
        for name, weigh in styles.items()
    )


def _masked(scores: Array, allowed: Array, fill: float = -np.inf) -> Array:
    return np.where(allowed, scores, fill)


def _any(allowed: Array) -> Array:
    return allowed.any(axis=-1, keepdims=True)


def _shares(amounts: Array) -> Array:
    return amounts / amounts.sum(axis=-1, keepdims=True)


def _guarded(weigh: _Weigh) -> _Weigh:
    """The same, with zeros for queries that may see nothing."""
    return lambda s, a: np.where(_any(a), weigh(s, a), 0.0)


def _nonzero(weigh: _Weigh) -> _Weigh:
    """The same, with zeros for whatever is not a number."""
    return lambda s, a: np.nan_to_num(weigh(s, a))


def _shared_again(s: Array, a: Array) -> Array:
    return _shares(softmax(s) * a)


def _flipped(s: Array, a: Array) -> Array:
    return softmax(_masked(s, ~a))


def _flipped_large(s: Array, a: Array) -> Array:
    return softmax(_masked(s, ~a, -1e9))


def _plain(s: Array, a: Array) -> Array:
    return _shares(np.exp(_masked(s, a)))


def _plain_times_mask(s: Array, a: Array) -> Array:
    return _shares(np.exp(s) * a)


def _one_maximum(s: Array, a: Array) -> Array:
    return _shares(np.exp(_masked(s, a) - _masked(s, a).max()))


def _columns(s: Array, a: Array) -> Array:
    return softmax(_masked(s, a), axis=-2)


_ADDED = Mistake(
    "a query without keys, with a number added",
    "Where a query may see no key, the same very low number was added to its scores, and the softmax takes it out again: "
    "it looks where it must not.",
    "What does softmax do with a constant that is added to a whole row?",
)


def _added_one_by_one(q: Array, k: Array, *, causal: bool = True, key_mask: Array | None = None) -> Array:
    """The causal mask and the key mask each add their own low number."""
    scores, _ = attention_scores_forward(q, k)
    if causal:
        scores = scores + _masked(np.zeros(1), causal_mask(q.shape[2], k.shape[2]), -1e9)
    if key_mask is not None:
        scores = scores + _masked(np.zeros(1), (key_mask != 0)[:, None, None, :], -1e9)
    return softmax(scores)


STYLED = (
    *_in_styles(
        EXCHANGED,
        masked=lambda s, a: softmax(_masked(s.swapaxes(2, 3), a, -1e9)) * a,
    ),
    *_in_styles(
        Mistake(
            "mask after the softmax, shared out again",
            "What is hidden was removed after the exponentials and the rest shared out again: right for small scores, but a "
            "hidden score far above the others leaves them nothing that floating point can hold.",
            "Over which scores should the row's maximum be taken?",
        ),
        nan=_shared_again,
        guarded=_guarded(_shared_again),
        zeros=_nonzero(_shared_again),
    ),
    *_in_styles(
        Mistake(
            "the hidden kept and the allowed hidden",
            "The two cases are exchanged: the keys that may be seen are hidden, and those that must be hidden keep their "
            "scores.",
            "For a key that may be seen, which of the two numbers should stand in the row?",
        ),
        nan=_flipped,
        guarded=_guarded(_flipped),
        zeros=_nonzero(_flipped),
        large=_flipped_large,
        large_guarded=_guarded(_flipped_large),
        large_times_mask=lambda s, a: _flipped_large(s, a) * a,
    ),
    *_in_styles(
        weights.ZERO_FILLED,
        everywhere=lambda s, a: softmax(_masked(s, a, 0.0)),
        times_mask=lambda s, a: softmax(_masked(s, a, 0.0)) * a,
    ),
    *_in_styles(
        weights.OVER_QUERIES,
        nan=_columns,
        zeros=_nonzero(_columns),
        guarded=lambda s, a: softmax(np.where(_any(a), _masked(s, a), 0.0), axis=-2) * _any(a),
        large=lambda s, a: softmax(_masked(s, a, -1e9), axis=-2),
    ),
    *_in_styles(_ADDED, once=lambda s, a: softmax(s + _masked(np.zeros_like(s), a, -1e9))),
    replace(_ADDED, key=f"{_ADDED.key} (twice)", wrong=_added_one_by_one),
    *_in_styles(
        Mistake(
            "hidden scores not low enough",
            "Hidden keys got a low score, but scores that are allowed can be lower still: then the hidden keys win.",
            "Which score loses against every other?",
        ),
        guarded=_guarded(lambda s, a: softmax(_masked(s, a, -100.0))),
        times_mask=lambda s, a: softmax(_masked(s, a, -100.0)) * a,
    ),
    *_in_styles(
        Mistake(
            "no maximum subtracted",
            "The exponential of a large score is infinite, and infinite over infinite is not a number.",
            "What can be subtracted from every score of a row without changing the weights?",
        ),
        nan=_plain,
        guarded=_guarded(_plain),
        zeros=_nonzero(_plain),
        times_mask=_plain_times_mask,
        times_mask_guarded=_guarded(_plain_times_mask),
    ),
    *_in_styles(
        Mistake(
            "one maximum for all",
            "One maximum was taken for the whole array: a row that lies far below it underflows to zeros, and 0 over 0 is "
            "not a number.",
            "Which scores does a row have to be compared with?",
        ),
        nan=_one_maximum,
        guarded=_guarded(_one_maximum),
        zeros=_nonzero(_one_maximum),
    ),
)
