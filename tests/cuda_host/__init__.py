"""Runs the CUDA kernels on the CPU: their files compiled by g++, their launch code on NumPy arrays."""

import ctypes
import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from scratchgpt.kernels.cupy_gpu import launch
from scratchgpt.ops.namespace import Ops

COMPILER = shutil.which("g++")
_HEADER = Path(__file__).parent / "host.h"
KERNEL = re.compile(r'extern "C" __global__ void\s+(?:__launch_bounds__\([^)]*\)\s+)?(\w+)\(([^)]*)\)')
_NUMPY = {
    "float": "float32",
    "double": "float64",
    "int": "int32",
    "long long": "int64",
    "unsigned": "uint32",
    "unsigned long long": "uint64",
    "unsigned short": "uint16",
    "signed char": "int8",
    "unsigned char": "uint8",
}


class HostModule:
    """A .cu file compiled for the CPU, with `get_function` as a RawModule of CuPy's has it.

    What a GPU would take without a word is refused: a wrong number of arguments, an array of another type
    than the kernel declares, a scalar of another width, an array that is not contiguous.
    """

    schedule = 0  # in which order blocks and threads run: see host.h
    launched = None  # a set, to which the names of kernels are added

    def __init__(self, name, dtype, sanitize=False, **constants):
        code = launch.source(name)
        real, acc = launch.TYPES[dtype]
        named = {"REAL": real, "ACC": acc, **constants}
        self.types = _NUMPY | {name: _NUMPY[kind] for name, kind in named.items() if kind in _NUMPY}
        self.kernels = {kernel: _parameters(declared) for kernel, declared in KERNEL.findall(code)}
        assert self.kernels, f"there is no kernel in {name}.cu"
        text = "\n".join(
            (f'#include "{_HEADER}"', code, *(_launcher(*item) for item in self.kernels.items()))
        )
        self.library = ctypes.CDLL(str(_compiled(text, launch.options(dtype, **constants), sanitize)))

    def get_function(self, name):
        """Return what launches a kernel: called with (grid, block, arguments, shared_mem=bytes)."""
        parameters, start = self.kernels[name], getattr(self.library, f"launch_{name}")
        start.restype = ctypes.c_char_p

        def run(grid, block, arguments, *, shared_mem=0):
            assert len(arguments) == len(parameters), (
                f"{name}: {len(arguments)} arguments for {len(parameters)}"
            )
            boxes = [self._box(name, p, a) for p, a in zip(parameters, arguments, strict=True)]
            pointers = (ctypes.c_void_p * len(boxes))(*(box.ctypes.data for box in boxes))
            sizes = [(ctypes.c_uint * 3)(*(int(n) for n in numbers)) for numbers in (grid, block)]
            problem = start(*sizes, ctypes.c_size_t(shared_mem), HostModule.schedule, pointers)
            if HostModule.launched is not None:
                HostModule.launched.add(name)
            assert problem is None, f"{name}: {problem.decode()}"

        return run

    def _box(self, kernel, parameter, value):
        """Return an array whose first bytes are the argument as the kernel takes it."""
        kind, pointer = parameter
        dtype = np.dtype(self.types[kind])
        said = f"{kernel}: {type(value).__name__} {getattr(value, 'dtype', value)} for {kind}{'*' * pointer}"
        if not pointer:
            assert isinstance(value, np.generic) and value.dtype == dtype, said
            return np.array([value])
        if isinstance(value, int):
            assert value == 0, said
            return np.zeros(1, np.uintp)
        assert isinstance(value, np.ndarray) and value.dtype == dtype, said
        heads = value.ndim == 4 and value.strides[3] == value.itemsize  # its other strides are passed, too
        assert value.flags.c_contiguous or heads, f"{kernel}: an array that is not contiguous"
        return np.array([value.ctypes.data], np.uintp)


def _parameters(declared):
    """[(type, whether it is a pointer)] of "const REAL* x, int n"."""
    found = []
    for one in declared.split(","):
        words = one.replace("const ", "").replace("__restrict__", "").rsplit(None, 1)[0].strip()
        found.append((words.rstrip("*").strip(), words.endswith("*")))
    return found


def _launcher(kernel, parameters):
    """A C function that takes what cuLaunchKernel takes: a list of pointers to the arguments."""
    passed = ", ".join(
        f"*({kind}{'*' * pointer}*)arguments[{i}]" for i, (kind, pointer) in enumerate(parameters)
    )
    return (
        f'extern "C" const char* launch_{kernel}(const unsigned* grid, const unsigned* size, size_t shared, '
        f"unsigned schedule, void** arguments) {{\n"
        f"    return host::launch(grid, size, shared, schedule, [=] {{ {kernel}({passed}); }});\n}}"
    )


def _compiled(text, options, sanitize):
    """Return the shared library, which is kept for the next run under the hash of its text."""
    flags = ["-O1", "-fPIC", "-shared", "-Wall", "-Werror", "-Wno-unknown-pragmas", "-Wno-unused-function"]
    flags += ["-fsanitize=address", "-g"] if sanitize else []
    headers = (file.read_text(encoding="utf-8") for file in sorted(_HEADER.parent.glob("*.h")))
    name = hashlib.sha256("\n".join((*headers, text, *options, *flags)).encode()).hexdigest()[:20]
    folder = Path(tempfile.gettempdir()) / "scratchgpt-cuda-host"
    folder.mkdir(exist_ok=True)
    built = folder / f"{name}.so"
    if not built.exists():
        with tempfile.TemporaryDirectory(dir=folder) as place:
            source, fresh = Path(place) / "kernels.cpp", Path(place) / "kernels.so"
            source.write_text(text, encoding="utf-8")
            command = [
                COMPILER,
                *flags,
                *(o.replace("--std", "-std") for o in options),
                str(source),
                "-o",
                str(fresh),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-3000:]
            fresh.replace(built)  # whole or not at all: tests run side by side
    return built


def poisoned(shape, dtype=float, **options):
    """As numpy.empty, filled with NaN, or with numbers that are no index."""
    kind = np.dtype(dtype).kind
    return np.full(shape, np.nan if kind == "f" else np.iinfo(dtype).max, dtype)


def host_ops(functions):
    """Return the namespace of the GPU backend's functions, computing on NumPy arrays."""
    return Ops(functions, "cupy on the host", "numpy")
