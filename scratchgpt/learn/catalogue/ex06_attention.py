"""Lesson 06: attention. Scores, the causal mask, weights, the mixture of values, and heads."""

import numpy as np

from ...ops.attention import attention_forward, attention_scores_forward, attention_weights, causal_mask
from ..exercise import Chapter, Exercise, Probe
from . import _ex06_forward as forward
from . import _ex06_heads as heads
from . import _ex06_masks as masks
from . import _ex06_more as more
from . import _ex06_scores as scores
from . import _ex06_styles as styles
from . import _ex06_weights as weights

# Batch, heads, queries, keys and size of a head, all different: a wrong axis cannot fit by chance.
B, H, T, S, D = 2, 3, 5, 7, 4


def _draw(seed: int, *shapes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    return tuple(rng.standard_normal(shape) for shape in shapes)


def _scores() -> list[Probe]:
    return [
        Probe("basic", _draw(0, (B, H, T, D), (B, H, T, D))),
        Probe("more keys than queries", _draw(1, (B, H, T, D), (B, H, S, D))),
        Probe("all sizes equal", _draw(2, (4, 4, 4, 4), (4, 4, 4, 4))),
        Probe("one query", _draw(3, (B, H, 1, D), (B, H, S, D))),
        Probe("size 1", _draw(4, (B, H, T, 1), (B, H, S, 1))),
        Probe("views", tuple(x.swapaxes(1, 2) for x in _draw(5, (B, T, H, D), (B, S, H, D)))),
    ]


SCORES = Exercise(
    id="06.1",
    reference=attention_scores_forward,
    task="""
    How well each query matches each key: their dot product, scaled.

    q: (B, H, T, D), float: B texts, H heads, T queries of D numbers each. k: (B, H, S, D): S keys. Texts and
    heads do not meet: each query is compared with the keys of its own text and head.
    Return (y, cache). y: (B, H, T, S); y[b, h, i, j] is the score of query i and key j. The scale keeps the
    scores at the same size whatever D is: when the numbers of q and k are independent, with mean 0 and
    variance 1, the scores have mean 0 and variance 1 too. cache: AttentionScoresCache(q, k). Do not modify q
    and k; they may be views.

    >>> q = np.array([[[[1.0, 2.0, 0.0, 2.0]]]])
    >>> k = np.array([[[[2.0, 1.0, 5.0, 0.0], [0.0, 0.0, 3.0, -1.0], [4.0, 0.0, 7.0, 1.0]]]])
    >>> y, cache = attention_scores_forward(q, k)
    >>> y
    array([[[[ 2., -1.,  3.]]]])
    """,
    probes=_scores,
    returns=("y", "cache"),
    mistakes=(*scores.SCORES, *more.SCORES_MORE),
    hints=(
        "One matrix product per text and head gives all scores. Which of its factors has to be turned round?",
        "Of four axes only the last two change places. Batch and heads stay where they are.",
        "The variance of a sum of D independent products of variance 1 is D. By what do you divide to get back to 1?",
    ),
    difficulty=1,
    minutes=10,
    importance=5,
    lines=2,
)


def _sizes() -> list[Probe]:
    pairs = [(5, 5), (5, 7), (2, 9), (4, 4), (1, 1), (1, 6)]
    return [Probe(f"{t} queries, {s} positions", (t, s)) for t, s in pairs]


MASK = Exercise(
    id="06.2",
    reference=causal_mask,
    task="""
    Which keys each query may see: its own position and those before it.

    T, S: integers, 1 <= T <= S. There are S positions, 0 to S - 1, and a key at each; the queries stand at
    the LAST T of them (the positions before may have been computed earlier, see lesson 12). With T = S a
    query stands at every position.
    Return an array (T, S) of booleans: row i belongs to query i, column j to the key at position j, and True
    means that the query may see the key.

    >>> causal_mask(3, 3).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    >>> causal_mask(2, 5).astype(int)
    array([[1, 1, 1, 1, 0],
           [1, 1, 1, 1, 1]])
    """,
    probes=_sizes,
    returns=("mask",),
    mistakes=(*scores.MASK, *more.MASK_MORE),
    hints=(
        "At which position does query 0 stand when there are 5 positions and 2 queries? And query 1?",
        "Compare a column of query positions with a row of key positions: one comparison makes the whole table.",
        "NumPy can count from any number to any other, and a new axis turns a list into a column or a row.",
    ),
    difficulty=2,
    minutes=10,
    importance=5,
    lines=2,
)


def _key_mask(n: int, seed: int = 6) -> np.ndarray:
    """1 and 0 for two texts; the first key is always there."""
    mask = np.random.default_rng(seed).integers(0, 2, (B, n))
    mask[:, 0], mask[0, 1], mask[1, 2] = 1, 0, 0
    return mask


def _far(shape: tuple[int, ...]) -> np.ndarray:
    """Queries and keys whose scores rise with the key's position, by hundreds."""
    return np.ones(shape) * np.arange(shape[2])[None, None, :, None] * 12.0


def _weights() -> list[Probe]:
    q, k, more = _draw(7, (B, H, T, D), (B, H, T, D), (B, H, S, D))
    padded_left, gone = np.ones((B, T), dtype=int), np.ones((B, S), dtype=int)
    padded_left[1, :2], gone[1] = 0, 0
    return [
        Probe("basic", (q, k)),
        Probe("more keys than queries", (q, more)),
        Probe("not causal", (q, more), {"causal": False}),
        Probe("all sizes equal", _draw(8, (4, 4, 4, 4), (4, 4, 4, 4))),
        Probe("one query", (q[:, :, -1:], more)),
        Probe("two queries, heads of size 1", (q[:, :, -2:, :1], k[:, :, -2:, :1])),
        Probe("a key mask, not causal", (q, more), {"causal": False, "key_mask": _key_mask(S)}),
        Probe("a key mask of booleans", (q, more), {"key_mask": _key_mask(S).astype(bool)}),
        Probe("a key mask of floats", (q, k), {"key_mask": _key_mask(T).astype(float)}),
        Probe("queries without any key", (q, k), {"key_mask": padded_left}),
        Probe("a text without any key", (q, more), {"causal": False, "key_mask": gone}),
        Probe("hidden scores far above", (_far((1, 2, T, D)), _far((1, 2, T, D)))),
        Probe("scores far below 0", (-_far((1, 2, T, D)) - 9, _far((1, 2, T, D)) + 30)),
        Probe("views", tuple(x.swapaxes(1, 2) for x in _draw(9, (B, T, H, D), (B, S, H, D)))),
    ]


WEIGHTS = Exercise(
    id="06.3",
    reference=attention_weights,
    task="""
    How much each query attends to each key.

    q: (B, H, T, D), k: (B, H, S, D), float; the queries are the last T of S positions. causal: whether a
    query may see only its own position and those before it; when False it may see all S. key_mask: None, or
    (B, S), booleans or numbers: where it is 0 (or False), no query of that text may see the key. With both,
    a key must be allowed by both.
    Return an array (B, H, T, S): for each query, the softmax of its scaled scores over the keys that it may
    see. A key that it may not see has the weight 0 and no influence at all, however large or small the scores
    are (finite numbers, up to some thousands). The weights of a query sum to 1; those of a query that may see no key are all 0 (not NaN). Do
    not modify the arguments. `softmax` is imported; your functions 06.1 and 06.2 may be called.

    >>> q = np.array([[[[.218, .116, -.184, .482], [-.082, .496, .18, -.218], [.382, -.182, .118, .418]]]])
    >>> k = np.array([[[[.2, .12, -.19, .48], [-.1, .49, .25, -.18], [.4, -.16, .08, .41]]]])
    >>> attention_weights(q, k).round(4)
    array([[[[1.    , 0.    , 0.    ],
             [0.4463, 0.5537, 0.    ],
             [0.3468, 0.2831, 0.3701]]]])
    >>> attention_weights(q, k, key_mask=np.array([[0, 1, 1]])).round(4)
    array([[[[0.    , 0.    , 0.    ],
             [0.    , 1.    , 0.    ],
             [0.    , 0.4334, 0.5666]]]])
    >>> attention_weights(q[:, :, 1:], k, causal=False).round(4)
    array([[[[0.3129, 0.3882, 0.2989],
             [0.3468, 0.2831, 0.3701]]]])
    >>> far = np.array([[[[1.0], [1000.0], [3000.0]]]])
    >>> attention_weights(q[:, :, :2, 3:], far, key_mask=np.array([[1, 1, 0]])).round(4)
    array([[[[0., 1., 0.],
             [1., 0., 0.]]]])
    """,
    probes=_weights,
    returns=("weights",),
    mistakes=(*weights.WEIGHTS, *styles.STYLED, *masks.MORE),
    edited=("attention_scores_forward", "causal_mask"),
    hints=(
        "Decide what is hidden before anything is shared out: what must a score be for softmax to give it nothing?",
        "Minus infinity, or a very large negative number, in the place of every score that is not allowed. The key mask "
        "needs two more axes, for heads and queries.",
        "A row in which nothing is allowed needs care: find those rows first, keep softmax from dividing by 0, and set "
        "their weights to 0 at the end.",
    ),
    difficulty=4,
    minutes=30,
    importance=5,
    lines=10,
    needs=("06.1", "06.2"),
)


def _attention() -> list[Probe]:
    q, k, v, more, values = _draw(10, (B, H, T, D), (B, H, T, D), (B, H, T, D), (B, H, S, D), (B, H, S, D))
    gone = np.ones((B, S), dtype=int)
    gone[1] = 0
    return [
        Probe("basic", (q, k, v)),
        Probe("more keys than queries", (q, more, values)),
        Probe("not causal", (q, more, values), {"causal": False}),
        Probe("all sizes equal", _draw(11, (4, 4, 4, 4), (4, 4, 4, 4), (4, 4, 4, 4))),
        Probe("one query", (q[:, :, -1:], more, values)),
        Probe("two queries, heads of size 1", tuple(x[:, :, -2:, :1] for x in (q, k, v))),
        Probe("a key mask", (q, more, values), {"key_mask": _key_mask(S)}),
        Probe("a text without any key", (q, more, values), {"causal": False, "key_mask": gone}),
        Probe(
            "queries without any key", (q, k, v), {"key_mask": np.array([[0, 1, 1, 0, 1], [0, 0, 1, 1, 0]])}
        ),
        Probe("hidden scores far above", (_far((1, 2, T, D)), _far((1, 2, T, D)), v[:1, :2])),
        Probe("scores far below 0", (-_far((1, 2, T, D)) - 9, _far((1, 2, T, D)) + 30, v[:1, :2])),
        Probe("views", tuple(x.swapaxes(1, 2) for x in _draw(12, (B, T, H, D), (B, S, H, D), (B, S, H, D)))),
    ]


FORWARD = Exercise(
    id="06.4",
    reference=attention_forward,
    task="""
    Attention: each query gets a mixture of the values, in the shares that its weights say.

    q: (B, H, T, D), k and v: (B, H, S, D), float; the queries are the last T of S positions. causal and
    key_mask as in 06.3. dropout and rng belong to lesson 08: here dropout is always 0 and rng None, and you
    need not use them.
    Return (y, cache). y: (B, H, T, D), row i the mixture for query i; a query that may see no key gets zeros.
    cache: AttentionCache(q, k, v, weights, DropoutCache(None, 0.0)), with the weights (B, H, T, S); the last
    field says that nothing was dropped. Do not modify the arguments.
    `softmax` is imported; your functions 06.1 to 06.3 may be called.

    >>> q = np.array([[[[.218, .116, -.184, .482], [-.082, .496, .18, -.218], [.382, -.182, .118, .418]]]])
    >>> k = np.array([[[[.2, .12, -.19, .48], [-.1, .49, .25, -.18], [.4, -.16, .08, .41]]]])
    >>> v = np.array([[[[.19, .12, -.25, .5], [-.15, .48, .22, -.2], [.42, -.21, .06, .4]]]])
    >>> y, cache = attention_forward(q, k, v)
    >>> y.round(4)
    array([[[[ 0.19  ,  0.12  , -0.25  ,  0.5   ],
             [ 0.0017,  0.3193,  0.0102,  0.1124],
             [ 0.1789,  0.0998, -0.0022,  0.2648]]]])
    >>> cache.weights.sum(axis=-1).round(4), cache.dropout
    (array([[[1., 1., 1.]]]), DropoutCache(key=None, p=0.0))
    >>> y, _ = attention_forward(q, k, v, causal=False, key_mask=np.array([[0, 1, 1]]))
    >>> y.round(4)
    array([[[[0.1598, 0.105 , 0.133 , 0.1261],
             [0.098 , 0.1798, 0.1504, 0.061 ],
             [0.173 , 0.0891, 0.1293, 0.14  ]]]])
    """,
    probes=_attention,
    returns=("y", "cache"),
    mistakes=forward.FORWARD,
    edited=("attention_weights", "attention_scores_forward", "causal_mask", "mix_values_forward"),
    hints=(
        "The weights are the hard part, and you have them already. What do they weigh?",
        "A mixture is a sum of the values, each times its weight: one matrix product per text and head.",
        "The weights have a row per query and a column per key; the values have a row per key. The cache keeps what the way "
        "back will need.",
    ),
    difficulty=2,
    minutes=10,
    importance=5,
    lines=3,
    needs=("06.3",),
)

CHAPTER = Chapter(
    lesson="06",
    topic="attention",
    title="attention, forward: scores, mask, weights, mixture, heads",
    imports="""
    from scratchgpt.ops.attention import AttentionCache, AttentionScoresCache
    from scratchgpt.ops.dropout import DropoutCache
    from scratchgpt.ops.heads import QKVAttentionCache
    from scratchgpt.ops.softmax import softmax
    """,
    exercises=(SCORES, MASK, WEIGHTS, FORWARD, heads.SPLIT, heads.MERGE, heads.QKV),
)
