"""Answers written from the stub file alone, before the mistakes were catalogued."""

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
    """Takes e to the raw scores, without the largest of the row away, so that hundreds overflow."""
    with np.errstate(all="ignore"):
        e = np.exp(x)
        return e / e.sum(axis=-1, keepdims=True)


def film_softmax__2(x):
    """Subtracts the largest score of the whole array, so that a row far below it underflows to 0/0."""
    with np.errstate(all="ignore"):
        z = np.exp(x - np.max(x))
        return z / np.sum(z, axis=-1, keepdims=True)


def film_gelu__1(x):
    """The slope lacks the inner derivative of u: only 1 - tanh squared is there."""
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    t = np.tanh(u)
    return 0.5 * x * (1 + t), 0.5 * (1 + t) + 0.5 * x * (1 - t**2)


def film_gelu__2(x):
    """Forgets the 3 when the cube is differentiated."""
    c, a = (2 / np.pi) ** 0.5, 0.044715
    th = np.tanh(c * (x + a * np.power(x, 3)))
    y = x / 2 * (1 + th)
    du = c * (1 + a * x * x)
    return y, (1 + th) / 2 + x / 2 * (1 - th * th) * du


def film_layernorm__1(x, gain, bias):
    """Divides the sum of the squares by C - 1."""
    mu = np.mean(x, axis=1, keepdims=True)
    var = np.var(x, axis=1, keepdims=True, ddof=1)
    rstd = (var + 1e-5) ** -0.5
    xh = (x - mu) * rstd
    return xh * gain + bias, FilmNorm(xh, rstd, gain)


def film_layernorm__2(x, gain, bias):
    """Adds 0.00001 to the deviation, behind the root."""
    centred = x - x.sum(-1)[:, None] / x.shape[-1]
    std = np.sqrt(np.mean(centred * centred, axis=-1, keepdims=True))
    rstd = 1.0 / (std + 0.00001)
    x_hat = centred * rstd
    return gain * x_hat + bias, FilmNorm(x_hat, rstd, gain)


def film_layernorm__3(x, gain, bias):
    """Normalises each channel over the positions and not each row."""
    m, v = x.mean(0), x.var(0)
    x_hat = (x - m) / np.sqrt(v + 1e-5)
    rstd = 1 / np.sqrt(x.var(1, keepdims=True) + 1e-5)
    return x_hat * gain + bias, FilmNorm(x_hat, rstd, gain)


def film_mask__1(T):
    """Has rows and columns exchanged: each position looks ahead."""
    i = np.arange(T)
    return i[:, None] <= i[None, :]


def film_mask__2(T):
    """Leaves the diagonal out: a position does not look at itself."""
    return np.tril(np.ones((T, T), dtype=bool), k=-1)


def film_attention__1(params, x):
    """Cuts the heads with one reshape to (2, T, D), which mixes positions and channels."""
    T, C = x.shape
    D = C // HEADS
    qkv = x @ params["attn_w"] + params["attn_b"]
    q, k, v = (part.reshape(HEADS, T, D) for part in np.split(qkv, 3, axis=1))
    s = np.where(film_mask(T), q @ k.transpose(0, 2, 1) / np.sqrt(D), -np.inf)
    w = film_softmax(s)
    mixed = (w @ v).transpose(1, 0, 2).reshape(T, C)
    return mixed @ params["proj_w"] + params["proj_b"], FilmAttention(x, q, k, v, w, mixed)


def film_attention__2(params, x):
    """Divides the scores by the root of C, not of the D channels of a head."""
    T, C = x.shape
    D = C // HEADS
    qkv = (x @ params["attn_w"] + params["attn_b"]).reshape(T, 3, HEADS, D)
    q, k, v = qkv.transpose(1, 2, 0, 3)
    scores = np.einsum("htd,hsd->hts", q, k) / C**0.5
    scores[:, ~film_mask(T)] = -np.inf
    weights = film_softmax(scores)
    mixed = np.einsum("hts,hsd->thd", weights, v).reshape(T, C)
    return mixed @ params["proj_w"] + params["proj_b"], FilmAttention(x, q, k, v, weights, mixed)


def film_attention__3(params, x):
    """Masks after the softmax with zeros, so that the shares of a row do not add up to 1."""
    T, C = x.shape
    D = C // HEADS
    z = x @ params["attn_w"] + params["attn_b"]
    q, k, v = (np.stack([z[:, j * C + i * D : j * C + (i + 1) * D] for i in range(HEADS)]) for j in range(3))
    weights = film_softmax(q @ k.swapaxes(1, 2) / D**0.5) * film_mask(T)
    mixed = np.hstack(list(weights @ v))
    return mixed @ params["proj_w"] + params["proj_b"], FilmAttention(x, q, k, v, weights, mixed)


def film_forward__1(params, ids):
    """Adds the MLP's result to the stream in front of the first norm, not to n."""
    p = params
    x = p["wte"][ids] + p["wpe"][: len(ids)]
    a, attention = film_attention(p, x)
    s = x + a
    n, norm_1 = film_layernorm(s, p["ln1_w"], p["ln1_b"])
    wide, slope = film_gelu(n @ p["fc_w"] + p["fc_b"])
    mlp = wide @ p["down_w"] + p["down_b"]
    h, norm_2 = film_layernorm(s + mlp, p["ln2_w"], p["ln2_b"])
    return h, FilmStates(ids, attention, norm_1, n, slope, wide, norm_2)


def film_forward__2(params, ids):
    """Forgets to add what attention makes to the stream: the first norm sees attention's result alone."""
    x = params["wte"][ids] + params["wpe"][: ids.shape[0]]
    att, c_att = film_attention(params, x)
    n, c1 = film_layernorm(att, params["ln1_w"], params["ln1_b"])
    up = np.matmul(n, params["fc_w"]) + params["fc_b"]
    wide, slope = film_gelu(up)
    y = n + np.matmul(wide, params["down_w"]) + params["down_b"]
    h, c2 = film_layernorm(y, params["ln2_w"], params["ln2_b"])
    return h, FilmStates(ids, c_att, c1, n, slope, wide, c2)


def film_forward__3(params, ids):
    """Norms first and adds afterwards, as GPT-2 does: the norm does not see the sum but the branch."""
    x = params["wte"][ids] + params["wpe"][np.arange(ids.size)]
    y, attention = film_attention(params, x)
    normed, norm_1 = film_layernorm(y, params["ln1_w"], params["ln1_b"])
    n = x + normed
    wide, slope = film_gelu(n @ params["fc_w"] + params["fc_b"])
    normed, norm_2 = film_layernorm(
        wide @ params["down_w"] + params["down_b"], params["ln2_w"], params["ln2_b"]
    )
    return n + normed, FilmStates(ids, attention, norm_1, n, slope, wide, norm_2)


def film_language_loss__1(params, h, ids):
    """Divides the gradients by T, though the mean has only T - 1 predictions."""
    wte, T = params["wte"], len(ids)
    p = film_softmax(h[:-1] @ wte.T)
    right = p[np.arange(T - 1), ids[1:]]
    d = p.copy()
    d[np.arange(T - 1), ids[1:]] -= 1
    d /= T
    dh = np.zeros_like(h)
    dh[:-1] = d @ wte
    return float(-np.log(right).mean()), dh, d.T @ h[:-1]


def film_language_loss__2(params, h, ids):
    """Asks each state for the word at its own position instead of the next one."""
    table = params["wte"]
    n = len(ids) - 1
    probs = film_softmax(h[:n] @ table.T)
    onehot = np.eye(len(table))[ids[:n]]
    loss = -np.sum(onehot * np.log(probs)) / n
    g = (probs - onehot) / n
    dh = np.vstack([g @ table, np.zeros((1, h.shape[1]))])
    return float(loss), dh, np.einsum("tv,tc->vc", g, h[:n])


def film_language_loss__3(params, h, ids):
    """Sends the right word's own -1 only into dh: dwte has the probabilities without it."""
    w = params["wte"]
    T = ids.shape[0]
    q = film_softmax(h[: T - 1] @ w.T)
    loss, dh = 0.0, np.zeros(h.shape)
    for t in range(T - 1):
        loss -= np.log(q[t, ids[t + 1]])
        dh[t] = (q[t] @ w - w[ids[t + 1]]) / (T - 1)
    return float(loss) / (T - 1), dh, q.T @ h[: T - 1] / (T - 1)


def film_class_loss__1(params, h, label):
    """Reads the class at the mean of all states."""
    T = len(h)
    state = h.mean(axis=0)
    p = film_softmax(state @ params["wy"])
    d = p - np.eye(2)[label]
    dh = np.tile(params["wy"] @ d / T, (T, 1))
    return float(-np.log(p[label])), dh, np.outer(state, d)


def film_class_loss__2(params, h, label):
    """The gradient of the scores has the wrong sign: one-hot minus probabilities."""
    wy = params["wy"]
    probs = film_softmax(h[-1] @ wy)
    g = -probs
    g[label] += 1.0
    dh = np.zeros_like(h)
    dh[-1] = wy @ g
    return float(-np.log(probs[label])), dh, h[-1][:, None] * g[None]


def film_layernorm_backward__1(dy, cache):
    """Only the part through the mean is there: the row's variance is taken for a constant."""
    g = dy * cache.gain
    dx = cache.rstd * (g - g.mean(axis=1, keepdims=True))
    return dx, (dy * cache.x_hat).sum(axis=0), dy.sum(axis=0)


def film_layernorm_backward__2(dy, cache):
    """Forgets the gain on the way to dx."""
    xh, r, _ = cache
    mean = dy.mean(-1)[:, None]
    proj = (dy * xh).mean(-1)[:, None]
    return r * (dy - mean - xh * proj), np.einsum("tc,tc->c", dy, xh), np.einsum("tc->c", dy)


def film_attention_backward__1(params, dy, cache):
    """Takes the softmax for an elementwise function: w * dw, without the row's sum taken away."""
    x, q, k, v, w, mixed = cache
    T, C = x.shape
    D = C // HEADS
    grads = {"proj_w": mixed.T @ dy, "proj_b": dy.sum(0)}
    dm = (dy @ params["proj_w"].T).reshape(T, HEADS, D).transpose(1, 0, 2)
    dv = w.transpose(0, 2, 1) @ dm
    ds = w * (dm @ v.transpose(0, 2, 1)) / np.sqrt(D)
    dq, dk = ds @ k, ds.transpose(0, 2, 1) @ q
    dz = np.concatenate([a.transpose(1, 0, 2).reshape(T, C) for a in (dq, dk, dv)], axis=1)
    grads["attn_w"], grads["attn_b"] = x.T @ dz, dz.sum(0)
    return dz @ params["attn_w"].T, grads


def film_attention_backward__2(params, dy, cache):
    """Forgets the root of D on the way back to queries and keys."""
    x, q, k, v, weights, mixed = cache
    dmixed = np.stack(np.split(dy @ params["proj_w"].T, HEADS, axis=1))
    dweights = np.einsum("htd,hsd->hts", dmixed, v)
    dscores = weights * (dweights - np.sum(weights * dweights, axis=-1, keepdims=True))
    dq = np.einsum("hts,hsd->htd", dscores, k)
    dk = np.einsum("hts,htd->hsd", dscores, q)
    dv = np.einsum("hts,htd->hsd", weights, dmixed)
    dqkv = np.hstack([head for part in (dq, dk, dv) for head in part])
    grads = {
        "attn_w": x.T @ dqkv,
        "attn_b": dqkv.sum(axis=0),
        "proj_w": mixed.T @ dy,
        "proj_b": dy.sum(axis=0),
    }
    return dqkv @ params["attn_w"].T, grads


def film_attention_backward__3(params, dy, cache):
    """Uses dscores untransposed for the keys: dk = dscores @ q."""
    x, T, C = cache.x, *cache.x.shape
    D = C // HEADS
    dm = dy @ params["proj_w"].T
    dqkv = np.zeros((T, 3 * C))
    for i in range(HEADS):
        cols = slice(i * D, (i + 1) * D)
        w, g = cache.weights[i], dm[:, cols]
        dw = g @ cache.v[i].T
        ds = w * (dw - (w * dw).sum(1, keepdims=True)) / D**0.5
        dqkv[:, i * D : (i + 1) * D] = ds @ cache.k[i]
        dqkv[:, C + i * D : C + (i + 1) * D] = ds @ cache.q[i]
        dqkv[:, 2 * C + i * D : 2 * C + (i + 1) * D] = w.T @ g
    grads = {"attn_w": x.T @ dqkv, "attn_b": dqkv.sum(0), "proj_w": cache.mixed.T @ dy, "proj_b": dy.sum(0)}
    return dqkv @ params["attn_w"].T, grads


def film_backward__1(params, dh, cache):
    """Assigns to the rows of wte instead of adding, so that a word that comes twice counts once."""
    g = {}
    d, g["ln2_w"], g["ln2_b"] = film_layernorm_backward(dh, cache.norm_2)
    g["down_w"], g["down_b"] = cache.wide.T @ d, d.sum(0)
    du = d @ params["down_w"].T * cache.slope
    g["fc_w"], g["fc_b"] = cache.n.T @ du, du.sum(0)
    dn = d + du @ params["fc_w"].T
    ds, g["ln1_w"], g["ln1_b"] = film_layernorm_backward(dn, cache.norm_1)
    dx, attn = film_attention_backward(params, ds, cache.attention)
    dx = dx + ds
    g.update(attn)
    g["wte"], g["wpe"] = np.zeros_like(params["wte"]), np.zeros_like(params["wpe"])
    g["wte"][cache.ids] += dx
    g["wpe"][: len(dx)] += dx
    return g


def film_backward__2(params, dh, cache):
    """Forgets the residual connection around the MLP: n gets only what comes back through fc_w."""
    ids, attention, norm_1, n, slope, wide, norm_2 = cache
    dy, dln2_w, dln2_b = film_layernorm_backward(dh, norm_2)
    dup = (dy @ params["down_w"].T) * slope
    dsum, dln1_w, dln1_b = film_layernorm_backward(dup @ params["fc_w"].T, norm_1)
    datt, grads = film_attention_backward(params, dsum, attention)
    dx = dsum + datt
    dwte, dwpe = (np.zeros(params[name].shape) for name in ("wte", "wpe"))
    np.add.at(dwte, ids, dx)
    dwpe[: len(ids)] = dx
    return {
        **grads,
        "wte": dwte,
        "wpe": dwpe,
        "ln1_w": dln1_w,
        "ln1_b": dln1_b,
        "ln2_w": dln2_w,
        "ln2_b": dln2_b,
        "down_w": wide.T @ dy,
        "down_b": dy.sum(axis=0),
        "fc_w": n.T @ dup,
        "fc_b": dup.sum(axis=0),
    }


def film_backward__3(params, dh, cache):
    """Multiplies by GELU's value and not by its slope on the way back."""
    out = {}
    d2, out["ln2_w"], out["ln2_b"] = film_layernorm_backward(dh, cache.norm_2)
    out["down_w"] = np.einsum("ti,tc->ic", cache.wide, d2)
    out["down_b"] = np.einsum("tc->c", d2)
    dpre = np.einsum("tc,ic->ti", d2, params["down_w"]) * cache.wide
    out["fc_w"] = np.einsum("tc,ti->ci", cache.n, dpre)
    out["fc_b"] = np.einsum("ti->i", dpre)
    d1, out["ln1_w"], out["ln1_b"] = film_layernorm_backward(d2 + dpre @ params["fc_w"].T, cache.norm_1)
    da, more = film_attention_backward(params, d1, cache.attention)
    out |= more
    dx = d1 + da
    out["wte"] = np.zeros_like(params["wte"])
    out["wpe"] = np.zeros_like(params["wpe"])
    for t, i in enumerate(cache.ids):
        out["wte"][i] += dx[t]
        out["wpe"][t] += dx[t]
    return out


def film_gradients__1(params, ids, label=None, lm_weight=0.5):
    """Overlooks the second use of wte: the gradient of the scoring is not added."""
    h, cache = film_forward(params, ids)
    loss, dh, _ = film_language_loss(params, h, ids)
    dwy = np.zeros_like(params["wy"])
    if label is not None:
        l2, dh2, dwy = film_class_loss(params, h, label)
        loss, dh = l2 + lm_weight * loss, dh2 + lm_weight * dh
    grads = film_backward(params, dh, cache)
    grads["wy"] = dwy
    return loss, grads


def film_gradients__2(params, ids, label=None, lm_weight=0.5):
    """Writes `if label:`, so that the class 0 counts as no label."""
    h, states = film_forward(params, ids)
    l1, dh1, dwte = film_language_loss(params, h, ids)
    if label:
        l2, dh2, dwy = film_class_loss(params, h, label)
        lam = lm_weight
    else:
        l2, dh2, dwy, lam = 0.0, np.zeros_like(h), np.zeros_like(params["wy"]), 1.0
    grads = film_backward(params, dh2 + lam * dh1, states)
    grads["wte"] = grads["wte"] + lam * dwte
    grads["wy"] = dwy
    return l2 + lam * l1, grads


def film_gradients__3(params, ids, label=None, lm_weight=0.5):
    """Weights the language loss and its dh by lm_weight, but adds the table's scoring gradient in full."""
    h, cache = film_forward(params, ids)
    loss, dh, dwte = film_language_loss(params, h, ids)
    dwy = 0.0 * params["wy"]
    if label is not None:
        class_loss, dclass, dwy = film_class_loss(params, h, label)
        loss = class_loss + lm_weight * loss
        dh = dclass + lm_weight * dh
    grads = dict(film_backward(params, dh, cache))
    grads["wte"] = grads["wte"] + dwte
    return loss, grads | {"wy": dwy}


def film_pretrain__1(params, sentences, epochs=50, lr=0.01):
    """Averages the mean losses of the sentences, so that short sentences count as much as long ones."""

    def perplexity(p):
        return float(np.exp(np.mean([film_language_loss(p, film_forward(p, s)[0], s)[0] for s in sentences])))

    moments, curve = fresh_moments(params), [perplexity(params)]
    for _ in range(epochs):
        for ids in sentences:
            _, grads = film_gradients(params, ids)
            params, moments = film_adam(params, grads, moments, lr)
        curve.append(perplexity(params))
    return params, curve


def film_pretrain__2(params, sentences, epochs=50, lr=0.01):
    """Begins with fresh moments in every epoch."""
    n = np.array([len(s) - 1 for s in sentences])

    def measure(p):
        losses = np.array([film_gradients(p, s)[0] for s in sentences])
        return float(np.exp((n * losses).sum() / n.sum()))

    history = [measure(params)]
    for _ in range(epochs):
        state = fresh_moments(params)
        for s in sentences:
            params, state = film_adam(params, film_gradients(params, s)[1], state, lr)
        history.append(measure(params))
    return params, history


def film_pretrain__3(params, sentences, epochs=50, lr=0.01):
    """Takes one step per epoch, with the gradients of all sentences averaged."""
    moments, out = fresh_moments(params), []
    words = sum(len(ids) - 1 for ids in sentences)
    for epoch in range(epochs + 1):
        total, acc = 0.0, {name: np.zeros_like(value) for name, value in params.items()}
        for ids in sentences:
            loss, grads = film_gradients(params, ids)
            total += loss * (len(ids) - 1)
            for name in acc:
                acc[name] += grads[name] / len(sentences)
        out.append(float(np.exp(total / words)))
        if epoch < epochs:
            params, moments = film_adam(params, acc, moments, lr)
    return params, out


def film_finetune__1(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Does not hand lm_weight on: the gradients always use the default of 0.5."""

    def accuracy(p):
        hits = [np.argmax(film_forward(p, ids)[0][-1] @ p["wy"]) == y for ids, y in reviews]
        return float(np.mean(hits))

    moments, curve = fresh_moments(params), [accuracy(params)]
    for _ in range(epochs):
        for ids, y in reviews:
            _loss, grads = film_gradients(params, ids, label=y)
            params, moments = film_adam(params, grads, moments, lr)
        curve.append(accuracy(params))
    return params, curve


def film_finetune__2(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Never records the accuracy before the first epoch: the list has only `epochs` numbers."""
    state, accuracies = fresh_moments(params), []
    for _ in range(epochs):
        for ids, label in reviews:
            grads = film_gradients(params, ids, label, lm_weight)[1]
            params, state = film_adam(params, grads, state, lr)
        right = 0
        for ids, label in reviews:
            a, b = film_forward(params, ids)[0][-1] @ params["wy"]
            right += int(b > a) == label
        accuracies.append(right / len(reviews))
    return params, accuracies


def film_finetune__3(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Counts the hits while it trains, so that each review is judged by other parameters."""
    moments, scores = fresh_moments(params), []
    for epoch in range(epochs + 1):
        hits = 0
        for ids, label in reviews:
            h, _ = film_forward(params, ids)
            hits += int((h[-1] @ params["wy"]).argmax() == label)
            if epoch < epochs:
                _, grads = film_gradients(params, ids, label, lm_weight)
                params, moments = film_adam(params, grads, moments, lr)
        scores.append(hits / len(reviews))
    return params, scores
