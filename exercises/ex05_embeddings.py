"""Lesson 05: embeddings and positions, and their gradients.

Write a function, then run:   pytest exercises/ex05_embeddings.py
Stuck?                        python -m scratchgpt.learn hint 05.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.ops.embedding import EmbeddingCache
from scratchgpt.worked.embedding import EmbedCache


# 05.1  difficulty 1 of 5, importance 5 of 5, about 5 minutes
def embedding_forward(ids, weight):
    """Give every id its vector: look up one row of a table per id.

    ids: integers (B, T), from 0 to V - 1. weight: (V, C), float, one row per id.
    Return (y, cache). y: (B, T, C), at each place the row of the id that stands there.
    cache: EmbeddingCache(ids, weight), the two arguments, which the backward pass will need. Do not modify
    the arguments.

    >>> weight = np.array([[0.2, 0.1, -0.3, 0.5], [-0.1, 0.4, 0.2, -0.2], [0.3, -0.2, 0.1, 0.4]])
    >>> y, cache = embedding_forward(np.array([[1, 1, 0]]), weight)
    >>> y
    array([[[-0.1,  0.4,  0.2, -0.2],
            [-0.1,  0.4,  0.2, -0.2],
            [ 0.2,  0.1, -0.3,  0.5]]])
    >>> cache.ids
    array([[1, 1, 0]])
    """
    # TODO 05.1: your code here (about 1 line)
    raise Todo("05.1")


# 05.2  difficulty 2 of 5, importance 5 of 5, about 12 minutes, after 05.1
def embedding_backward(dy, cache):
    """The gradient of the table: what does each row hear from the places where it was used?

    dy: (B, T, C), the gradient of the loss with respect to what the lookup returned. cache:
    EmbeddingCache(ids, weight) of the forward pass, ids (B, T), weight (V, C).
    Return dweight (V, C). A row of the table that was used at several places has an influence through all of
    them; a row that was not used has none, and its gradient is 0. Do not modify dy or the cache.

    >>> ids = np.array([[2, 0, 2]])
    >>> _, cache = embedding_forward(ids, np.array([[0.5, 0.1], [0.2, 0.3], [0.4, 0.6], [0.7, 0.8]]))
    >>> embedding_backward(np.array([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]]), cache)
    array([[3., 4.],
           [0., 0.],
           [6., 8.],
           [0., 0.]])
    """
    # TODO 05.2: your code here (about 4 lines)
    raise Todo("05.2")


# 05.3  difficulty 3 of 5, importance 3 of 5, about 15 minutes
def sinusoidal_positions(T, C):
    """A vector for every position that need not be learned: hands of clocks that turn at different speeds.

    T: number of positions, counted from 0. C: size of a vector, an even number.
    Return an array (T, C), float. Columns go in pairs, 0 and 1, 2 and 3, and so on: each pair is a hand that
    has turned by an angle in proportion to the position, and holds the sine of the angle first, then the
    cosine of the same angle. The first hand turns by 1 radian per position. From one hand to the next the
    speed falls by a constant factor; as many such steps as there are hands would lead down to 1/10000 radian
    per position, so that the last hand, one step less behind the first, is still a little faster than that.

    >>> sinusoidal_positions(3, 4).round(3)
    array([[ 0.   ,  1.   ,  0.   ,  1.   ],
           [ 0.841,  0.54 ,  0.01 ,  1.   ],
           [ 0.909, -0.416,  0.02 ,  1.   ]])
    """
    # TODO 05.3: your code here (about 5 lines)
    raise Todo("05.3")


# 05.4  difficulty 1 of 5, importance 4 of 5, about 8 minutes, after 05.1
def embed_forward(ids, wte, wpe):
    """What the first block of a GPT reads: the vector of the token plus the vector of its place.

    ids: integers (B, T), from 0 to V - 1. wte: (V, C), a row per token. wpe: (N, C), a row per position, the
    first for position 0; N is the longest text the model can read, and T is at most N.
    Return (h, cache). h: (B, T, C). The same token at two places has two different vectors; the same place
    has the same position vector in all B texts. cache: EmbedCache(ids, wte, wpe), the arguments. Do not
    modify the arguments.

    >>> wte = np.array([[0.2, -0.1, 0.5, 0.3], [0.8, 0.4, -0.2, 0.1], [0.1, 0.7, 0.3, -0.4]])
    >>> wpe = np.array([[0.0, 0.1, 0.0, -0.1], [0.1, 0.0, -0.1, 0.1], [0.0, -0.1, 0.1, 0.0]])
    >>> h, cache = embed_forward(np.array([[2, 0], [2, 2]]), wte, wpe)
    >>> h.round(4)
    array([[[ 0.1,  0.8,  0.3, -0.5],
            [ 0.3, -0.1,  0.4,  0.4]],
    <BLANKLINE>
           [[ 0.1,  0.8,  0.3, -0.5],
            [ 0.2,  0.7,  0.2, -0.3]]])
    """
    # TODO 05.4: your code here (about 2 lines)
    raise Todo("05.4")


# 05.5  difficulty 3 of 5, importance 4 of 5, about 12 minutes, after 05.2, 05.4
def embed_backward(dh, cache):
    """The gradients of both tables: tokens may repeat, and positions are shared by all texts of the batch.

    dh: (B, T, C), the gradient of the loss with respect to h of 05.4. cache: EmbedCache(ids, wte, wpe) of the
    forward pass, ids (B, T), wte (V, C), wpe (N, C).
    Return (dwte, dwpe), of the shapes (V, C) and (N, C). Every row collects the gradients of all the places
    where it was added; rows that were not used stay 0. Do not modify dh or the cache. Your embedding_backward
    is at hand.

    >>> wte, wpe = np.array([[0.2, 0.1], [0.4, 0.3]]), np.array([[0.5, 0.1], [0.2, 0.6], [0.3, 0.7]])
    >>> _, cache = embed_forward(np.array([[1, 1], [0, 1]]), wte, wpe)
    >>> dwte, dwpe = embed_backward(np.array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]), cache)
    >>> dwte
    array([[ 5.,  6.],
           [11., 14.]])
    >>> dwpe
    array([[ 6.,  8.],
           [10., 12.],
           [ 0.,  0.]])
    """
    # TODO 05.5: your code here (about 5 lines)
    raise Todo("05.5")
