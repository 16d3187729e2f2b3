"""Lesson 12: a step with a cache, wrong in ways that no small change of the code gives."""

import math
from typing import Any

import numpy as np

from ...ops.arrays import Array
from ...ops.softmax import softmax
from ..exercise import Mistake
from ._unpaired import styles


def _attended(q: Array, keys: Array, values: Array) -> Array:
    return softmax(q @ keys.swapaxes(2, 3) / math.sqrt(q.shape[-1])) @ values


def _longer(k: Array, v: Array, keys: Array, values: Array) -> tuple[Array, Array]:
    return np.concatenate([keys, k], axis=2), np.concatenate([values, v], axis=2)


def _earlier_only(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    return _attended(q, keys, values), *_longer(k, v, keys, values)


def _earlier_guarded(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    y = np.zeros_like(q) if keys.shape[2] == 0 else _attended(q, keys, values)
    return y, *_longer(k, v, keys, values)


def _itself_masked(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    new = _longer(k, v, keys, values)
    scores = q @ new[0].swapaxes(2, 3) / math.sqrt(q.shape[-1])
    scores[..., -1] = -np.inf
    return softmax(scores) @ new[1], *new


def _earlier_or_itself(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    y = v.copy() if keys.shape[2] == 0 else _attended(q, keys, values)
    return y, *_longer(k, v, keys, values)


def _not_remembered(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    return _attended(q, *_longer(k, v, keys, values)), keys.copy(), values.copy()


def _only_new_returned(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    return _attended(q, *_longer(k, v, keys, values)), k.copy(), v.copy()


def _neither(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    return _attended(q, keys, values), keys.copy(), values.copy()


def _last_replaced(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    keys = np.concatenate([keys[:, :, :-1], k], axis=2)
    values = np.concatenate([values[:, :, :-1], v], axis=2)
    return _attended(q, keys, values), keys, values


def _oldest_dropped(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    keys, values = _longer(k, v, keys[:, :, 1:], values[:, :, 1:])
    return _attended(q, keys, values), keys, values


def _rest_changed(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    new = _longer(k, v, keys, values)
    keys /= math.sqrt(q.shape[-1])
    return _attended(q, *new), *new


def _first_replaced(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    keys = np.concatenate([k, keys[:, :, 1:]], axis=2)
    values = np.concatenate([v, values[:, :, 1:]], axis=2)
    return _attended(q, keys, values), keys, values


def _sums_of_values(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    """The weights are right for the earlier positions, and the new value is added in full."""
    new = _longer(k, v, keys, values)
    y = v.copy() if keys.shape[2] == 0 else _attended(q, keys, values) + v
    return y, *new


def _rooms(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    """The last earlier position is not seen."""
    new = _longer(k, v, keys, values)
    kept = [np.concatenate([x[:, :, :-2], x[:, :, -1:]], axis=2) for x in new]
    return _attended(q, *kept), *new


def _first_unseen(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    new = _longer(k, v, keys, values)
    seen = new if keys.shape[2] == 0 else [x[:, :, 1:] for x in new]
    return _attended(q, *seen), *new


def _only_keys(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    new = _longer(k, v, keys, values)
    return _attended(q, *new), new[0], values.copy()


def _only_values(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    new = _longer(k, v, keys, values)
    return _attended(q, *new), keys.copy(), new[1]


def _over_queries(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    new = _longer(k, v, keys, values)
    return softmax(q @ new[0].swapaxes(2, 3) / math.sqrt(q.shape[-1]), axis=2) @ new[1], *new


def _over_heads(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Any:
    new = _longer(k, v, keys, values)
    return softmax(q @ new[0].swapaxes(2, 3) / math.sqrt(q.shape[-1]), axis=1) @ new[1], *new


WHOLE = (
    *styles(
        Mistake(
            "does not see itself",
            "The cache is right, but the new position attended to the earlier ones only: it sees itself, too.",
            "What does the first position of a text see?",
        ),
        plain=_earlier_only,
        zeros_at_the_beginning=_earlier_guarded,
        masked=_itself_masked,
        itself_at_the_beginning=_earlier_or_itself,
    ),
    *styles(
        Mistake(
            "not remembered",
            "The output is right, but what you return as the cache is not the old one with the new position at its end.",
            "What will the next position find in the cache?",
        ),
        old_cache=_not_remembered,
        new_position_alone=_only_new_returned,
        keys_alone=_only_keys,
        values_alone=_only_values,
    ),
    Mistake(
        "not appended at all",
        "The new key and the new value were not used: the cache is as it was, and the new position does not see itself.",
        "Which of the arguments have you not used yet?",
        wrong=_neither,
    ),
    Mistake(
        "last one replaced",
        "The new position has taken the place of the last one in the cache; it should come behind it.",
        "How many positions does the cache hold afterwards?",
        wrong=_last_replaced,
    ),
    Mistake(
        "oldest one dropped",
        "The oldest position has left the cache; nothing is to be forgotten.",
        "How many positions does the cache hold afterwards?",
        wrong=_oldest_dropped,
    ),
    Mistake(
        "first one replaced",
        "The new position has taken the place of the first one in the cache; it should come behind the last.",
        "How many positions does the cache hold afterwards?",
        wrong=_first_replaced,
    ),
    Mistake(
        "own value added in full",
        "The weights of the earlier positions sum to 1 without the new one, and its value was added in full: it takes part "
        "in the softmax like all others.",
        "What do the weights of the new position sum to?",
        wrong=_sums_of_values,
    ),
    *styles(
        Mistake(
            "one of the earlier positions unseen",
            "The new position does not see all that stand before it.",
            "Which of the S + 1 positions may the new one see?",
        ),
        last=_rooms,
        first=_first_unseen,
    ),
    Mistake(
        "changed in place",
        "The results are right, but the keys that were given have been changed.",
        "Whose array is it?",
        wrong=_rest_changed,
    ),
    Mistake(
        "softmax over the queries",
        "The softmax was taken over the queries: with a single one every weight is 1, and the values are added up.",
        "Along which axis of the scores do the keys lie?",
        wrong=_over_queries,
    ),
    Mistake(
        "softmax over the heads",
        "The softmax was taken over the heads, which do not share anything; each of them shares out over the keys.",
        "Along which axis of the scores do the keys lie?",
        wrong=_over_heads,
    ),
)
