"""Lesson 01: a network you can compute on paper.

Write a function, then run:   pytest exercises/ex01_network.py
Stuck?                        python -m scratchgpt.learn hint 01.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.worked.network_2_2_1 import Network, NetworkCache
from scratchgpt.worked.xor import XorNetwork


# 01.1  difficulty 1 of 5, importance 5 of 5, about 15 minutes
def network_forward(x, y, params):
    """One example through a small network: a prediction, and how far off it is.

    x: (I,), float. y: one number from 0 to 1, the right answer (1 yes, 0 no). params: Network(W1, b1, W2, b2)
    with W1 (H, I), whose row j holds the weights that lead into hidden unit j; b1 (H,); W2 (H,), the weights
    that lead to the one output; b2, one number.
    The hidden units are ReLU units; the output goes through a sigmoid, which makes it a probability.
    Return (loss, cache). loss: one number, the binary cross-entropy in nats (natural logarithms) of the
    prediction and y, not negative. cache: NetworkCache(x, y, z1, h, y_hat, W2): z1 (H,) are the hidden sums
    before ReLU, h (H,) after it, y_hat the probability; x, y and W2 as given. The output sum stays moderate:
    nothing can overflow. Do not modify the arguments.

    >>> params = Network(
    ...     W1=np.array([[0.15, 0.20], [0.25, 0.30]]),
    ...     b1=np.array([0.35, 0.35]),
    ...     W2=np.array([0.40, 0.45]),
    ...     b2=0.60,
    ... )
    >>> loss, cache = network_forward(np.array([1.0, 0.5]), 1.0, params)
    >>> cache.z1.round(6), round(float(cache.y_hat), 6), round(float(loss), 6)
    (array([0.6 , 0.75]), 0.764498, 0.268536)
    """
    # TODO 01.1: your code here (about 7 lines)
    raise Todo("01.1")


# 01.2  difficulty 2 of 5, importance 5 of 5, about 20 minutes, after 01.1
def network_backward(dloss, cache):
    """The way back through the small network: how the loss changes with each parameter.

    dloss: one number, the gradient that arrives from above (1 for the loss itself); everything is
    proportional to it. cache: NetworkCache(x, y, z1, h, y_hat, W2) of the forward pass of 01.1: x (I,), y one
    number from 0 to 1, z1 (H,) the hidden sums before ReLU, h (H,) after it, y_hat the probability, W2 (H,).
    Return the gradients as Network(W1, b1, W2, b2), each of the shape of its parameter: (H, I), (H,), (H,)
    and one number. The slope of ReLU at exactly 0 is 0. Do not modify the cache.

    >>> x, W2 = np.array([1.0, 0.5]), np.array([0.40, 0.45])
    >>> z1 = np.array([0.60, 0.75])
    >>> grads = network_backward(1.0, NetworkCache(x, 1.0, z1, z1.copy(), 0.764498, W2))
    >>> round(float(grads.b2), 6), grads.W2.round(6), grads.b1.round(6)
    (-0.235502, array([-0.141301, -0.176626]), array([-0.094201, -0.105976]))
    >>> h, off = np.array([0.6, 0.0]), np.array([0.6, -2.0])
    >>> grads = network_backward(2.0, NetworkCache(x, 0.0, off, h, 0.75, W2))
    >>> round(float(grads.b2), 6), grads.W2.round(6), grads.b1.round(6)
    (1.5, array([0.9, 0. ]), array([0.6, 0. ]))
    >>> grads.W1.round(6)
    array([[0.6, 0.3],
           [0. , 0. ]])
    """
    # TODO 01.2: your code here (about 4 lines)
    raise Todo("01.2")


# 01.3  difficulty 3 of 5, importance 4 of 5, about 30 minutes, after 01.2
def xor_step(params, x, y, lr):
    """One step of gradient descent for all examples at once: forward, backward, update.

    params: XorNetwork(W1, b1, W2, b2) with W1 (I, H), b1 (H,), W2 (H, 1), b2 (1,): here column j of W1 leads
    into hidden unit j, because the examples are the rows of x. x: (N, I). y: (N, 1), numbers from 0 to 1.
    lr: the learning rate, one number. ReLU in the hidden layer, a sigmoid at the output, and the loss is the
    binary cross-entropy (in nats) averaged over the N examples. The output sums stay moderate: nothing can
    overflow.
    Return (stepped, loss). stepped: an XorNetwork of new arrays, after one step down the gradient, in which
    every gradient is taken at the old parameters. loss: one number, that of the old parameters. The slope of
    ReLU at exactly 0 is 0. Do not modify the arguments: the old parameters may still be needed.

    >>> W1, W2 = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([[1.0], [1.0]])
    >>> params = XorNetwork(W1, np.zeros(2), W2, np.zeros(1))
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> y = np.array([[0.0], [1.0], [1.0], [0.0]])
    >>> stepped, loss = xor_step(params, x, y, lr=0.5)
    >>> round(float(loss), 4), stepped.W2.round(4).tolist(), stepped.b2.round(4).tolist()
    (0.5032, [[1.0336], [1.0336]], [-0.0578])
    >>> stepped.W1.round(4).tolist(), stepped.b1.round(4).tolist()
    ([[1.0336, -1.0], [-1.0, 1.0336]], [0.0336, 0.0336])
    """
    # TODO 01.3: your code here (about 12 lines)
    raise Todo("01.3")


# 01.4  difficulty 2 of 5, importance 5 of 5, about 15 minutes
def numerical_gradient(f, x, h=1e-05):
    """The gradient of any function without any calculus: move one entry, and see what the function does.

    f: a function that takes an array of the shape of x and returns one number; it neither changes the array
    nor keeps it. x: array of one axis or more, with at least one entry, of floats or of whole numbers; it
    need not be contiguous (it may be a transposed view). h: the size of the step, 1e-5 unless given. Return a
    float64 array of the shape of x: for each entry the slope of f by central differences, a step of h up
    against a step of h down, all other entries as they are. Compute in float64, also where x holds whole
    numbers. Do not modify x.

    >>> numerical_gradient(lambda w: (w**3).sum(), np.array([1.0, 2.0]), h=0.1).round(6)
    array([ 3.01, 12.01])
    >>> numerical_gradient(lambda w: w[0] * w[1], np.array([3, 5])).round(6)
    array([5., 3.])
    """
    # TODO 01.4: your code here (about 9 lines)
    raise Todo("01.4")
