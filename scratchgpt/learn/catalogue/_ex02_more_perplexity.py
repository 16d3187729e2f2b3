"""Further wrong answers to 02.5."""

import math
from typing import Any

import numpy as np

from ..exercise import Mistake

_FLOORS = (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20, 1e-30, 1e-100, 1e-300)


def _changed(log_probs: Any) -> Any:
    log_probs *= -1
    return np.exp(log_probs.mean())


def _floored(floor: float) -> Any:
    return lambda log_probs: np.exp(-np.log(np.exp(log_probs) + floor).mean())


def _of(measure: Any) -> Any:
    return lambda log_probs: np.exp(measure(-log_probs))


MORE = (
    Mistake(
        "changed in place",
        "The perplexity is right, but the log-probabilities that were given have changed.",
        "Which operators write into the array on their left?",
        wrong=_changed,
    ),
    Mistake(
        "mean of the inverse probabilities, overflowing",
        "The inverse probability of each token was computed, and that of a token which was never expected is too large for "
        "a float: the average belongs in front of the exponential.",
        "What has to be averaged, the surprises or their exponentials?",
        wrong=lambda log_probs: sum(math.exp(-x) for x in log_probs.ravel()) / log_probs.size,
    ),
    Mistake(
        "logarithm of an underflowed product",
        "The probabilities were multiplied: the product of a thousand of them is 0 in floating point, and 0 has no "
        "logarithm.",
        "What does a product become when you take logarithms?",
        wrong=lambda log_probs: math.exp(-math.log(math.prod(np.exp(log_probs).ravel())) / log_probs.size),
    ),
    *(
        Mistake(
            f"floor of {floor}",
            f"A small number ({floor}) was added to the probabilities: a token that was never expected seems less surprising "
            "than it was.",
            "Do you need the probabilities at all?",
            wrong=_floored(floor),
        )
        for floor in _FLOORS
    ),
    Mistake(
        "never expected tokens left out",
        "Tokens whose probability is 0 in floating point were left out, and they are the ones that surprise most.",
        "Do you need the probabilities at all?",
        wrong=lambda log_probs: np.exp(-log_probs[np.exp(log_probs) > 0].mean()),
    ),
    Mistake(
        "power of 10",
        "The mean surprise is in nats, but it became the exponent of 10.",
        "With which base were the logarithms taken?",
        edits=((".exp(-log_probs.mean())", ".power(10.0, -log_probs.mean())"),),
    ),
    Mistake(
        "in bits, then exponential",
        "The mean surprise was turned into bits, and then the exponential of it was taken as if it were in nats.",
        "Which power undoes a logarithm to base 2?",
        wrong=_of(lambda surprise: surprise.mean() / np.log(2)),
    ),
    Mistake(
        "negative perplexity",
        "The number is below 0: the sign was turned round after the exponential, where it belongs to the logarithm.",
        "What has to be positive before the exponential is taken?",
        wrong=lambda log_probs: -np.exp(log_probs.mean()),
    ),
    Mistake(
        "mean probability",
        "This is the mean of the probabilities, a number below 1.",
        "How many equally likely tokens would be as hard to predict?",
        edits=((".exp(-log_probs.mean())", ".exp(log_probs).mean()"),),
    ),
    Mistake(
        "mean surprise with its sign turned",
        "This is the mean log-probability, a number below 0.",
        "Which function turns a surprise back into a number of choices?",
        wrong=lambda log_probs: log_probs.mean(),
    ),
    Mistake(
        "not averaged",
        "Each token has a number of its own, one over its probability; one number was asked for.",
        "Where is the mean taken?",
        edits=((".exp(-log_probs.mean())", ".exp(-log_probs)"),),
    ),
    Mistake(
        "one number per column",
        "There is a perplexity for each column; one was asked for, of all tokens together.",
        "Over which axes should the mean go?",
        edits=((".exp(-log_probs.mean())", ".exp(-log_probs.mean(axis=0))"),),
    ),
    Mistake(
        "mean of the columns' perplexities",
        "Each column got a perplexity, and those were averaged: the exponential has to come after the last mean.",
        "Is the mean of exponentials the exponential of the mean?",
        wrong=lambda log_probs: np.exp(-log_probs.mean(axis=0)).mean(),
    ),
    Mistake(
        "divided by the columns",
        "The total surprise was divided by the length of the last axis, where the number of tokens belongs.",
        "How many tokens are in an array of 3 rows and 5 columns?",
        edits=(("log_probs.mean()", "log_probs.sum() / log_probs.shape[-1]"),),
    ),
    Mistake(
        "median",
        "The median of the surprises was taken, where the mean was asked for.",
        "Does a token that was never expected change your number?",
        wrong=_of(np.median),
    ),
    Mistake(
        "one token too few",
        "The total surprise was divided by one less than the number of tokens.",
        "By how many does one divide for a mean of three numbers?",
        wrong=_of(lambda surprise: surprise.sum() / (surprise.size - 1)),
    ),
    Mistake(
        "one token too many",
        "The total surprise was divided by one more than the number of tokens.",
        "By how many does one divide for a mean of three numbers?",
        wrong=_of(lambda surprise: surprise.sum() / (surprise.size + 1)),
    ),
    Mistake(
        "first token left out",
        "The first token does not count, and yet the model gave a probability to each one here.",
        "How many tokens has the text?",
        wrong=_of(lambda surprise: surprise.ravel()[1:].mean()),
    ),
    Mistake(
        "last row only",
        "Only the last row counts, where all tokens together were asked for.",
        "Over which axes should the mean go?",
        wrong=_of(lambda surprise: surprise[-1].mean()),
    ),
    Mistake(
        "largest surprise",
        "This is the inverse probability of the most surprising token; the mean surprise was asked for.",
        "How do the other tokens enter?",
        wrong=_of(np.max),
    ),
)
