"""Near-duplicates without comparing every pair: MinHash signatures, and bands that bring pairs together.

A document is the set of its shingles, runs of a few words. Two sets are as similar as their Jaccard index
J = |A and B| / |A or B|. Under a random order of all possible shingles, the first of A and the first of B are
the same with probability J, because the first of both together is equally likely to be any of their union.
A signature keeps the first under K orders; the share of places where two signatures agree estimates J with
standard error sqrt(J (1 - J) / K).

Source: Broder 1997, "On the resemblance and containment of documents"; the bands are Indyk and Motwani's
(1998) locality-sensitive hashing as in Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", ch. 3.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..errors import UserError
from .filters import words

SHINGLE = 3  # words


def shingles(text: str, size: int = SHINGLE) -> np.ndarray:
    """Return the set of a text's shingles as sorted 64-bit numbers (n,), at least one.

    A text of fewer than `size` words is one shingle, of all its words.
    """
    ids = np.array([_number_of(word) for word in words(text)] or [0], np.uint64)
    size = min(size, len(ids))
    mixed = np.zeros(len(ids) - size + 1, np.uint64)
    for i in range(size):  # a polynomial in an odd number, modulo 2^64: the order of the words counts
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + ids[i : len(ids) - size + 1 + i]
    return np.unique(mixed)


@lru_cache(maxsize=1 << 16)
def _number_of(word: str) -> int:
    """64 bits of a word that are the same in every process; Python's own hash is not."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def jaccard(a: np.ndarray, b: np.ndarray) -> float:
    """Return the similarity of two sets of shingles, sorted and without repetition, 0 to 1."""
    common = len(np.intersect1d(a, b, assume_unique=True))
    return common / (len(a) + len(b) - common)


def minhash_signature(shingle_set: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return (K,) uint32: for each of K orders the smallest place of any shingle, its top 32 bits.

    shingle_set (n,) uint64, n >= 1; a, b (K,) uint64. In order k, shingle s has the place
    (a_k s + b_k) mod 2^64: unsigned integers of 64 bits overflow just so.
    """
    places = a[:, None] * shingle_set + b[:, None]  # (K, n)
    return (places.min(axis=1) >> np.uint64(32)).astype(np.uint32)


@dataclass(frozen=True, eq=False)
class MinHash:
    """K = bands * rows random orders: in order k, shingle s has the place (a_k s + b_k) mod 2^64.

    a, b (K,) uint64, a odd. The top 32 bits of a place are kept. Two documents become a pair when all `rows`
    numbers of some band agree.
    """

    a: np.ndarray
    b: np.ndarray
    bands: int
    rows: int

    @classmethod
    def draw(cls, rng: np.random.Generator, bands: int = 32, rows: int = 4) -> "MinHash":
        """Draw the orders. Raises UserError for fewer than one band or row."""
        if bands < 1 or rows < 1:
            raise UserError(f"There are {bands} bands of {rows} rows, expected at least one of each.")
        a, b = rng.integers(2**64, size=(2, bands * rows), dtype=np.uint64)
        return cls(a | np.uint64(1), b, bands, rows)

    def signature(self, shingle_set: np.ndarray) -> np.ndarray:
        """Return (K,) uint32: the smallest place of any shingle (n,) under each order."""
        return minhash_signature(shingle_set, self.a, self.b)

    def keys(self, signature: np.ndarray) -> list[bytes]:
        """Return one key per band; documents with an equal key at an equal place are a pair."""
        return [band.tobytes() for band in signature.reshape(self.bands, self.rows)]

    def pair_probability(self, similarity: float) -> float:
        """Return the probability that two documents of a Jaccard similarity share a band.

        All rows of one band agree with probability s^rows; that no band does, (1 - s^rows)^bands.
        """
        return 1 - (1 - similarity**self.rows) ** self.bands


def minhash_similarity(a: np.ndarray, b: np.ndarray) -> float:
    """Return the similarity that two signatures (K,) show: the share of equal places."""
    return float((a == b).mean())


class Near(NamedTuple):
    """An earlier document that a new one repeats, and the similarity that the signatures show."""

    number: int
    similarity: float


@dataclass(frozen=True, eq=False)
class Index:
    """The signatures of the documents kept so far. Documents come one by one; none is held in memory.

    `threshold` is the least similarity that makes a repetition. A document that is kept costs about 9 kB with
    32 bands of 4 rows, most of it for the keys of its bands, however long it is.
    """

    minhash: MinHash
    threshold: float = 0.5
    _signatures: list[np.ndarray] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)
    _buckets: dict[tuple[int, bytes], list[int]] = field(default_factory=dict)

    def add(self, number: int, text: str) -> Near | None:
        """Return the most similar earlier document if `text` repeats one; else keep it and return None."""
        signature = self.minhash.signature(shingles(text))
        keys = list(enumerate(self.minhash.keys(signature)))
        candidates = sorted({place for key in keys for place in self._buckets.get(key, ())})
        if candidates:
            found = [minhash_similarity(signature, self._signatures[place]) for place in candidates]
            best = int(np.argmax(found))
            if found[best] >= self.threshold:
                return Near(self._numbers[candidates[best]], found[best])
        for key in keys:
            self._buckets.setdefault(key, []).append(len(self._signatures))
        self._signatures.append(signature)
        self._numbers.append(number)
        return None


def near_duplicates(texts: Iterable[str], index: Index) -> dict[int, Near]:
    """Return {number of a text: the earlier one it repeats}, numbers from 0, in one pass."""
    found = ((number, index.add(number, text)) for number, text in enumerate(texts))
    return {number: near for number, near in found if near is not None}


class Measured(NamedTuple):
    """A point of the banding curve: what share of `pairs` pairs of this similarity shared a band."""

    similarity: float
    share: float
    pairs: int


def measure_banding(
    minhash: MinHash, common: Sequence[int], rng: np.random.Generator, pairs: int = 200, size: int = 60
) -> list[Measured]:
    """Return, for pairs of sets of `size` random shingles with `common` ones in both, how many share a band.

    Their Jaccard index is known exactly: common / (2 size - common).
    """
    points = []
    for n in common:
        drawn = rng.integers(2**64, size=(pairs, 2 * size - n), dtype=np.uint64)
        together = 0
        for union in drawn:
            one, other = (minhash.keys(minhash.signature(s)) for s in (union[:size], union[size - n :]))
            together += any(a == b for a, b in zip(one, other, strict=True))
        points.append(Measured(n / (2 * size - n), together / pairs, pairs))
    return points


def standard_error(similarity: float, places: int) -> float:
    """Return the standard error of `minhash_similarity` with signatures of `places` numbers."""
    return math.sqrt(similarity * (1 - similarity) / places)
