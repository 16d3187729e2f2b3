"""F.5 and F.6: attention, and the hidden states of a sentence."""

from functools import cache

import numpy as np

from ...worked.film_by_hand import film_attention, film_forward
from ..exercise import Exercise, Probe
from . import _project_film_attention_mistakes as attention_mistakes
from . import _project_film_forward_mistakes as forward_mistakes
from ._project_film_parts import STAGES, film_size, odd_sizes, some

_OF_ATTENTION = ("attn_w", "attn_b", "proj_w", "proj_b")


@cache
def _attention() -> list[Probe]:
    rng = np.random.default_rng(103)
    odd, film = some(odd_sizes(103), *_OF_ATTENTION), some(film_size(), *_OF_ATTENTION)
    return [
        Probe("basic", (odd, rng.standard_normal((5, 6)))),
        Probe("as many positions as channels of a head", (odd, rng.standard_normal((3, 6)))),
        Probe("one position", (odd, rng.standard_normal((1, 6)))),
        Probe("the film's sizes", (film, rng.standard_normal((4, 16)))),
        Probe("a view", (odd, rng.standard_normal((6, 4)).T)),
    ]


ATTENTION = Exercise(
    id="F.5",
    reference=film_attention,
    task="""
    Causal self-attention in two heads, from the residual stream and back to it.

    params holds attn_w (C, 3C), attn_b (3C,), proj_w (C, C) and proj_b (C,). x: (T, C), float. HEADS is 2,
    and a head has D = C / 2 channels.
    attn_w and attn_b lead from x to the queries (the first C columns), the keys (the next C) and the values
    (the last C). Of each C columns, the first D belong to head 0 and the last D to head 1. In each head the
    scores are the dot products of queries and keys, divided by the root of D; a position looks at itself and
    at those before it, in the shares that softmax makes of its scores, and gets the mixture of their values.
    The heads side by side, head 0 first, are the (T, C) that proj_w and proj_b lead back.
    Return (y, cache). y: (T, C). cache: FilmAttention(x, q, k, v, weights, mixed): q, k, v (2, T, D);
    weights (2, T, T), rows for the positions that look, after softmax; mixed (T, C), the heads side by side.
    Do not modify params or x.

    >>> one = np.eye(2)
    >>> params = {"attn_w": np.hstack([one, one, one]), "attn_b": np.zeros(6), "proj_w": one,
    ...           "proj_b": np.array([0.0, 10.0])}
    >>> y, cache = film_attention(params, np.array([[1.0, 0.0], [0.0, 2.0]]))
    >>> cache.q.tolist()
    [[[1.0], [0.0]], [[0.0], [2.0]]]
    >>> cache.weights.round(3).tolist()
    [[[1.0, 0.0], [0.5, 0.5]], [[1.0, 0.0], [0.018, 0.982]]]
    >>> cache.mixed.round(3)
    array([[1.   , 0.   ],
           [0.5  , 1.964]])
    >>> y.round(3)
    array([[ 1.   , 10.   ],
           [ 0.5  , 11.964]])
    """,
    probes=_attention,
    returns=("y", "cache"),
    mistakes=attention_mistakes.ATTENTION,
    hints=(
        "Six lines: queries, keys and values; scores; shares; mixture; the heads side by side; the way back.",
        "Cut the 3C columns into three parts, two heads and D channels by one change of shape, then bring positions and "
        "channels to the end.",
        "What may not be looked at gets a score of minus infinity before softmax. To put the heads side by side, "
        "exchange heads and positions first, then join the last two axes.",
    ),
    difficulty=4,
    minutes=25,
    importance=5,
    lines=7,
    needs=("F.1", "F.4"),
    beside=STAGES,
)


@cache
def _forward() -> list[Probe]:
    odd, film = odd_sizes(104), film_size(1)
    return [
        Probe("basic", (odd, np.array([2, 6, 2, 0, 5]))),
        Probe("one word", (odd, np.array([3]))),
        Probe("every position", (odd, np.array([1, 4, 4, 6, 0, 2, 3, 5]))),
        Probe("the film's sizes", (film, np.array([0, 3, 4, 5, 6, 2]))),
    ]


FORWARD = Exercise(
    id="F.6",
    reference=film_forward,
    task="""
    The hidden states of a sentence: tables, attention and MLP, as in GPT-1.

    params: all parameters (see the head of the file). ids: (T,), integers, the words of a sentence; T is at
    most the number of rows of wpe.
    Each word's row of wte and its position's row of wpe (positions count from 0) are added. What attention makes of that is added to
    it, and the sum is normalised (ln1_w, ln1_b): call the result n. The MLP reads n: up (fc_w, fc_b), GELU,
    and down again (down_w, down_b). Its result is added to n, and the sum is normalised (ln2_w, ln2_b).
    Return (h, cache). h: (T, C), the hidden states. cache: FilmStates(ids, attention, norm_1, n, slope, wide,
    norm_2): ids as given; attention, norm_1, norm_2 the caches of the three functions; n (T, C); slope and
    wide (T, 4C), the slope and the value of GELU. Do not modify the arguments.

    >>> params = initial_parameters()
    >>> h, cache = film_forward(params, np.array([3, 4, 5, 6]))
    >>> h.shape, cache.n.shape, cache.wide.shape
    ((4, 16), (4, 16), (4, 64))
    >>> h[:, :3].round(3)
    array([[-0.836, -1.106,  1.665],
           [ 0.191, -0.098,  0.179],
           [ 0.641, -0.919,  0.472],
           [-0.559,  0.853, -0.092]])
    >>> h.mean(axis=1).round(3) + 0
    array([0., 0., 0., 0.])
    """,
    probes=_forward,
    returns=("h", "cache"),
    mistakes=forward_mistakes.FORWARD,
    hints=(
        "Follow one position: two rows are added, then twice something is read, added back and normalised.",
        "The sum that goes into the second norm is made of what came out of the first, not of the stream before it.",
        "Of the two results of your GELU, the first goes down again, and the second waits in the cache.",
    ),
    difficulty=3,
    minutes=15,
    importance=5,
    lines=7,
    needs=("F.2", "F.3", "F.5"),
    beside=STAGES,
)
