"""Lesson 09: spot the bug in the gradient of a tied head.

Find the bug, then run:       pytest exercises/ex09_bug_hunt.py
Stuck?                        python -m scratchgpt.learn hint 09.5
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.worked.tied_head import TiedModelCache, tied_model_forward


# 09.5  difficulty 2 of 5, importance 5 of 5, about 12 minutes, after 09.3
def tied_model_backward(dlogits, cache):
    """Spot the bug. The smallest model with a tied head looks its tokens up in a table and scores them with
    the same table at once. Its gradient below runs without an error, has the right shape, and is wrong: a
    published GPT has had this bug.

    dlogits: (B, T, V), the gradient of the scores. cache: TiedModelCache(ids, h, weight) of the forward
    pass: ids (B, T), integers below V; h (B, T, C), the rows that were looked up, which are the hidden
    states here; weight (V, C), the table.
    Return dweight (V, C), the gradient of the table. Do not modify dlogits or the cache.

    Take the line with Todo away and let finite differences look at it first (FILE.py is the file that you
    are reading):

        python -m scratchgpt.gradcheck FILE.py tied_model

    They compare each entry with the slope of the model itself; a relative error above 0.000001 is a
    mistake. Then find the line and repair it.

    >>> logits, cache = tied_model_forward(np.array([[0, 0]]), np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]))
    >>> logits
    array([[[1., 0., 1.],
            [1., 0., 1.]]])
    >>> tied_model_backward(np.array([[[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]]), cache)
    array([[2., 2.],
           [0., 0.],
           [2., 0.]])
    """
    # TODO 09.5: take the next line away, then find the bug below and repair it
    raise Todo("09.5")
    ids, h, weight = cache
    V, C = weight.shape
    grads = {"h": dlogits @ weight, "weight": np.zeros((V, C))}
    for token, gradient in zip(ids.reshape(-1), grads["h"].reshape(-1, C), strict=True):
        grads["weight"][token] += gradient
    grads["weight"] = dlogits.reshape(-1, V).T @ h.reshape(-1, C)
    return grads["weight"]
