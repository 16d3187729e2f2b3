"""Recall questions of lesson 08."""

import numpy as np

from ....ops.dropout import dropout_forward
from ....ops.layernorm import layernorm_backward, layernorm_forward
from ....worked.depth import mean_depth
from ...questions import Question

_X = np.array([1.0, 2.0, 4.0, 9.0])


def _scaled_and_shifted() -> float:
    """How many times as large the normalised vector of 10 x + 3 is as that of x."""
    before, after = (layernorm_forward(x, np.ones(4), None, eps=0.0)[0] for x in (_X, 10 * _X + 3))
    return float(np.linalg.norm(after) / np.linalg.norm(before))


def _gradient_of_ones() -> float:
    """The largest entry of dx when each entry of dy is 1 and each gain is 1."""
    _, cache = layernorm_forward(_X, np.ones(4), None)
    return round(float(np.abs(layernorm_backward(np.ones(4), cache)[0]).max()), 12)


def _lost_without_a_residual() -> str:
    run = mean_depth(12, "norm", seeds=1)
    size_lost, gradient_lost = run.stream[-1] < 0.01, run.gradient[0] < 0.01
    return (
        "size"
        if size_lost
        else "gradient"
        if gradient_lost
        else "positions"
        if run.alike[-1] > 0.99
        else "none"
    )


def _kept_number() -> float:
    y, _ = dropout_forward(np.full(100, 5.0), 0.2, np.random.default_rng(0))
    return float(y.max())


QUESTIONS = (
    Question(
        "08.q1",
        "Every entry of a vector is multiplied by 10, then 3 is added to it. How many times as large is the vector "
        "after layer normalisation (eps = 0, gain 1, bias 0) as the normalised vector was before?",
        _scaled_and_shifted,
        {
            10: "The deviation is ten times as large as well: what is divided by what?",
            13: "An offset moves the mean with it, so it is subtracted again; and the factor stands in both.",
            0.1: "The numerator grows too, not the deviation alone.",
        },
    ),
    Question(
        "08.q2",
        "Gain 1, and the gradient from above is 1 in every channel. What is the largest entry of the gradient of x "
        "behind layer normalisation?",
        _gradient_of_ones,
        {
            1: "That is the direct way, without 1/s. Which of the other two ways does a constant gradient take?",
            0.25: "That is what goes through the mean, for one of four channels: it is subtracted from something.",
            4: "Nothing is summed over the channels without being divided by their number.",
        },
    ),
    Question(
        "08.q3",
        "Twelve blocks with a norm before each sub-layer but without residual connections, at random weights. What "
        "is lost on the way: the size of the vectors, the gradient, or the difference between positions? (size, "
        "gradient, positions)",
        _lost_without_a_residual,
        {
            "size": "Each sub-layer reads vectors of variance 1: its output cannot shrink block by block.",
            "gradient": "So one expects; but each norm divides by a small deviation on the way back, which makes up for it.",
        },
    ),
    Question(
        "08.q4",
        "A hidden number is 5, dropout has p = 0.2. In training the number is kept. What does the next layer see?",
        _kept_number,
        {
            5: "Then the mean over all masks would be 4, and without dropout the layer would see 5.",
            4: "That scales down what is kept: the mean over all masks would be 3.2.",
            25: "Divided by the share that is dropped: which share is kept?",
        },
    ),
)
