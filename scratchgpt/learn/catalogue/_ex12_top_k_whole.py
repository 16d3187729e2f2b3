"""Lesson 12: top-k, wrong in ways that no small change of the code gives."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.arrays import Array
from ...sampling.filters import top_k
from ..exercise import Mistake
from ._unpaired import styles


def _by_order(order: Callable[[Array], Array], n: Callable[[int, int], int]) -> Callable[..., Any]:
    """Keeps the first `n(k, V)` of the ids of each row as `order` puts them."""

    def filtered(logits: Array, k: int) -> Array:
        kept = np.full_like(logits, -np.inf)
        first = order(logits)[..., : n(k, logits.shape[-1])]
        np.put_along_axis(kept, first, np.take_along_axis(logits, first, axis=-1), axis=-1)
        return kept

    return filtered


def _refuses(error: type[Exception]) -> Callable[..., Any]:
    """Written for one row: a batch ends in an exception."""

    def filtered(logits: Array, k: int) -> Array:
        if logits.ndim > 1 and 0 < k < logits.shape[-1]:
            raise error
        return top_k(logits, k)

    return filtered


def _no_equals(limited: bool) -> Callable[..., Any]:
    """Only what is larger than the k-th largest stays, for k = V too."""

    def filtered(logits: Array, k: int) -> Array:
        if k == 0:
            return logits.copy()
        k = min(k, logits.shape[-1]) if limited else k
        return np.where(logits > np.sort(logits, axis=-1)[..., -k, None], logits, -np.inf)

    return filtered


def _flat(logits: Array, k: int) -> Array:
    """The k-th largest of the whole batch is the threshold of every row."""
    if not 0 < k < logits.shape[-1]:
        return logits.copy()
    return np.where(logits >= np.sort(logits, axis=None)[-k], logits, -np.inf)


def _of_any_row(logits: Array, k: int) -> Array:
    """What one row keeps, every row keeps."""
    if not 0 < k < logits.shape[-1]:
        return logits.copy()
    keep = np.isfinite(np.atleast_2d(top_k(logits, k))).any(axis=0)
    return np.where(keep, logits, -np.inf)


def _distinct_in_all(logits: Array, k: int) -> Array:
    """The k largest different values of the whole batch."""
    if not 0 < k < logits.shape[-1]:
        return logits.copy()
    return np.where(np.isin(logits, np.unique(logits)[-k:]), logits, -np.inf)


def _below(logits: Array, k: int) -> Array:
    """Only what is larger than the (k + 1)-th largest stays: equals at the border all go."""
    V = logits.shape[-1]
    if not 0 < k < V:
        return logits.copy()
    return np.where(logits > np.sort(logits, axis=-1)[..., V - k - 1, None], logits, -np.inf)


def _falling(z: Array) -> Array:
    return np.argsort(-z, axis=-1, kind="stable")


def _all(k: int, V: int) -> int:
    return k if 0 < k < V else V


def _per_batch(logits: Array, k: int) -> Array:
    """The k largest of all rows together."""
    return top_k(logits.reshape(-1), k).reshape(logits.shape)


def _per_token(logits: Array, k: int) -> Array:
    return top_k(logits, k) if logits.ndim == 1 else top_k(logits.T, k).T


def _first_threshold(logits: Array, k: int) -> Array:
    """The k-th logit of the first row cuts every row."""
    if not 0 < k < logits.shape[-1]:
        return logits.copy()
    rows = np.atleast_2d(logits)
    return np.where(logits >= np.sort(rows[0])[-k], logits, -np.inf)


def _distinct(logits: Array, k: int) -> Array:
    """The k largest different values, each with all that equal it."""
    if logits.ndim > 1:
        return np.stack([_distinct(row, k) for row in logits])
    values = np.unique(logits)
    return np.where(logits >= values[-k], logits, -np.inf) if 0 < k < len(values) else logits.copy()


def _rejects(logits: Array, k: int) -> Array:
    if k > logits.shape[-1]:
        raise IndexError("k")
    return top_k(logits, k)


def _threshold(logits: Array, k: int) -> Array:
    """All that reach the k-th largest, whatever k is."""
    return np.where(logits >= np.sort(logits, axis=-1)[..., -k, None], logits, -np.inf)


def _finite(low: float) -> Callable[..., Any]:
    """What top-k cuts off, and no more, gets a finite logit."""

    def filtered(logits: Array, k: int) -> Array:
        kept = top_k(logits, k)
        return np.where(np.isfinite(kept) | (kept == logits) & (k == 0), logits, low)

    return filtered


def _in_place(logits: Array, k: int) -> Array:
    logits[...] = top_k(logits, k)
    return logits


def _one_row(logits: Array, k: int) -> Array:
    """Written for one row: of a batch it keeps whole rows."""
    if k == 0:
        return logits.copy()
    kept = np.full_like(logits, -np.inf)
    first = _falling(logits)[:k]
    kept[first] = logits[first]
    return kept


def _of_kept(f: Callable[[Array], Array]) -> Callable[..., Any]:
    return lambda logits, k: f(top_k(logits, k))


def _in_order(logits: Array, k: int) -> Array:
    if not 0 < k < logits.shape[-1]:
        return logits.copy()
    kept = -np.sort(-logits, axis=-1)
    kept[..., k:] = -np.inf
    return kept


_SOME = "Not exactly k tokens stay."
WHOLE = (
    *styles(
        Mistake(
            "not the lowest ids among equals",
            "Exactly k stay, but among equals they are not those with the lowest ids.",
            "In which order does a sort that was turned round leave equal elements?",
        ),
        turned=_by_order(lambda z: np.argsort(z, axis=-1, kind="stable")[..., ::-1], _all),
        turned_unstably=_by_order(lambda z: np.argsort(z, axis=-1)[..., ::-1], _all),
        turned_unstably_and_none_for_0=_by_order(lambda z: np.argsort(z, axis=-1)[..., ::-1], lambda k, V: k),
        turned_and_none_for_0=_by_order(
            lambda z: np.argsort(z, axis=-1, kind="stable")[..., ::-1], lambda k, V: k
        ),
    ),
    *styles(
        Mistake(
            "equals in any order",
            "Exactly k stay, but among equals it is left to chance which: a sort need not keep the order of equals.",
            "Which kind of sort leaves equal elements in the order in which they stood?",
        ),
        sort=_by_order(lambda z: np.argsort(-z, axis=-1), _all),
    ),
    *styles(
        Mistake(
            "the least likely",
            "The k smallest logits stay, where the largest should.",
            "In which direction does a sort go, unless you turn it round?",
        ),
        stable=_by_order(lambda z: np.argsort(z, axis=-1, kind="stable"), _all),
        last=_by_order(lambda z: _falling(z)[..., ::-1], _all),
    ),
    *styles(
        Mistake(
            "nothing stays for k = 0",
            "For k = 0 all tokens are impossible, and 0 should keep all.",
            "What does a k of 0 mean here?",
        ),
        unstable=_by_order(lambda z: np.argsort(-z, axis=-1), lambda k, V: k),
    ),
    *styles(
        Mistake(
            "one too few",
            f"{_SOME} It is one less.",
            "How many elements has a slice that ends at k?",
        ),
        none_for_1=_by_order(_falling, lambda k, V: k - 1 if 0 < k < V else V),
        at_least_one=_by_order(_falling, lambda k, V: max(k - 1, 1) if 0 < k < V else V),
        for_V_too=_by_order(_falling, lambda k, V: max(k - 1, 1) if k else V),
        none_for_1_and_for_V_too=_by_order(_falling, lambda k, V: k - 1 if k else V),
    ),
    *styles(
        Mistake(
            "one too many",
            f"{_SOME} It is one more.",
            "Which place does the k-th largest have, counted from 0?",
        ),
        for_0_too=_by_order(_falling, lambda k, V: k + 1),
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
            "no equals stay",
            "The k-th largest is cut off: your comparison leaves out what is equal to it.",
            "Is the k-th largest one of the k largest?",
        ),
        k_above_V_refused=_no_equals(False),
        for_V_too=_no_equals(True),
    ),
    Mistake(
        "equals at the border all go",
        "Where the k-th largest and the next are equal, all of their equals were cut off, and fewer than k stay.",
        "How many of three equal logits stay when there is room for one?",
        wrong=_below,
    ),
    *styles(
        Mistake(
            "0 for minus infinity",
            "Tokens that were cut off got the logit 0, which is likelier than any negative one.",
            "Which logit gives a probability of 0?",
        ),
        by_multiplying=lambda z, k: z * np.isfinite(top_k(z, k)),
        and_what_was_cut_off_before=lambda z, k: np.nan_to_num(top_k(z, k), neginf=0.0),
    ),
    *styles(
        Mistake(
            "a large negative number",
            "Tokens that were cut off have a finite logit; here they are to be impossible, so that the next step can tell.",
            "Which logit gives a probability of exactly 0, whatever the others are?",
        ),
        ten_digits=_finite(-1e10),
        five_digits=_finite(-1e4),
        six_digits=_finite(-1e5),
        seven_digits=_finite(-1e6),
        nine_digits=_finite(-1e8),
        twelve_digits=_finite(-1e12),
        thirty_digits=_finite(-1e30),
        a_hundred=_finite(-100.0),
        a_thousand=_finite(-1000.0),
        subtracted=lambda z, k: np.where(np.isfinite(top_k(z, k)), z, z - 1e9),
        minus_one=_finite(-1.0),
        smallest=lambda z, k: np.where(np.isfinite(top_k(z, k)), z, z[np.isfinite(z)].min()),
    ),
    Mistake(
        "the k largest values",
        "Equal logits were counted as one: with each of the k largest values, all tokens that have it stay.",
        "How many tokens should stay, when some are equal?",
        wrong=_distinct,
    ),
    Mistake(
        "by absolute value",
        "Far below zero counts as far above it for you: the logits were compared without their signs.",
        "Which is likelier, a logit of -5 or one of 1?",
        wrong=_by_order(lambda z: np.argsort(-np.abs(z), axis=-1, kind="stable"), _all),
    ),
    Mistake(
        "the first ids",
        "The k tokens with the lowest ids stay, whatever their logits.",
        "What makes a token likely, its id or its logit?",
        wrong=_by_order(lambda z: np.zeros_like(z, dtype=np.int64) + np.arange(z.shape[-1]), _all),
    ),
)
