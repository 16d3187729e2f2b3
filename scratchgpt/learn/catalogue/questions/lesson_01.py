"""Recall questions of lesson 01."""

import numpy as np

from ....worked.network_2_2_1 import PAPER, PAPER_X, PAPER_Y, every_gradient
from ....worked.xor import INPUTS, TARGETS, XorNetwork, xor_step
from ....worked.xor_many import shared_loss
from ...questions import Question


def _after_a_step() -> str:
    """What one step does to the weights that lead into a hidden unit which is off for all four inputs."""
    W1 = np.array([[1.0, -0.3], [-1.0, -0.8]])
    start = XorNetwork(W1, np.zeros(2), np.ones((2, 1)), np.zeros(1))
    stepped, _ = xor_step(start, INPUTS, TARGETS, lr=0.5)
    change = np.abs(stepped.W1[:, 1]) - np.abs(W1[:, 1])
    return "stay" if not change.any() else "grow" if (change > 0).all() else "shrink"


QUESTIONS = (
    Question(
        "01.q1",
        "The network predicts y_hat = 0.7645, and the right answer is 1. If z2, the number before the "
        "sigmoid, grows a little, how fast does the loss change? Give the slope, with its sign.",
        lambda: every_gradient(PAPER_X, PAPER_Y, PAPER)["z2"],
        {
            0.2355: "With a larger z2 the prediction comes nearer to 1: does the loss grow then?",
            -1.308: "That is the slope in y_hat. Between z2 and y_hat stands the sigmoid, with a slope too.",
            -0.0424: "There the slope of the sigmoid was multiplied in twice.",
            0.18: "That is the slope of the sigmoid alone: what does the loss do with it?",
        },
    ),
    Question(
        "01.q2",
        "A network gives three of the four XOR inputs one and the same probability, the best it can find for "
        "them, and is right about the fourth. At what loss (mean of the four, in nats) does it stop?",
        lambda: shared_loss([[0, 1, 1], [0]]),
        {
            0.6365: "That is the loss of the three. The mean is over four, and the fourth costs nothing.",
            0.6931: "That is the loss when all four share a probability of one half.",
            0.3466: "That is the loss when two are right and two share a probability of one half.",
            0.5199: "For the three, one half is not the best: two of them want the same answer.",
        },
        tolerance=2e-3,
    ),
    Question(
        "01.q3",
        "The weights into a hidden unit of the XOR network are -0.3 and -0.8, its bias is 0. What will the "
        "next step make of these two weights: do they grow in size, shrink, or stay as they are?",
        _after_a_step,
        {
            "grow": "Compute the unit's sum for each of the four inputs: is there any for which it is on?",
            "shrink": "There is no pull towards 0 in this loss. What does the slope of ReLU do to the error?",
        },
    ),
)
