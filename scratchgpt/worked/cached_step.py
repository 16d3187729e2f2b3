"""One step of decoding with a cache, on arrays: attention for a new position, and a whole small model.

`cached_attention_step` is what the layers do with a KV cache, for one token. `decode_step` is a language
model of one attention head, small enough to be read at once, that works on a text in pieces; `cache_gaps`
asks whether the pieces agree with the whole.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..ops.arrays import Array, matmul
from ..ops.attention import causal_mask
from ..ops.softmax import softmax


def cached_attention_step(
    q: Array, k: Array, v: Array, keys: Array, values: Array
) -> tuple[Array, Array, Array]:
    """Return (y, keys, values): attention of one new position, and the cache with this position in it.

    Shapes: q (B, H, 1, D), k (B, H, 1, D), v (B, H, 1, D), keys (B, H, S, D), values (B, H, S, D) ->
        y (B, H, 1, D), keys (B, H, S + 1, D), values (B, H, S + 1, D)

    The cache holds S earlier positions, none at the start. The new position comes behind them and sees all
    of them and itself, so that nothing has to be masked.
    """
    keys = np.concatenate([keys, k], axis=2)  # (B, H, S + 1, D)
    values = np.concatenate([values, v], axis=2)  # (B, H, S + 1, D)
    scores = matmul(q, keys.swapaxes(2, 3)) / math.sqrt(q.shape[-1])  # (B, H, 1, S + 1)
    return matmul(softmax(scores), values), keys, values


class TinyModel(NamedTuple):
    """A language model of one head: tables of tokens `wte` (V, C) and positions `wpe` (N, C), and the
    projections to queries, keys and values, `wq`, `wk` and `wv` (C, C). The head is tied."""

    wte: Array
    wpe: Array
    wq: Array
    wk: Array
    wv: Array


class Stored(NamedTuple):
    """What the model keeps of S tokens: `keys` (S, C) and `values` (S, C)."""

    keys: Array
    values: Array


def decode_step(ids: Array, stored: Stored, model: TinyModel) -> tuple[Array, Stored]:
    """Return (logits, stored) for T more tokens of a text of which S are stored.

    Shapes: ids (T,) < V -> logits (T, V), and a `Stored` of S + T tokens
    """
    wte, wpe, wq, wk, wv = model
    S, T = len(stored.keys), len(ids)
    x = wte[ids] + wpe[S : S + T]  # (T, C)
    keys = np.concatenate([stored.keys, matmul(x, wk)])  # (S + T, C)
    values = np.concatenate([stored.values, matmul(x, wv)])  # (S + T, C)
    scores = matmul(matmul(x, wq), keys.T) / math.sqrt(keys.shape[1])  # (T, S + T)
    weights = softmax(np.where(causal_mask(T, len(keys)), scores, -np.inf))
    h = x + matmul(weights, values)  # (T, C)
    return matmul(h, wte.T), Stored(keys, values)  # (T, V)


def nothing_stored(model: TinyModel) -> Stored:
    """Return what is stored before the first token: no keys and no values."""
    C = model.wte.shape[1]
    return Stored(np.zeros((0, C)), np.zeros((0, C)))


def tiny_model(rng: np.random.Generator, vocab_size: int, places: int, width: int) -> TinyModel:
    """Draw a model whose numbers are of size 1."""
    shapes = ((vocab_size, width), (places, width), *3 * ((width, width),))
    return TinyModel(*(rng.standard_normal(shape) for shape in shapes))


def cache_gaps(
    step: Callable[..., tuple[Array, Stored]], pieces: tuple[int, ...] = (3, 1, 1, 2)
) -> list[float]:
    """Return for each piece of a text the largest difference of its logits from those of the whole text.

    `step` is a `decode_step`. A drawn text is given to it all at once, with nothing stored; then again in
    pieces of so many tokens, each with what the step before has stored. A cache promises differences of 0.
    """
    rng = np.random.default_rng(12)
    model = tiny_model(rng, vocab_size=9, places=sum(pieces), width=4)
    ids = rng.integers(9, size=sum(pieces))
    whole, _ = step(ids, nothing_stored(model), model)
    gaps, stored, done = [], nothing_stored(model), 0
    for n in pieces:
        logits, stored = step(ids[done : done + n], stored, model)
        gaps.append(float(np.abs(logits - whole[done : done + n]).max()))
        done += n
    return gaps
