"""Lesson 12: top-p with other rules of where to stop, in other orders, over other sums."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...ops.arrays import Array
from ...ops.softmax import softmax
from ..exercise import Mistake
from ._ex12_top_p_whole import _order, _put_back_wrongly, _rows
from ._unpaired import styles

Rule = Callable[[Array, Array, float], Array]


def _with_first(keep: Array) -> Array:
    return keep | (np.arange(len(keep)) == 0)


def _until(sums: Array, each: Array, p: float) -> Array:
    """A loop that ends behind the first sum that reaches p."""
    return np.arange(len(sums)) <= (np.argmax(sums >= p) if (sums >= p).any() else len(sums))


# Which of the tokens stay, in their order: from the running sums, what each adds, and p.
RULES: dict[str, Rule] = {
    "reached": lambda sums, each, p: _with_first(sums - each < p - 1e-12),
    "ended": _until,
    "at most p": lambda sums, each, p: sums <= p,
    "below p": lambda sums, each, p: sums < p,
    "at most p or first": lambda sums, each, p: _with_first(sums <= p),
    "below p or first": lambda sums, each, p: _with_first(sums < p),
    "counted": lambda sums, each, p: np.arange(len(sums)) < 1 + (sums[:-1] < p).sum(),
    "searched": lambda sums, each, p: np.arange(len(sums)) <= np.searchsorted(sums, p),
}


def _ruled(
    rule: Rule,
    order: Callable[[Array], Array] = _order,
    weights: Callable[[Array], Array] = softmax,
    guarded: bool = True,
    back: bool = True,
) -> Callable[..., Any]:
    """Top-p with a rule, an order, and weights to sum; `back`: the mask is put back to the places of the ids."""

    def one(z: Array, p: float) -> Array:
        at = order(z)
        each = weights(z)[at]
        keep = rule(np.cumsum(each), each, p)
        kept = np.full_like(z, -np.inf)
        chosen = at[keep] if back else keep
        kept[chosen] = z[chosen]
        return kept

    return _rows(one, guarded)


def _family(
    make: Callable[[Rule, bool], Callable[..., Any]], *names: str, unguarded: tuple[str, ...] = ()
) -> Mapping[str, Callable[..., Any]]:
    """A function for each rule, and for some of them one in which a p of 1 is no special case."""
    return {n.replace(" ", "_"): make(RULES[n], True) for n in names} | {
        f"{n.replace(' ', '_')}_at_1_too": make(RULES[n], False) for n in unguarded
    }


_NOT_SORTED = Mistake(
    "not sorted",
    "The tokens entered in the order of their ids, and they should enter likeliest first.",
    "Which token enters first?",
)
_LEAST = Mistake(
    "least likely first",
    "The least likely tokens entered first.",
    "In which direction does a sort go, unless you turn it round?",
)
_SUMS = Mistake(
    "sums of something else",
    "The running sums are not those of probabilities: they do not end at 1.",
    "What has to be made of the logits before they can be added up?",
)
_NOT_BACK = Mistake(
    "mask not put back",
    "The right number of tokens stays, but they are not the right ones: what was found in the sorted order was used "
    "in the order of the ids.",
    "To which token does the first place of the sorted order belong?",
)
_CUT = ("at most p", "below p", "at most p or first", "below p or first")
_BELOW = ("below p", "below p or first")
# Weights that may be negative: then the rules differ, since sums can fall again.
_FALLING: dict[str, Callable[[Array], Array]] = {
    "logits": lambda z: z,
    "logits over their sum": lambda z: z / z.sum(),
}
_RISING: dict[str, Callable[[Array], Array]] = {
    "exponentials": np.exp,
    "sigmoids": lambda z: 1 / (1 + np.exp(-z)),
    "sizes": np.abs,
}


def _overflowing(z: Array, p: float) -> Array:
    """A softmax of one's own, and the order taken from what it gives."""
    q = np.exp(z) / np.exp(z).sum()
    at = np.argsort(-q, kind="stable")
    kept = np.full_like(z, -np.inf)
    chosen = at[RULES["reached"](np.cumsum(q[at]), q[at], p)]
    kept[chosen] = z[chosen]
    return kept


OTHER_RULES = (
    *styles(
        Mistake(
            "the tail",
            "What follows once the sum has reached p stays, and what it takes to reach it was cut off.",
            "Which of the two should become impossible?",
        ),
        with_the_crossing_token=_ruled(lambda sums, each, p: sums >= p),
        with_the_crossing_token_at_1_too=_ruled(lambda sums, each, p: sums >= p, guarded=False),
        beyond=_ruled(lambda sums, each, p: sums > p),
        beyond_at_1_too=_ruled(lambda sums, each, p: sums > p, guarded=False),
        behind_the_nucleus_at_1_too=_ruled(
            lambda sums, each, p: ~RULES["reached"](sums, each, p), guarded=False
        ),
    ),
    *styles(
        Mistake(
            "no maximum subtracted",
            "With logits of 900 your probabilities overflow. The softmax that is imported subtracts the maximum first.",
            "Which softmax did you use?",
        ),
        and_ordered_by_it=_rows(_overflowing),
    ),
    *styles(
        Mistake(
            "crossing token cut off",
            "The token with which the sum reaches p was cut off, and it belongs to the nucleus.",
            "Do the tokens that you kept reach p together?",
        ),
        **_family(lambda r, g: _ruled(r, guarded=g), *_CUT, unguarded=_BELOW),
    ),
    *styles(
        _NOT_SORTED,
        **_family(
            lambda r, g: _ruled(r, lambda z: np.arange(len(z)), guarded=g),
            "reached",
            *_CUT,
            unguarded=("reached", *_CUT),
        ),
    ),
    *styles(
        _LEAST,
        **_family(
            lambda r, g: _ruled(r, lambda z: np.argsort(z, kind="stable"), guarded=g),
            "reached",
            *_CUT,
            unguarded=_CUT,
        ),
    ),
    *styles(
        _NOT_BACK,
        **_family(
            lambda r, g: _ruled(r, guarded=g, back=False), "reached", *_CUT, unguarded=("reached", *_BELOW)
        ),
        sorted_again=_rows(_put_back_wrongly),
    ),
    *styles(
        _SUMS,
        **{
            f"{what} {name}": f
            for what, weights in _FALLING.items()
            for name, f in _family(
                lambda r, g, w=weights: _ruled(r, weights=w, guarded=g),  # type: ignore[misc]
                *("reached", "ended", "at most p", "at most p or first"),
                *("counted", "searched") * (what == "logits"),
                unguarded=("reached", "ended"),
            ).items()
        },
        **{
            f"{what} {name}": f
            for what, weights in _RISING.items()
            for name, f in _family(
                lambda r, g, w=weights: _ruled(r, weights=w, guarded=g),  # type: ignore[misc]
                *("reached", "at most p", "at most p or first"),
                unguarded=("reached",),
            ).items()
        },
    ),
)
