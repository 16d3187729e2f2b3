"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.ops import REFERENCE as ops
from scratchgpt.ops.activations import GeluCache
from scratchgpt.ops.dropout import DropoutCache, draw_key, keep_mask
from scratchgpt.ops.layernorm import LayerNormCache, RMSNormCache


def layernorm_forward__1(x, weight, bias, eps=1e-05):
    """Divided the squared deviations by C - 1 (ddof=1) instead of by C."""
    mu = x.mean(axis=-1, keepdims=True)
    rstd = 1 / np.sqrt(x.var(axis=-1, keepdims=True, ddof=1) + eps)
    y = (x - mu) * rstd * weight
    return (y if bias is None else y + bias), LayerNormCache(x, mu, rstd, weight, bias)


def layernorm_forward__2(x, weight, bias, eps=1e-05):
    """Added eps to the standard deviation, outside the root, instead of to the variance."""
    m = np.mean(x, axis=-1, keepdims=True)
    inverse = 1.0 / (np.std(x, axis=-1, keepdims=True) + eps)
    out = weight * ((x - m) * inverse)
    if bias is not None:
        out = out + bias
    return out, LayerNormCache(x, m, inverse, weight, bias)


def layernorm_forward__3(x, weight, bias, eps=1e-05):
    """Normalised over the first axis (over the vectors) instead of along the last one."""
    mean = x.mean(axis=0, keepdims=True)
    rstd = (((x - mean) ** 2).mean(axis=0, keepdims=True) + eps) ** -0.5
    y = (x - mean) * rstd * weight + (0 if bias is None else bias)
    return y, LayerNormCache(x, mean, rstd, weight, bias)


def layernorm_forward__4(x, weight, bias, eps=1e-05):
    """Stored the deviation itself in the cache instead of one over it."""
    mean = np.average(x, axis=-1)[..., None]
    dev = np.sqrt(np.square(x - mean).mean(-1)[..., None] + eps)
    y = np.multiply((x - mean) / dev, weight)
    if bias is not None:
        y = np.add(y, bias)
    return y, LayerNormCache(x, mean, dev, weight, bias)


def layernorm_forward__5(x, weight, bias, eps=1e-05):
    """Gave a missing bias to the cache as zeros instead of None."""
    b = np.zeros_like(weight) if bias is None else bias
    C = x.shape[-1]
    mean = x.sum(axis=-1, keepdims=True) / C
    d = x - mean
    rstd = 1 / np.sqrt((d * d).sum(axis=-1, keepdims=True) / C + eps)
    return d * rstd * weight + b, LayerNormCache(x, mean, rstd, weight, b)


def layernorm_forward__6(x, weight, bias, eps=1e-05):
    """Dropped the last axis of mean and rstd in the cache: shape (...) instead of (..., 1)."""
    mean = x.mean(-1)
    rstd = 1 / np.sqrt(x.var(-1) + eps)
    y = np.einsum("...c,...,c->...c", x - mean[..., None], rstd, weight)
    if bias is not None:
        y += bias
    return y, LayerNormCache(x, mean, rstd, weight, bias)


def layernorm_forward__7(x, weight, bias, eps=1e-05):
    """Subtracted the mean from x in place, so that the caller's x and the cached one are changed."""
    mean = x.mean(axis=-1, keepdims=True)
    x -= mean
    rstd = 1 / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps)
    y = x * rstd * weight
    return (y + bias if bias is not None else y), LayerNormCache(x, mean, rstd, weight, bias)


def layernorm_forward__8(x, weight, bias, eps=1e-05):
    """Added the bias before multiplying by the gain."""
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    rstd = 1 / np.sqrt(var + eps)
    normed = (x - mean) * rstd
    if bias is not None:
        normed = normed + bias
    return normed * weight, LayerNormCache(x, mean, rstd, weight, bias)


def layernorm_forward__9(x, weight, bias, eps=1e-05):
    """Divided by the variance, forgetting the root."""
    mean = np.expand_dims(np.mean(x, -1), -1)
    centred = x - mean
    rstd = 1 / (np.mean(centred * centred, axis=-1, keepdims=True) + eps)
    y = centred * rstd * weight
    return y if bias is None else y + bias, LayerNormCache(x, mean, rstd, weight, bias)


def layernorm_forward__10(x, weight, bias, eps=1e-05):
    """Computed mean and variance over the whole array, all vectors together."""
    lead = (*x.shape[:-1], 1)
    mean, rstd = np.full(lead, x.mean()), np.full(lead, 1 / math.sqrt(x.var() + eps))
    y = (x - mean) * rstd * weight
    if bias is not None:
        y = y + bias
    return y, LayerNormCache(x, mean, rstd, weight, bias)


def layernorm_backward__1(dy, cache):
    """Treated mean and deviation as constants: only the direct way of x is there."""
    x, mean, rstd, weight, bias = cache
    lead = tuple(range(x.ndim - 1))
    dx = dy * weight * rstd
    dweight = (dy * (x - mean) * rstd).sum(axis=lead)
    return dx, dweight, None if bias is None else dy.sum(axis=lead)


def layernorm_backward__2(dy, cache):
    """Left out the way through the variance."""
    x, mean, rstd, weight, bias = cache
    C = x.shape[-1]
    g = dy * weight
    dx = (g - g.mean(axis=-1, keepdims=True)) * rstd
    x_hat, flat = ((x - mean) * rstd).reshape(-1, C), dy.reshape(-1, C)
    return dx, np.einsum("nc,nc->c", flat, x_hat), None if bias is None else flat.sum(0)


def layernorm_backward__3(dy, cache):
    """Left out the way through the mean."""
    x, mean, rstd, weight, bias = cache
    n = (x - mean) * rstd
    g = np.multiply(dy, weight)
    dx = rstd * (g - n * np.average(g * n, axis=-1)[..., None])
    axes = tuple(range(dy.ndim))[:-1]
    return dx, np.sum(dy * n, axis=axes), (np.sum(dy, axis=axes) if bias is not None else None)


def layernorm_backward__4(dy, cache):
    """Multiplied dy by x itself instead of by the normalised x for the gain."""
    x, mean, rstd, weight, bias = cache
    n = (x - mean) * rstd
    d = dy * weight
    dx = rstd * (d - d.mean(-1, keepdims=True) - n * (d * n).mean(-1, keepdims=True))
    C = len(weight)
    dweight = (dy * x).reshape(-1, C).sum(axis=0)
    return dx, dweight, None if bias is None else dy.reshape(-1, C).sum(axis=0)


def layernorm_backward__5(dy, cache):
    """Forgot the gain in dx."""
    x, mean, rstd, _, bias = cache
    h = (x - mean) * rstd
    dx = (dy - dy.mean(axis=-1, keepdims=True) - h * (dy * h).mean(axis=-1, keepdims=True)) * rstd
    over = tuple(range(dy.ndim - 1))
    dbias = dy.sum(axis=over) if bias is not None else None
    return dx, (dy * h).sum(axis=over), dbias


def layernorm_backward__6(dy, cache):
    """Multiplied by the gain at the end instead of at the beginning, behind the two means."""
    x, mean, rstd, weight, bias = cache
    C = x.shape[-1]
    n = (x - mean) * rstd
    s1, s2 = np.sum(dy, -1, keepdims=True) / C, np.sum(dy * n, -1, keepdims=True) / C
    dx = rstd * (dy - s1 - n * s2) * weight
    over = tuple(range(x.ndim - 1))
    return dx, np.sum(dy * n, over), None if bias is None else np.sum(dy, over)


def layernorm_backward__7(dy, cache):
    """Took sums instead of means along the vector."""
    x, mean, rstd, weight, bias = cache
    n = (x - mean) * rstd
    d = dy * weight
    dot = np.einsum("...c,...c->...", d, n)[..., None]
    dx = rstd * (d - d.sum(axis=-1, keepdims=True) - n * dot)
    dweight, dbias = dy * n, dy
    while dweight.ndim > 1:
        dweight, dbias = dweight.sum(0), dbias.sum(0)
    return dx, dweight, None if bias is None else dbias


def layernorm_backward__8(dy, cache):
    """Returned a gradient of the bias even where there is no bias."""
    x, mean, rstd, weight, _ = cache
    n = (x - mean) * rstd
    d = weight * dy
    dx = (d - d.mean(-1)[..., None] - n * (d * n).mean(-1)[..., None]) * rstd
    lead = tuple(range(dy.ndim - 1))
    return dx, (n * dy).sum(lead), dy.sum(lead)


def layernorm_backward__9(dy, cache):
    """Computed the deviation again, with an eps of 1e-5, instead of using the cached rstd."""
    x, mean, _, weight, bias = cache
    rstd = 1 / np.sqrt(((x - mean) ** 2).mean(axis=-1, keepdims=True) + 1e-5)
    n = (x - mean) * rstd
    d = dy * weight
    dx = rstd * (d - np.mean(d, -1, keepdims=True) - n * np.mean(d * n, -1, keepdims=True))
    over = tuple(range(dy.ndim - 1))
    return dx, np.sum(dy * n, axis=over), None if bias is None else np.sum(dy, axis=over)


def layernorm_backward__10(dy, cache):
    """Averaged the gradients of gain and bias over the vectors instead of summing them."""
    x, mean, rstd, weight, bias = cache
    n = (x - mean) * rstd
    d = dy * weight
    dx = rstd * (d - d.mean(-1, keepdims=True) - n * (d * n).mean(-1, keepdims=True))
    rows, normed = dy.reshape(-1, dy.shape[-1]), n.reshape(-1, n.shape[-1])
    return dx, (rows * normed).mean(axis=0), None if bias is None else rows.mean(axis=0)


def gelu_forward__1(x):
    """Squared x inside the tanh where the cube belongs."""
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * x**2)
    return 0.5 * x * (1 + np.tanh(u)), GeluCache(x)


def gelu_forward__2(x):
    """Used 2/pi itself, without the root."""
    inner = (2 / math.pi) * (x + 0.044715 * np.power(x, 3))
    return x * (np.tanh(inner) + 1) / 2, GeluCache(x)


def gelu_forward__3(x):
    """Forgot to halve."""
    factor = math.sqrt(2 / math.pi)
    return x * (1 + np.tanh(factor * x * (1 + 0.044715 * x * x))), GeluCache(x)


def gelu_forward__4(x):
    """Took the root times x alone and added the cubic term behind it, unscaled."""
    u = np.sqrt(2 / np.pi) * x + 0.044715 * x**3
    return x / 2 * (1 + np.tanh(u)), GeluCache(x)


def gelu_forward__5(x):
    """Used the approximation by a sigmoid, x times sigmoid(1.702 x), instead of the form with tanh."""
    half = 0.851 * x
    return x * 0.5 * (1.0 + np.tanh(half)), GeluCache(x=x)


def gelu_forward__6(x):
    """Wrote the tanh out with exp(2u), which overflows to NaN for numbers in the tens."""
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * x * x * x)
    with np.errstate(all="ignore"):
        e = np.exp(2 * u)
        t = (e - 1) / (e + 1)
    return 0.5 * x * (1 + t), GeluCache(x)


def gelu_forward__7(x):
    """Computed the exact GELU with the normal distribution function."""
    phi = np.array([0.5 * (1 + math.erf(value / math.sqrt(2))) for value in np.ravel(x)])
    return x * phi.reshape(np.shape(x)), GeluCache(x)


def gelu_forward__8(x):
    """Took the cube of 0.044715 times x, constant included."""
    c = 0.044715
    root = (2 / np.pi) ** 0.5
    return np.multiply(0.5 * x, 1 + np.tanh(root * (x + (c * x) ** 3))), GeluCache(x)


def gelu_forward__9(x):
    """Put the output into the cache instead of x."""
    y = x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) * 0.5
    return y, GeluCache(y)


def gelu_backward__1(dy, cache):
    """Forgot that the tanh depends on x too: only the first half of the product rule."""
    x = cache.x
    t = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    return dy * (1 + t) / 2


def gelu_backward__2(dy, cache):
    """Forgot the inner derivative of u: the chain rule stops at the tanh."""
    (x,) = cache
    t = np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))
    slope = 0.5 * (1 + t) + 0.5 * x * (1 - t**2)
    return np.multiply(dy, slope)


def gelu_backward__3(dy, cache):
    """Left out the 3 when differentiating the cube."""
    x, c, r = cache.x, 0.044715, (2 / np.pi) ** 0.5
    t = np.tanh(r * (x + c * x**3))
    return dy * (0.5 + 0.5 * t + 0.5 * x * (1 - t * t) * r * (1 + c * x**2))


def gelu_backward__4(dy, cache):
    """Took the slope of the exact GELU: the distribution function plus x times the density."""
    x = cache.x
    cdf = 0.5 * (1 + np.array([math.erf(a / math.sqrt(2)) for a in x.ravel()]).reshape(x.shape))
    return dy * (cdf + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi))


def gelu_backward__5(dy, cache):
    """Returned the slope alone and did not multiply by dy."""
    x = cache.x
    k = np.sqrt(2 / np.pi)
    t = np.tanh(k * (x + 0.044715 * x**3))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * k * (1 + 3 * 0.044715 * x**2)


def gelu_backward__6(dy, cache):
    """Took 1 - tanh for the slope of the tanh, without the square."""
    x = np.asarray(cache.x)
    root = math.sqrt(2 / math.pi)
    t = np.tanh(root * x * (1 + 0.044715 * x * x))
    du = root * (1 + 0.134145 * x * x)
    return dy * 0.5 * ((1 + t) + x * (1 - t) * du)


def gelu_backward__7(dy, cache):
    """Took a one-sided difference with a coarse step, which is right to three digits only."""
    x, h = cache.x, 1e-3

    def gelu(z):
        return 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))

    return dy * (gelu(x + h) - gelu(x)) / h


def gelu_backward__8(dy, cache):
    """Forgot the half in front of the second term of the product rule."""
    (x,) = cache
    root = np.sqrt(2 / np.pi)
    t = np.tanh(root * (x + 0.044715 * x**3))
    first = (1 + t) / 2
    second = x * (1 - np.square(t)) * root * (1 + 3 * 0.044715 * np.square(x))
    return dy * (first + second)


def linear_backward__1(dy, cache):
    """Averaged the weight's gradient over the rows instead of summing it."""
    x, weight, bias = cache
    rows, grads = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])
    dweight = rows.T @ grads / len(rows)
    return dy @ weight.T, dweight, None if bias is None else grads.sum(axis=0)


def linear_backward__2(dy, cache):
    """Gave the weight's gradient transposed, in the shape (O, I)."""
    x, W, b = cache
    dW = np.einsum("no,ni->oi", dy.reshape(-1, W.shape[1]), x.reshape(-1, W.shape[0]))
    db = dy.reshape(-1, W.shape[1]).sum(0) if b is not None else None
    return np.einsum("...o,io->...i", dy, W), dW, db


def linear_backward__3(dy, cache):
    """Summed over the last two axes' rows only, so an array of three axes leaves a batch axis in dweight."""
    x, weight, bias = cache
    x2, dy2 = np.atleast_2d(x), np.atleast_2d(dy)
    dweight = x2.swapaxes(-1, -2) @ dy2
    dbias = None if bias is None else dy.sum(axis=tuple(range(dy.ndim - 1)))
    return dy @ weight.T, dweight, dbias


def linear_backward__4(dy, cache):
    """Summed the bias's gradient over the first axis only, which is not enough for (B, T, O)."""
    x, weight, bias = cache
    flat_x, flat_dy = x.reshape(-1, weight.shape[0]), dy.reshape(-1, weight.shape[1])
    dx = (flat_dy @ weight.T).reshape(x.shape)
    db = None
    if bias is not None:
        db = np.sum(dy, axis=0) if dy.ndim > 1 else dy.copy()
    return dx, flat_x.T @ flat_dy, db


def linear_backward__5(dy, cache):
    """Returned a gradient for the bias where there is none."""
    x, weight, _ = cache
    n_in, n_out = weight.shape
    dweight = np.zeros((n_in, n_out))
    for xi, di in zip(x.reshape(-1, n_in), dy.reshape(-1, n_out), strict=True):
        dweight += np.outer(xi, di)
    return np.dot(dy, weight.T), dweight, dy.reshape(-1, n_out).sum(axis=0)


def linear_backward__6(dy, cache):
    """Overwrote the weight's gradient at each row instead of adding, so only the last row counts."""
    x, weight, bias = cache
    n_in, n_out = weight.shape
    dweight, dbias = np.zeros((n_in, n_out)), np.zeros(n_out)
    for row, grad in zip(x.reshape(-1, n_in), dy.reshape(-1, n_out), strict=True):
        dweight = np.outer(row, grad)
        dbias += grad
    return dy @ weight.T, dweight, dbias if bias is not None else None


def linear_backward__7(dy, cache):
    """Multiplied by the weight without transposing it (by a reshape to make the shapes fit)."""
    x, weight, bias = cache
    n_in, n_out = weight.shape
    dx = dy @ weight.reshape(n_out, n_in)
    g = dy.reshape(-1, n_out)
    return dx, x.reshape(-1, n_in).T @ g, None if bias is None else g.sum(0)


def linear_backward__8(dy, cache):
    """Summed the bias's gradient along the last axis, over the outputs, instead of over the rows."""
    x, weight, bias = cache
    dweight = np.tensordot(x.reshape(-1, len(weight)), dy.reshape(-1, weight.shape[1]), axes=(0, 0))
    dbias = None if bias is None else dy.sum(axis=-1)
    return np.inner(dy, weight), dweight, dbias


def linear_backward__9(dy, cache):
    """Took the weight's gradient from the first text alone where there are several."""
    x, weight, bias = cache
    first_x, first_dy = x, dy
    while first_x.ndim > 2:
        first_x, first_dy = first_x[0], first_dy[0]
    dweight = np.atleast_2d(first_x).T @ np.atleast_2d(first_dy)
    dbias = None if bias is None else dy.reshape(-1, dy.shape[-1]).sum(axis=0)
    return dy @ weight.T, dweight, dbias


def rmsnorm_forward__1(x, weight, eps=1e-05):
    """Subtracted the mean as in layer normalisation."""
    centred = x - x.mean(axis=-1, keepdims=True)
    rrms = 1 / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)
    return centred * rrms * weight, RMSNormCache(x, rrms, weight)


def rmsnorm_forward__2(x, weight, eps=1e-05):
    """Divided by the length of the vector: the sum of the squares, not their mean."""
    rrms = 1.0 / np.sqrt(np.einsum("...c,...c->...", x, x)[..., None] + eps)
    return np.multiply(x * rrms, weight), RMSNormCache(x, rrms, weight)


def rmsnorm_forward__3(x, weight, eps=1e-05):
    """Added eps behind the root."""
    rms = np.sqrt(np.mean(np.square(x), axis=-1, keepdims=True))
    r = 1 / (rms + eps)
    return x * weight * r, RMSNormCache(x=x, rrms=r, weight=weight)


def rmsnorm_forward__4(x, weight, eps=1e-05):
    """Stored the root mean square in the cache instead of one over it."""
    rms = ((x * x).mean(-1, keepdims=True) + eps) ** 0.5
    return x / rms * weight, RMSNormCache(x, rms, weight)


def rmsnorm_forward__5(x, weight, eps=1e-05):
    """Took one root mean square for the whole array instead of one per vector."""
    r = np.full((*x.shape[:-1], 1), 1 / math.sqrt(np.mean(x**2) + eps))
    return weight * x * r, RMSNormCache(x, r, weight)


def rmsnorm_forward__6(x, weight, eps=1e-05):
    """Took the standard deviation for the root mean square: x is not centred, but its variance is used."""
    rrms = 1 / np.sqrt(np.var(x, axis=-1, keepdims=True) + eps)
    return x * rrms * weight, RMSNormCache(x, rrms, weight)


def rmsnorm_forward__7(x, weight, eps=1e-05):
    """Forgot the root: divided by the mean of the squares."""
    C = x.shape[-1]
    inverse = 1 / ((x * x).sum(axis=-1, keepdims=True) / C + eps)
    return x * inverse * weight, RMSNormCache(x, inverse, weight)


def rmsnorm_forward__8(x, weight, eps=1e-05):
    """Multiplied by the gain first and measured the size of the scaled vector."""
    scaled = x * weight
    rrms = 1 / np.sqrt((scaled**2).mean(axis=-1, keepdims=True) + eps)
    return scaled * rrms, RMSNormCache(x, rrms, weight)


def rmsnorm_backward__1(dy, cache):
    """Treated the root mean square as a constant."""
    x, rrms, weight = cache
    dweight = (dy * x * rrms).sum(axis=tuple(range(dy.ndim - 1)))
    return dy * weight * rrms, dweight


def rmsnorm_backward__2(dy, cache):
    """Kept the term of the mean from layer normalisation."""
    x, r, w = cache
    n = x * r
    d = dy * w
    dx = r * (d - d.mean(axis=-1, keepdims=True) - n * (d * n).mean(axis=-1, keepdims=True))
    return dx, np.einsum("nc,nc->c", dy.reshape(-1, len(w)), n.reshape(-1, len(w)))


def rmsnorm_backward__3(dy, cache):
    """Forgot the gain inside the mean, though not in the direct term."""
    x, rrms, weight = cache
    x_hat = np.multiply(x, rrms)
    shared = np.average(dy * x_hat, axis=-1)[..., None]
    dx = rrms * (dy * weight - x_hat * shared)
    return dx, (dy * x_hat).reshape(-1, x.shape[-1]).sum(0)


def rmsnorm_backward__4(dy, cache):
    """Took the sum over the channels instead of their mean."""
    x, rrms, weight = cache
    x_hat, g = x * rrms, dy * weight
    dx = (g - x_hat * np.sum(g * x_hat, axis=-1, keepdims=True)) * rrms
    over = tuple(range(x.ndim - 1))
    return dx, np.sum(dy * x_hat, axis=over)


def rmsnorm_backward__5(dy, cache):
    """Multiplied dy by x, not by the normalised x, for the gain."""
    x, r, w = cache
    n, d = x * r, dy * w
    dx = r * (d - n * (d * n).mean(-1, keepdims=True))
    dw = np.zeros(len(w))
    for row in (dy * x).reshape(-1, len(w)):
        dw += row
    return dx, dw


def rmsnorm_backward__6(dy, cache):
    """Summed the gain's gradient over the first axis only."""
    x, rrms, weight = cache
    normed = x * rrms
    d = weight * dy
    dx = rrms * d - rrms * normed * np.mean(d * normed, axis=-1, keepdims=True)
    dweight = dy * normed
    return dx, dweight.sum(axis=0) if dweight.ndim > 1 else dweight


def rmsnorm_backward__7(dy, cache):
    """Lost powers of rrms: the second term has rrms only once, where it belongs three times."""
    x, rrms, weight = cache
    d = dy * weight
    dx = rrms * d - rrms * x * (d * x).mean(axis=-1, keepdims=True)
    return dx, (dy * x * rrms).sum(axis=tuple(range(dy.ndim - 1)))


def rmsnorm_backward__8(dy, cache):
    """Added the term of the root mean square instead of subtracting it."""
    x, r, weight = cache
    C = x.shape[-1]
    d = dy * weight
    inner = np.einsum("...c,...c->...", d, x)[..., None]
    dx = d * r + x * r**3 * inner / C
    return dx, np.sum((dy * x * r).reshape(-1, C), axis=0)


def dropout_forward__1(x, p, rng):
    """Did not scale the numbers that stay."""
    if rng is None or p == 0:
        return x, DropoutCache(None, p)
    key = draw_key(rng)
    return np.where(keep_mask(x, key, p), x, 0.0), DropoutCache(key, p)


def dropout_forward__2(x, p, rng):
    """Scaled by 1 - p, as at test time, instead of dividing by it."""
    if rng is None or p == 0:
        return x, DropoutCache(None, p)
    key = draw_key(rng)
    return x * keep_mask(x, key, p) * (1 - p), DropoutCache(key, p)


def dropout_forward__3(x, p, rng):
    """Turned the mask round: what should stay is dropped."""
    if rng is None or p == 0:
        return x, DropoutCache(None, p)
    key = draw_key(rng)
    return x * ~keep_mask(x, key, p) / (1 - p), DropoutCache(key, p)


def dropout_forward__4(x, p, rng):
    """Divided by p."""
    if rng is None or p == 0:
        return x, DropoutCache(None, p)
    key = draw_key(rng)
    y = x.copy()
    y[~keep_mask(x, key, p)] = 0
    return y / p, DropoutCache(key, p)


def dropout_forward__5(x, p, rng):
    """Drew a key in vain when p is 0."""
    if rng is None:
        return x, DropoutCache(None, p)
    key = draw_key(rng)
    return x * keep_mask(x, key, p) / (1 - p), DropoutCache(key, p)


def dropout_forward__6(x, p, rng):
    """Made one mask for a row and used it for all rows."""
    if rng is None or p == 0:
        return x, DropoutCache(None, p)
    key = draw_key(rng)
    return x * keep_mask(x[(0,) * (x.ndim - 1)], key, p) / (1 - p), DropoutCache(key, p)


def dropout_forward__7(x, p, rng):
    """Still scaled without a generator: evaluation is multiplied, too."""
    if rng is None or p == 0:
        return x / (1 - p), DropoutCache(None, p)
    key = draw_key(rng)
    return x * keep_mask(x, key, p) / (1 - p), DropoutCache(key, p)


def dropout_backward__1(dy, cache):
    """Forgot the scale."""
    key, p = cache
    return dy if key is None else np.where(keep_mask(dy, key, p), dy, 0)


def dropout_backward__2(dy, cache):
    """Forgot the mask: all gradients are scaled."""
    key, p = cache
    return dy if key is None else np.divide(dy, 1 - p)


def dropout_backward__3(dy, cache):
    """Took the key 0 for none."""
    if not cache.key:
        return dy
    return dy * keep_mask(dy, cache.key, cache.p) / (1 - cache.p)


def dropout_backward__4(dy, cache):
    """Passed the gradient on unchanged."""
    return dy.copy()


def dropout_backward__5(dy, cache):
    """Multiplied by 1 - p, as if to undo the scale."""
    key, p = cache
    if key is None:
        return dy
    return np.array(
        [g * k * (1 - p) for g, k in zip(dy.ravel(), keep_mask(dy, key, p).ravel(), strict=True)]
    ).reshape(dy.shape)


def dropout_backward__6(dy, cache):
    """Let the gradient pass where numbers were dropped."""
    key, p = cache
    return dy if key is None else dy * np.logical_not(keep_mask(dy, key, p)) / (1 - p)


def _block(dy, cache, fork_1=True, fork_2=True, parts=(1, 1, 1)):
    n1, att, n2, up, gelu, down = cache
    d, dw_down, _ = ops.linear_backward(dy, down)
    d, dw_up, _ = ops.linear_backward(ops.gelu_backward(d, gelu), up)
    d, dgain_2 = ops.rmsnorm_backward(d, n2)
    mid = d + dy if fork_2 else d
    pieces = ops.attention_backward(mid[:, None], att)
    inner = sum(w * piece[:, 0] for w, piece in zip(parts, pieces, strict=True))
    d, dgain_1 = ops.rmsnorm_backward(inner, n1)
    return (d + mid if fork_1 else d), dgain_1, dgain_2, dw_up, dw_down


def residual_block_backward__1(dy, cache):
    """Forgot both residual connections."""
    return _block(dy, cache, False, False)


def residual_block_backward__2(dy, cache):
    """Forgot the residual connection around the MLP."""
    return _block(dy, cache, fork_2=False)


def residual_block_backward__3(dy, cache):
    """Forgot the residual connection around attention."""
    return _block(dy, cache, fork_1=False)


def residual_block_backward__4(dy, cache):
    """Gave the norm in front of attention the gradient of the queries alone."""
    return _block(dy, cache, parts=(1, 0, 0))


def residual_block_backward__5(dy, cache):
    """Averaged the gradients of queries, keys and values."""
    return _block(dy, cache, parts=(1 / 3, 1 / 3, 1 / 3))


def residual_block_backward__6(dy, cache):
    """Added dy itself at the first fork, where the gradient of the sum belongs."""
    n1, att, n2, up, gelu, down = cache
    d, dw_down, _ = ops.linear_backward(dy, down)
    d = ops.gelu_backward(d, gelu)
    d, dw_up, _ = ops.linear_backward(d, up)
    d, dgain_2 = ops.rmsnorm_backward(d, n2)
    mid = dy + d
    inner = np.sum([piece[:, 0] for piece in ops.attention_backward(mid[:, None], att)], axis=0)
    d, dgain_1 = ops.rmsnorm_backward(inner, n1)
    return d + dy, dgain_1, dgain_2, dw_up, dw_down


def residual_block_backward__7(dy, cache):
    """Skipped GELU on the way back."""
    n1, att, n2, up, _, down = cache
    d, dw_down, _ = ops.linear_backward(dy, down)
    d, dw_up, _ = ops.linear_backward(d, up)
    d, dgain_2 = ops.rmsnorm_backward(d, n2)
    mid = dy + d
    inner = sum(piece[:, 0] for piece in ops.attention_backward(mid[:, None], att))
    d, dgain_1 = ops.rmsnorm_backward(inner, n1)
    return d + mid, dgain_1, dgain_2, dw_up, dw_down


def residual_block_backward__8(dy, cache):
    """Sent dy, not the sum of both ways, into attention."""
    n1, att, n2, up, gelu, down = cache
    d, dw_down, _ = ops.linear_backward(dy, down)
    d, dw_up, _ = ops.linear_backward(ops.gelu_backward(d, gelu), up)
    d, dgain_2 = ops.rmsnorm_backward(d, n2)
    dq, dk, dv = ops.attention_backward(dy[:, np.newaxis], att)
    dx, dgain_1 = ops.rmsnorm_backward((dq + dk + dv)[:, 0], n1)
    return dx + dy + d, dgain_1, dgain_2, dw_up, dw_down
