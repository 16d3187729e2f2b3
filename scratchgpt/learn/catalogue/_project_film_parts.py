"""What the stages of the film project share: their functions, and parameters for the probes."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ...worked import film_by_hand as up
from ...worked import film_by_hand_gradients as back
from ...worked import film_by_hand_training as training
from ...worked.film_given import initial_parameters

Params = dict[str, np.ndarray]

# While one stage is judged, these stand in for the others.
STAGES: tuple[Callable[..., Any], ...] = (
    up.film_softmax,
    up.film_gelu,
    up.film_layernorm,
    up.film_mask,
    up.film_attention,
    up.film_forward,
    up.film_language_loss,
    up.film_class_loss,
    back.film_layernorm_backward,
    back.film_attention_backward,
    back.film_backward,
    back.film_gradients,
    training.film_pretrain,
    training.film_finetune,
)


@cache
def odd_sizes(seed: int, V: int = 7, P: int = 8, C: int = 6, F: int = 10) -> Params:
    """Return parameters of a model whose sizes all differ: words, positions, channels, wide layer."""
    shapes = {
        "wte": (V, C),
        "wpe": (P, C),
        "attn_w": (C, 3 * C),
        "attn_b": (3 * C,),
        "proj_w": (C, C),
        "proj_b": (C,),
        "ln1_w": (C,),
        "ln1_b": (C,),
        "fc_w": (C, F),
        "fc_b": (F,),
        "down_w": (F, C),
        "down_b": (C,),
        "ln2_w": (C,),
        "ln2_b": (C,),
        "wy": (C, 2),
    }
    rng = np.random.default_rng(seed)
    return {name: 0.8 * rng.standard_normal(shape) for name, shape in shapes.items()}


@cache
def film_size(seed: int = 0) -> Params:
    """Return parameters of the film's own sizes, none of them 0 or 1."""
    rng = np.random.default_rng(seed)
    return {
        name: value + 0.3 * rng.standard_normal(value.shape)
        for name, value in initial_parameters(seed).items()
    }


def some(params: Params, *names: str) -> Params:
    """Return the named parameters only."""
    return {name: params[name] for name in names}
