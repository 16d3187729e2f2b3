"""Recall questions of lesson 02."""

import math

import numpy as np

from ....ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from ...questions import Question


def _pull_on_the_target() -> float:
    """The gradient at the target's logit when the model gave it 0.2."""
    logits = np.log(np.array([[0.7, 0.2, 0.1]]))
    _, cache = cross_entropy_forward(logits, np.array([1]))
    return float(cross_entropy_backward(np.float64(1), cache)[0, 1])


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
        "02.q2",
        "A model with 4,096 tokens has learned nothing: all are equally likely. What is its loss, in nats?",
        lambda: math.log(4096),
        {
            12.0: "That is the same surprise in bits: the natural logarithm gives nats.",
            4096.0: "That is the perplexity: the loss is its logarithm.",
            0.0: "A loss of 0 would mean that it is certain and right each time.",
            1
            / 4096: "That is the probability of each token: how surprising is an event of that probability?",
        },
        tolerance=2e-3,
    ),
    Question(
        "02.q3",
        "A model predicts (0.7, 0.2, 0.1), and the second token came. What is the gradient of the loss at the "
        "second logit?",
        _pull_on_the_target,
        {
            0.8: "The size is right. Which way must the logit of what came move to make the loss smaller?",
            0.2: "That is what was predicted: what came has not been taken away from it.",
            -5.0: "That is the slope against the probability, -1 / 0.2: the softmax stands between it and the "
            "logit.",
            -1.6094: "That is log 0.2, minus the loss itself: asked for is its slope.",
        },
        tolerance=2e-3,
    ),
)
