"""How the kernels of this folder become callable: compiled when they are first used, for the device at hand.

A `.cu` file is compiled for each type of numbers it is used with, by the compiler that belongs to the
arrays' library. CuPy's is NVRTC; CuPy keeps what it compiled on disk. The tests add one for NumPy's arrays,
which translates the same files for the CPU.
"""

import functools
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...ops.arrays import Array, array_module

TYPES = {"float32": ("float", "float"), "float64": ("double", "double")}
"""How numbers are stored and summed (REAL and ACC of device.cuh), by the dtype of the arrays."""

FOLDER = Path(__file__).parent
_ALWAYS_THERE = 48 << 10  # bytes of shared memory that a block gets on every device


def source(name: str) -> str:
    """Return the CUDA source of a file here (`name`.cu), with what all of them begin with, as one text."""
    return "\n".join(_included(file) for file in ("device.cuh", f"{name}.cu"))


def _included(file: str) -> str:
    text = (FOLDER / file).read_text(encoding="utf-8")
    return re.sub(r'^#include "(.+)"$', lambda found: _included(found[1]), text, flags=re.MULTILINE)


def options(dtype: str, **constants: int | str) -> tuple[str, ...]:
    """Return the compiler's options for arrays of a dtype ("float32") and what else a file wants to know."""
    real, acc = TYPES[dtype]
    defined = {"REAL": real, "ACC": acc, **constants}
    return "--std=c++17", *(f"-D{name}={value}" for name, value in defined.items())


def _raw_module(name: str, dtype: str, **constants: int | str) -> Any:
    import cupy

    return cupy.RawModule(code=source(name), options=options(dtype, **constants))


COMPILERS: dict[str, Callable[..., Any]] = {"cupy": _raw_module}
"""By the library of the arrays: from a file's name, a dtype and constants to a module, which has
`get_function(kernel)`."""


@functools.cache
def _module(library: str, name: str, dtype: str, **constants: int | str) -> Any:
    return COMPILERS[library](name, dtype, **constants)


@functools.cache
def _kernel(library: str, name: str, kernel: str, dtype: str, shared: int, **constants: int | str) -> Any:
    function = _module(library, name, dtype, **constants).get_function(kernel)
    if shared > _ALWAYS_THERE:  # more has to be asked for
        function.max_dynamic_shared_size_bytes = shared
    return function


def computable(x: Array, *others: Array | None) -> bool:
    """Whether a kernel here takes these arrays: one dtype that it is compiled for, none of them empty."""
    arrays = (x, *(a for a in others if a is not None))
    return str(x.dtype) in TYPES and all(a.dtype == x.dtype and a.size for a in arrays)


def rows(x: Array) -> Array:
    """Return x (..., C) as contiguous rows (N, C), copied only where it has to be."""
    return array_module(x).ascontiguousarray(x).reshape(-1, x.shape[-1])  # (N, C)


def dense(x: Array | None) -> Any:
    """Return an array, if there is one, as a contiguous one, copied only where it has to be."""
    return None if x is None else array_module(x).ascontiguousarray(x)


def stretches(N: int) -> int:
    """Return into how many parts N rows are cut whose columns are summed: enough to occupy a device."""
    return max(1, min(64, N // 64))


def launch(
    name: str,
    kernel: str,
    dtype: Any,
    blocks: int | Sequence[int],
    threads: int,
    *arguments: Any,
    shared: int = 0,
    **constants: int | str,
) -> None:
    """Run a kernel of `name`.cu on arrays of `dtype`: a grid of `blocks` (up to three numbers) of `threads`.

    `arguments`: arrays, which must be contiguous; None for no array; integers, which are C's int; floats,
    which become ACC; NumPy scalars as they are. `shared`: bytes of dynamic shared memory; `constants`:
    what the file is compiled for (HEAD=64). It returns before the device is done.
    """
    library = next(array_module(a).__name__ for a in arguments if hasattr(a, "dtype") and a.ndim)
    grid = (blocks,) if isinstance(blocks, int) else tuple(blocks)
    real = np.dtype(dtype)
    passed = tuple(_argument(a, real.type) for a in arguments)
    run = _kernel(library, name, kernel, str(real), shared, **constants)
    run(grid + (1,) * (3 - len(grid)), (threads, 1, 1), passed, shared_mem=shared)


def _argument(value: Any, acc: Any) -> Any:
    if value is None:
        return 0  # the null pointer
    if isinstance(value, float) and not isinstance(value, np.generic):
        return acc(value)
    return np.int32(value) if type(value) in (int, bool) else value
