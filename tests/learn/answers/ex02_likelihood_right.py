"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.ops.cross_entropy import CrossEntropyCache


def softmax__loops(x, axis=-1):
    """Plain loops over every line along the axis and its elements."""
    moved = np.moveaxis(x, axis, -1)
    out = np.zeros(moved.shape)
    for index in np.ndindex(moved.shape[:-1]):
        line = [float(s) for s in moved[index]]
        top = max(line)
        total = 0.0
        for s in line:
            total += math.exp(s - top)
        for k, s in enumerate(line):
            out[index][k] = math.exp(s - top) / total
    return np.moveaxis(out, -1, axis)


def softmax__other(x, axis=-1):
    """The exponential of the scores minus their logarithmic sum, by logaddexp.reduce."""
    return np.exp(x - np.expand_dims(np.logaddexp.reduce(x, axis=axis), axis))


def softmax__float32(x, axis=-1):
    """Shifted by the maximum, then everything in float32."""
    e = np.exp((x - x.max(axis, keepdims=True)).astype(np.float32))
    return e / e.sum(axis, keepdims=True)


def log_softmax__loops(x, axis=-1):
    """Plain loops over every line along the axis and its elements."""
    moved = np.moveaxis(x, axis, -1)
    out = np.zeros(moved.shape)
    for index in np.ndindex(moved.shape[:-1]):
        top = float(max(moved[index]))
        total = sum(math.exp(s - top) for s in moved[index])
        for k in range(moved.shape[-1]):
            out[index][k] = moved[index][k] - top - math.log(total)
    return np.moveaxis(out, -1, axis)


def log_softmax__other(x, axis=-1):
    """The scores minus logaddexp.reduce along the axis."""
    return x - np.logaddexp.reduce(x, axis=axis, keepdims=True)


def log_softmax__float32(x, axis=-1):
    """Shifted by the maximum in float32, and float32 from there on."""
    x = np.asarray(x, dtype=np.float32)
    z = x - np.max(x, axis=axis, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))


def cross_entropy_forward__loops(logits, targets, weights=None, ignore_index=-1):
    """One place after the other, in two loops: first the weights and surprises, then the shares."""
    log_probs = np.zeros(logits.shape)
    kept = np.zeros(targets.shape, dtype=int)
    scale = np.zeros(targets.shape)
    for place in np.ndindex(targets.shape):
        row = [float(s) for s in logits[place]]
        norm = max(row) + math.log(sum(math.exp(s - max(row)) for s in row))
        log_probs[place] = [s - norm for s in row]
        if targets[place] != ignore_index:
            kept[place] = targets[place]
            scale[place] = 1.0 if weights is None else weights[place]
    total = sum(scale.ravel().tolist())
    loss = 0.0
    for place in np.ndindex(targets.shape):
        if total != 0:
            scale[place] /= total
            loss -= scale[place] * log_probs[place][kept[place]]
    return loss, CrossEntropyCache(log_probs, kept, scale)


def cross_entropy_forward__other(logits, targets, weights=None, ignore_index=-1):
    """Flat arrays, fancy indexing, logaddexp, and a one-hot product for the loss."""
    V = logits.shape[-1]
    flat = logits.reshape(-1, V)
    log_probs = flat - np.logaddexp.reduce(flat, axis=1, keepdims=True)
    ignored = targets.reshape(-1) == ignore_index
    t = targets.reshape(-1).copy()
    t[ignored] = 0
    w = np.ones(t.size) if weights is None else np.array(weights, dtype=float).reshape(-1)
    w[ignored] = 0
    share = w / w.sum() if w.sum() > 0 else np.zeros(t.size)
    loss = -np.einsum("nv,nv,n->", log_probs, np.eye(V)[t], share)
    shape = targets.shape
    return loss, CrossEntropyCache(log_probs.reshape(logits.shape), t.reshape(shape), share.reshape(shape))


def cross_entropy_forward__float32(logits, targets, weights=None, ignore_index=-1):
    """Log-probabilities, shares and the loss in float32."""
    z = logits.astype(np.float32)
    z = z - z.max(axis=-1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    counted = targets != ignore_index
    t = np.where(counted, targets, 0)
    w = counted.astype(np.float32) if weights is None else np.where(counted, weights, 0).astype(np.float32)
    scale = w / w.sum() if w.sum() else w
    nll = -np.take_along_axis(lp, t[..., None], axis=-1)[..., 0]
    return (nll * scale).sum(), CrossEntropyCache(lp, t, scale)


def cross_entropy_backward__loops(dloss, cache):
    """Plain loops over places and tokens of the vocabulary."""
    out = np.zeros(cache.log_probs.shape)
    for place in np.ndindex(cache.targets.shape):
        for token in range(out.shape[-1]):
            error = math.exp(cache.log_probs[place][token])
            if token == cache.targets[place]:
                error -= 1
            out[place][token] = dloss * cache.scale[place] * error
    return out


def cross_entropy_backward__other(dloss, cache):
    """Scaled probabilities first, then the share is subtracted at the targets, in flat arrays."""
    V = cache.log_probs.shape[-1]
    share = cache.scale.reshape(-1) * dloss
    flat = np.exp(cache.log_probs.reshape(-1, V)) * share[:, None]
    flat[np.arange(len(flat)), cache.targets.reshape(-1)] -= share
    return flat.reshape(cache.log_probs.shape)


def cross_entropy_backward__float32(dloss, cache):
    """A one-hot comparison, in float32."""
    hot = (np.arange(cache.log_probs.shape[-1]) == cache.targets[..., None]).astype(np.float32)
    probs = np.exp(cache.log_probs.astype(np.float32))
    return (probs - hot) * cache.scale[..., None].astype(np.float32) * np.float32(dloss)


def perplexity__loops(log_probs):
    """A plain loop that adds up the surprises and counts the tokens."""
    total, n = 0.0, 0
    for lp in np.asarray(log_probs).flat:
        total -= float(lp)
        n += 1
    return np.exp(np.float64(total / n))


def perplexity__other(log_probs):
    """The inverse of the geometric mean probability, with a dot product for the mean."""
    flat = np.reshape(log_probs, -1)
    return 1 / np.exp(flat @ np.full(flat.size, 1 / flat.size))


def perplexity__float32(log_probs):
    """Mean and exponential in float32."""
    return np.exp(-np.mean(log_probs, dtype=np.float32))
