"""Further wrong answers to 02.3: the arguments and the cache."""

from typing import Any

import numpy as np

from ...ops.cross_entropy import cross_entropy_forward
from ...ops.softmax import softmax
from ..exercise import Mistake
from ._ex02_more_log_softmax import FLOOR, FLOOR_ASKS, FLOORS


def _changing(which: str) -> Any:
    """The right result, but one of the arguments is written to."""

    def wrong(logits: Any, targets: Any, weights: Any = None, ignore_index: int = -1) -> Any:
        y = cross_entropy_forward(logits, targets, weights, ignore_index)
        if which == "logits":
            logits -= logits.max(axis=-1, keepdims=True)
        elif which == "weights" and weights is not None:
            weights[targets == ignore_index] = 0
        elif which == "targets":
            targets[targets == ignore_index] = 0
        return y

    return wrong


def other_log_probs(log_probs_of: Any, *, in_cache: bool = True) -> Any:
    """Other log-probabilities, in the loss and perhaps in the cache."""

    def wrong(logits: Any, targets: Any, weights: Any = None, ignore_index: int = -1) -> Any:
        _, cache = cross_entropy_forward(logits, targets, weights, ignore_index)
        log_probs = log_probs_of(logits)
        nll = -np.take_along_axis(log_probs, cache.targets[..., None], axis=-1)[..., 0]
        return (nll * cache.scale).sum(), cache._replace(log_probs=log_probs) if in_cache else cache

    return wrong


def _cache(change: Any) -> Any:
    """The right loss, and another cache from (cache, logits, targets, counted, weights)."""

    def wrong(logits: Any, targets: Any, weights: Any = None, ignore_index: int = -1) -> Any:
        loss, cache = cross_entropy_forward(logits, targets, weights, ignore_index)
        w = np.ones(targets.shape) if weights is None else weights
        return loss, change(cache, logits, targets, targets != ignore_index, w)

    return wrong


_SCALE = "scale.astype(logits.dtype, copy=False)"
_SHARES = "scale = scale / (total + (total == 0))"
_CACHED = f"CrossEntropyCache(log_probs, targets, {_SCALE})"
_SUM = "(nll * scale).sum()"
_SOFTMAX = "log_probs = ops.log_softmax(logits)"

ABOUT_THE_CACHE = (
    *(
        Mistake(
            f"{name} changed in place",
            f"The result is right, but the {name} that were given have changed as well.",
            "Whose array do you write to?",
            wrong=_changing(name),
        )
        for name in ("logits", "weights", "targets")
    ),
    *(
        Mistake(
            f"floor of {f}",
            FLOOR.format(f),
            FLOOR_ASKS,
            wrong=other_log_probs(lambda x, f=f: np.log(softmax(x) + f)),
        )
        for f in FLOORS
    ),
    *(
        Mistake(
            f"floor of {f} in the loss",
            FLOOR.format(f),
            FLOOR_ASKS,
            wrong=other_log_probs(lambda x, f=f: np.log(softmax(x) + f), in_cache=False),
        )
        for f in FLOORS
    ),
    Mistake(
        "marks kept in the targets of the cache",
        "The targets in the cache still hold the mark of ignored places, where they should hold 0.",
        "Which id stands in the cache where a place does not count?",
        wrong=_cache(lambda c, logits, targets, counted, w: c._replace(targets=targets)),
    ),
    Mistake(
        "only negative marks replaced in the cache",
        "In the cache only negative targets became 0; an ignored place may bear a mark that is an id.",
        "Which of the arguments says what is to be ignored?",
        wrong=_cache(lambda c, logits, targets, counted, w: c._replace(targets=np.maximum(targets, 0))),
    ),
    Mistake(
        "weights for shares",
        "The loss is right, but the scale in the cache holds the bare weights: shares sum to 1.",
        "What is left to do to a list of weights to make shares of them?",
        wrong=_cache(lambda c, logits, targets, counted, w: c._replace(scale=w * counted)),
    ),
    Mistake(
        "weights for shares, ignored ones too",
        "The loss is right, but the scale in the cache holds the bare weights, even where a place is ignored.",
        "What is the share of a place that does not count?",
        wrong=_cache(lambda c, logits, targets, counted, w: c._replace(scale=w * 1.0)),
    ),
    Mistake(
        "marks for shares",
        "The loss is right, but the scale in the cache only says which places count, 1 or 0: shares sum to 1.",
        "What is left to do to such a list to make shares of it?",
        wrong=_cache(lambda c, logits, targets, counted, w: c._replace(scale=counted * 1.0)),
    ),
    Mistake(
        "shares without weights",
        "The loss is right, but in the scale of the cache all places that count have the same share, whatever their "
        "weight.",
        "Which places should hear more of the gradient?",
        wrong=_cache(
            lambda c, logits, targets, counted, w: c._replace(scale=counted / max(counted.sum(), 1))
        ),
    ),
    Mistake(
        "equal shares for all",
        "The loss is right, but in the scale of the cache every place has the same share, ignored or not.",
        "What is the share of a place that does not count?",
        wrong=_cache(
            lambda c, logits, targets, counted, w: c._replace(scale=np.full(targets.shape, 1 / targets.size))
        ),
    ),
    Mistake(
        "probabilities in the cache",
        "The cache holds the probabilities, where their logarithms were asked for.",
        "What will the backward pass make of the entry by an exponential?",
        edits=((_CACHED, _CACHED.replace("log_probs", "xp.exp(log_probs)")),),
    ),
    Mistake(
        "logits in the cache",
        "The cache holds the logits, where the log-probabilities were asked for.",
        "What should the exponentials of a row of the cache sum to?",
        edits=((_CACHED, _CACHED.replace("log_probs", "logits")),),
    ),
    Mistake(
        "picked entries in the cache",
        "The cache holds one log-probability per place, that of the target; those of all tokens were asked for.",
        "Which entries of a row will have a gradient?",
        wrong=_cache(
            lambda c, logits, targets, counted, w: c._replace(
                log_probs=np.take_along_axis(c.log_probs, c.targets[..., None], axis=-1)[..., 0]
            )
        ),
    ),
    Mistake(
        "cache missing",
        "Only the loss came back; the cache for the backward pass was asked for as well.",
        "Which two things are to be returned?",
        wrong=lambda logits, targets, weights=None, ignore_index=-1: cross_entropy_forward(
            logits, targets, weights, ignore_index
        )[0],
    ),
)
