"""What the figures were measured on: facts about the machine, none about whose it is."""

import os
import platform
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from ..threads import check_number


def facts() -> dict[str, Any]:
    """Return processor, cores, system and Python."""
    return {
        "cpu": cpu_model(),
        "cores": cores(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def versions() -> dict[str, str | None]:
    """Return the versions of the libraries that compute, None for Numba where it does not work."""
    import numpy as np

    with suppress(Exception):  # a broken compiler raises errors of many types
        import_module("numba")
    config: Any = np.show_config(mode="dicts")
    blas = config["Build Dependencies"]["blas"]
    return {
        "numpy": np.__version__,
        "numba": getattr(sys.modules.get("numba"), "__version__", None),
        "blas": f"{blas['name']} {blas['version']}",
    }


def cpu_model() -> str:
    """Return the processor's name, as far as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def cores() -> int:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def thread_number(asked: int | None) -> int:
    """Return the threads to measure with: as asked, else OMP_NUM_THREADS, else one per core.

    Raises UserError as `check_number` does.
    """
    if asked is not None:
        check_number(asked)
        return asked
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if told.isdigit() and int(told) else cores()
