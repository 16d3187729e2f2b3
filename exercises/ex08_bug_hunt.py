"""Lesson 08: two bugs in backward passes, to be found with the gradient checker.

Find the bug, then run:       pytest exercises/ex08_bug_hunt.py
Stuck?                        python -m scratchgpt.learn hint 08.11
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.ops.softmax import softmax_backward
from scratchgpt.worked.dropped_attention import DroppedAttentionCache, dropped_attention_forward
from scratchgpt.worked.norm_steps import NormStepsCache, norm_steps_forward


# 08.11  difficulty 3 of 5, importance 4 of 5, about 20 minutes, after 08.2
def norm_steps_backward(dy, cache):
    """Spot the bug. Layer normalisation, taken apart into small steps, and a backward pass that runs, has all
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
    """
    # TODO 08.11: take the next line away, then find the bug below and repair it
    raise Todo("08.11")
    centred, rstd, weight = cache
    over = tuple(range(dy.ndim - 1))
    dweight, dbias = (dy * centred * rstd).sum(axis=over), dy.sum(axis=over)
    d = dy * weight
    dcentred = d * rstd
    return dcentred, dweight, dbias


# 08.12  difficulty 2 of 5, importance 4 of 5, about 12 minutes, after 07.2, 08.9
def dropped_attention_backward(dy, cache):
    """Spot the bug. One head of attention with dropout on its weights, and a backward pass in which one line
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
    """
    # TODO 08.12: take the next line away, then find the bug below and repair it
    raise Todo("08.12")
    q, k, v, weights, kept, p = cache
    scaled = kept / (1 - p)
    dv = weights.T @ dy
    dweights = dy @ v.T * scaled
    dscores = softmax_backward(dweights, weights) / q.shape[1] ** 0.5
    return dscores @ k, dscores.T @ q, dv
