"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.layernorm import layernorm_forward
from scratchgpt.ops.softmax import log_softmax


def logit_lens__1(stream, weight, bias, table, eps=1e-05):
    """Skips the last norm and scores the raw stream."""
    return np.einsum("ltc,vc->ltv", stream, table)


def logit_lens__2(stream, weight, bias, table, eps=1e-05):
    """Norms only the last layer's stream and scores the earlier ones as they are."""
    out = []
    for i, s in enumerate(stream):
        if i == len(stream) - 1:
            s = layernorm_forward(s, weight, bias, eps)[0]
        out.append(s @ table.T)
    return np.stack(out)


def logit_lens__3(stream, weight, bias, table, eps=1e-05):
    """Returns log-probabilities and not scores."""
    y, _ = layernorm_forward(stream, weight, bias, eps)
    return log_softmax(y @ table.swapaxes(0, 1))


def direct_logit_attribution__1(parts, weight, bias, direction, eps=1e-05):
    """Normalises each part by its own deviation instead of that of the whole stream."""
    y, _ = layernorm_forward(parts, weight, np.zeros_like(bias), eps)
    shares = (y * direction).sum(axis=-1)
    return np.concatenate([shares, (direction @ bias)[None]], axis=0)


def direct_logit_attribution__2(parts, weight, bias, direction, eps=1e-05):
    """Leaves each part its own mean: only the division by the deviation is made."""
    stream = parts.sum(axis=0)
    rstd = 1 / np.sqrt(stream.var(axis=-1) + eps)
    rows = [rstd * np.einsum("tc,c,tc->t", p, weight, direction) for p in parts]
    rows.append(np.einsum("c,tc->t", bias, direction))
    return np.array(rows)


def direct_logit_attribution__3(parts, weight, bias, direction, eps=1e-05):
    """Multiplies the bias by the gain: the last row is weight * bias times the direction."""
    N, T, _C = parts.shape
    _, cache = layernorm_forward(parts.sum(0), weight, bias, eps)
    centred = parts - parts.mean(-1, keepdims=True)
    d = direction * weight
    shares = np.zeros((N + 1, T))
    for n in range(N):
        shares[n] = np.sum(centred[n] * cache.rstd * d, axis=1)
    shares[N] = d @ bias
    return shares


def induction_score__1(weights):
    """Looks at the earlier occurrence itself, not at the position behind it."""
    half = weights.shape[-1] // 2
    q = np.arange(half, 2 * half)
    return weights[..., q, q - half].mean(axis=-1)


def induction_score__2(weights):
    """Goes one place too far: the diagonal two behind the earlier occurrence."""
    T = weights.shape[-1]
    n = T // 2
    total = 0.0
    for i in range(n, T):
        total = total + weights[..., i, min(i - n + 2, i)]
    return total / n


def induction_score__3(weights):
    """Leaves out the last query, whose target lies in the second half."""
    T = weights.shape[-1]
    H = T // 2
    block = weights[..., H : T - 1, 1:H]
    diag = np.diagonal(block, axis1=-2, axis2=-1)
    return diag.sum(-1) / max(H - 1, 1)


def linear_probe_step__1(weight, bias, h, labels, lr=0.1):
    """Takes the loss as a mean but the gradients as sums over the states."""
    n = len(labels)
    logp = log_softmax(h @ weight + bias)
    loss = -logp[np.arange(n), labels].mean()
    d = np.exp(logp)
    d[np.arange(n), labels] -= 1
    return loss, weight - lr * h.T @ d, bias - lr * d.sum(axis=0)


def linear_probe_step__2(weight, bias, h, labels, lr=0.1):
    """Leaves the bias where it is: only weight learns."""
    logp = log_softmax(h @ weight + bias)
    target = np.eye(bias.size)[labels]
    loss = -(logp * target).sum() / len(h)
    delta = (np.exp(logp) - target) / len(h)
    return loss, weight - lr * np.einsum("nc,nk->ck", h, delta), bias.copy()


def linear_probe_step__3(weight, bias, h, labels, lr=0.1):
    """Reports the loss after the step, with the new weight and bias."""
    rows = np.arange(h.shape[0])
    probs = np.exp(log_softmax(h @ weight + bias))
    probs[rows, labels] -= 1.0
    probs /= rows.size
    w, b = weight - lr * (h.T @ probs), bias - lr * probs.sum(0)
    loss = float(-log_softmax(h @ w + b)[rows, labels].mean())
    return loss, w, b
