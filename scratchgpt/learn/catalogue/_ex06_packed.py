"""Lesson 06: the mistakes that are made with attention on packed queries, keys and values."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.arrays import Array
from ...ops.attention import attention_forward
from ...ops.heads import QKVAttentionCache, merge_heads, qkv_attention_forward, split_heads
from ..exercise import Mistake
from ._ex06_layout import MERGED_INTERLEAVED, MERGED_RESHAPED, SPLIT_INTERLEAVED, SPLIT_RESHAPED
from ._unpaired import styles

_PARTS = "q, k, v = (ops.split_heads(part, n_head) for part in xp.split(qkv, 3, axis=-1))"


def _attending(
    attend: Callable[..., Any] = attention_forward,
    parts: Callable[[Array, int], Any] | None = None,
    merge: Callable[[Array], Any] = merge_heads,
) -> Callable[..., Any]:
    """Return qkv_attention_forward with another attention, another way to find q, k and v, or to merge."""

    def qkv_attention_forward(qkv: Array, n_head: int, **options: Any) -> Any:
        q, k, v = (parts or _heads)(qkv, n_head)
        y, cache = attend(q, k, v, **options)
        return merge(y), QKVAttentionCache(n_head, cache)

    return qkv_attention_forward


def _heads(qkv: Array, n_head: int) -> list[Array]:
    return [split_heads(part, n_head) for part in np.split(qkv, 3, axis=-1)]


def _scaled(by: Callable[[int, int], float], kept: bool) -> Callable[..., Any]:
    """Attention whose scores are divided once more by a function of H and D; the cache shows it or not."""

    def attend(q: Array, k: Array, v: Array, **options: Any) -> Any:
        y, cache = attention_forward(q / by(q.shape[1], q.shape[3]), k, v, **options)
        return y, cache if kept else cache._replace(q=q)

    return _attending(attend)


def _keeping(keep: Callable[..., Any]) -> Callable[..., Any]:
    """Return qkv_attention_forward with another result, made of the output, the cache and the packed input."""
    return lambda qkv, n_head, **options: keep(*qkv_attention_forward(qkv, n_head, **options), qkv)


def _positions_as_heads(qkv: Array, n_head: int) -> list[Array]:
    return [part.reshape(*part.shape[:2], n_head, -1) for part in np.split(qkv, 3, axis=-1)]


def _in_place(qkv: Array, n_head: int, **options: Any) -> Any:
    result = qkv_attention_forward(qkv.copy(), n_head, **options)
    qkv *= 0.5
    return result


QKV = (
    Mistake(
        "keys before queries",
        "The first third was taken for the keys and the second for the queries.",
        "In which order do the three stand?",
        edits=((_PARTS, _PARTS.replace("q, k, v =", "k, q, v =")),),
    ),
    Mistake(
        "values before keys",
        "The second third was taken for the values and the last for the keys.",
        "In which order do the three stand?",
        edits=((_PARTS, _PARTS.replace("q, k, v =", "q, v, k =")),),
    ),
    Mistake(
        "values first",
        "The three were read from the back: the first third was taken for the values and the last for the queries.",
        "In which order do the three stand?",
        edits=((_PARTS, _PARTS.replace("q, k, v =", "v, k, q =")),),
    ),
    Mistake(
        "a third of each head",
        "The vectors were first cut into heads and then each piece into three: but the queries of all heads come first, "
        "then all keys, then all values.",
        "Whose numbers are the first C of a vector?",
        edits=((_PARTS, "q, k, v = xp.split(ops.split_heads(qkv, n_head), 3, axis=-1)"),),
    ),
    Mistake(
        "every third number",
        "Queries, keys and values were taken as every third number, where each of them is one piece.",
        "Which numbers of a vector are its query?",
        edits=((_PARTS, _PARTS.replace("xp.split(qkv, 3, axis=-1)", "(qkv[..., i::3] for i in range(3))")),),
    ),
    Mistake(
        "one large head",
        "All heads attended as one: there is one table of weights per text, where each head should have its own.",
        "At which step do the heads part?",
        edits=((_PARTS, _PARTS.replace("(part, n_head)", "(part, 1)")),),
    ),
    SPLIT_RESHAPED,
    SPLIT_INTERLEAVED,
    MERGED_RESHAPED,
    MERGED_INTERLEAVED,
    Mistake(
        "cache forgotten",
        "The output came back alone: the way back needs the number of heads and what attention kept.",
        "How many things were asked for?",
        edits=(("ops.merge_heads(y), QKVAttentionCache(n_head, cache)", "ops.merge_heads(y)"),),
    ),
    Mistake(
        "not merged",
        "The output still has an axis of heads.",
        "What should stand side by side in the vector of a position?",
        edits=(("return ops.merge_heads(y),", "return y,"),),
    ),
    Mistake(
        "causal not passed on",
        "The future is hidden even where causal is False.",
        "Which of the arguments have you not used yet?",
        edits=(("causal=causal, ", ""),),
    ),
    Mistake(
        "key mask not passed on",
        "The key mask changes nothing: keys that are marked with 0 still have weight.",
        "Which of the arguments have you not used yet?",
        edits=(("key_mask=key_mask, ", ""),),
    ),
    *styles(
        Mistake(
            "scaled by the whole width",
            "The scores were divided by the root of C, the width of all heads together: a score is a sum over one head's D "
            "numbers.",
            "How many products are added up in one score?",
        ),
        all=_scaled(lambda H, D: H**0.5, False),
        kept=_scaled(lambda H, D: H**0.5, True),
    ),
    *styles(
        Mistake(
            "scaled once more",
            "The scores were divided by the root of D a second time: attention does that by itself.",
            "Which of your functions scales already?",
        ),
        all=_scaled(lambda H, D: D**0.5, False),
        kept=_scaled(lambda H, D: D**0.5, True),
    ),
    *styles(
        Mistake(
            "not scaled",
            "The scores were not divided by the root of D: each head should scale by its own size.",
            "By what does attention divide the dot products?",
        ),
        all=_scaled(lambda H, D: D**-0.5, False),
    ),
    *styles(
        Mistake(
            "thirds turned on",
            "Queries, keys and values have each moved on by a third: none of the three was taken where it stands.",
            "In which order do the three stand?",
        ),
        keys_first=_attending(parts=lambda x, n: (h := _heads(x, n), [h[1], h[2], h[0]])[1]),
        values_first=_attending(parts=lambda x, n: (h := _heads(x, n), [h[2], h[0], h[1]])[1]),
    ),
    *styles(
        Mistake(
            "one third used twice",
            "One third of the vectors was used twice, and another not at all: queries, keys and values are different numbers.",
            "Which numbers of a vector are its query, which its key and which its value?",
        ),
        query_as_key=_attending(parts=lambda x, n: (h := _heads(x, n), [h[0], h[0], h[2]])[1]),
        key_as_value=_attending(parts=lambda x, n: (h := _heads(x, n), [h[0], h[1], h[1]])[1]),
        value_as_key=_attending(parts=lambda x, n: (h := _heads(x, n), [h[0], h[2], h[2]])[1]),
        query_as_value=_attending(parts=lambda x, n: (h := _heads(x, n), [h[0], h[1], h[0]])[1]),
    ),
    *styles(
        Mistake(
            "heads attend to each other",
            "The heads of one position attended to each other: within each head, positions should attend to positions.",
            "Which axis must stand last but one when attention gets its arrays?",
        ),
        reshaped=_attending(parts=_positions_as_heads, merge=lambda y: y.reshape(*y.shape[:2], -1)),
        merged=_attending(parts=_positions_as_heads),
    ),
    *styles(
        Mistake(
            "heads not joined",
            "The axes are in the right order, but heads and their numbers are still two axes.",
            "How many axes does the output have?",
        ),
        all=_attending(merge=lambda y: y.swapaxes(1, 2)),
    ),
    *styles(
        Mistake(
            "heads added",
            "The heads were added up or averaged: their numbers should stand side by side.",
            "How long is the vector of a position?",
        ),
        added=_attending(merge=lambda y: y.sum(axis=1)),
        averaged=_attending(merge=lambda y: y.mean(axis=1)),
    ),
    *styles(
        Mistake(
            "attention's cache alone",
            "The output is right, but the cache is that of attention alone: the number of heads should be kept with it.",
            "What does the way back need to split the gradient into heads?",
        ),
        all=_keeping(lambda y, cache, qkv: (y, cache.attention)),
    ),
    *styles(
        Mistake(
            "a plain tuple as cache",
            "The output is right, but the cache is a plain tuple: its fields should have names.",
            "Which type of cache does the task name?",
        ),
        all=_keeping(lambda y, cache, qkv: (y, (cache.n_head, cache.attention))),
        attention_first=_keeping(lambda y, cache, qkv: (y, (cache.attention, cache.n_head))),
    ),
    *styles(
        Mistake(
            "cache in the wrong order",
            "The output is right, but in the cache the two fields have changed places.",
            "In which order does the cache name its fields?",
        ),
        all=_keeping(lambda y, cache, qkv: (y, QKVAttentionCache(cache.attention, cache.n_head))),
    ),
    *styles(
        Mistake(
            "size of a head kept",
            "The output is right, but the cache holds the size of a head where the number of heads should be.",
            "Which of the two is the number of heads?",
        ),
        all=_keeping(lambda y, c, qkv: (y, c._replace(n_head=c.attention.q.shape[-1]))),
    ),
    *styles(
        Mistake(
            "something else kept in place of attention's cache",
            "The output is right, but the second field of the cache is not what attention kept.",
            "Which two things does attention return?",
        ),
        packed=_keeping(lambda y, c, qkv: (y, c._replace(attention=qkv))),
        weights=_keeping(lambda y, c, qkv: (y, c._replace(attention=c.attention.weights))),
        both=_keeping(lambda y, c, qkv: (y, c._replace(attention=(split_heads(y, c.n_head), c.attention)))),
        output=_keeping(lambda y, c, qkv: (y, c._replace(attention=y))),
    ),
    *styles(
        Mistake(
            "cache first",
            "Output and cache are both right, but they are returned in the wrong order.",
            "Which of the two was asked for first?",
        ),
        all=_keeping(lambda y, cache, qkv: (cache, y)),
    ),
    *styles(
        Mistake(
            "argument changed in place",
            "The result is right, but an array that was given was changed on the way.",
            "Which of your steps writes into an array that is not yours?",
        ),
        all=_in_place,
    ),
)
