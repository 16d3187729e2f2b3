"""Lesson 12: spot the bug in a cached step of decoding.

Find the bug, then run:       pytest exercises/ex12_bug_hunt.py
Stuck?                        python -m scratchgpt.learn hint 12.5
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.ops.attention import causal_mask
from scratchgpt.ops.softmax import softmax
from scratchgpt.worked.cached_step import Stored, TinyModel, cache_gaps


# 12.5  difficulty 2 of 5, importance 5 of 5, about 12 minutes, after 12.4
def decode_step(ids, stored, model):
    """Spot the bug. A language model with one attention head works on a text in pieces, and stores the keys
    and values of each: first the prompt, then one token after the other. The code below runs, all shapes are
    right, and for the prompt its numbers are right too. Then the text goes wrong. It is the most common bug
    of such caches.

    ids: (T,), integers, the T new tokens of a text, of which S tokens were given in earlier calls. stored:
    Stored(keys, values), both (S, C), what these calls have left; S may be 0. model: TinyModel(wte, wpe, wq,
    wk, wv): the tables of tokens (V, C) and of positions (N, C), N at least S + T, and three projections (C,
    C).
    Return (logits, stored): logits (T, V), of the new tokens; stored, a Stored of S + T tokens. Do not
    modify the arguments.

    A cache promises that it changes nothing: a text in pieces must have the logits of the same text given at
    once. That is a test. cache_gaps, which is imported, makes it with a text of seven tokens in pieces of 3,
    1, 1 and 2, and returns for each piece by how much the logits differ. Take the line with Todo away and
    run the examples of this docstring, the test among them (FILE.py is the file that you are reading):

        python -m doctest FILE.py

    From which piece on are the logits wrong, and what is different about that piece? Then find the line and
    repair it.

    >>> [round(gap, 6) for gap in cache_gaps(decode_step)]
    [0.0, 0.0, 0.0, 0.0]

    With projections of zeros, and zeros stored for two tokens, attention adds nothing; what is left is the
    embedding of the new token and that of its position:

    >>> nothing = np.zeros((2, 2))
    >>> wpe = np.array([[0.0, 0.0], [0.0, 5.0], [7.0, 0.0]])
    >>> model = TinyModel(np.eye(2), wpe, nothing, nothing, nothing)
    >>> logits, stored = decode_step(np.array([0]), Stored(nothing, nothing), model)
    >>> logits.tolist()
    [[8.0, 0.0]]
    """
    # TODO 12.5: take the next line away, then find the bug below and repair it
    raise Todo("12.5")
    wte, wpe, wq, wk, wv = model
    T, C = len(ids), wte.shape[1]
    x = wte[ids] + wpe[np.arange(T)]
    keys = np.concatenate([stored.keys, x @ wk])
    values = np.concatenate([stored.values, x @ wv])
    scores = (x @ wq) @ keys.T / C**0.5
    seen = causal_mask(T, len(keys))
    weights = softmax(np.where(seen, scores, -np.inf))
    h = x + weights @ values
    return h @ wte.T, Stored(keys, values)
