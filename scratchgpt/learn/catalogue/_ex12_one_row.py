"""Lesson 12: filters that were written for one row of logits, and what they do with a batch."""

import numpy as np

from ...ops.arrays import Array
from ...ops.softmax import softmax
from ..exercise import Mistake
from ._unpaired import styles

_ONE_ROW = Mistake(
    "written for one row",
    "A row alone is right; what you do with it does not work with a batch, where each row is to be taken by itself.",
    "Which shapes may the logits have?",
)


def _counted(logits: Array, p: float) -> Array:
    if p >= 1:
        return logits.copy()
    order = np.argsort(-logits, kind="stable")
    n = int((np.cumsum(softmax(logits)[order]) < p).sum()) + 1
    kept = np.full_like(logits, -np.inf)
    kept[order[:n]] = logits[order[:n]]
    return kept


def _one_by_one(logits: Array, p: float) -> Array:
    if p >= 1:
        return logits.copy()
    probs, kept, total = softmax(logits), np.full_like(logits, -np.inf), 0.0
    for i in np.argsort(-logits, kind="stable"):
        kept[i] = logits[i]
        total += probs[i]
        if total >= p:
            break
    return kept


def _sorted_ids(logits: Array, k: int) -> Array:
    V = logits.shape[-1]
    if not 0 < k < V:
        return logits.copy()
    first = sorted(range(V), key=lambda i: (-logits[i], i))[:k]
    kept = np.full_like(logits, -np.inf)
    kept[first] = logits[first]
    return kept


TOP_P_ONE_ROW = styles(_ONE_ROW, counted=_counted, one_by_one=_one_by_one)

TOP_K_ONE_ROW = styles(_ONE_ROW, sorted_ids=_sorted_ids)
