"""02.5: perplexity."""

import numpy as np

from ...worked.likelihood import perplexity
from ..exercise import Exercise, Mistake, Probe
from ._ex02_more_perplexity import MORE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(5)
    return [
        Probe("basic", (np.log(rng.uniform(0.02, 0.9, 7)),)),
        Probe("three texts", (np.log(rng.uniform(0.02, 0.9, (3, 5))),)),
        Probe("one token", (np.log(np.array([0.3])),)),
        Probe("certain", (np.zeros(4),)),
        Probe("a long text", (np.log(rng.uniform(0.02, 0.9, 2000)),)),
        Probe("one token that was never expected", (np.array([*np.linspace(-2.0, -0.1, 39), -800.0]),)),
    ]


PERPLEXITY = Exercise(
    id="02.5",
    reference=perplexity,
    task="""
    The perplexity of a text: the number of equally likely tokens that would be as hard to predict as its
    tokens were, on average.

    log_probs: array of any shape, float: the natural logarithm of the probability that the model gave to
    each token that really came, all at most 0. All tokens count the same, whichever row they are in.
    Return one number: the exponential of the mean surprise, 1 at least. A text may have thousands of
    tokens, and a token may have a probability too small to be written down; the mean surprise stays below 80.
    Do not modify log_probs.

    Two tokens with the probabilities 0.40 and 0.60, then one with 0.30, then four sides of a die:

    >>> round(float(perplexity(np.log(np.array([0.40, 0.60])))), 2)
    2.04
    >>> round(float(perplexity(np.log(np.array([0.30])))), 2)
    3.33
    >>> round(float(perplexity(np.full(4, np.log(1 / 6)))), 6)
    6.0
    """,
    probes=probes,
    returns=("perplexity",),
    mistakes=(
        Mistake(
            "exponential forgotten",
            "This is the mean surprise in nats: for one token of probability 0.30 it is 1.204, and the perplexity 3.33.",
            "Which function turns a surprise back into a number of choices?",
            edits=(("array_module(log_probs).exp(-log_probs.mean())", "-log_probs.mean()"),),
        ),
        Mistake(
            "sign",
            "The number is below 1: it is the typical probability of a token, and the perplexity is one over it.",
            "Should a text that is harder to predict have a larger or a smaller perplexity?",
            edits=((".exp(-log_probs", ".exp(log_probs"),),
        ),
        Mistake(
            "sum for mean",
            "The surprises were added and not averaged: twice the text, and the number is squared.",
            "Would two copies of the same text be harder to predict, token by token?",
            edits=(("log_probs.mean()", "log_probs.sum()"),),
        ),
        Mistake(
            "power of 2",
            "The mean surprise is in nats, but it became the exponent of 2, as if it were in bits.",
            "With which base were the logarithms taken?",
            edits=((".exp(-log_probs.mean())", ".exp2(-log_probs.mean())"),),
        ),
        Mistake(
            "mean of the inverse probabilities",
            "The inverse probabilities were averaged: one token that was never expected outweighs all others.",
            "What has to be averaged, the surprises or their exponentials?",
            edits=((".exp(-log_probs.mean())", ".exp(-log_probs).mean()"),),
        ),
        Mistake(
            "inverse of the mean probability",
            "The probabilities were averaged: one token that was never expected hardly counts.",
            "What has to be averaged, the surprises or the probabilities?",
            edits=((".exp(-log_probs.mean())", ".exp(log_probs).mean() ** -1"),),
        ),
        Mistake(
            "underflowed product",
            "The probabilities were multiplied: the product of a thousand of them is 0 in floating point, and the "
            "perplexity infinite.",
            "What does a product become when you take logarithms?",
            edits=((".exp(-log_probs.mean())", ".exp(log_probs).prod() ** (-1 / log_probs.size)"),),
        ),
        Mistake(
            "one over an underflowed product",
            "The probabilities were multiplied: the product of a thousand of them is 0 in floating point, and 1 cannot be "
            "divided by it.",
            "What does a product become when you take logarithms?",
            edits=(
                (
                    "array_module(log_probs).exp(-log_probs.mean())",
                    "(1 / float(array_module(log_probs).exp(log_probs).prod())) ** (1 / log_probs.size)",
                ),
            ),
        ),
        Mistake(
            "one number per row",
            "There is a perplexity for each row; one was asked for, of all tokens together.",
            "Over which axes should the mean go?",
            edits=((".exp(-log_probs.mean())", ".exp(-log_probs.mean(axis=-1))"),),
        ),
        Mistake(
            "mean of perplexities",
            "Each row got a perplexity, and those were averaged: the exponential has to come after the last mean.",
            "Is the mean of exponentials the exponential of the mean?",
            edits=((".exp(-log_probs.mean())", ".exp(-log_probs.mean(axis=-1)).mean()"),),
        ),
        Mistake(
            "divided by the rows",
            "The total surprise was divided by the number of rows, where the number of tokens belongs.",
            "How many tokens are in an array of 3 rows and 5 columns?",
            edits=(("log_probs.mean()", "log_probs.sum() / len(log_probs)"),),
        ),
        Mistake(
            "logarithm taken again",
            "The logarithm was taken once more, of numbers that are logarithms already: below 0 there is none.",
            "Are the numbers that you get probabilities or logarithms?",
            edits=((".exp(-log_probs.mean())", ".exp(-array_module(log_probs).log(log_probs).mean())"),),
        ),
        *MORE,
    ),
    hints=(
        "A surprise is the logarithm with its sign turned round. What is the mean surprise of 0.40 and 0.60?",
        "Stay with logarithms as long as you can: the product of two thousand probabilities is 0 in floating point.",
        "One mean over all tokens, one sign, one exponential at the very end.",
    ),
    difficulty=1,
    minutes=5,
    importance=4,
    lines=1,
)
