"""11.2: the similarity that two signatures show."""

import numpy as np

from ...corpus.minhash import minhash_similarity
from ..exercise import Exercise, Probe
from ._ex11_similarity_more import SIMILARITY


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(111)

    def pair(*rows: list[int]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(row, np.uint32) for row in rows)

    one = rng.integers(2**32, size=16, dtype=np.uint32)
    other = np.where(rng.random(16) < 0.4, one, rng.integers(2**32, size=16, dtype=np.uint32))
    return [
        Probe("basic", (one, other)),
        Probe("equal numbers at other places", pair([7, 3, 9, 4, 8], [3, 7, 9, 1, 4])),
        Probe("a number that repeats", pair([5, 5, 2, 5, 6, 1, 0], [5, 2, 2, 5, 5, 1, 0])),
        Probe("neighbours", pair([10, 20, 30], [11, 20, 29])),
        Probe("large neighbours", pair([4000000000, 3000000000, 17, 5], [4000000003, 3000000000, 17, 6])),
        Probe("the same document", (one, one.copy())),
        Probe("nothing in common", pair([1, 2, 3, 4], [2, 1, 4, 3])),
        Probe("one order", pair([4000000000], [4000000000])),
        Probe("every second of an array", (one[::2], other[::2])),
    ]


MINHASH_SIMILARITY = Exercise(
    id="11.2",
    reference=minhash_similarity,
    task="""
    How similar are two documents? Read it off their MinHash signatures.

    a, b: (K,), unsigned 32-bit integers, K at least 1: two signatures, made with the same K orders (11.1).
    Return a number from 0 to 1, an estimate of the Jaccard similarity of the two sets of shingles. Each
    order is one trial: the two documents have the same first shingle there, or they have not. A number means
    something only beside the number of the same order: an equal one at another place is chance. Do not
    modify the arguments.

    >>> a, b = np.array([7, 3, 9, 4, 8], dtype=np.uint32), np.array([3, 7, 9, 1, 8], dtype=np.uint32)
    >>> round(float(minhash_similarity(a, b)), 4)
    0.4
    """,
    probes=probes,
    returns=("similarity",),
    mistakes=SIMILARITY,
    hints=(
        "One order is a coin that shows heads with the probability that you look for. How would you estimate the "
        "bias of a coin?",
        "Go through the orders: at how many of them do the two documents have the same number?",
        "The number of hits, divided by the number of throws.",
    ),
    difficulty=1,
    minutes=5,
    importance=3,
    lines=1,
    needs=("11.1",),
)
