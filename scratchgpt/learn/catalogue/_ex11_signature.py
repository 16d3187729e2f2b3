"""11.1: the MinHash signature of a set."""

import numpy as np

from ...corpus.minhash import minhash_signature
from ..exercise import Exercise, Probe
from ._ex11_signature_more import SIGNATURE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(110)

    def probe(name: str, n: int, K: int, top: int = 2**64) -> Probe:
        shingles, a, b = (rng.integers(top, size=size, dtype=np.uint64) for size in (n, K, K))
        return Probe(name, (shingles, a | np.uint64(1), b))

    wide = rng.integers(2**64, size=14, dtype=np.uint64)
    few = np.array([3, 5, 8], np.uint64) << np.uint64(33)
    return [
        probe("basic", 7, 5),
        probe("as many shingles as orders", 4, 4),
        probe("one shingle", 1, 6),
        probe("one order", 6, 1),
        Probe("no overflow", (few, np.array([1, 3, 5], np.uint64), np.array([7, 2**40, 0], np.uint64))),
        Probe("every second of an array", (wide[::2], *probe("", 7, 5).args[1:])),
    ]


MINHASH_SIGNATURE = Exercise(
    id="11.1",
    reference=minhash_signature,
    task="""
    The MinHash signature of a document: which place the first of its shingles has, in each of K random
    orders.

    shingle_set: (n,), unsigned 64-bit integers, one number per shingle, in no particular order, n at least
    1. a, b: (K,), unsigned 64-bit integers: order k puts shingle s at the place (a_k s + b_k) modulo 2 to
    the 64.
    Return (K,), integers: for each order the smallest place that any of the shingles has, and of this 64-bit
    number the upper 32 bits alone, as a number below 2 to the 32. NumPy's unsigned 64-bit integers leave the
    overflow away by themselves, which is the modulo; signed ones and floats are of no use here. Do not
    modify the arguments.

    Three shingles under two orders; the first order leaves them as they are:

    >>> shingles = np.array([5 * 2**32 + 17, 3 * 2**32, 2**63], dtype=np.uint64)
    >>> a, b = np.array([1, 3], dtype=np.uint64), np.array([0, 2**32], dtype=np.uint64)
    >>> minhash_signature(shingles, a, b).tolist()
    [3, 10]
    >>> minhash_signature(shingles[2:], a, b).tolist() == [2**31, 2**31 + 1]
    True
    """,
    probes=probes,
    returns=("signature",),
    mistakes=SIGNATURE,
    hints=(
        "How many places are there in all, with n shingles and K orders? Lay them out as a table first.",
        "Give the orders an axis of their own, so that each of them meets every shingle; then look for the first "
        "place of each order.",
        "Along the axis of the shingles take the smallest. The upper half of a 64-bit number is what remains when "
        "it is moved to the right by half its length, or divided by a power of two without remainder.",
    ),
    difficulty=2,
    minutes=12,
    importance=3,
    lines=3,
)
