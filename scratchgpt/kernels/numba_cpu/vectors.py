"""Vectors as values in kernels: what a processor's vector instructions work on, under names of our own.

The compiler turns a loop over neighbouring numbers into vector instructions by itself, but it does not keep
sums in registers across a second loop around it, which is what makes matrix products fast. A kernel that
needs this says so: `load` takes one row of a *panel*, a contiguous array (rows, width), as one value;
`+`, `-`, `*` and the functions here work on all its numbers at once; `store` writes it back.

A vector is as wide as two registers: 32 float32 or 16 float64 with AVX-512, half of that with AVX2.
"""

import math
import operator
from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.datamodel import models
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import intrinsic, lower_builtin, register_model

_FEATURES = llvm.get_host_cpu_features()
_REGISTER = 64 if _FEATURES.get("avx512f") else 32 if _FEATURES.get("avx") else 16  # bytes
# Whether there are 32 registers, as with AVX-512 and on ARM, or 16.
MANY_REGISTERS = bool(_FEATURES.get("avx512f")) or not _FEATURES.get("sse2")


class Vector(types.Type):
    """The type of a vector of `width` numbers."""

    def __init__(self, dtype: Any) -> None:
        self.dtype, self.width = dtype, width_of(dtype)
        super().__init__(name=f"Vector({dtype}, {self.width})")


def width_of(dtype: Any) -> int:
    """Return how many numbers of a dtype a vector holds."""
    return 2 * _REGISTER // np.dtype(str(dtype)).itemsize


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, vector: Vector) -> None:
        super().__init__(manager, vector, llvm_type(vector))


def llvm_type(vector: Vector, integers: bool = False) -> ir.VectorType:
    """The type of a vector in LLVM; with `integers` of the numbers' bits instead."""
    bits = vector.dtype.bitwidth
    number = ir.IntType(bits) if integers else ir.FloatType() if bits == 32 else ir.DoubleType()
    return ir.VectorType(number, vector.width)


def constant(vector: Vector, value: Any, integers: bool = False) -> ir.Constant:
    """All numbers the same, known when the kernel is compiled."""
    return ir.Constant(llvm_type(vector, integers), [value] * vector.width)


def splat(builder: Any, vector: Vector, number: Any) -> Any:
    """All numbers the same."""
    empty = ir.Constant(ir.VectorType(number.type, vector.width), ir.Undefined)
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), vector.width), [0] * vector.width)
    return builder.shuffle_vector(builder.insert_element(empty, number, zeros.type.element(0)), empty, zeros)


def row_of(context: Any, builder: Any, panel_type: Any, panel: Any, row: Any) -> Any:
    """The address of a row of a panel."""
    vector = Vector(panel_type.dtype)
    data = context.make_array(panel_type)(context, builder, panel).data
    first = builder.mul(row, ir.Constant(row.type, vector.width))
    return builder.bitcast(builder.gep(data, [first]), llvm_type(vector).as_pointer())


def read_number(builder: Any, vector: Vector, address: Any) -> Any:
    """One number of the vector's type from memory."""
    number = llvm_type(vector).element
    place = builder.inttoptr(address, number.as_pointer())
    return builder.load(place, align=vector.dtype.bitwidth // 8)


# Loads and stores promise no more alignment than that of one number. -----------------------------------


@intrinsic
def width(typing_context: Any, like: Any) -> Any:
    """How many numbers a vector of the dtype of the array `like` holds."""
    value = width_of(like.dtype)
    return types.intp(like), lambda c, builder, s, args: ir.Constant(ir.IntType(64), value)


@intrinsic
def load(typing_context: Any, panel: Any, row: Any) -> Any:
    """Row `row` of a panel."""
    vector = Vector(panel.dtype)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = row_of(context, builder, panel, *args)
        return builder.load(place, align=vector.dtype.bitwidth // 8)

    return vector(panel, types.intp), generate


@intrinsic
def store(typing_context: Any, panel: Any, row: Any, value: Any) -> Any:
    """Write row `row` of a panel."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = row_of(context, builder, panel, *args[:2])
        builder.store(args[2], place, align=value.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(panel, types.intp, value), generate


@intrinsic
def full(typing_context: Any, like: Any, value: Any) -> Any:
    """A vector of the dtype of the array `like`, all of whose numbers are `value`."""
    vector = Vector(like.dtype)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return splat(builder, vector, context.cast(builder, args[1], value, vector.dtype))

    return vector(like, value), generate


@intrinsic
def load_at(typing_context: Any, like: Any, address: Any) -> Any:
    """The vector at an address, of numbers of the dtype of the array `like`."""
    vector = Vector(like.dtype)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = builder.inttoptr(args[1], llvm_type(vector).as_pointer())
        return builder.load(place, align=vector.dtype.bitwidth // 8)

    return vector(like, types.intp), generate


@intrinsic
def store_at(typing_context: Any, address: Any, value: Any) -> Any:
    """Write a vector, or a single number, at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = builder.inttoptr(args[0], args[1].type.as_pointer())
        bits = getattr(value, "dtype", value).bitwidth
        builder.store(args[1], place, align=bits // 8)
        return context.get_dummy_value()

    return types.void(types.intp, value), generate


@intrinsic
def number_at(typing_context: Any, like: Any, address: Any) -> Any:
    """The number at an address, of the dtype of the array `like`."""
    vector = Vector(like.dtype)
    return like.dtype(like, types.intp), lambda c, builder, s, args: read_number(builder, vector, args[1])


@intrinsic
def address_of(typing_context: Any, array: Any) -> Any:
    """The address of the first number of an array."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(array)(context, builder, args[0]).data
        return builder.ptrtoint(data, context.get_value_type(types.intp))

    return types.intp(array), generate


# Arithmetic. -------------------------------------------------------------------------------------------


def _define(operation: Callable[..., Any], instruction: str) -> None:
    """Let a Python operator on two vectors be an instruction; products and sums may fuse."""

    @infer_global(operation)
    class _Typing(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            same = len(args) == 2 and isinstance(args[0], Vector) and args[0] == args[1]
            return signature(args[0], *args) if same else None

    @lower_builtin(operation, Vector, Vector)
    def _lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return getattr(builder, instruction)(*args, flags=["contract"])


_define(operator.add, "fadd")
_define(operator.sub, "fsub")
_define(operator.mul, "fmul")


@intrinsic
def larger(typing_context: Any, a: Any, b: Any) -> Any:
    """The larger number of each pair; b where one is NaN."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", *args), *args)

    return a(a, a), generate


@intrinsic
def sum_of(typing_context: Any, x: Any) -> Any:
    """The sum of the numbers of a vector: its halves are added until one number is left."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        value, count = args[0], x.width
        while count > 1:
            count //= 2
            index = ir.VectorType(ir.IntType(32), count)
            low, high = (ir.Constant(index, list(range(at, at + count))) for at in (0, count))
            halves = (builder.shuffle_vector(value, value, places) for places in (low, high))
            value = builder.fadd(*halves)
        return builder.extract_element(value, ir.Constant(ir.IntType(32), 0))

    return x.dtype(x), generate


@intrinsic
def replaced(typing_context: Any, x: Any, old: Any, new: Any) -> Any:
    """x with `new` in place of every number that equals `old`; both are numbers."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        casts = [context.cast(builder, v, t, x.dtype) for v, t in zip(args[1:], (old, new), strict=True)]
        before, after = (splat(builder, x, number) for number in casts)
        return builder.select(builder.fcmp_ordered("==", args[0], before), after, args[0])

    return x(x, old, new), generate


@intrinsic
def masked_below(typing_context: Any, x: Any, first: Any) -> Any:
    """x with -inf in the places below `first`."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        places = ir.Constant(ir.VectorType(ir.IntType(32), x.width), list(range(x.width)))
        border = splat(builder, x, builder.trunc(args[1], ir.IntType(32)))
        below = builder.icmp_signed("<", places, border)
        return builder.select(below, constant(x, -math.inf), args[0])

    return x(x, types.intp), generate


class _Exp:
    """The numbers by which e^x is computed for one dtype: see `exp`."""

    def __init__(self, bits: int, mantissa: int, degree: int, lowest: float, ln2_high: float) -> None:
        self.shift, self.lowest, self.ln2_high = mantissa, lowest, ln2_high
        self.rounder = 1.5 * 2.0**mantissa
        self.ln2_low = math.log(2) - ln2_high if bits == 32 else 1.90821492927058770002e-10
        self.terms = [1 / math.factorial(n) for n in range(degree, -1, -1)]


_EXP = {
    types.float32: _Exp(32, 23, 6, -87.0, 0.693359375),
    types.float64: _Exp(64, 52, 13, -708.0, 6.93147180369123816490e-01),
}


@intrinsic
def exp(typing_context: Any, x: Any) -> Any:
    """e^x for numbers x up to 80: as `compiling.exp`, with the exponent taken from the bits of a sum.

    x / ln 2 + 1.5 2^23 has no bits left for a fraction: it is n, rounded, in the lowest bits, which
    shifted to the place of the exponent and added to e^(f ln 2) give 2^n e^(f ln 2).
    """
    e = _EXP[x.dtype]

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def times_plus(a: Any, b: Any, c: Any) -> Any:
            return builder.fadd(builder.fmul(a, b, flags=["contract"]), c, flags=["contract"])

        def number(value: float) -> Any:
            return constant(x, value)

        low = builder.fcmp_ordered("<", args[0], number(e.lowest))
        within = builder.select(low, number(e.lowest), args[0])
        rounded = times_plus(within, number(1 / math.log(2)), number(e.rounder))
        # With no flags given, the kernel's would be set: the difference could be "simplified" to x / ln 2.
        n = builder.fsub(rounded, number(e.rounder), flags=["contract"])
        rest = times_plus(n, number(-e.ln2_low), times_plus(n, number(-e.ln2_high), within))
        y = number(e.terms[0])
        for term in e.terms[1:]:
            y = times_plus(y, rest, number(term))
        integers = llvm_type(x, integers=True)
        power = builder.shl(builder.bitcast(rounded, integers), constant(x, e.shift, integers=True))
        y = builder.bitcast(builder.add(builder.bitcast(y, integers), power), y.type)
        y = builder.select(low, number(0.0), y)
        return builder.select(builder.fcmp_unordered("uno", args[0], args[0]), args[0], y)

    return x(x), generate
