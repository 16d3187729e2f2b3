"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.worked.film_by_hand import (
    film_attention,
    film_class_loss,
    film_forward,
    film_gelu,
    film_language_loss,
    film_layernorm,
    film_mask,
    film_softmax,
)
from scratchgpt.worked.film_by_hand_gradients import (
    film_attention_backward,
    film_backward,
    film_gradients,
    film_layernorm_backward,
)
from scratchgpt.worked.film_given import (
    HEADS,
    FilmAttention,
    FilmNorm,
    FilmStates,
    film_adam,
    fresh_moments,
)


def film_softmax__1(x):
    """Took no maximum away: hundreds overflow."""
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


def film_softmax__2(x):
    """Normalised over all numbers instead of each row."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum()


def film_softmax__3(x):
    """Worked along the first axis."""
    e = np.exp(x - np.max(x, axis=0))
    return e / np.sum(e, axis=0)


def film_softmax__4(x):
    """Returned the logarithms."""
    shifted = x - x.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def film_softmax__5(x):
    """Divided the scores by their sum, without the exponential."""
    shifted = x - x.min(-1, keepdims=True)
    return shifted / shifted.sum(-1, keepdims=True)


def film_softmax__6(x):
    """Took one maximum for all rows, so that far lower rows underflow."""
    e = np.exp(x - x.max())
    return e / e.sum(axis=-1, keepdims=True)


def film_gelu__1(x):
    """Forgot the half."""
    u = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    t = np.tanh(u)
    du = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)
    return x * (1 + t), (1 + t) + x * (1 - t**2) * du


def film_gelu__2(x):
    """Forgot the inner derivative in the slope."""
    t = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    return 0.5 * x * (1 + t), 0.5 * (1 + t) + 0.5 * x * (1 - t**2)


def film_gelu__3(x):
    """Forgot the 3 in the derivative of the cube."""
    c = np.sqrt(2 / np.pi)
    t = np.tanh(c * (x + 0.044715 * x**3))
    return 0.5 * x * (1 + t), 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * c * (1 + 0.044715 * x**2)


def film_gelu__4(x):
    """Took the exact form with erf."""
    cdf = np.array([0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x.ravel()]).reshape(x.shape)
    return x * cdf, cdf + x * np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def film_gelu__5(x):
    """Took the sigmoid form with 1.702."""
    s = 1 / (1 + np.exp(-1.702 * x))
    return x * s, s + 1.702 * x * s * (1 - s)


def film_gelu__6(x):
    """Squared instead of cubed."""
    c = np.sqrt(2 / np.pi)
    t = np.tanh(c * (x + 0.044715 * x**2))
    return 0.5 * x * (1 + t), 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * c * (1 + 2 * 0.044715 * x)


def film_layernorm__1(x, gain, bias):
    """Divided by C - 1."""
    mean = x.mean(1, keepdims=True)
    rstd = 1 / np.sqrt(x.var(1, ddof=1, keepdims=True) + 1e-5)
    x_hat = (x - mean) * rstd
    return x_hat * gain + bias, FilmNorm(x_hat, rstd, gain)


def film_layernorm__2(x, gain, bias):
    """Normalised each channel over the positions."""
    rstd = 1 / np.sqrt(x.var(0, keepdims=True) + 1e-5)
    x_hat = (x - x.mean(0, keepdims=True)) * rstd
    return x_hat * gain + bias, FilmNorm(x_hat, rstd, gain)


def film_layernorm__3(x, gain, bias):
    """Added the constant outside the root."""
    rstd = 1 / (x.std(axis=-1, keepdims=True) + 1e-5)
    x_hat = (x - x.mean(-1, keepdims=True)) * rstd
    return x_hat * gain + bias, FilmNorm(x_hat, rstd, gain)


def film_layernorm__4(x, gain, bias):
    """Kept the deviation in the cache, not one over it."""
    deviation = np.sqrt(((x - x.mean(-1, keepdims=True)) ** 2).mean(-1, keepdims=True) + 1e-5)
    x_hat = (x - x.mean(-1, keepdims=True)) / deviation
    return x_hat * gain + bias, FilmNorm(x_hat, deviation, gain)


def film_layernorm__5(x, gain, bias):
    """Forgot gain and bias."""
    centred = x - x.mean(axis=1, keepdims=True)
    rstd = 1 / np.sqrt(np.mean(centred * centred, axis=1, keepdims=True) + 1e-5)
    return centred * rstd, FilmNorm(centred * rstd, rstd, gain)


def film_layernorm__6(x, gain, bias):
    """Divided by the variance, not its root."""
    centred = x - x.mean(axis=1, keepdims=True)
    rstd = 1 / (np.mean(centred**2, axis=1, keepdims=True) + 1e-5)
    return centred * rstd * gain + bias, FilmNorm(centred * rstd, rstd, gain)


def film_mask__1(T):
    """Let positions look at themselves and those after them."""
    return np.triu(np.ones((T, T), dtype=bool))


def film_mask__2(T):
    """Hid each position from itself."""
    return np.tri(T, k=-1, dtype=bool)


def film_mask__3(T):
    """Allowed everything."""
    return np.full((T, T), True)


def film_mask__4(T):
    """Marked with True what is hidden."""
    return np.array([[j > i for j in range(T)] for i in range(T)])


def film_mask__5(T):
    """Made the mask of scores, 0 and minus infinity."""
    return np.where(np.tri(T, dtype=bool), 0.0, -np.inf)


def film_mask__6(T):
    """Let each position look at itself and the one before only."""
    i = np.arange(T)
    return (i[None, :] <= i[:, None]) & (i[None, :] >= i[:, None] - 1)


def _attend(
    params, x, *, split=None, scale=None, mask=None, after=False, merge=None, weights_of=film_softmax
):
    (T, C), D = x.shape, x.shape[1] // HEADS
    split = split or (lambda a: a.reshape(T, HEADS, D).swapaxes(0, 1))
    merge = merge or (lambda a: a.swapaxes(0, 1).reshape(T, C))
    q, k, v = (split(part) for part in np.split(x @ params["attn_w"] + params["attn_b"], 3, axis=1))
    scores = q @ k.swapaxes(1, 2) / (scale or D**0.5)
    seen = film_mask(T) if mask is None else mask(T)
    weights = weights_of(scores) * seen if after else weights_of(np.where(seen, scores, -np.inf))
    mixed = merge(weights @ v)
    return mixed @ params["proj_w"] + params["proj_b"], FilmAttention(x, q, k, v, weights, mixed)


def film_attention__1(params, x):
    """Divided by the root of C, not of a head's size."""
    return _attend(params, x, scale=math.sqrt(x.shape[1]))


def film_attention__2(params, x):
    """Forgot the mask."""
    return _attend(params, x, mask=lambda T: np.ones((T, T), bool))


def film_attention__3(params, x):
    """Cut the heads by reshaping without a transpose, so that they mix positions."""
    T, C = x.shape
    return _attend(
        params, x, split=lambda a: a.reshape(HEADS, T, C // HEADS), merge=lambda a: a.reshape(T, C)
    )


def film_attention__4(params, x):
    """Put the mask on the weights, after softmax."""
    return _attend(params, x, after=True)


def film_attention__5(params, x):
    """Forgot the scale."""
    return _attend(params, x, scale=1.0)


def film_attention__6(params, x):
    """Gave the heads every second channel."""
    T, C = x.shape
    return _attend(
        params,
        x,
        split=lambda a: a.reshape(T, C // HEADS, HEADS).transpose(2, 0, 1),
        merge=lambda a: a.transpose(1, 2, 0).reshape(T, C),
    )


def film_attention__7(params, x):
    """Used one head for all channels."""
    T, C = x.shape
    q, k, v = np.split(x @ params["attn_w"] + params["attn_b"], 3, axis=1)
    scores = np.where(film_mask(T), q @ k.T / math.sqrt(C), -np.inf)
    weights = film_softmax(scores)
    mixed = weights @ v
    y = mixed @ params["proj_w"] + params["proj_b"]
    return y, FilmAttention(x, q[None], k[None], v[None], weights[None], mixed)


def film_attention__8(params, x):
    """Exchanged queries and keys."""
    y, c = _attend({**params, **_swapped(params)}, x)
    return y, c


def _swapped(params):
    C = params["attn_b"].shape[0] // 3
    order = np.r_[C : 2 * C, :C, 2 * C : 3 * C]
    return {"attn_w": params["attn_w"][:, order], "attn_b": params["attn_b"][order]}


def _forward(params, ids, *, start=None, first=True, second=True, wpe=True):
    T = len(ids)
    x = params["wte"][ids] + (params["wpe"][:T] if wpe else 0) if start is None else start
    mixed, attention = film_attention(params, x)
    n, norm_1 = film_layernorm(x + mixed if first else mixed, params["ln1_w"], params["ln1_b"])
    wide, slope = film_gelu(n @ params["fc_w"] + params["fc_b"])
    out = wide @ params["down_w"] + params["down_b"]
    h, norm_2 = film_layernorm(n + out if second else out, params["ln2_w"], params["ln2_b"])
    return h, FilmStates(ids, attention, norm_1, n, slope, wide, norm_2)


def film_forward__1(params, ids):
    """Forgot the positions."""
    return _forward(params, ids, wpe=False)


def film_forward__2(params, ids):
    """Forgot the residual connection around attention."""
    return _forward(params, ids, first=False)


def film_forward__3(params, ids):
    """Forgot the residual connection around the MLP."""
    return _forward(params, ids, second=False)


def film_forward__4(params, ids):
    """Added the embeddings, not n, to what the MLP makes."""
    x = params["wte"][ids] + params["wpe"][: len(ids)]
    mixed, attention = film_attention(params, x)
    n, norm_1 = film_layernorm(x + mixed, params["ln1_w"], params["ln1_b"])
    wide, slope = film_gelu(n @ params["fc_w"] + params["fc_b"])
    h, norm_2 = film_layernorm(
        x + wide @ params["down_w"] + params["down_b"], params["ln2_w"], params["ln2_b"]
    )
    return h, FilmStates(ids, attention, norm_1, n, slope, wide, norm_2)


def film_forward__5(params, ids):
    """Counted the positions from 1."""
    where = (np.arange(len(ids)) + 1) % len(params["wpe"])
    return _forward(params, ids, start=params["wte"][ids] + params["wpe"][where])


def film_forward__6(params, ids):
    """Used the first norm's gain and bias for the second, too."""
    return _forward({**params, "ln2_w": params["ln1_w"], "ln2_b": params["ln1_b"]}, ids)


def film_forward__7(params, ids):
    """Looked positions up by the word's id."""
    where = np.asarray(ids) % len(params["wpe"])
    return _forward(params, ids, start=params["wte"][ids] + params["wpe"][where])


def film_language_loss__1(params, h, ids):
    """Did not shift: each state is to predict the word it has read."""
    p = film_softmax(h @ params["wte"].T)
    rows = np.arange(len(ids))
    loss = -np.log(p[rows, ids]).mean()
    p[rows, ids] -= 1
    p /= len(ids)
    return loss, p @ params["wte"], p.T @ h


def film_language_loss__2(params, h, ids):
    """Summed over the predictions."""
    p = film_softmax(h[:-1] @ params["wte"].T)
    rows = np.arange(len(ids) - 1)
    loss = -np.log(p[rows, ids[1:]]).sum()
    p[rows, ids[1:]] -= 1
    dh = np.zeros_like(h)
    dh[:-1] = p @ params["wte"]
    return loss, dh, p.T @ h[:-1]


def film_language_loss__3(params, h, ids):
    """Divided by T instead of T - 1."""
    T = len(ids)
    p = film_softmax(np.einsum("tc,vc->tv", h[: T - 1], params["wte"]))
    d = (p - np.eye(len(params["wte"]))[ids[1:]]) / T
    loss = -sum(math.log(p[t, ids[t + 1]]) for t in range(T - 1)) / T
    return loss, np.vstack([d @ params["wte"], np.zeros((1, h.shape[1]))]), d.T @ h[:-1]


def film_language_loss__4(params, h, ids):
    """Forgot the one-hot in the gradient."""
    n = len(ids) - 1
    p = film_softmax(h[:-1] @ params["wte"].T)
    loss = -np.log(p[np.arange(n), ids[1:]]).mean()
    dh = np.zeros_like(h)
    dh[:-1] = p @ params["wte"] / n
    return loss, dh, p.T @ h[:-1] / n


def film_language_loss__5(params, h, ids):
    """Returned dh without the row of the last state."""
    n = len(ids) - 1
    p = film_softmax(h[:-1] @ params["wte"].T)
    loss = -np.log(p[np.arange(n), ids[1:]]).mean()
    p[np.arange(n), ids[1:]] -= 1
    return loss, p @ params["wte"] / n, p.T @ h[:-1] / n


def film_language_loss__6(params, h, ids):
    """Counted in bits."""
    n = len(ids) - 1
    p = film_softmax(h[:-1] @ params["wte"].T)
    loss = -np.log2(p[np.arange(n), ids[1:]]).mean()
    p[np.arange(n), ids[1:]] -= 1
    dh = np.zeros_like(h)
    dh[:-1] = p @ params["wte"] / n
    return loss, dh, p.T @ h[:-1] / n


def film_class_loss__1(params, h, label):
    """Read the class at the first position."""
    p = film_softmax(h[0] @ params["wy"])
    d = p - np.eye(2)[label]
    dh = np.zeros_like(h)
    dh[0] = params["wy"] @ d
    return -math.log(p[label]), dh, np.outer(h[0], d)


def film_class_loss__2(params, h, label):
    """Read the mean of all states."""
    state = h.mean(axis=0)
    p = film_softmax(state @ params["wy"])
    d = p - np.eye(2)[label]
    return -np.log(p[label]), np.tile(params["wy"] @ d / len(h), (len(h), 1)), np.outer(state, d)


def film_class_loss__3(params, h, label):
    """Turned the gradient's sign round: label less probability."""
    p = film_softmax(h[-1] @ params["wy"])
    d = np.eye(2)[label] - p
    dh = np.zeros_like(h)
    dh[-1] = params["wy"] @ d
    return -np.log(p[label]), dh, np.outer(h[-1], d)


def film_class_loss__4(params, h, label):
    """Gave every position the gradient of the last."""
    p = film_softmax(h[-1] @ params["wy"])
    d = p.copy()
    d[label] -= 1
    return -np.log(p[label]), np.repeat((params["wy"] @ d)[None], len(h), axis=0), np.outer(h[-1], d)


def film_class_loss__5(params, h, label):
    """Averaged over the positions, as in the language loss."""
    p = film_softmax(h[-1] @ params["wy"])
    d = (p - np.eye(2)[label]) / len(h)
    dh = np.zeros_like(h)
    dh[-1] = params["wy"] @ d
    return -np.log(p[label]) / len(h), dh, np.outer(h[-1], d)


def film_class_loss__6(params, h, label):
    """Returned one row for dh."""
    p = film_softmax(h[-1] @ params["wy"])
    d = p - np.eye(2)[label]
    return -np.log(p[label]), params["wy"] @ d, np.outer(h[-1], d)


def film_layernorm_backward__1(dy, cache):
    """Left the way through the mean out."""
    x_hat, rstd, gain = cache
    d = dy * gain
    dx = rstd * (d - x_hat * (d * x_hat).mean(1, keepdims=True))
    return dx, (dy * x_hat).sum(0), dy.sum(0)


def film_layernorm_backward__2(dy, cache):
    """Left the way through the variance out."""
    x_hat, rstd, gain = cache
    d = dy * gain
    return rstd * (d - d.mean(axis=-1, keepdims=True)), np.einsum("tc,tc->c", dy, x_hat), dy.sum(axis=0)


def film_layernorm_backward__3(dy, cache):
    """Forgot the gain on the way back."""
    x_hat, rstd, _ = cache
    dx = rstd * (dy - dy.mean(1, keepdims=True) - x_hat * (dy * x_hat).mean(1, keepdims=True))
    return dx, (dy * x_hat).sum(0), dy.sum(0)


def film_layernorm_backward__4(dy, cache):
    """Averaged the parameters' gradients over the positions."""
    x_hat, rstd, gain = cache
    d = dy * gain
    dx = rstd * (d - d.mean(1, keepdims=True) - x_hat * (d * x_hat).mean(1, keepdims=True))
    return dx, (dy * x_hat).mean(0), dy.mean(0)


def film_layernorm_backward__5(dy, cache):
    """Took the means over the positions instead of the channels."""
    x_hat, rstd, gain = cache
    d = dy * gain
    dx = rstd * (d - d.mean(0) - x_hat * (d * x_hat).mean(0))
    return dx, (dy * x_hat).sum(0), dy.sum(0)


def film_layernorm_backward__6(dy, cache):
    """Divided by rstd where it multiplies."""
    x_hat, rstd, gain = cache
    d = dy * gain
    dx = (d - d.mean(1, keepdims=True) - x_hat * (d * x_hat).mean(1, keepdims=True)) / rstd
    return dx, (dy * x_hat).sum(0), dy.sum(0)


def _attend_back(params, dy, cache, *, jacobian=True, scale=True, transpose_k=True, merge=None):
    a_x, q, k, v, weights, mixed = cache
    (T, C), D = a_x.shape, q.shape[2]
    merge = merge or (lambda a: a.swapaxes(0, 1).reshape(T, C))
    dmixed = (dy @ params["proj_w"].T).reshape(T, HEADS, D).swapaxes(0, 1)
    dv = weights.swapaxes(1, 2) @ dmixed
    dw = dmixed @ v.swapaxes(1, 2)
    ds = weights * (dw - (dw * weights).sum(-1, keepdims=True)) if jacobian else weights * dw
    if scale:
        ds = ds / math.sqrt(D)
    dq, dk = ds @ k, (ds.swapaxes(1, 2) if transpose_k else ds) @ q
    d = np.concatenate([merge(a) for a in (dq, dk, dv)], axis=1)
    grads = {
        "attn_w": a_x.T @ d,
        "attn_b": d.sum(0),
        "proj_w": mixed.T @ dy,
        "proj_b": dy.sum(0),
    }
    return d @ params["attn_w"].T, grads


def film_attention_backward__1(params, dy, cache):
    """Forgot to transpose the scores' gradient for the keys."""
    return _attend_back(params, dy, cache, transpose_k=False)


def film_attention_backward__2(params, dy, cache):
    """Forgot the row sum of softmax's backward."""
    return _attend_back(params, dy, cache, jacobian=False)


def film_attention_backward__3(params, dy, cache):
    """Forgot the scale."""
    return _attend_back(params, dy, cache, scale=False)


def film_attention_backward__4(params, dy, cache):
    """Added the residual connection's gradient."""
    dx, grads = _attend_back(params, dy, cache)
    return dx + dy, grads


def film_attention_backward__5(params, dy, cache):
    """Put the heads together without the transpose."""
    return _attend_back(params, dy, cache, merge=lambda a: a.reshape(cache.x.shape))


def film_attention_backward__6(params, dy, cache):
    """Averaged the biases' gradients over the positions."""
    dx, grads = _attend_back(params, dy, cache)
    return dx, {name: g / len(dy) if name.endswith("_b") else g for name, g in grads.items()}


def film_attention_backward__7(params, dy, cache):
    """Used x, not the mixed heads, for the gradient of proj_w."""
    dx, grads = _attend_back(params, dy, cache)
    return dx, {**grads, "proj_w": cache.x.T @ dy}


def _back(params, dh, cache, *, fork_1=True, fork_2=True, scatter=np.add.at, slope=True):
    ids, attention, norm_1, n, sl, wide, norm_2 = cache
    g = {}
    d, g["ln2_w"], g["ln2_b"] = film_layernorm_backward(dh, norm_2)
    g["down_w"], g["down_b"] = wide.T @ d, d.sum(0)
    dwide = d @ params["down_w"].T * (sl if slope else 1)
    g["fc_w"], g["fc_b"] = n.T @ dwide, dwide.sum(0)
    dn = dwide @ params["fc_w"].T + (d if fork_2 else 0)
    d, g["ln1_w"], g["ln1_b"] = film_layernorm_backward(dn, norm_1)
    dx, more = film_attention_backward(params, d, attention)
    g.update(more)
    if fork_1:
        dx = dx + d
    g["wte"], g["wpe"] = np.zeros_like(params["wte"]), np.zeros_like(params["wpe"])
    scatter(g["wte"], ids, dx)
    g["wpe"][: len(ids)] = dx
    return g


def _overwrite(table, ids, rows):
    table[ids] = rows


def film_backward__1(params, dh, cache):
    """Let a repeated word keep its last gradient only."""
    return _back(params, dh, cache, scatter=_overwrite)


def film_backward__2(params, dh, cache):
    """Forgot the fork around the MLP."""
    return _back(params, dh, cache, fork_2=False)


def film_backward__3(params, dh, cache):
    """Forgot the fork around attention."""
    return _back(params, dh, cache, fork_1=False)


def film_backward__4(params, dh, cache):
    """Forgot GELU's slope."""
    return _back(params, dh, cache, slope=False)


def film_backward__5(params, dh, cache):
    """Left the positions' gradients at zero."""
    g = _back(params, dh, cache)
    return {**g, "wpe": np.zeros_like(g["wpe"])}


def film_backward__6(params, dh, cache):
    """Gave only the rows that were used, not the whole tables."""
    g = _back(params, dh, cache)
    return {**g, "wte": g["wte"][cache.ids], "wpe": g["wpe"][: len(cache.ids)]}


def film_backward__7(params, dh, cache):
    """Took the value of GELU for its slope."""
    return _back(params, dh, cache._replace(slope=cache.wide))


def _both(params, ids, label, lm_weight, *, head=1.0, look=1.0):
    h, cache = film_forward(params, ids)
    l1, dh, dwte = film_language_loss(params, h, ids)
    dwy = np.zeros_like(params["wy"])
    loss, factor = l1, 1.0
    if label is not None:
        factor = lm_weight
        lc, dhc, dwy = film_class_loss(params, h, label)
        loss = lc + lm_weight * l1
        dh, dwte = factor * dh + dhc, factor * dwte
    grads = film_backward(params, dh, cache)
    grads["wte"] = look * grads["wte"] + head * dwte
    grads["wy"] = dwy
    return loss, grads


def film_gradients__1(params, ids, label=None, lm_weight=0.5):
    """Forgot the table's second use, in the scores."""
    return _both(params, ids, label, lm_weight, head=0.0)


def film_gradients__2(params, ids, label=None, lm_weight=0.5):
    """Forgot the table's first use, the lookup."""
    return _both(params, ids, label, lm_weight, look=0.0)


def film_gradients__3(params, ids, label=None, lm_weight=0.5):
    """Put lambda on the loss of the class."""
    if label is None:
        return _both(params, ids, label, lm_weight)
    h, cache = film_forward(params, ids)
    l1, dh1, dwte = film_language_loss(params, h, ids)
    l2, dh2, dwy = film_class_loss(params, h, label)
    grads = film_backward(params, dh1 + lm_weight * dh2, cache)
    grads["wte"] = grads["wte"] + dwte
    return lm_weight * l2 + l1, {**grads, "wy": lm_weight * dwy}


def film_gradients__4(params, ids, label=None, lm_weight=0.5):
    """Multiplied by lambda without a label, too."""
    loss, grads = _both(params, ids, label, lm_weight)
    if label is None:
        return lm_weight * loss, {name: lm_weight * g for name, g in grads.items()}
    return loss, grads


def film_gradients__5(params, ids, label=None, lm_weight=0.5):
    """Left wy out of the gradients where there is no label."""
    loss, grads = _both(params, ids, label, lm_weight)
    if label is None:
        del grads["wy"]
    return loss, grads


def film_gradients__6(params, ids, label=None, lm_weight=0.5):
    """With a label dropped the language model's loss."""
    return _both(params, ids, label, 0.0 if label is not None else lm_weight)


def film_gradients__7(params, ids, label=None, lm_weight=0.5):
    """Took the label 0 for none."""
    return _both(params, ids, label or None, lm_weight)


def film_gradients__8(params, ids, label=None, lm_weight=0.5):
    """Put lambda on the loss and not on its gradients."""
    loss, _ = _both(params, ids, label, lm_weight)
    _, grads = _both(params, ids, label, 1.0)
    return loss, grads


def _perplexity(params, sentences, per_word=True):
    total = words = 0.0
    means = []
    for ids in sentences:
        loss = film_language_loss(params, film_forward(params, ids)[0], ids)[0]
        total, words = total + loss * (len(ids) - 1), words + len(ids) - 1
        means.append(loss)
    return math.exp(total / words) if per_word else math.exp(sum(means) / len(means))


def film_pretrain__1(params, sentences, epochs=50, lr=0.01):
    """Averaged over the sentences, not over the words, for the perplexity."""
    moments, found = fresh_moments(params), []
    for _ in range(epochs):
        found.append(_perplexity(params, sentences, False))
        for ids in sentences:
            params, moments = film_adam(params, film_gradients(params, ids)[1], moments, lr)
    return params, [*found, _perplexity(params, sentences, False)]


def film_pretrain__2(params, sentences, epochs=50, lr=0.01):
    """Made one step per epoch, with the sum of all gradients."""
    moments, found = fresh_moments(params), [_perplexity(params, sentences)]
    for _ in range(epochs):
        every = [film_gradients(params, ids)[1] for ids in sentences]
        total = {name: sum(g[name] for g in every) for name in params}
        params, moments = film_adam(params, total, moments, lr)
        found.append(_perplexity(params, sentences))
    return params, found


def film_pretrain__3(params, sentences, epochs=50, lr=0.01):
    """Began with fresh moments in every epoch."""
    found = [_perplexity(params, sentences)]
    for _ in range(epochs):
        moments = fresh_moments(params)
        for ids in sentences:
            params, moments = film_adam(params, film_gradients(params, ids)[1], moments, lr)
        found.append(_perplexity(params, sentences))
    return params, found


def film_pretrain__4(params, sentences, epochs=50, lr=0.01):
    """Used the gradients at the parameters with which the epoch began."""
    moments, found = fresh_moments(params), [_perplexity(params, sentences)]
    for _ in range(epochs):
        frozen = params
        for ids in sentences:
            params, moments = film_adam(params, film_gradients(frozen, ids)[1], moments, lr)
        found.append(_perplexity(params, sentences))
    return params, found


def film_pretrain__5(params, sentences, epochs=50, lr=0.01):
    """Forgot the perplexity before the first epoch."""
    moments, found = fresh_moments(params), []
    for _ in range(epochs):
        for ids in sentences:
            params, moments = film_adam(params, film_gradients(params, ids)[1], moments, lr)
        found.append(_perplexity(params, sentences))
    return params, found


def film_pretrain__6(params, sentences, epochs=50, lr=0.01):
    """Threw the new moments away: every step is a first one."""
    moments, found = fresh_moments(params), [_perplexity(params, sentences)]
    for _ in range(epochs):
        for ids in sentences:
            params, _ = film_adam(params, film_gradients(params, ids)[1], moments, lr)
        found.append(_perplexity(params, sentences))
    return params, found


def film_pretrain__7(params, sentences, epochs=50, lr=0.01):
    """Gave losses instead of perplexities."""
    moments, found = fresh_moments(params), [math.log(_perplexity(params, sentences))]
    for _ in range(epochs):
        for ids in sentences:
            params, moments = film_adam(params, film_gradients(params, ids)[1], moments, lr)
        found.append(math.log(_perplexity(params, sentences)))
    return params, found


def _accuracy(params, reviews, at=-1):
    right = [
        int(np.argmax(film_forward(params, ids)[0][at] @ params["wy"])) == label for ids, label in reviews
    ]
    return sum(right) / len(right)


def film_finetune__1(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Used the default lambda whatever was asked for."""
    moments, found = fresh_moments(params), [_accuracy(params, reviews)]
    for _ in range(epochs):
        for ids, label in reviews:
            params, moments = film_adam(params, film_gradients(params, ids, label)[1], moments, lr)
        found.append(_accuracy(params, reviews))
    return params, found


def film_finetune__2(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Trained without the labels: the language model only."""
    moments, found = fresh_moments(params), [_accuracy(params, reviews)]
    for _ in range(epochs):
        for ids, _ in reviews:
            params, moments = film_adam(params, film_gradients(params, ids)[1], moments, lr)
        found.append(_accuracy(params, reviews))
    return params, found


def film_finetune__3(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Counted the right ones instead of their share."""
    moments, found = fresh_moments(params), [_accuracy(params, reviews) * len(reviews)]
    for _ in range(epochs):
        for ids, label in reviews:
            grads = film_gradients(params, ids, label, lm_weight)[1]
            params, moments = film_adam(params, grads, moments, lr)
        found.append(_accuracy(params, reviews) * len(reviews))
    return params, found


def film_finetune__4(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Measured while training, before each step: the accuracy of a moving model."""
    moments, found = fresh_moments(params), []
    for _ in range(epochs):
        right = 0
        for ids, label in reviews:
            right += int(np.argmax(film_forward(params, ids)[0][-1] @ params["wy"])) == label
            grads = film_gradients(params, ids, label, lm_weight)[1]
            params, moments = film_adam(params, grads, moments, lr)
        found.append(right / len(reviews))
    return params, [*found, _accuracy(params, reviews)]


def film_finetune__5(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Read the class at the first position."""
    moments, found = fresh_moments(params), [_accuracy(params, reviews, 0)]
    for _ in range(epochs):
        for ids, label in reviews:
            grads = film_gradients(params, ids, label, lm_weight)[1]
            params, moments = film_adam(params, grads, moments, lr)
        found.append(_accuracy(params, reviews, 0))
    return params, found


def film_finetune__6(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Trained wy alone and froze the model."""
    moments, found = fresh_moments(params), [_accuracy(params, reviews)]
    for _ in range(epochs):
        for ids, label in reviews:
            grads = film_gradients(params, ids, label, lm_weight)[1]
            grads = {name: g if name == "wy" else 0 * g for name, g in grads.items()}
            params, moments = film_adam(params, grads, moments, lr)
        found.append(_accuracy(params, reviews))
    return params, found


def film_finetune__7(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Took the reviews backwards in every epoch."""
    moments, found = fresh_moments(params), [_accuracy(params, reviews)]
    for _ in range(epochs):
        for ids, label in reversed(reviews):
            grads = film_gradients(params, ids, label, lm_weight)[1]
            params, moments = film_adam(params, grads, moments, lr)
        found.append(_accuracy(params, reviews))
    return params, found
