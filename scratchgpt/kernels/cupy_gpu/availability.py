"""Whether there is a GPU to compute on, and if not, which of five causes it has.

CuPy installs and imports on machines without a GPU, and its first real call fails with an error that says
little ("driver version is insufficient" where there is no driver at all). So the causes are told apart here,
in this order, each with its remedy:

    1. CuPy is not installed, or does not load
    2. there is no NVIDIA driver
    3. the driver is older than the CUDA that CuPy was built for
    4. there is a driver, but no GPU is visible
    5. a library of CUDA that CuPy needs is missing: the compiler NVRTC, or cuBLAS
"""

import importlib
import os
from typing import Any

from ...errors import UserError

_CPU = "or compute on the CPU: --backend numba."
_INSTALL = 'pip install "scratchgpt[gpu]" (CUDA 13) or "scratchgpt[gpu12]" (CUDA 12)'


class BackendUnavailable(UserError):
    """A backend that was asked for cannot compute here."""


def check() -> Any:
    """Return the module cupy. Raises BackendUnavailable with the cause and its remedy, in one line."""
    try:
        cupy = importlib.import_module("cupy")
    except ModuleNotFoundError as error:
        raise BackendUnavailable(
            f"The backend cupy needs CuPy, which is not installed: {_INSTALL}, {_CPU}"
        ) from error
    except Exception as error:  # what a half-removed installation raises has many types
        raise BackendUnavailable(
            f"CuPy is installed, but does not load ({_first_line(error)}): remove it, {_INSTALL}, {_CPU}"
        ) from error
    runtime = cupy.cuda.runtime
    driver, built_for = _version(runtime.driverGetVersion), _version(runtime.runtimeGetVersion)
    if not driver:
        raise BackendUnavailable(
            "The backend cupy needs an NVIDIA GPU, but this machine has no NVIDIA driver: install one where "
            f"there is a GPU, {_CPU}"
        )
    if driver // 1000 < built_for // 1000:
        raise BackendUnavailable(
            f"The NVIDIA driver is too old: it supports CUDA {_shown(driver)}, and CuPy was built for CUDA "
            f"{_shown(built_for)}: update the driver, or take the other of {_INSTALL}, {_CPU}"
        )
    if not _version(runtime.getDeviceCount):
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        hidden = "" if visible is None else f" (CUDA_VISIBLE_DEVICES is {visible!r})"
        raise BackendUnavailable(
            f"There is an NVIDIA driver, but no GPU is visible{hidden}: give this process one, {_CPU}"
        )
    _check_libraries(cupy)
    return cupy


def _check_libraries(cupy: Any) -> None:
    """Load the libraries that the first kernel and the first product would load, and say which is missing."""
    for name, library in (("NVRTC, the compiler,", "nvrtc"), ("cuBLAS", "cublas")):
        try:
            module = getattr(cupy.cuda, library)  # an attribute, which loads it; not a module of that name
            module.getVersion() if library == "nvrtc" else cupy.cuda.device.get_cublas_handle()
        except Exception as error:  # CuPy raises RuntimeError, ImportError or OSError, by platform
            raise BackendUnavailable(
                f"{name} of CUDA cannot be loaded ({_first_line(error)}): {_INSTALL} brings it, {_CPU}"
            ) from error


def _version(ask: Any) -> int:
    """Return what the CUDA runtime answers, 0 where it raises, as it does without a driver or a GPU."""
    try:
        return int(ask())
    except Exception:
        return 0


def _shown(version: int) -> str:
    """CUDA's numbers as people write them: 12040 is 12.4."""
    return f"{version // 1000}.{version % 1000 // 10}"


def _first_line(error: BaseException) -> str:
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first[:160]}".rstrip(": ")
