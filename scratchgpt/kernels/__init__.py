"""Backends: namespaces of the same ops, of which the NumPy reference is one.

Importing this module loads no array library, so that a command line can list the backends first.
"""

import importlib.util
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import UserError, nearest

if TYPE_CHECKING:
    from ..ops import Ops


PRECISIONS = ("fp32", "tf32", "bf16")
"""The arithmetic of matrix products, bf16 also that of attention; all but the first are a GPU's
(cupy_gpu/products.py, attention_mma.cu)."""


def _numpy() -> "Ops":
    from ..ops import REFERENCE

    return REFERENCE


def _numba() -> "Ops":
    try:
        from .numba_cpu import NUMBA
    except Exception as error:  # what a broken compiler or an unknown platform raises has many types
        raise UserError(
            f"The backend numba does not work here ({type(error).__name__}: {error}): "
            "pip install numba, or take --backend numpy."
        ) from error
    return NUMBA


def _cupy(precision: str = "fp32") -> "Ops":
    from .cupy_gpu import check

    check()
    from .cupy_gpu.functions import gpu_ops

    return gpu_ops(precision)


# In order of preference on a CPU; `auto` takes the first that can be loaded, and never a GPU.
_LOADERS: dict[str, Callable[[], "Ops"]] = {"numba": _numba, "numpy": _numpy, "cupy": _cupy}


def available() -> tuple[str, ...]:
    """Names of the backends whose libraries are installed here, the preferred one first."""
    return tuple(name for name in _LOADERS if name == "numpy" or importlib.util.find_spec(name))


def flag_help() -> str:
    """Return the help text of a command line's --backend."""
    preferred, *_ = names = available()
    others = "" if "cupy" in names else "; cupy, for an NVIDIA GPU, is not installed"
    return f"{', '.join(names)}, or auto, which takes {preferred} here (default auto){others}"


def precision_help() -> str:
    """Return the help text of a command line's --precision."""
    return f"arithmetic of training on a GPU: {', '.join(PRECISIONS)} (default fp32); weights stay fp32"


def load(name: str = "auto", precision: str = "fp32") -> "Ops":
    """Return the namespace of a backend; "auto" is the preferred one on a CPU.

    When "auto" has to do without the kernels, one line on standard error says so. Raises UserError for an
    unknown name or precision, for a precision that the backend does not have, and for a backend that was
    asked for by name and does not work (a GPU: BackendUnavailable).
    """
    if name not in ("auto", *_LOADERS):
        raise UserError(
            f"Unknown backend {name!r}, expected auto or one of {', '.join(_LOADERS)}."
            f"{nearest(name, _LOADERS)}"
        )
    if precision not in PRECISIONS:
        raise UserError(f"Unknown precision {precision!r}, expected one of {', '.join(PRECISIONS)}.")
    if name == "cupy":
        return _cupy(precision)
    if precision != "fp32":
        raise UserError(
            f"The precision {precision} is a GPU's, and the backend {name} computes on the CPU in fp32: "
            "--backend cupy, or leave --precision out."
        )
    return _preferred() if name == "auto" else _LOADERS[name]()


def _preferred() -> "Ops":
    try:
        return _numba()
    except UserError as error:
        reason = error.__cause__
        print(
            f"Computing with plain NumPy, several times slower: Numba does not work here "
            f"({type(reason).__name__}: {reason}).",
            file=sys.stderr,
        )
    return _numpy()
