"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.activations import GeluCache
from scratchgpt.ops.layernorm import LayerNormCache, RMSNormCache


def layernorm_forward__1(x, weight, bias, eps=1e-05):
    """Adds eps to the standard deviation, outside the root."""
    mean = x.mean(axis=-1, keepdims=True)
    rstd = 1 / (x.std(axis=-1, keepdims=True) + eps)
    y = (x - mean) * rstd * weight
    if bias is not None:
        y = y + bias
    return y, LayerNormCache(x, mean, rstd, weight, bias)


def layernorm_forward__2(x, weight, bias, eps=1e-05):
    """Normalises over the first axis (each channel over the rows), as batch norm would."""
    mu = np.mean(x, axis=0, keepdims=True)
    r = 1.0 / np.sqrt(np.var(x, axis=0, keepdims=True) + eps)
    out = weight * ((x - mu) * r)
    out = out if bias is None else out + bias
    return out, LayerNormCache(x, mu, r, weight, bias)


def layernorm_backward__1(dy, cache):
    """Treats mean and deviation as constants: dx is only dy times weight times rstd."""
    x, mean, rstd, weight, bias = cache
    xhat = (x - mean) * rstd
    front = tuple(range(dy.ndim - 1))
    dx = dy * weight * rstd
    return dx, (dy * xhat).sum(axis=front), None if bias is None else dy.sum(axis=front)


def layernorm_backward__2(dy, cache):
    """Leaves the path through the variance out: subtracts only the mean of the gradient."""
    C = cache.x.shape[-1]
    norm = ((cache.x - cache.mean) * cache.rstd).reshape(-1, C)
    flat = dy.reshape(-1, C)
    g = dy * cache.weight
    dx = cache.rstd * (g - np.mean(g, axis=-1, keepdims=True))
    dbias = flat.sum(0) if cache.bias is not None else None
    return dx, (flat * norm).sum(0), dbias


def gelu_forward__1(x):
    """Leaves the cube inside out of the root's factor: sqrt(2/pi) x + 0.044715 x**3."""
    u = np.sqrt(2 / np.pi) * x + 0.044715 * x**3
    return 0.5 * x * (1 + np.tanh(u)), GeluCache(x)


def gelu_forward__2(x):
    """Forgets to halve."""
    inner = (2.0 / np.pi) ** 0.5 * (x + 0.044715 * np.power(x, 3))
    return x * (1.0 + np.tanh(inner)), GeluCache(x)


def gelu_backward__1(dy, cache):
    """Forgets the product rule's second term: differentiates only the factor x / 2, not the tanh."""
    x = cache.x
    t = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    return dy * 0.5 * (1 + t)


def gelu_backward__2(dy, cache):
    """Forgets the 3 when differentiating the cube."""
    c, a = np.sqrt(2 / np.pi), 0.044715
    x = cache.x
    th = np.tanh(c * (x + a * x * x * x))
    du = c * (1 + a * x**2)
    slope = 0.5 * (1 + th) + 0.5 * x * (1 - th**2) * du
    return slope * dy


def linear_backward__1(dy, cache):
    """Sums the bias's gradient over the first axis only, which leaves an axis when dy has three."""
    x, w, b = cache
    dx = dy @ w.T
    dw = x.reshape(-1, x.shape[-1]).T @ dy.reshape(-1, dy.shape[-1])
    db = None if b is None else dy.sum(axis=0)
    return dx, dw, db


def linear_backward__2(dy, cache):
    """Averages the weight's and the bias's gradient over the rows instead of summing."""
    rows_in = cache.x.reshape(-1, cache.weight.shape[0])
    rows_out = dy.reshape(-1, cache.weight.shape[1])
    n = len(rows_out)
    dweight = np.einsum("ni,no->io", rows_in, rows_out) / n
    dbias = rows_out.mean(axis=0) if cache.bias is not None else None
    return np.einsum("...o,io->...i", dy, cache.weight), dweight, dbias


def rmsnorm_forward__1(x, weight, eps=1e-05):
    """Divides by the standard deviation (around the mean), not by the root mean square."""
    rrms = 1 / np.sqrt(np.var(x, axis=-1, keepdims=True) + eps)
    return x * rrms * weight, RMSNormCache(x, rrms, weight)


def rmsnorm_forward__2(x, weight, eps=1e-05):
    """Divides by the norm: the root of the sum of the squares, not of their mean."""
    ss = np.sum(x * x, axis=-1, keepdims=True) + eps
    r = ss**-0.5
    return weight * x * r, RMSNormCache(x, r, weight)


def rmsnorm_backward__1(dy, cache):
    """Takes rrms for a constant: misses the path through the root mean square."""
    x, rrms, weight = cache
    dweight = (dy * x * rrms).reshape(-1, x.shape[-1]).sum(axis=0)
    return dy * weight * rrms, dweight


def rmsnorm_backward__2(dy, cache):
    """Forgets the gain in dx: works with dy instead of dy times weight."""
    xh = cache.x * cache.rrms
    dx = cache.rrms * (dy - xh * (dy * xh).mean(-1, keepdims=True))
    dw = np.einsum("nc,nc->c", dy.reshape(-1, dy.shape[-1]), xh.reshape(-1, dy.shape[-1]))
    return dx, dw
