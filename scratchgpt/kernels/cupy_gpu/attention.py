"""Attention on the GPU: launches what is in attention.cu, which tells the idea.

One thing differs from the reference: a key that a query may not see does not reach it, not even as NaN, which
times a weight of 0 is NaN there. Whether a value is finite cannot be asked without waiting for the device.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ...ops import REFERENCE
from ...ops.arrays import Array, array_module
from ...ops.dropout import DropoutCache, draw_key
from ...ops.heads import QKVAttentionCache
from .elementwise import kept
from .launch import computable, launch

_TILE, _THREADS = 32, 256  # as in attention.cu
_LARGEST = 512  # bytes of a head's vector: four tiles of them fit into the memory of a block


class FusedAttentionCache(NamedTuple):
    """`q` (B, H, T, D), `k` and `v` (B, H, S, D), `y` (B, H, T, D), `log_sum_exp` (B, H, T), whether causal,
    `key_mask` (B, S) or None, and dropout's cache. `y` is the output itself: it must not be changed."""

    q: Array
    k: Array
    v: Array
    y: Array
    log_sum_exp: Array
    causal: bool
    key_mask: Array | None
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
) -> tuple[Array, Any]:
    """As `attention_forward` of the reference.

    Shapes: q (B, H, T, D), k (B, H, S, D), v (B, H, S, D) -> y (B, H, T, D)
    """
    options: dict[str, Any] = {"causal": causal, "key_mask": key_mask, "dropout": dropout, "rng": rng}
    if not _fits(q, k, v):
        return REFERENCE.attention_forward(q, k, v, **options)
    y = array_module(q).empty(q.shape, q.dtype)
    return y, _attend(q, k, v, y, **options)


def qkv_attention_forward(
    qkv: Array,
    n_head: int,
    *,
    causal: bool = True,
    key_mask: Array | None = None,
    dropout: float = 0.0,
    rng: np.random.Generator | None = None,
) -> tuple[Array, QKVAttentionCache]:
    """As `qkv_attention_forward` of the reference: read where they lie, merged as they are written.

    Shapes: qkv (B, T, 3*H*D), n_head=H -> y (B, T, H*D)
    """
    options: dict[str, Any] = {"causal": causal, "key_mask": key_mask, "dropout": dropout, "rng": rng}
    q, k, v = _heads(qkv, n_head, 3)
    if not _fits(q, k, v):
        return REFERENCE.qkv_attention_forward(qkv, n_head, **options)
    B, T, C = qkv.shape[0], qkv.shape[1], qkv.shape[2] // 3
    y = array_module(qkv).empty((B, T, C), qkv.dtype)
    return y, QKVAttentionCache(n_head, _attend(q, k, v, _heads(y, n_head, 1)[0], **options))


def attention_backward(dy: Array, cache: Any) -> tuple[Array, Array, Array]:
    """As `attention_backward` of the reference.

    Shapes: dy (B, H, T, D) -> dq (B, H, T, D), dk (B, H, S, D), dv (B, H, S, D)
    """
    if not isinstance(cache, FusedAttentionCache):
        return REFERENCE.attention_backward(dy, cache)
    xp = array_module(dy)
    dq, dk, dv = (xp.empty(x.shape, x.dtype) for x in (cache.q, cache.k, cache.v))
    _differentiate(dy, cache, dq, dk, dv)
    return dq, dk, dv


def qkv_attention_backward(dy: Array, cache: QKVAttentionCache) -> Array:
    """As `qkv_attention_backward` of the reference.

    Shapes: dy (B, T, H*D) -> dqkv (B, T, 3*H*D)
    """
    if not isinstance(cache.attention, FusedAttentionCache):
        return REFERENCE.qkv_attention_backward(dy, cache)
    B, T, C = dy.shape
    dqkv = array_module(dy).empty((B, T, 3 * C), cache.attention.q.dtype)
    dq, dk, dv = _heads(dqkv, cache.n_head, 3)
    _differentiate(_heads(dy, cache.n_head, 1)[0], cache.attention, dq, dk, dv)
    return dqkv


def qkv_attention_cached(
    qkv: Array,
    n_head: int,
    keys: Array,
    values: Array,
    *,
    causal: bool = True,
    key_mask: Array | None = None,
) -> Array:
    """As `qkv_attention_cached` of the reference.

    Shapes: qkv (B, T, 3*H*D), n_head=H, keys (B, H, S, D), values (B, H, S, D) -> y (B, T, H*D)
    """
    q, k, v = _heads(qkv, n_head, 3)
    if not _fits(q, keys, values):
        return REFERENCE.qkv_attention_cached(qkv, n_head, keys, values, causal=causal, key_mask=key_mask)
    B, T, C = qkv.shape[0], qkv.shape[1], qkv.shape[2] // 3
    keys[:, :, -T:], values[:, :, -T:] = k, v
    y = array_module(qkv).empty((B, T, C), qkv.dtype)
    _attend(q, keys, values, _heads(y, n_head, 1)[0], causal, key_mask, 0.0, None)
    return y


def _heads(x: Array, n_head: int, parts: int) -> list[Array]:
    """Return the `parts` arrays (B, H, T, D) that are side by side in x (B, T, parts*H*D), as views."""
    return [REFERENCE.split_heads(part, n_head) for part in array_module(x).split(x, parts, axis=-1)]


def _fits(q: Array, k: Array, v: Array) -> bool:
    size = q.shape[-1] * q.dtype.itemsize
    return computable(q, k, v) and q.shape[2] <= k.shape[2] and size <= _LARGEST


def _attend(
    q: Array,
    k: Array,
    v: Array,
    y: Array,
    causal: bool,
    key_mask: Array | None,
    dropout: float,
    rng: np.random.Generator | None,
) -> FusedAttentionCache:
    """Write the output to y; return what backward needs."""
    xp, (B, H, T, _) = array_module(q), q.shape
    drops = DropoutCache(None if rng is None or dropout == 0 else draw_key(rng), dropout)
    mask = None if key_mask is None else xp.ascontiguousarray(key_mask != 0, dtype="uint8")
    cache = FusedAttentionCache(q, k, v, y, xp.empty((B, H, T), q.dtype), causal, mask, drops)
    arrays = *places(q, k, v), *_masks(cache), *places(y), cache.log_sum_exp
    _launch("attention", cache, T, 2, *arrays)
    return cache


def _differentiate(dy: Array, cache: FusedAttentionCache, dq: Array, dk: Array, dv: Array) -> None:
    """Write the gradients of queries, keys and values to dq, dk and dv."""
    T, S, lse = dq.shape[2], dk.shape[2], cache.log_sum_exp
    shares = array_module(dy).empty(lse.shape, lse.dtype)
    _launch("attention_shares", cache, 4 * T, 0, *places(dy, cache.y), T, shares)
    given = *places(cache.q, cache.k, cache.v, dy), *_masks(cache), lse, shares
    _launch("attention_dq", cache, T, 4, *given, *places(dq))
    _launch("attention_dkv", cache, S, 4, *given, *places(dk, dv))


def _launch(kernel: str, cache: FusedAttentionCache, positions: int, tiles: int, *arguments: Any) -> None:
    """Launch a kernel for each 32 positions of each head, with room for `tiles` tiles of vectors."""
    B, H, _, D = cache.q.shape
    grid, room = (-(-positions // _TILE), H, B), tiles * _TILE * (D + 1) * cache.log_sum_exp.dtype.itemsize
    launch("attention", kernel, cache.q.dtype, grid, _THREADS, *arguments, shared=room, HEAD=D)


def _masks(cache: FusedAttentionCache) -> tuple[Any, ...]:
    """The arguments T, S, causal, key_mask, key, bar and scale of a kernel."""
    return cache.q.shape[2], cache.k.shape[2], cache.causal, cache.key_mask, *kept(cache.dropout)


def places(*arrays: Array) -> Sequence[Any]:
    """Each array (B, H, T, D) as a kernel takes it: with the steps to the next text, head and position."""
    passed: list[Any] = []
    for x in arrays:
        if x.strides[3] != x.dtype.itemsize:
            x = array_module(x).ascontiguousarray(x)
        passed += [x, *(np.int64(stride // x.dtype.itemsize) for stride in x.strides[:3])]
    return passed
