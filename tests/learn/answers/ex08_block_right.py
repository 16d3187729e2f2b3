"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.ops import REFERENCE as ops
from scratchgpt.ops.activations import GeluCache
from scratchgpt.ops.dropout import DropoutCache, draw_key, keep_mask
from scratchgpt.ops.layernorm import LayerNormCache, RMSNormCache


def layernorm_forward__loops(x, weight, bias, eps=1e-05):
    """Vector by vector and channel by channel."""
    C = x.shape[-1]
    y, mean, rstd = np.zeros(x.shape), np.zeros((*x.shape[:-1], 1)), np.zeros((*x.shape[:-1], 1))
    for row in np.ndindex(x.shape[:-1]):
        m = sum(x[row][c] for c in range(C)) / C
        variance = sum((x[row][c] - m) ** 2 for c in range(C)) / C
        mean[row], rstd[row] = m, 1 / math.sqrt(variance + eps)
        for c in range(C):
            normed = (x[row][c] - m) * rstd[row][0]
            y[row][c] = normed * weight[c] + (0.0 if bias is None else bias[c])
    return y, LayerNormCache(x, mean, rstd, weight, bias)


def layernorm_forward__other(x, weight, bias, eps=1e-05):
    """NumPy's mean and var, with gain and deviation put together into one slope per channel."""
    mean = np.mean(x, axis=-1, keepdims=True)
    rstd = np.power(np.var(x, axis=-1, keepdims=True) + eps, -0.5)
    slope = rstd * weight
    y = np.subtract(x, mean) * slope
    return (y if bias is None else np.add(y, bias)), LayerNormCache(x, mean, rstd, weight, bias)


def layernorm_forward__float32(x, weight, bias, eps=1e-05):
    """The plain steps in float32."""
    x32 = x.astype(np.float32)
    mean = x32.mean(axis=-1, keepdims=True)
    d = x32 - mean
    rstd = np.float32(1) / np.sqrt((d * d).mean(axis=-1, keepdims=True) + np.float32(eps))
    y = d * rstd * weight.astype(np.float32)
    if bias is not None:
        y = y + bias.astype(np.float32)
    return y, LayerNormCache(x, mean, rstd, weight, bias)


def layernorm_backward__loops(dy, cache):
    """Vector by vector, the three ways of x in one inner loop."""
    x, mean, rstd, weight, bias = cache
    C = x.shape[-1]
    dx, dweight, dbias = np.zeros(x.shape), np.zeros(C), np.zeros(C)
    for row in np.ndindex(x.shape[:-1]):
        r = rstd[row][0]
        n = [(x[row][c] - mean[row][0]) * r for c in range(C)]
        d = [dy[row][c] * weight[c] for c in range(C)]
        a, b = sum(d) / C, sum(d[c] * n[c] for c in range(C)) / C
        for c in range(C):
            dx[row][c] = r * (d[c] - a - n[c] * b)
            dweight[c] += dy[row][c] * n[c]
            dbias[c] += dy[row][c]
    return dx, dweight, None if bias is None else dbias


def layernorm_backward__other(dy, cache):
    """Backwards step by step: through the product, the variance, the centring."""
    x, mean, rstd, weight, bias = cache
    centred = x - mean
    dn = dy * weight
    drstd = np.einsum("...c,...c->...", dn, centred)[..., None]
    dvar = drstd * -0.5 * rstd**3
    dcentred = dn * rstd + dvar * 2 * centred / x.shape[-1]
    dx = dcentred - dcentred.mean(axis=-1, keepdims=True)
    rows = dy.reshape(-1, len(weight))
    dweight = np.einsum("nc,nc->c", rows, (centred * rstd).reshape(-1, len(weight)))
    return dx, dweight, rows.sum(axis=0) if bias is not None else None


def layernorm_backward__float32(dy, cache):
    """The short formula in float32."""
    x, mean, rstd, weight = (a.astype(np.float32) for a in cache[:4])
    g = dy.astype(np.float32)
    n = (x - mean) * rstd
    d = g * weight
    dx = rstd * (d - d.mean(-1, keepdims=True) - n * (d * n).mean(-1, keepdims=True))
    over = tuple(range(g.ndim - 1))
    return dx, (g * n).sum(axis=over), None if cache.bias is None else g.sum(axis=over)


def gelu_forward__loops(x):
    """Number by number with math.tanh."""
    y = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        z = float(x[i])
        u = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
        y[i] = z / 2 * (1 + math.tanh(u))
    return y, GeluCache(x)


def gelu_forward__other(x):
    """As x times the sigmoid of 2u, computed from exp(-|2u|), which cannot overflow."""
    two_u = 2 * np.sqrt(2 / np.pi) * (x + 0.044715 * np.power(x, 3))
    e = np.exp(-np.abs(two_u))
    return x * np.where(two_u >= 0, 1.0, e) / (1 + e), GeluCache(x)


def gelu_forward__float32(x):
    """The formula in float32."""
    z = np.asarray(x, dtype=np.float32)
    u = np.float32(math.sqrt(2 / math.pi)) * (z + np.float32(0.044715) * z * z * z)
    return np.float32(0.5) * z * (1 + np.tanh(u)), GeluCache(x)


def gelu_backward__loops(dy, cache):
    """Number by number, product rule and chain rule written out."""
    x, r = cache.x, math.sqrt(2 / math.pi)
    dx = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        z = float(x[i])
        t = math.tanh(r * (z + 0.044715 * z**3))
        inner = r * (1 + 3 * 0.044715 * z**2)
        dx[i] = dy[i] * ((1 + t) / 2 + z / 2 * (1 - t**2) * inner)
    return dx


def gelu_backward__other(dy, cache):
    """With the sigmoid s of 2u: s plus x s (1 - s) times the slope of 2u."""
    (x,) = cache
    k = 2 * np.sqrt(2 / np.pi)
    s = 0.5 + 0.5 * np.tanh(0.5 * k * x * (1 + 0.044715 * x**2))
    return dy * (s + x * s * (1 - s) * k * (1 + 0.134145 * x**2))


def gelu_backward__float32(dy, cache):
    """The formula in float32."""
    x, g = np.asarray(cache.x, np.float32), np.asarray(dy, np.float32)
    r, c = np.float32(math.sqrt(2 / math.pi)), np.float32(0.044715)
    t = np.tanh(r * (x + c * x * x * x))
    half = np.float32(0.5)
    return g * (half * (1 + t) + half * x * (1 - t * t) * r * (1 + 3 * c * x * x))


def linear_backward__loops(dy, cache):
    """Row by row, input by input, output by output."""
    x, weight, bias = cache
    n_in, n_out = weight.shape
    dx, dweight, dbias = np.zeros(x.shape), np.zeros(weight.shape), np.zeros(n_out)
    for row in np.ndindex(x.shape[:-1]):
        for o in range(n_out):
            dbias[o] += dy[row][o]
            for i in range(n_in):
                dx[row][i] += dy[row][o] * weight[i, o]
                dweight[i, o] += x[row][i] * dy[row][o]
    return dx, dweight, None if bias is None else dbias


def linear_backward__other(dy, cache):
    """Einsum for dx, tensordot over all the axes in front for dweight."""
    x, weight, bias = cache
    lead = list(range(x.ndim - 1))
    dx = np.einsum("...o,io->...i", dy, weight)
    return dx, np.tensordot(x, dy, axes=(lead, lead)), None if bias is None else dy.sum(axis=tuple(lead))


def linear_backward__float32(dy, cache):
    """Rows flattened, matrix products in float32."""
    x, weight = cache.x.astype(np.float32), cache.weight.astype(np.float32)
    rows = dy.astype(np.float32).reshape(-1, weight.shape[1])
    dx = (rows @ weight.T).reshape(x.shape)
    dweight = x.reshape(-1, weight.shape[0]).T @ rows
    return dx, dweight, None if cache.bias is None else rows.sum(axis=0)


def rmsnorm_forward__loops(x, weight, eps=1e-05):
    """Vector by vector and channel by channel."""
    C = x.shape[-1]
    y, rrms = np.zeros(x.shape), np.zeros((*x.shape[:-1], 1))
    for row in np.ndindex(x.shape[:-1]):
        square = 0.0
        for c in range(C):
            square += x[row][c] ** 2
        rrms[row] = 1 / math.sqrt(square / C + eps)
        for c in range(C):
            y[row][c] = x[row][c] * rrms[row][0] * weight[c]
    return y, RMSNormCache(x, rrms, weight)


def rmsnorm_forward__other(x, weight, eps=1e-05):
    """The squares by einsum, the gain by einsum too."""
    square = np.einsum("...c,...c->...", x, x) / x.shape[-1]
    rrms = np.power(square + eps, -0.5)
    return np.einsum("...c,...,c->...c", x, rrms, weight), RMSNormCache(x, rrms[..., np.newaxis], weight)


def rmsnorm_forward__float32(x, weight, eps=1e-05):
    """The plain steps in float32."""
    x32 = x.astype(np.float32)
    rrms = 1 / np.sqrt(np.mean(x32 * x32, axis=-1, keepdims=True) + np.float32(eps))
    return x32 * rrms * weight.astype(np.float32), RMSNormCache(x, rrms, weight)


def rmsnorm_backward__loops(dy, cache):
    """Vector by vector and channel by channel."""
    x, rrms, weight = cache
    C = x.shape[-1]
    dx, dweight = np.zeros(x.shape), np.zeros(C)
    for row in np.ndindex(x.shape[:-1]):
        r = rrms[row][0]
        mean = sum(dy[row][c] * weight[c] * x[row][c] * r for c in range(C)) / C
        for c in range(C):
            normed = x[row][c] * r
            dx[row][c] = r * (dy[row][c] * weight[c] - normed * mean)
            dweight[c] += dy[row][c] * normed
    return dx, dweight


def rmsnorm_backward__other(dy, cache):
    """Through rrms as a number of its own, whose slope in x is -x rrms^3 / C."""
    x, r, weight = cache
    C = len(weight)
    d = dy * weight
    dr = np.einsum("...c,...c->...", d, x)[..., None]
    dx = d * r - dr * x * r**3 / C
    return dx, np.einsum("nc,nc->c", dy.reshape(-1, C), (x * r).reshape(-1, C))


def rmsnorm_backward__float32(dy, cache):
    """The short formula in float32."""
    x, r, weight, g = (np.asarray(a, np.float32) for a in (*cache, dy))
    n = x * r
    d = g * weight
    return r * (d - n * (d * n).mean(axis=-1, keepdims=True)), (g * n).sum(axis=tuple(range(g.ndim - 1)))


def dropout_forward__loops(x, p, rng):
    """Number by number."""
    if rng is None or p == 0:
        return x, DropoutCache(None, p)
    key = draw_key(rng)
    kept, y = keep_mask(x, key, p), np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        if kept[place]:
            y[place] = x[place] / (1 - p)
    return y, DropoutCache(key, p)


def dropout_forward__other(x, p, rng):
    """np.where on scaled numbers."""
    key = draw_key(rng) if rng is not None and p > 0 else None
    y = x if key is None else np.where(keep_mask(x, key, p), x / (1 - p), 0)
    return y, DropoutCache(key, p)


def dropout_forward__float32(x, p, rng):
    """In float32."""
    if rng is None or not p:
        return x.astype(np.float32), DropoutCache(None, p)
    key = draw_key(rng)
    scale = keep_mask(x, key, p).astype(np.float32) / np.float32(1 - p)
    return x.astype(np.float32) * scale, DropoutCache(key, p)


def dropout_backward__loops(dy, cache):
    """Number by number."""
    if cache.key is None:
        return dy.copy()
    kept = keep_mask(dy, cache.key, cache.p)
    dx = np.zeros_like(dy)
    for place in np.ndindex(*dy.shape):
        dx[place] = dy[place] / (1 - cache.p) if kept[place] else 0
    return dx


def dropout_backward__other(dy, cache):
    """A copy, of which parts are set to 0."""
    key, p = cache
    if key is None:
        return dy
    dx = dy / (1 - p)
    dx[~keep_mask(dy, key, p)] = 0
    return dx


def dropout_backward__float32(dy, cache):
    """In float32."""
    key, p = cache
    small = dy.astype(np.float32)
    return small if key is None else small * keep_mask(dy, key, p) / np.float32(1 - p)


def residual_block_backward__loops(dy, cache):
    """Text by text for the linear maps' weights, the ops for the rest."""
    d, _, _ = ops.linear_backward(dy, cache.down)
    dw_down = np.zeros_like(cache.down.weight)
    for hidden, upstream in zip(cache.down.x, dy, strict=True):
        dw_down += hidden.T @ upstream
    d = ops.gelu_backward(d, cache.gelu)
    dw_up = np.zeros_like(cache.up.weight)
    for normed, upstream in zip(cache.up.x, d, strict=True):
        dw_up += normed.T @ upstream
    d, _, _ = ops.linear_backward(d, cache.up)
    d, dgain_2 = ops.rmsnorm_backward(d, cache.norm_2)
    mid = dy + d
    total = np.zeros_like(mid)
    for piece in ops.attention_backward(mid[:, None], cache.attention):
        total += piece[:, 0]
    d, dgain_1 = ops.rmsnorm_backward(total, cache.norm_1)
    return mid + d, dgain_1, dgain_2, dw_up, dw_down


def residual_block_backward__other(dy, cache):
    """Names for each of the two branches."""
    norm_1, attention, norm_2, up, gelu, down = cache
    dactive, dw_down, _ = ops.linear_backward(dy, down)
    dnormed, dw_up, _ = ops.linear_backward(ops.gelu_backward(dactive, gelu), up)
    dbranch, dgain_2 = ops.rmsnorm_backward(dnormed, norm_2)
    dsum = np.add(dy, dbranch)
    dq, dk, dv = ops.attention_backward(dsum[:, None], attention)
    dbranch, dgain_1 = ops.rmsnorm_backward(np.squeeze(dq + dk + dv, axis=1), norm_1)
    return dsum + dbranch, dgain_1, dgain_2, dw_up, dw_down


def residual_block_backward__float32(dy, cache):
    """The results in float32."""
    n1, att, n2, up, gelu, down = cache
    d, dw_down, _ = ops.linear_backward(dy, down)
    d, dw_up, _ = ops.linear_backward(ops.gelu_backward(d, gelu), up)
    d, dgain_2 = ops.rmsnorm_backward(d, n2)
    d = d + dy
    inner = np.stack(ops.attention_backward(d[:, None], att)).sum(axis=0)[:, 0]
    e, dgain_1 = ops.rmsnorm_backward(inner, n1)
    return tuple(a.astype(np.float32) for a in (d + e, dgain_1, dgain_2, dw_up, dw_down))
