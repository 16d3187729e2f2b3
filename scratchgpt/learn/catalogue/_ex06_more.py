"""Lesson 06: less common mistakes with scores and with the causal mask, each held against an answer alone."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.arrays import Array
from ...ops.attention import AttentionScoresCache, attention_scores_forward, causal_mask
from ..exercise import Mistake
from ._unpaired import styles, unpaired

_SCALE = "y *= 1 / math.sqrt(q.shape[-1])"
_CACHE = "AttentionScoresCache(q, k)"


def _scores(*mistakes: Mistake) -> tuple[Mistake, ...]:
    return unpaired(attention_scores_forward, mistakes)


def _of(scores: Callable[[Array, Array], Any]) -> Callable[..., Any]:
    """Return attention_scores_forward with other scores."""
    return lambda q, k: (scores(q, k), AttentionScoresCache(q, k))


def _right(q: Array, k: Array) -> Array:
    return attention_scores_forward(q, k)[0]


def _norm(x: Array) -> Array:
    return np.linalg.norm(x, axis=-1, keepdims=True)


def _hidden(q: Array, k: Array, fill: float) -> Array:
    return np.where(causal_mask(q.shape[2], k.shape[2]), _right(q, k), fill)


def _standard(y: Array, axis: int | None) -> Array:
    return (y - y.mean(axis=axis, keepdims=True)) / y.std(axis=axis, keepdims=True)


SCORES_MORE = (
    *styles(
        Mistake(
            "divided by the lengths",
            "The scores were divided by the lengths of the vectors themselves: a query twice as long should have scores "
            "twice as large, and the scale should depend on D alone.",
            "Does the scale change from one pair of vectors to another?",
        ),
        both=_of(lambda q, k: (q / _norm(q)) @ (k / _norm(k)).swapaxes(2, 3)),
        both_and_scaled=_of(lambda q, k: _right(q / _norm(q), k / _norm(k))),
        queries=_of(lambda q, k: (q / _norm(q)) @ k.swapaxes(2, 3)),
        keys=_of(lambda q, k: q @ (k / _norm(k)).swapaxes(2, 3)),
        squared=_of(lambda q, k: (q / _norm(q) ** 2) @ k.swapaxes(2, 3)),
    ),
    *styles(
        Mistake(
            "brought to size 1 by measuring",
            "The scores were brought to the size 1 by what was measured on them: the scale should depend on D alone, and one "
            "query's scores not on those of others.",
            "The variance of 1 holds on average over all texts. Which number achieves that without looking at the scores?",
        ),
        divided=_of(lambda q, k: (y := q @ k.swapaxes(2, 3)) / y.std()),
        divided_by_row=_of(lambda q, k: (y := q @ k.swapaxes(2, 3)) / y.std(axis=-1, keepdims=True)),
        standardised=_of(lambda q, k: _standard(q @ k.swapaxes(2, 3), None)),
        standardised_by_row=_of(lambda q, k: _standard(q @ k.swapaxes(2, 3), -1)),
    ),
    *styles(
        Mistake(
            "mask taken already",
            "The later keys are hidden already: these are to be the scores of all keys, and the mask is the next step.",
            "Does the task speak of keys that a query must not see?",
        ),
        infinite=_of(lambda q, k: _hidden(q, k, -np.inf)),
        large=_of(lambda q, k: _hidden(q, k, -1e9)),
        zero=_of(lambda q, k: _hidden(q, k, 0.0)),
    ),
    *styles(
        Mistake(
            "only the query's own key",
            "Each query was multiplied with the key at its own position only: it should be compared with every key.",
            "How many scores does one query get?",
        ),
        added=_of(lambda q, k: (q * k).sum(axis=-1) / np.sqrt(q.shape[-1])),
        added_unscaled=_of(lambda q, k: (q * k).sum(axis=-1)),
        apart=_of(lambda q, k: q * k / np.sqrt(q.shape[-1])),
        apart_unscaled=_of(lambda q, k: q * k),
    ),
    *styles(
        Mistake(
            "heads added up",
            "The scores of all heads were added: each head should keep a table of its own.",
            "Which axes does the result have, and which of the factors' axes is summed away?",
        ),
        gone=_of(lambda q, k: _right(q, k).sum(axis=1)),
        gone_unscaled=_of(lambda q, k: (q @ k.swapaxes(2, 3)).sum(axis=1)),
    ),
    *styles(
        Mistake(
            "texts added up",
            "The scores of all texts were added: each text should keep its tables.",
            "Which axes does the result have, and which of the factors' axes is summed away?",
        ),
        gone=_of(lambda q, k: _right(q, k).sum(axis=0)),
        gone_unscaled=_of(lambda q, k: (q @ k.swapaxes(2, 3)).sum(axis=0)),
    ),
    *styles(
        Mistake(
            "mean of the products",
            "The products were averaged and then scaled once more: the scores shrink as heads grow.",
            "The variance of a sum of D products is D. By what was it divided here in all?",
        ),
        scaled=_of(lambda q, k: _right(q, k) / q.shape[-1]),
    ),
    *_scores(
        Mistake(
            "root of the number of texts",
            "The scale is the root of the number of texts: it was read from the wrong axis.",
            "How many products are added up in one score, and which axis has that many numbers?",
            edits=((_SCALE, "y *= 1 / math.sqrt(len(q))"),),
        ),
        Mistake(
            "divided by the number of keys",
            "The scores are divided by the number of keys: the same query and key would get another score in a longer text.",
            "Which axis disappears in a dot product?",
            edits=((_SCALE, "y /= y.shape[-1]"),),
        ),
        Mistake(
            "multiplied by the size",
            "The scores were multiplied by D: the larger the heads are, the larger they become.",
            "Are the unscaled dot products too large or too small?",
            edits=((_SCALE, "y *= q.shape[-1]"),),
        ),
        Mistake(
            "scaled keys kept",
            "The scores are right, but the cache holds the keys after they were scaled: the way back would use another "
            "factor than it should.",
            "Which keys were given to you?",
            edits=((_CACHE, "AttentionScoresCache(q, k / math.sqrt(q.shape[-1]))"),),
        ),
        Mistake(
            "scaled queries and keys kept",
            "The scores are right, but the cache holds queries and keys after they were scaled.",
            "Which queries and keys were given to you?",
            edits=((_CACHE, "AttentionScoresCache(q / q.shape[-1] ** 0.25, k / q.shape[-1] ** 0.25)"),),
        ),
        Mistake(
            "turned keys kept",
            "The scores are right, but the cache holds the keys after their axes changed places.",
            "In which shape were the keys given to you?",
            edits=((_CACHE, "AttentionScoresCache(q, k.swapaxes(2, 3))"),),
        ),
        Mistake(
            "scores kept",
            "The scores are right, but the cache holds them too, where the keys should be.",
            "What does the derivative of a product need?",
            edits=((_CACHE, "AttentionScoresCache(q, y)"),),
        ),
        Mistake(
            "a plain tuple as cache",
            "The scores are right, but the cache is a plain tuple: its fields should have names.",
            "Which type of cache does the task name?",
            edits=((_CACHE, "(q, k)"),),
        ),
        Mistake(
            "cache first",
            "Scores and cache are both right, but they are returned in the wrong order.",
            "Which of the two was asked for first?",
            edits=(("return y, " + _CACHE, f"return {_CACHE}, y"),),
        ),
    ),
)


def _table(mask: Callable[[Array, Array, int, int], Any]) -> Callable[..., Any]:
    """Return causal_mask made of a column of query numbers, a row of key numbers, T and S."""
    return lambda T, S: mask(np.arange(T)[:, None], np.arange(S)[None, :], T, S)


_TURNED = Mistake(
    "shape turned round",
    "The shape is turned round, a row for every position and a column for every query, but the triangle was not turned "
    "with it.",
    "Which of the two should have a row each, queries or keys?",
)
_NUMBERS = Mistake(
    "numbers in place of booleans",
    "The ones and zeros stand in the right places, but they are numbers, where True and False were asked for.",
    "Which type does a comparison give?",
)
_RECENT = Mistake(
    "past keys hidden",
    "With more positions than queries, the keys before the first query are hidden too: they were computed earlier, and "
    "every query may see them.",
    "May a query see a position that lies before all queries?",
)

MASK_MORE = (
    *styles(
        _TURNED,
        left=lambda T, S: np.tril(np.ones((S, T), dtype=bool)),
        left_numbers=lambda T, S: np.tril(np.ones((S, T))),
        moved=lambda T, S: np.tril(np.ones((S, T), dtype=bool), S - T),
        moved_numbers=lambda T, S: np.tril(np.ones((S, T)), S - T),
        back=lambda T, S: np.tril(np.ones((S, T), dtype=bool), T - S),
        back_numbers=lambda T, S: np.tril(np.ones((S, T)), T - S),
        upper=lambda T, S: np.triu(np.ones((S, T), dtype=bool)),
        upper_numbers=lambda T, S: np.triu(np.ones((S, T))),
    ),
    *styles(
        _NUMBERS,
        floats=_table(lambda i, j, T, S: 1.0 * (j <= S - T + i)),
        integers=_table(lambda i, j, T, S: 1 * (j <= S - T + i)),
    ),
    *styles(
        Mistake(
            "numbers, queries at the first positions",
            "The table holds numbers in place of True and False; and with more positions than queries, the queries were "
            "placed at the first positions instead of the last.",
            "If there are 5 positions and 2 queries, at which position does the first query stand?",
        ),
        floats=_table(lambda i, j, T, S: 1.0 * (j <= i)),
        integers=_table(lambda i, j, T, S: 1 * (j <= i)),
    ),
    *styles(
        Mistake(
            "numbers, hidden for allowed",
            "The table holds numbers in place of True and False, and it marks what must be hidden, where it should mark what "
            "may be seen.",
            "What does True mean here?",
        ),
        floats=_table(lambda i, j, T, S: 1.0 * (j > S - T + i)),
        integers=_table(lambda i, j, T, S: 1 * (j > S - T + i)),
        first_positions=_table(lambda i, j, T, S: 1.0 * (j > i)),
    ),
    *styles(
        Mistake(
            "numbers to be added, queries at the first positions",
            "These are numbers to be added to scores, where True and False were asked for; and with more positions than "
            "queries, the queries were placed at the first positions.",
            "What should the table say of a key, and at which position does the first query stand?",
        ),
        infinite=_table(lambda i, j, T, S: np.where(j <= i, 0.0, -np.inf)),
        large=_table(lambda i, j, T, S: np.where(j <= i, 0.0, -1e9)),
    ),
    *styles(
        _RECENT,
        right=_table(lambda i, j, T, S: (j >= S - T) & (j <= S - T + i)),
        one_more=_table(lambda i, j, T, S: (j >= S - T) & (j < S - T + i)),
        window=_table(lambda i, j, T, S: (j > S - T + i - T) & (j <= S - T + i)),
    ),
    *styles(
        Mistake(
            "too many axes",
            "The table has axes in front for texts and heads: asked for were rows and columns alone.",
            "Which shape was asked for?",
        ),
        two=lambda T, S: causal_mask(T, S)[None, None],
        one=lambda T, S: causal_mask(T, S)[None],
    ),
    *styles(
        Mistake(
            "two positions too far",
            "Each query also sees the two positions right behind its own: the very tokens that are to be guessed.",
            "Which is the last key that query 0 may see when queries stand at all positions?",
        ),
        all=_table(lambda i, j, T, S: j <= S - T + i + 2),
    ),
    *styles(
        Mistake(
            "nothing allowed",
            "No query sees any key: its own position and those before it should be open.",
            "What may the very first query look at?",
        ),
        all=lambda T, S: np.zeros((T, S), dtype=bool),
    ),
    *styles(
        Mistake(
            "a list of rows",
            "The table is right, but it is a list of lists, where an array was asked for.",
            "What turns nested lists into an array?",
        ),
        all=lambda T, S: causal_mask(T, S).tolist(),
    ),
)
