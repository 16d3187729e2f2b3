"""Lesson 07: attention, backward: the gradients of weights, scores, queries, keys and values.

Write a function, then run:   pytest exercises/ex07_attention_backward.py
Stuck?                        python -m scratchgpt.learn hint 07.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
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


# 07.1  difficulty 3 of 5, importance 5 of 5, about 20 minutes
def softmax_backward(dy, y, axis=-1):
    """The gradient of softmax, from its output: in attention, from the weights to the scores (dP to dS).

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
    """
    # TODO 07.1: your code here (about 1 line)
    raise Todo("07.1")


# 07.2  difficulty 2 of 5, importance 5 of 5, about 15 minutes
def mix_values_backward(dy, cache):
    """The gradients of the mixture y = weights times v (a matrix product per text and head): dP and dV.

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
    """
    # TODO 07.2: your code here (about 3 lines)
    raise Todo("07.2")


# 07.3  difficulty 3 of 5, importance 5 of 5, about 15 minutes
def attention_scores_backward(dy, cache):
    """The gradients of the scaled scores with respect to queries and keys: dQ and dK.

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
    """
    # TODO 07.3: your code here (about 4 lines)
    raise Todo("07.3")


# 07.4  difficulty 3 of 5, importance 5 of 5, about 25 minutes, after 07.1, 07.2, 07.3
def attention_backward(dy, cache):
    """The gradients of attention with respect to queries, keys and values.

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
    """
    # TODO 07.4: your code here (about 5 lines)
    raise Todo("07.4")


# 07.5  difficulty 2 of 5, importance 4 of 5, about 15 minutes, after 07.4
def qkv_attention_backward(dy, cache):
    """The gradient of attention with several heads with respect to the packed queries, keys and values.

    dy: (B, T, C), the gradient of the output of 06.7: C = n_head * D, heads side by side. cache:
    QKVAttentionCache(n_head, attention), where attention is the cache of 07.4.
    Return dqkv (B, T, 3*C), packed as the input of 06.7 was: queries, keys, values, and within each of them
    head 0, head 1, and so on. Do not modify the arguments. split_heads and merge_heads are imported; your
    function 07.4 may be called.

    >>> qkv = np.array([[[1.0, 0, 2, 1, 0, 1, 0, 2, 1, 5, 0, 3], [0, 3, 1, 1, 2, 0, 1, 0, 3, 9, 4, 0]]])
    >>> _, cache = qkv_attention_forward(qkv, 2)
    >>> dqkv = qkv_attention_backward(np.array([[[1.0, 0.0, 2.0, 0.0], [2.0, 4.0, 0.0, 1.0]]]), cache)
    >>> dqkv[0, 0].round(4)
    array([ 0.    ,  0.    ,  0.    ,  0.    ,  0.    , -4.0553,  0.4692,
            0.4692,  2.7859,  3.5718,  2.    ,  0.6698])
    >>> dqkv[0, 1].round(4)
    array([ 2.7035, -1.3518, -0.4692,  0.9384,  0.    ,  4.0553, -0.4692,
           -0.4692,  0.2141,  0.4282,  0.    ,  0.3302])
    """
    # TODO 07.5: your code here (about 3 lines)
    raise Todo("07.5")
