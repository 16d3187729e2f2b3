"""What attention's kernels share: a setting, strided operands, and the steps on one tile of scores.

A tile holds the scores of some keys (its rows) for one block of queries (its columns), as many as a vector
has places. So a row of scores, S[j] = sum over d of k[j, d] Q[d], is a vector, and the maximum and the sum
over the keys, which softmax needs for each query, are taken place by place, never across a vector. Keys
and values are read as single numbers, from wherever they lie; only the queries are transposed, once.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from ...compiling import inlined
from ...ops.arrays import Array
from .dropout import keeps
from .products import side, transpose_square
from .vectors import address_of, full, load, load_at, masked_below, number_at, store, store_at, width

KEYS = 64  # rows of a tile: with 32 queries 8 KB of float32
# NumPy's numbers, since a function called with Python's is compiled for each value.
NEW, ADD = np.bool_(False), np.bool_(True)  # for `product`
OF_Q, OF_K, OF_V, OF_Y, OF_DY, OF_DQ, OF_DK, OF_DV = (np.intp(i) for i in range(8))  # the rows of `places`


class Setting(NamedTuple):
    """The sizes and options of one attention, in few types that a kernel takes quickly.

    `numbers`: those of `Options` up to `bar`, as uint64; `mask` (B, S) is True where a key may be attended,
    (0, 0) without padding; `grown` is 1/(1 - p), by which dropout multiplies the weights that stay.
    """

    numbers: Array
    mask: Array
    grown: float


class Options(NamedTuple):
    """The numbers of a setting under their names, in a kernel.

    `drop_key` and `bar` are dropout's key and what its 24 random bits must reach, as uint64.
    """

    batch: Any
    heads: Any
    queries: Any
    keys: Any
    dim: Any
    causal: Any
    dropping: Any
    drop_key: Any
    bar: Any
    padded: Any
    grown: float


_NO_MASK = np.ones((0, 0), dtype=bool)


def setting(
    shape: tuple[int, ...],
    keys: int,
    causal: bool,
    key_mask: Array | None,
    dropout: float = 0.0,
    drop_key: int | None = None,
) -> Setting:
    """Return the setting for queries of a shape (B, H, T, D) and a number of keys."""
    drops = drop_key is not None
    options = (causal, drops, drop_key or 0, math.ceil(dropout * 2**24) if drops else 0)
    mask = _NO_MASK if key_mask is None else np.ascontiguousarray(key_mask != 0)  # (B, S)
    numbers = np.array([*shape, keys, *options], dtype=np.uint64)
    return Setting(numbers, mask, 1 / (1 - dropout) if drops else 1.0)


@inlined
def options_of(numbers, mask, grown):
    """Unpack a setting."""
    B, H, T, D = np.intp(numbers[0]), np.intp(numbers[1]), np.intp(numbers[2]), np.intp(numbers[3])
    causal, dropping = numbers[5] != 0, numbers[6] != 0
    padded = mask.shape[0] > 0
    return Options(B, H, T, np.intp(numbers[4]), D, causal, dropping, numbers[7], numbers[8], padded, grown)


# A place: the address of element (0, 0, 0, 0) of an array (B, H, T, D) and its four strides in bytes.
Place = tuple[int, int, int, int, int]


def place(x: Array) -> Place:
    """Return where the elements of x (B, H, T, D) lie."""
    return (x.__array_interface__["data"][0], *x.strides)


def packed_places(x: Array, n_head: int, parts: int) -> list[Place]:
    """Return where the `parts` arrays (B, H, T, D) lie that are side by side in x (B, T, parts*H*D)."""
    address = x.__array_interface__["data"][0]
    batch, position, element = x.strides
    D = x.shape[2] // (parts * n_head)
    part = n_head * D * element
    return [(address + i * part, batch, D * element, position, element) for i in range(parts)]


@inlined
def head_of(places, which, b, h):
    """Where one head of the array number `which` lies: (address, bytes to the next position, element)."""
    p = places[which]
    return p[0] + b * p[1] + h * p[2], p[3], p[4]


@inlined
def transpose_in(panel, x, i, n, D):
    """panel[d, c] = x[i + c, d] for n positions of a head; 0 in further places."""
    size, W, R = panel.itemsize, width(panel), side(panel)
    start, into = x[0] + i * x[1], address_of(panel)
    squares = n // R * R if x[2] == size else 0  # positions in whole squares
    if n < W:
        for d in range(D):
            store(panel, d, full(panel, 0))
    for c in range(0, squares, R):
        for d in range(0, D - R + 1, R):
            source, target = start + c * x[1] + d * size, into + (d * W + c) * size
            transpose_square(panel, source, x[1], target, W * size)
    for c in range(n):
        for d in range(D // R * R if c < squares else 0, D):
            panel[d, c] = number_at(panel, start + c * x[1] + d * x[2])


@inlined
def transpose_out(panel, x, i, n, D):
    """x[i + c, d] = panel[d, c] for n positions of a head."""
    size, W, R = panel.itemsize, width(panel), side(panel)
    start, source = x[0] + i * x[1], address_of(panel)
    squares = n // R * R if x[2] == size else 0
    for c in range(0, squares, R):
        for d in range(0, D - R + 1, R):
            target = start + c * x[1] + d * size
            transpose_square(panel, source + (d * W + c) * size, W * size, target, x[1])
    for c in range(n):
        for d in range(D // R * R if c < squares else 0, D):
            store_at(start + c * x[1] + d * x[2], panel[d, c])


@inlined
def scale_rows(panel, rows, factors):
    """Multiply each row of a panel by a vector."""
    for r in range(rows):
        store(panel, r, load(panel, r) * factors)


@inlined
def rows_in(panels, x, i, n, D, factor):
    """panels[p W + c, e] = factor x[i + c, p W + e]: a row of x has its columns in several panels."""
    W, factors = width(panels), full(panels, factor)
    for p in range(0, (D + W - 1) // W * W, W):
        for c in range(n):
            at = x[0] + (i + c) * x[1] + p * x[2]
            if x[2] == panels.itemsize and p + W <= D:
                store(panels, p + c, load_at(panels, at) * factors)
            else:
                for e in range(W):
                    inside = p + e < D
                    panels[p + c, e] = number_at(panels, at + e * x[2]) * factor if inside else 0


@inlined
def rows_out(panels, x, n, D):
    """x[c, p W + e] = panels[p n + c, e], for the n positions of a head."""
    W = width(panels)
    for p in range((D + W - 1) // W):
        for c in range(n):
            at = x[0] + c * x[1] + p * W * x[2]
            if x[2] == panels.itemsize and p * W + W <= D:
                store_at(at, load(panels, p * n + c))
            else:
                for e in range(min(W, D - p * W)):
                    store_at(at + e * x[2], panels[p * n + c, e])


@inlined
def hide(scores, s, mask, b, i, j, m):
    """Set to -inf the scores of queries from i on with those of m keys from j on that they may not see."""
    own = s.keys - s.queries + i - j  # the first query's own position, as a row of the tile
    begin = 0 if s.padded else max(0, own + 1) if s.causal else m
    for r in range(begin, m):
        first = r - own if s.causal else 0  # the queries before this one come before key r
        if s.padded and not mask[b, j + r]:
            first = width(scores)
        if first > 0:
            store(scores, r, masked_below(load(scores, r), first))


@inlined
def draw_kept(kept, s, b, h, i, j, m):
    """Dropout's factors for a tile: 1/(1 - p) where the weight of that query and key stays, else 0.

    Element ((b H + h) T + i) S + j of the weights is drawn as the reference does; queries beyond the last
    belong to no element and are never read.
    """
    grown, zero = kept.dtype.type(s.grown), kept.dtype.type(0)
    row = ((b * s.heads + h) * s.queries + i) * s.keys + j
    for r in range(m):
        for c in range(width(kept)):
            stays = keeps(s.drop_key, np.uint64(row + c * s.keys + r), s.bar)
            kept[r, c] = grown if stays else zero
