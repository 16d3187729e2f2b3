"""Further wrong answers to 02.4."""

from typing import Any

import numpy as np

from ...ops.cross_entropy import cross_entropy_backward
from ..exercise import Mistake


def _changed(dloss: Any, cache: Any) -> Any:
    y = cross_entropy_backward(dloss, cache)
    cache.log_probs[...] = y
    return y


def _gradient(of: Any) -> Any:
    """Another gradient from (probabilities, one-hot targets, shares with an axis more, dloss)."""

    def wrong(dloss: Any, cache: Any) -> Any:
        p = np.exp(cache.log_probs)
        return of(p, np.eye(p.shape[-1])[cache.targets], cache.scale[..., None], dloss)

    return wrong


def _two_axes_backward(dloss: Any, cache: Any) -> Any:
    cache.log_probs[np.arange(len(cache.targets)), cache.targets]
    return cross_entropy_backward(dloss, cache)


_FACTOR = "(scale * dloss)[..., None]"

MORE_BACKWARD = (
    Mistake(
        "changed in place",
        "The gradient is right, but the arrays of the cache have changed: it may be used again.",
        "Which operators, and which arguments of a function, write into an array that you did not make?",
        wrong=_changed,
    ),
    Mistake(
        "share on the target only",
        "The share was given to the 1 of the target only: the probabilities have to be multiplied by it as well.",
        "What should each row sum to?",
        wrong=_gradient(lambda p, hot, share, dloss: dloss * (p - share * hot)),
    ),
    Mistake(
        "share on the probabilities only",
        "The share was given to the probabilities only: the 1 of the target has to be multiplied by it as well.",
        "What should each row sum to?",
        wrong=_gradient(lambda p, hot, share, dloss: dloss * (share * p - hot)),
    ),
    Mistake(
        "factors on the probabilities only",
        "Share and gradient from above were given to the probabilities only, and then the 1 of the target was taken away.",
        "What should each row sum to?",
        wrong=_gradient(lambda p, hot, share, dloss: dloss * share * p - hot),
    ),
    Mistake(
        "factors on the target only",
        "Share and gradient from above were given to the 1 of the target only, and not to the probabilities.",
        "What should each row sum to?",
        wrong=_gradient(lambda p, hot, share, dloss: p - dloss * share * hot),
    ),
    Mistake(
        "dloss on the target only",
        "The gradient from above was given to the 1 of the target only, and not to the probabilities.",
        "What should each row sum to?",
        wrong=_gradient(lambda p, hot, share, dloss: share * (p - dloss * hot)),
    ),
    Mistake(
        "dloss on the probabilities only",
        "The gradient from above was given to the probabilities only, and not to the 1 of the target.",
        "What should each row sum to?",
        wrong=_gradient(lambda p, hot, share, dloss: share * (dloss * p - hot)),
    ),
    Mistake(
        "target entry only",
        "Only the entry of the target has a gradient; the others are pushed down, each by its probability.",
        "What happens to the probability of the target when another logit grows?",
        wrong=_gradient(lambda p, hot, share, dloss: dloss * share * (p - 1) * hot),
    ),
    Mistake(
        "target entry left out",
        "The entry of the target is 0, and it is the one that the loss pulls up.",
        "What should each row sum to?",
        wrong=_gradient(lambda p, hot, share, dloss: dloss * share * p * (1 - hot)),
    ),
    Mistake(
        "probabilities forgotten",
        "Only the 1 of the target is there: this is the gradient with respect to the log-probabilities, not to the logits.",
        "What should each row sum to?",
        wrong=_gradient(lambda p, hot, share, dloss: -dloss * share * hot),
    ),
    Mistake(
        "gradient of the probabilities",
        "This is the gradient with respect to the probabilities: one over the probability of the target. It has still to "
        "go through softmax.",
        "With respect to what was the gradient asked for?",
        wrong=_gradient(lambda p, hot, share, dloss: -dloss * share * hot / p),
    ),
    Mistake(
        "1 subtracted everywhere",
        "The 1 was taken away from every entry of the row; it belongs to the target alone.",
        "What should each row sum to?",
        wrong=_gradient(lambda p, hot, share, dloss: dloss * share * (p - 1)),
    ),
    Mistake(
        "id subtracted",
        "The number of the target was taken away from the probabilities; an id says where, not how much.",
        "What is the one-hot vector of the id 3?",
        wrong=_gradient(lambda p, hot, share, dloss: dloss * share * (p - hot.argmax(-1)[..., None])),
    ),
    Mistake(
        "1 added",
        "The 1 was added at the target, where it should be taken away.",
        "Which sign should the gradient have at the target?",
        wrong=_gradient(lambda p, hot, share, dloss: dloss * share * (p + hot)),
    ),
    Mistake(
        "factor of 2",
        "The gradient is twice too large: a 2 as in the derivative of a square, and there is no square in this loss.",
        "Where does a factor of 2 stand in the loss?",
        wrong=_gradient(lambda p, hot, share, dloss: 2 * dloss * share * (p - hot)),
    ),
    Mistake(
        "sigmoid's slope",
        "The difference of probability and target was multiplied by the slope of a sigmoid, which cancels against the "
        "logarithm's.",
        "With respect to which of them is the difference the gradient, the probabilities or the logits?",
        wrong=_gradient(lambda p, hot, share, dloss: dloss * share * (p - hot) * p * (1 - p)),
    ),
    Mistake(
        "share only as a mark",
        "The shares only decided which rows are 0: all other rows count fully, as in a sum.",
        "What do the shares sum to, and what does each multiply?",
        edits=((_FACTOR, "((scale > 0) * dloss)[..., None]"),),
    ),
    Mistake(
        "divided by the places that count",
        "The gradient was divided by the number of places that count: that is right only where they have equal weights.",
        "Where in the cache does it say how much each place counts?",
        edits=((_FACTOR, "((scale > 0) * dloss / max((scale > 0).sum(), 1))[..., None]"),),
    ),
    Mistake(
        "averaged once more",
        "The shares hold the average already, and the gradient was divided by the number of places once more.",
        "What do the shares sum to?",
        edits=((_FACTOR, "(scale * dloss)[..., None] / scale.size"),),
    ),
    Mistake(
        "divided by the first axis as well",
        "The shares hold the average already, and the gradient was divided by the length of the first axis once more.",
        "What do the shares sum to?",
        edits=((_FACTOR, "(scale * dloss)[..., None] / len(scale)"),),
    ),
    Mistake(
        "share squared",
        "The share entered twice.",
        "How often does each share stand in the loss?",
        edits=((_FACTOR, "(scale * scale * dloss)[..., None]"),),
    ),
    Mistake(
        "softmax twice",
        "Softmax was applied to probabilities.",
        "What leads from a log-probability back to the probability?",
        edits=(
            (
                "dlogits = xp.exp(log_probs)",
                "dlogits = xp.exp(xp.exp(log_probs))\n    dlogits /= dlogits.sum(axis=-1, keepdims=True)",
            ),
        ),
    ),
    Mistake(
        "share along the wrong axis",
        "The shares lie along the vocabulary, or fit no axis: each row should be multiplied by one of them.",
        "Which shape must an array of one number per row have to meet the rows?",
        edits=((_FACTOR, "(scale * dloss)"),),
    ),
    Mistake(
        "two axes only",
        "The targets were picked by the numbers of the rows, which fits one axis of places; there may be more.",
        "How could all places be put into one axis, or what picks along the last one?",
        wrong=_two_axes_backward,
    ),
)
