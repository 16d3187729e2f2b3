"""Recall questions of lesson 10."""

from ....worked.adam_by_hand import young_averages
from ....worked.ravine import Ravine
from ...questions import Question


def _largest_rate() -> float:
    """The learning rate at which |1 - lr h| is 1 in the steepest direction."""
    return 2 / max(Ravine((1.0, 25.0)).curvatures)


def _heavy_ball_rate(lr: float, beta: float) -> float:
    """What makes the steps of the heavy ball, 1/(1 - beta) times as long, those of the average."""
    return lr * (1 - beta)


def _first_step() -> float:
    return float(young_averages(1, (0.9, 0.999)).uncorrected[0])


QUESTIONS = (
    Question(
        "10.q1",
        "A loss has curvature 1 along a ravine and 25 across it. From which learning rate on does plain gradient "
        "descent diverge?",
        _largest_rate,
        {
            2.0: "That is the limit of the flat direction: the steep one gives way long before.",
            0.04: "With that rate the steep direction lands on the floor in one step: not yet the limit.",
            0.0769: "That is the rate at which both directions shrink equally fast: the best one, not the last one.",
        },
    ),
    Question(
        "10.q2",
        "A recipe averages gradients, m = 0.9 m + 0.1 g, with learning rate 0.3. Your framework has "
        "m = 0.9 m + g. Which learning rate gives the same run?",
        lambda: _heavy_ball_rate(0.3, 0.9),
        {
            0.3: "Then every step is ten times as long: the second form adds gradients up, it does not average.",
            3.0: "The wrong way round: the second form takes the longer steps already.",
            0.27: "That multiplies by beta: it is 1 - beta by which one form is the other.",
        },
    ),
    Question(
        "10.q3",
        "Adam with betas 0.9 and 0.999 and without any bias correction: how many times too large is its first step?",
        _first_step,
        {
            0.1: "That is m alone: it is ten times too small, but what does the root of v do below it?",
            10.0: "That is what m lacks, and it makes the step smaller: look at the denominator too.",
            31.62: "That is the denominator alone: the numerator is too small as well.",
            0.3162: "The quotient upside down: which of the two averages is further from its goal?",
        },
    ),
)
