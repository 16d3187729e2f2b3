"""Lesson 07: a bug in a backward pass, to be found with the gradient checker.

Find the bug, then run:       pytest exercises/ex07_bug_hunt.py
Stuck?                        python -m scratchgpt.learn hint 07.6
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.ops.softmax import softmax_backward
from scratchgpt.worked.one_head import one_head_forward


# 07.6  difficulty 2 of 5, importance 4 of 5, about 15 minutes, after 07.3
def one_head_backward(dy, cache):
    """The gradients of one attention head, with a bug to be found.

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
    """
    # TODO 07.6: take the next line away, then find the bug below and repair it
    raise Todo("07.6")
    x, wq, wk, wv, q, k, v, weights = cache
    dv = weights.T @ dy
    dscores = softmax_backward(dy @ v.T, weights) / q.shape[1] ** 0.5
    dq = dscores @ k
    dk = dscores @ q
    dx = dq @ wq.T + dk @ wk.T + dv @ wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv
