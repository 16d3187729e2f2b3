"""Attention over a KV cache: `qkv_attention_cached` of the reference, fused.

A prompt is attended by the same kernel as in training. A single new token (T = 1) is not: there a vector of
queries would have one place in use. Instead the vectors lie along the channels, so that a score is the sum
of one product of vectors, and the keys and values are read once, at the speed of memory.
"""

import math
from typing import Any

import numpy as np

from ...compiling import exp, inlined, kernel
from ...ops import REFERENCE
from ...ops.arrays import Array
from .attention import attend, finite
from .attention_tiles import OF_K, OF_Q, OF_V, OF_Y, head_of, options_of, packed_places, place, setting
from .products import panels
from .sharing import computable
from .vectors import full, load, load_at, number_at, store_at, sum_of, width, width_of


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
    T, S, C = qkv.shape[1], keys.shape[2], qkv.shape[2] // 3
    if not computable(qkv, keys, values) or T > S:
        options: dict[str, Any] = {"causal": causal, "key_mask": key_mask}
        return REFERENCE.qkv_attention_cached(qkv, n_head, keys, values, **options)
    B, D = qkv.shape[0], C // n_head
    heads = qkv.reshape(B, T, 3, n_head, D)  # (B, T, 3, H, D)
    keys[:, :, -T:], values[:, :, -T:] = heads[:, :, 1].swapaxes(1, 2), heads[:, :, 2].swapaxes(1, 2)
    if T > 1 and not finite(values):
        return REFERENCE.qkv_attention_cached(qkv, n_head, keys, values, causal=causal, key_mask=key_mask)
    s = setting((B, n_head, T, D), S, causal, key_mask)
    y = np.empty((B, T, C), qkv.dtype)
    q, _, _ = packed_places(qkv, n_head, 3)
    places = [q, place(keys), place(values), *packed_places(y, n_head, 1)]
    if T > 1:
        attend(places, s, qkv.dtype)
    else:
        _one_query(np.array(places), *s, panels(qkv.dtype, 1, -(-D // width_of(qkv.dtype)))[0])
    return y


@kernel()
def _one_query(places, numbers, mask, grown, query):
    """All heads, by one thread: to wake others takes longer. `query` is a panel to hold a query."""
    s, W = options_of(numbers, mask, grown), width(query)
    scores = np.empty(s.keys, query.dtype)
    for head in range(s.batch * s.heads):
        b, h = head // s.heads, head % s.heads
        q = head_of(places, OF_Q, b, h)
        for d in range(s.dim):
            query[d // W, d % W] = number_at(query, q[0] + d * q[2]) / math.sqrt(s.dim)
        _weigh(head_of(places, OF_K, b, h), query, scores, s, mask, b)
        _mix(head_of(places, OF_V, b, h), head_of(places, OF_Y, b, h), scores, query, s)


@inlined
def _weigh(k, query, scores, s, mask, b):
    """Turn the scores of one query into weights that sum to 1, or are all 0 if all keys are hidden."""
    W, size, number = width(query), query.itemsize, query.dtype.type
    whole = s.dim // W * W if k[2] == size else 0  # channels in whole vectors
    top, lost = number(-np.inf), True
    for j in range(s.keys):
        at, score, sums = k[0] + j * k[1], number(0), full(query, 0)
        for d in range(0, whole, W):
            sums = sums + load(query, d // W) * load_at(query, at + d * size)
        if whole > 0:
            score = sum_of(sums)
        for d in range(whole, s.dim):
            score += query[d // W, d % W] * number_at(query, at + d * k[2])
        if s.padded and not mask[b, j]:
            score = number(-np.inf)
        else:
            lost = False
        scores[j] = score
        top = score if score > top else top
    total = number(0)
    for j in range(s.keys):
        scores[j] = exp(scores[j] - top)
        total += scores[j]
    for j in range(s.keys):
        scores[j] = number(0) if lost else scores[j] / total


@inlined
def _mix(v, y, weights, like, s):
    """The values of one head, weighted."""
    W, size = width(like), like.itemsize
    whole = s.dim // W * W if v[2] == size and y[2] == size else 0
    for d in range(0, whole, W):
        sums = full(like, 0)
        for j in range(s.keys):
            sums = sums + full(like, weights[j]) * load_at(like, v[0] + j * v[1] + d * size)
        store_at(y[0] + d * size, sums)
    for d in range(whole, s.dim):
        total = like.dtype.type(0)
        for j in range(s.keys):
            total += weights[j] * number_at(like, v[0] + j * v[1] + d * v[2])
        store_at(y[0] + d * y[2], total)
