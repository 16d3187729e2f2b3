"""The call of cuBLAS, whose matrices lie in columns: held against a gemmEx that does what the manual says."""

import ctypes
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from scratchgpt import kernels
from scratchgpt.errors import UserError
from scratchgpt.kernels.cupy_gpu import launch
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


def empty(shape, dtype):
    return np.full(shape, np.nan, dtype).view(OnDevice)


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
        return np.array(values.T, order="C").T.view(OnDevice)
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


@pytest.fixture
def cublas(monkeypatch):
    """CuPy as far as a product asks it."""
    cuda = SimpleNamespace(
        cublas=SimpleNamespace(gemmEx=gemm_ex), device=SimpleNamespace(get_cublas_handle=lambda: 7)
    )
    monkeypatch.setitem(sys.modules, "cupy", SimpleNamespace(cuda=cuda))
    monkeypatch.setitem(sys.modules, "cupy.cuda", cuda)


@pytest.mark.parametrize("how", ["rows", "columns", "part", "gaps"])
def test_on_a_device_it_is_new_or_added_to_what_is_there_however_that_lies(how, cublas):
    """In columns lies the gradient of a tied table, seen from the head."""
    rng = np.random.default_rng(0)
    a, b, before = (rng.standard_normal(shape) for shape in ((3, 4), (4, 5), (3, 5)))
    on_device = laid_out(a, "rows"), laid_out(b, "columns")
    np.testing.assert_allclose(np.asarray(product(*on_device)), a @ b, rtol=1e-12)
    out = laid_out(before, how)
    assert product(*on_device, "fp32", out).shape == (3, 5)
    np.testing.assert_allclose(np.asarray(out), before + a @ b, rtol=1e-12)


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


def test_more_shared_memory_than_every_device_gives_is_asked_for(monkeypatch):
    class Function:
        max_dynamic_shared_size_bytes = None

        def __call__(self, grid, block, arguments, *, shared_mem):
            self.launched = grid, block, arguments, shared_mem

    made = {}

    def compiler(name, dtype, **constants):
        return SimpleNamespace(get_function=lambda kernel: made.setdefault(kernel, Function()))

    monkeypatch.setitem(launch.COMPILERS, "numpy", compiler)
    x = np.zeros(3, np.float32)
    for kernel, room in (("little", 48 << 10), ("much", (48 << 10) + 4)):
        launch.launch("no such file", kernel, x.dtype, (5, 2), 64, x, None, 7, 0.5, True, shared=room)
        assert made[kernel].launched[0::3] == ((5, 2, 1), room) and made[kernel].launched[1] == (64, 1, 1)
        assert made[kernel].max_dynamic_shared_size_bytes == (room if kernel == "much" else None)
    _, null, whole, number, flag = made["much"].launched[2]
    assert null == 0 and (whole, number, flag) == (7, 0.5, 1)
    assert [type(v) for v in (whole, number, flag)] == [np.int32, np.float32, np.int32]
