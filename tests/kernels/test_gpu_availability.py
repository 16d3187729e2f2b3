"""Why there is no GPU to compute on: each of the five causes has its message."""

import subprocess
import sys
import types

import pytest

from scratchgpt import kernels
from scratchgpt.errors import UserError
from scratchgpt.kernels.cupy_gpu import BackendUnavailable


def raising(error):
    def f(*args):
        raise error

    return f


def fake_cupy(monkeypatch, *, driver=13000, runtime=13000, devices=1, nvrtc=None, cublas=None):
    """A CuPy that answers so; `devices`, `nvrtc` and `cublas` may be errors to raise."""

    def answer(value):
        return raising(value) if isinstance(value, Exception) else lambda: value

    cupy, cuda = types.ModuleType("cupy"), types.ModuleType("cupy.cuda")
    cuda.runtime = types.SimpleNamespace(
        driverGetVersion=answer(driver), runtimeGetVersion=answer(runtime), getDeviceCount=answer(devices)
    )
    cuda.device = types.SimpleNamespace(get_cublas_handle=answer(cublas))
    # As in CuPy: attributes, and no modules of the name cupy.cuda.nvrtc.
    cuda.nvrtc, cuda.cublas = types.SimpleNamespace(getVersion=answer(nvrtc)), types.SimpleNamespace()
    cupy.cuda = cuda
    for module in (cupy, cuda):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return cupy


def refusal(monkeypatch, **answers):
    if answers:
        fake_cupy(monkeypatch, **answers)
    with pytest.raises(BackendUnavailable) as caught:
        kernels.load("cupy")
    said = str(caught.value)
    assert isinstance(caught.value, UserError) and "\n" not in said
    assert said.endswith("or compute on the CPU: --backend numba.")
    return said


def test_with_a_gpu_the_ops_compute_there(monkeypatch):
    cupy = fake_cupy(monkeypatch)
    ops = kernels.load("cupy")
    assert ops.name == "cupy" and ops.xp is cupy


def test_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    said = refusal(monkeypatch)
    assert "not installed" in said and 'pip install "scratchgpt[gpu]"' in said


def test_installed_and_broken(monkeypatch, tmp_path):
    monkeypatch.delitem(sys.modules, "cupy", raising=False)
    (tmp_path / "cupy.py").write_text("raise ImportError('libcudart.so.13: gone\\nmore')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    said = refusal(monkeypatch)
    assert "does not load (ImportError: libcudart.so.13: gone)" in said


def test_no_driver(monkeypatch):
    assert "has no NVIDIA driver" in refusal(monkeypatch, driver=0)
    assert "has no NVIDIA driver" in refusal(monkeypatch, driver=RuntimeError("cudaErrorInsufficientDriver"))


def test_a_driver_that_is_too_old(monkeypatch):
    said = refusal(monkeypatch, driver=12040, runtime=13020, devices=RuntimeError("insufficient driver"))
    assert "it supports CUDA 12.4, and CuPy was built for CUDA 13.2" in said
    assert "the other of pip install" in said


def test_a_driver_of_the_same_major_version_will_do(monkeypatch):
    fake_cupy(monkeypatch, driver=13000, runtime=13020)
    assert kernels.load("cupy").name == "cupy"


@pytest.mark.parametrize("devices", [0, RuntimeError("cudaErrorNoDevice")])
def test_no_gpu_is_visible(monkeypatch, devices):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    said = refusal(monkeypatch, devices=devices)
    assert "no GPU is visible (CUDA_VISIBLE_DEVICES is '')" in said
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    assert "no GPU is visible: give" in refusal(monkeypatch, devices=devices)


def test_a_missing_library(monkeypatch):
    said = refusal(monkeypatch, nvrtc=RuntimeError("libnvrtc.so.13 not found\nat all"))
    assert said.startswith(
        "NVRTC, the compiler, of CUDA cannot be loaded (RuntimeError: libnvrtc.so.13 not found)"
    )
    assert refusal(monkeypatch, cublas=OSError("no libcublas")).startswith("cuBLAS of CUDA cannot be loaded")


def test_a_command_line_ends_in_one_line():
    code = (
        "import sys; sys.modules['cupy'] = None; from scratchgpt import cli, generate; cli.run(generate.main)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "Once", "--backend", "cupy"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and done.stdout == ""
    assert "not installed" in done.stderr and done.stderr.count("\n") == 1


def test_auto_never_takes_a_gpu(monkeypatch):
    fake_cupy(monkeypatch)
    assert kernels.load("auto").name == "numba"
