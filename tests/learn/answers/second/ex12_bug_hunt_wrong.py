"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.attention import causal_mask
from scratchgpt.ops.softmax import softmax
from scratchgpt.worked.cached_step import Stored


def decode_step__1(ids, stored, model):
    """Repairs only pieces of one token: a longer piece later on still counts its positions from 0."""
    wte, wpe, wq, wk, wv = model
    T, C = len(ids), wte.shape[1]
    pos = np.array([len(stored.keys)]) if T == 1 else np.arange(T)
    x = wte[ids] + wpe[pos]
    keys = np.concatenate([stored.keys, x @ wk])
    values = np.concatenate([stored.values, x @ wv])
    scores = np.where(causal_mask(T, len(keys)), (x @ wq) @ keys.T / C**0.5, -np.inf)
    h = x + softmax(scores) @ values
    return h @ wte.T, Stored(keys, values)


def decode_step__2(ids, stored, model):
    """Gives all new tokens the position S, so that a piece of two tokens has one position twice."""
    wte, wpe, wq, wk, wv = model
    S, T = stored.keys.shape[0], len(ids)
    x = wte[ids] + wpe[S if S else np.arange(T)]
    keys = np.vstack([stored.keys, x @ wk])
    values = np.vstack([stored.values, x @ wv])
    scores = x @ wq @ keys.T / np.sqrt(wte.shape[1])
    scores = np.where(causal_mask(T, S + T), scores, -np.inf)
    h = x + softmax(scores) @ values
    return h @ wte.T, Stored(keys, values)


def decode_step__3(ids, stored, model):
    """Has the positions right but throws the mask out, because everything in a cache is past anyway."""
    S, T = len(stored.keys), len(ids)
    x = model.wte[ids] + model.wpe[S : S + T]
    keys = np.append(stored.keys, x @ model.wk, axis=0)
    values = np.append(stored.values, x @ model.wv, axis=0)
    weights = softmax(x @ model.wq @ keys.T / np.sqrt(x.shape[1]))
    return (x + weights @ values) @ model.wte.T, Stored(keys, values)
