"""Recall questions of lesson 07."""

import math

import numpy as np

from ....ops.attention import attention_backward, attention_forward
from ....ops.softmax import softmax_backward
from ...questions import Question


def _same_for_all() -> float:
    """The gradient of the first score when all three weights have the gradient 3."""
    return float(softmax_backward(np.full(3, 3.0), np.array([0.5, 0.25, 0.25]))[0])


def _without_gradient() -> str:
    """Which bias has no gradient: its gradient is the sum over positions of dq, dk or dv."""
    q, k, v, dy = np.random.default_rng(0).standard_normal((4, 1, 1, 5, 3))
    gradients = attention_backward(dy, attention_forward(q, k, v)[1])
    sizes = [float(np.abs(one.sum(axis=2)).max()) for one in gradients]
    return ("queries", "keys", "values")[int(np.argmin(sizes))]


QUESTIONS = (
    Question(
        "07.q1",
        "The weights of a row are (0.5, 0.25, 0.25), and each has the gradient 3. What is the gradient of the "
        "first score?",
        _same_for_all,
        {
            1.5: "That is share times gradient: what does the whole row lose when one score grows?",
            0.75: "That uses the slope of the share with respect to its own score: the other two shares "
            "shrink meanwhile, and the loss depends on them too.",
            3: "That hands the gradient through as if softmax were not there.",
        },
    ),
    Question(
        "07.q2",
        "Two gradients are equally long and stand at a right angle. Which error does the checker report, "
        "|a - b| / (|a| + |b|)?",
        lambda: math.hypot(1, 1) / 2,
        {
            1: "That is reached when one is the negative of the other, or one of them is 0.",
            0.5: "How long is the difference of two vectors of length 1 at a right angle?",
            1.4142: "That is the length of the difference: it is divided by the sum of the lengths.",
            0: "That would be two equal gradients.",
        },
    ),
    Question(
        "07.q3",
        "Queries, keys and values each have a bias. Which one never gets a gradient: that of queries, keys or "
        "values?",
        _without_gradient,
        {
            "queries": "It adds to each score something that depends on the key: the shares do change.",
            "values": "It is added to every value, and so to every output: the loss does see it.",
        },
    ),
)
