"""What happens inside while a model trains: statistics per layer, for `--stats` and the lessons."""

import math
from typing import Any, NamedTuple

from ..model import GPT, LossCache
from ..ops.arrays import Array, array_module
from ..params import Params


class LayerStats(NamedTuple):
    """One block: the norm of its gradient, the mean and standard deviation of the residual stream
    behind it, the norm of its last update over that of its weights, and the mean entropy in nats of
    each head's attention."""

    layer: int
    grad_norm: float
    activation_mean: float
    activation_std: float
    update_ratio: float
    attention_entropy: list[float]


def layer_statistics(
    model: GPT, cache: LossCache, grads: Params, before: Params, after: Params
) -> list[LayerStats]:
    """Return the statistics of every block, from one step: its cache, gradients (before clipping) and
    the parameters before and after the update."""
    hidden = cache.forward.hidden
    rows = []
    for i, block in enumerate(hidden.h):
        names = [name for name in grads.flat if name.startswith(f"h.{i}.")]
        weights = _norm(before.flat[n] for n in names)
        update = _norm(after.flat[n] - before.flat[n] for n in names)
        stream = hidden.stream[i + 1]
        rows.append(
            LayerStats(
                i,
                _norm(grads.flat[n] for n in names),
                float(stream.mean()),
                float(stream.std()),
                update / weights if weights else 0.0,
                _entropies(model, block.attn.attention.attention),
            )
        )
    return rows


def _norm(tensors: Any) -> float:
    return math.sqrt(sum(float((t * t).sum()) for t in tensors))


def _entropies(model: GPT, cache: Any) -> list[float]:
    """Mean entropy of each head's attention weights, computed again from the queries and keys."""
    weights = model.ops.attention_weights(cache.q, cache.k, causal=model.config.causal)  # (B, H, T, S)
    xp = array_module(weights)
    entropy: Array = -(weights * xp.log(weights + (weights == 0))).sum(axis=-1)  # (B, H, T)
    return [float(e) for e in entropy.mean(axis=(0, 2))]
