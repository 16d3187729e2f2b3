"""Attention with dropout on its weights, whose mask is given: one head, one text, no projections."""

import math
from typing import NamedTuple

import numpy as np

from ..ops.arrays import Array
from ..ops.attention import causal_mask
from ..ops.softmax import softmax, softmax_backward


class DroppedAttentionCache(NamedTuple):
    """`q`, `k`, `v` (T, D); `weights` (T, T), as softmax gave them; `kept` (T, T) of 0 and 1; `p`."""

    q: Array
    k: Array
    v: Array
    weights: Array
    kept: Array
    p: float


def dropped_attention_forward(
    q: Array, k: Array, v: Array, kept: Array, p: float = 0.25
) -> tuple[Array, DroppedAttentionCache]:
    """Causal attention in which some weights are dropped, the others scaled up.

    Shapes: q (T, D), k (T, D), v (T, D), kept (T, T) < 2 -> y (T, D)
    Forward: weights = softmax(mask(q k^T / sqrt(D))); y = (weights kept / (1 - p)) v. The mask is an
        argument, so that the slope of this very function can be measured.
    Cache: the arguments and the weights before dropout; those after it are cheap to compute again.
    Source: Vaswani et al. 2017, section 3.2.1; Srivastava et al. 2014, section 10.
    """
    scores = q @ k.T / math.sqrt(q.shape[1])  # (T, T)
    weights = softmax(np.where(causal_mask(len(q), len(q)), scores, -np.inf))
    return weights * kept / (1 - p) @ v, DroppedAttentionCache(q, k, v, weights, kept, p)


def dropped_attention_backward(dy: Array, cache: DroppedAttentionCache) -> tuple[Array, Array, Array]:
    """Gradients of queries, keys and values.

    Shapes: dy (T, D) -> dq (T, D), dk (T, D), dv (T, D)
    Backward: the values were mixed by the weights after dropout, so dv = (P kept / (1 - p))^T dy; what comes
        back to P passes the same mask and scale; softmax needs P itself, as it came out of it.
    """
    q, k, v, weights, kept, p = cache
    scaled = kept / (1 - p)  # (T, T)
    dv = (weights * scaled).T @ dy  # (T, D)
    dweights = dy @ v.T * scaled  # (T, T)
    dscores = softmax_backward(dweights, weights) / math.sqrt(q.shape[1])  # (T, T)
    return dscores @ k, dscores.T @ q, dv
