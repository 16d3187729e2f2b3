"""The CUDA kernels under AddressSanitizer: none reads or writes beyond an array, or beyond shared memory."""

import os
import subprocess
import sys
from pathlib import Path

import cuda_host
import pytest

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(cuda_host.COMPILER is None, reason="there is no g++ to compile the CUDA kernels with"),
]
TESTS = Path(__file__).parents[1]

EVERY_KERNEL = """
import functools, numpy as np, pytest
import cuda_host, kernel_checks
from op_cases import FORWARDS
from scratchgpt.kernels.cupy_gpu import launch
from scratchgpt.kernels.cupy_gpu.functions import gpu_ops
from scratchgpt.ops import REFERENCE

launch.COMPILERS["numpy"] = functools.partial(cuda_host.HostModule, sanitize=True)
ops = gpu_ops(module="numpy")
for sizes in ("small", "odd"):
    with pytest.MonkeyPatch.context() as patch:
        kernel_checks.set_sizes(sizes, patch)
        for name in FORWARDS:
            if ops.functions[name] is not REFERENCE.functions[name]:
                kernel_checks.check_op(ops, name, np.float32, np.copy)
ops = gpu_ops("bf16", "numpy")
for T, S, options in ((1, 1, {}), (67, 131, {"key_mask": np.ones((2, 131))})):
    q, k = (np.ones((2, 1, n, 16), np.float32) for n in (T, S))
    y, cache = ops.attention_forward(q, k, k.copy(), **options)
    ops.attention_backward(y, cache)
print("clean")
"""

ONE_TOO_FAR = """
import sys, pathlib, numpy as np, cuda_host
from scratchgpt.kernels.cupy_gpu import launch
launch.FOLDER = pathlib.Path(sys.argv[1])
(launch.FOLDER / "device.cuh").write_text("")
(launch.FOLDER / "far.cu").write_text(
    'extern "C" __global__ void far(const REAL* x, REAL* y) { y[threadIdx.x] = x[threadIdx.x + 1]; }'
)
x = np.ones(64)
module = cuda_host.HostModule("far", "float64", sanitize=True)
module.get_function("far")((1, 1, 1), (64, 1, 1), (x, np.zeros(64)))
"""


def sanitized(code, *arguments):
    library = subprocess.run(
        [cuda_host.COMPILER, "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
    ).stdout.strip()
    if not Path(library).is_file():
        pytest.skip("this g++ has no AddressSanitizer")
    options = "detect_leaks=0:detect_stack_use_after_return=0"  # Python keeps what it has; fibers have stacks
    environment = {**os.environ, "LD_PRELOAD": library, "ASAN_OPTIONS": options, "PYTHONPATH": str(TESTS)}
    environment["OPENBLAS_NUM_THREADS"] = "1"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=TESTS.parent
    )


def test_no_kernel_leaves_its_arrays():
    done = sanitized(EVERY_KERNEL)
    assert done.stdout.strip() == "clean", done.stderr[-3000:]


def test_one_number_too_far_is_caught(tmp_path):
    done = sanitized(ONE_TOO_FAR, tmp_path)
    assert done.returncode != 0 and "heap-buffer-overflow" in done.stderr
