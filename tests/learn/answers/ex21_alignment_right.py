"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.tasks.preferences import BradleyTerryCache, DPOCache


def _softplus(x):
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def _sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def bradley_terry_forward__loops(chosen, rejected):
    """A loop over the pairs, with the log rearranged by sign."""
    margin = np.array([c - r for c, r in zip(chosen, rejected, strict=True)])
    return sum(_softplus(-float(m)) for m in margin) / len(margin), BradleyTerryCache(margin)


def bradley_terry_forward__other(chosen, rejected):
    """max(-m, 0) + log(1 + exp(-|m|))."""
    margin = chosen - rejected
    losses = np.maximum(-margin, 0) + np.log1p(np.exp(-np.abs(margin)))
    return losses.mean(), BradleyTerryCache(margin)


def bradley_terry_forward__float32(chosen, rejected):
    """All in float32."""
    margin = chosen.astype(np.float32) - rejected.astype(np.float32)
    return np.logaddexp(np.float32(0), -margin).mean(), BradleyTerryCache(margin)


def bradley_terry_backward__loops(dloss, cache):
    """A loop over the pairs."""
    n = len(cache.margin)
    up = np.array([float(dloss) * _sigmoid(-float(m)) / n for m in cache.margin])
    return -up, up


def bradley_terry_backward__other(dloss, cache):
    """The sigmoid as a tanh."""
    (margin,) = cache
    g = dloss * 0.5 * (1 - np.tanh(margin / 2)) / margin.size
    return -g, g


def bradley_terry_backward__float32(dloss, cache):
    """All in float32."""
    margin = cache.margin.astype(np.float32)
    g = np.float32(dloss) * np.exp(-np.logaddexp(np.float32(0), margin)) / np.float32(margin.size)
    return -g, g


def dpo_forward__loops(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """A loop over the pairs."""
    margin = np.empty(len(chosen))
    for i in range(len(chosen)):
        margin[i] = beta * (chosen[i] - ref_chosen[i]) - beta * (rejected[i] - ref_rejected[i])
    return sum(_softplus(-m) for m in margin.tolist()) / len(margin), DPOCache(margin, beta)


def dpo_forward__other(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """The other order of differences: within the model, then within the reference."""
    margin = beta * ((chosen - rejected) - (ref_chosen - ref_rejected))
    losses = np.where(margin < 0, -margin, 0) + np.log1p(np.exp(-np.abs(margin)))
    return losses.mean(), DPOCache(margin, beta)


def dpo_forward__float32(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """The loss in float32, of the margins in float64."""
    margin = beta * (chosen - ref_chosen - rejected + ref_rejected)
    small = margin.astype(np.float32)
    return np.logaddexp(np.float32(0), -small).mean(), DPOCache(margin, beta)


def dpo_backward__loops(dloss, cache):
    """A loop over the pairs."""
    n = len(cache.margin)
    up = np.array([cache.beta * float(dloss) * _sigmoid(-float(m)) / n for m in cache.margin])
    return -up, up


def dpo_backward__other(dloss, cache):
    """The sigmoid as a tanh."""
    margin, beta = cache
    g = 0.5 * beta * dloss / len(margin) * (1 - np.tanh(margin / 2))
    return -g, g


def dpo_backward__float32(dloss, cache):
    """All in float32."""
    margin, beta = cache.margin.astype(np.float32), np.float32(cache.beta)
    g = np.float32(dloss) * beta * np.exp(-np.logaddexp(np.float32(0), margin)) / np.float32(margin.size)
    return -g, g
