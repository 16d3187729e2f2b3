"""Lesson 10: spot the bug in the weight decay of AdamW.

Find the bug, then run:       pytest exercises/ex10_bug_hunt.py
Stuck?                        python -m scratchgpt.learn hint 10.8
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo


# 10.8  difficulty 2 of 5, importance 5 of 5, about 12 minutes, after 10.3
def adamw_by_hand(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Spot the bug. One step of AdamW, values in and values out, as several libraries once had it: it runs,
    it learns, the loss falls, and the decay is not what was asked for.

    param, grad, m, v: arrays of one shape, float: the parameters, their gradient, and the averages of the
    gradients and of their squares so far. lr, step (from 1), betas, eps: as in 10.3. weight_decay: each
    parameter is to lose lr times weight_decay of itself, whatever its gradient is and was.
    Return (param, m, v), all new. Do not modify the arguments.

    Finite differences cannot help here: nothing is a derivative of anything. A test of equality can. Take
    the line with Todo away, and give the function weights whose gradient is 0 and always has been. Nothing
    pulls at them, so decay is all that happens, and you know what should be left of each. Then give it two
    weights of 1 with gradients of very different sizes, once with decay and once without: both should lose
    the same to it. What you see tells you which way the decay takes, and which one it should take. (As
    in 10.4, it may come before the step or after it.)

    >>> weights, zero = np.array([1.0, -4.0]), np.zeros(2)
    >>> new, m, v = adamw_by_hand(weights, zero, zero, zero, lr=0.1, step=1, weight_decay=0.5)
    >>> new.round(4), m, v
    (array([ 0.95, -3.8 ]), array([0., 0.]), array([0., 0.]))
    >>> ones, grad = np.ones(2), np.array([100.0, 0.01])
    >>> without, m, v = adamw_by_hand(ones, grad, zero, zero, lr=0.1, step=1, weight_decay=0.0)
    >>> decayed, m, v = adamw_by_hand(ones, grad, zero, zero, lr=0.1, step=1, weight_decay=0.5)
    >>> (without - decayed).round(2), m.round(4)
    (array([0.05, 0.05]), array([1.e+01, 1.e-03]))
    """
    # TODO 10.8: take the next line away, then find the bug below and repair it
    raise Todo("10.8")
    beta1, beta2 = betas
    grad = grad + weight_decay * param
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    m_hat = m / (1 - beta1**step)
    v_hat = v / (1 - beta2**step)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
