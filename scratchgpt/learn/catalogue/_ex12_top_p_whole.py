"""Lesson 12: top-p, wrong in ways that no small change of the code gives."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.arrays import Array
from ...ops.softmax import softmax
from ...sampling.filters import top_p
from ..exercise import Mistake
from ._unpaired import styles

Row = Callable[[Array, float], Array]


def _order(z: Array) -> Array:
    return np.argsort(-z, kind="stable")


def _rows(one: Row, all_for_1: bool = True) -> Callable[..., Any]:
    """A function for one row as one for a batch; a p of 1 or more keeps all unless said otherwise."""

    def filtered(logits: Array, p: float) -> Array:
        if p >= 1 and all_for_1:
            return logits.copy()
        return np.stack([filtered(row, p) for row in logits]) if logits.ndim > 1 else one(logits, p)

    return filtered


def _where(keep: Callable[[Array, Array, float], Array], all_for_1: bool = True) -> Callable[..., Any]:
    """Keeps the tokens of a row for which `keep` of (logits, probabilities, p) is true."""
    return _rows(lambda z, p: np.where(keep(z, softmax(z), p), z, -np.inf), all_for_1)


def _first(
    number: Callable[[Array, float], int],
    order: Callable[[Array], Array] = _order,
    all_for_1: bool = True,
    weights: Callable[[Array], Array] = softmax,
) -> Callable[..., Any]:
    """Keeps the first tokens in an order, as many as `number` of (running sums, p) says."""

    def one(z: Array, p: float) -> Array:
        kept = np.full_like(z, -np.inf)
        at = order(z)[: number(np.cumsum(weights(z)[order(z)]), p)]
        kept[at] = z[at]
        return kept

    return _rows(one, all_for_1)


def _reach(sums: Array, p: float) -> int:
    """How many tokens it takes, as the package counts them."""
    return 1 + int((sums[:-1] < p - 1e-12).sum())


def _mask_not_put_back(z: Array, p: float) -> Array:
    """The first places are kept, whoever stands there."""
    n = _reach(np.cumsum(softmax(z)[_order(z)]), p)
    return np.where(np.arange(len(z)) < n, z, -np.inf)


def _put_back_wrongly(z: Array, p: float) -> Array:
    n = _reach(np.cumsum(softmax(z)[_order(z)]), p)
    return np.where((np.arange(len(z)) < n)[_order(z)], z, -np.inf)


def _sorted(z: Array, p: float) -> Array:
    n = _reach(np.cumsum(softmax(z)[_order(z)]), p)
    return np.where(np.arange(len(z)) < n, z[_order(z)], -np.inf)


def _all_rows(logits: Array, p: float) -> Array:
    return top_p(logits.reshape(-1), p).reshape(logits.shape)


def _per_token(logits: Array, p: float) -> Array:
    return top_p(logits, p) if logits.ndim == 1 else top_p(logits.T, p).T


def _first_row_decides(logits: Array, p: float) -> Array:
    """As many tokens as the first row needs stay in every row."""
    if p >= 1:
        return logits.copy()
    n = int(np.isfinite(top_p(np.atleast_2d(logits)[0], p)).sum())
    return _first(lambda sums, p: n)(logits, p)


def _shares_of_all(logits: Array, p: float) -> Array:
    """Probabilities over the whole batch, each row with its part of them."""
    whole = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    if p >= 1 or logits.ndim == 1:
        return top_p(logits, p)
    rows = []
    for z, shares in zip(logits, whole, strict=True):
        at = _order(z)[: _reach(np.cumsum(shares[_order(z)]), p)]
        rows.append(np.where(np.isin(np.arange(len(z)), at), z, -np.inf))
    return np.stack(rows)


def _refuses(error: type[Exception]) -> Callable[..., Any]:
    """Written for one row: a batch ends in an exception."""

    def filtered(logits: Array, p: float) -> Array:
        if logits.ndim > 1 and p < 1:
            raise error
        return top_p(logits, p)

    return filtered


def _finite(low: float) -> Callable[..., Any]:
    """What top-p cuts off gets a finite logit, and what had been cut off before."""

    def filtered(logits: Array, p: float) -> Array:
        kept = top_p(logits, p)
        return kept.copy() if p >= 1 else np.where(np.isfinite(kept), logits, low)

    return filtered


def _in_place(logits: Array, p: float) -> Array:
    logits[...] = top_p(logits, p)
    return logits


def _of_kept(f: Callable[[Array], Array]) -> Callable[..., Any]:
    return lambda logits, p: f(top_p(logits, p))


WHOLE = (
    *styles(
        Mistake(
            "nothing stays for p = 0",
            "For p = 0 nothing stays, and one token always should.",
            "Which token enters first, whatever p is?",
        ),
        plain=_first(lambda s, p: _reach(s, p) if p > 0 else 0),
    ),
    *styles(
        Mistake(
            "p = 0 keeps all",
            "For p = 0 all tokens stay, and it should be the likeliest alone.",
            "Which token enters first, whatever p is?",
        ),
        plain=_first(lambda s, p: _reach(s, p) if p > 0 else len(s)),
    ),
    Mistake(
        "hopeless tokens cut off for p = 1",
        "For p = 1 tokens were cut off whose probability is so small that the running sum reaches 1 before them; a p of 1 "
        "keeps all.",
        "Which value of p needs no running sum at all?",
        wrong=_first(lambda s, p: 1 + int((s[:-1] < p).sum()), all_for_1=False),
    ),
    *styles(
        Mistake(
            "a batch is refused",
            "A row alone is right; a batch of rows ends in an exception.",
            "Which shapes may the logits have?",
        ),
        value=_refuses(ValueError),
        index=_refuses(IndexError),
        type=_refuses(TypeError),
    ),
    *styles(
        Mistake(
            "a large negative number",
            "Tokens that were cut off have a finite logit; here they are to be impossible.",
            "Which logit gives a probability of exactly 0, whatever the others are?",
        ),
        ten_digits=_finite(-1e10),
        five_digits=_finite(-1e4),
        six_digits=_finite(-1e5),
        seven_digits=_finite(-1e6),
        nine_digits=_finite(-1e8),
        thirty_digits=_finite(-1e30),
        a_hundred=_finite(-100.0),
        a_thousand=_finite(-1000.0),
        smallest_number=_finite(float(np.finfo(float).min)),
    ),
    *styles(
        Mistake(
            "one too many",
            "One token more stays than is needed to reach p.",
            "Do the tokens without your last one reach p already?",
        ),
        exactly_reached=_first(lambda s, p: 2 + int((s[:-1] <= p).sum())),
        by_the_side=_first(lambda s, p: min(int((s <= p).sum()) + 2, len(s))),
    )[:1],
    *styles(
        Mistake(
            "not the lowest ids among equals",
            "Among equals, those with the lowest ids did not enter first.",
            "In which order does a sort that was turned round leave equal elements?",
        ),
        turned=_first(_reach, lambda z: np.argsort(z, kind="stable")[::-1]),
        turned_unstably=_first(_reach, lambda z: np.argsort(z)[::-1]),
        turned_probabilities=_first(_reach, lambda z: np.argsort(softmax(z))[::-1]),
    )[:2],
    *styles(
        Mistake(
            "equals in any order",
            "Among equals it is left to chance which enter: a sort need not keep the order of equals.",
            "Which kind of sort leaves equal elements in the order in which they stood?",
        ),
        sort=_first(_reach, lambda z: np.argsort(-z)),
    ),
    Mistake(
        "all equals stay",
        "Every token that is as likely as the last one of the nucleus stays; it should be no more than are needed.",
        "How many of four equal tokens reach a half?",
        wrong=_where(lambda z, q, p: q >= np.sort(q)[::-1][_reach(np.cumsum(np.sort(q)[::-1]), p) - 1]),
    ),
    *styles(
        Mistake(
            "each token by itself",
            "Each token was compared with a threshold of its own, where p speaks of a sum.",
            "What does p say: how likely a token is, or how likely the set?",
        ),
        at_least_p=_where(lambda z, q, p: q >= p),
        at_least_p_at_1_too=_where(lambda z, q, p: q >= p, all_for_1=False),
        at_least_p_or_likeliest=_where(lambda z, q, p: (q >= p) | (np.arange(len(q)) == q.argmax())),
        above_the_rest=_where(lambda z, q, p: q >= 1 - p),
        part_of_the_likeliest=_where(lambda z, q, p: q >= p * q.max()),
        part_of_the_likeliest_at_1_too=_where(lambda z, q, p: q >= p * q.max(), all_for_1=False),
        share_of_the_vocabulary=_first(lambda s, p: max(1, int(np.ceil(p * len(s))))),
        share_of_the_vocabulary_rounded_down=_first(lambda s, p: max(1, int(p * len(s)))),
        share_of_the_vocabulary_rounded=_first(lambda s, p: max(1, round(p * len(s)))),
    ),
)
