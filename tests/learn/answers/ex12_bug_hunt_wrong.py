"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.attention import causal_mask
from scratchgpt.ops.softmax import softmax
from scratchgpt.worked.cached_step import Stored


def _go_on(x, stored, model, seen=None, scale=None):
    wte, _, wq, wk, wv = model
    keys, values = np.concatenate([stored.keys, x @ wk]), np.concatenate([stored.values, x @ wv])
    scores = (x @ wq) @ keys.T / (scale or wte.shape[1] ** 0.5)
    mask = causal_mask(len(x), len(keys)) if seen is None else seen(len(x), len(keys))
    h = x + softmax(np.where(mask, scores, -np.inf)) @ values
    return h @ wte.T, Stored(keys, values)


def decode_step__1(ids, stored, model):
    """Offset the positions by one too many."""
    S = len(stored.keys)
    return _go_on(
        model.wte[ids] + model.wpe[(np.arange(len(ids)) + S + (S > 0)) % len(model.wpe)], stored, model
    )


def decode_step__2(ids, stored, model):
    """Gave every new token the position S, so that a piece of two tokens has one position."""
    S = len(stored.keys)
    return _go_on(model.wte[ids] + model.wpe[[S] * len(ids)], stored, model)


def decode_step__3(ids, stored, model):
    """Repaired the positions and broke the mask: each new token sees as many keys as the piece has."""
    x = model.wte[ids] + model.wpe[len(stored.keys) : len(stored.keys) + len(ids)]
    return _go_on(x, stored, model, lambda T, S: np.tri(T, S, dtype=bool))


def decode_step__4(ids, stored, model):
    """Looked for the bug in the mask and took it away; the positions stay wrong."""
    x = model.wte[ids] + model.wpe[np.arange(len(ids))]
    return _go_on(x, stored, model, lambda T, S: np.ones((T, S), bool))


def decode_step__5(ids, stored, model):
    """Repaired the positions, but stored only the new keys and values."""
    T, S = len(ids), len(stored.keys)
    x = model.wte[ids] + model.wpe[S : S + T]
    logits, both = _go_on(x, stored, model)
    return logits, Stored(both.keys[S:], both.values[S:])


def decode_step__6(ids, stored, model):
    """Counted the positions from the end of the table."""
    T = len(ids)
    return _go_on(model.wte[ids] + model.wpe[np.arange(-T, 0)], stored, model)


def decode_step__7(ids, stored, model):
    """Returned the code as it was."""
    return _go_on(model.wte[ids] + model.wpe[: len(ids)], stored, model)
