"""Lesson 07, a bug to be found: one attention head whose backward pass is nearly right."""

import numpy as np

from ...worked.one_head import one_head_backward, one_head_forward
from ..exercise import Chapter, Exercise, Mistake, Probe
from ._ex07_head import MORE


def _heads() -> list[Probe]:
    def arguments(seed: int, t: int, c: int, d: int) -> tuple[object, ...]:
        rng = np.random.default_rng(seed)
        dy, x = rng.standard_normal((t, d)), rng.standard_normal((t, c))
        return dy, one_head_forward(x, *(rng.standard_normal((c, d)) for _ in range(3)))[1]

    return [
        Probe("basic", arguments(90, 5, 6, 4)),
        Probe("all sizes equal", arguments(91, 4, 4, 4)),
        Probe("one token", arguments(92, 1, 6, 4)),
        Probe("two tokens", arguments(93, 2, 3, 5)),
    ]


_DQ, _DK = "dq = dscores @ k", "dk = dscores.T @ q"

ONE_HEAD = Exercise(
    id="07.6",
    reference=one_head_backward,
    task="""
    The gradients of one attention head, with a bug to be found.

    The forward pass is imported: one_head_forward(x, wq, wk, wv), with x (T, C), the vectors of one text, and
    wq, wk, wv (C, D). It makes queries q = x wq, keys k = x wk and values v = x wv, each (T, D); the causal
    softmax of the scaled scores gives the weights (T, T); the output y (T, D) is the weights times v.
    dy: (T, D), the gradient of y. cache: OneHeadCache(x, wq, wk, wv, q, k, v, weights).
    Return (dx, dwq, dwk, dwv), with the shapes of x, wq, wk and wv. Do not modify the arguments.

    The code below runs and all its shapes are right; a published GPT has this very bug. Do not search by
    reading. Take away the line that raises Todo, and let finite differences tell which of the four gradients
    are wrong (FILE.py is the file that you are reading):

        python -m scratchgpt.gradcheck FILE.py one_head

    Then ask which line would spoil just these gradients and leave the others right.

    >>> x, wq = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[2.0, 1.0], [1.0, 0.0]])
    >>> wk, wv = np.array([[0.0, 1.0], [0.5, 0.0]]), np.array([[1.0, 0.0], [2.0, 1.0]])
    >>> y, cache = one_head_forward(x, wq, wk, wv)
    >>> dx, dwq, dwk, dwv = one_head_backward(np.array([[1.0, 2.0], [4.0, -1.0]]), cache)
    >>> dx.round(4)
    array([[1.7823, 4.2566],
           [4.3302, 7.8559]])
    >>> dwq.round(4), dwk.round(4)
    (array([[ 0.    ,  0.    ],
           [ 2.2249, -2.2249]]), array([[-2.2249,  0.    ],
           [ 4.4498,  0.    ]]))
    """,
    given="""
    x, wq, wk, wv, q, k, v, weights = cache
    dv = weights.T @ dy
    dscores = softmax_backward(dy @ v.T, weights) / q.shape[1] ** 0.5
    dq = dscores @ k
    dk = dscores @ q
    dx = dq @ wq.T + dk @ wk.T + dv @ wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv
    """,
    probes=_heads,
    returns=("dx", "dwq", "dwk", "dwv"),
    mistakes=(
        Mistake(
            "dK not transposed",
            "The bug is still there: the gradients of the vectors and of the keys' projection are wrong, the other two are "
            "right.",
            "Which quantity do just these two gradients need?",
            edits=((_DK, "dk = dscores @ q"),),
        ),
        Mistake(
            "dQ transposed too",
            "The keys' gradient is repaired, but the queries' was changed with it, and that one had been right.",
            "Was the gradient of the queries' projection wrong before?",
            edits=((_DQ, "dq = dscores.T @ k"),),
        ),
        Mistake(
            "dQ transposed in its place",
            "The wrong one of two similar lines was changed: now three gradients are wrong.",
            "Was the gradient of the queries' projection wrong before?",
            edits=((_DQ, "dq = dscores.T @ k"), (_DK, "dk = dscores @ q")),
        ),
        Mistake(
            "keys in place of queries",
            "The keys' gradient is made of keys: in a dot product, each factor's gradient holds the other factor.",
            "What is the derivative of a dot product with respect to the key?",
            edits=((_DK, "dk = dscores.T @ k"),),
        ),
        Mistake(
            "queries' gradient used twice",
            "The keys' gradient is that of the queries once more: the table of scores as it is, multiplied by the keys.",
            "Do a query and a key at the same position collect from the same places?",
            edits=((_DK, "dk = dq"),),
        ),
        Mistake(
            "weights in place of the scores' gradient",
            "The keys' gradient was mixed with the weights: those mix the values, the keys were behind the softmax.",
            "Which table holds the gradient of the scores?",
            edits=((_DK, "dk = weights.T @ q"),),
        ),
        Mistake(
            "scaled again",
            "The keys' gradient has the right table now, but it was divided by the root of D a second time.",
            "Where does the scale stand already?",
            edits=((_DK, "dk = dscores.T @ q / math.sqrt(q.shape[1])"),),
        ),
        Mistake(
            "keys' part left out of dx",
            "The gradient of the keys' projection is right, but the vectors no longer get their part through the keys.",
            "In how many ways does a vector take part in the output?",
            edits=((" + dk @ wk.T", ""),),
        ),
        Mistake(
            "sign of dK",
            "The keys' gradient has the right table now, but the opposite sign.",
            "Where in the forward pass is there a minus?",
            edits=((_DK, "dk = -(dscores.T @ q)"),),
        ),
        *MORE,
    ),
    hints=(
        "Two of the four gradients are right. Which lines do they pass through? Those lines are acquitted.",
        "Both wrong gradients need one and the same quantity, and nothing else needs it.",
        "Rows of the score table belong to queries, columns to keys. Over which of them does a key have to collect?",
    ),
    difficulty=2,
    minutes=15,
    importance=4,
    lines=1,
    needs=("07.3",),
)

CHAPTER = Chapter(
    lesson="07",
    topic="bug_hunt",
    title="a bug in a backward pass, to be found with the gradient checker",
    imports="""
    from scratchgpt.ops.softmax import softmax_backward
    from scratchgpt.worked.one_head import one_head_forward
    """,
    exercises=(ONE_HEAD,),
)
