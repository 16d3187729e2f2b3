"""08.11: what a repair of the norm's backward pass may leave undone, or do wrongly."""

from ...worked.norm_steps import norm_steps_backward
from ..exercise import Mistake
from ._ex08_norm_sums import SUMS
from ._unpaired import unpaired

_DSTD = "drstd = (d * centred).sum(axis=-1, keepdims=True)"
_DVAR = "dvar = -0.5 * rstd**3 * drstd"
_DCENTRED = "dcentred = d * rstd + dvar * 2 * centred / C"
_DMEAN = "dmean = -dcentred.sum(axis=-1, keepdims=True)"
_RETURN = "return dcentred + dmean / C, dweight, dbias"
_D = "d = dy * weight"
_C = "C = dy.shape[-1]"
_GAINS = "dweight, dbias = (dy * centred * rstd).sum(axis=over), dy.sum(axis=over)"

_VARIANCE = " + dvar * 2 * centred / C"
_CUT = (_DCENTRED, "dcentred = d * rstd")

_ON_RSTD = "On which numbers does rstd depend, and how?"
_ON_MEAN = "On which numbers does the mean depend, and how much on each?"
_SLOPE = "What is the slope of one over a root?"
_SQUARES = "What is the slope of a mean of squares in one of its numbers?"
_RIGHT = "Which of the three gradients did the checker find wrong?"

_SINGLE = (
    (
        "both paths cut",
        "The bug is still there: mean and rstd are taken for constants, though every number of a vector has a share in both.",
        "Which numbers of the forward pass change when one x changes?",
        (_CUT, (_RETURN, "return dcentred, dweight, dbias")),
    ),
    (
        "mean path cut",
        "The path through rstd is there now, the one through the mean is still cut: with a gain of 1 the gradient of each "
        "vector should sum to 0, and yours does not.",
        _ON_MEAN,
        ((_RETURN, "return dcentred, dweight, dbias"),),
    ),
    (
        "variance path cut",
        "The path through the mean is there now, the one through rstd is still cut: the gradient should have next to no share "
        "along the normalised vector, and yours has one.",
        _ON_RSTD,
        (_CUT,),
    ),
    (
        "half forgotten in the variance",
        "The path through rstd counts double: the exponent of a root is missing in its slope.",
        _SLOPE,
        ((_DVAR, "dvar = -(rstd**3) * drstd"),),
    ),
    (
        "two forgotten in the variance",
        "The path through rstd counts half: the slope of a square is missing its two.",
        _SQUARES,
        ((_VARIANCE, " + dvar * centred / C"),),
    ),
    (
        "variance path a quarter of its size",
        "The path through rstd counts a quarter of what it should: both a half too many and a two too few.",
        _SLOPE,
        ((_DVAR, "dvar = -0.25 * rstd**3 * drstd"), (_VARIANCE, " + dvar * centred / C")),
    ),
    (
        "sign of the variance path",
        "The path through rstd has the wrong sign: a wider vector has a smaller rstd.",
        _SLOPE,
        ((_DVAR, "dvar = 0.5 * rstd**3 * drstd"),),
    ),
    (
        "rstd squared",
        "The path through rstd holds its square where the slope has its third power.",
        _SLOPE,
        ((_DVAR, "dvar = -0.5 * rstd**2 * drstd"),),
    ),
    (
        "rstd once",
        "The path through rstd holds rstd itself where the slope has its third power.",
        _SLOPE,
        ((_DVAR, "dvar = -0.5 * rstd * drstd"),),
    ),
    (
        "no power of rstd",
        "The slope of rstd is missing: the path has the right direction and another length for each vector.",
        _SLOPE,
        ((_DVAR, "dvar = -0.5 * drstd"),),
    ),
    (
        "one over rstd cubed",
        "The third power stands below the line, as if rstd were the deviation; it is one over it.",
        "Is rstd large or small for a wide vector?",
        ((_DVAR, "dvar = -0.5 / rstd**3 * drstd"),),
    ),
    (
        "fourth power of rstd",
        "The path through rstd was multiplied by rstd once too often, as when the normalised vector stands in for the centred "
        "one.",
        _SLOPE,
        ((_DVAR, "dvar = -0.5 * rstd**4 * drstd"),),
    ),
    (
        "fifth power of rstd",
        "The path through rstd was multiplied by rstd twice too often, as when the normalised vector stands in for the "
        "centred one in two steps.",
        _SLOPE,
        ((_DVAR, "dvar = -0.5 * rstd**5 * drstd"),),
    ),
    (
        "variance not shared out",
        "Each number got the whole gradient of the variance; a mean hands each of its numbers only a share.",
        _SQUARES,
        ((_VARIANCE, " + dvar * 2 * centred"),),
    ),
    (
        "mean not shared out",
        "Each number got the whole gradient of the mean; a mean hands each of its numbers only a share.",
        _ON_MEAN,
        ((_RETURN, "return dcentred + dmean, dweight, dbias"),),
    ),
    (
        "neither shared out",
        "Each number got the whole gradients of mean and variance; both are means and hand out shares.",
        "How many numbers share in a mean?",
        (
            (_VARIANCE, " + dvar * 2 * centred"),
            (_DMEAN, "dmean = -(d * rstd).sum(axis=-1, keepdims=True)"),
            (_RETURN, "return dcentred + dmean, dweight, dbias"),
        ),
    ),
    (
        "sign of the mean path",
        "The path through the mean has the wrong sign: the mean was subtracted.",
        "With which sign does the mean stand in the forward pass?",
        ((_DMEAN, "dmean = dcentred.sum(axis=-1, keepdims=True)"),),
    ),
    (
        "mean for a sum at rstd",
        "What comes back to rstd was taken as a mean over the vector, where it is a sum.",
        "How many outputs of a vector does its one rstd act on, and do their shares add up?",
        ((_DSTD, "drstd = (d * centred).mean(axis=-1, keepdims=True)"),),
    ),
    (
        "gain forgotten on the variance path",
        "The path through rstd begins with the gradient of the output, where the gain has been multiplied in already.",
        "What stands between the normalised vector and the output?",
        ((_DSTD, "drstd = (dy * centred).sum(axis=-1, keepdims=True)"),),
    ),
    (
        "gain forgotten",
        "The gain is missing on all paths to x.",
        "What stands between the normalised vector and the output?",
        ((_D, "d = dy"),),
    ),
    (
        "centred forgotten in rstd's gradient",
        "What comes back to rstd is the sum of the gradients, without what rstd multiplies.",
        "By what is rstd multiplied in the forward pass?",
        ((_DSTD, "drstd = d.sum(axis=-1, keepdims=True)"),),
    ),
    *SUMS,
    (
        "shared among the rows",
        "The shares are those of the first axis; the numbers of one vector share its mean and variance.",
        "How many numbers has one vector?",
        ((_C, "C = len(dy)"),),
    ),
    (
        "shared among all numbers",
        "The shares are those of the whole array; the numbers of one vector share its mean and variance.",
        "How many numbers has one vector?",
        ((_C, "C = dy.size"),),
    ),
    (
        "shared among C - 1",
        "The shares are those of one number fewer than there are, as in an unbiased variance.",
        "How many numbers does a mean divide by?",
        ((_C, "C = dy.shape[-1] - 1"),),
    ),
    (
        "variance shared among C - 1",
        "The variance's share is that of one number fewer than there are, as in an unbiased variance.",
        "How many numbers does a mean divide by?",
        ((_VARIANCE, " + dvar * 2 * centred / (C - 1)"),),
    ),
    (
        "all of dx times rstd again",
        "All three parts are there, and then rstd was multiplied in once more.",
        "Where does rstd stand already?",
        ((_RETURN, "return (dcentred + dmean / C) * rstd, dweight, dbias"),),
    ),
    (
        "rstd forgotten on the direct path",
        "The direct path is missing its rstd.",
        "By what was centred multiplied in the forward pass?",
        ((_DCENTRED, "dcentred = d" + _VARIANCE),),
    ),
    (
        "direct path forgotten",
        "Only the paths through mean and rstd are there, the direct one has gone.",
        "Was there something wrong with the line that was there?",
        (
            (_DCENTRED, "dcentred = dvar * 2 * centred / C"),
            (_DMEAN, "dmean = -(d * rstd).sum(axis=-1, keepdims=True)"),
        ),
    ),
    (
        "gain multiplied in at the end",
        "The gain came in behind the paths through mean and rstd: what comes back to those two numbers has to have it already.",
        "Which step of the forward pass came last, and which is therefore first on the way back?",
        ((_D, "d = dy"), (_RETURN, "return (dcentred + dmean / C) * weight, dweight, dbias")),
    ),
    (
        "signs of both paths",
        "The paths through mean and rstd have the wrong sign.",
        "What happens to the output when the mean grows, and what when the variance does?",
        ((_DVAR, "dvar = 0.5 * rstd**3 * drstd"), (_DMEAN, "dmean = dcentred.sum(axis=-1, keepdims=True)")),
    ),
    (
        "rstd on the direct path only",
        "Of the three parts only the direct one was multiplied by rstd.",
        "By what was centred multiplied in the forward pass?",
        (
            (_DVAR, "dvar = -0.5 * rstd**2 * drstd"),
            (_DMEAN, "dmean = -d.sum(axis=-1, keepdims=True)"),
        ),
    ),
    (
        "gain forgotten on the mean path",
        "The path through the mean begins with the gradient of the output, where the gain has been multiplied in already.",
        "What stands between the normalised vector and the output?",
        ((_DMEAN, "dmean = -(dy * rstd).sum(axis=-1, keepdims=True)"),),
    ),
    (
        "rstd forgotten on the mean path",
        "The path through the mean is missing its rstd.",
        "By what was centred multiplied in the forward pass?",
        ((_DMEAN, "dmean = -d.sum(axis=-1, keepdims=True)"),),
    ),
    (
        "rstd forgotten in the gain's gradient",
        "The gradient of the gain has lost its rstd; it had been right.",
        _RIGHT,
        ((_GAINS, "dweight, dbias = (dy * centred).sum(axis=over), dy.sum(axis=over)"),),
    ),
    (
        "bias's gradient from behind the gain",
        "The gradient of the bias was multiplied by the gain; it had been right.",
        _RIGHT,
        ((_GAINS, _GAINS.replace("dy.sum", "(dy * weight).sum")),),
    ),
)

MISTAKES = unpaired(
    norm_steps_backward,
    (Mistake(key, says, asks, edits=edits) for key, says, asks, edits in _SINGLE),
    but=("variance path cut", "sign of the mean path", "gain forgotten on the mean path"),
)
