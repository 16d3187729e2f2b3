"""Recall questions of lesson 06."""

import numpy as np

from ....ops.attention import attention_scores_forward
from ....worked.dot_products import saturation
from ...questions import Question


def _deviation() -> float:
    """What attention divides a dot product of 64 numbers by."""
    ones = np.ones((1, 1, 1, 64))
    return 64 / float(attention_scores_forward(ones, ones)[0].item())


def _typical_gradient() -> str:
    """How the median query's gradient without the scale compares with that of a scaled one."""
    plain, scaled = (
        float(saturation((256,), np.random.default_rng(0), scaled=s, n_queries=200).query[0])
        for s in (False, True)
    )
    if plain < scaled / 2:
        return "vanishes"
    return "explodes" if plain > 2 * scaled else "stays"


QUESTIONS = (
    Question(
        "06.q1",
        "Which scores does the causal mask take away: those of earlier, own or later positions?",
        lambda: "later",
        {
            "earlier": "Then a position would see the future and not its past: what is it to predict?",
            "own": "A position may see itself: its own token is known, the next one is to be predicted.",
        },
    ),
    Question(
        "06.q2",
        "A query and a key have 64 independent numbers each, of mean 0 and variance 1. What is the standard "
        "deviation of their dot product?",
        _deviation,
        {
            64: "That is the variance: variances of independent summands add, deviations do not.",
            1: "That holds for one of the products, and for the score after it was divided.",
            4096: "The numbers of both vectors do not multiply: there are as many products as numbers in one.",
            0.125: "That is the factor which brings the dot product back to size 1.",
        },
    ),
    Question(
        "06.q3",
        "Scores are not divided, and a head has 256 numbers. What becomes of the gradient that a typical query "
        'gets? "vanishes", "explodes" or "stays"',
        _typical_gradient,
        {
            "explodes": "The scores are large; but when the largest share is all but 1, how much does a share "
            "change when a score moves a little?",
            "stays": "What does softmax make of scores that spread sixteen times as wide, and what is its "
            "slope there?",
        },
    ),
)
