"""Lesson 21: learning from preferences: the loss of a reward model, and DPO.

Write a function, then run:   pytest exercises/ex21_alignment.py
Stuck?                        python -m scratchgpt.learn hint 21.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.tasks.preferences import BradleyTerryCache, DPOCache


# 21.1  difficulty 2 of 5, importance 4 of 5, about 10 minutes, after 02.3
def bradley_terry_forward(chosen, rejected):
    """The loss of a reward model.

    It is taught by comparisons: of two answers to the same question, people have chosen one and rejected the
    other. The model gives each answer a number, its reward. After Bradley and Terry, the probability with
    which it expects the chosen answer to be preferred is the sigmoid of the margin: the reward of the chosen
    answer less that of the rejected one. The loss is the negative natural log of this probability, averaged
    over the pairs.

    chosen, rejected: (B,), float, the rewards of the two answers of each pair. Margins of 900 and of -900
    occur: the loss of such a pair is a plain, finite number too (900 when the margin is -900).
    Return (loss, cache). loss: a number. cache: BradleyTerryCache(margin), with the B margins. Do not modify
    chosen or rejected.

    Two equal rewards leave the model undecided, at the log of 2; an expected choice costs less, an
    unexpected one more:

    >>> loss, cache = bradley_terry_forward(np.array([2.0]), np.array([2.0]))
    >>> round(float(loss), 4)
    0.6931
    >>> loss, cache = bradley_terry_forward(np.array([2.0, 0.0]), np.array([1.0, 1.0]))
    >>> cache.margin
    array([ 1., -1.])
    >>> round(float(loss), 4)  # the mean of 0.3133 and 1.3133
    0.8133
    """
    # TODO 21.1: your code here (about 3 lines)
    raise Todo("21.1")


# 21.2  difficulty 2 of 5, importance 4 of 5, about 10 minutes, after 21.1
def bradley_terry_backward(dloss, cache):
    """The gradients of the rewards, behind the loss of 21.1.

    The loss is the mean, over B pairs, of the negative natural log of the sigmoid of the margin; the margin
    is the reward of the chosen answer less that of the rejected one.

    dloss: a number, the gradient of the loss. cache: BradleyTerryCache(margin) of the forward pass, margin
    (B,), float; margins of 900 and of -900 occur.
    Return (dchosen, drejected), each (B,): the gradients of the rewards of the chosen and of the rejected
    answers. Do not modify dloss or the cache.

    Where the rewards are alike, the model gives its own side half a chance: half of the slope is left. A
    sure and right judgement has nothing to learn.

    >>> dchosen, drejected = bradley_terry_backward(1.0, BradleyTerryCache(np.array([0.0])))
    >>> float(dchosen[0]), float(drejected[0])
    (-0.5, 0.5)
    >>> dchosen, drejected = bradley_terry_backward(2.0, BradleyTerryCache(np.array([1.0, 40.0])))
    >>> dchosen.round(4) + 0.0
    array([-0.2689,  0.    ])
    """
    # TODO 21.2: your code here (about 3 lines)
    raise Todo("21.2")


# 21.3  difficulty 3 of 5, importance 5 of 5, about 12 minutes, after 21.1
def dpo_forward(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """The loss of direct preference optimisation (DPO).

    It learns from the comparisons of 21.1 without a reward model: the language model itself can stand in for
    one. The reward of an answer is taken to be how much more likely the model in training finds it than its
    frozen reference does, the copy from which it set out: the difference of the two log-probabilities, times
    beta. With these rewards, the loss is that of 21.1: the negative natural log of the sigmoid of the margin
    (reward of the chosen answer less reward of the rejected one), averaged over the pairs.

    chosen, rejected: (B,), float, the log-probabilities of whole answers (sums over their tokens, so
    numbers like -20), by the model in training. ref_chosen, ref_rejected: (B,), the same by the reference.
    beta: a positive number. Margins of hundreds and of minus hundreds occur, and their losses are finite.
    Return (loss, cache). loss: a number. cache: DPOCache(margin, beta), with the B margins of the rewards,
    beta included, and beta. Do not modify the arrays.

    The model has made the chosen answer likelier by 2 and the rejected one by 1; that the rejected one
    is likelier from the start does not matter:

    >>> chosen, rejected = np.array([-28.0]), np.array([-19.0])
    >>> loss, cache = dpo_forward(chosen, rejected, np.array([-30.0]), np.array([-20.0]), beta=0.5)
    >>> cache.margin
    array([0.5])
    >>> round(float(loss), 4)
    0.4741
    """
    # TODO 21.3: your code here (about 4 lines)
    raise Todo("21.3")


# 21.4  difficulty 2 of 5, importance 5 of 5, about 8 minutes, after 21.2, 21.3
def dpo_backward(dloss, cache):
    """The gradients of the log-probabilities, behind the loss of DPO in 21.3.

    The loss is the mean, over B pairs, of the negative natural log of the sigmoid of the margin. The margin
    is the reward of the chosen answer less that of the rejected one; a reward is beta times the difference
    between the model's log-probability of the answer and the reference's.

    dloss: a number, the gradient of the loss. cache: DPOCache(margin, beta) of the forward pass: margin
    (B,), float, the margins of the rewards, beta included; beta, a number.
    Return (dchosen, drejected), each (B,): the gradients of the model's log-probabilities of the chosen and
    of the rejected answers. The reference is frozen: nothing is asked about it. Do not modify dloss or the
    cache.

    >>> dchosen, drejected = dpo_backward(1.0, DPOCache(np.array([0.0]), 0.5))
    >>> float(dchosen[0]), float(drejected[0])
    (-0.25, 0.25)
    >>> dchosen, drejected = dpo_backward(2.0, DPOCache(np.array([1.0, -1.0]), 0.1))
    >>> drejected.round(4)
    array([0.0269, 0.0731])
    """
    # TODO 21.4: your code here (about 4 lines)
    raise Todo("21.4")
