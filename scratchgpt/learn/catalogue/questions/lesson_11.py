"""Recall questions of lesson 11."""

import math

import numpy as np

from ....corpus.batches import Batches
from ....corpus.minhash import MinHash
from ....ops.cross_entropy import cross_entropy_forward
from ...questions import Question


def _shared_band() -> float:
    return MinHash.draw(np.random.default_rng(0), bands=32, rows=4).pair_probability(0.5)


def _predictions() -> int:
    """Targets of one batch of 8 windows with 65 characters in each."""
    _, targets = Batches(np.zeros(1000, np.uint16), batch_size=8, block_size=64).at(0)
    return targets.size


def _uniform_loss() -> float:
    """The loss of a model that has no preference among 76 characters."""
    loss, _ = cross_entropy_forward(np.zeros((1, 1, 76)), np.array([[3]]))
    return float(loss)


QUESTIONS = (
    Question(
        "11.q1",
        "Two documents have the similarity 0.5. Signatures are cut into 32 bands of 4 rows. With what "
        "probability do the two share at least one band?",
        _shared_band,
        {
            0.0625: "That is one given band, 0.5 to the power of 4: there are 32 chances.",
            2.0: "That is the expected number of shared bands; the probability of at least one is smaller.",
            0.1268: "That is the probability that they share none.",
            0.5: "That is the probability that one place of the signatures agrees.",
        },
    ),
    Question(
        "11.q2",
        "A batch is 8 windows of 65 characters in a row. How many predictions does one step learn from?",
        _predictions,
        {
            520: "The last character of a window is only a target and its first only an input: 65 give 64.",
            8: "One for each window would waste the causal mask: every position predicts its next character.",
            64: "That is one window: there are 8 of them.",
        },
        tolerance=1e-9,
    ),
    Question(
        "11.q3",
        "A fresh model has 76 characters and no preference among them. What is its loss in nats?",
        _uniform_loss,
        {
            math.log2(76): "That is the same surprise in bits: nats use the natural logarithm.",
            76: "That is the perplexity: its logarithm is the loss.",
            1 / 76: "That is the probability of each character: the loss is minus its logarithm.",
        },
        tolerance=1e-2,
    ),
)
