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


def film_softmax__loops(x):
    """Row by row."""
    out = np.empty_like(x)
    for place in np.ndindex(*x.shape[:-1]):
        e = [math.exp(v - max(x[place])) for v in x[place]]
        out[place] = [v / sum(e) for v in e]
    return out


def film_softmax__other(x):
    """exp of the log-softmax."""
    top = x.max(-1, keepdims=True)
    return np.exp(x - top - np.log(np.exp(x - top).sum(-1, keepdims=True)))


def film_softmax__float32(x):
    """In float32."""
    e = np.exp((x - x.max(axis=-1, keepdims=True)).astype(np.float32))
    return e / e.sum(axis=-1, keepdims=True)


def film_gelu__loops(x):
    """Number by number."""
    y, slope, c = np.empty_like(x), np.empty_like(x), math.sqrt(2 / math.pi)
    for i in np.ndindex(*x.shape):
        t = math.tanh(c * (x[i] + 0.044715 * x[i] ** 3))
        y[i] = x[i] / 2 * (1 + t)
        slope[i] = (1 + t) / 2 + x[i] / 2 * (1 - t * t) * c * (1 + 0.134145 * x[i] ** 2)
    return y, slope


def film_gelu__other(x):
    """As x times a sigmoid of 2u."""
    c = np.sqrt(8 / np.pi)
    s = 1 / (1 + np.exp(-np.clip(c * x * (1 + 0.044715 * x * x), -700, 700)))
    return x * s, s + x * s * (1 - s) * c * (1 + 3 * 0.044715 * x * x)


def film_gelu__float32(x):
    """In float32."""
    x = x.astype(np.float32)
    c = np.float32(math.sqrt(2 / math.pi))
    t = np.tanh(c * (x + np.float32(0.044715) * x**3))
    half = np.float32(0.5)
    return half * x * (1 + t), half * (1 + t + x * (1 - t * t) * c * (1 + np.float32(0.134145) * x * x))


def film_layernorm__loops(x, gain, bias):
    """Row by row."""
    x_hat, rstd = np.empty_like(x), np.empty((len(x), 1))
    for t, row in enumerate(x):
        mean = sum(row) / len(row)
        rstd[t, 0] = (sum((v - mean) ** 2 for v in row) / len(row) + 1e-5) ** -0.5
        x_hat[t] = [(v - mean) * rstd[t, 0] for v in row]
    return x_hat * gain + bias, FilmNorm(x_hat, rstd, gain)


def film_layernorm__other(x, gain, bias):
    """NumPy's own variance."""
    rstd = (x.var(axis=1, keepdims=True) + 1e-5) ** -0.5
    x_hat = np.multiply(x - x.mean(axis=1)[:, None], rstd)
    return np.einsum("tc,c->tc", x_hat, gain) + bias, FilmNorm(x_hat, rstd, gain)


def film_layernorm__float32(x, gain, bias):
    """In float32."""
    x, w, b = (a.astype(np.float32) for a in (x, gain, bias))
    centred = x - x.mean(1, keepdims=True)
    rstd = 1 / np.sqrt((centred * centred).mean(1, keepdims=True) + np.float32(1e-5))
    return centred * rstd * w + b, FilmNorm(centred * rstd, rstd, w)


def film_mask__loops(T):
    """A comprehension."""
    return np.array([[j <= i for j in range(T)] for i in range(T)])


def film_mask__other(T):
    """By the places."""
    i = np.arange(T)
    return i[:, None] >= i


def film_mask__float32(T):
    """The lower triangle."""
    return np.tril(np.ones((T, T))) == 1


def film_attention__loops(params, x):
    """Head by head, query by query."""
    T, C = x.shape
    D = C // HEADS
    packed = x @ params["attn_w"] + params["attn_b"]
    q, k, v = (
        np.stack([packed[:, p * C + h * D : p * C + (h + 1) * D] for h in range(HEADS)]) for p in range(3)
    )
    weights, mixed = np.zeros((HEADS, T, T)), np.zeros((T, C))
    for h in range(HEADS):
        for t in range(T):
            scores = np.array([q[h, t] @ k[h, s] for s in range(t + 1)]) / math.sqrt(D)
            weights[h, t, : t + 1] = film_softmax(scores)
            mixed[t, h * D : (h + 1) * D] = weights[h, t, : t + 1] @ v[h, : t + 1]
    return mixed @ params["proj_w"] + params["proj_b"], FilmAttention(x, q, k, v, weights, mixed)


def film_attention__other(params, x):
    """einsum."""
    T, C = x.shape
    packed = (x @ params["attn_w"] + params["attn_b"]).reshape(T, 3, HEADS, C // HEADS)
    q, k, v = (np.ascontiguousarray(packed[:, i].swapaxes(0, 1)) for i in range(3))
    scores = np.einsum("htd,hsd->hts", q, k) * (C // HEADS) ** -0.5
    weights = film_softmax(np.where(film_mask(T), scores, -np.inf))
    mixed = np.einsum("hts,hsd->thd", weights, v).reshape(T, C)
    return mixed @ params["proj_w"] + params["proj_b"], FilmAttention(x, q, k, v, weights, mixed)


def film_attention__float32(params, x):
    """In float32, with a finite mask."""
    p = {name: params[name].astype(np.float32) for name in ("attn_w", "attn_b", "proj_w", "proj_b")}
    x = x.astype(np.float32)
    T, C = x.shape
    q, k, v = (
        part.reshape(T, HEADS, C // HEADS).transpose(1, 0, 2)
        for part in np.split(x @ p["attn_w"] + p["attn_b"], 3, axis=1)
    )
    scores = q @ k.transpose(0, 2, 1) / np.float32(math.sqrt(C // HEADS))
    e = np.exp(scores - scores.max(-1, keepdims=True)) * film_mask(T)
    weights = (e / e.sum(-1, keepdims=True)).astype(np.float32)
    mixed = (weights @ v).transpose(1, 0, 2).reshape(T, C)
    return mixed @ p["proj_w"] + p["proj_b"], FilmAttention(x, q, k, v, weights, mixed)


def film_forward__loops(params, ids):
    """The embeddings word by word."""
    x = np.array([params["wte"][word] + params["wpe"][t] for t, word in enumerate(ids)])
    mixed, attention = film_attention(params, x)
    n, norm_1 = film_layernorm(x + mixed, params["ln1_w"], params["ln1_b"])
    wide, slope = film_gelu(n @ params["fc_w"] + params["fc_b"])
    h, norm_2 = film_layernorm(
        n + (wide @ params["down_w"] + params["down_b"]), params["ln2_w"], params["ln2_b"]
    )
    return h, FilmStates(ids, attention, norm_1, n, slope, wide, norm_2)


def film_forward__other(params, ids):
    """One-hot products."""
    g = params.__getitem__
    x = np.eye(len(g("wte")))[ids] @ g("wte") + g("wpe")[np.arange(len(ids))]
    y, attention = film_attention(params, x)
    n, norm_1 = film_layernorm(np.add(x, y), g("ln1_w"), g("ln1_b"))
    wide, slope = film_gelu(np.einsum("tc,cf->tf", n, g("fc_w")) + g("fc_b"))
    down = np.einsum("tf,fc->tc", wide, g("down_w")) + g("down_b")
    h, norm_2 = film_layernorm(np.add(n, down), g("ln2_w"), g("ln2_b"))
    return h, FilmStates(ids, attention, norm_1, n, slope, wide, norm_2)


def film_forward__float32(params, ids):
    """In float32."""
    p = {name: a.astype(np.float32) for name, a in params.items()}
    x = p["wte"][ids] + p["wpe"][: len(ids)]
    y, attention = film_attention(p, x)
    n, norm_1 = film_layernorm(x + y, p["ln1_w"], p["ln1_b"])
    wide, slope = film_gelu(n @ p["fc_w"] + p["fc_b"])
    h, norm_2 = film_layernorm(n + wide @ p["down_w"] + p["down_b"], p["ln2_w"], p["ln2_b"])
    return h, FilmStates(ids, attention, norm_1, n, slope, wide, norm_2)


def film_language_loss__loops(params, h, ids):
    """Prediction by prediction."""
    n, loss = len(ids) - 1, 0.0
    dh, dwte = np.zeros_like(h), np.zeros_like(params["wte"])
    for t in range(n):
        p = film_softmax(params["wte"] @ h[t])
        loss -= math.log(p[ids[t + 1]]) / n
        p[ids[t + 1]] -= 1
        dh[t] = p @ params["wte"] / n
        dwte += np.outer(p, h[t]) / n
    return loss, dh, dwte


def film_language_loss__other(params, h, ids):
    """All T states, the last with the weight 0."""
    wte = params["wte"]
    scores = h @ wte.T
    logp = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    target = np.eye(len(wte))[np.append(ids[1:], 0)]
    weight = np.append(np.full(len(ids) - 1, 1 / (len(ids) - 1)), 0)[:, None]
    d = (np.exp(logp) - target) * weight
    return -(weight * target * logp).sum(), d @ wte, d.T @ h


def film_language_loss__float32(params, h, ids):
    """In float32."""
    wte, states = params["wte"].astype(np.float32), h[:-1].astype(np.float32)
    p = film_softmax(states @ wte.T)
    rows = np.arange(len(ids) - 1)
    loss = -np.log(p[rows, ids[1:]]).mean()
    p[rows, ids[1:]] -= 1
    p /= np.float32(len(rows))
    return loss, np.concatenate([p @ wte, np.zeros((1, h.shape[1]), np.float32)]), p.T @ states


def film_class_loss__loops(params, h, label):
    """Score by score."""
    scores = [sum(h[-1, c] * params["wy"][c, k] for c in range(h.shape[1])) for k in range(2)]
    log_total = np.logaddexp(*scores)
    d = [math.exp(s - log_total) - (k == label) for k, s in enumerate(scores)]
    dh, dwy = np.zeros_like(h), np.zeros_like(params["wy"])
    for k in range(2):
        dh[-1] += d[k] * params["wy"][:, k]
        dwy[:, k] = d[k] * h[-1]
    return log_total - scores[label], dh, dwy


def film_class_loss__other(params, h, label):
    """By the sigmoid of the difference of the scores."""
    difference = h[-1] @ (params["wy"][:, label] - params["wy"][:, 1 - label])
    wrong = 1 / (1 + np.exp(difference))
    d = np.full(2, wrong)
    d[label] = -wrong
    dh = np.concatenate([np.zeros_like(h[:-1]), (params["wy"] @ d)[None]])
    return np.log1p(np.exp(-difference)), dh, h[-1][:, None] * d


def film_class_loss__float32(params, h, label):
    """In float32."""
    wy, state = params["wy"].astype(np.float32), h[-1].astype(np.float32)
    p = film_softmax(state @ wy)
    loss = -np.log(p[label])
    p[label] -= 1
    dh = np.zeros(h.shape, np.float32)
    dh[-1] = wy @ p
    return loss, dh, np.outer(state, p)


def film_layernorm_backward__loops(dy, cache):
    """Row by row."""
    x_hat, rstd, gain = cache
    dx = np.empty_like(dy)
    for t in range(len(dy)):
        d = dy[t] * gain
        dx[t] = rstd[t] * (d - sum(d) / len(d) - x_hat[t] * (d @ x_hat[t]) / len(d))
    return dx, sum(dy[t] * x_hat[t] for t in range(len(dy))), sum(dy)


def film_layernorm_backward__other(dy, cache):
    """The Jacobian of each row as a matrix."""
    x_hat, rstd, gain = cache
    C = dy.shape[1]
    jacobian = np.eye(C) - 1 / C - x_hat[:, :, None] * x_hat[:, None, :] / C
    dx = np.einsum("tc,tcd->td", dy * gain, jacobian) * rstd
    return dx, np.einsum("tc,tc->c", dy, x_hat), np.einsum("tc->c", dy)


def film_layernorm_backward__float32(dy, cache):
    """In float32."""
    x_hat, rstd, gain = (a.astype(np.float32) for a in cache)
    up = dy.astype(np.float32)
    d = up * gain
    dx = rstd * (d - d.mean(1, keepdims=True) - x_hat * (d * x_hat).mean(1, keepdims=True))
    return dx, (up * x_hat).sum(0), up.sum(0)


def film_attention_backward__loops(params, dy, cache):
    """Head by head, query by query."""
    x, q, k, v, weights, mixed = cache
    (T, C), D = x.shape, q.shape[2]
    dmixed = dy @ params["proj_w"].T
    d = np.zeros((T, 3 * C))
    for h in range(HEADS):
        here = slice(h * D, (h + 1) * D)
        dq, dk, dv = (d[:, i * C + h * D : i * C + (h + 1) * D] for i in range(3))
        for t in range(T):
            dw = v[h] @ dmixed[t, here]
            ds = weights[h, t] * (dw - weights[h, t] @ dw) / math.sqrt(D)
            dq[t] += ds @ k[h]
            for s in range(T):
                dk[s] += ds[s] * q[h, t]
                dv[s] += weights[h, t, s] * dmixed[t, here]
    grads = {"attn_w": x.T @ d, "attn_b": d.sum(0), "proj_w": mixed.T @ dy, "proj_b": dy.sum(0)}
    return d @ params["attn_w"].T, grads


def film_attention_backward__other(params, dy, cache):
    """einsum, and the row sum as dy . y."""
    x, q, k, v, weights, mixed = cache
    (T, C), D = x.shape, q.shape[2]
    up = (dy @ params["proj_w"].T).reshape(T, HEADS, D)
    shares = np.einsum("thd,thd->ht", up, mixed.reshape(T, HEADS, D))
    ds = weights * (np.einsum("thd,hsd->hts", up, v) - shares[:, :, None]) * D**-0.5
    parts = (
        np.einsum("hts,hsd->thd", ds, k),
        np.einsum("hts,htd->shd", ds, q),
        np.einsum("hts,thd->shd", weights, up),
    )
    d = np.stack(parts, axis=1).reshape(T, 3 * C)
    return d @ params["attn_w"].T, {
        "proj_b": dy.sum(axis=0),
        "proj_w": np.einsum("ti,to->io", mixed, dy),
        "attn_b": d.sum(axis=0),
        "attn_w": np.einsum("ti,to->io", x, d),
    }


def film_attention_backward__float32(params, dy, cache):
    """In float32."""
    x, q, k, v, weights, mixed = (a.astype(np.float32) for a in cache)
    attn_w, proj_w, up = (a.astype(np.float32) for a in (params["attn_w"], params["proj_w"], dy))
    (T, C), D = x.shape, q.shape[2]
    dmixed = (up @ proj_w.T).reshape(T, HEADS, D).swapaxes(0, 1)
    dw = dmixed @ v.swapaxes(1, 2)
    ds = weights * (dw - (dw * weights).sum(-1, keepdims=True)) / np.float32(math.sqrt(D))
    heads = (ds @ k, ds.swapaxes(1, 2) @ q, weights.swapaxes(1, 2) @ dmixed)
    d = np.concatenate([a.swapaxes(0, 1).reshape(T, C) for a in heads], axis=1)
    return d @ attn_w.T, {
        "attn_w": x.T @ d,
        "attn_b": d.sum(0),
        "proj_w": mixed.T @ up,
        "proj_b": up.sum(0),
    }


def _back(params, dh, cache, scatter):
    ids, attention, norm_1, n, slope, wide, norm_2 = cache
    g = {}
    dsum, g["ln2_w"], g["ln2_b"] = film_layernorm_backward(dh, norm_2)
    g["down_w"], g["down_b"] = wide.T @ dsum, dsum.sum(axis=0)
    dup = (dsum @ params["down_w"].T) * slope
    g["fc_w"], g["fc_b"] = n.T @ dup, dup.sum(axis=0)
    dsum, g["ln1_w"], g["ln1_b"] = film_layernorm_backward(dsum + dup @ params["fc_w"].T, norm_1)
    dx, more = film_attention_backward(params, dsum, attention)
    dx = dx + dsum
    wte, wpe = scatter(dx, ids)
    return {**g, **more, "wte": wte, "wpe": wpe}


def film_backward__loops(params, dh, cache):
    """The tables word by word."""

    def scatter(dx, ids):
        wte, wpe = np.zeros_like(params["wte"]), np.zeros_like(params["wpe"])
        for t, word in enumerate(ids):
            wte[word] += dx[t]
            wpe[t] += dx[t]
        return wte, wpe

    return _back(params, dh, cache, scatter)


def film_backward__other(params, dh, cache):
    """The tables by one-hot products."""

    def scatter(dx, ids):
        words = np.eye(len(params["wte"]))[:, ids] @ dx
        return words, np.eye(len(params["wpe"]), len(dx)) @ dx

    return _back(params, dh, cache, scatter)


def film_backward__float32(params, dh, cache):
    """The results in float32."""

    def scatter(dx, ids):
        wte, wpe = np.zeros_like(params["wte"]), np.zeros_like(params["wpe"])
        np.add.at(wte, ids, dx)
        wpe[: len(ids)] = dx
        return wte, wpe

    return {name: g.astype(np.float32) for name, g in _back(params, dh, cache, scatter).items()}


def film_gradients__loops(params, ids, label=None, lm_weight=0.5):
    """Each loss on its own way back, then a sum."""
    h, cache = film_forward(params, ids)
    l1, dh, dwte = film_language_loss(params, h, ids)
    own = film_backward(params, dh, cache)
    own["wte"] = own["wte"] + dwte
    own["wy"] = np.zeros_like(params["wy"])
    if label is None:
        return l1, own
    l2, dh, dwy = film_class_loss(params, h, label)
    other = {**film_backward(params, dh, cache), "wy": dwy}
    return l2 + lm_weight * l1, {name: other[name] + lm_weight * own[name] for name in own}


def film_gradients__other(params, ids, label=None, lm_weight=0.5):
    """One way back for both."""
    h, cache = film_forward(params, ids)
    share = 1.0 if label is None else lm_weight
    loss, dh, dwte = (share * part for part in film_language_loss(params, h, ids))
    dwy = np.zeros_like(params["wy"])
    if label is not None:
        l2, more, dwy = film_class_loss(params, h, label)
        loss, dh = loss + l2, dh + more
    grads = film_backward(params, dh, cache)
    return loss, {**grads, "wte": grads["wte"] + dwte, "wy": dwy}


def film_gradients__float32(params, ids, label=None, lm_weight=0.5):
    """The results in float32."""
    loss, grads = film_gradients__other(params, ids, label, lm_weight)
    return np.float32(loss), {name: g.astype(np.float32) for name, g in grads.items()}


def film_pretrain__loops(params, sentences, epochs=50, lr=0.01):
    """Word by word for the perplexity."""
    moments, perplexities = fresh_moments(params), []
    for epoch in range(epochs + 1):
        losses = []
        for ids in sentences:
            h, _ = film_forward(params, ids)
            p = film_softmax(h @ params["wte"].T)
            losses += [-math.log(p[t, ids[t + 1]]) for t in range(len(ids) - 1)]
        perplexities.append(math.exp(sum(losses) / len(losses)))
        for ids in sentences if epoch < epochs else []:
            params, moments = film_adam(params, film_gradients(params, ids)[1], moments, lr)
    return params, perplexities


def _perplexity(params, sentences):
    words = np.array([len(ids) - 1 for ids in sentences])
    losses = [film_language_loss(params, film_forward(params, ids)[0], ids)[0] for ids in sentences]
    return float(np.exp(np.average(losses, weights=words)))


def film_pretrain__other(params, sentences, epochs=50, lr=0.01):
    """An average of the sentences' losses with their words as weights."""
    moments = fresh_moments(params)
    perplexities = [_perplexity(params, sentences)]
    for _ in range(epochs):
        for ids in sentences:
            _, grads = film_gradients(params, ids)
            params, moments = film_adam(params, grads, moments, lr)
        perplexities.append(_perplexity(params, sentences))
    return params, perplexities


def film_pretrain__float32(params, sentences, epochs=50, lr=0.01):
    """The perplexities in float32."""
    params, perplexities = film_pretrain__other(params, sentences, epochs, lr)
    return params, [np.float32(x) for x in perplexities]


def film_finetune__loops(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Review by review."""
    moments, accuracies = fresh_moments(params), []
    for epoch in range(epochs + 1):
        right = 0
        for ids, label in reviews:
            scores = film_forward(params, ids)[0][-1] @ params["wy"]
            right += (scores[1] > scores[0]) == (label == 1)
        accuracies.append(right / len(reviews))
        for ids, label in reviews if epoch < epochs else []:
            _, grads = film_gradients(params, ids, label, lm_weight)
            params, moments = film_adam(params, grads, moments, lr)
    return params, accuracies


def film_finetune__other(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """A generator of accuracies."""
    labels = np.array([label for _, label in reviews])

    def accuracy():
        last = np.stack([film_forward(params, ids)[0][-1] for ids, _ in reviews])
        return float(((last @ params["wy"]).argmax(axis=1) == labels).mean())

    moments, accuracies = fresh_moments(params), [accuracy()]
    for _ in range(epochs):
        for ids, label in reviews:
            grads = film_gradients(params, ids, label=label, lm_weight=lm_weight)[1]
            params, moments = film_adam(params, grads, moments, lr)
        accuracies.append(accuracy())
    return params, accuracies


def film_finetune__float32(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """The accuracies in float32."""
    params, accuracies = film_finetune__other(params, reviews, epochs, lr, lm_weight)
    return params, [np.float32(a) for a in accuracies]
