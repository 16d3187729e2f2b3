"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.worked.word2vec import NaiveSoftmaxCache, NegativeSamplingCache


def naive_softmax_forward__loops(v, outside, U):
    """Plain loops over words and entries, with the math module."""
    scores = []
    for row in U:
        score = 0.0
        for u, c in zip(row, v, strict=True):
            score += float(u) * float(c)
        scores.append(score)
    top = max(scores)
    total = sum(math.exp(s - top) for s in scores)
    probs = np.array([math.exp(s - top) / total for s in scores])
    return top + math.log(total) - scores[outside], NaiveSoftmaxCache(v, outside, U, probs)


def naive_softmax_forward__other(v, outside, U):
    """The loss as the logarithmic sum of score differences to the found word."""
    differences = np.einsum("vd,d->v", U, v) - U[outside] @ v
    loss = np.logaddexp.reduce(differences)
    return loss, NaiveSoftmaxCache(v=v, outside=outside, U=U, probs=np.exp(differences - loss))


def naive_softmax_forward__float32(v, outside, U):
    """Scores, probabilities and the loss in float32."""
    scores = U.astype(np.float32).dot(v.astype(np.float32))
    z = scores - scores.max()
    total = np.exp(z).sum()
    return np.log(total) - z[outside], NaiveSoftmaxCache(v, outside, U, np.exp(z) / total)


def naive_softmax_backward__loops(dloss, cache):
    """Plain loops over words and entries."""
    dv, dU = np.zeros(len(cache.v)), np.zeros(cache.U.shape)
    for w in range(len(cache.U)):
        error = cache.probs[w] - 1 if w == cache.outside else cache.probs[w]
        for d in range(len(cache.v)):
            dv[d] += dloss * error * cache.U[w, d]
            dU[w, d] = dloss * error * cache.v[d]
    return dv, dU


def naive_softmax_backward__other(dloss, cache):
    """Expectation minus observation, first for all words, then a correction of the found one."""
    v, o, U, p = cache
    dv = (p[:, None] * U).sum(axis=0) - U[o]
    dU = np.einsum("w,d->wd", p, v)
    dU[o] -= v
    return dloss * dv, dloss * dU


def naive_softmax_backward__float32(dloss, cache):
    """One-hot subtraction in float32."""
    p, U, v = (a.astype(np.float32) for a in (cache.probs, cache.U, cache.v))
    e = np.float32(dloss) * (p - np.eye(len(p), dtype=np.float32)[cache.outside])
    return U.T @ e, e[:, None] * v


def negative_sampling_forward__loops(v, outside, negatives, U):
    """One yes/no question after the other, with the math module and two cases per sign."""
    ids, probs, loss = [int(outside), *(int(k) for k in negatives)], [], 0.0
    for place, word in enumerate(ids):
        s = sum(float(a) * float(b) for a, b in zip(U[word], v, strict=True))
        small = math.exp(-abs(s))
        probs.append(1 / (1 + small) if s >= 0 else small / (1 + small))
        signed = -s if place == 0 else s
        loss += max(signed, 0.0) + math.log1p(small)
    return loss, NegativeSamplingCache(v, np.array(ids), U, np.array(probs))


def negative_sampling_forward__other(v, outside, negatives, U):
    """All scores of the vocabulary first, then picked; the sigmoid as a tanh."""
    ids = np.insert(negatives, 0, outside)
    scores = (U @ v)[ids]
    sign = np.where(np.arange(ids.size) == 0, -1.0, 1.0)
    probs = 0.5 + 0.5 * np.tanh(scores / 2)
    return np.logaddexp(0, sign * scores).sum(), NegativeSamplingCache(v, ids, U, probs)


def negative_sampling_forward__float32(v, outside, negatives, U):
    """Scores, sigmoids and surprises in float32."""
    ids = np.concatenate([np.array([outside]), negatives])
    s = U[ids].astype(np.float32) @ v.astype(np.float32)
    zero = np.float32(0)
    loss = np.logaddexp(zero, -s[0]) + np.logaddexp(zero, s[1:]).sum()
    return loss, NegativeSamplingCache(v, ids, U, np.exp(-np.logaddexp(zero, -s)))


def negative_sampling_backward__loops(dloss, cache):
    """Plain loops over pairs and entries."""
    dv, dU = np.zeros(len(cache.v)), np.zeros(cache.U.shape)
    for place in range(len(cache.ids)):
        word = cache.ids[place]
        error = dloss * (cache.probs[place] - (1 if place == 0 else 0))
        for d in range(len(cache.v)):
            dv[d] += error * cache.U[word][d]
            dU[word][d] += error * cache.v[d]
    return dv, dU


def negative_sampling_backward__other(dloss, cache):
    """The errors are added up per word by bincount; both gradients follow from them."""
    error = cache.probs - np.eye(1, len(cache.ids))[0]
    per_word = dloss * np.bincount(cache.ids, weights=error, minlength=len(cache.U))
    return per_word @ cache.U, per_word[:, None] * cache.v


def negative_sampling_backward__float32(dloss, cache):
    """A one-hot matrix for the ids, in float32."""
    hot = (cache.ids[:, None] == np.arange(len(cache.U))).astype(np.float32)
    error = cache.probs.astype(np.float32)
    error[0] -= 1
    error *= np.float32(dloss)
    U, v = cache.U.astype(np.float32), cache.v.astype(np.float32)
    return error @ (hot @ U), np.outer(hot.T @ error, v)
