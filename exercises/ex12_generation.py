"""Lesson 12: temperature, top-k, top-p, and one step of attention with a cache.

Write a function, then run:   pytest exercises/ex12_generation.py
Stuck?                        python -m scratchgpt.learn hint 12.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.ops.softmax import softmax


# 12.1  difficulty 1 of 5, importance 5 of 5, about 3 minutes
def apply_temperature(logits, temperature):
    """Make a model bolder or more careful, before its logits become probabilities.

    logits: (V,) or (B, V), float; some may be minus infinity, for tokens that were cut off, and stay so.
    temperature: a float above 0. Return logits of the same shape, and not probabilities: the softmax comes
    later, and nothing else is to be added or taken away. With the softmax behind it, the ratio of any two
    probabilities is raised to the power of one over the temperature: below 1 the gaps grow, above 1 they
    shrink. Do not modify logits.

    >>> apply_temperature(np.array([2.0, 1.0, 0.5]), 0.5).tolist()
    [4.0, 2.0, 1.0]
    >>> softmax(apply_temperature(np.array([2.0, 1.0, 0.5]), 0.5)).round(4).tolist()
    [0.8438, 0.1142, 0.042]
    """
    # TODO 12.1: your code here (about 1 line)
    raise Todo("12.1")


# 12.2  difficulty 2 of 5, importance 4 of 5, about 15 minutes
def top_k(logits, k):
    """Keep the k likeliest tokens, and make all others impossible.

    logits: (V,) or (B, V), float; some may be minus infinity already. k: an integer, at least 0.
    Return logits of the same shape, not probabilities: the k largest of each row as they are, all others
    minus infinity, so that a softmax later gives them 0. Exactly k stay: among equal logits at the k-th
    place those with the lowest ids do. 0 keeps all, and so does a k of V or more. Do not modify logits.

    >>> top_k(np.array([1.0, 4.0, 2.0, 3.0]), 2).tolist()
    [-inf, 4.0, -inf, 3.0]
    >>> top_k(np.array([[1.0, 2.0, 2.0, 0.0], [5.0, 5.0, 5.0, 5.0]]), 1).tolist()
    [[-inf, 2.0, -inf, -inf], [5.0, -inf, -inf, -inf]]
    >>> top_k(np.array([1.0, 4.0]), 0).tolist()
    [1.0, 4.0]
    """
    # TODO 12.2: your code here (about 7 lines)
    raise Todo("12.2")


# 12.3  difficulty 3 of 5, importance 4 of 5, about 20 minutes, after 12.2
def top_p(logits, p):
    """Keep the nucleus: the smallest set of tokens whose probabilities have the sum p or more.

    logits: (V,) or (B, V), float; some may be minus infinity already. p: a float, at least 0.
    Return logits of the same shape, not probabilities: in each row, taken by itself, those of the nucleus as
    they are, all others minus infinity. Tokens enter likeliest first (among equals lowest id first), until
    the sum of their probabilities reaches p: the one with which it does so belongs to the nucleus, and none
    comes after it. So one token always stays, even for p = 0. A p of 1 or more keeps all. Do not modify
    logits; softmax is imported.

    >>> logits = np.log(np.array([0.15, 0.4, 0.25, 0.08, 0.12]))
    >>> np.isfinite(top_p(logits, 0.75)).tolist()
    [True, True, True, False, False]
    >>> top_p(np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 9.0, 0.0, 0.0]]), 0.5).tolist()
    [[1.0, 1.0, -inf, -inf], [-inf, 9.0, -inf, -inf]]
    """
    # TODO 12.3: your code here (about 10 lines)
    raise Todo("12.3")


# 12.4  difficulty 2 of 5, importance 5 of 5, about 15 minutes, after 06.4
def cached_attention_step(q, k, v, keys, values):
    """One step of attention with a KV cache: a single new position, and what is remembered of the earlier
    ones.

    q, k, v: (B, H, 1, D), float: query, key and value of the new position, in each head. keys, values: (B,
    H, S, D): the cache, keys and values of the S positions before it, the oldest first; S may be 0.
    Return (y, keys, values). keys and values: (B, H, S + 1, D), new arrays, the cache with the new position
    at its end. y: (B, H, 1, D), what causal attention (06.4) over all S + 1 positions gives at the last one,
    with its usual scale. Nothing of earlier queries is needed, and nothing is recomputed. Do not modify the
    arguments; softmax is imported.

    The query likes neither key more than the other, so that the values are averaged:

    >>> q, k, v = (np.array(x).reshape(1, 1, 1, 2) for x in ([1.0, 0.0], [0.0, 3.0], [4.0, 0.0]))
    >>> keys, values = np.array([[[[0.0, -1.0]]]]), np.array([[[[0.0, 2.0]]]])
    >>> y, keys, values = cached_attention_step(q, k, v, keys, values)
    >>> y.tolist()
    [[[[2.0, 1.0]]]]
    >>> keys.tolist(), values.tolist()
    ([[[[0.0, -1.0], [0.0, 3.0]]]], [[[[0.0, 2.0], [4.0, 0.0]]]])
    """
    # TODO 12.4: your code here (about 5 lines)
    raise Todo("12.4")
