"""Scaled dot-product attention: every query looks at keys and takes a mixture of values."""

import math
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from .arrays import Array, array_module, matmul
from .dropout import DropoutCache, dropout_backward, dropout_forward
from .softmax import softmax, softmax_backward


def _allowed(T: int, S: int, causal: bool, key_mask: Array | None, xp: Any) -> Array | None:
    """Which (query, key) pairs count, broadcastable to (B, H, T, S); None when all do."""
    allowed = None
    if causal and T > 1:  # the last query sees every key
        # Query i stands at position S - T + i: the queries are the last T of S positions.
        allowed = xp.arange(S)[None, :] <= xp.arange(S - T, S)[:, None]  # (T, S)
    if key_mask is not None:
        keys = (key_mask != 0)[:, None, None, :]  # (B, 1, 1, S)
        allowed = keys if allowed is None else allowed & keys
    return allowed


_WEIGHTS = SimpleNamespace(softmax=softmax)


def attention_weights(
    q: Array,
    k: Array,
    *,
    causal: bool = True,
    key_mask: Array | None = None,
    ops: Any = _WEIGHTS,
) -> Array:
    """How much each query attends to each key.

    Shapes: q (B, H, T, D), k (B, H, S, D) -> y (B, H, T, S)
    Forward: softmax over the keys of q k^T / sqrt(D), with -inf where a key is not allowed: later
        positions when causal, keys whose `key_mask` (B, S) is 0. A query without any key gets zeros.
    Cache: none; attention_backward gets the weights from attention's own cache.
    Source: Vaswani et al. 2017, section 3.2.1.
    """
    xp = array_module(q)
    scores = matmul(q, k.swapaxes(-1, -2))  # (B, H, T, S)
    scores *= 1 / math.sqrt(q.shape[-1])
    allowed = _allowed(q.shape[2], k.shape[2], causal, key_mask, xp)
    if allowed is None:
        return ops.softmax(scores)
    if key_mask is None:
        return ops.softmax(xp.where(allowed, scores, -xp.inf))
    # A row of -inf alone would be 0/0; its scores stay finite and its weights are set to 0 afterwards.
    lost = ~allowed.any(axis=-1, keepdims=True)
    return ops.softmax(xp.where(allowed | lost, scores, -xp.inf)) * ~lost


_FORWARD = SimpleNamespace(attention_weights=attention_weights, dropout_forward=dropout_forward)
_BACKWARD = SimpleNamespace(softmax_backward=softmax_backward, dropout_backward=dropout_backward)


class AttentionCache(NamedTuple):
    """`q` (B, H, T, D), `k` and `v` (B, H, S, D), `weights` (B, H, T, S) before dropout, its cache."""

    q: Array
    k: Array
    v: Array
    weights: Array
    dropout: DropoutCache


def attention_forward(
    q: Array,
    k: Array,
    v: Array,
    *,
    causal: bool = True,
    key_mask: Array | None = None,
    dropout: float = 0.0,
    rng: np.random.Generator | None = None,
    ops: Any = _FORWARD,
) -> tuple[Array, AttentionCache]:
    """Mix the values by the attention weights. Queries are the last T of S positions.

    Shapes: q (B, H, T, D), k (B, H, S, D), v (B, H, S, D) -> y (B, H, T, D)
    Forward: P = attention_weights(q, k); y = dropout(P) v
    Cache: q, k, v and P; the scores are never needed again.
    Source: Vaswani et al. 2017, section 3.2.1.
    """
    weights = ops.attention_weights(q, k, causal=causal, key_mask=key_mask)
    dropped, dropout_cache = ops.dropout_forward(weights, dropout, rng)
    return matmul(dropped, v), AttentionCache(q, k, v, weights, dropout_cache)


def attention_backward(
    dy: Array, cache: AttentionCache, *, ops: Any = _BACKWARD
) -> tuple[Array, Array, Array]:
    """Gradients of queries, keys and values.

    Shapes: dy (B, H, T, D) -> dq (B, H, T, D), dk (B, H, S, D), dv (B, H, S, D)
    Backward: dv = dropout(P)^T dy; dP = dropout'(dy v^T); dS = softmax'(dP); dq = dS k / sqrt(D);
        dk = dS^T q / sqrt(D). Masked pairs have P = 0, hence dS = 0: the mask needs no line here.
    """
    q, k, v, weights, dropout_cache = cache
    # The dropped weights are cheap to compute again: the mask is a function of the cached key.
    dropped = ops.dropout_backward(weights, dropout_cache)
    dv = matmul(dropped.swapaxes(-1, -2), dy)  # (B, H, S, D)
    dweights = ops.dropout_backward(matmul(dy, v.swapaxes(-1, -2)), dropout_cache)  # (B, H, T, S)
    dscores = ops.softmax_backward(dweights, weights)  # (B, H, T, S)
    dscores *= 1 / math.sqrt(q.shape[-1])
    dk = matmul(dscores.swapaxes(-1, -2), q)  # (B, H, S, D)
    return matmul(dscores, k), dk, dv
