"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.tasks.preferences import BradleyTerryCache, DPOCache


def bradley_terry_forward__1(chosen, rejected):
    """Takes the sigmoid and its log one after the other, which overflows at a margin of -900."""
    margin = chosen - rejected
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-margin))
        loss = -np.log(p).mean()
    return loss, BradleyTerryCache(margin)


def bradley_terry_forward__2(chosen, rejected):
    """Has the sign of the margin wrong in the loss: an expected choice costs more."""
    m = np.subtract(chosen, rejected)
    return np.logaddexp(0.0, m).mean(), BradleyTerryCache(m)


def bradley_terry_forward__3(chosen, rejected):
    """Averages the margins first and takes one loss of the mean margin."""
    margin = np.array([c - r for c, r in zip(chosen, rejected, strict=True)])
    loss = float(np.logaddexp(0, -margin.mean()))
    return loss, BradleyTerryCache(margin)


def bradley_terry_backward__1(dloss, cache):
    """Forgets that the loss was a mean and does not divide by the number of pairs."""
    g = -dloss * np.exp(-np.logaddexp(0, cache.margin))
    return g, -g


def bradley_terry_backward__2(dloss, cache):
    """Takes the sigmoid of the margin as the slope, where it is 1 minus it."""
    s = np.exp(-np.logaddexp(0.0, -cache.margin))
    d = dloss * s / s.shape[0]
    return -d, d


def bradley_terry_backward__3(dloss, cache):
    """Gives both answers the gradient of the chosen one: the minus in the margin is forgotten."""
    m = cache.margin
    up = 0.5 * (1 - np.tanh(m / 2))
    dmargin = -(dloss / len(m)) * up
    return dmargin, dmargin.copy()


def dpo_forward__1(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """Leaves the reference out: the margin is that of the model's own log-probabilities."""
    margin = beta * (chosen - rejected)
    return np.logaddexp(0, -margin).mean(), DPOCache(margin, beta)


def dpo_forward__2(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """Keeps the margin in the cache without beta."""
    gap = (chosen - ref_chosen) - (rejected - ref_rejected)
    losses = np.maximum(-beta * gap, 0) + np.log1p(np.exp(-np.abs(beta * gap)))
    return float(np.mean(losses)), DPOCache(gap, beta)


def dpo_forward__3(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """Divides the rewards by beta, as if it were a temperature."""
    r_w, r_l = ((a - b) / beta for a, b in ((chosen, ref_chosen), (rejected, ref_rejected)))
    margin = r_w - r_l
    return -(-np.logaddexp(0.0, -margin)).mean(), DPOCache(margin, beta)


def dpo_backward__1(dloss, cache):
    """Forgets beta in the gradient: it believes that the margin already has it."""
    margin, _ = cache
    d = dloss * np.exp(-np.logaddexp(0, margin)) / margin.size
    return -d, d


def dpo_backward__2(dloss, cache):
    """Multiplies the margin by beta once more before it takes the sigmoid."""
    n = len(cache.margin)
    z = cache.beta * cache.margin
    weight = np.exp(-np.logaddexp(0.0, z))
    dchosen = -cache.beta * dloss * weight / n
    return dchosen, -dchosen


def dpo_backward__3(dloss, cache):
    """Has the two signs exchanged, so that a step of descent lowers the chosen answer."""
    half = (1 - np.tanh(cache.margin / 2)) / 2
    g = dloss * cache.beta * half / half.size
    return g, -g
