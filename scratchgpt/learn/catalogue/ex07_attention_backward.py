"""Lesson 07: attention, backward. From the gradient of the output to those of queries, keys and values."""

from typing import Any

import numpy as np

from ...ops.attention import (
    AttentionScoresCache,
    MixValuesCache,
    attention_backward,
    attention_forward,
    attention_scores_backward,
    mix_values_backward,
)
from ...ops.softmax import softmax, softmax_backward
from ..exercise import Chapter, Exercise, Probe
from . import _ex07_more as more
from . import _ex07_packed as packed
from . import _ex07_steps as steps
from ._ex07_attention import MISTAKES as ATTENTION_MISTAKES
from ._ex07_softmax import SOFTMAX_BACKWARD as SOFTMAX_MISTAKES

# Batch, heads, queries, keys and size of a head, all different: a wrong axis cannot fit by chance.
B, H, T, S, D = 2, 3, 5, 7, 4


def _draw(seed: int, *shapes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    return tuple(rng.standard_normal(shape) for shape in shapes)


def _softmaxes() -> list[Probe]:
    def pair(seed: int, *shape: int, axis: int = -1) -> tuple[np.ndarray, np.ndarray]:
        dy, x = _draw(seed, shape, shape)
        return dy, softmax(x, axis)

    dy, _ = pair(45, 2, 3)
    certain = np.array([[0.0, 1.0, 0.0], [0.0, 0.25, 0.75]])
    return [
        Probe("basic", pair(40, 2, 3, 5)),
        Probe("one row", pair(41, 5)),
        Probe("all sizes equal", pair(42, 4, 4)),
        Probe("along axis 1", pair(43, 2, 3, 5, axis=1), {"axis": 1}),
        Probe("along axis 0", pair(44, 3, 3, axis=0), {"axis": 0}),
        Probe("weights of 0 and 1", (dy, certain)),
        Probe("a row without any weight", (dy, certain * [[0.0], [1.0]])),
        Probe("views", tuple(x.T for x in pair(46, 5, 3, axis=0))),
    ]


SOFTMAX_BACKWARD = Exercise(
    id="07.1",
    reference=softmax_backward,
    task="""
    The gradient of softmax, from its output: in attention, from the weights to the scores (dP to dS).

    dy: the gradient of the loss with respect to the probabilities, any shape. y: the probabilities, in the
    same shape, as softmax gave them along `axis` (no softmax is left to be done). A row of y may also be all
    0: a query that may see no key.
    Return dx, the gradient with respect to the scores, same shape. All scores of a row take part in each of
    its probabilities, so every dx depends on the whole row. Along `axis` dx sums to 0 (adding a constant to
    all scores changes nothing), and where y is 0, dx is 0. Do not modify the arguments.

    >>> y = np.array([0.5, 0.25, 0.25])
    >>> softmax_backward(np.array([1.0, 0.0, 0.0]), y)
    array([ 0.25 , -0.125, -0.125])
    >>> softmax_backward(np.array([3.0, 3.0, 3.0]), y)
    array([0., 0., 0.])
    >>> dy, rows = np.array([[1.0, 2.0], [4.0, 0.0]]), np.array([[0.5, 0.5], [0.0, 0.0]])
    >>> softmax_backward(dy, rows)
    array([[-0.25,  0.25],
           [ 0.  ,  0.  ]])
    >>> softmax_backward(dy, np.array([[0.25, 0.5], [0.75, 0.5]]), axis=0)
    array([[-0.5625,  0.5   ],
           [ 0.5625, -0.5   ]])
    """,
    probes=_softmaxes,
    returns=("dx",),
    mistakes=SOFTMAX_MISTAKES,
    hints=(
        "Write down how a probability changes with its own score, and how it changes with the score of another. Both are "
        "products of probabilities.",
        "Multiply by the gradients from above and sum over j: one term remains at i, the other is the same number for the "
        "whole row.",
        "That number is the mean of the gradients from above, weighted by the probabilities. Compare each gradient with it.",
    ),
    difficulty=3,
    minutes=20,
    importance=5,
    lines=1,
)


def _mixtures() -> list[Probe]:
    def arguments(seed: int, b: int, h: int, t: int, s: int, d: int) -> tuple[Any, ...]:
        dy, scores, v = _draw(seed, (b, h, t, d), (b, h, t, s), (b, h, s, d))
        return dy, MixValuesCache(softmax(scores), v)

    dy, cache = arguments(53, B, H, T, S, D)
    turned = MixValuesCache(*(x.swapaxes(1, 2).copy().swapaxes(1, 2) for x in cache))
    return [
        Probe("basic", arguments(50, B, H, T, S, D)),
        Probe("as many keys as queries", arguments(51, B, H, T, T, D)),
        Probe("all sizes equal", arguments(52, 4, 4, 4, 4, 4)),
        Probe("views", (dy.swapaxes(1, 2).copy().swapaxes(1, 2), turned)),
        Probe("weights of 0", (dy, cache._replace(weights=cache.weights * (cache.weights > 0.1)))),
        Probe("one query", arguments(54, B, H, 1, S, D)),
    ]


MIX_BACKWARD = Exercise(
    id="07.2",
    reference=mix_values_backward,
    task="""
    The gradients of the mixture y = weights times v (a matrix product per text and head): dP and dV.

    dy: (B, H, T, D), the gradient of y. cache: MixValuesCache(weights, v), with weights (B, H, T, S) and v
    (B, H, S, D).
    Return (dweights, dv), with the shapes of weights and v. The weights count as independent numbers here:
    that they come from a softmax, and that some are masked, is the business of 07.1. Do not modify the
    arguments.

    >>> weights, v = np.array([[[[1.0, 0.0], [0.25, 0.75]]]]), np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> dweights, dv = mix_values_backward(np.array([[[[1.0, 0.0], [0.0, 2.0]]]]), MixValuesCache(weights, v))
    >>> dweights
    array([[[[1., 3.],
             [4., 8.]]]])
    >>> dv
    array([[[[1. , 0.5],
             [0. , 1.5]]]])
    """,
    probes=_mixtures,
    returns=("dweights", "dv"),
    mistakes=(*steps.MIX_BACKWARD, *more.MIX_MORE),
    hints=(
        "Both gradients are matrix products of dy with the other factor. The shapes leave few ways to multiply.",
        "One weight belongs to one query and one value: its gradient is a dot product. Of which two vectors?",
        "A value reaches every query that looks at it, so its gradient collects from all queries, each by its weight: which "
        "factor has to be turned round for that?",
    ),
    difficulty=2,
    minutes=15,
    importance=5,
    lines=3,
)


def _scores() -> list[Probe]:
    def arguments(seed: int, b: int, h: int, t: int, s: int, d: int) -> tuple[Any, ...]:
        dy, q, k = _draw(seed, (b, h, t, s), (b, h, t, d), (b, h, s, d))
        return dy, AttentionScoresCache(q, k)

    dy, cache = arguments(63, B, H, T, S, D)
    turned = AttentionScoresCache(*(x.swapaxes(1, 2).copy().swapaxes(1, 2) for x in cache))
    return [
        Probe("basic", arguments(60, B, H, T, S, D)),
        Probe("as many keys as queries", arguments(61, B, H, T, T, D)),
        Probe("all sizes equal", arguments(62, 4, 4, 4, 4, 4)),
        Probe("views", (dy.swapaxes(1, 2).copy().swapaxes(1, 2), turned)),
        Probe("one query", arguments(64, B, H, 1, S, D)),
        Probe("size 1", arguments(65, B, H, T, S, 1)),
    ]


SCORES_BACKWARD = Exercise(
    id="07.3",
    reference=attention_scores_backward,
    task="""
    The gradients of the scaled scores with respect to queries and keys: dQ and dK.

    dy: (B, H, T, S), the gradient of the scores of 06.1: dot products of queries and keys, divided by the
    square root of D. cache: AttentionScoresCache(q, k), with q (B, H, T, D) and k (B, H, S, D).
    Return (dq, dk), with the shapes of q and k. Do not modify the arguments.

    >>> q = np.array([[[[1.0, 2.0, 0.0, 2.0]]]])
    >>> k = np.array([[[[2.0, 1.0, 5.0, 0.0], [0.0, 0.0, 3.0, -1.0], [4.0, 0.0, 7.0, 1.0]]]])
    >>> dq, dk = attention_scores_backward(np.array([[[[1.0, 4.0, -2.0]]]]), AttentionScoresCache(q, k))
    >>> dq
    array([[[[-3. ,  0.5,  1.5, -3. ]]]])
    >>> dk
    array([[[[ 0.5,  1. ,  0. ,  1. ],
             [ 2. ,  4. ,  0. ,  4. ],
             [-1. , -2. ,  0. , -2. ]]]])
    """,
    probes=_scores,
    returns=("dq", "dk"),
    mistakes=(*steps.SCORES_BACKWARD, *more.SCORES_MORE),
    hints=(
        "A score is linear in the query and linear in the key. What is the derivative of a dot product with respect to one "
        "of its vectors?",
        "A query's gradient is a mixture of keys, a key's gradient a mixture of queries. Both mixtures have the numbers of dy "
        "as their shares, one along its rows, one along its columns.",
        "A factor of the forward pass is a factor of every gradient that passes through it.",
    ),
    difficulty=3,
    minutes=15,
    importance=5,
    lines=4,
)


def _backward() -> list[Probe]:
    def arguments(seed: int, b: int, h: int, t: int, s: int, d: int, **options: Any) -> tuple[Any, ...]:
        dy, q, k, v = _draw(seed, (b, h, t, d), (b, h, t, d), (b, h, s, d), (b, h, s, d))
        return dy, attention_forward(q, k, v, **options)[1]

    gone = np.array([[1, 0, 1, 1, 0, 1, 1], [0, 0, 0, 0, 0, 0, 0]])
    views = (x.swapaxes(1, 2) for x in _draw(76, (B, T, H, D), (B, S, H, D), (B, S, H, D)))
    dy, _ = arguments(77, B, H, T, S, D)
    return [
        Probe("basic", arguments(70, B, H, T, S, D)),
        Probe("as many keys as queries", arguments(71, B, H, T, T, D)),
        Probe("all sizes equal", arguments(72, 4, 4, 4, 4, 4)),
        Probe("not causal", arguments(73, B, H, T, S, D, causal=False)),
        Probe("a text without any key", arguments(74, B, H, T, S, D, key_mask=gone)),
        Probe("one query", arguments(75, B, H, 1, S, D)),
        Probe("views", (dy, attention_forward(*views)[1])),
    ]


BACKWARD = Exercise(
    id="07.4",
    reference=attention_backward,
    task="""
    The gradients of attention with respect to queries, keys and values.

    dy: (B, H, T, D), the gradient of the output of 06.4. cache: AttentionCache(q, k, v, weights, dropout),
    with q (B, H, T, D), k and v (B, H, S, D), weights (B, H, T, S): softmax's output, 0 where a key was
    hidden. The field dropout says that nothing was dropped: leave it aside.
    Return (dq, dk, dv), with the shapes of q, k and v. Where a query could not see a key, nothing passes
    between the two. Do not modify the arguments: the cache may be used again. Your functions 07.1 to 07.3 may
    be called; MixValuesCache and AttentionScoresCache are imported for them.
    To check it by finite differences, FILE.py being the file that you are reading:

        python -m scratchgpt.gradcheck FILE.py attention

    >>> q, k = np.array([[[[2.0, 1.0], [1.0, 3.0]]]]), np.array([[[[0.0, 1.0], [2.0, 0.0]]]])
    >>> v, weights = np.array([[[[3.0, 0.0], [7.0, 2.0]]]]), np.array([[[[1.0, 0.0], [0.25, 0.75]]]])
    >>> cache = AttentionCache(q, k, v, weights, DropoutCache(None, 0.0))
    >>> dq, dk, dv = attention_backward(np.array([[[[1.0, 2.0], [4.0, -1.0]]]]), cache)
    >>> dq.round(4)
    array([[[[ 0.    ,  0.    ],
             [ 3.7123, -1.8562]]]])
    >>> dk.round(4), dv.round(4)
    (array([[[[-1.8562, -5.5685],
             [ 1.8562,  5.5685]]]]), array([[[[ 2.  ,  1.75],
             [ 3.  , -0.75]]]]))
    """,
    probes=_backward,
    returns=("dq", "dk", "dv"),
    mistakes=ATTENTION_MISTAKES,
    edited=("attention_scores_backward", "mix_values_backward"),
    hints=(
        "Walk back through the forward pass: mixture, softmax, scores. Each step hands its gradient to the next.",
        "The mixture gives the values' gradient and the weights' gradient; the weights' gradient goes through softmax, and what "
        "comes out is the gradient of the scores.",
        "The mask needs no line: what does the gradient of softmax do where a weight is 0?",
    ),
    difficulty=3,
    minutes=25,
    importance=5,
    lines=5,
    needs=("07.1", "07.2", "07.3"),
)


CHAPTER = Chapter(
    lesson="07",
    topic="attention_backward",
    title="attention, backward: the gradients of weights, scores, queries, keys and values",
    imports="""
    from scratchgpt.ops.attention import (
        AttentionCache,
        AttentionScoresCache,
        MixValuesCache,
        attention_forward,
        attention_scores_forward,
        mix_values_forward,
    )
    from scratchgpt.ops.dropout import DropoutCache
    from scratchgpt.ops.heads import merge_heads, qkv_attention_forward, split_heads
    """,
    exercises=(SOFTMAX_BACKWARD, MIX_BACKWARD, SCORES_BACKWARD, BACKWARD, packed.EXERCISE),
)
