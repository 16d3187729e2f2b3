"""Further wrong answers to 02.3: the loss."""

from typing import Any

import numpy as np

from ...ops.cross_entropy import CrossEntropyCache, cross_entropy_forward
from ...ops.softmax import log_softmax, softmax
from ..exercise import Mistake
from ._ex02_more_cache import ABOUT_THE_CACHE, other_log_probs


def _loss(of: Any) -> Any:
    """Another loss from (surprises, shares, counted, weights); the cache is right."""

    def wrong(logits: Any, targets: Any, weights: Any = None, ignore_index: int = -1) -> Any:
        _, cache = cross_entropy_forward(logits, targets, weights, ignore_index)
        nll = -np.take_along_axis(cache.log_probs, cache.targets[..., None], axis=-1)[..., 0]
        counted = targets != ignore_index
        return of(nll, cache.scale, counted, np.ones(targets.shape) if weights is None else weights), cache

    return wrong


def _mean_of_texts(logits: Any, targets: Any, weights: Any = None, ignore_index: int = -1) -> Any:
    _, (log_probs, safe, _) = cross_entropy_forward(logits, targets, weights, ignore_index)
    scale = (targets != ignore_index) * (1.0 if weights is None else weights)
    total = scale.sum(axis=-1, keepdims=True)
    scale = scale / np.where(total == 0, 1, total) / (targets.size / targets.shape[-1])
    nll = -np.take_along_axis(log_probs, safe[..., None], axis=-1)[..., 0]
    return (nll * scale).sum(), CrossEntropyCache(log_probs, safe, scale)


def _two_axes(logits: Any, targets: Any, weights: Any = None, ignore_index: int = -1) -> Any:
    logits[np.arange(len(targets)), targets]
    return cross_entropy_forward(logits, targets, weights, ignore_index)


_SCALE = "scale.astype(logits.dtype, copy=False)"
_SHARES = "scale = scale / (total + (total == 0))"
_CACHED = f"CrossEntropyCache(log_probs, targets, {_SCALE})"
_SUM = "(nll * scale).sum()"
_SOFTMAX = "log_probs = ops.log_softmax(logits)"

MORE_FORWARD = (
    *ABOUT_THE_CACHE,
    Mistake(
        "not averaged",
        "There is a surprise for each place; one number was asked for.",
        "How do many surprises become one loss?",
        wrong=_loss(lambda nll, share, counted, w: nll),
    ),
    Mistake(
        "not added up",
        "Each surprise was multiplied by its share, but they were not added up to one number.",
        "How do many surprises become one loss?",
        edits=((_SUM, "(nll * scale)"),),
    ),
    Mistake(
        "sum for mean, the shares right",
        "The surprises were added and not averaged, although the scale in the cache is right.",
        "What do the shares in your cache sum to?",
        wrong=_loss(lambda nll, share, counted, w: (nll * counted * w).sum()),
    ),
    Mistake(
        "plain mean",
        "The cache is right, but the loss is the mean over all places: neither weights nor ignored places entered it.",
        "What are the shares in your cache for?",
        wrong=_loss(lambda nll, share, counted, w: nll.mean()),
    ),
    Mistake(
        "weights not in the loss",
        "The cache is right, but in the loss all places that count have the same share, whatever their weight.",
        "What are the shares in your cache for?",
        wrong=_loss(lambda nll, share, counted, w: nll[counted].sum() / max(counted.sum(), 1)),
    ),
    Mistake(
        "averaged twice",
        "The shares sum to 1 already, and then a mean was taken: the loss was divided by the number of places once more.",
        "What do your shares sum to?",
        edits=((_SUM, "(nll * scale).mean()"),),
    ),
    Mistake(
        "mean of the texts' means",
        "A mean was taken for each row of places, and then the mean of those: a place of a row with few places counts more "
        "than others.",
        "Should every token count the same, whichever text it is in?",
        wrong=_mean_of_texts,
    ),
    Mistake(
        "loss of nothing",
        "When every place is ignored the shares are right, but the loss is NaN: a sum was divided by 0.",
        "What should the loss of nothing be?",
        wrong=_loss(lambda nll, share, counted, w: (nll * counted * w).sum() / (counted * w).sum()),
    ),
    Mistake(
        "division by zero",
        "When every place is ignored, the total is 0, and dividing by it ends in an exception.",
        "What should the loss of nothing be?",
        edits=((_SHARES, "scale = scale * (1.0 / float(total))"),),
    ),
    Mistake(
        "total of 1 at least",
        "The total was taken for at least 1: weights that sum to less than 1 are no longer shared out in full.",
        "If every weight were halved, should the loss change?",
        edits=((_SHARES, "scale = scale / max(total, 1)"),),
    ),
    Mistake(
        "divided by all places",
        "The sum was divided by the number of all places: neither weights nor ignored places entered the total.",
        "What do the shares have to sum to?",
        edits=(("total = scale.sum()", "total = scale.size"),),
    ),
    Mistake(
        "weights for the mask",
        "Where weights are given, ignored places count with their weight.",
        "What is the share of a place that is ignored and has a weight?",
        edits=(("scale = scale * weights.astype(scale.dtype)", "scale = weights"),),
    ),
    Mistake(
        "weights in the total only",
        "The weights entered the total only: the surprises themselves were not weighted.",
        "If one weight is larger, which surprise should count more?",
        edits=((_SHARES, "scale = counted / (total + (total == 0))"),),
    ),
    *(
        Mistake(
            f"softmax along axis {axis}",
            "The probabilities sum to 1 along the wrong axis: the tokens of the vocabulary compete at each place.",
            "Along which axis does the vocabulary lie?",
            edits=((_SOFTMAX, f"log_probs = ops.log_softmax(logits, axis={axis})"),),
        )
        for axis in (0, -2)
    ),
    Mistake(
        "softmax over everything",
        "All logits share one total: each place should have a distribution of its own.",
        "What should the probabilities of one row sum to?",
        edits=((_SOFTMAX, "log_probs = ops.log_softmax(logits.ravel()).reshape(logits.shape)"),),
    ),
    Mistake(
        "softmax forgotten",
        "The logits were taken for log-probabilities: the exponentials of a row do not sum to 1.",
        "What turns logits into log-probabilities?",
        edits=((_SOFTMAX, "log_probs = logits"),),
    ),
    Mistake(
        "logarithm forgotten",
        "These are probabilities: the surprise is the logarithm of one, with its sign turned round.",
        "How large is the surprise at a token that was certain?",
        wrong=other_log_probs(softmax),
    ),
    Mistake(
        "probability for its logarithm in the loss",
        "The cache is right, but the loss was made of probabilities and not of their logarithms.",
        "How large is the surprise at a token that was certain?",
        wrong=other_log_probs(softmax, in_cache=False),
    ),
    Mistake(
        "logits in the loss",
        "The cache is right, but the loss was made of the logits themselves.",
        "Which array holds log-probabilities?",
        wrong=other_log_probs(lambda logits: logits, in_cache=False),
    ),
    Mistake(
        "base 10",
        "The logarithms are to base 10, where nats were asked for.",
        "Which logarithm does the exponential undo?",
        wrong=other_log_probs(lambda logits: log_softmax(logits) / np.log(10)),
    ),
    Mistake(
        "likeliest token",
        "The surprise was taken at the likeliest token of each place, and not at the one that came.",
        "Which of the arguments says what really came?",
        edits=(
            (
                "nll = -xp.take_along_axis(log_probs, targets[..., None], axis=-1)[..., 0]",
                "nll = -log_probs.max(-1)",
            ),
        ),
    ),
    Mistake(
        "targets from 1",
        "The surprise was taken at the token before the target: ids are counted from 0.",
        "Which column belongs to the id 0?",
        edits=(("targets[..., None], axis=-1)[..., 0]", "targets[..., None] - 1, axis=-1)[..., 0]"),),
    ),
    Mistake(
        "perplexity",
        "This is the exponential of the loss.",
        "Was the mean surprise asked for, or the number of choices?",
        edits=((_SUM, "xp.exp((nll * scale).sum())"),),
    ),
    Mistake(
        "two axes only",
        "One number per row was picked by the numbers of the rows and the targets, which fits one axis of places; there "
        "may be more.",
        "How could all places be put into one axis, or what picks along the last one?",
        wrong=_two_axes,
    ),
)
