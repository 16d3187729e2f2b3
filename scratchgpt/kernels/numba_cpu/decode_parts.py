"""The arithmetic of a token, on numbers at addresses: products, layer normalisation, attention, GELU.

`zero` is a number of the type that is computed with, float32 or float64, and `kind` one of the type in which
the weights are stored: they tell the compiler the types. Matrices lie row by row, one row for each input.
"""

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic, overload

from ...compiling import exp, inlined
from .stages import get, number, put, size


@intrinsic
def _from_bf16(typing_context: Any, stored: Any) -> Any:
    """The float32 whose upper half is given."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        bits = builder.shl(builder.zext(args[0], ir.IntType(32)), ir.Constant(ir.IntType(32), 16))
        return builder.bitcast(bits, ir.FloatType())

    return types.float32(types.uint16), generate


def widened(stored: Any) -> Any:
    """In a kernel: a stored number as one to compute with, as `ops.packing.widened`."""
    raise NotImplementedError("only inside kernels")


@overload(widened)
def _widened(stored):
    if stored == types.uint16:
        return lambda stored: _from_bf16(stored)
    if stored == types.int8:
        return lambda stored: np.float32(stored)
    return lambda stored: stored


@inlined
def multiply(zero, kind, x, I, start, stop, weight, y, N, O):
    """y (N, O) = what the inputs from start to stop of x (N, I) add to x W, W (I, O).

    The weights pass by once, in the order in which they lie in memory, as one stream; two rows at a time
    were slower, 13 in place of 28 GB/s. The sums are read and written again for every input, but they stay
    in the nearest cache; they should begin at a multiple of 64 bytes (28 in place of 17 GB/s).
    """
    for j in range(N * O):
        put(y, j, zero)
    for i in range(start, stop):
        row = weight + i * O * size(kind)
        for r in range(N):
            v, out = get(zero, x, r * I + i), y + r * O * size(zero)
            for j in range(O):
                put(out, j, get(zero, out, j) + v * widened(get(kind, row, j)))


@inlined
def finish_product(zero, parts, count, step, scale, bias, out, n):
    """n numbers of a product that lies in parts, `step` bytes apart: their sum, scaled, plus the bias."""
    for j in range(n):
        put(out, j, zero)
    for p in range(count):
        part = parts + p * step
        for j in range(n):
            put(out, j, get(zero, out, j) + get(zero, part, j))
    if scale != 0:
        for j in range(n):
            put(out, j, get(zero, out, j) * get(zero, scale, j))
    if bias != 0:
        for j in range(n):
            put(out, j, get(zero, out, j) + get(zero, bias, j))


@inlined
def normalise(zero, eps, x, weight, bias, y, N, C):
    """Layer normalisation of x (N, C)."""
    one, count = number(zero, 1), number(zero, C)
    for r in range(N):
        row, out = x + r * C * size(zero), y + r * C * size(zero)
        total, square = zero, zero
        for j in range(C):
            total += get(zero, row, j)
        mean = total / count
        for j in range(C):
            centred = get(zero, row, j) - mean
            square += centred * centred
        rstd = one / np.sqrt(square / count + eps)
        for j in range(C):
            put(out, j, (get(zero, row, j) - mean) * rstd * get(zero, weight, j))
        if bias != 0:
            for j in range(C):
                put(out, j, get(zero, out, j) + get(zero, bias, j))


@inlined
def attend(zero, q, D, keys, values, mask, last, scores):
    """Attention of a query (D) to the places up to `last`, written over the query.

    `keys` and `values` are (S, D), `mask` is (S), int64, or 0 where every place counts. A query without any
    key gives 0.
    """
    scale, lowest = number(zero, 1 / math.sqrt(D)), number(zero, -np.inf)
    top, seen = lowest, 0
    for s in range(last + 1):
        score = lowest
        if mask == 0 or get(np.int64(0), mask, s) != 0:
            k, score = keys + s * D * size(zero), zero
            for d in range(D):
                score += get(zero, q, d) * get(zero, k, d)
            score *= scale
            seen += 1
        put(scores, s, score)
        if score > top:
            top = score
    total = zero
    for s in range(last + 1):
        weight = exp(get(zero, scores, s) - top)
        put(scores, s, weight)
        total += weight
    for d in range(D):
        put(q, d, zero)
    for s in range(last + 1 if seen else 0):
        v, weight = values + s * D * size(zero), get(zero, scores, s) / total
        for d in range(D):
            put(q, d, get(zero, q, d) + weight * get(zero, v, d))


@inlined
def gelu(zero, x, n):
    """GELU of n numbers in place: x sigmoid(2 u), one exp in place of a tanh."""
    one, cubic = number(zero, 1), number(zero, 0.044715)
    minus_2_roots = number(zero, -2 * math.sqrt(2 / math.pi))
    for j in range(n):
        v = get(zero, x, j)
        put(x, j, v / (one + exp(minus_2_roots * v * (one + cubic * v * v))))
