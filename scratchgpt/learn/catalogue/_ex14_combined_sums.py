"""14.5: how the two losses are put together, and what is in them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.softmax import log_softmax, softmax
from ...worked.combined_loss import combined_loss
from ..exercise import Mistake
from ._unpaired import styles, unpaired

Array = np.ndarray


def _without(logits: str) -> Callable[..., Any]:
    """Log-softmax without the maximum, or the logarithm of a softmax, in one of the two losses or in both."""

    def naive(x: Array) -> Array:
        if logits.endswith("underflow"):
            return np.log(softmax(x))
        e = np.exp(x)
        return np.log(e / e.sum(axis=-1, keepdims=True))

    def wrong(
        class_logits: Array, labels: Array, logits_: Array, ids: Array, lengths: Array, lm_weight: float = 0.5
    ) -> Any:
        B, T = ids.shape
        of_task = naive if "task" in logits or "both" in logits else log_softmax
        of_language = naive if "language" in logits or "both" in logits else log_softmax
        task = -of_task(class_logits)[np.arange(B), labels].mean()
        logs = np.take_along_axis(of_language(logits_)[:, :-1], ids[:, 1:, None], axis=-1)[..., 0]
        real = np.arange(1, T) < lengths[:, None]
        lm = -(np.where(real, logs, 0).sum(axis=1) / (lengths - 1)).mean()
        return task + lm_weight * lm, task, lm

    # What the stub calls logits is named so for those who call it by name.
    return lambda class_logits, labels, logits, ids, lengths, lm_weight=0.5: wrong(
        class_logits, labels, logits, ids, lengths, lm_weight
    )


UNDERFLOWED = Mistake(
    "log of an underflowed probability",
    "With far scores a probability was rounded to 0 before its logarithm was taken; the log-probability itself is an ordinary "
    "number.",
    "What is the logarithm of a number too small to be held?",
    wrong=_without("both underflow"),
)
OVERFLOWED = Mistake(
    "no maximum taken off",
    "With far scores the exponential is too large to be held, and not a number comes out.",
    "What may be subtracted from all scores of a row without changing its probabilities?",
    wrong=_without("both"),
)

SUMS = unpaired(
    combined_loss,
    (
        Mistake(
            "lambda in the third number",
            "The sum is right, but lambda was multiplied into the language model's loss where that is returned by itself.",
            "What does the third number say when lambda is 0?",
            (("lm_weight * lm, task, lm", "lm_weight * lm, task, lm_weight * lm"),),
        ),
        Mistake(
            "lambda twice",
            "Lambda was multiplied in twice.",
            "By how much does the sum grow when the language model's loss grows by 1?",
            (("task + lm_weight * lm, task", "task + lm_weight * lm_weight * lm, task"),),
        ),
        Mistake(
            "lambda on both",
            "Lambda multiplies both losses; it belongs to the language model's alone.",
            "What should remain of the sum when lambda is 0?",
            (("task + lm_weight * lm, task", "lm_weight * (task + lm), task"),),
        ),
        Mistake(
            "sum averaged",
            "The sum was divided by its weights; the task's loss should count in full.",
            "By how much does the sum grow when the task's loss grows by 1?",
            (("task + lm_weight * lm, task", "(task + lm_weight * lm) / (1 + lm_weight), task"),),
        ),
        Mistake(
            "divided by lambda",
            "The language model's loss was divided by lambda, where it should be multiplied.",
            "What should remain of the sum when lambda is 0?",
            (("task + lm_weight * lm, task", "task + np.divide(lm, lm_weight), task"),),
        ),
        Mistake(
            "lambda always one half",
            "Lambda is one half whatever was asked for.",
            "Which argument says how much the language counts?",
            (("task + lm_weight * lm, task", "task + 0.5 * lm, task"),),
        ),
        Mistake(
            "lambda is 1 by default",
            "When nothing is said about it, lambda is 1; it should be one half.",
            "What does the line with the parameters say, and what does yours assume?",
            (("lm_weight: float = LAMBDA", "lm_weight: float = 1.0"),),
        ),
        Mistake(
            "log-likelihoods",
            "All three numbers have the other sign: they are log-likelihoods, to be maximised, where losses are asked for.",
            "Should a better model have larger or smaller numbers here?",
            (("task = -log_softmax", "task = log_softmax"), ("lm = -((logs", "lm = ((logs")),
        ),
        Mistake(
            "sum's sign",
            "The two losses are right; their sum has the other sign.",
            "Is the sum of two losses a loss?",
            (("return task + lm_weight * lm,", "return -task - lm_weight * lm,"),),
        ),
        Mistake(
            "losses in the wrong order",
            "The two losses behind the sum stand in each other's place.",
            "In which order are the three numbers asked for?",
            (("lm, task, lm", "lm, lm, task"),),
        ),
        Mistake(
            "sum last",
            "The sum comes last; it is asked for first.",
            "In which order are the three numbers asked for?",
            (("task + lm_weight * lm, task, lm", "task, lm, task + lm_weight * lm"),),
        ),
        Mistake(
            "sum last, language first",
            "The three numbers stand in the opposite order.",
            "In which order are the three numbers asked for?",
            (("task + lm_weight * lm, task, lm", "lm, task, task + lm_weight * lm"),),
        ),
        Mistake(
            "sum alone",
            "Only the sum came back; the two losses are asked for as well.",
            "How many numbers does the task ask for?",
            (("task + lm_weight * lm, task, lm", "task + lm_weight * lm"),),
        ),
        Mistake(
            "bits",
            "The losses are in bits; nats are asked for.",
            "To which base is your logarithm?",
            (
                ("labels].mean()", "labels].mean() / np.log(2)"),
                ("(lengths - 1)).mean()", "(lengths - 1)).mean() / np.log(2)"),
            ),
        ),
        Mistake(
            "average over the classes too",
            "The task's loss was divided by the number of classes as well; it is an average over the rows.",
            "How many numbers does each row put into the average?",
            (("labels].mean()", "labels].mean() / class_logits.shape[1]"),),
        ),
        Mistake(
            "average over the vocabulary too",
            "The language model's loss was divided by the number of tokens it chooses from.",
            "How many numbers does each prediction put into the average?",
            (("(lengths - 1)).mean()", "(lengths - 1)).mean() / logits.shape[-1]"),),
        ),
        Mistake(
            "all rows against all labels",
            "Every row was compared with the labels of all rows, and not with its own alone.",
            "How many numbers does your choice of log-probabilities give?",
            (("[np.arange(B), labels]", "[:, labels]"),),
        ),
        Mistake(
            "softmax over the positions",
            "The language model's probabilities add up to 1 over the positions; they should over the tokens it chooses from.",
            "Who shares out the probability at one position?",
            (("log_softmax(logits)", "log_softmax(logits, axis=1)"),),
        ),
        Mistake(
            "softmax over the batch",
            "The classes' probabilities add up to 1 over the rows of the batch; they should over the classes of each row.",
            "Who shares out the probability, the rows or the classes?",
            (("log_softmax(class_logits)", "log_softmax(class_logits, axis=0)"),),
        ),
        Mistake(
            "scores for log-probabilities in the language",
            "The scores of the next tokens themselves were taken for log-probabilities.",
            "What turns scores into probabilities?",
            (("log_softmax(logits)", "logits"),),
        ),
        Mistake(
            "perplexity",
            "The language model's part is a perplexity; its loss is the logarithm of that.",
            "What does guessing among ten tokens cost in nats?",
            (("    return task", "    lm = np.exp(lm)\n    return task"),),
        ),
        Mistake(
            "last position only",
            "Only one token of each row was predicted, Extract; every real token but the first should be.",
            "How many tokens are predicted in a row of three?",
            (
                ("np.arange(1, T) < lengths[:, None]", "np.arange(1, T) == lengths[:, None] - 1"),
                ("/ (lengths - 1)", "/ 1"),
            ),
        ),
        UNDERFLOWED,
        OVERFLOWED,
        *styles(
            UNDERFLOWED,
            of_the_task=_without("task underflow"),
            of_the_language=_without("language underflow"),
        ),
        *styles(OVERFLOWED, of_the_task=_without("task"), of_the_language=_without("language")),
    ),
)
