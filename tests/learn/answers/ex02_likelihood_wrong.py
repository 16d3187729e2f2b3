"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.ops.cross_entropy import CrossEntropyCache


def softmax__1(x, axis=-1):
    """Took the exponential of the scores as they are, which overflows for scores in the hundreds."""
    powers = np.e**x
    return powers / powers.sum(axis=axis, keepdims=True)


def softmax__2(x, axis=-1):
    """Divided by the sum over the whole array, not over the axis."""
    e = np.exp(x - np.amax(x, axis=axis, keepdims=True))
    return e / np.sum(e)


def softmax__3(x, axis=-1):
    """Ignored the argument axis and always used the last one."""
    shape = x.shape
    rows = x.reshape(-1, shape[-1])
    out = [np.exp(row - row.max()) / np.exp(row - row.max()).sum() for row in rows]
    return np.array(out).reshape(shape)


def softmax__4(x, axis=-1):
    """Left out keepdims in the denominator, so that it is broadcast along the wrong axis."""
    shifted = x - np.max(x, axis=axis, keepdims=True)
    exps = np.exp(shifted)
    return exps / exps.sum(axis)


def softmax__5(x, axis=-1):
    """Subtracted the maximum in place, and so changed the caller's scores."""
    x -= x.max(axis=axis, keepdims=True)
    return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)


def softmax__6(x, axis=-1):
    """Subtracted the maximum of the whole array: rows that lie far below it become 0 / 0."""
    top = x.max()
    e = np.exp(x - top)
    return np.divide(e, np.expand_dims(e.sum(axis=axis), axis))


def softmax__7(x, axis=-1):
    """Divided the scores by the largest one, to tame them, in place of subtracting it."""
    scaled = x / np.abs(x).max(axis=axis, keepdims=True)
    weights = np.exp(scaled)
    return weights / np.add.reduce(weights, axis=axis, keepdims=True)


def log_softmax__1(x, axis=-1):
    """Took the logarithm of the finished softmax, which is -inf where the probability underflows."""
    e = np.exp(x - x.max(axis, keepdims=True))
    p = e / e.sum(axis, keepdims=True)
    return np.log(p)


def log_softmax__2(x, axis=-1):
    """Added 1e-12 inside the logarithm, so that very small probabilities stop at about -27.6."""
    weights = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return np.log(weights / np.sum(weights, axis=axis, keepdims=True) + 1e-12)


def log_softmax__3(x, axis=-1):
    """Subtracted the maximum inside the exponential only, and did not subtract it from the scores."""
    m = x.max(axis=axis, keepdims=True)
    total = np.exp(x - m).sum(axis=axis, keepdims=True)
    return x - np.log(total)


def log_softmax__4(x, axis=-1):
    """Did without the maximum: the sum of exponentials overflows."""
    return x - np.log(np.sum(np.exp(x), axis=axis, keepdims=True))


def log_softmax__5(x, axis=-1):
    """Normalised along the last axis whatever axis was given."""
    y = np.empty_like(x)
    for index in np.ndindex(x.shape[:-1]):
        row = x[index] - max(x[index])
        y[index] = row - math.log(sum(math.exp(s) for s in row))
    return y


def log_softmax__6(x, axis=-1):
    """Used the maximum and the sum of the whole array."""
    z = x - x.max()
    return z - np.log(np.exp(z).sum())


def log_softmax__7(x, axis=-1):
    """Took the logarithm to base 10."""
    z = np.subtract(x, np.max(x, axis=axis, keepdims=True))
    e = np.exp(z)
    return (z - np.log(e.sum(axis=axis, keepdims=True))) / np.log(10)


def _lsm(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def cross_entropy_forward__1(logits, targets, weights=None, ignore_index=-1):
    """Divided by the number (or the weights) of all places, also of those that are ignored."""
    lp = _lsm(logits)
    valid = targets != ignore_index
    t = np.where(valid, targets, 0)
    w = valid * (np.ones(targets.shape) if weights is None else weights)
    scale = w / max(targets.size, 1) if weights is None else w / weights.sum()
    surprise = -np.take_along_axis(lp, t[..., None], -1).squeeze(-1)
    return (scale * surprise).sum(), CrossEntropyCache(lp, t, scale)


def cross_entropy_forward__2(logits, targets, weights=None, ignore_index=-1):
    """Divided the weighted sum by the number of places that count, not by the sum of their weights."""
    log_probs = _lsm(logits)
    counts = (targets != ignore_index).astype(float)
    n = counts.sum()
    share = counts if weights is None else counts * weights
    share = share / n if n else share
    safe = np.where(counts > 0, targets, 0)
    onehot = np.eye(logits.shape[-1])[safe]
    return -(share[..., None] * onehot * log_probs).sum(), CrossEntropyCache(log_probs, safe, share)


def cross_entropy_forward__3(logits, targets, weights=None, ignore_index=-1):
    """Did not think of the case that nothing counts: 0 / 0 is nan."""
    mask = targets != ignore_index
    ids = targets * mask
    w = mask.astype(float) if weights is None else mask * weights
    with np.errstate(all="ignore"):
        w = w / np.sum(w)
    logp = _lsm(logits)
    picked = np.take_along_axis(logp, np.expand_dims(ids, -1), axis=-1)[..., 0]
    return -np.sum(w * picked), CrossEntropyCache(logp, ids, w)


def cross_entropy_forward__4(logits, targets, weights=None, ignore_index=-1):
    """Put the targets into the cache as they are, with the marks of ignored places still in them."""
    V = logits.shape[-1]
    flat_lp, flat_t = _lsm(logits).reshape(-1, V), targets.reshape(-1)
    w = np.ones(flat_t.size) if weights is None else np.array(weights, dtype=float).reshape(-1)
    w[flat_t == ignore_index] = 0
    if w.sum() > 0:
        w /= w.sum()
    nll = [0.0 if t == ignore_index else -flat_lp[i, t] for i, t in enumerate(flat_t)]
    cache = CrossEntropyCache(flat_lp.reshape(logits.shape), targets, w.reshape(targets.shape))
    return np.dot(w, nll), cache


def cross_entropy_forward__5(logits, targets, weights=None, ignore_index=-1):
    """Took every negative target for ignored and did not look at ignore_index."""
    keep = targets >= 0
    safe = np.maximum(targets, 0)
    w = np.where(keep, 1.0 if weights is None else weights, 0.0)
    total = w.sum()
    scale = w / total if total != 0 else w
    lp = _lsm(logits)
    loss = -(np.take_along_axis(lp, safe[..., None], axis=-1)[..., 0] * scale).sum()
    return loss, CrossEntropyCache(lp, safe, scale)


def cross_entropy_forward__6(logits, targets, weights=None, ignore_index=-1):
    """Kept the bare weights as scale in the cache; they are not shares, their sum is not 1."""
    lp = _lsm(logits)
    ok = targets != ignore_index
    t = np.where(ok, targets, 0)
    w = ok.astype(np.float64)
    if weights is not None:
        w *= weights
    surprise = -np.take_along_axis(lp, t[..., np.newaxis], axis=-1)[..., 0]
    loss = np.average(surprise, weights=w) if w.any() else 0.0
    return loss, CrossEntropyCache(lp, t, w)


def cross_entropy_forward__7(logits, targets, weights=None, ignore_index=-1):
    """Wrote the zeros for ignored places into the caller's targets."""
    w = np.ones(targets.shape) if weights is None else weights.astype(float)
    w[targets == ignore_index] = 0
    targets[targets == ignore_index] = 0
    scale = w / (w.sum() or 1)
    lp = _lsm(logits)
    grid = np.indices(targets.shape)
    return -(lp[(*grid, targets)] * scale).sum(), CrossEntropyCache(lp, targets, scale)


def cross_entropy_forward__8(logits, targets, weights=None, ignore_index=-1):
    """Divided by the sum of all weights, including those of ignored places."""
    weights = np.ones_like(targets, dtype=float) if weights is None else weights
    scale = weights / (weights.sum() if weights.sum() else 1)
    scale = np.where(targets == ignore_index, 0, scale)
    t = np.where(targets == ignore_index, 0, targets)
    log_probs = _lsm(logits)
    total = 0.0
    for place in np.ndindex(t.shape):
        total -= scale[place] * log_probs[place][t[place]]
    return total, CrossEntropyCache(log_probs, t, scale)


def cross_entropy_backward__1(dloss, cache):
    """Computed one-hot minus probability: the sign is turned round."""
    p = np.exp(cache.log_probs)
    onehot = np.eye(p.shape[-1])[cache.targets]
    return (onehot - p) * cache.scale[..., None] * dloss


def cross_entropy_backward__2(dloss, cache):
    """Forgot to multiply by dloss."""
    g = np.exp(cache.log_probs)
    for place in np.ndindex(cache.targets.shape):
        g[(*place, cache.targets[place])] -= 1
        g[place] *= cache.scale[place]
    return g


def cross_entropy_backward__3(dloss, cache):
    """Divided every row by the number of places and left scale unused."""
    log_probs, targets, _ = cache
    classes = np.arange(log_probs.shape[-1])
    hot = (classes == targets[..., None]).astype(float)
    return dloss * (np.exp(log_probs) - hot) / max(targets.size, 1)


def cross_entropy_backward__4(dloss, cache):
    """Computed the exponential and the rest in place in the log_probs of the cache."""
    g = np.exp(cache.log_probs, out=cache.log_probs)
    t = cache.targets[..., None]
    np.put_along_axis(g, t, np.take_along_axis(g, t, -1) - 1, -1)
    g *= dloss * cache.scale[..., None]
    return g


def cross_entropy_backward__5(dloss, cache):
    """Subtracted the one-hot vector from the log-probabilities, without the exponential."""
    V = cache.log_probs.shape[-1]
    hot = np.eye(V)[cache.targets]
    return np.einsum("...v,...->...v", cache.log_probs - hot, cache.scale * dloss)


def cross_entropy_backward__6(dloss, cache):
    """Multiplied only the one-hot part by the share; the probabilities go in with full weight."""
    probs = np.exp(cache.log_probs)
    hot = np.zeros_like(probs)
    np.put_along_axis(hot, cache.targets[..., None], cache.scale[..., None], axis=-1)
    return dloss * (probs - hot)


def cross_entropy_backward__7(dloss, cache):
    """Gave only the target a gradient, p - 1, and 0 to all other logits."""
    lp, t, share = cache
    flat, out = lp.reshape(-1, lp.shape[-1]), np.zeros(lp.shape).reshape(-1, lp.shape[-1])
    rows = np.arange(t.size)
    out[rows, t.ravel()] = (np.exp(flat[rows, t.ravel()]) - 1) * share.ravel() * dloss
    return out.reshape(lp.shape)


def cross_entropy_backward__8(dloss, cache):
    """Subtracted 1 from the whole columns of all targets, not at one place of each row."""
    flat = np.exp(cache.log_probs).reshape(-1, cache.log_probs.shape[-1])
    flat[:, cache.targets.ravel()] -= 1
    flat = flat * (cache.scale.reshape(-1, 1) * dloss)
    return flat.reshape(cache.log_probs.shape)


def perplexity__1(log_probs):
    """Multiplied all probabilities, which underflows to 0 for a long text."""
    probs = np.exp(log_probs).ravel()
    with np.errstate(divide="ignore"):
        return np.prod(probs) ** (-1 / probs.size)


def perplexity__2(log_probs):
    """Took the perplexity of each row and then averaged over the rows."""
    rows = np.atleast_2d(log_probs)
    return np.mean([math.exp(-row.mean()) for row in rows])


def perplexity__3(log_probs):
    """Averaged the inverse probabilities, and so took the arithmetic mean for the geometric one."""
    inverse = [math.exp(-lp) for lp in np.ravel(log_probs)]
    return np.float64(sum(inverse) / len(inverse))


def perplexity__4(log_probs):
    """Forgot the minus sign, and so returned the mean probability, at most 1."""
    return np.exp(np.mean(log_probs))


def perplexity__5(log_probs):
    """Raised 2 to a surprise in nats, as if it were in bits."""
    return np.exp2(-np.average(log_probs))


def perplexity__6(log_probs):
    """Took the exponential of the sum of all surprises, without dividing by their number."""
    return np.exp(np.negative(log_probs).sum())


def perplexity__7(log_probs):
    """Divided by len, which is the number of rows and not of tokens where there are two axes."""
    total = -sum(np.asarray(log_probs).flat)
    return np.exp(total / len(log_probs))
