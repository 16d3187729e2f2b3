"""Known mistakes of F.9, the way back through a norm: those of lesson 08."""

from ...worked.film_by_hand_gradients import film_layernorm_backward
from ..exercise import Mistake
from ._ex08_layernorm_backward import EXERCISE as LESSON_08
from ._project_film_borrowed import borrowed, edited, from_normalised_rows
from ._unpaired import unpaired

_BORROWED = borrowed(
    LESSON_08,
    from_normalised_rows,
    but=(
        # x and its mean are not in the film's cache, there is no batch, and a bias is always there.
        "mean kept in the normalised vector",
        "gradient of the gain from x",
        "gradient of the gain from the centred x",
        "gradient of the gain with the mean kept",
        "share along x itself",
        "rstd computed again",
        "rstd computed again with 1e-6",
        "rstd computed again with 1e-8",
        "rstd computed again without eps",
        "parameters summed over one axis",
        "parameters divided by the batch",
        "parameters over the first axis, vectors aside",
        "parameters over two axes",
        "bias over the first axis only",
        "a gradient for no bias",
        "zeros for no bias",
        "truth of an array",
    ),
)

_MEAN, _SHARE = "d.mean(axis=1, keepdims=True)", "(d * x_hat).mean(axis=1, keepdims=True)"
_AXIS = "Over which numbers did the forward pass take its mean and its variance?"

LAYERNORM_BACKWARD = (
    *edited(
        _BORROWED,
        {
            "mean path cut": ((f" - {_MEAN}", ""),),
            "variance path cut": ((f" - x_hat * {_SHARE}", ""),),
            "gain forgotten": (("d = dy * gain", "d = dy"),),
            "deviation forgotten": (("rstd * (d - d.mean", "(d - d.mean"),),
            "gain averaged": (("(dy * x_hat).sum(axis=0)", "(dy * x_hat).mean(axis=0)"),),
        },
    ),
    *unpaired(
        film_layernorm_backward,
        (
            Mistake(
                "means over the positions",
                "Both means were taken over the positions, one for each channel; each row has its own.",
                _AXIS,
                edits=((_MEAN, "d.mean(axis=0)"), (_SHARE, "(d * x_hat).mean(axis=0)")),
            ),
            Mistake(
                "first mean over the positions",
                "The gradient's mean was taken over the positions, one for each channel; each row has its own.",
                _AXIS,
                edits=((_MEAN, "d.mean(axis=0)"),),
            ),
            Mistake(
                "second mean over the positions",
                "On the way through the variance the mean was taken over the positions; each row has its own.",
                _AXIS,
                edits=((_SHARE, "(d * x_hat).mean(axis=0)"),),
            ),
            Mistake(
                "means of C - 1",
                "Both means were divided by one fewer than there are channels.",
                "Among how many numbers did the forward pass share out?",
                edits=(
                    (_MEAN, "d.sum(axis=1, keepdims=True) / (d.shape[1] - 1)"),
                    (_SHARE, "(d * x_hat).sum(axis=1, keepdims=True) / (d.shape[1] - 1)"),
                ),
            ),
            Mistake(
                "second mean of C - 1",
                "On the way through the variance the mean was divided by one fewer than there are channels.",
                "Among how many numbers did the forward pass share out?",
                edits=((_SHARE, "(d * x_hat).sum(axis=1, keepdims=True) / (d.shape[1] - 1)"),),
            ),
            Mistake(
                "parameters with an axis too many",
                "The gradients of gain and bias have kept the axis of the positions, with length 1.",
                "Which shape have gain and bias?",
                edits=(
                    ("(dy * x_hat).sum(axis=0)", "(dy * x_hat).sum(axis=0, keepdims=True)"),
                    ("dy.sum(axis=0)", "dy.sum(axis=0, keepdims=True)"),
                ),
            ),
            Mistake(
                "axis lost in the means",
                "The means have lost the axis that they were taken over, so they meet the wrong axis of the rows.",
                "Which option of a mean keeps the axis, with length 1?",
                edits=((_MEAN, "d.mean(axis=1)"), (_SHARE, "(d * x_hat).mean(axis=1)")),
            ),
            Mistake(
                "gain at the end, twice",
                "The gain was multiplied in before the means and once more at the end.",
                "How often does the gain act on the way up?",
                edits=(("dx = rstd * (", "dx = rstd * gain * ("),),
            ),
            Mistake(
                "parameters divided by the channels",
                "The gradients of gain and bias were divided by the number of channels.",
                "How many positions did each gain serve, and what does the chain rule do with them?",
                edits=(
                    ("(dy * x_hat).sum(axis=0)", "(dy * x_hat).sum(axis=0) / dy.shape[1]"),
                    ("dy.sum(axis=0)", "dy.sum(axis=0) / dy.shape[1]"),
                ),
            ),
            Mistake(
                "direct path missing",
                "What each number does to its own result is missing: only the paths through mean and variance are there.",
                "In how many ways does a number of a row act on the results?",
                edits=(
                    ("rstd * (d - d.mean(axis=1, keepdims=True)", "rstd * (-d.mean(axis=1, keepdims=True)"),
                ),
            ),
        ),
    ),
)
