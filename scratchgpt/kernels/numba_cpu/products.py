"""Matrix products and transposes of small matrices in a kernel, held in registers.

A product of large matrices is best left to NumPy's library. But where its result is used up at once, as the
scores of attention are, a kernel should compute a tile of it, small enough for the cache of the core.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from ...compiling import inlined
from .vectors import (
    MANY_REGISTERS,
    Vector,
    constant,
    llvm_type,
    read_number,
    row_of,
    splat,
    width_of,
)

# How many rows of a product are summed up at once. Each row takes two registers, and one row of b and
# one number of a, spread out, take three. Eight rows reach 115 GFLOP/s on one core (float32, AVX-512,
# nothing better was measured), one row 25: the next sum cannot begin before the last one is finished.
_ROWS = 8 if MANY_REGISTERS else 4
_LINE = 64  # bytes


def panels(dtype: Any, count: int, rows: int) -> np.ndarray:
    """Return `count` uninitialised panels (count, rows, width); no row begins within a cache line."""
    dtype = np.dtype(dtype)
    size = count * rows * width_of(dtype)
    room = np.empty(size + _LINE // dtype.itemsize, dtype)
    start = -room.__array_interface__["data"][0] % _LINE // dtype.itemsize
    return room[start : start + size].reshape(count, rows, width_of(dtype))


@intrinsic
def compiled_once(typing_context: Any) -> Any:
    """Keep the function in which this stands out of those that call it: its machine code is made once."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.void(), generate


@inlined
def product(c, a, row, column, b, M, K, add):
    """c[m] = sum over k of a(m, k) b[k] for rows m < M of the panel c and k < K of b; `add`: c[m] += it.

    a(m, k) is the number at the address a + m row + k column: any strided matrix, also a transposed one.
    """
    compiled_once()
    m = 0
    while m + _ROWS <= M:
        _product_rows(_ROWS, c, m, a, row, column, b, K, add)
        m += _ROWS
    if m + 4 <= M:
        _product_rows(4, c, m, a, row, column, b, K, add)
        m += 4
    while m < M:
        _product_rows(1, c, m, a, row, column, b, K, add)
        m += 1


@intrinsic(prefer_literal=True)
def _product_rows(
    typing_context: Any, rows: Any, c: Any, m: Any, a: Any, row: Any, column: Any, b: Any, K: Any, add: Any
) -> Any:
    """Rows m to m + rows of `product`.

    For each k, one row of b is loaded and multiplied by `rows` numbers of a, into as many sums.
    """
    vector, count = Vector(c.dtype), rows.literal_value

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _, c_value, m, a, row, column, b_value, K, add = args
        align = vector.dtype.bitwidth // 8
        at = [builder.add(m, ir.Constant(m.type, r)) for r in range(count)]
        places = [row_of(context, builder, c, c_value, i) for i in at]
        starts = [builder.add(a, builder.mul(i, row)) for i in at]
        sums = [cgutils.alloca_once(builder, llvm_type(vector)) for _ in range(count)]
        for s in sums:
            builder.store(constant(vector, 0.0), s)
        with builder.if_then(add):
            for s, place in zip(sums, places, strict=True):
                builder.store(builder.load(place, align=align), s)
        with cgutils.for_range(builder, K) as loop:
            line = builder.load(row_of(context, builder, b, b_value, loop.index), align=align)
            step = builder.mul(loop.index, column)
            for s, start in zip(sums, starts, strict=True):
                number = read_number(builder, vector, builder.add(start, step))
                term = builder.fmul(splat(builder, vector, number), line, flags=["contract"])
                builder.store(builder.fadd(term, builder.load(s), flags=["contract"]), s)
        for s, place in zip(sums, places, strict=True):
            builder.store(builder.load(s), place, align=align)
        return context.get_dummy_value()

    n = types.intp
    return types.void(rows, c, n, n, n, n, b, n, types.boolean), generate


@intrinsic
def side(typing_context: Any, like: Any) -> Any:
    """The number of rows of the squares that `transpose_square` takes: half the width of a vector."""
    value = Vector(like.dtype).width // 2
    return types.intp(like), lambda c, builder, s, args: ir.Constant(ir.IntType(64), value)


@intrinsic
def _transpose_square(
    typing_context: Any, like: Any, source: Any, source_row: Any, target: Any, target_row: Any
) -> Any:
    """Write the transpose of the square of numbers at one address to another, rows so many bytes apart.

    Each row fills a register. In step s = 1, 2, 4, ... rows i and i + s exchange the numbers whose columns
    have bit s set with those that have not; after all steps every bit of row and column is exchanged.
    """
    vector = Vector(like.dtype)
    count = vector.width // 2
    row_type = ir.VectorType(llvm_type(vector).element, count)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def at(address: Any, stride: Any, i: int) -> Any:
            place = builder.add(address, builder.mul(stride, ir.Constant(stride.type, i)))
            return builder.inttoptr(place, row_type.as_pointer())

        def shuffled(a: Any, b: Any, places: list[int]) -> Any:
            return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(ir.IntType(32), count), places))

        align = vector.dtype.bitwidth // 8
        rows = [builder.load(at(args[1], args[2], i), align=align) for i in range(count)]
        s = 1
        while s < count:
            first = [j if not j & s else count + j - s for j in range(count)]
            second = [j + s if not j & s else count + j for j in range(count)]
            for i in range(count):
                if not i & s:
                    a, b = rows[i], rows[i + s]
                    rows[i], rows[i + s] = shuffled(a, b, first), shuffled(a, b, second)
            s *= 2
        for i, row in enumerate(rows):
            builder.store(row, at(args[3], args[4], i), align=align)
        return context.get_dummy_value()

    n = types.intp
    return types.void(like, n, n, n, n), generate


@inlined
def transpose_square(like, source, source_row, target, target_row):
    """As above, compiled once."""
    compiled_once()
    _transpose_square(like, source, source_row, target, target_row)
