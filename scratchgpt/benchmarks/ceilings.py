"""What this machine can do at most: matrix products and reading memory, on the threads of this process."""

import functools
import time
from collections.abc import Callable, Collection

import numpy as np

_SIDE = 2048  # of the matrices: 17 GFLOP, long enough to reach the processor's pace
_BYTES = 2**28  # more than any cache holds
_CHUNK = 2**16


KINDS = ("matmul", "read")


def prepare(
    kinds: Collection[str] = KINDS, repeats: int = 5, side: int = _SIDE, size: int = _BYTES
) -> Callable[[], dict[str, float]]:
    """Return what measures {"matmul": FLOP/s, "read": bytes/s}, the best of the repeats each.

    The product is NumPy's, of float32 matrices. Reading is the better of NumPy's inner product and, where
    Numba works, a kernel that sums up float32 numbers.
    """
    works: dict[str, tuple[float, list[Callable[[], object]]]] = {}
    if "matmul" in kinds:
        rng = np.random.default_rng(0)
        a, b = (rng.standard_normal((side, side), dtype=np.float32) for _ in range(2))
        works["matmul"] = 2 * side**3, [functools.partial(np.matmul, a, b, out=np.empty_like(a))]
    if "read" in kinds:
        x = np.ones(size // 4, dtype=np.float32)
        works["read"] = x.nbytes, _readers(x)
    return lambda: {
        kind: amount / min(_best(work, repeats) for work in ways) for kind, (amount, ways) in works.items()
    }


def _best(work: Callable[[], object], repeats: int) -> float:
    """Return the seconds of the fastest run, after one that does not count."""
    work()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def _readers(x: np.ndarray) -> list[Callable[[], object]]:
    def inner_product() -> object:
        return np.dot(x, x)

    try:
        from numba import prange

        from ..compiling import kernel
    except Exception:  # a broken compiler raises errors of many types
        return [inner_product]

    @kernel(parallel=True)
    def total(x, n_chunks):
        """The sum of all numbers, in chunks that the threads share."""
        sums = np.zeros(n_chunks, dtype=np.float32)
        size = x.size // n_chunks
        for i in prange(n_chunks):
            chunk, part = x[i * size : (i + 1) * size], np.float32(0)
            for j in range(chunk.size):  # from 0: the compiler must see that no index is negative
                part += chunk[j]
            sums[i] = part
        return sums.sum()

    return [inner_product, lambda: total(x, max(1, x.size // _CHUNK))]
