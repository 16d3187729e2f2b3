"""Lesson 11: a model that only counts, wrong in ways that no small change of the code gives."""

from typing import Any

import numpy as np

from ...worked.counting import counted_probabilities
from ..exercise import Mistake
from ._unpaired import styles


def _ring(ids: list[int], context: list[int], vocab_size: int) -> Any:
    """The text is bent into a ring: its beginning follows its end."""
    p = np.full(vocab_size, 1 / vocab_size)
    for k in range(len(context) + 1):
        end, n = context[len(context) - k :], len(ids)
        counts = np.zeros(vocab_size)
        for i in range(n):
            if [ids[(i + j) % n] for j in range(k)] == end:
                counts[ids[(i + k) % n]] += 1
        different = np.count_nonzero(counts)
        if different:
            p = (counts + different * p) / (counts.sum() + different)
    return p


def _apart(ids: list[int], context: list[int], vocab_size: int) -> Any:
    """Occurrences that overlap are not seen."""
    p = np.full(vocab_size, 1 / vocab_size)
    for k in range(len(context) + 1):
        end, i = context[len(context) - k :], k
        counts = np.zeros(vocab_size)
        while i < len(ids):
            found = ids[i - k : i] == end
            if found:
                counts[ids[i]] += 1
            i += max(k, 1) if found else 1
        different = np.count_nonzero(counts)
        if different:
            p = (counts + different * p) / (counts.sum() + different)
    return p


def _shortened(ids: list[int], context: list[int], vocab_size: int) -> Any:
    right = counted_probabilities(ids, context, vocab_size)
    context.clear()
    return right


def _shares(ids: list[int], context: list[int], vocab_size: int) -> list[np.ndarray]:
    """What followed each end of the context that occurs, as bare shares, the shortest first."""
    shares = []
    for k in range(len(context) + 1):
        end = context[len(context) - k :]
        followers = [ids[i] for i in range(k, len(ids)) if ids[i - k : i] == end]
        if followers:
            shares.append(np.bincount(followers, minlength=vocab_size) / len(followers))
    return shares


WHOLE = (
    *styles(
        Mistake(
            "orders averaged",
            "The shares behind contexts of all lengths were averaged, however much there was to count for each.",
            "Which of the contexts should win when the longest one has been seen very often?",
        ),
        seen_ones=lambda ids, context, V: np.mean(_shares(ids, context, V), axis=0),
        equal_ones_too=lambda ids, context, V: np.mean(
            [np.full(V, 1 / V), *_shares(ids, context, V)], axis=0
        ),
        over_all_lengths=lambda ids, context, V: (
            np.sum(_shares(ids, context, V), axis=0) / (len(context) + 1)
        ),
    ),
    Mistake(
        "a ring",
        "The text was bent into a ring: behind its end its beginning was counted.",
        "What follows the last token of the text?",
        wrong=_ring,
    ),
    Mistake(
        "no overlaps",
        "Places that overlap were not all counted: in a run the context occurs at each step.",
        "How often does 1 1 occur in 1 1 1 1?",
        wrong=_apart,
    ),
    Mistake(
        "changed in place",
        "The probabilities are right, but the context that was given has been emptied.",
        "Whose list is it?",
        wrong=_shortened,
    ),
)
