"""Lesson 02: likelihood, cross-entropy and its gradient, perplexity.

Write a function, then run:   pytest exercises/ex02_likelihood.py
Stuck?                        python -m scratchgpt.learn hint 02.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.ops.cross_entropy import CrossEntropyCache


# 02.1  difficulty 1 of 5, importance 5 of 5, about 10 minutes
def softmax(x, axis=-1):
    """Turn scores into probabilities along one axis.

    x: array of any shape, float. axis: the axis whose numbers compete with each other.
    Return an array of the same shape. Along `axis` the numbers are positive and sum to 1, and they keep the
    order of the scores (one that lies far below the others may come out as 0). Scores may lie hundreds or
    thousands above or below 0, and as far apart: nothing may overflow. Do not modify x.

    >>> softmax(np.array([2.0, 1.0, 0.5])).round(4)
    array([0.6285, 0.2312, 0.1402])
    >>> softmax(np.array([900.0, 900.0]))
    array([0.5, 0.5])
    """
    # TODO 02.1: your code here (about 2 lines)
    raise Todo("02.1")


# 02.2  difficulty 2 of 5, importance 5 of 5, about 10 minutes, after 02.1
def log_softmax(x, axis=-1):
    """The logarithm of softmax, exact even where a probability is too small to be written down.

    x: array of any shape, float. axis: the axis whose numbers compete.
    Return an array of the same shape: log-probabilities, all at most 0. A score that is 800 below the others
    has the log-probability -800, although its probability is 0 in float64. Scores may lie hundreds or
    thousands above or below 0: nothing may overflow. Do not modify x.

    >>> log_softmax(np.array([2.0, 1.0, 0.5])).round(4)
    array([-0.4644, -1.4644, -1.9644])
    >>> log_softmax(np.array([0.0, -800.0]))
    array([   0., -800.])
    """
    # TODO 02.2: your code here (about 2 lines)
    raise Todo("02.2")


# 02.3  difficulty 3 of 5, importance 5 of 5, about 20 minutes, after 02.2
def cross_entropy_forward(logits, targets, weights=None, ignore_index=-1):
    """The mean surprise of a model at the tokens that really came: -log P(target), averaged.

    logits: (..., V), float, as far apart as those of 02.2. targets: (...), integers below V. `ignore_index`,
    -1 or one of the ids, marks the places that do not count. weights: (...), floats above 0, or None; each
    place counts as much as its weight, and places that do not count have none, whatever their weight. Return
    (loss, cache). loss: one number, sum of weight x surprise over the sum of the weights that count; 0 when
    every place is ignored. cache: CrossEntropyCache(log_probs, targets, scale), where log_probs are the log-
    probabilities (..., V), targets hold 0 where they are ignored, and scale (...) is the share of each place:
    0 where ignored, 1 in sum. Do not modify the arguments.

    >>> logits = np.log(np.array([[0.4, 0.5, 0.1], [0.3, 0.1, 0.6]]))
    >>> loss, cache = cross_entropy_forward(logits, np.array([0, 2]))
    >>> round(float(loss), 4), cache.scale
    (0.7136, array([0.5, 0.5]))
    >>> three = np.log(np.array([[0.4, 0.5, 0.1], [0.3, 0.1, 0.6], [0.2, 0.2, 0.6]]))
    >>> loss, cache = cross_entropy_forward(three, np.array([0, 2, -1]), np.array([1.0, 3.0, 5.0]))
    >>> round(float(loss), 4), cache.targets, cache.scale
    (0.6122, array([0, 2, 0]), array([0.25, 0.75, 0.  ]))
    """
    # TODO 02.3: your code here (about 9 lines)
    raise Todo("02.3")


# 02.4  difficulty 3 of 5, importance 5 of 5, about 20 minutes, after 02.3
def cross_entropy_backward(dloss, cache):
    """The gradient of the mean surprise with respect to the logits.

    dloss: the gradient of the loss, one number. cache: CrossEntropyCache of the forward pass, with log_probs
    (..., V), targets (...) and scale (...), the share of each place.
    Return dlogits (..., V). Each row sums to 0; a row with share 0 is 0. Do not modify the cache: it may be
    used again.

    >>> logits = np.log(np.array([[0.4, 0.5, 0.1], [0.3, 0.1, 0.6]]))
    >>> _, cache = cross_entropy_forward(logits, np.array([0, 2]))
    >>> cross_entropy_backward(1.0, cache).round(2)
    array([[-0.3 ,  0.25,  0.05],
           [ 0.15,  0.05, -0.2 ]])
    >>> cross_entropy_backward(2.0, cache).round(2)
    array([[-0.6,  0.5,  0.1],
           [ 0.3,  0.1, -0.4]])
    """
    # TODO 02.4: your code here (about 5 lines)
    raise Todo("02.4")


# 02.5  difficulty 1 of 5, importance 4 of 5, about 5 minutes
def perplexity(log_probs):
    """The perplexity of a text: the number of equally likely tokens that would be as hard to predict as its
    tokens were, on average.

    log_probs: array of any shape, float: the natural logarithm of the probability that the model gave to
    each token that really came, all at most 0. All tokens count the same, whichever row they are in.
    Return one number: the exponential of the mean surprise, 1 at least. A text may have thousands of
    tokens, and a token may have a probability too small to be written down; the mean surprise stays below 80.
    Do not modify log_probs.

    Two tokens with the probabilities 0.40 and 0.60, then one with 0.30, then four sides of a die:

    >>> round(float(perplexity(np.log(np.array([0.40, 0.60])))), 2)
    2.04
    >>> round(float(perplexity(np.log(np.array([0.30])))), 2)
    3.33
    >>> round(float(perplexity(np.full(4, np.log(1 / 6)))), 6)
    6.0
    """
    # TODO 02.5: your code here (about 1 line)
    raise Todo("02.5")
