"""What every op needs: the library its arrays come from, the way back to NumPy, the matrix product."""

import sys
from typing import Any

Array = Any  # a NumPy array, or one of another library that behaves alike (CuPy)


def array_module(x: Array) -> Any:
    """Return the module whose arrays `x` belongs to: numpy for NumPy arrays, cupy for CuPy's.

    Looks up the root module of the array's class among the loaded ones and imports nothing, so an op
    creates its arrays where its inputs live and never loads a GPU library itself.
    """
    return sys.modules[type(x).__module__.partition(".")[0]]


def to_host(x: Array) -> Array:
    """Return an array as NumPy's: itself, or a copy of one that lives on a device."""
    return x.get() if hasattr(x, "get") else x


def matmul(a: Array, b: Array) -> Array:
    """Return a @ b. All matrix products of the reference pass here, so one edit changes them all.

    Shapes: a (..., T, C), b (..., C, S) -> y (..., T, S)
    """
    return a @ b
