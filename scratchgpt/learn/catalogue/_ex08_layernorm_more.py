"""08.1: more mistakes of layer normalisation: axes, the width, the cache."""

from ...ops.layernorm import layernorm_forward
from ..exercise import Mistake
from ._unpaired import unpaired

_MEAN = "x.mean(axis=-1, keepdims=True)"
_SQUARES = "(centred * centred).mean(axis=-1, keepdims=True)"
_ROOT = "xp.sqrt((centred * centred).mean(axis=-1, keepdims=True) + eps)"
_CACHE = "LayerNormCache(x, mean, rstd,"
_ALL = "return y, LayerNormCache(x, mean, rstd, weight, bias)"

_HOW_MANY = "How many vectors are there, and how many means have you computed?"
_AXES = "How many axes may an array of vectors have?"
_KEPT = "Which shape should mean and rstd have in the cache?"


def _over(axis: str) -> tuple[tuple[str, str], ...]:
    """Edits: both statistics over another axis."""
    return (
        (_MEAN, f"x.mean(axis={axis}, keepdims=True)"),
        (_SQUARES, f"(centred * centred).mean(axis={axis}, keepdims=True)"),
    )


_MORE = (
    Mistake(
        "one mean and one deviation, repeated",
        "Every vector got the same mean and the same deviation, those of the whole array; each should have its own.",
        _HOW_MANY,
        edits=(
            (_MEAN, "xp.broadcast_to(x.mean(), (*x.shape[:-1], 1))"),
            (_SQUARES, "xp.broadcast_to((centred * centred).mean(), (*x.shape[:-1], 1))"),
        ),
    ),
    Mistake(
        "one deviation about the vectors' means",
        "Each vector has its own mean, but one variance was taken for all of them together.",
        "How many vectors are there, and how many variances have you computed?",
        edits=((_SQUARES, "(centred * centred).mean()"),),
    ),
    Mistake(
        "one deviation of the whole array",
        "Each vector has its own mean, but the variance is that of all numbers of the array.",
        "How many vectors are there, and how many variances have you computed?",
        edits=((_SQUARES, "x.var()"),),
    ),
    Mistake(
        "over the last two axes",
        "Mean and variance were taken over the last two axes, all vectors of a sequence together; each has its own.",
        _HOW_MANY,
        edits=_over("(-2, -1)"),
    ),
    Mistake(
        "over the axis before the last",
        "The statistics were taken along the axis before the last, over the positions, not over a vector's own numbers.",
        "Along which axis do the numbers of one vector lie?",
        edits=_over("-2"),
    ),
    Mistake(
        "over axis 1",
        "The statistics were taken over the second axis: that is a vector's own axis only in a table of rows.",
        _AXES,
        edits=_over("1"),
    ),
    Mistake(
        "over axis 2",
        "The statistics were taken over the third axis: that is right for three axes, and there is none otherwise.",
        _AXES,
        edits=_over("2"),
    ),
    Mistake(
        "axis given back at the wrong place",
        "The axis that the statistics had lost was put back as the second one: that fits a table of rows and nothing else.",
        "Behind which axis does the new one belong when there are three?",
        edits=((_MEAN, "x.mean(axis=-1)[:, None]"), (_SQUARES, "(centred * centred).mean(axis=-1)[:, None]")),
    ),
    Mistake(
        "C - 1 and eps outside the root",
        "This is the deviation of a sample, with eps added behind the root: the squares were shared out among one fewer "
        "than there are, and eps belongs to the variance.",
        "By how many is a variance divided here, and where does eps stand?",
        edits=(
            (
                _ROOT,
                "(xp.sqrt((centred * centred).sum(axis=-1, keepdims=True) / (x.shape[-1] - 1)) + eps)",
            ),
        ),
    ),
    Mistake(
        "the larger of variance and eps",
        "eps was taken as a lower limit of the variance, where it has to be added to it.",
        "What does eps do to a vector that is wide already?",
        edits=((_ROOT, "xp.sqrt(xp.maximum((centred * centred).mean(axis=-1, keepdims=True), eps))"),),
    ),
    Mistake(
        "sum of squares",
        "The squared deviations were added and not averaged: each normalised vector has the length 1 now.",
        "What should the variance be afterwards?",
        edits=(("(centred * centred).mean(", "(centred * centred).sum("),),
    ),
    Mistake(
        "width about zero",
        "The mean was taken away, but the width was measured from 0 and not from the mean.",
        "From where does a variance measure the deviations?",
        edits=(("(centred * centred)", "(x * x)"),),
    ),
    Mistake(
        "multiplied by the deviation",
        "The vectors were multiplied by their deviation: wide ones have become wider still.",
        "Should a wide vector shrink or grow?",
        edits=(("y = centred * rstd", "y = centred / rstd"),),
    ),
    Mistake(
        "upside down",
        "Each vector was taken away from its mean, where the mean has to be taken away from the vector: the signs are turned.",
        "Should the largest number of a vector come out positive or negative?",
        edits=(("centred = x - mean", "centred = mean - x"),),
    ),
    *(
        Mistake(
            f"eps fixed at {eps}",
            f"eps is always {eps}, whatever was asked for.",
            "Which of the arguments have you not used yet?",
            edits=(("keepdims=True) + eps)", f"keepdims=True) + {eps})"),),
        )
        for eps in ("1e-6", "1e-8", "1e-12")
    ),
    Mistake(
        "gain and bias exchanged",
        "The bias scales and the gain shifts: the two have changed places.",
        "Which of the two is 1 for a channel that stays as it is?",
        edits=(("rstd * weight", "rstd * bias"), ("y += bias", "y += weight")),
    ),
    Mistake(
        "gain added",
        "The gain was added to the normalised vector, where it has to multiply it.",
        "What should a gain of 0 do to a channel?",
        edits=(("centred * rstd * weight", "centred * rstd + weight"),),
    ),
    Mistake(
        "one plus the gain",
        "The channels were scaled by one plus the gain, where the gain itself was asked for.",
        "What should a gain of 0 do to a channel?",
        edits=(("centred * rstd * weight", "centred * rstd * (1 + weight)"),),
    ),
    Mistake(
        "bias taken away",
        "The bias was taken away, where it has to be added.",
        "In which direction should a positive bias move a channel?",
        edits=(("y += bias", "y -= bias"),),
    ),
    Mistake(
        "no gain without a bias",
        "Where there is no bias, the gain has been left out as well.",
        "What is to happen with the gain when bias is None?",
        edits=(("        y += bias", "        y += bias\n    else:\n        y = centred * rstd"),),
    ),
    Mistake(
        "truth of an array",
        "It fails when there is a bias: an array of several numbers is neither true nor false.",
        "How do you ask whether something is None?",
        edits=(("if bias is not None:", "if bias:"),),
    ),
    *(
        Mistake(
            key,
            f"The output is right, but where there is no bias the cache holds {what}, not the None that was given.",
            "How will backward know that there was no bias?",
            edits=(("weight, bias)", f"weight, {new} if bias is None else bias)"),),
        )
        for key, what, new in (
            ("zeros cached for no bias", "zeros", "xp.zeros_like(weight)"),
            ("a zero cached for no bias", "the number 0", "0.0"),
        )
    ),
    *(
        Mistake(
            f"{key} cached without its axis",
            f"The output is right, but in the cache {what} lost the last axis, which should be there with length 1.",
            _KEPT,
            edits=((_CACHE, f"LayerNormCache(x, {new},"),),
        )
        for key, what, new in (
            ("both", "mean and rstd have", "mean[..., 0], rstd[..., 0]"),
            ("mean", "the mean has", "mean[..., 0], rstd"),
            ("rstd", "rstd has", "mean, rstd[..., 0]"),
        )
    ),
    *(
        Mistake(
            f"{key} cached",
            f"The output is right, but the cache holds {what} where {wanted} was asked for.",
            asks,
            edits=((_CACHE, f"LayerNormCache({new},"),),
        )
        for key, what, wanted, asks, new in (
            ("centred x", "x without its mean", "x", "What did the task say about x?", "centred, mean, rstd"),
            ("output", "the output", "x", "What did the task say about x?", "y, mean, rstd"),
            ("variance with eps", "the variance", "rstd", "What is rstd?", "x, mean, 1 / rstd**2"),
            ("one over the variance", "one over the variance", "rstd", "What is rstd?", "x, mean, rstd**2"),
            (
                "bare deviation",
                "the deviation without eps",
                "rstd",
                "What is rstd?",
                "x, mean, x.std(axis=-1, keepdims=True)",
            ),
            (
                "rstd before the mean",
                "rstd and the mean",
                "the mean and rstd",
                "In which order do the fields stand?",
                "x, rstd, mean",
            ),
        )
    ),
    Mistake(
        "gain and bias exchanged in the cache",
        "The output is right, but in the cache gain and bias stand in each other's place.",
        "In which order do the fields stand?",
        edits=(("weight, bias)", "bias, weight)"),),
    ),
    Mistake(
        "a plain tuple for the cache",
        "The output is right, but the cache is a tuple without the names of its fields.",
        "Which type was the cache to have?",
        edits=((_ALL, "return y, (x, mean, rstd, weight, bias)"),),
    ),
    Mistake(
        "no cache",
        "The output is there, but nothing for backward: a pair of output and cache was asked for.",
        "What does backward need beside the gradient from above?",
        edits=((_ALL, "return y"),),
    ),
)

MORE = unpaired(
    layernorm_forward,
    _MORE,
    but=("zeros cached for no bias", "both cached without its axis", "no gain without a bias"),
)
