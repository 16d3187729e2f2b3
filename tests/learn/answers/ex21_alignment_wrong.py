"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.tasks.preferences import BradleyTerryCache, DPOCache


def bradley_terry_forward__1(chosen, rejected):
    """Took the log of the sigmoid as it stands, which is minus infinity for a margin of -900."""
    d = chosen - rejected
    return -np.log(1 / (1 + np.exp(-d))).mean(), BradleyTerryCache(d)


def bradley_terry_forward__2(chosen, rejected):
    """Turned the margin round: rejected less chosen."""
    m = rejected - chosen
    return np.logaddexp(0, -m).mean(), BradleyTerryCache(m)


def bradley_terry_forward__3(chosen, rejected):
    """Summed over the pairs instead of averaging."""
    margin = chosen - rejected
    return float(sum(np.logaddexp(0, -x) for x in margin)), BradleyTerryCache(margin)


def bradley_terry_forward__4(chosen, rejected):
    """Returned the log-probability itself, without the minus."""
    margin = np.subtract(chosen, rejected)
    return -np.logaddexp(0.0, -margin).mean(), BradleyTerryCache(margin)


def bradley_terry_forward__5(chosen, rejected):
    """Returned the mean probability that the chosen answer is preferred."""
    margin = chosen - rejected
    return (0.5 * (1 + np.tanh(margin / 2))).mean(), BradleyTerryCache(margin)


def bradley_terry_forward__6(chosen, rejected):
    """Averaged the margins first and took the loss of the mean margin."""
    margin = chosen - rejected
    return np.logaddexp(0, -np.mean(margin)), BradleyTerryCache(margin)


def bradley_terry_forward__7(chosen, rejected):
    """Used the hinge loss: how much the margin falls short of 1."""
    margin = chosen - rejected
    return np.maximum(0, 1 - margin).mean(), BradleyTerryCache(margin)


def bradley_terry_backward__1(dloss, cache):
    """Forgot that the loss is a mean over the pairs."""
    p = 0.5 * (1 + np.tanh(cache.margin / 2))
    return (p - 1) * dloss, (1 - p) * dloss


def bradley_terry_backward__2(dloss, cache):
    """Gave both answers the gradient of the margin, with the same sign."""
    (margin,) = cache
    slope = -dloss / len(margin) * np.exp(-np.logaddexp(0, margin))
    return slope, slope.copy()


def bradley_terry_backward__3(dloss, cache):
    """Used the sigmoid of the margin where the sigmoid of its negative belongs."""
    m = cache.margin
    s = np.exp(-np.logaddexp(0, -m))
    return -dloss * s / m.size, dloss * s / m.size


def bradley_terry_backward__4(dloss, cache):
    """Used the derivative of the sigmoid, s (1 - s), as if there were no log."""
    s = 0.5 + 0.5 * np.tanh(0.5 * cache.margin)
    g = -dloss * s * (1 - s) / len(s)
    return g, -g


def bradley_terry_backward__5(dloss, cache):
    """Ignored the upstream gradient."""
    margin = cache.margin
    g = np.array([-np.exp(-np.logaddexp(0, x)) / len(margin) for x in margin])
    return g, -g


def bradley_terry_backward__6(dloss, cache):
    """Sent the gradients to the wrong answers: dchosen and drejected are exchanged."""
    margin = cache.margin
    share = np.exp(-np.logaddexp(0, margin)) * (dloss / margin.shape[0])
    return share, -share


def dpo_forward__1(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """Forgot the reference: the margin is that of the model's own log-probabilities."""
    margin = beta * (chosen - rejected)
    return np.logaddexp(0, -margin).mean(), DPOCache(margin, beta)


def dpo_forward__2(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """Forgot beta in the margin."""
    margin = (chosen - ref_chosen) - (rejected - ref_rejected)
    return np.logaddexp(0, -margin).mean(), DPOCache(margin, beta)


def dpo_forward__3(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """Added the reference's advantage instead of taking it away."""
    margin = beta * ((chosen - rejected) + (ref_chosen - ref_rejected))
    return np.mean([np.logaddexp(0, -m) for m in margin]), DPOCache(margin, beta)


def dpo_forward__4(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """Divided by beta, as if it were a temperature."""
    margin = (chosen - ref_chosen - rejected + ref_rejected) / beta
    return np.logaddexp(0, -margin).mean(), DPOCache(margin, beta)


def dpo_forward__5(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """Put beta in front of the loss instead of inside the sigmoid."""
    margin = (chosen - ref_chosen) - (rejected - ref_rejected)
    return beta * np.logaddexp(0, -margin).mean(), DPOCache(beta * margin, beta)


def dpo_forward__6(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """Kept the margin without beta in the cache."""
    gain = (chosen - ref_chosen) - (rejected - ref_rejected)
    return np.logaddexp(0, -beta * gain).mean(), DPOCache(gain, beta)


def dpo_forward__7(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    """Summed the losses of the pairs."""
    margin = beta * (chosen - ref_chosen) - beta * (rejected - ref_rejected)
    return np.logaddexp(0, -margin).sum(), DPOCache(margin, beta)


def dpo_backward__1(dloss, cache):
    """Forgot beta on the way back."""
    margin, _ = cache
    g = -dloss / len(margin) * np.exp(-np.logaddexp(0, margin))
    return g, -g


def dpo_backward__2(dloss, cache):
    """Multiplied the margin by beta once more before the sigmoid."""
    margin, beta = cache
    g = -dloss * beta / len(margin) * np.exp(-np.logaddexp(0, beta * margin))
    return g, -g


def dpo_backward__3(dloss, cache):
    """Did not divide by the number of pairs."""
    g = [-dloss * cache.beta * np.exp(-np.logaddexp(0, m)) for m in cache.margin]
    return np.array(g), -np.array(g)


def dpo_backward__4(dloss, cache):
    """Both gradients have the sign of the loss falling: the chosen answer is made less likely."""
    margin, beta = cache
    w = 1 / (1 + np.exp(np.clip(margin, -700, 700)))
    return dloss * beta * w / margin.size, -dloss * beta * w / margin.size


def dpo_backward__5(dloss, cache):
    """Weighted by the sigmoid of the margin, so that pairs that are right already move most."""
    margin, beta = cache
    s = np.exp(-np.logaddexp(0, -margin))
    return -dloss * beta * s / margin.size, dloss * beta * s / margin.size


def dpo_backward__6(dloss, cache):
    """Gave the rejected answer no gradient."""
    margin, beta = cache
    g = -dloss * beta * np.exp(-np.logaddexp(0, margin)) / len(margin)
    return g, np.zeros_like(g)
