"""A small language with a known structure: eight people, each made of three properties."""

import numpy as np

from ..ops.arrays import Array

PEOPLE = ("king", "queen", "man", "woman", "prince", "princess", "boy", "girl")
PROPERTIES = np.array(
    [[1, 1, 1], [1, 0, 1], [0, 1, 1], [0, 0, 1], [1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]]
)
"""For each of PEOPLE: royal, male, grown up."""

OUTSIDE = ("crown", "throne", "plough", "market", "he", "beard", "she", "gown", "old", "work", "young", "toy")
_GIVEN_YES = np.array([0.5, 0.3, 0.1, 0.1])  # within its third, beside someone who has the property
_GIVEN_NO = np.array([0.05, 0.05, 0.3, 0.6])


def planted_probabilities() -> Array:
    """P(outside word given person): a third of the words speaks of each property, whatever the others are.

    Shapes: -> (8, 12), rows in the order of PEOPLE, columns in that of OUTSIDE
    Each entry depends on one property only, so that log P of king minus man equals queen minus woman.
    """
    given = np.where(PROPERTIES[:, :, None] == 1, _GIVEN_YES, _GIVEN_NO)  # (8, 3, 4)
    return given.reshape(len(PEOPLE), -1) / 3


def planted_counts(n: int, rng: np.random.Generator | None = None) -> Array:
    """Counts of `n` outside words around each person: drawn by `rng`, or the expected ones without it.

    Shapes: -> counts (8, 12)
    """
    probabilities = planted_probabilities()
    return n * probabilities if rng is None else rng.multinomial(n, probabilities).astype(np.float64)


def off_parallelogram(vectors: Array) -> float:
    """How far king - man + woman ends from queen, as a share of the length of king - man.

    Shapes: vectors (8, D), rows in the order of PEOPLE
    """
    king, queen, man, woman = vectors[:4]
    return float(np.linalg.norm(king - man + woman - queen) / np.linalg.norm(king - man))
