"""Lesson 10: momentum, RMSProp, Adam and AdamW, the learning rate, clipping, a test for hidden state.

Write a function, then run:   pytest exercises/ex10_optimizers.py
Stuck?                        python -m scratchgpt.learn hint 10.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo


# 10.1  difficulty 1 of 5, importance 4 of 5, about 8 minutes
def momentum_step(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """One step of gradient descent with momentum: an average of the gradients so far takes the step.

    param, grad, m: arrays of one shape, float: the parameters, their gradient, and the average that the
    steps before have left (zeros before the first one). lr: the learning rate. beta: how much of m is
    kept, 0 <= beta < 1.
    Return (param, m), both new: first bring m up to date, then move the parameters against it, by lr times
    it. The new m has two forms. In the moving average, beta is the share of the old m in the new one, and
    the gradient has the rest. In the heavy ball (heavy_ball=True) the same part of the old m stays, and
    the gradient comes to it in full. Do not modify param, grad or m.

    >>> param, grad, m = np.array([1.0, 2.0]), np.array([10.0, -10.0]), np.array([0.0, 20.0])
    >>> new, average = momentum_step(param, grad, m, lr=0.5, beta=0.8)
    >>> average.round(4), new.round(4)
    (array([ 2., 14.]), array([ 0., -5.]))
    >>> new, ball = momentum_step(param, grad, m, lr=0.5, beta=0.8, heavy_ball=True)
    >>> ball.round(4), new.round(4)
    (array([10.,  6.]), array([-4., -1.]))
    """
    # TODO 10.1: your code here (about 3 lines)
    raise Todo("10.1")


# 10.2  difficulty 2 of 5, importance 3 of 5, about 8 minutes, after 10.1
def rmsprop_step(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """One step of RMSProp: each gradient is divided by its own usual size.

    param, grad, v: arrays of one shape, float: the parameters, their gradient, and the moving average of
    the squared gradients that the steps before have left (zeros before the first one, never negative).
    lr: the learning rate. beta: the share of the old v in the new one; the square of the gradient has the
    rest. eps: a small number that is added to the root, so that no division is by 0.
    Return (param, v), both new: first bring v up to date, then let each parameter move by lr times its
    gradient over its usual size, against the gradient; the usual size is the root of v, and eps comes on
    top of the root. Everything goes number by number. Do not modify param, grad or v.

    >>> param, grad, v = np.array([1.0, 1.0]), np.array([2.0, -6.0]), np.array([20.0, 0.0])
    >>> new, average = rmsprop_step(param, grad, v, lr=0.5, beta=0.75, eps=1.0)
    >>> average.round(4), new.round(4)
    (array([16.,  9.]), array([0.8 , 1.75]))
    """
    # TODO 10.2: your code here (about 3 lines)
    raise Todo("10.2")


# 10.3  difficulty 2 of 5, importance 5 of 5, about 12 minutes, after 10.1, 10.2
def adam_step(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """One step of Adam: momentum over the usual size of the gradient, both averages corrected while young.

    param, grad, m, v: arrays of one shape, float: the parameters, their gradient, and the moving averages
    of the gradients, m, and of their squares, v, that the steps before have left (zeros before the first
    one). lr: the learning rate. step: the number of this step, an integer; the first one is 1. betas: for
    m and for v the share of the old average in the new one. eps: a small number that is added to the root.
    Return (param, m, v), all new. m and v are brought up to date with the gradient. Since both began at 0,
    they are too small by a known factor: the sum of the shares that gradients have had so far, 1 less beta
    to the power of the step. For the step, but not in what is returned, each average is divided by its own
    factor. Each parameter moves, against the corrected average, by lr times that average over the root of
    the corrected average of squares; eps is added to this root, after it has been drawn.
    Do not modify param, grad, m or v.

    Two steps in a row, with the gradients 4 and -0.2, then -4 and -0.2:

    >>> param, zero, rates = np.array([1.0, 1.0]), np.zeros(2), {"lr": 0.2, "betas": (0.5, 0.75), "eps": 0.0}
    >>> param, m, v = adam_step(param, np.array([4.0, -0.2]), zero, zero, step=1, **rates)
    >>> m.round(4), v.round(4), param.round(4)
    (array([ 2. , -0.1]), array([4.  , 0.01]), array([0.8, 1.2]))
    >>> param, m, v = adam_step(param, np.array([-4.0, -0.2]), m, v, step=2, **rates)
    >>> m.round(4), v.round(4), param.round(4)
    (array([-1.  , -0.15]), array([7.    , 0.0175]), array([0.8667, 1.4   ]))
    """
    # TODO 10.3: your code here (about 5 lines)
    raise Todo("10.3")


# 10.4  difficulty 3 of 5, importance 5 of 5, about 15 minutes, after 10.3
def adamw_step(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """One step of AdamW, in place: this is the function that trains the package's models, and with
    python -m scratchgpt.learn train --mine it will be yours.

    param, grad, m, v: arrays of one shape, float: the parameters, their gradient, and Adam's two averages
    (of the gradients and of their squares). lr, betas, eps, step: as in 10.3. weight_decay: the share, in
    units of lr, by which the parameters shrink: each loses lr times weight_decay of itself.
    Return nothing. Write the new numbers into param, m and v themselves, into the arrays that were given;
    grad stays as it is. m and v are brought up to date as in 10.3, with the gradient alone: the decay
    enters neither of them, and is not divided by the usual size of anything. The parameters make Adam's
    step and decay; in which order is up to you, both are accepted.

    Three weights with gradients 5, 0 and 0. The last one has old averages:

    >>> param, grad = np.array([1.0, 1.0, 1.0]), np.array([5.0, 0.0, 0.0])
    >>> m, v = np.array([0.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0])
    >>> adamw_step(param, grad, m, v, lr=0.1, betas=(0.5, 0.5), eps=1e-8, weight_decay=0.2, step=1)
    >>> m, v
    (array([2.5, 0. , 0.5]), array([12.5,  0. ,  0.5]))
    >>> param.round(2)
    array([0.88, 0.98, 0.88])
    """
    # TODO 10.4: your code here (about 10 lines)
    raise Todo("10.4")


# 10.5  difficulty 2 of 5, importance 4 of 5, about 12 minutes
def warmup_cosine(step, steps, warmup, lr, min_lr=0.0):
    """The learning rate of one step: a straight rise, then down along half a cosine.

    step: the number of the step, an integer; the first one is 1. steps: how many there are. warmup: in how
    many of them the rate rises, 0 or more. lr: the highest rate. min_lr: the lowest one.
    Return a float. In the warm-up the rate is a share of lr that grows evenly, from one part in warmup at
    step 1 (so never 0) to all of lr at step warmup. After it the rate falls to min_lr, which it has at
    the last step, number steps: along half a period of a cosine, from its top to its bottom, so slowly at
    first, fastest in the middle, slowly at the end. It stays at min_lr when training goes on beyond steps,
    also where the warm-up took all of them. Without a warm-up (0) the fall begins at once: at
    step 1 one part in steps of the way down is already behind.

    >>> rates = [warmup_cosine(step, steps=12, warmup=4, lr=1.0, min_lr=0.2) for step in range(1, 14)]
    >>> [round(rate, 4) for rate in rates]
    [0.25, 0.5, 0.75, 1.0, 0.9696, 0.8828, 0.7531, 0.6, 0.4469, 0.3172, 0.2304, 0.2, 0.2]
    >>> round(warmup_cosine(1, 4, 0, 0.5), 4), round(warmup_cosine(2, 4, 0, 0.5), 4)
    (0.4268, 0.25)
    >>> round(warmup_cosine(2, 3, 6, 0.6), 4), round(warmup_cosine(9, 3, 6, 0.6, 0.1), 4)
    (0.2, 0.1)
    """
    # TODO 10.5: your code here (about 4 lines)
    raise Todo("10.5")


# 10.6  difficulty 2 of 5, importance 5 of 5, about 10 minutes
def clip_by_global_norm(grads, max_norm):
    """Clip gradients by their global norm: if all of them together are too long, make all of them shorter.

    grads: a list of float arrays of any shapes, the gradients of all tensors of a model. max_norm: the
    largest norm allowed, a float; 0 means that there is no limit.
    Return (clipped, norm). norm: a float, the length of the one vector that holds all numbers of all the
    gradients, before clipping. clipped: a list of arrays in the shapes of grads and in their order. Where
    norm is above max_norm, each gradient times the same factor, such that the norm of all of them is
    max_norm then: the direction stays. Otherwise the gradients as they are: nothing gets longer. They also
    stay as they are where norm is infinite or NaN: no factor can help then, and whoever called has to see
    it. Do not modify grads.

    >>> grads = [np.array([3.0]), np.array([[0.0, -4.0]])]
    >>> clipped, norm = clip_by_global_norm(grads, 1.0)
    >>> round(float(norm), 4), clipped[0].round(4), clipped[1].round(4)
    (5.0, array([0.6]), array([[ 0. , -0.8]]))
    >>> clipped, norm = clip_by_global_norm(grads, 10.0)
    >>> round(float(norm), 4), clipped[0].round(4), clipped[1].round(4)
    (5.0, array([3.]), array([[ 0., -4.]]))
    """
    # TODO 10.6: your code here (about 4 lines)
    raise Todo("10.6")


# 10.7  difficulty 3 of 5, importance 4 of 5, about 15 minutes
def same_twice(call, *arrays):
    """A test of purity: does a training or an evaluation step depend on anything but its arguments?

    call: the step, a function of arrays that returns an array or a number; call(*arrays) runs it. arrays:
    the arguments of the step, float arrays of any shapes, none or more of them.
    Return a bool: True if two calls with the same numbers return the same, and neither of them changes an
    array that it was given, not even if the other call would change it back. The same means in shape and
    to the last bit, no tolerance; a NaN counts as the same as a NaN. Call the step twice. When you are
    done, arrays hold what they held before, even where the step changes what it is given.

    Beware of a step that hands out an array of its own and writes into it again at the next call: what you
    hold then is the second result, twice.

    >>> total = np.zeros(2)
    >>> def backward(x):
    ...     total[...] += 2 * x  # gradients that nobody sets to zero
    ...     return total
    >>> same_twice(backward, np.array([1.0, 3.0]))
    False
    >>> same_twice(lambda x: 2 * x, np.array([1.0, 3.0]))
    True
    >>> rng = np.random.default_rng(0)
    >>> same_twice(lambda: rng.random())
    False
    """
    # TODO 10.7: your code here (about 7 lines)
    raise Todo("10.7")
