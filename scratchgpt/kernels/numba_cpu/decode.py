"""Generation: `gpt2_blocks_cached` and `linear_cached` of `scratchgpt/ops/generation.py`.

A new token reads every weight once and does two operations with it: memory is the limit, and the aim is to
read it at full speed, in fewer bytes where the weights are packed (`ops/packing.py`).

All blocks are one kernel, four stages each (`stages.py`), which the threads enter together:

    0  q | k | v     chunks of inputs: each thread multiplies some channels of ln_1(x)
    1  attention     chunks of heads: attention, and what these heads' channels give c_proj
    2  c_fc          chunks of inputs: some channels of ln_2(x)
    3  c_proj        chunks of inputs: GELU of some channels, and what they give

A chunk takes some *inputs* of a product, so its rows of the matrix (in, out), as the model stores it, are one
stretch of memory, and what stands before the product (GELU, attention) is done for these inputs by the same
thread. Each chunk leaves a vector of all outputs; whoever needs them adds these up, in the order of the
chunks, so that a result depends on the number of threads by rounding alone. The residual stream and the
norms, one vector each, are done by whoever completes a stage.

A step up to 8 rows (texts times positions) is done so; more rows are matrix products, which BLAS does better.
"""

import importlib
import itertools
from typing import Any

import numba
import numpy as np

from ...compiling import inlined, kernel
from ...ops import REFERENCE
from ...ops.arrays import Array
from ...ops.packing import Packed
from .decode_parts import attend, finish_product, gelu, multiply, normalise, widened
from .linear import linear_forward
from .stages import COUNTERS, CREW, complete, finish, get, inserted, put, size, take, wait

_ROWS = 8  # rows up to which reading the weights is the most of the work
_LARGE = 1 << 19  # numbers in the streams of all blocks, up to which the reference is as good
_CHUNKS = 4  # chunks of a stage for each thread

# The tensors of a block: weight k is tensor 2 k, its bias 2 k + 1, its scale if packed 12 + k.
_LN_1, _QKV, _ATTN_PROJ, _LN_2, _FC, _MLP_PROJ = range(6)


def gpt2_blocks_cached(
    x: Array,
    n_head: int,
    keys: Array,
    values: Array,
    ln_1: Array,
    ln_1_bias: Array | None,
    c_attn: Array,
    c_attn_bias: Array | None,
    attn_proj: Array,
    attn_proj_bias: Array | None,
    ln_2: Array,
    ln_2_bias: Array | None,
    c_fc: Array,
    c_fc_bias: Array | None,
    mlp_proj: Array,
    mlp_proj_bias: Array | None,
    *,
    key_mask: Array | None = None,
    eps: float = 1e-5,
) -> Array:
    """As `gpt2_blocks_cached` of the reference, in one call of a kernel.

    Shapes: x (B, T, C), keys and values (L, B, H, S, D), weights (L, ...) -> y (B, T, C)
    """
    attention = (ln_1, ln_1_bias, c_attn, c_attn_bias, attn_proj, attn_proj_bias)
    weights = (*attention, ln_2, ln_2_bias, c_fc, c_fc_bias, mlp_proj, mlp_proj_bias)
    if 0 < x.shape[0] * x.shape[1] <= _ROWS and _fits(x, keys, values, weights):
        return _run_blocks(x, n_head, keys, values, weights, key_mask, eps)
    # A short prompt of a small model is not worth loading more kernels for.
    ops = REFERENCE if len(keys) * x.size < _LARGE else importlib.import_module(__package__).NUMBA
    reference = REFERENCE.functions["gpt2_blocks_cached"]
    y: Array = reference(x, n_head, keys, values, *weights, key_mask=key_mask, eps=eps, ops=ops)
    return y


def _run_blocks(
    x: Array, n_head: int, keys: Array, values: Array, weights: Any, key_mask: Array | None, eps: float
) -> Array:
    L, (B, T, C), S, F = len(keys), x.shape, keys.shape[3], weights[2 * _FC].shape[2]
    y = x.reshape(B * T, C).copy()  # (N, C)
    places = np.array([_place(a) for a in (*map(_data, weights), *map(_scale, weights[::2]))])
    kv = np.array([(_place(a)[0], *a.strides[:3]) for a in (keys, values)])
    mask = None if key_mask is None else np.ascontiguousarray(key_mask, np.int64)
    threads = int(numba.get_num_threads())
    n, N = _CHUNKS * threads, B * T
    # The outputs of chunks, wide and as the stream; the scores of chunks; ln(x); attention; GELU.
    areas = (n * N * max(3 * C, F), n * N * C, n * S, N * C, N * C, N * F)
    starts = [0, *itertools.accumulate(-(-area // 64) * 64 for area in areas)]
    memory = np.empty(starts[-1] + 64, x.dtype)
    room = -(-_place(memory)[0] // 64) * 64 + x.itemsize * np.array(starts)
    counters = np.zeros((4 * L + 1) * COUNTERS, np.int64)
    arguments = (
        *(x.dtype.type(0), _data(weights[2 * _QKV]).dtype.type(0), _place(y)[0], places, kv),
        *(np.array([L, T, C, F, n_head, S, N, n]), _place(mask)[0], x.dtype.type(eps), room),
        _place(counters)[0],
    )
    CREW.call(_blocks, arguments, threads, (y, keys, values, weights, mask, memory, counters))
    return y.reshape(x.shape)  # (B, T, C)


def _fits(x: Array, keys: Array, values: Array, weights: Any) -> bool:
    """Whether the kernel takes these: of one dtype, the matrices perhaps packed, blocks evenly laid out."""
    vectors = [a for i, a in enumerate(weights) if i % 2 or i // 2 in (_LN_1, _LN_2)]
    matrices = [weights[2 * k] for k in (_QKV, _ATTN_PROJ, _FC, _MLP_PROJ)]
    if not _computable(x, [_data(m) for m in matrices], [keys, values, *vectors, *map(_scale, matrices)]):
        return False
    even = all(_data(a)[0].flags.c_contiguous for a in weights if a is not None)
    return even and all(a[0, 0, 0].flags.c_contiguous for a in (keys, values))


def _computable(x: Array, matrices: Any, others: Any) -> bool:
    """Whether all are NumPy arrays, float32 or float64 like x, or the data of packed float32 matrices."""
    arrays = [x, *matrices, *(a for a in others if a is not None)]
    if any(type(a) is not np.ndarray for a in arrays) or x.dtype not in (np.float32, np.float64):
        return False
    kinds = {a.dtype for a in matrices}
    stored = (x.dtype,) if x.dtype == np.float64 else (np.float32, np.uint16, np.int8)
    return len(kinds) == 1 and kinds.pop() in stored and all(a is None or a.dtype == x.dtype for a in others)


def _data(weight: Any) -> Any:
    return weight.data if isinstance(weight, Packed) else weight


def _scale(weight: Any) -> Any:
    return weight.scale if isinstance(weight, Packed) else None


def _place(a: Array | None) -> tuple[int, int]:
    """The address of an array, and how many bytes later the next block's part lies; 0 if there is none."""
    return (0, 0) if a is None else (a.__array_interface__["data"][0], a.strides[0])


@inlined
def _tensor(places, k, layer):
    return places[k, 0] + layer * places[k, 1]


@inlined
def _remembered(zero, kv, which, layer, b, h, s, D):
    """The key (which = 0) or value (1) of a head at place s."""
    head = kv[which, 0] + layer * kv[which, 1] + b * kv[which, 2] + h * kv[which, 3]
    return head + s * D * size(zero)


@inlined
def _heads(zero, layer, first, end, count, places, kv, sizes, mask, room, scores):
    """Some heads: queries, keys and values from the chunks of their product; keep these; attend."""
    T, C, H, S, N = sizes[1], sizes[2], sizes[4], sizes[5], sizes[6]
    D, step = C // H, 3 * C * size(zero)
    scale, bias = _tensor(places, 12 + _QKV, layer), _tensor(places, 2 * _QKV + 1, layer)
    for h in range(first, end):
        for r in range(N):
            for third in range(3):
                at = (third * C + h * D) * size(zero)
                out = room[4] + (r * C + h * D) * size(zero)
                if third > 0:
                    out = _remembered(zero, kv, third - 1, layer, r // T, h, S - T + r % T, D)
                s, b = scale + at if scale else 0, bias + at if bias else 0
                finish_product(zero, room[0] + r * step + at, count, N * step, s, b, out, D)
        for r in range(N):
            b, q = r // T, room[4] + (r * C + h * D) * size(zero)
            k, v = _remembered(zero, kv, 0, layer, b, h, 0, D), _remembered(zero, kv, 1, layer, b, h, 0, D)
            attend(zero, q, D, k, v, mask + 8 * b * S if mask else 0, S - T + r % T, scores)


@inserted
def _chunk(zero, kind, stage, c, chunks, places, kv, sizes, mask, room):
    """Chunk c of a stage: some inputs of a product, made ready, and what they give."""
    C, F, H, S, N, n = sizes[2], sizes[3], sizes[4], sizes[5], sizes[6], sizes[7]
    layer, part = stage // 4, stage % 4
    k, I, O, x = (_QKV, C, 3 * C, room[3]) if part == 0 else (_ATTN_PROJ, C, C, room[4])
    if part >= 2:
        k, I, O, x = (_FC, C, F, room[3]) if part == 2 else (_MLP_PROJ, F, C, room[5])
    start, stop = c * I // chunks, (c + 1) * I // chunks
    if part == 1:
        first, end = c * H // chunks, (c + 1) * H // chunks
        start, stop = first * (C // H), end * (C // H)
        scores = room[2] + c * S * size(zero)
        _heads(zero, layer, first, end, min(n, C), places, kv, sizes, mask, room, scores)
    elif part == 3:
        scale, bias = _tensor(places, 12 + _FC, layer), _tensor(places, 2 * _FC + 1, layer)
        for r in range(N):
            at, step = (r * F + start) * size(zero), N * F * size(zero)
            s, b = scale + start * size(zero) if scale else 0, bias + start * size(zero) if bias else 0
            finish_product(zero, room[0] + at, min(n, C), step, s, b, x + at, stop - start)
            gelu(zero, x + at, stop - start)
    y = (room[1] if part % 2 else room[0]) + c * N * O * size(zero)
    multiply(zero, kind, x, I, start, stop, _tensor(places, 2 * k, layer), y, N, O)


@inserted
def _between(zero, layer, part, chunks, y, places, sizes, eps, room):
    """After a product that goes back to the stream y: add it, and normalise the stream for the next one."""
    L, C, N = sizes[0], sizes[2], sizes[6]
    k, norm = (_ATTN_PROJ, _LN_2) if part == 1 else (_MLP_PROJ, _LN_1)
    if layer >= 0:
        for r in range(N):
            row, out = r * C * size(zero), room[3] + r * C * size(zero)
            scale, bias = _tensor(places, 12 + k, layer), _tensor(places, 2 * k + 1, layer)
            finish_product(zero, room[1] + row, chunks, N * C * size(zero), scale, bias, out, C)
            for j in range(C):
                put(y + row, j, get(zero, y + row, j) + get(zero, out, j))
    if part == 3:
        layer += 1
    if layer < L:
        gain, shift = _tensor(places, 2 * norm, layer), _tensor(places, 2 * norm + 1, layer)
        normalise(zero, eps, y, gain, shift, room[3], N, C)


@kernel()
def _blocks(zero, kind, y, places, kv, sizes, mask, eps, room, counters):
    """All blocks, by each of the threads. Stage -1 is what comes before the first one: its layer norm."""
    L, C, F, H, n = sizes[0], sizes[2], sizes[3], sizes[4], sizes[7]
    for stage in range(-1, 4 * L):
        part = stage % 4
        chunks = min(n, H if part == 1 else F if part == 3 else C) if stage >= 0 else 1
        c = take(counters, stage + 1)
        while c < chunks:
            if stage >= 0:
                _chunk(zero, kind, stage, c, chunks, places, kv, sizes, mask, room)
            if complete(counters, stage + 1, chunks):
                if part % 2:
                    _between(zero, stage // 4, part, chunks, y, places, sizes, eps, room)
                finish(counters, stage + 1)
            c = take(counters, stage + 1)
        wait(counters, stage + 1)


def linear_cached(x: Array, weight: Array) -> Array:
    """As `linear_cached` of the reference, for a matrix that is a transposed table, as the head's is.

    Shapes: x (..., I), weight (I, O) -> y (..., O)

    An output is the product of x and one row of the table; the rows pass by in the order of memory. For the
    50,257 rows of GPT-2 NumPy's `x @ W.T` reads 30 GB/s in two threads, this the 42 that there are.
    """
    table, scale = _data(weight).T, _scale(weight)  # (O, I)
    N = x.size // x.shape[-1]
    fits = 0 < N <= _ROWS and _computable(x, [table], [scale]) and table.flags.c_contiguous
    if not fits or (scale is not None and scale.shape[0] != 1):
        return linear_forward(x, weight)[0]
    O, I = table.shape
    rows = np.ascontiguousarray(x).reshape(N, I)  # (N, I)
    y = np.empty((N, O), x.dtype)
    threads = int(numba.get_num_threads())
    counters = np.zeros(COUNTERS, np.int64)
    scales = None if scale is None else np.ascontiguousarray(scale.reshape(-1))  # (O,)
    places = [_place(a)[0] for a in (rows, table, scales, y, counters)]
    arguments = (x.dtype.type(0), table.dtype.type(0), *places, N, I, O, 16 * threads)
    CREW.call(_head, arguments, threads, (rows, weight, scales, y, counters))
    return y.reshape(*x.shape[:-1], O)  # (..., O)


@kernel()
def _head(zero, kind, x, table, scale, y, counters, N, I, O, chunks):
    """y (N, O) = x (N, I) times the rows of a table (O, I), some rows to a chunk."""
    c = take(counters, 0)
    while c < chunks:
        for o in range(c * O // chunks, (c + 1) * O // chunks):
            row = table + o * I * size(kind)
            for r in range(N):
                total, inputs = zero, x + r * I * size(zero)
                for i in range(I):
                    total += get(zero, inputs, i) * widened(get(kind, row, i))
                put(y, r * O + o, total * get(zero, scale, o) if scale else total)
        if complete(counters, 0, chunks):
            finish(counters, 0)
        c = take(counters, 0)
    wait(counters, 0)
