"""Recall questions: at least three a lesson, and every named wrong value is what its reason says it is."""

import math
from collections import Counter

import numpy as np
import pytest

from scratchgpt.config import GPTConfig
from scratchgpt.costs import parameters_by_part
from scratchgpt.learn.catalogue.questions import QUESTIONS
from scratchgpt.learn.catalogue.questions.lesson_12 import LOGITS, SHARES
from scratchgpt.ops.softmax import softmax

PARTS = parameters_by_part(GPTConfig())  # GPT-2 small
ALL = sum(PARTS.values())
Y = 0.7645  # what the network of lesson 01 predicts
TEXT = [*5 * ["low"], *2 * ["lowest"], *3 * ["newer"], *2 * ["wider"]]
CAFE = "café 🙂"
L2, L1 = -0.45, -12.3 / 25

# The wrong values of each question, in their order, by the calculation that the reason speaks of. Where a
# question asks for a word there is nothing to compute.
WRONG = {
    "00.q1": (1, 256, GPTConfig().vocab_size),
    "00.q2": (1, 4096, 60 + 1),
    "01.q1": (1 - Y, -1 / Y, -(1 - Y) * Y * (1 - Y), Y * (1 - Y)),
    "01.q2": (
        -(math.log(1 / 3) + 2 * math.log(2 / 3)) / 3,
        math.log(2),
        math.log(2) / 2,
        3 * math.log(2) / 4,
    ),
    "02.q1": (-math.log(0.4 * 0.6), -math.log(0.4 * 0.6) / 2, 1 / (0.4 * 0.6), 2 / (0.4 + 0.6)),
    "02.q2": (math.log2(4096), 4096, 0, 1 / 4096),
    "02.q3": (1 - 0.2, 0.2, -1 / 0.2, math.log(0.2)),
    "03.q1": (-(0.2 + 0.4), 0.2, 0.4 + 0.4 - 1, (0 + 1 + 1) / 3),
    "03.q3": (20 / (20 + 5), 20 / 5, -math.log(20 / 5), math.log(20)),
    "04.q1": (
        sum("er" in word for word in set(TEXT)),
        TEXT.count("newer"),
        sum("er" in word for word in TEXT) + TEXT.count("lowest"),
    ),
    "04.q3": (len(CAFE), len(CAFE.encode("utf-16-le")) // 2, len(CAFE.encode()) - 1),
    "04.q4": (50_257, 50_257 - 1, 50_257 - 256),
    "05.q1": (0.4, (0.5 - 0.2 + 0.4) / 3, 0.5 + 0.2 + 0.4, 0.5),
    "05.q2": (math.factorial(3), 3, 2),
    "05.q3": (1, 2, 3),
    "05.q4": (64, math.sin(1) ** 2 + math.cos(1) ** 2, math.sqrt(64)),
    "06.q2": (64, 1, 64 * 64, 1 / math.sqrt(64)),
    "07.q1": (0.5 * 3, 0.5 * (1 - 0.5) * 3, 3),
    "07.q2": (2 / 2, 1 / 2, math.sqrt(2), 0),
    "08.q1": (10, 10 + 3, 1 / 10),
    "08.q2": (1, 1 / 4, 4),
    "08.q4": (5, 5 * (1 - 0.2), 5 / 0.2),
    "09.q1": (40_000 * 768 + 512 * 768, 40_000 + 768, 40_000 * 768 / 2),
    "09.q2": (3, 5 - 3, 1),
    "09.q3": (8 / 12, PARTS["attention"] / ALL, 50_257 * 768 / ALL),
    "10.q1": (2 / 1, 1 / 25, 2 / (1 + 25)),
    "10.q2": (0.3, 0.3 / (1 - 0.9), 0.3 * 0.9),
    "10.q3": (1 - 0.9, 1 / (1 - 0.9), 1 / math.sqrt(1 - 0.999), math.sqrt(1 - 0.999) / (1 - 0.9)),
    "11.q1": (0.5**4, 32 * 0.5**4, (1 - 0.5**4) ** 32, 0.5),
    "11.q2": (8 * 65, 8, 65 - 1),
    "11.q3": (math.log2(76), 76, 1 / 76),
    "12.q1": (
        softmax(np.array(LOGITS))[0],
        softmax(0.5 * np.array(LOGITS))[0],
        softmax(np.array(LOGITS))[0] / 2,
    ),
    "12.q2": ((np.cumsum(SHARES) < 0.75).sum(), (np.cumsum(SHARES) < 0.75).sum() + 2, 1),
    "12.q3": (
        12 * 768 * 1024 * 4 / 2**20,
        2 * 768 * 1024 * 4 / 2**20,
        2 * 12 * 768 * 1024 / 2**20,
        2 * 12 * 12 * 768 * 1024 * 4 / 2**20,
    ),
    "13.q1": (1024**2 * 4 / 1e6, 12 * 1024**2 / 1e6, 12 * 12 * 1024**2 * 4 / 1e6),
    "13.q3": (20 * 1.25, 20 / 1.25, 20, 20 ** (1 / 1.25)),
    "14.q1": (8 + 7, 8 + 7 + 3 - 1, 8 + 7 + 4),
    "14.q3": (L2 + 0.5 * -12.3, L2 + L1, L2 - 0.5 * L1),
}


def test_every_lesson_asks_at_least_three():
    asked = Counter(question.id[:2] for question in QUESTIONS)
    assert {f"{lesson:02}" for lesson in range(15)} <= set(asked)
    assert min(asked.values()) >= 3


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_every_wrong_value_is_what_its_reason_says(question):
    if isinstance(question.right(), str):
        assert all(isinstance(value, str) for value in question.named)
        assert question.id not in WRONG
        return
    np.testing.assert_allclose(list(question.named), WRONG[question.id], rtol=1e-3, atol=1e-12)
