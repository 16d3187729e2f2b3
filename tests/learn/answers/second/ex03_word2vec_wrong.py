"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.worked.word2vec import NaiveSoftmaxCache, NegativeSamplingCache


def naive_softmax_forward__1(v, outside, U):
    """Took the logarithm of the probability, which is infinite where the probability underflows to 0."""
    scores = U @ v
    e = np.exp(scores - scores.max())
    probs = e / e.sum()
    return -np.log(probs[outside]), NaiveSoftmaxCache(v, outside, U, probs)


def naive_softmax_forward__2(v, outside, U):
    """Did not subtract the largest score before exp, which overflows for large scores."""
    s = np.einsum("wd,d->w", U, v)
    log_p = s - np.log(np.sum(np.exp(s)))
    return -log_p[outside], NaiveSoftmaxCache(v, outside, U, np.exp(log_p))


def naive_softmax_backward__1(dloss, cache):
    """Subtracted 1 from the cached probabilities themselves, which spoils the cache for the next use."""
    dscores = cache.probs
    dscores[cache.outside] -= 1
    dv = dloss * cache.U.T @ dscores
    dU = dloss * np.outer(dscores, cache.v)
    return dv, dU


def naive_softmax_backward__2(dloss, cache):
    """Forgot in dv the vector of the word that was found: only the expected outside vector is there."""
    v, o, U, p = cache
    dv = dloss * sum(p[w] * U[w] for w in range(len(U)))
    dU = np.array([dloss * (p[w] - (w == o)) * v for w in range(len(U))])
    return dv, dU


def negative_sampling_forward__1(v, outside, negatives, U):
    """Computed log(1 - sigmoid) for the negatives directly, which is -inf for large scores."""
    ids = np.concatenate([[outside], negatives])
    scores = U[ids] @ v
    e = np.exp(-np.abs(scores))
    probs = np.where(scores >= 0, 1 / (1 + e), e / (1 + e))
    loss = np.logaddexp(0, -scores[0]) - np.log(1 - probs[1:]).sum()
    return loss, NegativeSamplingCache(v, ids, U, probs)


def negative_sampling_forward__2(v, outside, negatives, U):
    """Forgot to turn the sign of the scores of the negatives, as if they had been found as well."""
    ids = np.array([outside, *negatives])
    s = np.array([np.dot(U[i], v) for i in ids])
    log_sig = -np.logaddexp(0, -s)
    loss = -log_sig.sum()
    return loss, NegativeSamplingCache(v=v, ids=ids, U=U, probs=np.exp(log_sig))


def negative_sampling_backward__1(dloss, cache):
    """Added with dU[ids] +=, which keeps only one part of a word that stands in ids more than once."""
    g = cache.probs.copy()
    g[0] -= 1
    g *= dloss
    dv = g @ cache.U[cache.ids]
    dU = np.zeros_like(cache.U)
    dU[cache.ids] += g[:, None] * cache.v
    return dv, dU


def negative_sampling_backward__2(dloss, cache):
    """Used 1 - probs as the error of the negatives, although probs already are the sigmoids of +score."""
    v, ids, U, probs = cache
    dv, dU = np.zeros(v.shape), np.zeros(U.shape)
    for k, word in enumerate(ids):
        err = -(1 - probs[k]) if k == 0 else 1 - probs[k]
        dv += dloss * err * U[word]
        dU[word] += dloss * err * v
    return dv, dU
