"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.cross_entropy import CrossEntropyCache


def softmax__1(x, axis=-1):
    """Did not subtract the maximum before exp, which overflows for large scores."""
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def softmax__2(x, axis=-1):
    """Subtracted the maximum of the whole array, so that a row far below it becomes 0/0."""
    shifted = x - np.max(x)
    exps = np.exp(shifted)
    return np.divide(exps, np.sum(exps, axis=axis, keepdims=True))


def log_softmax__1(x, axis=-1):
    """Took the logarithm of a finished softmax, which is -inf where the probability is 0 in float64."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    probs = e / e.sum(axis=axis, keepdims=True)
    return np.log(probs)


def log_softmax__2(x, axis=-1):
    """Subtracted the maximum inside the exp only and forgot to account for it outside."""
    m = np.amax(x, axis=axis, keepdims=True)
    return x - np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True))


def cross_entropy_forward__1(logits, targets, weights=None, ignore_index=-1):
    """Divided by the sum of all weights, those of the ignored places included."""
    shifted = logits - logits.max(-1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    valid = targets != ignore_index
    safe = np.where(valid, targets, 0)
    w = np.ones(targets.shape) if weights is None else weights
    scale = w * valid / w.sum()
    picked = np.take_along_axis(log_probs, safe[..., None], axis=-1)[..., 0]
    return -(scale * picked).sum(), CrossEntropyCache(log_probs, safe, scale)


def cross_entropy_forward__2(logits, targets, weights=None, ignore_index=-1):
    """Forgot the case that every place is ignored, which divides 0 by 0."""
    top = np.max(logits, axis=-1, keepdims=True)
    lse = top + np.log(np.sum(np.exp(logits - top), axis=-1, keepdims=True))
    log_probs = logits - lse
    share = np.ones(np.shape(targets)) if weights is None else np.array(weights, dtype=float)
    share[targets == ignore_index] = 0.0
    share = share / share.sum()
    ids = targets.copy()
    ids[targets == ignore_index] = 0
    loss = 0.0
    for place in np.ndindex(ids.shape):
        loss -= share[place] * log_probs[place][ids[place]]
    return loss, CrossEntropyCache(log_probs, ids, share)


def cross_entropy_backward__1(dloss, cache):
    """Forgot the gradient that arrives from above: dloss is not used."""
    probs = np.exp(cache.log_probs)
    onehot = np.eye(probs.shape[-1])[cache.targets]
    return (probs - onehot) * cache.scale[..., None]


def cross_entropy_backward__2(dloss, cache):
    """Subtracted 1 in the columns of all targets in every row, not in each row at its own target."""
    d = np.exp(cache.log_probs)
    d[..., cache.targets] -= 1
    d *= dloss * cache.scale[..., np.newaxis]
    return d


def perplexity__1(log_probs):
    """Averaged the perplexities of the single tokens, not their surprises."""
    return np.mean(np.exp(-log_probs))


def perplexity__2(log_probs):
    """Multiplied the probabilities before taking the root, which underflows for long texts."""
    product = np.prod(np.exp(log_probs))
    return (1 / product) ** (1 / log_probs.size)
