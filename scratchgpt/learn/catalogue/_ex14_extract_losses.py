"""14.3: what goes wrong between the scores and the loss."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.softmax import log_softmax
from ...worked.extract_loss import ExtractLossCache, extract_loss_forward
from ..exercise import Mistake
from ._unpaired import styles, unpaired

Array = np.ndarray


def _scores(h: Array, lengths: Array, weight: Array) -> Array:
    return h[np.arange(len(h)), lengths - 1] @ weight


def _no_maximum(h: Array, lengths: Array, weight: Array, labels: Array) -> Any:
    e = np.exp(_scores(h, lengths, weight))
    probs = e / e.sum(axis=1, keepdims=True)
    return -np.log(probs[np.arange(len(h)), labels]).mean(), ExtractLossCache(
        h, lengths, weight, labels, probs
    )


def _no_maximum_in_logs(h: Array, lengths: Array, weight: Array, labels: Array) -> Any:
    scores = _scores(h, lengths, weight)
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss = -logs[np.arange(len(h)), labels].mean()
    return loss, ExtractLossCache(h, lengths, weight, labels, np.exp(logs))


def _one_maximum(h: Array, lengths: Array, weight: Array, labels: Array) -> Any:
    scores = _scores(h, lengths, weight)
    e = np.exp(scores - scores.max())
    probs = e / e.sum(axis=1, keepdims=True)
    return -np.log(probs[np.arange(len(h)), labels]).mean(), ExtractLossCache(
        h, lengths, weight, labels, probs
    )


def _underflow(h: Array, lengths: Array, weight: Array, labels: Array) -> Any:
    _, cache = extract_loss_forward(h, lengths, weight, labels)
    return -np.log(cache.probs[np.arange(len(h)), labels]).mean(), cache


def _at_least(tiny: float) -> Callable[..., Any]:
    def wrong(h: Array, lengths: Array, weight: Array, labels: Array) -> Any:
        _, cache = extract_loss_forward(h, lengths, weight, labels)
        return -np.log(np.maximum(cache.probs[np.arange(len(h)), labels], tiny)).mean(), cache

    return wrong


# What people put in the place of a probability of 0.
FLOORS = (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20, 1e-30, 1e-100, 1e-300)


def _every_position(h: Array, lengths: Array, weight: Array, labels: Array) -> Any:
    """Every real position classified, as if each were a label's."""
    real = np.arange(h.shape[1]) < lengths[:, None]
    logs = log_softmax(h @ weight)[np.arange(len(h)), :, labels]
    _, cache = extract_loss_forward(h, lengths, weight, labels)
    return -((logs * real).sum(axis=1) / lengths).mean(), cache


UNDERFLOWED = Mistake(
    "log of an underflowed probability",
    "With far scores a probability was rounded to 0 before its logarithm was taken; the log-probability itself is an ordinary number.",
    "What is the logarithm of a number too small to be held?",
    wrong=_underflow,
)

FORWARD_LOSSES = unpaired(
    extract_loss_forward,
    (
        Mistake(
            "average over the classes too",
            "The loss was divided by the number of classes as well; it is an average over the rows.",
            "How many numbers does each row put into the average?",
            (("labels].mean()", "labels].mean() / weight.shape[1]"),),
        ),
        Mistake(
            "average over the positions",
            "The loss was divided by the number of positions as well; each row is classified once.",
            "How many numbers does each row put into the average?",
            (("labels].mean()", "labels].mean() / h.shape[1]"),),
        ),
        Mistake(
            "average over the real tokens",
            "The loss was divided by the number of real tokens; each row is classified once, however long it is.",
            "How many numbers does each row put into the average?",
            (("labels].mean()", "labels].sum() / lengths.sum()"),),
        ),
        Mistake(
            "long rows count more",
            "The rows were weighed by their lengths; each should count the same.",
            "How often is a row classified, however long it is?",
            (
                (
                    "-log_probs[rows, labels].mean()",
                    "-(log_probs[rows, labels] * lengths).sum() / lengths.sum()",
                ),
            ),
        ),
        Mistake(
            "logarithm to base 10",
            "The loss has the logarithm to base 10; nats are asked for.",
            "To which base is your logarithm?",
            (("labels].mean()", "labels].mean() / np.log(10)"),),
        ),
        Mistake(
            "what the probability lacks to 1",
            "The loss is what the right class's probability lacks to 1; its negative logarithm is asked for.",
            "What should a certain and wrong answer cost?",
            (("-log_probs[rows, labels].mean()", "(1 - np.exp(log_probs)[rows, labels]).mean()"),),
        ),
        Mistake(
            "logarithm of the mean",
            "The probabilities were averaged before the logarithm was taken; the losses of the rows should be averaged.",
            "Which comes first, the logarithm or the average?",
            (("-log_probs[rows, labels].mean()", "-np.log(np.exp(log_probs)[rows, labels].mean())"),),
        ),
        Mistake(
            "averaged twice",
            "The loss was divided by the number of rows twice.",
            "What should a batch of two equal rows cost, compared with one of them?",
            (("labels].mean()", "labels].mean() / len(h)"),),
        ),
        Mistake(
            "right class alone in the cache",
            "The loss is right; the cache holds one probability per row, where those of all classes should be.",
            "Which shape does the task give the probabilities?",
            (("np.exp(log_probs))", "np.exp(log_probs)[rows, labels])"),),
        ),
        Mistake(
            "one maximum for the batch",
            "The largest score of the whole batch was taken off everywhere: in another row all exponentials may then be 0.",
            "From which scores may the same number be taken off?",
            wrong=_one_maximum,
        ),
        Mistake(
            "one sum for the batch",
            "The probabilities add up to 1 over the whole batch; they should in each row.",
            "What do the entries of a row in the cache add up to?",
            (
                (
                    "log_softmax(matmul(states, weight))",
                    "log_softmax(matmul(states, weight).reshape(-1)).reshape(len(h), -1)",
                ),
            ),
        ),
        Mistake(
            "a loss for each row",
            "The loss is an array with a number per row; one number is asked for.",
            "What does the task do with the losses of the rows?",
            (("labels].mean()", "labels]"),),
        ),
        Mistake(
            "softmax twice",
            "The probabilities were taken for scores and sent through the softmax again, which makes them nearly equal.",
            "What does your classifier's loss say when it is certain and right?",
            (
                (
                    "log_softmax(matmul(states, weight))",
                    "log_softmax(np.exp(log_softmax(matmul(states, weight))))",
                ),
            ),
        ),
        Mistake(
            "probability for its logarithm",
            "The loss holds probabilities, where their logarithms should be.",
            "What does a right class of probability one half cost in nats?",
            (("-log_probs[rows, labels]", "-np.exp(log_probs)[rows, labels]"),),
        ),
        Mistake(
            "score for log-probability",
            "The scores themselves were taken for log-probabilities; they do not add up to probability 1.",
            "What turns scores into probabilities?",
            (("-log_probs[rows, labels]", "-matmul(states, weight)[rows, labels]"),),
        ),
        Mistake(
            "all classes",
            "The log-probabilities of all classes went into the loss; only that of the right one should.",
            "Where does your loss look at the labels?",
            (("-log_probs[rows, labels].mean()", "-log_probs.mean()"),),
        ),
        Mistake(
            "position in the cache",
            "The loss is right; the cache holds the positions of Extract, where the lengths should be.",
            "What does the task say stands in the cache?",
            (("(h, lengths, weight", "(h, lengths - 1, weight"),),
        ),
        Mistake(
            "states in the cache",
            "The loss is right; the cache holds the states at Extract, where all hidden states should be.",
            "What does the task say stands in the cache?",
            (("(h, lengths, weight", "(states, lengths, weight"),),
        ),
        Mistake(
            "gradient in the cache",
            "The loss is right; the cache holds the gradient of the scores, where the probabilities should be.",
            "What do the entries of a row in the cache add up to?",
            (("np.exp(log_probs))", "np.exp(log_probs) - np.eye(weight.shape[1])[labels])"),),
        ),
        UNDERFLOWED,
        *styles(UNDERFLOWED, **{f"kept at least {tiny:g}": _at_least(tiny) for tiny in FLOORS}),
        Mistake(
            "no maximum taken off",
            "With far scores the exponential is too large to be held, and not a number comes out.",
            "What may be subtracted from all scores of a row without changing its probabilities?",
            wrong=_no_maximum,
        ),
        Mistake(
            "no maximum taken off the logarithm",
            "With far scores the exponential is too large to be held, and the loss is infinite.",
            "What may be subtracted from all scores of a row without changing its probabilities?",
            wrong=_no_maximum_in_logs,
        ),
        Mistake(
            "every position classified",
            "Every real position was classified and the losses averaged; the classifier reads Extract alone.",
            "How often is a row classified?",
            wrong=_every_position,
        ),
    ),
)
