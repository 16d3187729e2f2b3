"""Lesson 08: normalisation, GELU, the linear map, dropout and the whole block, with their gradients.

Write a function, then run:   pytest exercises/ex08_block.py
Stuck?                        python -m scratchgpt.learn hint 08.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.ops import REFERENCE as ops
from scratchgpt.ops.activations import GeluCache
from scratchgpt.ops.dropout import DropoutCache
from scratchgpt.ops.keyed_masks import draw_key, keep_mask
from scratchgpt.ops.layernorm import LayerNormCache, RMSNormCache
from scratchgpt.ops.linear import LinearCache
from scratchgpt.worked.residual_block import ResidualBlockCache, residual_block_forward


# 08.1  difficulty 2 of 5, importance 5 of 5, about 15 minutes
def layernorm_forward(x, weight, bias, eps=1e-05):
    """Give each vector mean 0 and variance 1, then scale and shift each channel.

    x: (..., C), float, with zero or more axes in front: each vector along the last axis is normalised by
    itself. weight (the gain) and bias: (C,); bias may be None, which means none. eps: a small number that is
    added to the variance, so that a constant vector gives 0 and not NaN. The variance is the mean of the
    squared deviations (divided by C). Return (y, cache). y: (..., C), the normalised vector times weight plus
    bias. cache: LayerNormCache(x, mean, rstd, weight, bias): x, weight and bias as they were given; mean and
    rstd of shape (..., 1), where rstd is one over the deviation that you divided by, eps included. Do not
    modify x, weight or bias.

    With eps = 3 the second vector has variance 1 and is divided by 2:

    >>> x = np.array([[0.402, 0.195, -0.4, 1.0]])
    >>> y, cache = layernorm_forward(x, np.ones(4), np.zeros(4))
    >>> y.round(4)
    array([[ 0.2053, -0.2083, -1.3975,  1.4005]])
    >>> weight, bias = np.array([1.0, 2.0]), np.array([0.0, 10.0])
    >>> y, cache = layernorm_forward(np.array([5.0, 3.0]), weight, bias, eps=3.0)
    >>> y, cache.mean, cache.rstd
    (array([0.5, 9. ]), array([4.]), array([0.5]))
    >>> y, cache = layernorm_forward(np.array([[5.0, 3.0], [1.0, 1.0]]), weight, None, eps=3.0)
    >>> y
    array([[ 0.5, -1. ],
           [ 0. ,  0. ]])
    >>> cache.x[0], cache.mean.shape, cache.bias
    (array([5., 3.]), (2, 1), None)
    """
    # TODO 08.1: your code here (about 6 lines)
    raise Todo("08.1")


# 08.2  difficulty 4 of 5, importance 5 of 5, about 35 minutes, after 08.1
def layernorm_backward(dy, cache):
    """The gradients of layer normalisation: of its input, its gain and its bias.

    dy: (..., C), with zero or more axes in front, the gradient of the output. cache: LayerNormCache(x, mean,
    rstd, weight, bias) of the forward pass: x (..., C), mean and rstd (..., 1), where rstd is one over the
    deviation, weight (C,), bias (C,) or None. Return (dx, dweight, dbias): dx (..., C), dweight and dbias
    (C,), summed over all vectors; dbias is None where bias is None. x acts in three ways: directly, through
    the mean of its vector and through the variance of its vector. Use mean and rstd as they are in the cache:
    eps is not in it. Do not modify dy or the cache: the cache may be used again.

    Here the deviation is 3, so the normalised vector is (-1, 0, 1):

    >>> _, cache = layernorm_forward(np.array([0.0, 3.0, 6.0]), np.ones(3), np.zeros(3), eps=3.0)
    >>> dx, dweight, dbias = layernorm_backward(np.array([9.0, 0.0, 1.0]), cache)
    >>> dx.round(3), dweight, dbias
    (array([ 1.   , -1.111,  0.111]), array([-9.,  0.,  1.]), array([9., 0., 1.]))

    Two such vectors, with gains and without a bias:

    >>> x, weight = np.array([[0.0, 3.0, 6.0], [6.0, 3.0, 0.0]]), np.array([1.0, 2.0, 3.0])
    >>> _, cache = layernorm_forward(x, weight, None, eps=3.0)
    >>> dx, dweight, dbias = layernorm_backward(np.array([[9.0, 0.0, 1.0], [0.0, 3.0, 0.0]]), cache)
    >>> dx.round(3)
    array([[ 1.   , -1.333,  0.333],
           [-0.667,  1.333, -0.667]])
    >>> dweight, dbias
    (array([-9.,  0.,  1.]), None)
    """
    # TODO 08.2: your code here (about 8 lines)
    raise Todo("08.2")


# 08.3  difficulty 1 of 5, importance 4 of 5, about 10 minutes
def gelu_forward(x):
    """GELU in the form with tanh, the non-linearity of GPT-1 and GPT-2.

    x: array of any shape, float.
    Return (y, cache). y has the shape of x: each number is halved and multiplied by one plus the
    hyperbolic tangent of u, where u is the root of 2/pi times the sum of x and 0.044715 times the cube of
    x. cache: GeluCache(x). Numbers may be in the tens: nothing may overflow to NaN. Do not modify x.

    The exact GELU, with the normal distribution function, differs by up to 0.0005; this is the form with
    tanh.

    >>> y, cache = gelu_forward(np.array([-1.0, 0.0, 1.0, 3.0]))
    >>> y.round(4)
    array([-0.1588,  0.    ,  0.8412,  2.9964])
    >>> cache.x
    array([-1.,  0.,  1.,  3.])
    >>> np.abs(gelu_forward(np.array([-60.0, 60.0]))[0])
    array([ 0., 60.])
    """
    # TODO 08.3: your code here (about 2 lines)
    raise Todo("08.3")


# 08.4  difficulty 2 of 5, importance 4 of 5, about 15 minutes, after 08.3
def gelu_backward(dy, cache):
    """The gradient of GELU in the form with tanh.

    dy: the gradient of the output, in the shape of x. cache: GeluCache(x) of the forward pass. Return dx,
    in the same shape. It is the slope of the very function of 08.3 (not that of the exact GELU) times
    what comes from above, exact to the precision of the arithmetic: a difference quotient is not. Numbers
    may be in the tens: nothing may overflow to NaN. Do not modify dy or the cache: the cache may be used
    again.

    >>> _, cache = gelu_forward(np.array([-1.0, 0.0, 1.0, 3.0]))
    >>> gelu_backward(np.ones(4), cache).round(4)
    array([-0.083 ,  0.5   ,  1.083 ,  1.0116])
    >>> gelu_backward(np.array([10.0, 2.0, 0.0, -1.0]), cache).round(4)
    array([-0.8296,  1.    ,  0.    , -1.0116])
    >>> np.abs(gelu_backward(np.array([1.0, 2.0]), gelu_forward(np.array([-60.0, 60.0]))[1]))
    array([0., 2.])
    """
    # TODO 08.4: your code here (about 4 lines)
    raise Todo("08.4")


# 08.5  difficulty 2 of 5, importance 5 of 5, about 15 minutes
def linear_backward(dy, cache):
    """The gradients of a linear map: of its input, its weight and its bias.

    dy: (..., O), with one or more axes in front, the gradient of the output. cache: LinearCache(x, weight,
    bias) of the forward pass: x (..., I), weight (I, O), which each row of x was multiplied by from the
    right, and bias (O,), which was added to each row, or None. Return (dx, dweight, dbias), each in the shape
    of what it belongs to. The one weight served all rows, so its gradient is a sum over all of them, however
    many axes stand in front; dbias is None where bias is None. Do not modify dy or the cache: the cache may
    be used again.

    >>> x, weight = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])
    >>> cache = LinearCache(x, weight, np.zeros(3))
    >>> dx, dweight, dbias = linear_backward(np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0]]), cache)
    >>> dx
    array([[5., 2.],
           [0., 1.]])
    >>> dweight
    array([[1., 3., 2.],
           [2., 4., 4.]])
    >>> dbias
    array([1., 1., 2.])

    The same with an axis more and without a bias:

    >>> dx, dweight, dbias = linear_backward(np.array([[[1.0, 0.0, 2.0]], [[0.0, 1.0, 0.0]]]),
    ...                                      LinearCache(x.reshape(2, 1, 2), weight, None))
    >>> dx.shape, dweight[1], dbias
    ((2, 1, 2), array([2., 4., 4.]), None)
    """
    # TODO 08.5: your code here (about 6 lines)
    raise Todo("08.5")


# 08.6  difficulty 1 of 5, importance 3 of 5, about 8 minutes, after 08.1
def rmsnorm_forward(x, weight, eps=1e-05):
    """Layer normalisation without the mean: divide each vector by its root mean square, scale each channel.

    x: (..., C), float, with zero or more axes in front: each vector along the last axis by itself. weight
    (the gain): (C,). eps: a small number that is added to the mean of the squares, before the root. Return
    (y, cache). y: (..., C). cache: RMSNormCache(x, rrms, weight): x and weight as they were given; rrms of
    shape (..., 1) is one over what you divided by, eps included. Do not modify x or weight.

    The mean square of (1, 7) is 25:

    >>> y, cache = rmsnorm_forward(np.array([[1.0, 7.0]]), np.array([1.0, 10.0]))
    >>> y.round(4), cache.rrms.round(4)
    (array([[ 0.2, 14. ]]), array([[0.2]]))

    With eps = 24, (1, 7) is divided by 7 and (1, 1) by 5:

    >>> rmsnorm_forward(np.array([[1.0, 7.0], [1.0, 1.0]]), np.array([1.0, 10.0]), eps=24.0)[0].round(4)
    array([[ 0.1429, 10.    ],
           [ 0.2   ,  2.    ]])
    """
    # TODO 08.6: your code here (about 2 lines)
    raise Todo("08.6")


# 08.7  difficulty 3 of 5, importance 3 of 5, about 15 minutes, after 08.2, 08.6
def rmsnorm_backward(dy, cache):
    """The gradients of the norm without a mean: of its input and its gain.

    dy: (..., C), with zero or more axes in front, the gradient of the output. cache: RMSNormCache(x, rrms,
    weight) of the forward pass: x (..., C), rrms (..., 1), one over the root mean square of each vector,
    weight (C,). Return (dx, dweight): dx (..., C), dweight (C,), summed over all vectors. Use rrms as it is
    in the cache: eps is not in it. Do not modify dy or the cache: the cache may be used again.

    >>> _, cache = rmsnorm_forward(np.array([1.0, 7.0]), np.ones(2), eps=0.0)
    >>> dx, dweight = rmsnorm_backward(np.array([1.0, 0.0]), cache)
    >>> dx.round(4), dweight
    (array([ 0.196, -0.028]), array([0.2, 0. ]))

    With an axis more, and a gain for each channel:

    >>> _, cache = rmsnorm_forward(np.array([[[1.0, 7.0], [7.0, -1.0]]]), np.array([10.0, 100.0]), eps=0.0)
    >>> dx, dweight = rmsnorm_backward(np.array([[[1.0, 0.0], [0.0, 1.0]]]), cache)
    >>> dx.round(4), dweight.round(4)
    (array([[[ 1.96, -0.28],
            [ 2.8 , 19.6 ]]]), array([ 0.2, -0.2]))
    """
    # TODO 08.7: your code here (about 5 lines)
    raise Todo("08.7")


# 08.8  difficulty 2 of 5, importance 4 of 5, about 10 minutes
def dropout_forward(x, p, rng):
    """Dropout: set each number to 0 with probability p, and scale the others so that the mean stays.

    x: array of any shape, float. p: a float, 0 or more and below 1. rng: a NumPy generator, or None.
    Return (y, cache). y has the shape of x; the mean of y over many masks is x. cache: DropoutCache(key, p).

    The mask is not stored but made anew from one number, its key. Two functions of the package are there for
    it. draw_key takes the generator and returns a key, an integer. keep_mask takes an array, a key and p, in
    this order, and returns booleans of the shape of that array, True where a number stays; call it once, on
    the whole of x. Draw one key per call, and none in vain: without a generator, or with p at 0, nothing is
    dropped, y is x as it came, and the key in the cache is None. Do not modify x.

    >>> y, cache = dropout_forward(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 0.5, np.random.default_rng(3))
    >>> y
    array([ 2.,  4.,  0.,  0., 10.])
    >>> cache == DropoutCache(draw_key(np.random.default_rng(3)), 0.5)
    True
    >>> dropout_forward(np.array([1.0, 2.0]), 0.5, None)
    (array([1., 2.]), DropoutCache(key=None, p=0.5))
    """
    # TODO 08.8: your code here (about 4 lines)
    raise Todo("08.8")


# 08.9  difficulty 1 of 5, importance 4 of 5, about 6 minutes, after 08.8
def dropout_backward(dy, cache):
    """The gradient of dropout.

    dy: the gradient of the output, any shape, float. cache: DropoutCache(key, p) of the forward pass, in
    which the numbers that stayed were scaled so that the mean stayed what it was. key is the number that the
    mask is made of, an integer (0 is one like any other), or None where nothing was dropped. keep_mask makes
    that mask again: it takes an array, the key and p, in this order, and returns booleans of the shape of
    that array, True where a number stayed. Return dx, same shape. Where nothing was dropped, dx is dy as it
    came. Do not modify dy.

    >>> y, cache = dropout_forward(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 0.5, np.random.default_rng(3))
    >>> y
    array([ 2.,  4.,  0.,  0., 10.])
    >>> dropout_backward(np.array([10.0, 20.0, 30.0, 40.0, 50.0]), cache)
    array([ 20.,  40.,   0.,   0., 100.])
    >>> dropout_backward(np.array([10.0, 20.0]), DropoutCache(None, 0.5))
    array([10., 20.])
    """
    # TODO 08.9: your code here (about 3 lines)
    raise Todo("08.9")


# 08.10  difficulty 4 of 5, importance 5 of 5, about 25 minutes, after 08.4, 08.5, 08.7
def residual_block_backward(dy, cache):
    """A whole block, backward. Its two residual connections are where the gradient forks.

    The forward pass is residual_block_forward(x, gain_1, gain_2, w_up, w_down), with x (B, T, C), both gains
    (C,), w_up (C, I) and w_down (I, C). It is a pre-norm block with as few parameters as possible: attention
    reads the RMS-normalised x, each normalised vector being query, key and value at once (one head, causal),
    and what comes out of it is added to x; the MLP (w_up, GELU, w_down) reads the RMS-normalised sum, and
    what comes out is added to that sum.

    dy: (B, T, C), the gradient of the output. cache: ResidualBlockCache(norm_1, attention, norm_2, up, gelu,
    down), the caches of the six steps in the order of the forward pass. Return (dx, dgain_1, dgain_2, dw_up,
    dw_down), with the shapes of x, gain_1, gain_2, w_up and w_down. Do not modify dy or the cache.

    Nothing is to be derived again. The package's backward functions are there; each takes a gradient and its
    cache. ops.rmsnorm_backward returns (dx, dgain), ops.linear_backward returns (dx, dweight, dbias) with
    None for dbias here, ops.gelu_backward returns dx, and ops.attention_backward the gradients of queries,
    keys and values. Attention works on arrays with an axis of heads, (B, 1, T, C) here.

    On paper: with one position attention hands its value on, (1, 7) has the root mean square 5, and the MLP
    is switched off here by weights of 0:

    >>> x, off = np.array([[[1.0, 7.0]]]), np.zeros((2, 3))
    >>> y, cache = residual_block_forward(x, np.array([1.0, 2.0]), np.ones(2), off, off.T)
    >>> y.round(4)
    array([[[1.2, 9.8]]])
    >>> dx, dgain_1, dgain_2, dw_up, dw_down = residual_block_backward(np.array([[[1.0, 2.0]]]), cache)
    >>> dx.round(3), dgain_1.round(3)
    (array([[[1.084, 1.988]]]), array([0.2, 2.8]))
    >>> dgain_2, dw_up.shape, dw_down.shape
    (array([0., 0.]), (2, 3), (3, 2))
    """
    # TODO 08.10: your code here (about 8 lines)
    raise Todo("08.10")
