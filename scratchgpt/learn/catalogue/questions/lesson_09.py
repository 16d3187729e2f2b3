"""Recall questions of lesson 09."""

import dataclasses

from ....config import GPTConfig
from ....costs import parameters_by_part
from ...questions import Question


def _embedding_shares() -> int:
    """What tying saves in GPT-2 small's shape with GPT-1's vocabulary of 40,000."""
    tied = GPTConfig(vocab_size=40_000, block_size=512)
    untied = dataclasses.replace(tied, tied=False)
    return sum(parameters_by_part(untied).values()) - sum(parameters_by_part(tied).values())


QUESTIONS = (
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
