"""Lesson 03: word2vec, the gradient that started it.

Write a function, then run:   pytest exercises/ex03_word2vec.py
Stuck?                        python -m scratchgpt.learn hint 03.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.worked.word2vec import NaiveSoftmaxCache, NegativeSamplingCache


# 03.1  difficulty 2 of 5, importance 3 of 5, about 10 minutes, after 02.2
def naive_softmax_forward(v, outside, U):
    """The surprise at finding a certain word near a center word: -log P(outside given center).

    v: (D,), the vector of the center word. outside: the id of the word that was found, an integer below V.
    U: (V, D), one outside vector per word of the vocabulary. The score of a word is the dot product of its
    outside vector with v; the probabilities are the softmax of all V scores.
    Return (loss, cache). loss: one number, in nats. cache: NaiveSoftmaxCache(v, outside, U, probs), where
    probs (V,) are the probabilities of all words; the others as given. Scores may be in the hundreds: nothing
    may overflow, and a probability too small for float64 still has an exact loss. Do not modify the
    arguments.

    >>> U = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> loss, cache = naive_softmax_forward(np.array([np.log(2), 0.0]), 0, U)
    >>> cache.probs.round(4), round(float(loss), 4)
    (array([0.4, 0.2, 0.4]), 0.9163)
    """
    # TODO 03.1: your code here (about 3 lines)
    raise Todo("03.1")


# 03.2  difficulty 3 of 5, importance 4 of 5, about 20 minutes, after 03.1
def naive_softmax_backward(dloss, cache):
    """The two gradients of the naive softmax loss: how the center vector and all outside vectors should move.

    dloss: one number, the gradient that arrives from above. cache: NaiveSoftmaxCache(v, outside, U, probs) of
    03.1: v (D,), outside an integer below V, U (V, D), probs (V,) the probabilities of all words.
    Return (dv, dU), of the shapes of v and U. Do not modify the cache: it may be used again.

    >>> U, probs = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([0.4, 0.2, 0.4])
    >>> dv, dU = naive_softmax_backward(0.5, NaiveSoftmaxCache(np.array([2.0, -1.0]), 0, U, probs))
    >>> dv.round(4)
    array([-0.1,  0.3])
    >>> dU.round(4)
    array([[-0.6,  0.3],
           [ 0.2, -0.1],
           [ 0.4, -0.2]])
    """
    # TODO 03.2: your code here (about 5 lines)
    raise Todo("03.2")


# 03.3  difficulty 3 of 5, importance 3 of 5, about 20 minutes, after 03.1
def negative_sampling_forward(v, outside, negatives, U):
    """Negative sampling: tell the word that was found from K words drawn at random, by yes/no questions.

    v: (D,), the vector of the center word. outside: the id of the word that was found, an integer below V.
    negatives: (K,) integers below V, K at least 1, the words that were drawn; a word may occur more than once
    and counts each time, also when it is the outside word itself. U: (V, D), one outside vector per word.
    The score of a pair is the dot product of the word's outside vector with v; the sigmoid of the score is
    the probability that the pair was found and not drawn.
    Return (loss, cache). loss: one number in nats, the surprise at all 1 + K right answers, added up: "found"
    for the outside word, "drawn" for each negative. cache: NegativeSamplingCache(v, ids, U, probs): ids
    (1 + K,) is an integer array, the outside word first, then the negatives in their order; probs (1 + K,)
    the sigmoids of their scores; v and U as given. Scores may be in the hundreds: nothing may overflow, and
    the loss stays exact. Do not modify the arguments.

    >>> U = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> loss, cache = negative_sampling_forward(np.array([np.log(3), 0.0]), 0, np.array([1, 2]), U)
    >>> cache.ids, cache.probs.round(4), round(float(loss), 4)
    (array([0, 1, 2]), array([0.75, 0.5 , 0.75]), 2.3671)
    >>> round(float(negative_sampling_forward(np.array([np.log(3), 0.0]), 0, np.array([1, 1]), U)[0]), 4)
    1.674
    """
    # TODO 03.3: your code here (about 5 lines)
    raise Todo("03.3")


# 03.4  difficulty 3 of 5, importance 4 of 5, about 20 minutes, after 03.3, 01.2
def negative_sampling_backward(dloss, cache):
    """The two gradients of negative sampling: only the words that took part move.

    dloss: one number, the gradient that arrives from above. cache: NegativeSamplingCache(v, ids, U, probs) of
    03.3: v (D,); ids (1 + K,), the word that was found first, then the K that were drawn; U (V, D); probs
    (1 + K,), the probability "found" for each pair.
    Return (dv, dU), of the shapes of v and U. A row of dU whose word is not in ids is 0; a word that stands
    in ids more than once gets the sum of all its parts. Do not modify the cache: it may be used again.

    >>> U, probs = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([0.75, 0.5, 0.5])
    >>> cache = NegativeSamplingCache(np.array([2.0, -1.0]), np.array([0, 1, 1]), U, probs)
    >>> dv, dU = negative_sampling_backward(2.0, cache)
    >>> dv.round(4)
    array([-0.5,  2. ])
    >>> dU.round(4)
    array([[-1. ,  0.5],
           [ 4. , -2. ],
           [ 0. ,  0. ]])
    """
    # TODO 03.4: your code here (about 6 lines)
    raise Todo("03.4")
