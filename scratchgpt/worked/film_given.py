"""What the film GPT by hand is given: its data, its first parameters, the caches, and Adam.

The model is in `film_by_hand`, `film_by_hand_gradients` and `film_by_hand_training`; a learner writes all
three again in exercises/project_film.py. Data, model and first draw are those of `film_stages`, so that
every number agrees.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..ops.adamw import adamw_step
from ..ops.arrays import Array
from .film_stages import LABELLED, SENTENCES, encode, film_model, xavier

HEADS = 2

# The arrays of the model by their short names, and by those of the package: C = 16, 10 words, 6 positions.
PARAMETERS = {
    "wte": "wte.weight",  # (10, 16), a row per word; scores the next word as well
    "wpe": "wpe.weight",  # (6, 16), a row per position
    "attn_w": "h.0.attn.c_attn.weight",  # (16, 48), to queries | keys | values
    "attn_b": "h.0.attn.c_attn.bias",  # (48,)
    "proj_w": "h.0.attn.c_proj.weight",  # (16, 16), behind the heads
    "proj_b": "h.0.attn.c_proj.bias",  # (16,)
    "ln1_w": "h.0.ln_1.weight",  # (16,)
    "ln1_b": "h.0.ln_1.bias",  # (16,)
    "fc_w": "h.0.mlp.c_fc.weight",  # (16, 64), up to the wide layer
    "fc_b": "h.0.mlp.c_fc.bias",  # (64,)
    "down_w": "h.0.mlp.c_proj.weight",  # (64, 16), and back
    "down_b": "h.0.mlp.c_proj.bias",  # (16,)
    "ln2_w": "h.0.ln_2.weight",  # (16,)
    "ln2_b": "h.0.ln_2.bias",  # (16,)
    "wy": "classifier.weight",  # (16, 2), to the two classes
}


def initial_parameters(seed: int = 0) -> dict[str, Array]:
    """Return fresh float64 parameters {short name: array}, drawn as `film_stages.xavier` draws them."""
    drawn = xavier(film_model(), np.random.default_rng(seed))
    return {short: drawn.flat[name].copy() for short, name in PARAMETERS.items()}


def film_sentences() -> list[Array]:
    """Return the ids (T,) of the sentences of the first stage."""
    return [np.array(encode(text)) for text in SENTENCES]


def film_reviews() -> list[tuple[Array, int]]:
    """Return (ids, label) of the reviews of the second stage: Start, the text, Extract; 1 is "liked"."""
    return [(np.array(encode(f"Start {text} Extract")), label) for text, label in LABELLED]


# Caches: what backward needs of a forward step.


class FilmNorm(NamedTuple):
    """`x_hat` (T, C): mean 0 and variance 1; `rstd` (T, 1): what it was multiplied by; `gain` (C,)."""

    x_hat: Array
    rstd: Array
    gain: Array


class FilmAttention(NamedTuple):
    """`x` (T, C); `q`, `k`, `v` (H, T, D); `weights` (H, T, T); `mixed` (T, C): the heads side by side."""

    x: Array
    q: Array
    k: Array
    v: Array
    weights: Array
    mixed: Array


class FilmStates(NamedTuple):
    """`ids` (T,); the caches of attention and of both norms; `n` (T, C), what the MLP reads; `slope` and
    `wide` (T, 4C), slope and value of its GELU."""

    ids: Array
    attention: FilmAttention
    norm_1: FilmNorm
    n: Array
    slope: Array
    wide: Array
    norm_2: FilmNorm


# Adam.


class FilmMoments(NamedTuple):
    """Adam's state: how many steps were made, and both moments of every parameter."""

    step: int
    m: dict[str, Array]
    v: dict[str, Array]


def fresh_moments(params: Mapping[str, Array]) -> FilmMoments:
    """Return the moments before the first step: zeros."""
    m, v = ({name: np.zeros_like(value) for name, value in params.items()} for _ in range(2))
    return FilmMoments(0, m, v)


def film_adam(
    params: Mapping[str, Array], grads: Mapping[str, Array], moments: FilmMoments, lr: float
) -> tuple[dict[str, Array], FilmMoments]:
    """Make one step of Adam (betas 0.9 and 0.999, no decay); return new parameters and new moments.

    Every parameter has a gradient. The arguments stay as they are.
    """
    new, m, v = ({name: value.copy() for name, value in d.items()} for d in (params, moments.m, moments.v))
    options: dict[str, Any] = {"lr": lr, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}
    for name in new:
        adamw_step(new[name], grads[name], m[name], v[name], step=moments.step + 1, **options)
    return new, FilmMoments(moments.step + 1, m, v)
