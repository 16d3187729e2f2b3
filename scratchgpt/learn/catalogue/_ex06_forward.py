"""Lesson 06: the mistakes that are made when the values are mixed, and those of scores and weights again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ...ops.arrays import Array
from ...ops.attention import AttentionCache, attention_forward, attention_weights
from ...ops.dropout import DropoutCache
from ..exercise import Mistake
from . import _ex06_masks as masks
from . import _ex06_weights as w
from ._ex06_scores import EXCHANGED, SCALES
from ._ex06_styles import STYLED
from ._unpaired import styles, unpaired


def _with(weights: Callable[..., Array]) -> Callable[..., Any]:
    """Return attention_forward with other weights."""

    def attention_forward(
        q: Array,
        k: Array,
        v: Array,
        *,
        causal: bool = True,
        key_mask: Array | None = None,
        dropout: float = 0.0,
        rng: Any = None,
    ) -> tuple[Array, AttentionCache]:
        p = weights(q, k, causal=causal, key_mask=key_mask)
        return p @ v, AttentionCache(q, k, v, p, DropoutCache(None, 0.0))

    return attention_forward


_MIX = "return matmul(weights, v), "
_CACHE = "AttentionCache(q, k, v, weights, dropout_cache)"
_OPTIONS = "causal=causal, key_mask=key_mask)\n"

_EDITED = ("attention_weights", "attention_scores_forward", "causal_mask", "mix_values_forward")
_OFTEN = ("no scale", "divided by the size")
_ALONE = (
    *(m for m in SCALES if m.key not in (*_OFTEN, "root of the number of keys")),
    EXCHANGED,
    w.SCALED_AFTERWARDS,
    w.STRICT,
    w.BACKWARDS,
    w.OVER_QUERIES,
    w.STRICT_ZERO,
    w.HIDDEN,
    w.HIDDEN_ZERO,
    w.KEY_MASK_AFTERWARDS,
    w.TURNED_ROUND,
)


def _mixing(mix: Callable[..., Any]) -> Callable[..., Any]:
    """Return attention_forward with another mixture, of weights, values, queries and keys."""

    def attention_forward(q: Array, k: Array, v: Array, **options: Any) -> tuple[Array, AttentionCache]:
        kept = {name: options[name] for name in ("causal", "key_mask") if name in options}
        p = attention_weights(q, k, **kept)
        return mix(p, v, q, k), AttentionCache(q, k, v, p, DropoutCache(None, 0.0))

    return attention_forward


_PLAIN: Any = (None, 0.0)
_TURNED: Any = DropoutCache(0.0, None)  # type: ignore[arg-type]


def _keeping(keep: Callable[[Array, AttentionCache], Any]) -> Callable[..., Any]:
    """Return attention_forward with another result, made of the output and the cache."""
    return lambda *args, **kwargs: keep(*attention_forward(*args, **kwargs))


def _in_place(q: Array, *args: Any, **kwargs: Any) -> Any:
    y, cache = attention_forward(q, *args, **kwargs)
    cache = cache._replace(q=q.copy())
    q *= 0.5
    return y, cache


FORWARD = (
    *(m for m in SCALES if m.key in _OFTEN),
    w.NOT_CAUSAL,
    w.PAST_FORGOTTEN,
    w.AFTER_SOFTMAX,
    w.ZERO_FILLED,
    w.KEYS_IGNORED,
    w.ALL_HIDDEN_NAN,
    w.ALL_HIDDEN_UNIFORM,
    *unpaired(attention_forward, _ALONE, _EDITED),
    *(replace(m, wrong=_with(m.wrong)) for m in STYLED if m.wrong is not None),
    *(
        replace(m, wrong=_with(m.wrong))
        for m in masks.MORE
        if m.wrong is not None and not m.key.startswith(masks.NUMBERS_ONLY)
    ),
    *styles(
        Mistake(
            "averaged over the keys",
            "The mixture was divided once more, by the number of keys: the weights sum to 1 already.",
            "What comes out when all values are the same vector?",
        ),
        all=_mixing(lambda p, v, q, k: p @ v / v.shape[2]),
        seen=_mixing(lambda p, v, q, k: p @ v / np.maximum((p > 0).sum(axis=-1, keepdims=True), 1)),
        queries=_mixing(lambda p, v, q, k: p @ v / q.shape[2]),
    ),
    *styles(
        Mistake(
            "output divided by the size",
            "The output was divided by D: the mixture of equal values should be that very value.",
            "What comes out when all values are the same vector?",
        ),
        all=_mixing(lambda p, v, q, k: p @ v / v.shape[3]),
    ),
    *styles(
        Mistake(
            "queries mixed in place of values",
            "The weights are right, but what they mix are the queries: those only say what is looked for.",
            "What is handed over once it is known which positions to look at?",
        ),
        all=_mixing(lambda p, v, q, k: p @ q),
    ),
    *styles(
        Mistake(
            "heads merged already",
            "The heads were already put side by side: the output should still have an axis of its own for them.",
            "Whose task is it to bring the heads together again?",
        ),
        all=_mixing(lambda p, v, q, k: (p @ v).swapaxes(1, 2).reshape(len(q), q.shape[2], -1)),
        added=_mixing(lambda p, v, q, k: (p @ v).sum(axis=1)),
    ),
    *styles(
        Mistake(
            "queries added to the mixture",
            "The queries were added to the mixture: attention hands over values alone.",
            "What comes out when all values are 0?",
        ),
        all=_mixing(lambda p, v, q, k: p @ v + q),
    ),
    *styles(
        Mistake(
            "a plain tuple as cache",
            "The output is right, but the cache is a plain tuple: its fields should have names.",
            "Which type of cache does the task name?",
        ),
        all=_keeping(lambda y, cache: (y, tuple(cache))),
    ),
    *styles(
        Mistake(
            "a plain tuple for dropout",
            "The output is right, but the last field of the cache is a plain tuple or a list: its fields should have names.",
            "Which type of cache does the task name for the last field?",
        ),
        all=_keeping(lambda y, cache: (y, cache._replace(dropout=_PLAIN))),
    ),
    *styles(
        Mistake(
            "dropout's fields exchanged",
            "The output is right, but in dropout's own cache the two fields have changed places, or hold something else.",
            "Which two things does the task put into the last field?",
        ),
        exchanged=_keeping(lambda y, cache: (y, cache._replace(dropout=DropoutCache(0.0, None)))),  # type: ignore[arg-type]
        kept=_keeping(lambda y, cache: (y, cache._replace(dropout=DropoutCache(None, 1.0)))),
    ),
    *styles(
        Mistake(
            "output kept in place of something else",
            "The output is right, but the cache holds it too, in the place of what made it.",
            "Which fields does the cache have?",
        ),
        values=_keeping(lambda y, cache: (y, cache._replace(v=y))),
        weights=_keeping(lambda y, cache: (y, cache._replace(weights=y))),
    ),
    *styles(
        Mistake(
            "raw scores kept",
            "The output is right, but the cache holds unscaled dot products where the weights should be.",
            "Which table sums to 1 in each row?",
        ),
        all=_keeping(lambda y, c: (y, c._replace(weights=c.q @ c.k.swapaxes(2, 3)))),
    ),
    *styles(
        Mistake(
            "unmasked weights kept",
            "The output is right, but the weights in the cache are those without a mask: hidden keys have a share in them.",
            "By which weights were the values mixed?",
        ),
        all=_keeping(
            lambda y, c: (y, c._replace(weights=attention_weights(c.q, c.k, causal=False))),
        ),
    ),
    *styles(
        Mistake(
            "cache first",
            "Output and cache are both right, but they are returned in the wrong order.",
            "Which of the two was asked for first?",
        ),
        all=_keeping(lambda y, cache: (cache, y)),
    ),
    *styles(
        Mistake(
            "weights returned too",
            "Output, weights and cache came back: the weights are in the cache, and two things were asked for.",
            "How many things were asked for?",
        ),
        all=_keeping(lambda y, cache: (y, cache.weights, cache)),
    ),
    *styles(
        Mistake(
            "weights in place of the cache",
            "The output is right, but the weights alone came back with it: the way back needs queries, keys and values too.",
            "Which fields does the cache have?",
        ),
        all=_keeping(lambda y, cache: (y, cache.weights)),
    ),
    *styles(
        Mistake(
            "argument changed in place",
            "The result is right, but an array that was given was changed on the way.",
            "Which of your steps writes into an array that is not yours?",
        ),
        all=_in_place,
    ),
    Mistake(
        "keys mixed in place of values",
        "The weights are right, but what they mix are the keys: those only say where to look.",
        "What is handed over once it is known which positions to look at?",
        edits=(("ops.mix_values_forward(dropped, v)", "ops.mix_values_forward(dropped, k)"),),
    ),
    Mistake(
        "weights turned round",
        "Each value was given out along the columns of the weights: an output row is no longer a mixture whose shares "
        "sum to 1.",
        "Which axis of the weights counts the keys, and which axis of the values?",
        edits=((_MIX, "return matmul(weights.swapaxes(2, 3), v), "),),
    ),
    Mistake(
        "nothing mixed",
        "The output has the weights in it, but no values.",
        "What do the weights weigh?",
        edits=((_MIX, "return weights, "),),
    ),
    Mistake(
        "output scaled again",
        "The output was divided by the root of D a second time: the mixture of equal values should be that very "
        "value.",
        "What comes out when all values are the same vector?",
        edits=((_MIX, "return matmul(weights, v) / math.sqrt(v.shape[-1]), "),),
    ),
    Mistake(
        "heads put side by side too early",
        "The heads were already merged: the output should still have an axis of its own for them.",
        "Whose task is it to bring the heads together again?",
        edits=((_MIX, "return matmul(weights, v).swapaxes(1, 2), "),),
    ),
    Mistake(
        "scores kept in place of weights",
        "The output is right, but the cache holds the scores where the weights should be: the way back begins at the "
        "weights.",
        "Which of the two sums to 1 in each row?",
        edits=((_CACHE, _CACHE.replace("weights", "attention_scores_forward(q, k)[0]")),),
    ),
    Mistake(
        "cache in the wrong order",
        "The output is right, but in the cache two fields have changed places.",
        "In which order does the cache name its fields?",
        edits=((_CACHE, "AttentionCache(q, v, k, weights, dropout_cache)"),),
    ),
    Mistake(
        "causal not passed on",
        "Whether the future is hidden does not depend on the argument: it always is.",
        "Which of the arguments have you not used yet?",
        edits=((_OPTIONS, "key_mask=key_mask)\n"),),
    ),
    Mistake(
        "dropout's field left empty",
        "The output is right, but the last field of the cache is empty: the way back looks there for what was dropped.",
        "What stands for nothing having been dropped?",
        edits=((_CACHE, _CACHE.replace("dropout_cache", "None")),),
    ),
    Mistake(
        "dropout's rate in its field",
        "The output is right, but the last field of the cache holds the rate alone, where a small cache of its own belongs.",
        "What stands for nothing having been dropped?",
        edits=((_CACHE, _CACHE.replace("dropout_cache", "dropout")),),
    ),
    Mistake(
        "cache forgotten",
        "The output came back alone: the way back needs what the forward pass saw.",
        "How many things were asked for?",
        edits=(("return y, " + _CACHE, "return y"),),
    ),
)
