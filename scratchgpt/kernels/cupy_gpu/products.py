"""Matrix products on the GPU, by cuBLAS, in the arithmetic that was asked for.

CuPy's own `@` computes in float32 with float32 arrays, or in TF32 for a whole process. Here one call says
how its factors are rounded before they are multiplied; sums are float32 in all three, and so are the arrays:

    fp32    not at all: 24 bits of mantissa
    tf32    to 11 bits, with the exponents of float32; tensor cores, several times as fast
    bf16    to 8 bits, with the exponents of float32; tensor cores, twice as fast again

The weights therefore stay what is called master weights: rounded where they are used, never where they are
kept. The same call can add the product to what is there, which CuPy's `@` cannot.

Source: Kalamkar et al. 2019 (arXiv 1905.12322); master weights: Micikevicius et al. 2018 (1710.03740).
"""

from typing import Any

import numpy as np

from ...ops.arrays import Array, array_module, matmul

# Numbers of cublas_v2.h: cublasComputeType_t, cudaDataType_t, cublasGemmAlgo_t.
_COMPUTE = {"fp32": 68, "bf16": 75, "tf32": 77}
_COMPUTE_64, _REAL_32, _REAL_64, _DEFAULT_ALGORITHM = 70, 0, 1, -1


def product(a: Array, b: Array, precision: str = "fp32", out: Array | None = None) -> Array:
    """Return a @ b; or add it to `out` and return that.

    Shapes: a (N, I), b (I, O), out (N, O), which is contiguous, or the transpose of what is
    """
    if array_module(a) is np:
        if out is None:
            return matmul(a, b)
        out += matmul(a, b)
        return out
    if out is not None and not out.flags.c_contiguous and out.flags.f_contiguous:
        return product(b.T, a.T, precision, out.T).T  # (O, N) -> (N, O)
    if out is not None and not out.flags.c_contiguous:
        out += product(a, b, precision)
        return out
    from cupy.cuda import cublas, device

    beta, y = (0, array_module(a).empty((a.shape[0], b.shape[1]), a.dtype)) if out is None else (1, out)
    gemm(cublas.gemmEx, device.get_cublas_handle(), a, b, beta, y, precision)
    return y


def gemm(call: Any, handle: int, a: Array, b: Array, beta: int, y: Array, precision: str) -> None:
    """Call cuBLAS's gemmEx: y (N, O), contiguous, becomes a (N, I) @ b (I, O) + beta * y.

    cuBLAS lays matrices out by columns: what lies in rows here is a transposed matrix there. So it is asked
    for y^T = b^T a^T, and where a factor is itself a transposed view, for that one's transpose.
    """
    (N, O), I = y.shape, a.shape[1]
    (b, of_b, step_b), (a, of_a, step_a) = _as_columns(b), _as_columns(a)
    kind, compute = (_REAL_64, _COMPUTE_64) if y.dtype == np.float64 else (_REAL_32, _COMPUTE[precision])
    one, scale = np.ones(1, y.dtype), np.full(1, beta, y.dtype)
    given_b, given_a = (b.data.ptr, kind, step_b), (a.data.ptr, kind, step_a)
    result = y.data.ptr, kind, max(O, 1), compute, _DEFAULT_ALGORITHM
    call(handle, of_b, of_a, O, N, I, one.ctypes.data, *given_b, *given_a, scale.ctypes.data, *result)


def _as_columns(x: Array) -> tuple[Array, int, int]:
    """Return x, or a copy; 0 where it lies in rows, which are cuBLAS's columns, 1 where transposed; the step
    from one row (or column) to the next."""
    rows, columns = (stride // x.dtype.itemsize for stride in x.strides)
    if columns == 1 and rows >= max(x.shape[1], 1):
        return x, 0, rows
    if rows == 1 and columns >= max(x.shape[0], 1):
        return x, 1, columns
    return array_module(x).ascontiguousarray(x), 0, max(x.shape[1], 1)
