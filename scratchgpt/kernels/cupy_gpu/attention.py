"""Attention on the GPU: launches what is in attention.cu, which tells the idea, and in attention_mma.cu.

One thing differs from the reference: a value of NaN or infinity at a key that a query may not see, times its
weight of 0, is NaN there for every query, and here for the queries of the tiles that meet it alone. Whether
a value is finite cannot be asked without waiting for the device.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ...ops import REFERENCE
from ...ops.arrays import Array, array_module
from ...ops.dropout import DropoutCache, draw_key
from ...ops.heads import QKVAttentionCache
from .elementwise import kept
from .launch import computable, launch

_SHAPES = {"attention": (32, 256), "attention_mma": (64, 128)}  # of the files: positions, threads of a block
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


@dataclass(frozen=True)
class Attention:
    """The reference's functions of training, in one arithmetic (kernels.PRECISIONS): bf16 on tensor cores."""

    precision: str = "fp32"

    def attention_forward(
        self,
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
        return y, _attend(self.precision, q, k, v, y, **options)

    def qkv_attention_forward(
        self,
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
        merged = _heads(y, n_head, 1)[0]
        cache = _attend(self.precision, q, k, v, merged, **options)
        return y, QKVAttentionCache(n_head, cache)

    def attention_backward(self, dy: Array, cache: Any) -> tuple[Array, Array, Array]:
        """As `attention_backward` of the reference.

        Shapes: dy (B, H, T, D) -> dq (B, H, T, D), dk (B, H, S, D), dv (B, H, S, D)
        """
        if not isinstance(cache, FusedAttentionCache):
            return REFERENCE.attention_backward(dy, cache)
        xp = array_module(dy)
        dq, dk, dv = (xp.empty(x.shape, x.dtype) for x in (cache.q, cache.k, cache.v))
        _differentiate(self.precision, dy, cache, dq, dk, dv)
        return dq, dk, dv

    def qkv_attention_backward(self, dy: Array, cache: QKVAttentionCache) -> Array:
        """As `qkv_attention_backward` of the reference.

        Shapes: dy (B, T, H*D) -> dqkv (B, T, 3*H*D)
        """
        if not isinstance(cache.attention, FusedAttentionCache):
            return REFERENCE.qkv_attention_backward(dy, cache)
        B, T, C = dy.shape
        dqkv = array_module(dy).empty((B, T, 3 * C), cache.attention.q.dtype)
        dq, dk, dv = _heads(dqkv, cache.n_head, 3)
        upstream = _heads(dy, cache.n_head, 1)[0]
        _differentiate(self.precision, upstream, cache.attention, dq, dk, dv)
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
    _attend("fp32", q, keys, values, _heads(y, n_head, 1)[0], causal, key_mask, 0.0, None)
    return y


def _heads(x: Array, n_head: int, parts: int) -> list[Array]:
    """Return the `parts` arrays (B, H, T, D) that are side by side in x (B, T, parts*H*D), as views."""
    return [REFERENCE.split_heads(part, n_head) for part in array_module(x).split(x, parts, axis=-1)]


def _fits(q: Array, k: Array, v: Array) -> bool:
    size = q.shape[-1] * q.dtype.itemsize
    return computable(q, k, v) and q.shape[2] <= k.shape[2] and size <= _LARGEST


def _file(precision: str, q: Array) -> str:
    """The file whose kernels compute: tensor cores take float32 in pieces of 16 numbers, rounded to bf16."""
    fits = q.dtype == np.float32 and q.shape[-1] % 16 == 0
    return "attention_mma" if precision == "bf16" and fits else "attention"


def _attend(
    precision: str,
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
    file = _file(precision, q)
    _launch(file, "", cache, -(-T // _SHAPES[file][0]), 2, *arrays)
    return cache


def _differentiate(
    precision: str, dy: Array, cache: FusedAttentionCache, dq: Array, dk: Array, dv: Array
) -> None:
    """Write the gradients of queries, keys and values to dq, dk and dv."""
    T, S, lse, file = dq.shape[2], dk.shape[2], cache.log_sum_exp, _file(precision, cache.q)
    each, threads = _SHAPES[file]
    shares = array_module(dy).empty(lse.shape, lse.dtype)
    _launch(file, "_shares", cache, -(-T * 32 // threads), 0, *places(dy, cache.y), T, shares)
    given = *places(cache.q, cache.k, cache.v, dy), *_masks(cache), lse, shares
    _launch(file, "_dq", cache, -(-T // each), 3 if file == "attention_mma" else 4, *given, *places(dq))
    _launch(file, "_dkv", cache, -(-S // each), 4, *given, *places(dk, dv))


def _launch(
    file: str, step: str, cache: FusedAttentionCache, blocks: int, tiles: int, *arguments: Any
) -> None:
    """Launch a kernel of a file with so many blocks for each head, and room for `tiles` tiles of vectors."""
    (B, H, _, D), dtype, (each, threads) = cache.q.shape, cache.q.dtype, _SHAPES[file]
    # A vector's numbers, and what keeps the rows of a tile apart.
    vector = (D + 8) * 2 if file == "attention_mma" else (D + 1) * dtype.itemsize
    launch(
        file, file + step, dtype, (blocks, H, B), threads, *arguments, shared=tiles * each * vector, HEAD=D
    )


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
