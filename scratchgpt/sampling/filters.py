"""From logits to one drawn token: pure functions, applied in this order.

repetition penalty, temperature, top-k, top-p, min-p, draw. All work in float64 on the host, wherever the
logits were computed, and the only randomness is the generator that `draw` is given.
"""

from collections.abc import Collection

import numpy as np

from ..config import SampleConfig
from ..ops.arrays import Array
from ..ops.softmax import log_softmax, softmax

_LIKELY = 1024  # tokens among which the nucleus is looked for first
_ROUNDING = 1e-12  # ten tokens of probability 0.1 must reach 1.0, though their float64 sum stays below


def repetition_penalty(logits: Array, seen: Collection[int], penalty: float) -> Array:
    """Make the tokens `seen` less likely: their logits are divided by `penalty`, negative ones multiplied.

    logits are (V,); 1 changes nothing. A token counts once, however often it was seen. Source: Keskar et
    al. 2019, section 4.1, whose rule raises a negative logit; multiplying those instead became the custom.
    """
    if penalty == 1 or not seen:
        return logits
    at = np.unique(np.fromiter(seen, dtype=np.int64))
    at = at[at < logits.shape[-1]]
    changed = logits.copy()
    changed[at] = np.where(logits[at] > 0, logits[at] / penalty, logits[at] * penalty)
    return changed


def apply_temperature(logits: Array, temperature: float) -> Array:
    """Return logits / temperature, (V,) or (B, V); temperature > 0.

    Below 1 the gaps grow and likely tokens gain; above 1 they shrink. Source: Ackley, Hinton,
    Sejnowski 1985.
    """
    with np.errstate(over="ignore"):  # a gap too wide for float64 becomes -inf: probability 0
        return logits / temperature


def top_k(logits: Array, k: int) -> Array:
    """Keep the k largest of logits (V,) or (B, V) and set the others to -inf; 0 keeps all.

    Exactly k stay: among equals at the k-th place the lowest ids win. Source: Fan, Lewis, Dauphin 2018.
    """
    V = logits.shape[-1]
    if not 0 < k < V:
        return logits
    kth = np.partition(logits, V - k, axis=-1)[..., V - k, None]  # (..., 1)
    above, tied = logits > kth, logits == kth
    room = k - above.sum(axis=-1, keepdims=True)
    return np.where(above | (tied & (np.cumsum(tied, axis=-1) <= room)), logits, -np.inf)


def top_p(logits: Array, p: float) -> Array:
    """Keep the smallest set of tokens whose probabilities reach p, set the others to -inf; 1 keeps all.

    logits are (V,) or (B, V). Tokens enter likeliest first (lowest id first among equals), including the
    one that crosses p, so one always stays. Source: Holtzman et al. 2020, section 3.1 (nucleus sampling).
    """
    if p >= 1:
        return logits
    if logits.ndim > 1:
        return np.stack([top_p(row, p) for row in logits])
    probs = softmax(logits)
    # Sorting a whole vocabulary takes longer than the rest of the draw, and the nucleus is mostly small.
    for likely in (_above(logits, _LIKELY), np.arange(len(logits))):
        order = likely[np.argsort(-logits[likely], kind="stable")]
        reached = np.cumsum(probs[order])
        if len(order) and reached[-1] >= p - _ROUNDING:
            break
    kept = np.full_like(logits, -np.inf)
    n = 1 + int((reached[:-1] < p - _ROUNDING).sum())
    kept[order[:n]] = logits[order[:n]]
    return kept


def _above(logits: Array, k: int) -> Array:
    """Return the ids, ascending, of all logits (V,) above the k-th largest: fewer than k, none if V <= k."""
    V = len(logits)
    return np.flatnonzero(logits > np.partition(logits, V - k)[V - k]) if k < V else np.arange(0)


def min_p(logits: Array, p: float) -> Array:
    """Keep the tokens at least p times as likely as the likeliest, set the others to -inf; 0 keeps all.

    logits are (V,) or (B, V). Where the model is sure, few stay; where it is not, many do. Source: Nguyen
    et al. 2024 (arXiv 2407.01082).
    """
    if p <= 0:
        return logits
    gap = logits - logits.max(axis=-1, keepdims=True)
    return np.where(gap >= np.log(p) - _ROUNDING, logits, -np.inf)


def probabilities(logits: Array, config: SampleConfig, seen: Collection[int] = ()) -> Array:
    """Return what `draw` draws from: float64 probabilities of the shape of logits, (V,) or (B, V).

    `seen` are the tokens that the repetition penalty concerns; with it, logits are (V,). Temperature 0
    puts everything on the largest logit, the lowest id among equals.
    """
    logits = repetition_penalty(np.asarray(logits, dtype=np.float64), seen, config.repetition_penalty)
    if config.temperature == 0:
        probs = np.zeros_like(logits)
        np.put_along_axis(probs, logits.argmax(axis=-1)[..., None], 1.0, axis=-1)
        return probs
    logits = logits - logits.max(axis=-1, keepdims=True)  # changes no probability, prevents overflow
    logits = apply_temperature(logits, config.temperature)
    logits = top_p(top_k(logits, config.top_k), config.top_p)
    return softmax(min_p(logits, config.min_p))


def draw(probs: Array, rng: np.random.Generator) -> Array:
    """Draw one token id from probs (V,), or one per row (B,) from probs (B, V).

    Inverts the distribution function at one uniform number per row; a token of probability 0 is never
    drawn.
    """
    uniform = rng.random(probs.shape[:-1])[..., None]
    likeliest = probs.argmax(axis=-1)
    if (np.take_along_axis(probs, likeliest[..., None], axis=-1) == 1).all():
        return likeliest  # nothing to choose from, and nothing to add up
    reached = np.cumsum(probs, axis=-1)
    return (reached <= uniform * reached[..., -1:]).sum(axis=-1)


def log_probability(logits: Array, token: int) -> float:
    """Return ln p of a token under logits (V,), before any filter: what the model itself thought of it."""
    return float(log_softmax(np.asarray(logits, dtype=np.float64))[token])
