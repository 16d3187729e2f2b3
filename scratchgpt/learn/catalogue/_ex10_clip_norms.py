"""10.6: other norms."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..exercise import Mistake
from ._ex10_clip_parts import clip, norm_of, simple_factor


def _squared_decision(grads: Any, max_norm: float) -> Any:
    norm = norm_of(grads)
    f = max_norm / norm if 0 < max_norm < norm * norm < math.inf else 1.0
    return [f * g for g in grads], norm


_LONG = "How long is the vector (3, 0, -4)?"

_NORMS: tuple[tuple[str, str, str, Callable[..., float]], ...] = (
    (
        "norms summed",
        "The norm is the sum of the norms of the tensors: too large wherever there are several.",
        _LONG,
        lambda grads: sum(norm_of([g]) for g in grads),
    ),
    (
        "norms averaged",
        "The norm is the mean of the norms of the tensors.",
        _LONG,
        lambda grads: sum(norm_of([g]) for g in grads) / len(grads),
    ),
    (
        "norm of means",
        "The squares of all numbers were averaged, not summed: a size per number, which does not grow with the model.",
        _LONG,
        lambda grads: norm_of(grads) / math.sqrt(sum(g.size for g in grads)),
    ),
    (
        "norm per tensor",
        "The sum of the squares was divided by the number of tensors.",
        _LONG,
        lambda grads: norm_of(grads) / math.sqrt(len(grads)),
    ),
    (
        "largest norm",
        "The norm is the largest of the norms of the tensors: many small ones together would pass.",
        _LONG,
        lambda grads: max(norm_of([g]) for g in grads),
    ),
    (
        "first tensor only",
        "The norm is that of the first tensor alone.",
        "Which numbers belong to the vector whose length is asked for?",
        lambda grads: norm_of(grads[:1]),
    ),
    (
        "last tensor only",
        "The norm is that of the last tensor alone.",
        "Which numbers belong to the vector whose length is asked for?",
        lambda grads: norm_of(grads[-1:]),
    ),
    (
        "sizes summed",
        "The norm is the sum of all absolute values; a length is the root of a sum of squares.",
        _LONG,
        lambda grads: sum(float(np.abs(g).sum()) for g in grads),
    ),
    (
        "largest number",
        "The norm is the largest absolute value; a length is the root of a sum of squares.",
        _LONG,
        lambda grads: max(float(np.abs(g).max()) for g in grads),
    ),
    (
        "root of each tensor's sum too many",
        "A root was drawn for each tensor and once more of their sum.",
        _LONG,
        lambda grads: math.sqrt(sum(norm_of([g]) for g in grads)),
    ),
    (
        "joined without flattening",
        "Gradients of different shapes cannot be joined into one array as they are: your function ends in an exception.",
        "Does it matter to the length of a vector in which shape its numbers stand?",
        lambda grads: float(np.sqrt((np.concatenate(grads) ** 2).sum())),
    ),
    (
        "plain sum",
        "The numbers were summed as they are, so that negative ones make the norm smaller, or negative.",
        "How long is the vector (3, -4)?",
        lambda grads: sum(float(g.sum()) for g in grads),
    ),
    (
        "squared after the sum",
        "The numbers of each tensor were summed first and the sum was squared: what cancels in the sum is lost.",
        "How long is the vector (3, -4), if its numbers stand in one tensor?",
        lambda grads: math.sqrt(sum(float(g.sum()) ** 2 for g in grads)),
    ),
    (
        "squares averaged over all",
        "The norm is a mean of all squares, of which no root was drawn.",
        _LONG,
        lambda grads: norm_of(grads) ** 2 / sum(g.size for g in grads),
    ),
)

# These are edits where the edges are in order.
_EDITED: tuple[tuple[str, str, str, Callable[..., float]], ...] = (
    (
        "norm without the root",
        "The norm is the sum of the squares, of which no root was drawn: its unit is wrong.",
        "How long is the vector (3, 4)?",
        lambda grads: sum(float((g * g).sum()) for g in grads),
    ),
    (
        "mean for sum",
        "The squares of each tensor were averaged, so that a large tensor counts as little as a small one.",
        _LONG,
        lambda grads: math.sqrt(sum(float((g * g).mean()) for g in grads)),
    ),
)

_EDGES = "And a limit of 0 counts as one, an infinite norm as one that can be clipped."

NORMS = (
    *(Mistake(key, says, asks, wrong=clip(norm=norm)) for key, says, asks, norm in _NORMS),
    *(
        Mistake(f"{key}, edges forgotten", f"{says} {_EDGES}", asks, wrong=clip(norm, simple_factor))
        for key, says, asks, norm in (*_NORMS, *_EDITED)
        if key != "joined without flattening"  # which ends before there are edges
    ),
    Mistake(
        "squared norm for the decision",
        "Whether the gradients are too long was decided by the square of their norm: some that are short are made "
        "longer, some that are long stay long.",
        "Which two lengths are to be compared?",
        wrong=_squared_decision,
    ),
)
