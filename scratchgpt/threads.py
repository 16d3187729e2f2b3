"""How the threads of the libraries are set up, all in one place.

Two libraries compute in threads here: OpenBLAS, inside NumPy, the matrix products, and OpenMP, under
Numba, the kernels. Each keeps its own threads, as many as there are cores, and after each piece of work
these would rather spin than sleep, to be quick when the next piece comes. But the next piece is the other
library's: its threads then share the cores with the spinning ones. So both are told to sleep soon. They
read this from the environment when they load; therefore it is set when scratchgpt is imported, before
NumPy, and only what the user has not set.
"""

import os
import sys

from .errors import UserError

# What the number of threads is read from, by OpenMP and by the libraries that NumPy may be built with.
COUNTS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS",
)

MOST = 1024
"""Far more than any machine gains from; the libraries would start as many as they are told, and crash."""

DEFAULTS = {
    "OMP_WAIT_POLICY": "passive",  # OpenMP's threads sleep between kernels
    # OpenBLAS's sleep after 2^14 idle turns instead of 2^26. Medians of a training step of 0.8 and of 10.8
    # million parameters on two busy cores: 52 and 1,855 ms with 2^10, 48 and 1,899 with 2^14, 44 and 1,984
    # with 2^26. Small products follow each other quickly; long kernels between them want the core.
    "OPENBLAS_THREAD_TIMEOUT": "14",
}


def set_defaults() -> None:
    """Set what the user has not set; of use before NumPy and Numba are imported."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)


def check_number(threads: int) -> None:
    """Raise UserError for a number of threads below 1 or above MOST."""
    if not 1 <= threads <= MOST:
        raise UserError(
            f"--threads is {threads}, expected an integer of at least 1 and at most {MOST} (this machine "
            f"has {os.cpu_count()} cores)."
        )


def set_number(threads: int | None) -> None:
    """Set the libraries' numbers of threads; must run before NumPy is first imported.

    Raises UserError as `check_number` does, and when NumPy came first.
    """
    if threads is None:
        return
    check_number(threads)
    if "numpy" in sys.modules and any(os.environ.get(v) != str(threads) for v in COUNTS):
        raise UserError(
            "--threads came after NumPy was loaded: set OMP_NUM_THREADS="
            f"{threads} and OPENBLAS_NUM_THREADS={threads} before starting Python instead."
        )
    for variable in COUNTS:
        os.environ[variable] = str(threads)
