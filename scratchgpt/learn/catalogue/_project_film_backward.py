"""F.9 to F.11: the way back, through a norm, through attention, through the whole model."""

from functools import cache

import numpy as np

from ...worked.film_by_hand import film_attention, film_forward, film_layernorm
from ...worked.film_by_hand_gradients import film_attention_backward, film_backward, film_layernorm_backward
from ..exercise import Exercise, Probe
from . import _project_film_attention_backward_mistakes as attention_mistakes
from . import _project_film_backward_mistakes as mistakes
from . import _project_film_norm_mistakes as norm_mistakes
from ._project_film_parts import STAGES, film_size, odd_sizes, some


@cache
def _layernorm() -> list[Probe]:
    rng = np.random.default_rng(107)
    probes = []
    for name, T in (("basic", 3), ("square", 5), ("one position", 1)):
        gain, bias = 1 + rng.standard_normal((2, 5))
        _, cache = film_layernorm(1.5 + 2 * rng.standard_normal((T, 5)), gain, bias)
        probes.append(Probe(name, (rng.standard_normal((T, 5)), cache)))
    return probes


LAYERNORM_BACKWARD = Exercise(
    id="F.9",
    reference=film_layernorm_backward,
    task="""
    The way back through a norm.

    dy: (T, C), float, the gradient of its result. cache: FilmNorm(x_hat, rstd, gain) of the forward pass:
    x_hat (T, C), rstd (T, 1), gain (C,). Return (dx, dgain, dbias): dx (T, C), dgain (C,), dbias (C,), the
    last two summed over all positions. Each number of a row acts on its own result, on the row's mean and on
    the row's variance: dx has a part for each. Do not modify dy or the cache.

    >>> x_hat = np.sqrt(1.5) * np.array([[1.0, 0.0, -1.0]])
    >>> cache = FilmNorm(x_hat, np.array([[2.0]]), np.array([1.0, 1.0, 1.0]))
    >>> dx, dgain, dbias = film_layernorm_backward(np.array([[1.0, 0.0, 0.0]]), cache)
    >>> dx.round(4)
    array([[ 0.3333, -0.6667,  0.3333]])
    >>> dgain.round(4), dbias
    (array([1.2247, 0.    , 0.    ]), array([1., 0., 0.]))
    """,
    probes=_layernorm,
    returns=("dx", "dgain", "dbias"),
    mistakes=norm_mistakes.LAYERNORM_BACKWARD,
    hints=(
        "First through the gain: what is the gradient of the normalised rows?",
        "Of that gradient, two things are taken away in each row: its mean, and what moves along with the normalised row.",
        "The second is the normalised row times the mean of its product with the gradient. What is left is multiplied by "
        "rstd.",
    ),
    difficulty=3,
    minutes=15,
    importance=5,
    lines=4,
    needs=("F.3",),
    beside=STAGES,
)

_OF_ATTENTION = ("attn_w", "attn_b", "proj_w", "proj_b")


@cache
def _attention() -> list[Probe]:
    rng = np.random.default_rng(108)
    odd, film = some(odd_sizes(108), *_OF_ATTENTION), some(film_size(4), *_OF_ATTENTION)
    probes = []
    for name, params, shape in (
        ("basic", odd, (5, 6)),
        ("as many positions as channels of a head", odd, (3, 6)),
        ("one position", odd, (1, 6)),
        ("the film's sizes", film, (4, 16)),
    ):
        _, cache = film_attention(params, rng.standard_normal(shape))
        probes.append(Probe(name, (params, rng.standard_normal(shape), cache)))
    return probes


ATTENTION_BACKWARD = Exercise(
    id="F.10",
    reference=film_attention_backward,
    task="""
    The way back through attention.

    params: as in F.5. dy: (T, C), float, the gradient of the result of film_attention. cache:
    FilmAttention(x, q, k, v, weights, mixed) of the forward pass: x (T, C); q, k, v (2, T, D); weights
    (2, T, T), after softmax; mixed (T, C), the heads side by side.
    Return (dx, grads). dx: (T, C). grads: a dict with the gradients of "attn_w" (C, 3C), "attn_b" (3C,),
    "proj_w" (C, C) and "proj_b" (C,), each laid out like its parameter: queries, keys, values, and in each of
    them head 0 before head 1. The residual connection is no part of this function. Do not modify the
    arguments.

    >>> one = np.eye(2)
    >>> params = {"attn_w": np.hstack([one, one, one]), "attn_b": np.zeros(6), "proj_w": one,
    ...           "proj_b": np.array([0.0, 10.0])}
    >>> y, cache = film_attention(params, np.array([[1.0, 0.0], [0.0, 2.0]]))
    >>> dx, grads = film_attention_backward(params, np.array([[0.0, 0.0], [1.0, 0.0]]), cache)
    >>> dx.round(4)
    array([[0.5 , 0.  ],
           [0.75, 0.  ]])
    >>> grads["attn_b"].round(4)
    array([0.25, 0.  , 0.  , 0.  , 1.  , 0.  ])
    >>> grads["proj_w"].round(4)
    array([[0.5  , 0.   ],
           [1.964, 0.   ]])
    """,
    probes=_attention,
    returns=("dx", "grads"),
    mistakes=attention_mistakes.ATTENTION_BACKWARD,
    hints=(
        "Write the forward steps below each other and walk up: projection, heads side by side, mixture, softmax, scores, "
        "the three parts.",
        "A product of two matrices gives each factor the gradient times the other one, turned round. Softmax gives its "
        "weight times the gradient less the row's mean of the gradient, taken with the weights.",
        "At the end stack the three gradients of shape (2, T, D), bring the positions to the front, and join the other "
        "axes to 3C columns: the reverse of how they were cut.",
    ),
    difficulty=5,
    minutes=30,
    importance=5,
    lines=10,
    needs=("F.5",),
    beside=STAGES,
)


@cache
def _backward() -> list[Probe]:
    rng = np.random.default_rng(109)
    odd, film = odd_sizes(109), film_size(5)
    probes = []
    for name, params, ids in (
        ("basic", odd, [2, 6, 2, 0, 5]),
        ("one word", odd, [3]),
        ("every position", odd, [1, 4, 4, 6, 0, 2, 3, 4]),
        ("the film's sizes", film, [0, 3, 4, 5, 6, 2]),
    ):
        h, cache = film_forward(params, np.array(ids))
        probes.append(Probe(name, (params, rng.standard_normal(h.shape), cache)))
    return probes


BACKWARD = Exercise(
    id="F.11",
    reference=film_backward,
    task="""
    The way back through the whole model, from the hidden states down to the two tables.

    params: all parameters. dh: (T, C), float, the gradient of the hidden states. cache: FilmStates(ids,
    attention, norm_1, n, slope, wide, norm_2) of film_forward.
    Return a dict with the gradients of the fourteen parameters that film_forward reads: wte, wpe, attn_w,
    attn_b, proj_w, proj_b, ln1_w, ln1_b, fc_w, fc_b, down_w, down_b, ln2_w and ln2_b, each in the shape of
    its parameter. wte gets what its rows did when words were looked up, and wpe the same for positions; rows
    that were not used get zeros. wy and the scores of the words are no part of it. Do not modify the
    arguments.

    >>> params = initial_parameters()
    >>> h, cache = film_forward(params, np.array([3, 4, 3]))
    >>> grads = film_backward(params, np.eye(3, 16), cache)
    >>> len(grads), grads["fc_w"].shape, grads["ln2_b"][:4]
    (14, (16, 64), array([1., 1., 1., 0.]))
    >>> np.linalg.norm(grads["wte"], axis=1).round(3)
    array([0.   , 0.   , 0.   , 5.228, 1.995, 0.   , 0.   , 0.   , 0.   ,
           0.   ])
    >>> np.linalg.norm(grads["wpe"], axis=1).round(3)
    array([3.495, 1.995, 2.811, 0.   , 0.   , 0.   ])
    """,
    probes=_backward,
    returns=("grads",),
    mistakes=mistakes.BACKWARD,
    hints=(
        "Walk up the lines of film_forward. Which of them have two readers, so that two gradients meet there?",
        "What the first norm made is read by the MLP and added behind it; the sum of the tables is read by attention and "
        "added behind it.",
        "A word may occur twice in a sentence: indexed assignment keeps the last of them, and you need the sum.",
    ),
    difficulty=4,
    minutes=25,
    importance=5,
    lines=12,
    needs=("F.6", "F.9", "F.10"),
    beside=STAGES,
)
