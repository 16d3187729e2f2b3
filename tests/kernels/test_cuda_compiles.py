"""The CUDA kernels compiled as a GPU gets them, by NVRTC, which needs neither a GPU nor a driver."""

import importlib
import re

import cuda_host
import pytest

from scratchgpt.kernels.cupy_gpu import BackendUnavailable, availability, launch

pytestmark = pytest.mark.cuda
FILES = sorted(path.stem for path in launch.FOLDER.glob("*.cu"))
HEADS = {"float32": (16, 64, 80, 128), "float64": (16, 64)}  # sizes of heads; 64 is GPT-2's
OF_TENSOR_CORES = (32, 64, 128)  # attention_mma.cu, in float32 alone: multiples of 16 up to 128

STORED = {
    "float32": [
        {"ROWS": 1, "STORED": "float"},
        {"ROWS": 8, "STORED": "float"},
        {"ROWS": 1, "STORED": "unsigned short"},
        {"ROWS": 4, "STORED": "signed char"},
    ],
    "float64": [{"ROWS": 2, "STORED": "double"}],
}


@pytest.fixture(scope="module")
def nvrtc():
    try:
        module = importlib.import_module("cupy.cuda").nvrtc
        module.getVersion()
    except Exception as error:  # without CuPy ImportError, without the library behind it RuntimeError
        pytest.skip(f"there is no NVRTC here to compile for a GPU ({type(error).__name__}): .[gpu] brings it")
    return module


def compiled(nvrtc, name, dtype, architecture, **constants):
    """Return the machine code and what the compiler said."""
    program = nvrtc.createProgram(launch.source(name), f"{name}.cu", (), ())
    options = (
        *launch.options(dtype, **constants),
        f"--gpu-architecture={architecture}",
        "--ptxas-options=-v",
    )
    try:
        nvrtc.compileProgram(program, options)
        return nvrtc.getCUBIN(program), nvrtc.getProgramLog(program)
    except nvrtc.NVRTCError:
        pytest.fail(nvrtc.getProgramLog(program))
    finally:
        nvrtc.destroyProgram(program)


@pytest.mark.parametrize("architecture", ["sm_80", "sm_90"])
@pytest.mark.parametrize(
    "name, dtype", [(f, d) for f in FILES for d in launch.TYPES if (f, d) != ("attention_mma", "float64")]
)
def test_every_kernel_compiles_without_a_warning_and_keeps_its_numbers_in_registers(
    nvrtc, name, dtype, architecture
):
    kernels = {kernel for kernel, _ in cuda_host.KERNEL.findall(launch.source(name))}
    variants = {
        "attention": [{"HEAD": size} for size in HEADS[dtype]],
        "attention_mma": [{"HEAD": size} for size in OF_TENSOR_CORES],
        "decode": STORED[dtype],
    }
    for constants in variants.get(name, [{}]):
        binary, log = compiled(nvrtc, name, dtype, architecture, **constants)
        assert len(binary) > 1000
        assert "warning" not in log.lower(), log
        spills = re.findall(r"(\d+) bytes spill stores, (\d+) bytes spill loads", log)
        assert set(re.findall(r"entry function '(\w+)'", log)) == kernels and len(spills) >= len(kernels)
        assert set(spills) == {("0", "0")} and set(re.findall(r"(\d+) bytes stack", log)) == {"0"}, log


def test_an_error_is_reported_by_this_test_too(nvrtc, monkeypatch):
    monkeypatch.setattr(launch, "source", lambda name: 'extern "C" __global__ void f(float* x) { y[0] = 1; }')
    with pytest.raises(pytest.fail.Exception, match="undefined"):
        compiled(nvrtc, "embedding", "float32", "sm_90")


def test_the_libraries_are_looked_for_where_cupy_has_them(nvrtc):
    """On the real CuPy, of which the other tests of this have a picture: NVRTC is found without a GPU."""
    cupy = importlib.import_module("cupy")
    if cupy.cuda.runtime.driverGetVersion():
        availability.check()
        return
    with pytest.raises(BackendUnavailable, match=r"cuBLAS of CUDA cannot be loaded.*CUDARuntimeError"):
        availability._check_libraries(cupy)
    with pytest.raises(BackendUnavailable, match="no NVIDIA driver"):
        availability.check()
