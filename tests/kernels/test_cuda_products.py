"""The call of cuBLAS, whose matrices lie in columns: held against a gemmEx that does what the manual says."""

import ctypes
from types import SimpleNamespace

import numpy as np
import pytest

from scratchgpt import kernels
from scratchgpt.errors import UserError
from scratchgpt.kernels.cupy_gpu.functions import gpu_ops
from scratchgpt.kernels.cupy_gpu.products import _COMPUTE, gemm, product


class OnDevice(np.ndarray):
    """A NumPy array that says where its data lies as CuPy's arrays do."""

    @property
    def data(self):
        return SimpleNamespace(ptr=self.ctypes.data)


def ascontiguousarray(x):
    """This file is the library of these arrays."""
    return np.ascontiguousarray(x).view(OnDevice)


def matrix(pointer, kind, rows, columns, step):
    """What cuBLAS takes for a matrix: by columns, `step` numbers from one to the next."""
    assert step >= rows, "the manual: lda >= max(1, rows)"
    number = {0: ctypes.c_float, 1: ctypes.c_double}[kind]
    flat = np.ctypeslib.as_array((number * (step * columns)).from_address(pointer))
    return flat.reshape(columns, step).T[:rows]


def gemm_ex(
    handle,
    op_a,
    op_b,
    m,
    n,
    k,
    alpha,
    a,
    a_kind,
    lda,
    b,
    b_kind,
    ldb,
    beta,
    c,
    c_kind,
    ldc,
    compute,
    algorithm,
):
    assert (handle, algorithm) == (7, -1)
    assert compute == 70 if c_kind == 1 else compute in _COMPUTE.values()
    A = matrix(a, a_kind, *((k, m) if op_a else (m, k)), lda)
    B = matrix(b, b_kind, *((n, k) if op_b else (k, n)), ldb)
    C = matrix(c, c_kind, m, n, ldc)
    number = {0: ctypes.c_float, 1: ctypes.c_double}[c_kind]
    one, scale = (number.from_address(p).value for p in (alpha, beta))
    C[...] = one * (A.T if op_a else A) @ (B.T if op_b else B) + (scale * C if scale else 0)


def laid_out(values, how):
    """The same matrix in rows, in columns, as a part of a wider one, or with gaps between its numbers."""
    if how == "rows":
        return np.array(values).view(OnDevice)
    if how == "columns":
        return np.array(values.T).T.view(OnDevice)
    room = np.full((values.shape[0], 2 * values.shape[1] + 3), np.nan, values.dtype)
    part = room[:, : values.shape[1]] if how == "part" else room[:, : 2 * values.shape[1] : 2]
    part[...] = values
    return part.view(OnDevice)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("how_b", ["rows", "columns", "part", "gaps"])
@pytest.mark.parametrize("how_a", ["rows", "columns", "part", "gaps"])
@pytest.mark.parametrize("N, I, O", [(3, 4, 5), (1, 4, 5), (3, 1, 5), (3, 4, 1)])
def test_every_layout_is_multiplied(N, I, O, how_a, how_b, dtype):
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((N, I)).astype(dtype), rng.standard_normal((I, O)).astype(dtype)
    for beta in (0, 1):
        before = np.full((N, O), np.nan) if not beta else rng.standard_normal((N, O))
        y = laid_out(before.astype(dtype), "rows")
        gemm(gemm_ex, 7, laid_out(a, how_a), laid_out(b, how_b), beta, y, "tf32")
        expected = a @ b + (y * 0 + before if beta else 0)
        np.testing.assert_allclose(np.asarray(y), expected, rtol=1e-4 if dtype == np.float32 else 1e-12)


def test_on_the_host_it_is_numpys_product_and_adds_in_place():
    a, b, out = np.arange(6.0).reshape(2, 3), np.ones((3, 2)), np.ones((2, 2))
    assert product(a, b, out=out) is out
    np.testing.assert_array_equal(out, a @ b + 1)
    np.testing.assert_array_equal(product(a, b), a @ b)


def test_the_precision_is_the_gpus():
    assert gpu_ops("bf16", "numpy").functions["linear_forward"].__self__.precision == "bf16"
    for name in ("auto", "numpy", "numba"):
        with pytest.raises(UserError, match=r"tf32 is a GPU's.*--backend cupy, or leave --precision out"):
            kernels.load(name, "tf32")
    with pytest.raises(UserError, match="Unknown precision 'fp16', expected one of fp32, tf32, bf16"):
        kernels.load("cupy", "fp16")
