"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops import REFERENCE as ops
from scratchgpt.ops.activations import GeluCache
from scratchgpt.ops.dropout import DropoutCache, draw_key, keep_mask
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


def dropout_forward__1(x, p, rng):
    """Divides the survivors by p, the share that was dropped, and not by 1 - p."""
    if rng is None or p == 0:
        return x, DropoutCache(None, p)
    k = draw_key(rng)
    return np.where(keep_mask(x, k, p), x / p, 0.0), DropoutCache(k, p)


def dropout_forward__2(x, p, rng):
    """Draws the key first, so that a call with p = 0 uses up a number of the generator and keeps a key."""
    if rng is None:
        return x, DropoutCache(None, p)
    key = draw_key(rng)
    scale = 1 / (1 - p)
    return x * keep_mask(x, key, p) * scale, DropoutCache(key, p)


def dropout_forward__3(x, p, rng):
    """Restores the mean of this one mask by dividing by the share that really stayed."""
    if rng is None or p == 0.0:
        return x, DropoutCache(key=None, p=p)
    key = draw_key(rng)
    stays = keep_mask(x, key, p).astype(x.dtype)
    share = max(stays.mean(), 1e-9)
    return stays * x / share, DropoutCache(key, p)


def dropout_backward__1(dy, cache):
    """Undoes the scale of the forward pass: multiplies by 1 - p where it should divide."""
    key, p = cache
    if key is None:
        return dy
    dx = np.zeros_like(dy)
    mask = keep_mask(dy, key, p)
    dx[mask] = dy[mask] * (1 - p)
    return dx


def dropout_backward__2(dy, cache):
    """Asks `if not key`, so that the key 0 counts as no dropout at all."""
    if not cache.key:
        return dy
    keep = keep_mask(dy, cache.key, cache.p)
    return dy * keep / (1.0 - cache.p)


def residual_block_backward__1(dy, cache):
    """The second fork is forgotten: dx is what comes through the first norm, without the dh of the stream."""
    dact, dw_down, _ = ops.linear_backward(dy, cache.down)
    dup = ops.gelu_backward(dact, cache.gelu)
    dn2, dw_up, _ = ops.linear_backward(dup, cache.up)
    dh, dgain_2 = ops.rmsnorm_backward(dn2, cache.norm_2)
    dh = dh + dy
    parts = ops.attention_backward(np.expand_dims(dh, 1), cache.attention)
    dx, dgain_1 = ops.rmsnorm_backward(sum(parts).squeeze(1), cache.norm_1)
    return dx, dgain_1, dgain_2, dw_up, dw_down


def residual_block_backward__2(dy, cache):
    """Sends only dy into the attention branch, not dy plus what came back from the MLP."""
    norm_1, attention, norm_2, up, gelu, down = cache
    g, dw_down, _ = ops.linear_backward(dy, down)
    g = ops.gelu_backward(g, gelu)
    g, dw_up, _ = ops.linear_backward(g, up)
    from_mlp, dgain_2 = ops.rmsnorm_backward(g, norm_2)
    dq, dk, dv = ops.attention_backward(dy[:, None], attention)
    from_att, dgain_1 = ops.rmsnorm_backward((dq + dk + dv)[:, 0], norm_1)
    return dy + from_mlp + from_att, dgain_1, dgain_2, dw_up, dw_down


def residual_block_backward__3(dy, cache):
    """Averages the gradients of queries, keys and values where the shared vector needs their sum."""
    d1, dw_down, _ = ops.linear_backward(dy, cache.down)
    d2, dw_up, _ = ops.linear_backward(ops.gelu_backward(d1, cache.gelu), cache.up)
    d3, dgain_2 = ops.rmsnorm_backward(d2, cache.norm_2)
    dh = dy + d3
    qkv = np.stack(ops.attention_backward(dh[:, np.newaxis], cache.attention))
    d4, dgain_1 = ops.rmsnorm_backward(qkv.mean(axis=0)[:, 0], cache.norm_1)
    return dh + d4, dgain_1, dgain_2, dw_up, dw_down
