"""08.2: more mistakes in the gradient of layer normalisation."""

from ...ops.layernorm import layernorm_backward
from ..exercise import Mistake
from ._unpaired import unpaired

_X_HAT = "x_hat = (x - mean) * rstd"
_SHARE = "x_hat * (d * x_hat).mean(axis=-1, keepdims=True)"
_FIRST = "d.mean(axis=-1, keepdims=True)"
_OVER = "over = tuple(range(dy.ndim - 1))"
_GAIN, _BIAS = "(dy * x_hat).sum(axis=over)", "dy.sum(axis=over)"
_RETURN = "return dx, dweight, dbias"

_HOW_MANY = "How many gains are there, and how many vectors did each of them serve?"
_ORDER = "In which order are the three results asked for?"
_NO_BIAS = "What should come back when bias is None?"

_MORE = (
    *(
        Mistake(
            key,
            f"The deviation was computed again, with {what}, where the cache has the one of the forward pass.",
            "Which eps did the forward pass use, and which field of the cache knows it?",
            edits=(
                (
                    _X_HAT,
                    f"rstd = 1 / (((x - mean) ** 2).mean(axis=-1, keepdims=True){eps}) ** 0.5\n    {_X_HAT}",
                ),
            ),
        )
        for key, what, eps in (
            ("rstd computed again", "an eps of its own, 0.00001", " + 1e-5"),
            ("rstd computed again with 1e-6", "an eps of its own, 0.000001", " + 1e-6"),
            ("rstd computed again with 1e-8", "a tiny eps of its own", " + 1e-8"),
            ("rstd computed again without eps", "no eps", ""),
        )
    ),
    Mistake(
        "sum for the first mean",
        "What is taken away for the mean of the vector is C times too large: a sum stands where a mean belongs.",
        "What does a mean do to a gradient of 1: does each of the C numbers get all of it, or a share?",
        edits=(("d.mean(axis=-1, keepdims=True)", "d.sum(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "sum for the second mean",
        "The share along the normalised vector is C times too large: a sum stands where a mean belongs.",
        "What does a mean do to a gradient of 1: does each of the C numbers get all of it, or a share?",
        edits=(("(d * x_hat).mean(", "(d * x_hat).sum("),),
    ),
    Mistake(
        "mean path with the wrong sign",
        "The mean of the gradient was added, where it has to be taken away.",
        "When the mean grows, do the centred numbers grow or shrink?",
        edits=(("d - d.mean(", "d + d.mean("),),
    ),
    Mistake(
        "gain missing in the mean path",
        "The mean that is taken away was made without the gain; but the gain acts before it.",
        "Which gradient reaches the mean, that of the output or that of the normalised vector?",
        edits=(("d.mean(axis=-1", "dy.mean(axis=-1"),),
    ),
    Mistake(
        "gain missing in the variance path",
        "The share along the normalised vector was made without the gain; but the gain acts before it.",
        "Which gradient reaches the variance, that of the output or that of the normalised vector?",
        edits=(("(d * x_hat).mean(", "(dy * x_hat).mean("),),
    ),
    Mistake(
        "direction forgotten",
        "The variance path gives the same number in all channels of a vector; the share has a direction.",
        "Which vector does the size of the share belong to?",
        edits=((_SHARE, "(d * x_hat).mean(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "share lacks two divisions",
        "On the way through the variance two divisions by the deviation are missing: x minus its mean stands in both places where the normalised vector belongs.",
        "In how many places of the variance path does the deviation divide?",
        edits=((_SHARE, "(x - mean) * (d * (x - mean)).mean(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "share lacks one division",
        "On the way through the variance one division by the deviation is missing: x minus its mean stands where the normalised vector belongs, or a power is too low.",
        "In how many places of the variance path does the deviation divide?",
        edits=((_SHARE, "(x - mean) * (d * x_hat).mean(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "one mean for all in the mean path",
        "The gradient's mean was taken over all vectors together, not over each one's own numbers.",
        "Over which numbers did the forward pass take a mean?",
        edits=((_FIRST, "d.mean()"),),
    ),
    Mistake(
        "one mean for all in the variance path",
        "On the way through the variance, one mean was taken over all vectors together, not one for each.",
        "Over which numbers did the forward pass take a variance?",
        edits=((_SHARE, "x_hat * (d * x_hat).mean()"),),
    ),
    Mistake(
        "one mean for all in both paths",
        "Both means were taken over all vectors together, not over each one's own numbers.",
        "Over which numbers did the forward pass take its mean and its variance?",
        edits=((_FIRST, "d.mean()"), (_SHARE, "x_hat * (d * x_hat).mean()")),
    ),
    Mistake(
        "share along x itself",
        "The variance path points along x itself; but a shift of x does not widen it, so the mean has to be gone.",
        "In which direction does the variance of a vector grow fastest?",
        edits=((_SHARE, "x * rstd * (d * x_hat).mean(axis=-1, keepdims=True)"),),
    ),
    Mistake(
        "share halved",
        "The variance path is there at half its size.",
        "What is the slope of a square, and what is the slope of a root?",
        edits=(("- x_hat * (d", "- 0.5 * x_hat * (d"),),
    ),
    Mistake(
        "share doubled",
        "The variance path is there at twice its size.",
        "What is the slope of a square, and what is the slope of a root?",
        edits=(("- x_hat * (d", "- 2 * x_hat * (d"),),
    ),
    Mistake(
        "factor on the direct path only",
        "One over the deviation multiplies the direct path alone; it is a factor of all three.",
        "How far does the bracket reach?",
        edits=(("dx = d - d", "dx = rstd * d - d"), ("    dx *= rstd\n", "")),
    ),
    Mistake(
        "factor missing in the mean path",
        "The path through the mean lacks the factor of its vector, one over the deviation, which the others have.",
        "How does the gradient of the centred vector come about, of which this is the mean?",
        edits=(("d - d.mean(axis=-1, keepdims=True)", "d - d.mean(axis=-1, keepdims=True) / rstd"),),
    ),
    Mistake(
        "factor twice",
        "The gradient of the input was divided by the deviation twice.",
        "How much does the output change when a small vector is moved a little?",
        edits=(("dx *= rstd", "dx *= rstd * rstd"),),
    ),
    Mistake(
        "divided by rstd at the end",
        "At the end you divided by rstd, which is one over the deviation already.",
        "Is rstd large or small for a narrow vector?",
        edits=(("dx *= rstd", "dx /= rstd"),),
    ),
    Mistake(
        "gradient of the gain with the mean kept",
        "The gradient of the gain was taken with x over its deviation, the mean not taken away.",
        "What does the gain multiply in the forward pass?",
        edits=(("dweight = (dy * x_hat)", "dweight = (dy * x * rstd)"),),
    ),
    *(
        Mistake(
            key,
            f"{says} over the vectors, where the sum was asked for.",
            "Does a parameter that serves twice as many vectors move the loss less?",
            edits=edits,
        )
        for key, says, edits in (
            (
                "gain averaged",
                "The gradient of the gain is an average",
                ((_GAIN, _GAIN.replace("sum", "mean")),),
            ),
            ("bias averaged", "The gradient of the bias is an average", ((_BIAS, "dy.mean(axis=over)"),)),
        )
    ),
    Mistake(
        "parameters divided by the batch",
        "The gradients of gain and bias were divided by the length of the first axis, where the plain sum was asked for.",
        "Does a parameter that serves twice as many vectors move the loss less?",
        edits=((_GAIN, _GAIN + " / len(x)"), (_BIAS, _BIAS + " / len(x)")),
    ),
    Mistake(
        "parameters over the first axis, vectors aside",
        "Gain and bias were summed over the first axis alone, so an axis of positions is left.",
        _HOW_MANY,
        edits=((_OVER, "over = 0 if dy.ndim > 1 else ()"),),
    ),
    Mistake(
        "parameters over two axes",
        "Gain and bias were summed over the first two axes: that is right for three axes, and for those only.",
        "How many axes may stand in front of the last one?",
        edits=((_OVER, "over = (0, 1)"),),
    ),
    Mistake(
        "parameters over the channels",
        "Gain and bias were summed along the last axis: one number per vector is left, not one per channel.",
        "Along which axis do the gains lie?",
        edits=((_OVER, "over = -1"),),
    ),
    Mistake(
        "parameters as single numbers",
        "The gradients of gain and bias are single numbers: all channels were lumped together.",
        "How many gains are there?",
        edits=((_OVER, "over = None"),),
    ),
    Mistake(
        "bias over the first axis only",
        "The gradient of the bias was summed over the first axis alone, so an axis of positions is left.",
        "How many biases are there, and how many vectors did each of them serve?",
        edits=((_BIAS, "dy.sum(axis=0)"),),
    ),
    Mistake(
        "zeros for no bias",
        "Where there is no bias, its gradient should be None; zeros have come back.",
        _NO_BIAS,
        edits=(("None if bias is None", "0 * weight if bias is None"),),
    ),
    Mistake(
        "truth of an array",
        "It fails when there is a bias: an array of several numbers is neither true nor false.",
        "How do you ask whether something is None?",
        edits=(("None if bias is None else dy.sum(axis=over)", "dy.sum(axis=over) if bias else None"),),
    ),
    *(
        Mistake(key, says, _ORDER, edits=((_RETURN, new),))
        for key, says, new in (
            (
                "dx last",
                "The gradient of the input comes last; it is asked for first.",
                "return dweight, dbias, dx",
            ),
            (
                "no dbias",
                "The gradient of the bias is missing: three results are asked for.",
                "return dx, dweight",
            ),
            (
                "dx alone",
                "Only the gradient of the input came back: three results are asked for.",
                "return dx",
            ),
        )
    ),
)

MORE = unpaired(
    layernorm_backward,
    _MORE,
    but=(
        "sum for the first mean",
        "sum for the second mean",
        "gain missing in the mean path",
        "gain missing in the variance path",
        "gain averaged",
        "bias averaged",
        "zeros for no bias",
    ),
)
