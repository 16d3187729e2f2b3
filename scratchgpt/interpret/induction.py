"""Induction: a head that finds what followed the last time, and looks there."""

import numpy as np

from ..model import GPT
from ..ops.arrays import Array, array_module
from ..params import Params
from .attention import attention_maps


def induction_score(weights: Array) -> Array:
    """How far a head attends like an induction head, on a sequence that is the same half twice.

    Shapes: weights (..., T, T) -> score (...)

    T is even; token t of the second half has occurred before, at t - T/2. The score is the mean, over the
    queries of the second half, of the weight on the position behind that earlier occurrence. It is 1 for a
    perfect induction head; attention spread evenly has little more than 1/T.

    Source: Olsson et al. 2022, "In-context Learning and Induction Heads" (their prefix matching score).
    """
    T = weights.shape[-1]
    queries = array_module(weights).arange(T // 2, T)
    return weights[..., queries, queries - T // 2 + 1].mean(axis=-1)


def induction_scores(
    model: GPT, params: Params, rng: np.random.Generator, rows: int = 8, half: int = 32
) -> Array:
    """Return the induction score of every head (L, H): the mean over `rows` random sequences, each twice.

    Each half has `half` tokens drawn from the whole vocabulary, so that nothing but the repetition helps.
    Raises UserError when 2 * half positions are more than the model has.
    """
    drawn = rng.integers(model.config.vocab_size, size=(rows, half))
    ids = model.ops.xp.asarray(np.concatenate([drawn, drawn], axis=1))  # (rows, 2 * half)
    maps = attention_maps(model, params, ids)  # (L, rows, H, T, T)
    return induction_score(maps).mean(axis=1)
