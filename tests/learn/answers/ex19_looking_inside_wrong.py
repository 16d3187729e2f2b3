"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.layernorm import layernorm_forward
from scratchgpt.ops.softmax import log_softmax


def logit_lens__1(stream, weight, bias, table, eps=1e-05):
    """Left the norm out: the head scores the stream as it is."""
    return np.einsum("ltc,vc->ltv", stream, table)


def logit_lens__2(stream, weight, bias, table, eps=1e-05):
    """Turned the scores into probabilities."""
    y, _ = layernorm_forward(stream, weight, bias, eps)
    scores = y @ table.T
    e = np.exp(scores - scores.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def logit_lens__3(stream, weight, bias, table, eps=1e-05):
    """Took the mean and deviation over all positions of a layer instead of each vector's own."""
    mean = stream.mean(axis=(1, 2), keepdims=True)
    var = stream.var(axis=(1, 2), keepdims=True)
    return ((stream - mean) / np.sqrt(var + eps) * weight + bias) @ table.T


def logit_lens__4(stream, weight, bias, table, eps=1e-05):
    """Forgot the norm's bias."""
    centred = stream - stream.mean(axis=-1, keepdims=True)
    x_hat = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)
    return (x_hat * weight).dot(table.T)


def logit_lens__5(stream, weight, bias, table, eps=1e-05):
    """Left the last layer without the norm, because it seemed to be the model's own output already."""
    out = [layernorm_forward(s, weight, bias, eps)[0] @ table.T for s in stream[:-1]]
    return np.stack([*out, stream[-1] @ table.T])


def logit_lens__6(stream, weight, bias, table, eps=1e-05):
    """Read only the last position of each layer."""
    normed = layernorm_forward(stream[:, -1], weight, bias, eps)[0]
    return normed @ table.T


def logit_lens__7(stream, weight, bias, table, eps=1e-05):
    """Read what each layer added, the difference to the layer before, instead of the stream."""
    added = np.concatenate([stream[:1], np.diff(stream, axis=0)])
    return layernorm_forward(added, weight, bias, eps)[0] @ table.T


def direct_logit_attribution__1(parts, weight, bias, direction, eps=1e-05):
    """Normalised each part by its own deviation."""
    shares = [np.sum(layernorm_forward(p, weight, 0 * bias, eps)[0] * direction, -1) for p in parts]
    return np.stack([*shares, (bias * direction).sum(-1)])


def direct_logit_attribution__2(parts, weight, bias, direction, eps=1e-05):
    """Did not take the parts' means away."""
    _, cache = layernorm_forward(parts.sum(axis=0), weight, bias, eps)
    shares = np.einsum("ntc,c,tc->nt", parts * cache.rstd, weight, direction)
    return np.concatenate([shares, (direction @ bias)[None]])


def direct_logit_attribution__3(parts, weight, bias, direction, eps=1e-05):
    """Left out the row of the bias."""
    stream = parts.sum(0)
    rstd = 1 / np.sqrt(stream.var(-1, keepdims=True) + eps)
    centred = parts - parts.mean(-1, keepdims=True)
    return (centred * rstd * weight * direction).sum(-1)


def direct_logit_attribution__4(parts, weight, bias, direction, eps=1e-05):
    """Forgot the gain of the norm."""
    _, cache = layernorm_forward(parts.sum(0), weight, bias, eps)
    rows = [((p - p.mean(-1, keepdims=True)) * cache.rstd * direction).sum(-1) for p in parts]
    return np.array([*rows, direction @ bias])


def direct_logit_attribution__5(parts, weight, bias, direction, eps=1e-05):
    """Took the stream's mean away from each part, so that it is taken away N times."""
    stream = parts.sum(axis=0)
    mean, rstd = stream.mean(-1, keepdims=True), 1 / np.sqrt(stream.var(-1, keepdims=True) + eps)
    shares = ((parts - mean) * rstd * weight * direction).sum(-1)
    return np.vstack([shares, (bias * direction).sum(-1)])


def direct_logit_attribution__6(parts, weight, bias, direction, eps=1e-05):
    """Added the bias's share to every part and gave no row of its own values: the last row is zero."""
    stream = parts.sum(axis=0)
    rstd = 1 / np.sqrt(stream.var(-1, keepdims=True) + eps)
    centred = parts - parts.mean(-1, keepdims=True)
    shares = ((centred * rstd * weight + bias) * direction).sum(-1)
    return np.vstack([shares, np.zeros(shares.shape[1])])


def direct_logit_attribution__7(parts, weight, bias, direction, eps=1e-05):
    """Forgot the deviation: the shares are those of the stream that is only centred."""
    centred = parts - parts.mean(axis=2, keepdims=True)
    shares = np.einsum("ntc,tc->nt", centred * weight, direction)
    return np.concatenate((shares, (direction @ bias)[np.newaxis]))


def induction_score__1(weights):
    """Looked at the earlier occurrence itself instead of the position behind it."""
    n = weights.shape[-1] // 2
    return np.mean([weights[..., n + i, i] for i in range(n)], axis=0)


def induction_score__2(weights):
    """Looked at the position in front of the earlier occurrence."""
    T = weights.shape[-1]
    q = np.arange(T // 2 + 1, T)
    return weights[..., q, q - T // 2 - 1].mean(axis=-1)


def induction_score__3(weights):
    """Averaged over all T queries, the first half counted as zeros."""
    T = weights.shape[-1]
    total = sum(weights[..., q, q - T // 2 + 1] for q in range(T // 2, T))
    return total / T


def induction_score__4(weights):
    """Read the weights the other way round, keys before queries."""
    T = weights.shape[-1]
    q = np.arange(T // 2, T)
    return weights[..., q - T // 2 + 1, q].mean(-1)


def induction_score__5(weights):
    """Averaged over the heads, too: one number for all of them."""
    T = weights.shape[-1]
    q = np.arange(T // 2, T)
    return float(weights[..., q, q - T // 2 + 1].mean())


def induction_score__6(weights):
    """Measured a head that looks at the previous token."""
    T = weights.shape[-1]
    q = np.arange(T // 2, T)
    return weights[..., q, q - 1].mean(axis=-1)


def induction_score__7(weights):
    """Left out the last query, whose position behind is in the second half."""
    half = weights.shape[-1] // 2
    rows = np.arange(half, 2 * half - 1)
    return weights[..., rows, rows - half + 1].mean(axis=-1)


def linear_probe_step__1(weight, bias, h, labels, lr=0.1):
    """Summed the gradient over the states instead of averaging."""
    logp = log_softmax(h @ weight + bias)
    loss = -logp[np.arange(len(h)), labels].mean()
    d = np.exp(logp)
    d[np.arange(len(h)), labels] -= 1
    return loss, weight - lr * h.T @ d, bias - lr * d.sum(0)


def linear_probe_step__2(weight, bias, h, labels, lr=0.1):
    """Went uphill: added the gradient."""
    logp = log_softmax(h @ weight + bias)
    onehot = np.eye(weight.shape[1])[labels]
    d = (np.exp(logp) - onehot) / len(h)
    return -(logp * onehot).sum() / len(h), weight + lr * h.T @ d, bias + lr * d.sum(axis=0)


def linear_probe_step__3(weight, bias, h, labels, lr=0.1):
    """Did not train the bias."""
    scores = np.einsum("nc,ck->nk", h, weight) + bias
    logp = log_softmax(scores)
    n = np.arange(len(labels))
    g = np.exp(logp)
    g[n, labels] -= 1
    return -logp[n, labels].mean(), weight - lr / len(n) * h.T @ g, bias.copy()


def linear_probe_step__4(weight, bias, h, labels, lr=0.1):
    """Gave the loss after the step."""
    n = np.arange(len(labels))

    def logp(w, b):
        return log_softmax(h @ w + b)

    d = np.exp(logp(weight, bias))
    d[n, labels] -= 1
    d /= len(n)
    w, b = weight - lr * h.T @ d, bias - lr * d.sum(0)
    return -logp(w, b)[n, labels].mean(), w, b


def linear_probe_step__5(weight, bias, h, labels, lr=0.1):
    """Computed softmax and its log without taking the largest score away."""
    e = np.exp(h @ weight + bias)
    p = e / e.sum(1, keepdims=True)
    n = np.arange(len(labels))
    loss = -np.log(p[n, labels]).mean()
    p[n, labels] -= 1
    return loss, weight - lr * h.T @ p / len(n), bias - lr * p.mean(0)


def linear_probe_step__6(weight, bias, h, labels, lr=0.1):
    """Updated weight and bias in place."""
    logp = log_softmax(h @ weight + bias)
    n = np.arange(len(labels))
    d = np.exp(logp)
    d[n, labels] -= 1
    d /= len(n)
    weight -= lr * h.T @ d
    bias -= lr * d.sum(axis=0)
    return -logp[n, labels].mean(), weight, bias


def linear_probe_step__7(weight, bias, h, labels, lr=0.1):
    """Forgot the one-hot: every class's score is pushed down."""
    logp = log_softmax(h @ weight + bias)
    p = np.exp(logp) / len(h)
    loss = -np.take_along_axis(logp, labels[:, None], axis=1).mean()
    return loss, weight - lr * h.T @ p, bias - lr * p.sum(0)
