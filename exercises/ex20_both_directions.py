"""Lesson 20: masked tokens, for a model that reads in both directions.

Write a function, then run:   pytest exercises/ex20_both_directions.py
Stuck?                        python -m scratchgpt.learn hint 20.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo


# 20.1  difficulty 2 of 5, importance 4 of 5, about 12 minutes
def mask_tokens(ids, rng, *, mask_id, vocab_size, probability=0.15):
    """Hide some tokens of a batch, to be guessed by a model that reads in both directions.

    Such a model, like BERT, cannot be asked for the next token, which it sees; it is asked for those that are
    hidden. Each token is chosen with the given probability. Of the chosen ones, 80 % are replaced by the
    mask's id, 10 % by a random id, and 10 % stay as they are, so that the model cannot rely on the mask to
    tell which positions matter.

    ids: integers of any shape, of any integer dtype (uint16 as well). rng: a numpy.random.Generator.
    mask_id: the id of the mask. vocab_size: random ids are below it. probability: between 0 and 1, both
    included.
    Return (inputs, targets), both int64, of the shape of ids. inputs: what the model sees. targets: the
    original id where a token was chosen, also where it stays as it is, and -1, which the loss leaves out,
    everywhere else. Do not modify ids.

    So that an answer can be checked, draw exactly this, in this order, each of the shape of ids: first
    rng.random, a number from 0 to below 1 for every token, which is chosen when its number is below the
    probability; then rng.random again: below 0.8 means mask, from 0.8 to below 0.9 a random id, else stay;
    last rng.integers below vocab_size, a random id for every token, whether it is needed or not.

    >>> ids = np.array([[10, 11, 12, 13, 14, 15], [16, 17, 18, 19, 20, 21]])
    >>> rng = np.random.default_rng(15)
    >>> inputs, targets = mask_tokens(ids, rng, mask_id=99, vocab_size=50, probability=0.5)
    >>> inputs
    array([[10, 11, 99, 39, 14, 99],
           [16, 17, 99, 19, 20, 21]])
    >>> targets
    array([[-1, -1, 12, 13, -1, 15],
           [-1, 17, 18, -1, -1, -1]])
    """
    # TODO 20.1: your code here (about 7 lines)
    raise Todo("20.1")
