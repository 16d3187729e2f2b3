"""What the kernels share: which arrays they take, and how work is cut into pieces for the threads."""

from typing import Any

import numba
import numpy as np

from ...compiling import inlined
from ...ops.arrays import Array

# Below this many numbers one thread does the work: 0.2 ms of GELU, to wake another takes 0.1 ms.
_ALONE = 1 << 19


def computable(*arrays: Array | None) -> bool:
    """Whether all arrays are plain NumPy arrays of the same dtype, float32 or float64 (None: absent)."""
    found = {array.dtype for array in arrays if type(array) is np.ndarray}
    plain = all(array is None or type(array) is np.ndarray for array in arrays)
    return plain and len(found) == 1 and found.pop() in _DTYPES


_DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


def pieces(size: int) -> int:
    """Into how many pieces work on `size` numbers is cut: one for each thread, or a single one."""
    return 1 if size < _ALONE else int(numba.get_num_threads())


@inlined
def cut(c, n, size):
    """Return piece c of n of `size` numbers, in a kernel.

    A loop over a piece counts from 0: an index that might be negative would mean one from the end, and the
    test for it keeps the compiler from using vector instructions.
    """
    return slice(c * size // n, (c + 1) * size // n)


def rows(x: Array) -> Array:
    """Return x (..., C) as rows (N, C) that lie one behind the other; a copy only where needed."""
    return np.ascontiguousarray(x).reshape(-1, x.shape[-1])  # (N, C)


def flat(x: Array) -> Array:
    """Return the numbers of x in C order as (N,); a copy only where needed."""
    return np.ascontiguousarray(x).reshape(-1)  # (N,)


def number(dtype: Any, value: float) -> Any:
    """Return a scalar of a dtype, so that a kernel does not compute with a wider one."""
    return dtype.type(value)
