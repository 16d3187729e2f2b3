"""Attention: `attention_` and `qkv_attention_forward` and `_backward` of the reference, fused.

The idea (Rabe and Staats 2021, arXiv 2112.05682; Dao et al. 2022, arXiv 2205.14135): no array of T x T
weights is ever made. The scores of one block of queries with one block of keys are computed, used and
overwritten in the cache of the core. Softmax over all keys is built up as the blocks pass: with the
maximum m of the scores so far, the sum l of e^(s - m) and the mixture Y of the values with these weights, a
block with a larger maximum m' first shrinks l and Y by e^(m - m'); at the end y = Y / l. Kept for backward
is, for each query, log-sum-exp = m + log l, from which each weight is e^(s - log-sum-exp) again.

Blocks of keys that come after all queries of the block are skipped, which halves the work. Packed queries,
keys and values are read where they lie and the heads' outputs written side by side: nothing is split or
merged.

Measured on one thread (2 heads, T = 256, D = 64, float32): 0.25 ms, PyTorch's fused attention 0.49 ms.
Peak memory, forward and backward (12 heads, T = 2,048, D = 64): the reference 809 MB, here 27 MB.
"""

import math
from typing import Any, NamedTuple, cast

import numpy as np
from numba import prange

from ...compiling import inlined, kernel
from ...ops import REFERENCE
from ...ops.arrays import Array
from ...ops.dropout import DropoutCache
from ...ops.heads import QKVAttentionCache
from ...ops.keyed_masks import draw_key
from .attention_tiles import (
    ADD,
    KEYS,
    NEW,
    OF_K,
    OF_Q,
    OF_V,
    OF_Y,
    Place,
    Setting,
    draw_kept,
    head_of,
    hide,
    options_of,
    packed_places,
    place,
    scale_rows,
    setting,
    transpose_in,
    transpose_out,
)
from .products import panels, product
from .sharing import computable, pieces
from .vectors import exp, full, larger, load, replaced, store, width


class FusedAttentionCache(NamedTuple):
    """`q` (B, H, T, D), `k` and `v` (B, H, S, D), `y` (B, H, T, D), `log_sum_exp` (B, H, T), the setting,
    and dropout's cache. `y` is the output itself, not a copy: it must not be changed before backward."""

    q: Array
    k: Array
    v: Array
    y: Array
    log_sum_exp: Array
    setting: Setting
    dropout: DropoutCache


def _draw_key(dropout: float, rng: np.random.Generator | None) -> int | None:
    if rng is None or dropout == 0:
        return None
    return draw_key(rng)


def attention_forward(
    q: Array,
    k: Array,
    v: Array,
    *,
    causal: bool = True,
    key_mask: Array | None = None,
    dropout: float = 0.0,
    rng: np.random.Generator | None = None,
) -> tuple[Array, FusedAttentionCache]:
    """As `attention_forward` of the reference.

    Shapes: q (B, H, T, D), k (B, H, S, D), v (B, H, S, D) -> y (B, H, T, D)
    """
    if not computable(q, k, v) or q.shape[2] > k.shape[2] or not finite(v):
        options = {"causal": causal, "key_mask": key_mask, "dropout": dropout, "rng": rng}
        return cast(Any, REFERENCE.attention_forward(q, k, v, **options))
    key = _draw_key(dropout, rng)
    s = setting(q.shape, k.shape[2], causal, key_mask, dropout, key)
    y = np.empty_like(q, order="C")
    lse = attend([place(x) for x in (q, k, v, y)], s, q.dtype)
    return y, FusedAttentionCache(q, k, v, y, lse, s, DropoutCache(key, dropout))


def qkv_attention_forward(
    qkv: Array,
    n_head: int,
    *,
    causal: bool = True,
    key_mask: Array | None = None,
    dropout: float = 0.0,
    rng: np.random.Generator | None = None,
) -> tuple[Array, QKVAttentionCache]:
    """As `qkv_attention_forward` of the reference.

    Shapes: qkv (B, T, 3*H*D), n_head=H -> y (B, T, H*D)
    """
    if not computable(qkv) or not finite(qkv[..., qkv.shape[2] // 3 * 2 :]):
        options = {"causal": causal, "key_mask": key_mask, "dropout": dropout, "rng": rng}
        return cast(Any, REFERENCE.qkv_attention_forward(qkv, n_head, **options))
    B, T, C = qkv.shape[0], qkv.shape[1], qkv.shape[2] // 3
    key = _draw_key(dropout, rng)
    s = setting((B, n_head, T, C // n_head), T, causal, key_mask, dropout, key)
    y = np.empty((B, T, C), qkv.dtype)
    lse = attend([*packed_places(qkv, n_head, 3), *packed_places(y, n_head, 1)], s, qkv.dtype)
    q, k, v = (REFERENCE.split_heads(part, n_head) for part in np.split(qkv, 3, axis=-1))
    heads = REFERENCE.split_heads(y, n_head)  # (B, H, T, D)
    cache = FusedAttentionCache(q, k, v, heads, lse, s, DropoutCache(key, dropout))
    return y, QKVAttentionCache(n_head, cache)


def finite(v: Array) -> bool:
    """Whether the values are finite, and so is their sum.

    0 times NaN or infinity is NaN: with the reference it reaches every query, those too that may not see
    its key. Here hidden keys are left out, so that such values are left to the reference.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return math.isfinite(v.sum())


# A score costs D multiplications and more, a number of the elementwise kernels about as much as 8 of them:
# a training step of 48 heads, T=64, D=32 runs 6 % faster with two threads in its attention than with one.
WORTH = 8


def attend(places: list[Place], s: Setting, dtype: Any) -> Array:
    """Compute from the places q, k and v the place y, and return the log-sum-exp (B, H, T)."""
    B, H, T, D, S = (int(n) for n in s.numbers[:5])
    lse = np.empty((B, H, T), dtype)
    n = pieces(lse.size * S * D // WORTH)
    _attention(np.array(places), lse, *s, panels(dtype, n, 2 * KEYS + 2 * D))
    return lse


@kernel(parallel=True)
def _attention(places, lse, numbers, mask, grown, rooms):
    """Every block of queries of every head, in pieces of the same work, each with a room to work in."""
    for c in prange(len(rooms)):
        _piece(places, lse, numbers, mask, grown, rooms, np.intp(c))


@inlined
def _piece(places, lse, numbers, mask, grown, rooms, c):
    """Piece c.

    The last queries see the most keys, the first ones the fewest: a block from the front and one from the
    back of the same head, taken together, cost the same for every pair.
    """
    s, W, n, room = options_of(numbers, mask, grown), width(lse), len(rooms), rooms[c]
    blocks = (s.queries + W - 1) // W
    pairs = (blocks + 1) // 2
    items = s.batch * s.heads * pairs
    for item in range(c * items // n, (c + 1) * items // n):
        head, pair = item // pairs, item % pairs
        b, h = head // s.heads, head % s.heads
        first = 0  # the first key that is no padding
        while s.padded and first < s.keys and not mask[b, first]:
            first += 1
        for back in range(2 if 2 * pair + 1 < blocks else 1):
            block = blocks - 1 - pair if back else pair
            _block(places, lse, s, mask, b, h, block * W, first, room)


@inlined
def _block(places, lse, s, mask, b, h, i, first, room):
    """The queries of one head from i on, as many as a vector has places."""
    q, k, v = head_of(places, OF_Q, b, h), head_of(places, OF_K, b, h), head_of(places, OF_V, b, h)
    scores, kept, Q, Y = room[:KEYS], room[KEYS:], room[2 * KEYS :], room[2 * KEYS + s.dim :]
    n = min(width(lse), s.queries - i)
    transpose_in(Q, q, i, n, s.dim)
    scale_rows(Q, s.dim, full(lse, 1 / math.sqrt(s.dim)))
    top, total = full(lse, -np.inf), full(lse, 0)
    for d in range(s.dim):
        store(Y, d, total)
    end = s.keys - s.queries + i + n if s.causal else s.keys
    for j in range(0, end, KEYS):
        m = min(KEYS, end - j)
        product(scores, k[0] + j * k[1], k[1], k[2], Q, m, s.dim, NEW)
        hide(scores, s, mask, b, i, j, m)
        new = top
        for r in range(m):
            new = larger(load(scores, r), new)
        base = replaced(new, -np.inf, 0)  # so far all keys are hidden: e^(-inf - 0) = 0
        shrink = exp(top - base)
        top, total = new, total * shrink
        for r in range(m):
            weight = exp(load(scores, r) - base)
            total = total + weight
            store(scores, r, weight)
        if j > 0:
            scale_rows(Y, s.dim, shrink)
        if s.dropping:
            draw_kept(kept, s, b, h, i, j, m)
            for r in range(m):
                store(scores, r, load(scores, r) * load(kept, r))
        product(Y, v[0] + j * v[1], v[2], v[1], scores, s.dim, m, ADD)
    store(kept, 0, top)
    store(kept, 1, total)
    _finish(head_of(places, OF_Y, b, h), lse, s, b, h, i, n, first, Y, kept)


@inlined
def _finish(y, lse, s, b, h, i, n, first, Y, state):
    """Divide by the sums (row 1 of `state`; row 0 holds the maxima) and write y and the log-sum-exp.

    A query without any key gets zeros, and infinity for its log-sum-exp: then backward finds weights of 0.
    """
    number = lse.dtype.type
    for c in range(n):
        total = state[1, c]
        lse[b, h, i + c], state[1, c] = state[0, c] + math.log(total), number(1) / total
    scale_rows(Y, s.dim, load(state, 1))
    for c in range(n):
        if first >= s.keys or (s.causal and first > s.keys - s.queries + i + c):
            lse[b, h, i + c] = np.inf
            for d in range(s.dim):
                Y[d, c] = 0
    transpose_out(Y, y, i, n, s.dim)
