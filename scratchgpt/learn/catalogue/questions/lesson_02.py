"""Recall questions of lesson 02."""

import math

from ...questions import Question

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
)
