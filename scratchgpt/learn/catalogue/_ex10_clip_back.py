"""10.6: other factors, and what is handed back."""

import math
from typing import Any

import numpy as np

from ...optim import clip_by_global_norm as right
from ..exercise import Mistake
from ._ex10_clip_parts import clip, factor_for


def _in_place(grads: Any, max_norm: float) -> Any:
    clipped, norm = right(grads, max_norm)
    for g, c in zip(grads, clipped, strict=True):
        g[...] = c
    return grads, norm


def _in_place_nothing(grads: Any, max_norm: float) -> None:
    _in_place(grads, max_norm)


def _in_place_norm(grads: Any, max_norm: float) -> float:
    return _in_place(grads, max_norm)[1]


def _cut(grads: Any, max_norm: float) -> Any:
    clipped, norm = right(grads, max_norm)
    return clipped, min(norm, max_norm)


_FACTOR = "Which factor makes 5 a 1?"
_BACK = "What does the task ask for beside the gradients?"
_WHOSE = "Whose arrays are they?"

HANDED_BACK = (
    Mistake(
        "square handed back",
        "The gradients are clipped rightly; what comes back as their norm is its square.",
        "How long is the vector (3, 4)?",
        wrong=clip(gives=lambda clipped, norm, factor: (clipped, norm * norm)),
    ),
    Mistake(
        "norm after clipping",
        "The norm that comes back is the one after clipping; a log of that would show the limit, and no spike.",
        "Of which gradients would you like to see the norm in a log?",
        wrong=clip(gives=lambda clipped, norm, factor: (clipped, factor * norm)),
    ),
    Mistake(
        "norm cut at the limit",
        "The norm that comes back is no larger than the limit: a log of that would show no spike.",
        "Of which gradients would you like to see the norm in a log?",
        wrong=_cut,
    ),
    Mistake(
        "always to the limit, edges forgotten",
        "All gradients are brought to the limit, the short ones as well, and those of 0, and those without a limit.",
        "What should happen to gradients that are short already?",
        wrong=clip(factor=lambda norm, limit: limit / norm),
    ),
    Mistake(
        "always to the limit, edges forgotten, 0 to NaN",
        "All gradients are brought to the limit, the short ones as well, and those without a limit; those of 0 become NaN.",
        "What should happen to gradients that are short already?",
        wrong=clip(factor=lambda norm, limit: np.float64(limit) / norm),
    ),
    Mistake(
        "factor handed back",
        "The factor came back in the place of the norm.",
        _BACK,
        wrong=clip(gives=lambda clipped, norm, factor: (clipped, factor)),
    ),
    Mistake(
        "norm forgotten",
        "Only the gradients came back, without their norm.",
        _BACK,
        wrong=clip(gives=lambda clipped, norm, factor: clipped),
    ),
    Mistake(
        "norm first",
        "Norm and gradients came back in the other order.",
        "In which order does the task name what comes back?",
        wrong=clip(gives=lambda clipped, norm, factor: (norm, clipped)),
    ),
    Mistake(
        "one long vector",
        "The gradients came back as one long vector; each has a shape of its own.",
        "Which shapes should what comes back have?",
        wrong=clip(gives=lambda clipped, norm, factor: (np.concatenate([c.ravel() for c in clipped]), norm)),
    ),
    Mistake(
        "long vectors",
        "Each gradient lost its shape: the numbers stand in one row.",
        "Which shapes should what comes back have?",
        wrong=clip(times=lambda g, factor: (factor * g).reshape(-1)),  # (N,)
    ),
    Mistake(
        "times the limit",
        "Gradients that are too long were multiplied by the limit, and not divided by their norm.",
        _FACTOR,
        wrong=clip(factor=lambda norm, limit: limit if factor_for(norm, limit) != 1 else 1.0),
    ),
    Mistake(
        "by the square of the norm",
        "Gradients that are too long were divided by their norm twice.",
        _FACTOR,
        wrong=clip(factor=lambda norm, limit: limit / norm**2 if factor_for(norm, limit) != 1 else 1.0),
    ),
    Mistake(
        "root of the factor",
        "Gradients that are too long came nearer to the limit, and not to it: a root was drawn of the factor.",
        _FACTOR,
        wrong=clip(factor=lambda norm, limit: math.sqrt(factor_for(norm, limit))),
    ),
    Mistake(
        "limit subtracted",
        "Gradients that are too long lost the limit, in place of being brought to it.",
        _FACTOR,
        wrong=clip(factor=lambda norm, limit: 1 - limit / norm if factor_for(norm, limit) != 1 else 1.0),
    ),
    Mistake(
        "nothing where too long",
        "Gradients that are too long became 0: the step is lost, where it should become shorter.",
        "How long should they be after clipping?",
        wrong=clip(factor=lambda norm, limit: 0.0 if factor_for(norm, limit) != 1 else 1.0),
    ),
    Mistake(
        "short ones lengthened only",
        "The two cases are exchanged: short gradients grow to the limit, and long ones stay as they are.",
        "Which gradients should be changed?",
        wrong=clip(factor=lambda norm, limit: limit / norm if 0 < norm < limit else 1.0),
    ),
    Mistake(
        "nothing clipped",
        "The gradients came back as they are, however long.",
        "What should happen to gradients that are too long?",
        wrong=clip(factor=lambda norm, limit: 1.0),
    ),
    Mistake(
        "changed in place",
        "The numbers are right, and the arrays that were given are clipped too.",
        _WHOSE,
        wrong=_in_place,
    ),
    Mistake(
        "changed in place, nothing returned",
        "The arrays that were given are clipped, and nothing came back.",
        _WHOSE,
        wrong=_in_place_nothing,
    ),
    Mistake(
        "changed in place, norm returned",
        "The arrays that were given are clipped, and only the norm came back.",
        _WHOSE,
        wrong=_in_place_norm,
    ),
)
