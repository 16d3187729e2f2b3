"""Recall questions of lesson 12."""

import numpy as np

from ....config import GPTConfig
from ....costs import kv_bytes_per_token
from ....ops.softmax import softmax
from ....sampling import apply_temperature, top_p
from ...questions import Question

LOGITS = (2.0, 1.0, 0.5)
SHARES = (0.40, 0.25, 0.15, 0.12, 0.08)


def _sharpened() -> float:
    """Probability of the first of three tokens at temperature 0.5."""
    return float(softmax(apply_temperature(np.array(LOGITS), 0.5))[0])


def _nucleus() -> int:
    """How many of five tokens top-p keeps at p = 0.75."""
    return int(np.isfinite(top_p(np.log(SHARES), 0.75)).sum())


QUESTIONS = (
    Question(
        "12.q1",
        "Three tokens have the logits 2, 1 and 0.5. What is the probability of the first at temperature 0.5?",
        _sharpened,
        {
            0.6285: "That is temperature 1: the logits have to be divided first.",
            0.4810: "That is temperature 2: the logits were multiplied by 0.5, not divided by it.",
            0.3142: "That halves the probability itself; the temperature acts before the softmax.",
        },
        tolerance=5e-3,
    ),
    Question(
        "12.q2",
        "Five tokens have the probabilities 0.40, 0.25, 0.15, 0.12, 0.08. How many does top-p with p = 0.75 keep?",
        _nucleus,
        {
            2: "These two have 0.65 together, and the set has to reach p.",
            4: "One too many: the set is the smallest one that reaches p.",
            1: "A token does not need the probability p by itself: the set has to reach it.",
        },
        tolerance=1e-9,
    ),
    Question(
        "12.q3",
        "GPT-2 small has 12 layers of width 768. How many MiB does its KV cache hold at 1,024 tokens, in fp32?",
        lambda: 1024 * kv_bytes_per_token(GPTConfig()) / 2**20,
        {
            36: "That is one of the two: keys and values are both kept.",
            6: "That is one layer: each of them has keys and values of its own.",
            18: "That counts numbers in millions, not bytes: fp32 takes four bytes for each.",
            864: "That counts the heads twice: the width is already that of all heads together.",
        },
        tolerance=1e-3,
    ),
)
