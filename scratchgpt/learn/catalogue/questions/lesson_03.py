"""Recall questions of lesson 03."""

import math

import numpy as np

from ....worked.word2vec import naive_softmax_backward, naive_softmax_forward
from ...questions import Question


def _second_coordinate() -> float:
    """The second coordinate of dv in the example with three words."""
    U = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    _, cache = naive_softmax_forward(np.array([math.log(2), 0.0]), 0, U)
    return float(naive_softmax_backward(np.float64(1), cache)[0][1])


def _what_moves_from_zero() -> str:
    """Which vectors have a gradient when all are 0."""
    _, cache = naive_softmax_forward(np.zeros(2), 0, np.zeros((3, 2)))
    dv, dU = naive_softmax_backward(np.float64(1), cache)
    names = {(True, True): "both", (True, False): "V", (False, True): "U", (False, False): "neither"}
    return names[bool(dv.any()), bool(dU.any())]


QUESTIONS = (
    Question(
        "03.q1",
        "Three words have the outside vectors (1, 0), (0, 1), (1, 1), and the model expects them with the "
        "probabilities 0.4, 0.2, 0.4. The first one comes. What is the second coordinate of dv?",
        _second_coordinate,
        {
            -0.6: "That is the one that came minus the expected one: the step, which goes against the gradient.",
            0.2: "That counts only the second word: the third has a second coordinate as well.",
            -0.2: "That is the first coordinate.",
            0.6667: "That is the plain mean of the second coordinates: each counts by its probability.",
        },
        tolerance=2e-3,
    ),
    Question(
        "03.q2",
        "All vectors in V and U start at 0. Which of them have a gradient that is not 0: V, U, both or neither?",
        _what_moves_from_zero,
        {
            "both": "The errors are not 0. But by what is an error multiplied to give each gradient?",
            "U": "The gradient of an outside vector is an error times v. What is v?",
            "V": "The gradient of v is a sum of outside vectors, each times an error. What are they?",
        },
    ),
    Question(
        "03.q3",
        "With negative sampling a pair of words came 20 times and was drawn 5 times as a negative. Which score "
        "u . v makes the loss of this pair smallest?",
        lambda: math.log(20 / 5),
        {
            0.8: "That is the probability of 'came', 20 of 25: the score is what the sigmoid turns into it.",
            4.0: "That is the quotient of the two counts: the score is its logarithm.",
            -1.3863: "The size is right. A pair that came more often than it was drawn: is its score below 0?",
            2.9957: "That is log 20: how often the pair was drawn matters too.",
        },
        tolerance=2e-3,
    ),
)
