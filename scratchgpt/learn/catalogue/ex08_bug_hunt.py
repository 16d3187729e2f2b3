"""Lesson 08, two bugs to be found: a norm whose paths are cut, and dropout that one gradient has not noticed."""

import numpy as np

from ...worked.dropped_attention import dropped_attention_backward, dropped_attention_forward
from ...worked.norm_steps import norm_steps_backward, norm_steps_forward
from ..exercise import Chapter, Exercise, Probe
from ._ex08_dropped_attention import MISTAKES as DROPPED_MISTAKES
from ._ex08_norm_steps import MISTAKES as NORM_MISTAKES


def _norms() -> list[Probe]:
    rng = np.random.default_rng(91)

    def probe(name: str, *shape: int, eps: float = 1e-5) -> Probe:
        C = shape[-1]
        x = 1.5 + 2 * rng.standard_normal(shape)
        y, cache = norm_steps_forward(x, 0.5 + rng.standard_normal(C), rng.standard_normal(C), eps)
        return Probe(name, (rng.standard_normal(y.shape), cache))

    return [
        probe("basic", 2, 3, 5),
        probe("rows", 3, 4, eps=0.5),
        probe("square", 4, 4),
        probe("one vector", 5),
        probe("four axes", 2, 4, 3, 5),
    ]


NORM_STEPS = Exercise(
    id="08.11",
    reference=norm_steps_backward,
    task="""
    Spot the bug. Layer normalisation, taken apart into small steps, and a backward pass that runs, has all
    shapes right, and lets a model train.

    The forward pass is imported: norm_steps_forward(x, weight, bias, eps), with x (..., C), weight and bias
    (C,). For each vector: its mean; centred, the vector less its mean; the variance, the mean of the squares
    of centred; rstd, one over the root of variance and eps. The output is centred times rstd times the gain,
    and the bias added.
    dy: (..., C), the gradient of the output. cache: NormStepsCache(centred, rstd, weight), with centred
    (..., C) and rstd (..., 1).
    Return (dx, dweight, dbias): dx (..., C), the other two (C,). Do not modify the arguments.

    Do not search by reading. Take the line with Todo away, and let finite differences tell which of the three
    gradients are wrong (FILE.py is the file that you are reading):

        python -m scratchgpt.gradcheck FILE.py norm_steps

    A relative error above 0.000001 is a mistake. Then go through the steps of the forward pass from the last
    to the first: each of them needs its mirror. More than one is missing, and no line has to go.

    Here rstd is 1/3 and the normalised vector (-1, 0, 1):

    >>> y, cache = norm_steps_forward(np.array([0.0, 3.0, 6.0]), np.ones(3), np.zeros(3), eps=3.0)
    >>> dx, dweight, dbias = norm_steps_backward(np.array([9.0, 0.0, 1.0]), cache)
    >>> dx.round(3), dweight, dbias
    (array([ 1.   , -1.111,  0.111]), array([-9.,  0.,  1.]), array([9., 0., 1.]))
    """,
    given="""
    centred, rstd, weight = cache
    over = tuple(range(dy.ndim - 1))
    dweight, dbias = (dy * centred * rstd).sum(axis=over), dy.sum(axis=over)
    d = dy * weight
    dcentred = d * rstd
    return dcentred, dweight, dbias
    """,
    probes=_norms,
    returns=("dx", "dweight", "dbias"),
    mistakes=NORM_MISTAKES,
    hints=(
        "Two of the three gradients are right. The third is right as well, if some numbers of the forward pass did not "
        "depend on x. Which ones do?",
        "Ask of rstd: which numbers is it made of, and what does a small change of it do to the output? Then ask the same of "
        "the mean.",
        "Both numbers belong to a whole vector, so what comes back to each is a sum along the last axis. The one of rstd goes "
        "on through the variance to centred, and then the one of the mean from centred to x.",
    ),
    difficulty=3,
    minutes=20,
    importance=4,
    lines=5,
    needs=("08.2",),
)


def _dropped() -> list[Probe]:
    def probe(name: str, seed: int, T: int, D: int, *options: float) -> Probe:
        rng = np.random.default_rng(seed)
        q, k, v = rng.standard_normal((3, T, D))
        kept = rng.integers(0, 2, (T, T))
        y, cache = dropped_attention_forward(q, k, v, kept, *options)
        return Probe(name, (rng.standard_normal(y.shape), cache))

    return [
        probe("basic", 92, 5, 4),
        probe("all sizes equal", 93, 4, 4, 0.5),
        probe("rarely scaled", 94, 6, 3, 0.1),
        probe("one token", 96, 1, 3),
        probe("two tokens", 97, 2, 5, 0.6),
        probe("p = 0", 98, 4, 3, 0.0),
    ]


DROPPED_ATTENTION = Exercise(
    id="08.12",
    reference=dropped_attention_backward,
    task="""
    Spot the bug. One head of attention with dropout on its weights, and a backward pass in which one line
    has not noticed the dropout. It runs, all its shapes are right, and it lets a model train.

    The forward pass is imported: dropped_attention_forward(q, k, v, kept, p), with q, k and v (T, D), the
    queries, keys and values of one text. The causal softmax of the scaled scores gives the weights (T, T).
    kept (T, T), of 1 and 0, says which of them stay: those are divided by 1 - p, the others set to 0. The
    output y (T, D) is the mixture of the values by what dropout left. The mask is an argument, and no new one
    is drawn at each call: finite differences would otherwise compare two different functions.
    dy: (T, D), the gradient of the output. cache: DroppedAttentionCache(q, k, v, weights, kept, p), the
    arguments and the weights as softmax gave them, *before* dropout.
    Return (dq, dk, dv), (T, D) each. Do not modify the arguments.

    Do not search by reading. Take the line with Todo away, and let finite differences tell which of the three
    gradients are wrong (FILE.py is the file that you are reading):

        python -m scratchgpt.gradcheck FILE.py dropped_attention

    Then ask which line would spoil just these and leave the others right. Without dropout the code is right:
    a test with p of 0 and nothing dropped would see nothing.

    >>> q, k, v = np.array([[1.0], [0.0]]), np.array([[1.0], [2.0]]), np.array([[2.0], [6.0]])
    >>> y, cache = dropped_attention_forward(q, k, v, np.array([[1, 0], [0, 1]]), 0.5)
    >>> cache.weights, y
    (array([[1. , 0. ],
           [0.5, 0.5]]), array([[4.],
           [6.]]))
    >>> dq, dk, dv = dropped_attention_backward(np.array([[1.0], [3.0]]), cache)
    >>> dq, dv
    (array([[0.],
           [9.]]), array([[2.],
           [3.]]))
    """,
    given="""
    q, k, v, weights, kept, p = cache
    scaled = kept / (1 - p)
    dv = weights.T @ dy
    dweights = dy @ v.T * scaled
    dscores = softmax_backward(dweights, weights) / q.shape[1] ** 0.5
    return dscores @ k, dscores.T @ q, dv
    """,
    probes=_dropped,
    returns=("dq", "dk", "dv"),
    mistakes=DROPPED_MISTAKES,
    hints=(
        "Two of the three gradients are right, and so are all lines that they pass through.",
        "Attention mixes the values. With which numbers were they really mixed in the forward pass?",
        "A value whose weight was dropped has not reached the output at all. What does your gradient say of it?",
    ),
    difficulty=2,
    minutes=12,
    importance=4,
    lines=1,
    needs=("07.2", "08.9"),
)

CHAPTER = Chapter(
    lesson="08",
    topic="bug_hunt",
    title="two bugs in backward passes, to be found with the gradient checker",
    imports="""
    from scratchgpt.ops.softmax import softmax_backward
    from scratchgpt.worked.dropped_attention import DroppedAttentionCache, dropped_attention_forward
    from scratchgpt.worked.norm_steps import NormStepsCache, norm_steps_forward
    """,
    exercises=(NORM_STEPS, DROPPED_ATTENTION),
)
