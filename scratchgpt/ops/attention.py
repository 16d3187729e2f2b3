"""Scaled dot-product attention: every query looks at keys and takes a mixture of values."""

import math
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from .arrays import Array, array_module, matmul
from .dropout import DropoutCache, dropout_backward, dropout_forward
from .softmax import softmax, softmax_backward


class AttentionScoresCache(NamedTuple):
    """`q` (B, H, T, D) and `k` (B, H, S, D)."""

    q: Array
    k: Array


def attention_scores_forward(q: Array, k: Array) -> tuple[Array, AttentionScoresCache]:
    """How well each query matches each key.

    Shapes: q (B, H, T, D), k (B, H, S, D) -> y (B, H, T, S)
    Forward: y = q k^T / sqrt(D). A sum of D products of independent numbers of size 1 has the standard
        deviation sqrt(D), so that the scores have size 1 again.
    Cache: q and k.
    Source: Vaswani et al. 2017, section 3.2.1.
    """
    y = matmul(q, k.swapaxes(2, 3))  # (B, H, T, S)
    y *= 1 / math.sqrt(q.shape[-1])
    return y, AttentionScoresCache(q, k)


def attention_scores_backward(dy: Array, cache: AttentionScoresCache) -> tuple[Array, Array]:
    """Gradients of queries and keys.

    Shapes: dy (B, H, T, S) -> dq (B, H, T, D), dk (B, H, S, D)
    Backward: dq = dy k / sqrt(D); dk = dy^T q / sqrt(D).
    """
    q, k = cache
    scaled = dy * (1 / math.sqrt(q.shape[-1]))  # (B, H, T, S)
    return matmul(scaled, k), matmul(scaled.swapaxes(2, 3), q)  # (B, H, T, D), (B, H, S, D)


def causal_mask(T: int, S: int) -> Array:
    """Which keys each query may see: its own position and those before it.

    Shapes: T, S -> y (T, S)
    Forward: y[i, j] = (j <= S - T + i), booleans: the queries are the last T of S positions.
    Cache: none; nothing is differentiated.
    Source: Vaswani et al. 2017, section 3.2.3.
    """
    return np.arange(S)[None, :] <= np.arange(S - T, S)[:, None]  # (T, S)


_WEIGHTS = SimpleNamespace(
    attention_scores_forward=attention_scores_forward, causal_mask=causal_mask, softmax=softmax
)


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
    Forward: softmax over the keys of the scores, with -inf where a key is not allowed: later positions
        when causal, keys whose `key_mask` (B, S) is 0. A query without any key gets zeros.
    Cache: none; attention_backward gets the weights from attention's own cache.
    Source: Vaswani et al. 2017, section 3.2.1.
    """
    xp = array_module(q)
    scores, _ = ops.attention_scores_forward(q, k)  # (B, H, T, S)
    allowed = None
    if causal and q.shape[2] > 1:  # the last query sees every key
        allowed = xp.asarray(ops.causal_mask(q.shape[2], k.shape[2]))  # (T, S)
    if key_mask is None:
        return ops.softmax(scores if allowed is None else xp.where(allowed, scores, -xp.inf))
    keys = (key_mask != 0)[:, None, None, :]  # (B, 1, 1, S)
    allowed = keys if allowed is None else allowed & keys
    # A row of -inf alone would be 0/0; its scores stay finite and its weights are set to 0 afterwards.
    lost = ~allowed.any(axis=-1, keepdims=True)
    return ops.softmax(xp.where(allowed | lost, scores, -xp.inf)) * ~lost


class MixValuesCache(NamedTuple):
    """`weights` (B, H, T, S) and `v` (B, H, S, D)."""

    weights: Array
    v: Array


def mix_values_forward(weights: Array, v: Array) -> tuple[Array, MixValuesCache]:
    """For each query the mixture of the values, in the shares that its weights say.

    Shapes: weights (B, H, T, S), v (B, H, S, D) -> y (B, H, T, D)
    Forward: y = weights v
    Cache: weights and v.
    Source: Vaswani et al. 2017, section 3.2.1.
    """
    return matmul(weights, v), MixValuesCache(weights, v)


def mix_values_backward(dy: Array, cache: MixValuesCache) -> tuple[Array, Array]:
    """Gradients of the weights and of the values.

    Shapes: dy (B, H, T, D) -> dweights (B, H, T, S), dv (B, H, S, D)
    Backward: dweights = dy v^T; dv = weights^T dy.
    """
    weights, v = cache
    return matmul(dy, v.swapaxes(2, 3)), matmul(weights.swapaxes(2, 3), dy)  # (B, H, T, S), (B, H, S, D)


_FORWARD = SimpleNamespace(
    attention_weights=attention_weights,
    dropout_forward=dropout_forward,
    mix_values_forward=mix_values_forward,
)
_BACKWARD = SimpleNamespace(
    mix_values_backward=mix_values_backward,
    dropout_backward=dropout_backward,
    softmax_backward=softmax_backward,
    attention_scores_backward=attention_scores_backward,
)


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
    y, _ = ops.mix_values_forward(dropped, v)
    return y, AttentionCache(q, k, v, weights, dropout_cache)


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
    ddropped, dv = ops.mix_values_backward(dy, MixValuesCache(dropped, v))
    dweights = ops.dropout_backward(ddropped, dropout_cache)  # (B, H, T, S)
    dscores = ops.softmax_backward(dweights, weights)  # (B, H, T, S)
    dq, dk = ops.attention_scores_backward(dscores, AttentionScoresCache(q, k))
    return dq, dk, dv
