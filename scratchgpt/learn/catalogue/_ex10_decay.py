"""What goes wrong with the decay of AdamW: for 10.4 and 10.8."""

from collections.abc import Collection
from typing import Any

import numpy as np

from ..exercise import Mistake
from ._ex10_rules import Adam


def _none(p: Any, lr: float, wd: float, t: int, g: Any, b1: float) -> Any:
    return p


def _inside(g: Any, p: Any, wd: float, lr: float) -> Any:
    return g + wd * p


def _inside_with_rate(g: Any, p: Any, wd: float, lr: float) -> Any:
    return g + lr * wd * p


_SHARE = "What should be left of a weight of 1 that has no gradient?"
_PATH = "Which way does the decay take: through the averages, or past them?"
_SIZE = "By what is the decay divided on its way, and should it be?"

DECAY: tuple[tuple[str, str, str, Adam], ...] = (
    (
        "decay in the gradient",
        "The decay was added to the gradient and goes through both averages: it is divided by the usual size of the "
        "gradient, and a weight without gradient loses a fixed length in place of a share.",
        _PATH,
        Adam(decay=_none, gradient_m=_inside, gradient_v=_inside),
    ),
    (
        "decay in the first average",
        "The decay still goes into the average of gradients, and is divided by their usual size with it.",
        _PATH,
        Adam(decay=_none, gradient_m=_inside),
    ),
    (
        "decay in the average of squares",
        "The parameters decay by their share, and the average of squares has seen the decay as well.",
        _PATH,
        Adam(gradient_v=_inside),
    ),
    (
        "decay in the average of squares alone",
        "The decay enters the average of squares and nothing else: parameters with decay make shorter steps, and do "
        "not decay.",
        _PATH,
        Adam(decay=_none, gradient_v=_inside),
    ),
    (
        "decay in the first average too",
        "The parameters decay by their share, and once more through the average of gradients.",
        _PATH,
        Adam(gradient_m=_inside),
    ),
    (
        "decay twice",
        "The parameters decay by their share, and once more by way of both averages.",
        _PATH,
        Adam(gradient_m=_inside, gradient_v=_inside),
    ),
    (
        "decay in the gradient with the rate",
        "The decay, times the rate, was added to the gradient and goes through both averages.",
        _PATH,
        Adam(decay=_none, gradient_m=_inside_with_rate, gradient_v=_inside_with_rate),
    ),
    (
        "growth in the gradient",
        "The decay was subtracted from the gradient and goes through both averages: the parameters grow.",
        _PATH,
        Adam(
            decay=_none,
            gradient_m=lambda g, p, wd, lr: g - wd * p,
            gradient_v=lambda g, p, wd, lr: g - wd * p,
        ),
    ),
    (
        "decay of what is averaged",
        "What decays is the gradient, before it is averaged: a weight without gradient stays as it is.",
        "What is to lose a share of itself?",
        Adam(
            decay=_none,
            gradient_m=lambda g, p, wd, lr: g * (1 - lr * wd),
            gradient_v=lambda g, p, wd, lr: g * (1 - lr * wd),
        ),
    ),
    (
        "decay added to the average",
        "The decay was added to the average of gradients itself, which is handed on with it and divided by their size.",
        _PATH,
        Adam(decay=_none, averaged=lambda m, v, p, wd, lr: (m + wd * p, v)),
    ),
    (
        "decay added before the correction",
        "The decay was added to the average of gradients before that was corrected and divided by their size.",
        _PATH,
        Adam(decay=_none, look=lambda m_hat, g, b, t, p, wd: m_hat + wd * p / (1 - b**t)),
    ),
    (
        "averages decay too",
        "The averages lose a share of themselves as well; only the parameters should.",
        "What is to lose a share of itself?",
        Adam(averaged=lambda m, v, p, wd, lr: (m * (1 - lr * wd), v * (1 - lr * wd))),
    ),
    (
        "decay two times",
        "The parameters lose their share of decay twice in one step.",
        "How much decay belongs to one step?",
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 - lr * wd) ** 2),
    ),
    (
        "decay of matrices only",
        "Only arrays of two axes decay here. In a model that choice is made before: whoever calls gives a decay of 0 "
        "for the others.",
        "How does a call say that its parameters should not decay?",
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 - lr * wd) if p.ndim > 1 else p),
    ),
    (
        "no decay",
        "The parameters do not decay at all: a weight without gradient stays as it is.",
        _SHARE,
        Adam(decay=_none),
    ),
    (
        "decay without the rate",
        "The parameters lose their share of decay in full at each step; it is meant per unit of the learning rate.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 - wd)),
    ),
    (
        "decay with the rate twice",
        "The decay has the learning rate in it twice and is far too weak.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 - lr * lr * wd)),
    ),
    (
        "growth for decay",
        "The parameters grow by the share that they should lose.",
        "Which way is smaller?",
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 + lr * wd)),
    ),
    (
        "only the lost share is left",
        "Of the parameters only the share is left that they should lose.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: p * lr * wd),
    ),
    (
        "decay divided by the size",
        "The decay stays out of the averages, and is divided by the usual size of the gradient all the same.",
        _SIZE,
        Adam(decay=_none, step=lambda m, size, lr, g, p, wd, t: lr * (m + wd * p) / size),
    ),
    (
        "decay divided by the size, twice the rate",
        "The decay has the rate in it twice and is divided by the usual size of the gradient.",
        _SIZE,
        Adam(decay=_none, step=lambda m, size, lr, g, p, wd, t: lr * (m + lr * wd * p) / size),
    ),
    (
        "decay of the gradient",
        "What decays is the way to go, not the parameters: a weight without gradient stays as it is.",
        "What is to lose a share of itself?",
        Adam(decay=_none, step=lambda m, size, lr, g, p, wd, t: lr * m / size * (1 - lr * wd)),
    ),
    (
        "a share of the gradient",
        "The decay is a share of the gradient, where it should be one of the parameters.",
        "What is to lose a share of itself?",
        Adam(decay=lambda p, lr, wd, t, g, b1: p - lr * wd * g),
    ),
    (
        "decay by a fixed length",
        "Each parameter loses the same length, whatever its size, and the negative ones grow.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: p - lr * wd),
    ),
    (
        "decay by the sign",
        "Each parameter goes the same length towards 0, whatever its size; it should lose a share of itself.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: p - lr * wd * np.sign(p)),
    ),
    (
        "decay by the square",
        "What each parameter loses grows with its square; it should lose a share of itself.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: p - lr * wd * p * p),
    ),
    (
        "decay halved",
        "The decay is half as strong as it should be: a half belongs to a penalty, which is not asked for here.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 - lr * wd / 2)),
    ),
    (
        "decay doubled",
        "The decay is twice as strong as it should be.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 - 2 * lr * wd)),
    ),
    (
        "decay to the power of the step",
        "The parameters lose the decay of all steps so far at once, at every step.",
        "How much decay belongs to one step?",
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 - lr * wd) ** t),
    ),
    (
        "decay times the step",
        "The decay gets stronger with the number of the step.",
        "How much decay belongs to one step?",
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 - lr * wd * t)),
    ),
    (
        "decay with the corrected rate",
        "The rate of the decay was corrected like the average of gradients: early decay is too strong.",
        "Is the decay young?",
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 - lr / (1 - b1**t) * wd)),
    ),
    (
        "exponential decay",
        "The parameters were multiplied by an exponential of the share: near it, and not what was asked for.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: p * np.exp(-lr * wd)),
    ),
    (
        "decay divided",
        "The parameters were divided by 1 and the share: near it, and not what was asked for.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: p / (1 + lr * wd)),
    ),
    (
        "share of one less the rate",
        "The rate was taken from 1 first, and the decay multiplied then.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 - lr) * wd),
    ),
    (
        "decay by the rate alone",
        "The parameters lose a share as large as the rate: how strong the decay should be is nowhere in it.",
        "Which of the arguments have you not used yet?",
        Adam(decay=lambda p, lr, wd, t, g, b1: p * (1 - lr)),
    ),
    (
        "decay where there is a gradient",
        "Only parameters that have a gradient at this step decay; all should.",
        _SHARE,
        Adam(decay=lambda p, lr, wd, t, g, b1: np.where(g != 0, p * (1 - lr * wd), p)),
    ),
)


_ANY_ORDER = (
    "a share of the gradient",
    "decay by a fixed length",
)  # which does not depend on where it starts


def decay(kind: str, but: Collection[str] = ()) -> tuple[Mistake, ...]:
    """Return them as answers of one kind: "in_place" or "decaying", or one of them and " late"."""
    late = kind.endswith(" late")
    return tuple(
        Mistake(key + ", after the step" * late, says, asks, wrong=rule.made(kind))
        for key, says, asks, rule in DECAY
        if key not in but and not (late and (rule.decay is _none or key in _ANY_ORDER))
    )
