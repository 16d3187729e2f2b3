"""Lesson 06: less common mistakes with masks and shares, each held against an answer alone, in several styles."""

from collections.abc import Callable

import numpy as np

from ...ops.arrays import Array
from ...ops.attention import attention_scores_forward, attention_weights, causal_mask
from ...ops.softmax import softmax
from ..exercise import Mistake
from ._ex06_more import _RECENT
from ._ex06_scores import MASK
from ._ex06_shares import SHARES, _infinite, _low, _zeros
from ._ex06_styles import _function, _guarded, _masked
from ._unpaired import styles

_Weigh = Callable[[Array, Array], Array]
_Allow = Callable[[int, int, bool, Array | None], Array]
# 06.4 has no key mask of floats or booleans.
NUMBERS_ONLY = ("key mask taken for booleans", "argument changed")
_BY_KEY = {mistake.key: mistake for mistake in MASK}


def _allowing(allow: _Allow, weigh: _Weigh) -> Callable[..., Array]:
    """Return attention_weights with another table of what is allowed, from T, S, causal and key mask."""

    def attention_weights(q: Array, k: Array, *, causal: bool = True, key_mask: Array | None = None) -> Array:
        scores, _ = attention_scores_forward(q, k)
        T, S = scores.shape[2:]
        return weigh(scores, np.broadcast_to(allow(T, S, causal, key_mask), scores.shape))

    return attention_weights


def _each_way(mistake: Mistake, name: str, allow: _Allow) -> tuple[Mistake, ...]:
    """The mistake with NaN, zeros, and equal shares where nothing may be seen."""
    ways = {"nan": _infinite, "zeros": _zeros, "low": _low}
    return styles(mistake, **{f"{name}_{way}": _allowing(allow, weigh) for way, weigh in ways.items()})


def _triangle(T: int, S: int, causal: bool) -> Array:
    return causal_mask(T, S) if causal else np.ones((T, S), dtype=bool)


def _with_rows(rows: Callable[[Array, int], Array], columns: bool) -> _Allow:
    """The key mask along the queries, and along the keys too if `columns`."""

    def allow(T: int, S: int, causal: bool, key_mask: Array | None) -> Array:
        allowed = _triangle(T, S, causal)
        if key_mask is None:
            return allowed
        keys = key_mask != 0
        allowed = allowed & rows(keys, T)[:, None, :, None]
        return allowed & keys[:, None, None, :] if columns else allowed

    return allow


def _placed(place: Callable[[Array, Array, int, int], Array]) -> _Allow:
    """Another causal mask, made of a column of query numbers, a row of key numbers, T and S."""

    def allow(T: int, S: int, causal: bool, key_mask: Array | None) -> Array:
        allowed = place(np.arange(T)[:, None], np.arange(S)[None, :], T, S) | (not causal)
        return allowed if key_mask is None else allowed & (key_mask != 0)[:, None, None, :]

    return allow


def _keyed(masks: Callable[[Array], Array], after: Callable[[Array, Array], Array]) -> Callable[..., Array]:
    """Return attention_weights in which the key mask meets the scores in another way than the causal mask."""

    def attention_weights(q: Array, k: Array, *, causal: bool = True, key_mask: Array | None = None) -> Array:
        scores, _ = attention_scores_forward(q, k)
        triangle = _triangle(q.shape[2], k.shape[2], causal)
        if key_mask is None:
            return _infinite(scores, triangle)
        return after(masks(key_mask)[:, None, None, :], np.where(triangle, scores, -np.inf))

    return attention_weights


def _other_axes(q: Array, k: Array, *, causal: bool = True, key_mask: Array | None = None) -> Array:
    if key_mask is not None:
        raise ValueError
    return attention_weights(q, k, causal=causal)


def _ands_numbers(q: Array, k: Array, *, causal: bool = True, key_mask: Array | None = None) -> Array:
    if key_mask is not None and key_mask.dtype.kind == "f":
        raise TypeError
    return attention_weights(q, k, causal=causal, key_mask=key_mask)


def _tilde(weigh: _Weigh) -> Callable[..., Array]:
    return _allowing(
        lambda T, S, causal, keys: (
            _triangle(T, S, causal) & (True if keys is None else (~keys == 0)[:, None, None, :])
        ),
        weigh,
    )


def _in_place(q: Array, k: Array, *, causal: bool = True, key_mask: Array | None = None) -> Array:
    y = attention_weights(q, k, causal=causal, key_mask=key_mask)
    q *= 0.5
    return y


def _added(amount: float) -> _Weigh:
    return lambda s, a: softmax(s - amount * ~a)


def _filled(amount: float) -> _Weigh:
    return lambda s, a: softmax(_masked(s, a, -amount))


def _times_mask(weigh: _Weigh) -> _Weigh:
    return lambda s, a: weigh(s, a) * a


_NOT_LOW = Mistake(
    "hidden scores not lowered enough",
    "Hidden keys lost a fixed number of their score, but a score can be larger than that by far: then the hidden key wins.",
    "Which score loses against every other?",
)
_NOT_LOW_ENOUGH = Mistake(
    "hidden scores too close",
    "Hidden keys got a low score, but scores that are allowed can be lower still: then the hidden keys win.",
    "Which score loses against every other?",
)
_ROWS = Mistake(
    "queries hidden in place of keys",
    "The key mask hides queries, where it should hide keys: the queries of the marked positions see nothing, and their keys "
    "are still seen.",
    "To which axis of the scores belong the keys?",
)
_BOTH = Mistake(
    "queries hidden too",
    "The key mask hides the keys rightly, but it hides the queries at the same positions too: those have weights as others "
    "do.",
    "Does the key mask say anything of the queries?",
)
_WAYS = {"last": lambda m, T: m[:, -T:], "first": lambda m, T: m[:, :T]}

MORE = (
    *(
        one
        for amount in (10, 100, 1000)
        for one in styles(
            _NOT_LOW,
            **{
                f"{amount}": _function(_added(amount)),
                f"{amount}_guarded": _function(_guarded(_added(amount))),
                # 100 less and 0 in the end is what a mask after the exponentials gives.
                **({} if amount == 100 else {f"{amount}_times_mask": _function(_times_mask(_added(amount)))}),
            },
        )
    ),
    *(
        one
        for amount in (10, 100, 1000)
        for one in styles(
            _NOT_LOW_ENOUGH,
            **{
                f"{amount}": _function(_filled(amount)),
                **(
                    {}
                    if amount == 100  # two styles of its own
                    else {
                        f"{amount}_guarded": _function(_guarded(_filled(amount))),
                        f"{amount}_times_mask": _function(_times_mask(_filled(amount))),
                    }
                ),
            },
        )
    ),
    *(one for name, rows in _WAYS.items() for one in _each_way(_ROWS, name, _with_rows(rows, False))),
    *(one for name, rows in _WAYS.items() for one in _each_way(_BOTH, name, _with_rows(rows, True))),
    *(
        one
        for mistake, allow in (
            (_BY_KEY["one position too far"], lambda i, j, T, S: j <= S - T + i + 1),
            (_BY_KEY["own position only"], lambda i, j, T, S: j == S - T + i),
            (_BY_KEY["offset the wrong way"], lambda i, j, T, S: j <= T - S + i),
            (_RECENT, lambda i, j, T, S: (j >= S - T) & (j <= S - T + i)),
        )
        for one in _each_way(mistake, "in the weights", _placed(allow))
    ),
    *styles(
        Mistake(
            "an error with every key mask",
            "With a key mask this stops with an error: the mask has a row for each text and a column for each key, and meets "
            "the scores only when axes for heads and queries stand between the two.",
            "Which axes must be added to the key mask, and how do you tell None from an array?",
        ),
        all=_other_axes,
    ),
    *styles(
        Mistake(
            "key mask taken for booleans",
            "This works for a key mask of booleans or integers, but it may also hold numbers with a decimal point, and those "
            "cannot be joined by a logical operation.",
            "What turns numbers of any kind into True and False?",
        ),
        all=_ands_numbers,
    ),
    *styles(
        Mistake(
            "numbers inverted bit by bit",
            "The key mask was inverted bit by bit: that is right for booleans, but of the numbers 0 and 1 it makes two that "
            "both count as true.",
            "What turns numbers of any kind into True and False?",
        ),
        nan=_tilde(_infinite),
        zeros=_tilde(_zeros),
        low=_tilde(_low),
    ),
    *styles(
        Mistake(
            "key mask added to the scores",
            "The key mask was added to the scores: a masked key only has a slightly lower score than before, and keeps its "
            "share.",
            "Which score makes the exponential vanish?",
        ),
        all=_keyed(lambda m: m.astype(float), lambda m, s: softmax(s + m)),
    ),
    *styles(
        Mistake(
            "masked keys get the score 0",
            "The future is hidden rightly, but masked keys got the score 0, and 0 is a score like any other: they keep a share.",
            "Which score makes the exponential vanish?",
        ),
        all=_keyed(lambda m: m != 0, lambda m, s: softmax(np.where(np.isinf(s), s, s * m))),
        where=_keyed(lambda m: m != 0, lambda m, s: softmax(np.where(m, s, 0.0))),
    ),
    *SHARES,
    *styles(
        Mistake(
            "argument changed in place",
            "The result is right, but an array that was given was changed on the way.",
            "Which of your steps writes into an array that is not yours?",
        ),
        all=_in_place,
    ),
)
