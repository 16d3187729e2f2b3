"""08.7: the gradient of the norm without a mean."""

import numpy as np

from ...ops.layernorm import rmsnorm_backward, rmsnorm_forward
from ..exercise import Exercise, Mistake, Probe
from ._ex08_rmsnorm_backward_more import MORE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(86)

    def probe(name: str, *shape: int, eps: float = 1e-5) -> Probe:
        x, weight = 1.5 + 2 * rng.standard_normal(shape), 0.5 + rng.standard_normal(shape[-1])
        return Probe(name, (rng.standard_normal(shape), rmsnorm_forward(x, weight, eps)[1]))

    return [
        probe("basic", 2, 3, 5),
        probe("rows", 3, 4),
        probe("square", 4, 4, eps=0.7),
        probe("one vector", 5),
        probe("four axes", 2, 3, 4, 5),
    ]


EXERCISE = Exercise(
    id="08.7",
    reference=rmsnorm_backward,
    task="""
    The gradients of the norm without a mean: of its input and its gain.

    dy: (..., C), with zero or more axes in front, the gradient of the output. cache: RMSNormCache(x, rrms, weight) of the forward pass: x
    (..., C), rrms (..., 1), one over the root mean square of each vector, weight (C,).
    Return (dx, dweight): dx (..., C), dweight (C,), summed over all vectors. Use rrms as it is in the
    cache: eps is not in it. Do not modify dy or the cache: the cache may be used again.

    >>> _, cache = rmsnorm_forward(np.array([1.0, 7.0]), np.ones(2), eps=0.0)
    >>> dx, dweight = rmsnorm_backward(np.array([1.0, 0.0]), cache)
    >>> dx.round(4), dweight
    (array([ 0.196, -0.028]), array([0.2, 0. ]))

    With an axis more, and a gain for each channel:

    >>> _, cache = rmsnorm_forward(np.array([[[1.0, 7.0], [7.0, -1.0]]]), np.array([10.0, 100.0]), eps=0.0)
    >>> dx, dweight = rmsnorm_backward(np.array([[[1.0, 0.0], [0.0, 1.0]]]), cache)
    >>> dx.round(4), dweight.round(4)
    (array([[[ 1.96, -0.28],
            [ 2.8 , 19.6 ]]]), array([ 0.2, -0.2]))
    """,
    probes=probes,
    returns=("dx", "dweight"),
    mistakes=(
        Mistake(
            "root mean square taken as a constant",
            "The root mean square was treated as a constant: making a vector longer hardly changes the output, so the "
            "gradient should have next to no share along the vector. Yours has one.",
            "On which numbers does the root mean square of a vector depend?",
            edits=((" - x_hat * (d * x_hat).mean(axis=-1, keepdims=True)", ""),),
        ),
        Mistake(
            "mean path added",
            "The mean was taken out of the gradient, as in layer normalisation; but this norm subtracts no mean.",
            "In which ways does x act here?",
            edits=(("(d - x_hat * (d", "(d - d.mean(axis=-1, keepdims=True) - x_hat * (d"),),
        ),
        Mistake(
            "gain forgotten",
            "The gradient of the input does not feel the gain: a channel with a gain of 0 should pass nothing down.",
            "What stands between the output and the normalised vector?",
            edits=(("d = dy * weight\n", "d = dy\n"),),
        ),
        Mistake(
            "gain at the end",
            "The gain was multiplied in at the end; but it acts before the mean is taken, and each channel has its own.",
            "In which order does the forward pass normalise and scale, and in which order do you go back?",
            edits=(("d = dy * weight\n", "d = dy\n"), ("    return dx,", "    return dx * weight,")),
        ),
        Mistake(
            "sum for mean",
            "The share along the vector is C times too large: a sum stands where a mean belongs.",
            "What does a mean do to a gradient of 1: does each of the C numbers get all of it, or a share?",
            edits=(("(d * x_hat).mean(", "(d * x_hat).sum("),),
        ),
        Mistake(
            "wrong sign",
            "The share along the vector was added, where it has to be taken away: it is there twice now.",
            "A longer vector is divided by more: does that strengthen or weaken the direct path?",
            edits=(("(d - x_hat * (d", "(d + x_hat * (d"),),
        ),
        Mistake(
            "direction forgotten",
            "The same number was subtracted in all channels of a vector; the share along the vector has its direction.",
            "Which vector does the size of the share belong to?",
            edits=(("(d - x_hat * (d", "(d - (d"),),
        ),
        Mistake(
            "factor forgotten",
            "The gradient of the input lacks the factor of its vector: a short vector is stretched on the way up, so what "
            "comes down is stretched as well.",
            "Which of the fields of the cache have you used only once?",
            edits=(("dx = rrms * (d - x_hat * (d", "dx = (d - x_hat * (d"),),
        ),
        Mistake(
            "gradient of the gain from x",
            "The gradient of the gain was taken with x itself; but the gain multiplies the normalised vector.",
            "What does the gain multiply in the forward pass?",
            edits=(("(dy * x_hat).sum", "(dy * x).sum"),),
        ),
        Mistake(
            "gain in its own gradient",
            "The gradient of the gain has the gain in it; but the output is linear in the gain.",
            "What is the slope of a product with respect to one factor?",
            edits=(("(dy * x_hat).sum", "(d * x_hat).sum"),),
        ),
        Mistake(
            "gain summed over one axis",
            "The gradient of the gain was summed over the first axis alone, so an axis of positions is left.",
            "How many gains are there, and how many vectors did each of them serve?",
            edits=(("axis=tuple(range(dy.ndim - 1))", "axis=0"),),
        ),
        Mistake(
            "gain not summed",
            "The gradient of the gain is that of each vector by itself; but one gain served them all.",
            "What does the chain rule do with the many paths of one parameter?",
            edits=(("axis=tuple(range(dy.ndim - 1))", "axis=()"),),
        ),
        Mistake(
            "gain averaged",
            "The gradient of the gain was averaged over the vectors, where it has to be added.",
            "Does a parameter that serves twice as many vectors move the loss less?",
            edits=((".sum(axis=tuple", ".mean(axis=tuple"),),
        ),
        *MORE,
    ),
    hints=(
        "Compare with layer normalisation: which of the three ways in which x acted there is gone?",
        "Making a vector longer changes nothing in the output, so the gradient may have no share along the vector.",
        "Gain first, then take away the share along the normalised vector: its length is a mean of products. Then one "
        "factor per vector.",
    ),
    difficulty=3,
    minutes=15,
    importance=3,
    lines=5,
    needs=("08.2", "08.6"),
)
