"""Lesson 19: logit attribution, the logit lens, induction heads, linear probes.

Write a function, then run:   pytest exercises/ex19_looking_inside.py
Stuck?                        python -m scratchgpt.learn hint 19.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.ops.layernorm import layernorm_forward
from scratchgpt.ops.softmax import log_softmax


# 19.1  difficulty 2 of 5, importance 4 of 5, about 8 minutes, after 08.1, 09.1
def logit_lens(stream, weight, bias, table, eps=1e-05):
    """The logit lens: what would the model say if it stopped after each of its layers?

    Behind the last layer of a model like GPT-2, the residual stream passes one more norm, and the head
    scores the result against the row of every token. The lens reads the stream of each earlier layer in the
    same way, with the same norm (each vector by its own mean and deviation) and the same head.

    stream: (L + 1, T, C), float, the residual stream: first as the embeddings leave it, then behind each of
    the L layers, always in front of the last norm. weight, bias: (C,), the gain and the bias of the last
    norm; eps: its constant, under the root with the variance. table: (V, C), the head's rows, one per token;
    the head has no bias.
    Return logits (L + 1, T, V): scores, not probabilities; the last of the L + 1 are the model's own. Do not
    modify the arguments. layernorm_forward of lesson 08 is imported, if you want it: it takes the vectors,
    the gain, the bias and eps, and returns (y, cache).

    >>> stream = np.array([[[3.0, 1.0]], [[3.0, 5.0]]])  # L = 1, T = 1, C = 2
    >>> table = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
    >>> logit_lens(stream, np.array([1.0, 2.0]), np.array([0.0, 1.0]), table).round(3)
    array([[[ 1., -1.,  0.]],
    <BLANKLINE>
           [[-1.,  3.,  4.]]])
    """
    # TODO 19.1: your code here (about 2 lines)
    raise Todo("19.1")


# 19.2  difficulty 3 of 5, importance 4 of 5, about 18 minutes, after 08.1, 09.1
def direct_logit_attribution(parts, weight, bias, direction, eps=1e-05):
    """Direct logit attribution: which part of the model spoke for a token, and how loudly?

    The residual stream is a sum: the embeddings, what each attention added, what each MLP added. It passes
    the last norm (take the mean away, divide by the deviation, times the gain, plus the bias), and the dot
    product with the head's row of a token is this token's logit. Once the norm's deviation is known, all of
    that is linear, so that the logit is a sum too: one share for each part, and one for the norm's bias.

    parts: (N, T, C), float, for each of T positions the N vectors that add up to its stream. weight, bias:
    (C,), the gain and the bias of the last norm. direction: (T, C), for each position the head's row of the
    token in question. eps: the norm's constant: the deviation is the root of variance plus eps, and the
    variance is the mean square of the C distances from the mean.
    Return shares (N + 1, T): for each part what it adds to the logit on its own, with the deviation of the
    whole stream at that position, and without its own mean; in the last row the share of the bias. The N + 1
    shares of a position add up to its logit. Do not modify the arguments. layernorm_forward of lesson 08 is
    imported, if you want it: it takes the vectors, the gain, the bias and eps, and returns (y, cache); in
    the cache, the field rstd (with a last axis of 1) is one over the deviation.

    Two parts, one position. The stream is [6, -2], its mean 2 and its deviation 4:

    >>> parts, direction = np.array([[[3.0, 1.0]], [[3.0, -3.0]]]), np.array([[2.0, 1.0]])
    >>> direct_logit_attribution(parts, np.array([1.0, 1.0]), np.array([0.0, 1.0]), direction).round(3)
    array([[0.25],
           [0.75],
           [1.  ]])
    """
    # TODO 19.2: your code here (about 5 lines)
    raise Todo("19.2")


# 19.3  difficulty 2 of 5, importance 3 of 5, about 10 minutes, after 06.3
def induction_score(weights):
    """How much of an induction head is an attention head?

    An induction head continues what it has seen before: at a token that occurred earlier in the text, it
    looks at the position behind that earlier occurrence, to say what followed then. One finds such heads on
    a sequence of random tokens that stands there twice, say 7 4 9 7 4 9: the second 7 should look at the
    first 4, the second 4 at the first 9, and the second 9 at the second 7, which stands behind the first 9.

    weights: (..., T, T), float, with zero or more axes in front (layers, heads): the attention weights on
    such a sequence, a row per query with its shares of all keys. T is even, and the two halves of T / 2
    tokens are the same.
    Return score (...): for each head the mean, over the queries of the second half, of the weight on the
    position behind the earlier occurrence of the query's token. Do not modify weights.

    Two tokens, twice. The third position looks at the second one with 0.6, the last at the third with 0.5:

    >>> weights = np.array([[1.0, 0, 0, 0], [0.3, 0.7, 0, 0], [0.3, 0.6, 0.1, 0], [0.1, 0.3, 0.5, 0.1]])
    >>> round(float(induction_score(weights)), 4)
    0.55
    >>> induction_score(np.array([weights, np.tri(4) / [[1], [2], [3], [4]]])).round(4)
    array([0.55  , 0.2917])
    """
    # TODO 19.3: your code here (about 3 lines)
    raise Todo("19.3")


# 19.4  difficulty 3 of 5, importance 3 of 5, about 18 minutes, after 02.4, 08.5
def linear_probe_step(weight, bias, h, labels, lr=0.1):
    """One training step of a linear probe.

    It shows whether a label, the part of speech say, can be read off hidden states by a linear map alone. A
    probe is a softmax regression. It scores each of the K classes for a state by a dot product with a column
    of weight, plus the class's bias; softmax makes probabilities of the scores; the loss is the mean cross-
    entropy of the labels over the N states, in nats. The states are somebody else's: only weight and bias
    learn, by one step of plain gradient descent with the learning rate lr.

    weight: (C, K), bias: (K,), float, the probe so far. h: (N, C), float, the states; labels: (N,), integers
    below K, their classes. Scores of 900 and of -800 occur, and the loss is a finite number all the same.
    Return (loss, weight, bias): the loss before the step, and the new weight and bias. Do not modify the
    arguments: the new arrays are others. log_softmax of lesson 02 is imported, if you want it: log_softmax(x)
    works along the last axis.

    A probe that knows nothing yet gives two classes half a chance each; its two states have one label each:

    >>> h, labels = np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([0, 1])
    >>> loss, weight, bias = linear_probe_step(np.zeros((2, 2)), np.zeros(2), h, labels, lr=0.1)
    >>> round(float(loss), 4)
    0.6931
    >>> weight.round(4)
    array([[ 0.05, -0.05],
           [-0.1 ,  0.1 ]])
    >>> bias + 0.0
    array([0., 0.])
    """
    # TODO 19.4: your code here (about 8 lines)
    raise Todo("19.4")
