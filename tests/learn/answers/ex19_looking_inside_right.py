"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.softmax import log_softmax


def logit_lens__loops(stream, weight, bias, table, eps=1e-05):
    """A loop over layers, positions and tokens."""
    layers, T, C = stream.shape
    logits = np.zeros((layers, T, len(table)))
    for layer in range(layers):
        for t in range(T):
            x = stream[layer, t]
            mean = sum(x) / C
            deviation = (sum((v - mean) ** 2 for v in x) / C + eps) ** 0.5
            y = [(x[c] - mean) / deviation * weight[c] + bias[c] for c in range(C)]
            for token, row in enumerate(table):
                logits[layer, t, token] = sum(a * b for a, b in zip(y, row, strict=True))
    return logits


def logit_lens__other(stream, weight, bias, table, eps=1e-05):
    """Gain and bias folded into the head."""
    x_hat = (stream - stream.mean(-1, keepdims=True)) / np.sqrt(stream.var(-1, keepdims=True) + eps)
    return np.einsum("ltc,vc->ltv", x_hat, table * weight) + table @ bias


def logit_lens__float32(stream, weight, bias, table, eps=1e-05):
    """All in float32."""
    x, w, b, rows = (a.astype(np.float32) for a in (stream, weight, bias, table))
    centred = x - x.mean(-1, keepdims=True)
    scale = 1 / np.sqrt(np.square(centred).mean(-1, keepdims=True) + np.float32(eps))
    return (centred * scale * w + b) @ rows.T


def direct_logit_attribution__loops(parts, weight, bias, direction, eps=1e-05):
    """A loop over positions and parts."""
    N, T, C = parts.shape
    shares = np.zeros((N + 1, T))
    for t in range(T):
        stream = parts[:, t].sum(axis=0)
        deviation = np.sqrt(np.mean((stream - stream.mean()) ** 2) + eps)
        for n in range(N):
            own = parts[n, t] - parts[n, t].mean()
            shares[n, t] = sum(own[c] / deviation * weight[c] * direction[t, c] for c in range(C))
        shares[N, t] = sum(bias * direction[t])
    return shares


def direct_logit_attribution__other(parts, weight, bias, direction, eps=1e-05):
    """The centring moved to the direction, of which it is its own transpose."""
    stream = np.sum(parts, axis=0)
    rstd = 1 / np.sqrt(stream.var(axis=-1) + eps)
    toward = direction * weight
    toward = toward - toward.mean(axis=-1, keepdims=True)
    shares = np.einsum("ntc,tc,t->nt", parts, toward, rstd)
    return np.concatenate([shares, np.einsum("tc,c->t", direction, bias)[None]])


def direct_logit_attribution__float32(parts, weight, bias, direction, eps=1e-05):
    """All in float32."""
    p, w, b, d = (a.astype(np.float32) for a in (parts, weight, bias, direction))
    rstd = 1 / np.sqrt(p.sum(0).var(-1, keepdims=True) + np.float32(eps))
    shares = ((p - p.mean(-1, keepdims=True)) * rstd * w * d).sum(-1)
    return np.vstack([shares, d @ b])


def induction_score__loops(weights):
    """A loop over the queries of the second half, and over the heads."""
    *front, T, _ = weights.shape
    flat = weights.reshape(-1, T, T)
    scores = [sum(float(w[q][q - T // 2 + 1]) for q in range(T // 2, T)) / (T // 2) for w in flat]
    return np.array(scores).reshape(front)


def induction_score__other(weights):
    """The diagonal with an offset."""
    half = weights.shape[-1] // 2
    below = np.diagonal(weights, offset=1 - half, axis1=-2, axis2=-1)
    return below[..., -half:].mean(axis=-1)


def induction_score__float32(weights):
    """All in float32, with a mask."""
    T = weights.shape[-1]
    mask = np.zeros((T, T), np.float32)
    for q in range(T // 2, T):
        mask[q, q - T // 2 + 1] = 2 / T
    return (weights.astype(np.float32) * mask).sum(axis=(-1, -2))


def linear_probe_step__loops(weight, bias, h, labels, lr=0.1):
    """A loop over the states."""
    total, dw, db = 0.0, np.zeros_like(weight), np.zeros_like(bias)
    for state, label in zip(h, labels, strict=True):
        scores = state @ weight + bias
        top = scores.max()
        log_total = top + np.log(np.exp(scores - top).sum())
        total += log_total - scores[label]
        for k, score in enumerate(scores):
            d = np.exp(score - log_total) - (k == label)
            dw[:, k] += d * state
            db[k] += d
    n = len(labels)
    return total / n, weight - lr * dw / n, bias - lr * db / n


def linear_probe_step__other(weight, bias, h, labels, lr=0.1):
    """The bias as a further row of the weights."""
    wide = np.concatenate([h, np.ones((len(h), 1))], axis=1)
    both = np.vstack([weight, bias])
    logp = log_softmax(wide @ both)
    target = labels[:, None] == np.arange(weight.shape[1])
    new = both - lr * np.einsum("nc,nk->ck", wide, np.exp(logp) - target) / len(h)
    return -logp[target].mean(), new[:-1], new[-1]


def linear_probe_step__float32(weight, bias, h, labels, lr=0.1):
    """All in float32."""
    w, b, x = (a.astype(np.float32) for a in (weight, bias, h))
    logp = log_softmax(x @ w + b)
    rows = np.arange(len(labels))
    loss = -logp[rows, labels].mean()
    d = np.exp(logp)
    d[rows, labels] -= 1
    d *= np.float32(lr / len(rows))
    return loss, w - x.T @ d, b - d.sum(0)
