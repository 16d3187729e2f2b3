"""How kernels are compiled: which freedoms the compiler has, where the machine code is kept, and `exp`.

A kernel is a plain Python loop that Numba turns into machine code at its first call. This file holds what
all of them share; the threads they run on are explained in `scratchgpt/threads.py`.
"""

import functools
import hashlib
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import config, event, types
from numba.extending import intrinsic, overload

from .downloads import cache_folder

# What the compiler may assume, by name. Sums may be taken in another order (or no loop over a sum could
# use vector instructions), products and sums may fuse, x / y may become x * (1 / y), and 0 and -0 are the
# same. Never `True`: that would also promise that no number is infinite or NaN, and a masked score is
# -inf, a diverged loss NaN.
FAST_MATH = {"reassoc", "contract", "arcp", "nsz"}

_MONTH = 30 * 86_400  # seconds


def kernel(*, parallel: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function at its first call for each combination of argument types.

    `parallel`: the iterations of `prange` loops are shared among the threads. Without a folder that can be
    written, the machine code lives as long as the process.
    """

    def compiled(function: Callable[..., Any]) -> Any:
        options = {"parallel": parallel, "fastmath": FAST_MATH, "nogil": True, "error_model": "numpy"}
        folder = _code_folder(Path(function.__code__.co_filename))
        users = config.CACHE_DIR
        try:
            if not folder.exists():
                _discard_older(folder)
                folder.mkdir(parents=True, exist_ok=True)  # another process may be faster
            config.CACHE_DIR = str(folder)
            return numba.njit(cache=True, **options)(function)
        except (RuntimeError, OSError):  # there is no such folder, or it cannot be written
            _Announcer.kept = False
            return numba.njit(**options)(function)
        finally:
            config.CACHE_DIR = users

    return compiled


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a small function into every kernel that calls it."""
    return numba.njit(
        fastmath=FAST_MATH, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True
    )(function)


@functools.cache
def _code_folder(file: Path) -> Path:
    """Return the folder for the machine code of a file of kernels, one for each version of it.

    Numba notices that a kernel's own file changed, but not that a file did from which the kernel inlines;
    so the name carries a digest of this file, of the sibling files that it imports from, and of those that
    they do.
    """
    files, found = [Path(__file__)], [file]
    while found:
        files.append(found.pop())
        names = re.findall(r"^from \.(\w+) import", files[-1].read_text(encoding="utf-8"), re.MULTILINE)
        siblings = (files[-1].with_name(f"{name}.py") for name in names)
        found += [path for path in siblings if path.exists() and path not in files]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(set(files))))
    return Path(config.CACHE_DIR or cache_folder()) / f"kernels-{file.stem}-{digest.hexdigest()[:12]}"


def _discard_older(folder: Path) -> None:
    """Delete the machine code of other versions of the same file that is more than a month old.

    Another installation may still use it: then it compiles once more.
    """
    for old in folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*"):
        if time.time() - old.stat().st_mtime > _MONTH:
            shutil.rmtree(old, ignore_errors=True)


class _Announcer(event.Listener):
    """Says once, on standard error, that kernels are being compiled: the silence lasts seconds."""

    said = False
    kept = True

    def on_start(self, event: Any) -> None:
        """Say it, the first time."""
        if not _Announcer.said:
            kept = "they are kept for the next run" if self.kept else "no folder can be written to keep them"
            print(f"Compiling kernels for this processor; {kept} ...", file=sys.stderr)
        _Announcer.said = True

    def on_end(self, event: Any) -> None:
        """Say nothing: Numba asks every listener for both ends."""


event.register("numba:compile", _Announcer())


@intrinsic
def _times_power_of_2(typing_context: Any, y: Any, n: Any) -> Any:
    """y 2^n for a float32 y and an int32 n: n is added to the exponent bits of y."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        y, n = arguments
        bits = builder.bitcast(y, ir.IntType(32))
        return builder.bitcast(builder.add(bits, builder.shl(n, ir.Constant(n.type, 23))), y.type)

    return types.float32(types.float32, types.int32), generate


def exp(x: Any) -> Any:
    """e^x in a kernel: for float32 a polynomial that vector instructions can compute, else the library's.

    The library's own exp is called once per number, which costs a GELU over 6.3 million numbers 9.0 ms in
    place of 1.4. With x = (n + f) ln 2, n the nearest integer, e^x = 2^n e^(f ln 2): 2^n is added to the
    exponent bits and the rest, |f ln 2| <= 0.35, is a Taylor polynomial of degree 6. The relative error
    is below 5e-7. exp(-inf) is 0, exp(inf) is inf, exp(nan) is nan; below x = -87 it is 0, where the true
    value, 1.6e-38, nears the smallest normal number.
    """
    raise NotImplementedError("only inside kernels")


@overload(exp)
def _exp(x):
    if x == types.float32:
        return _exp_float32
    return lambda x: np.exp(x)


_F = np.float32
_LOG2_E, _LN2_HIGH, _LN2_LOW = _F(1.44269504), _F(0.693359375), _F(-2.12194440e-4)
_LOWEST, _HIGHEST = _F(-87), _F(88.7228)
_C2, _C3, _C4, _C5, _C6 = _F(1 / 2), _F(1 / 6), _F(1 / 24), _F(1 / 120), _F(1 / 720)
_ONE, _ZERO, _INF, _HALF = _F(1), _F(0), _F(np.inf), _F(0.5)


def _exp_float32(x):  # without annotations, since Numba compares the two signatures as written
    clamped = min(max(x, _LOWEST), _HIGHEST)
    n = np.floor(clamped * _LOG2_E + _HALF)
    r = clamped - n * _LN2_HIGH - n * _LN2_LOW
    y = _ONE + r * (_ONE + r * (_C2 + r * (_C3 + r * (_C4 + r * (_C5 + r * _C6)))))
    y = _times_power_of_2(y, np.int32(n))
    if x < _LOWEST:
        y = _ZERO
    if x > _HIGHEST:
        y = _INF
    if x != x:
        y = x
    return y
