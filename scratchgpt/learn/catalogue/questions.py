"""Recall questions of the lessons. Each lesson brings three; these are the first."""

import dataclasses
import math

from ...config import GPTConfig
from ...costs import parameters_by_part
from ..questions import Question


def _embedding_shares() -> int:
    """What tying saves in GPT-2 small's shape with GPT-1's vocabulary of 40,000."""
    tied = GPTConfig(vocab_size=40_000, block_size=512)
    untied = dataclasses.replace(tied, tied=False)
    return sum(parameters_by_part(untied).values()) - sum(parameters_by_part(tied).values())


QUESTIONS = (
    Question(
        "02.q1",
        "A model gives the two tokens of a text the probabilities 0.40 and 0.60. What is the perplexity?",
        lambda: math.exp(-(math.log(0.40) + math.log(0.60)) / 2),
        {
            1.427: "That is the total surprise in nats: it still has to be averaged and exponentiated.",
            0.7136: "That is the mean surprise in nats: its exponential is the perplexity.",
            4.1667: "That is one over the joint probability: the average over the tokens is missing.",
            2.0: "That is one over the mean probability: the mean belongs to the logarithms.",
        },
        tolerance=2e-3,
    ),
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
        "09.q1",
        "How many parameters does a tied head save with 40,000 entries and 768 dimensions?",
        _embedding_shares,
        {
            31_113_216: "That counts the 512 position vectors too, and those are not shared with the head.",
            40_768: "Added, not multiplied: each entry has a vector of 768 numbers.",
            15_360_000: "Half of the matrix: the whole one is saved, since one table serves twice.",
        },
        tolerance=1e-9,
    ),
)
