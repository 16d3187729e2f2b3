"""Lesson 11: batches of next tokens, unequal micro-batches, MinHash, a model that only counts.

Write a function, then run:   pytest exercises/ex11_pretraining.py
Stuck?                        python -m scratchgpt.learn hint 11.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo


# 11.1  difficulty 2 of 5, importance 3 of 5, about 12 minutes
def minhash_signature(shingle_set, a, b):
    """The MinHash signature of a document: which place the first of its shingles has, in each of K random
    orders.

    shingle_set: (n,), unsigned 64-bit integers, one number per shingle, in no particular order, n at least
    1. a, b: (K,), unsigned 64-bit integers: order k puts shingle s at the place (a_k s + b_k) modulo 2 to
    the 64.
    Return (K,), integers: for each order the smallest place that any of the shingles has, and of this 64-bit
    number the upper 32 bits alone, as a number below 2 to the 32. NumPy's unsigned 64-bit integers leave the
    overflow away by themselves, which is the modulo; signed ones and floats are of no use here. Do not
    modify the arguments.

    Three shingles under two orders; the first order leaves them as they are:

    >>> shingles = np.array([5 * 2**32 + 17, 3 * 2**32, 2**63], dtype=np.uint64)
    >>> a, b = np.array([1, 3], dtype=np.uint64), np.array([0, 2**32], dtype=np.uint64)
    >>> minhash_signature(shingles, a, b).tolist()
    [3, 10]
    >>> minhash_signature(shingles[2:], a, b).tolist() == [2**31, 2**31 + 1]
    True
    """
    # TODO 11.1: your code here (about 3 lines)
    raise Todo("11.1")


# 11.2  difficulty 1 of 5, importance 3 of 5, about 5 minutes, after 11.1
def minhash_similarity(a, b):
    """How similar are two documents? Read it off their MinHash signatures.

    a, b: (K,), unsigned 32-bit integers, K at least 1: two signatures, made with the same K orders (11.1).
    Return a number from 0 to 1, an estimate of the Jaccard similarity of the two sets of shingles. Each
    order is one trial: the two documents have the same first shingle there, or they have not. A number means
    something only beside the number of the same order: an equal one at another place is chance. Do not
    modify the arguments.

    >>> a, b = np.array([7, 3, 9, 4, 8], dtype=np.uint32), np.array([3, 7, 9, 1, 8], dtype=np.uint32)
    >>> round(float(minhash_similarity(a, b)), 4)
    0.4
    """
    # TODO 11.2: your code here (about 1 line)
    raise Todo("11.2")


# 11.3  difficulty 2 of 5, importance 5 of 5, about 10 minutes
def next_token_batch(tokens, starts, block_size):
    """Cut a batch of training examples out of a text: windows of tokens, and what follows each of the tokens.

    tokens: (N,), integers (unsigned ones of 16 bits, as they lie on disk), the ids of a text. starts: (B,),
    integers, in any order, some perhaps more than once: the place in tokens where each window begins.
    block_size: an integer T, at least 1: how many tokens a window has. The text goes on behind each window
    for one token at least.
    Return (ids, targets), both (B, T), integers. Row b of ids: the T tokens of the window that begins at the
    b-th start. Row b of targets: for each of these tokens the one that stands behind it in the text. Do not
    modify the arguments.

    >>> tokens = np.array([11, 12, 13, 14, 15, 16, 17], dtype=np.uint16)
    >>> ids, targets = next_token_batch(tokens, np.array([3, 0]), 3)
    >>> ids.tolist()
    [[14, 15, 16], [11, 12, 13]]
    >>> targets.tolist()
    [[15, 16, 17], [12, 13, 14]]
    """
    # TODO 11.3: your code here (about 3 lines)
    raise Todo("11.3")


# 11.4  difficulty 2 of 5, importance 5 of 5, about 12 minutes
def accumulate_gradients(losses, gradients, targets):
    """A batch that does not fit into memory was worked through in micro-batches. Put the results together, so
    that they are those of the one large batch.

    losses: list of M floats, M at least 1: the loss of each micro-batch, a mean over its own target tokens.
    gradients: list of M arrays, float, all of one shape: the gradients of these losses. targets: list of M
    integer arrays (B, T), of which the shapes may differ: the id that was to be predicted at each position,
    0 or larger, or -1 where there was nothing to predict (padding) and which took no part in the mean.
    Return (loss, gradient): a number, and an array of the shape of each gradient. Both are as if all target
    tokens of all micro-batches had been in one mean, in which each of them counts the same. A micro-batch
    without any target counts for nothing; if none has a target, both results are 0 (the gradient an array of
    zeros). Do not modify the arguments.

    Three target tokens with a mean loss of 2.0, and one with a loss of 4.0:

    >>> targets = [np.array([[5, 1, 0]]), np.array([[2, -1, -1]])]
    >>> gradients = [np.array([1.0, 0.0]), np.array([3.0, 8.0])]
    >>> loss, gradient = accumulate_gradients([2.0, 4.0], gradients, targets)
    >>> round(float(loss), 4), gradient.tolist()
    (2.5, [1.5, 2.0])
    """
    # TODO 11.4: your code here (about 7 lines)
    raise Todo("11.4")


# 11.5  difficulty 3 of 5, importance 4 of 5, about 20 minutes
def counted_probabilities(ids, context, vocab_size):
    """The probabilities of the next token, from counting alone.

    ids: list of integers, the text, at least one. context: list of integers, perhaps empty: what stands
    before the token that is to be predicted, its last token nearest to it. vocab_size: V; all ids are below
    it.
    Return (V,), floats: the probability of each token. Begin with equal ones. Then take the last 0, 1, 2,
    ... tokens of the context, up to all of them, and each time count in the text which tokens followed just
    these (all places of the text count, also those that overlap; where the text ends behind them, nothing
    followed). The counts are mixed with the probabilities that the step before has left: these come in with
    the weight D, as if they were D further observations, spread as they say, where D is the number of
    different tokens that followed. Where nothing followed, the step changes nothing. After 0 tokens comes
    every token of the text. Do not modify the arguments.

    In the text 0 1 0 0, token 0 is followed once by 1 and once by 0:

    >>> counted_probabilities([0, 1, 0, 0], [], 2).round(4).tolist()
    [0.6667, 0.3333]
    >>> counted_probabilities([0, 1, 0, 0], [0], 2).round(4).tolist()
    [0.5833, 0.4167]
    >>> counted_probabilities([0, 1, 0, 0], [1, 1, 0], 2).round(4).tolist()
    [0.7917, 0.2083]
    """
    # TODO 11.5: your code here (about 10 lines)
    raise Todo("11.5")
