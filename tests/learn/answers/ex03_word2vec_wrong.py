"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.worked.word2vec import NaiveSoftmaxCache, NegativeSamplingCache


def naive_softmax_forward__1(v, outside, U):
    """Took the exponential of the bare scores, which overflows for scores in the hundreds."""
    scores = [float(np.dot(row, v)) for row in U]
    e = np.exp(scores)
    probs = e / e.sum()
    loss = math.log(e.sum()) - scores[outside]
    return loss, NaiveSoftmaxCache(v, outside, U, probs)


def naive_softmax_forward__2(v, outside, U):
    """Took the logarithm of the finished probability: inf where it is too small for float64."""
    s = U @ v
    p = np.exp(s - s.max())
    p /= p.sum()
    with np.errstate(divide="ignore"):
        return -np.log(p[outside]), NaiveSoftmaxCache(v, outside, U, p)


def naive_softmax_forward__3(v, outside, U):
    """Put the log-probabilities into the cache where the probabilities belong."""
    s = np.einsum("vd,d->v", U, v)
    s = s - np.max(s)
    logp = s - np.log(np.exp(s).sum())
    return -logp[outside], NaiveSoftmaxCache(v=v, outside=outside, U=U, probs=logp)


def naive_softmax_forward__4(v, outside, U):
    """Returned log P without the minus sign."""
    dots = (U * v).sum(axis=1)
    logp = dots - np.logaddexp.reduce(dots)
    return logp[outside], NaiveSoftmaxCache(v, outside, U, np.exp(logp))


def naive_softmax_forward__5(v, outside, U):
    """Asked a yes/no question about each word: sigmoids in place of a softmax over all words."""
    scores = U.dot(v)
    probs = 0.5 * (1 + np.tanh(scores / 2))
    return np.logaddexp(0, -scores[outside]), NaiveSoftmaxCache(v, outside, U, probs)


def naive_softmax_forward__6(v, outside, U):
    """Multiplied v from the left, so that the scores come from the columns of U."""
    logits = v @ U
    shifted = logits - logits.max()
    total = np.exp(shifted).sum()
    return np.log(total) - shifted[outside], NaiveSoftmaxCache(v, outside, U, np.exp(shifted) / total)


def naive_softmax_forward__7(v, outside, U):
    """Left the found word out of the sum in the denominator."""
    scores = U @ v
    others = np.delete(scores, outside)
    norm = np.logaddexp.reduce(others)
    return norm - scores[outside], NaiveSoftmaxCache(v, outside, U, np.exp(scores - norm))


def naive_softmax_backward__1(dloss, cache):
    """Subtracted the 1 in the probabilities of the cache itself, which may be used again."""
    d = cache.probs
    d[cache.outside] -= 1
    return dloss * (d @ cache.U), dloss * np.outer(d, cache.v)


def naive_softmax_backward__2(dloss, cache):
    """Pulled v towards the found word only; the expected outside vector is missing in dv."""
    v, o, U, p = cache
    err = np.array([p[w] - (w == o) for w in range(len(p))])
    dv = -U[o] * dloss
    dU = np.array([dloss * e * v for e in err])
    return dv, dU


def naive_softmax_backward__3(dloss, cache):
    """Built dU with the axes exchanged, as (D, V)."""
    err = cache.probs - np.eye(len(cache.probs))[cache.outside]
    return dloss * np.einsum("v,vd->d", err, cache.U), dloss * np.einsum("d,v->dv", cache.v, err)


def naive_softmax_backward__4(dloss, cache):
    """Moved only the row of the found word in dU and left all other words at 0."""
    delta = cache.probs.copy()
    delta[cache.outside] -= 1
    dU = np.zeros(cache.U.shape)
    dU[cache.outside] = dloss * delta[cache.outside] * cache.v
    return dloss * cache.U.T @ delta, dU


def naive_softmax_backward__5(dloss, cache):
    """Computed one-hot minus probability, so that both gradients have the wrong sign."""
    y = np.zeros_like(cache.probs)
    y[cache.outside] = 1
    g = (y - cache.probs)[:, None] * dloss
    return (g * cache.U).sum(0), g * cache.v


def naive_softmax_backward__6(dloss, cache):
    """Multiplied dv by dloss but forgot it for dU."""
    e = np.where(np.arange(cache.probs.size) == cache.outside, cache.probs - 1, cache.probs)
    return e.dot(cache.U) * dloss, np.multiply.outer(e, cache.v)


def naive_softmax_backward__7(dloss, cache):
    """Forgot to subtract 1 at the found word, in both gradients."""
    v, _, U, p = cache
    dv = sum(p[w] * U[w] for w in range(len(U))) * dloss
    return dv, np.stack([dloss * q * v for q in p])


def negative_sampling_forward__1(v, outside, negatives, U):
    """Asked 'found' of the negatives as well: their scores are not turned round."""
    ids = np.concatenate([[outside], negatives])
    s = U[ids] @ v
    return np.logaddexp(0, -s).sum(), NegativeSamplingCache(
        v, ids, U, 1 / (1 + np.exp(-np.clip(s, -700, 700)))
    )


def negative_sampling_forward__2(v, outside, negatives, U):
    """Took logarithms of sigmoids, which are log 0 where a score is large and the answer wrong."""
    ids = np.array([outside, *negatives])
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-(U[ids] @ v)))
        loss = -np.log(p[0]) - np.log(1 - p[1:]).sum()
    return loss, NegativeSamplingCache(v, ids, U, p)


def negative_sampling_forward__3(v, outside, negatives, U):
    """Counted a word that was drawn more than once only once (np.unique)."""
    ids = np.append(outside, np.unique(negatives))
    dots = np.einsum("kd,d->k", U[ids], v)
    sign = np.ones(len(ids))
    sign[0] = -1
    return np.logaddexp(0, sign * dots).sum(), NegativeSamplingCache(v, ids, U, (1 + np.tanh(dots / 2)) / 2)


def negative_sampling_forward__4(v, outside, negatives, U):
    """Averaged over the negatives in place of adding their surprises up."""
    scores = np.hstack([U[outside] @ v, U[negatives] @ v])
    softplus = np.maximum(scores, 0) + np.log1p(np.exp(-np.abs(scores)))
    loss = softplus[0] - scores[0] + softplus[1:].mean()
    ids = np.r_[outside, negatives]
    return loss, NegativeSamplingCache(v, ids, U, np.exp(scores - softplus))


def negative_sampling_forward__5(v, outside, negatives, U):
    """Threw out the negatives that happen to be the found word itself."""
    drawn = [k for k in negatives if k != outside]
    ids = np.array([outside, *drawn])
    s = U[ids] @ v
    loss = np.logaddexp(0, -s[0]) + sum(np.logaddexp(0, t) for t in s[1:])
    return loss, NegativeSamplingCache(v, ids, U, np.exp(-np.logaddexp(0, -s)))


def negative_sampling_forward__6(v, outside, negatives, U):
    """Put the found word last in ids and probs, after the negatives."""
    ids = np.concatenate((negatives, [outside]))
    s = U.take(ids, axis=0).dot(v)
    probs = np.exp(-np.logaddexp(0, -s))
    loss = np.logaddexp(0, s[:-1]).sum() + np.logaddexp(0, -s[-1])
    return loss, NegativeSamplingCache(v, ids, U, probs)


def negative_sampling_forward__7(v, outside, negatives, U):
    """Kept the probabilities of the right answers, so that those of the negatives are 1 - sigmoid."""
    ids = np.concatenate(([outside], negatives))
    s = U[ids] @ v
    s[1:] *= -1
    logp = -np.logaddexp(0, -s)
    return -logp.sum(), NegativeSamplingCache(v, ids, U, np.exp(logp))


def negative_sampling_forward__8(v, outside, negatives, U):
    """Put a softmax over the 1 + K words in place of 1 + K sigmoids."""
    ids = np.concatenate(([outside], negatives))
    s = U[ids] @ v
    logp = s - np.logaddexp.reduce(s)
    return -logp[0], NegativeSamplingCache(v, ids, U, np.exp(logp))


def negative_sampling_backward__1(dloss, cache):
    """Used dU[ids] += ..., which keeps only one part of a word that occurs more than once."""
    e = cache.probs.copy()
    e[0] -= 1
    e = e * dloss
    dU = np.zeros_like(cache.U)
    dU[cache.ids] += e[:, None] * cache.v
    return e @ cache.U[cache.ids], dU


def negative_sampling_backward__2(dloss, cache):
    """Subtracted 1 from every probability, also from those of the negatives."""
    g = [dloss * (p - 1) for p in cache.probs]
    dv, dU = np.zeros(cache.v.shape), np.zeros(cache.U.shape)
    for i, word in enumerate(cache.ids):
        dv += g[i] * cache.U[word]
        dU[word] += g[i] * cache.v
    return dv, dU


def negative_sampling_backward__3(dloss, cache):
    """Changed the probabilities in the cache in place."""
    err = cache.probs
    err[0] -= 1
    onehot = np.eye(len(cache.U))[cache.ids]
    return dloss * err @ cache.U[cache.ids], dloss * onehot.T @ np.outer(err, cache.v)


def negative_sampling_backward__4(dloss, cache):
    """Returned one row of dU per pair, (1 + K, D), without adding them into a table of the shape of U."""
    target = np.zeros(len(cache.ids))
    target[0] = 1
    e = dloss * (cache.probs - target)
    return np.einsum("k,kd->d", e, cache.U[cache.ids]), np.einsum("k,d->kd", e, cache.v)


def negative_sampling_backward__5(dloss, cache):
    """Left the negatives out of dv; only the found word moves the center vector."""
    v, ids, U, probs = cache
    err = (probs - (np.arange(len(ids)) == 0)) * dloss
    dU = np.zeros(U.shape)
    np.add.at(dU, ids, err[:, np.newaxis] * v)
    return err[0] * U[ids[0]], dU


def negative_sampling_backward__6(dloss, cache):
    """Gave the negatives the gradient with the wrong sign, -p in place of p."""
    signs = np.where(np.arange(len(cache.ids)) == 0, cache.probs - 1, -cache.probs) * dloss
    dU = np.zeros_like(cache.U)
    for k in range(len(signs)):
        dU[cache.ids[k]] = dU[cache.ids[k]] + signs[k] * cache.v
    return signs.dot(cache.U[cache.ids]), dU


def negative_sampling_backward__7(dloss, cache):
    """Subtracted the 1 at the place ids[0] of the errors, although the found word is always at place 0."""
    e = np.array(cache.probs, dtype=float)
    e[cache.ids[0]] -= 1
    e *= dloss
    onehot = (cache.ids[:, None] == np.arange(len(cache.U))).astype(float)
    return e @ (onehot @ cache.U), onehot.T @ (e[:, None] * cache.v[None])


def negative_sampling_backward__8(dloss, cache):
    """Subtracted nothing from the probability of the found word and multiplied only dU by dloss."""
    contributions = cache.probs[:, None] * cache.v
    dU = np.zeros(cache.U.shape)
    np.add.at(dU, cache.ids, dloss * contributions)
    return (cache.probs[:, None] * cache.U[cache.ids]).sum(axis=0), dU
