"""Recall questions of lesson 09."""

import dataclasses

import numpy as np

from ....config import GPTConfig
from ....costs import parameters_by_part
from ....worked.decoder import decoder, decoder_gradients
from ...questions import Question


def _embedding_shares() -> int:
    """What tying saves in GPT-2 small's shape with GPT-1's vocabulary of 40,000."""
    tied = GPTConfig(vocab_size=40_000, block_size=512)
    untied = dataclasses.replace(tied, tied=False)
    return sum(parameters_by_part(untied).values()) - sum(parameters_by_part(tied).values())


def _rows_from_the_head() -> int:
    """How many rows of the table get a gradient from the head of the decoder on paper."""
    head = decoder_gradients(*decoder()).head
    return int((np.abs(head).max(axis=1) > 1e-6).sum())


def _share_of_the_mlp() -> float:
    parts = parameters_by_part(GPTConfig())  # GPT-2 small
    return parts["MLP"] / sum(parts.values())


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
    Question(
        "09.q2",
        "A vocabulary of five words, a text of three different ones, a tied head. How many rows of the table get a "
        "gradient from the head?",
        _rows_from_the_head,
        {
            3: "That is the lookup's part: a row that was not looked up gets nothing from there.",
            2: "Those are the words that were not read. Which words did the softmax give a share?",
            1: "The right word's score is pushed up; what happens to the others, whose shares are too large?",
        },
    ),
    Question(
        "09.q3",
        "Which share of all parameters of GPT-2 small (12 blocks of width 768, 50,257 entries, 1,024 positions) is "
        "in the MLPs? (a number between 0 and 1)",
        _share_of_the_mlp,
        {
            0.6667: "That is the share within a block. The model also has tables.",
            0.2278: "That is attention: four matrices of C x C. How many of that size has an MLP?",
            0.3102: "That is the table of tokens, with 50,257 rows.",
        },
        tolerance=2e-2,
    ),
)
