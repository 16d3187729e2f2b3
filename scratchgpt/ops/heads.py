"""Multi-head attention on packed queries, keys and values, as GPT-2 computes them."""

from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from .arrays import Array, array_module
from .attention import attention_backward, attention_forward


def split_heads(x: Array, n_head: int) -> Array:
    """Cut each vector into `n_head` pieces and make the heads an axis of their own.

    Shapes: x (B, T, H*D), n_head=H -> y (B, H, T, D)
    Forward: y[b, h, t, d] = x[b, t, h D + d]; a view. Its backward is `merge_heads`.
    Source: Vaswani et al. 2017, section 3.2.2.
    """
    B, T, C = x.shape
    return x.reshape(B, T, n_head, C // n_head).swapaxes(1, 2)  # (B, H, T, D)


def merge_heads(x: Array) -> Array:
    """Put the heads of each position side by side again.

    Shapes: x (B, H, T, D) -> y (B, T, H*D)
    Forward: y[b, t, h D + d] = x[b, h, t, d]. Its backward is `split_heads`.
    Source: Vaswani et al. 2017, section 3.2.2.
    """
    B, H, T, D = x.shape
    return x.swapaxes(1, 2).reshape(B, T, H * D)  # (B, T, C)


_HEADS = {"split_heads": split_heads, "merge_heads": merge_heads}
_FORWARD = SimpleNamespace(**_HEADS, attention_forward=attention_forward)
_BACKWARD = SimpleNamespace(**_HEADS, attention_backward=attention_backward)


class QKVAttentionCache(NamedTuple):
    """`n_head`, and `attention`, the cache of attention_forward."""

    n_head: int
    attention: Any


def qkv_attention_forward(
    qkv: Array,
    n_head: int,
    *,
    causal: bool = True,
    key_mask: Array | None = None,
    dropout: float = 0.0,
    rng: np.random.Generator | None = None,
    ops: Any = _FORWARD,
) -> tuple[Array, QKVAttentionCache]:
    """Self-attention of several heads, from queries, keys and values packed side by side.

    Shapes: qkv (B, T, 3*H*D), n_head=H -> y (B, T, H*D)
    Forward: q | k | v are the three thirds of the last axis; each is split into heads, the heads attend
        separately, their outputs are merged.
    Cache: that of attention_forward.
    Source: Vaswani et al. 2017, section 3.2.2; the packing is GPT-2's.
    """
    xp = array_module(qkv)
    q, k, v = (ops.split_heads(part, n_head) for part in xp.split(qkv, 3, axis=-1))
    y, cache = ops.attention_forward(q, k, v, causal=causal, key_mask=key_mask, dropout=dropout, rng=rng)
    return ops.merge_heads(y), QKVAttentionCache(n_head, cache)


def qkv_attention_backward(dy: Array, cache: QKVAttentionCache, *, ops: Any = _BACKWARD) -> Array:
    """Gradient of the packed queries, keys and values.

    Shapes: dy (B, T, H*D) -> dqkv (B, T, 3*H*D)
    Backward: split dy into heads, attention's own backward, merge dq, dk, dv and put them side by side.
    """
    xp = array_module(dy)
    parts = ops.attention_backward(ops.split_heads(dy, cache.n_head), cache.attention)
    return xp.concatenate([ops.merge_heads(part) for part in parts], axis=-1)  # (B, T, 3C)


_CACHED = SimpleNamespace(**_HEADS, attention_forward=attention_forward)


def qkv_attention_cached(
    qkv: Array,
    n_head: int,
    keys: Array,
    values: Array,
    *,
    causal: bool = True,
    key_mask: Array | None = None,
    ops: Any = _CACHED,
) -> Array:
    """Self-attention of the last T of S positions, whose earlier keys and values are remembered.

    Shapes: qkv (B, T, 3*H*D), n_head=H, keys (B, H, S, D), values (B, H, S, D) -> y (B, T, H*D)
    Forward: the new keys and values are written into the last T places of `keys` and `values`; then
        attention as in qkv_attention_forward, each query over all places up to its own.
    Cache: none: text is generated forward only. `keys` and `values` are changed in place.
    Source: Shazeer 2019 (arXiv 1911.02150), section 2.3, incremental inference.
    """
    T = qkv.shape[1]
    q, k, v = (ops.split_heads(part, n_head) for part in array_module(qkv).split(qkv, 3, axis=-1))
    keys[:, :, -T:], values[:, :, -T:] = k, v
    y, _ = ops.attention_forward(q, keys, values, causal=causal, key_mask=key_mask)
    return ops.merge_heads(y)
