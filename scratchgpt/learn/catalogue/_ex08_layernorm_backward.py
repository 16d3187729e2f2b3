"""08.2: the gradient of layer normalisation."""

import numpy as np

from ...ops.layernorm import layernorm_backward, layernorm_forward
from ..exercise import Exercise, Mistake, Probe
from ._ex08_layernorm_backward_more import MORE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(81)

    def probe(name: str, x: np.ndarray, bias: bool = True, eps: float = 1e-5) -> Probe:
        C = x.shape[-1]
        shift = rng.standard_normal(C) if bias else None
        _, cache = layernorm_forward(x, 0.5 + rng.standard_normal(C), shift, eps)
        return Probe(name, (rng.standard_normal(x.shape), cache))

    return [
        probe("basic", 1.5 + 2 * rng.standard_normal((2, 3, 5))),
        probe("rows", 1.5 + 2 * rng.standard_normal((3, 4))),
        probe("square", 1.5 + 2 * rng.standard_normal((4, 4)), eps=0.7),
        probe("no bias", rng.standard_normal((2, 3, 5)), bias=False),
        probe("one vector", 1.5 + 2 * rng.standard_normal(5)),
        probe("a constant vector", np.full((2, 3), 3.0)),
        probe("four axes", rng.standard_normal((2, 3, 4, 5))),
    ]


EXERCISE = Exercise(
    id="08.2",
    reference=layernorm_backward,
    task="""
    The gradients of layer normalisation: of its input, its gain and its bias.

    dy: (..., C), with zero or more axes in front, the gradient of the output. cache: LayerNormCache(x, mean, rstd, weight, bias) of the
    forward pass: x (..., C), mean and rstd (..., 1), where rstd is one over the deviation, weight (C,),
    bias (C,) or None.
    Return (dx, dweight, dbias): dx (..., C), dweight and dbias (C,), summed over all
    vectors; dbias is None where bias is None. x acts in three ways: directly, through the mean of its
    vector and through the variance of its vector. Use mean and rstd as they are in the cache: eps is not in
    it. Do not modify dy or the cache: the cache may be used again.

    Here the deviation is 3, so the normalised vector is (-1, 0, 1):

    >>> _, cache = layernorm_forward(np.array([0.0, 3.0, 6.0]), np.ones(3), np.zeros(3), eps=3.0)
    >>> dx, dweight, dbias = layernorm_backward(np.array([9.0, 0.0, 1.0]), cache)
    >>> dx.round(3), dweight, dbias
    (array([ 1.   , -1.111,  0.111]), array([-9.,  0.,  1.]), array([9., 0., 1.]))

    Two such vectors, with gains and without a bias:

    >>> x, weight = np.array([[0.0, 3.0, 6.0], [6.0, 3.0, 0.0]]), np.array([1.0, 2.0, 3.0])
    >>> _, cache = layernorm_forward(x, weight, None, eps=3.0)
    >>> dx, dweight, dbias = layernorm_backward(np.array([[9.0, 0.0, 1.0], [0.0, 3.0, 0.0]]), cache)
    >>> dx.round(3)
    array([[ 1.   , -1.333,  0.333],
           [-0.667,  1.333, -0.667]])
    >>> dweight, dbias
    (array([-9.,  0.,  1.]), None)
    """,
    probes=probes,
    returns=("dx", "dweight", "dbias"),
    mistakes=(
        Mistake(
            "mean path cut",
            "The mean was treated as a constant: moving all of a vector by the same amount changes nothing in the output, "
            "so with a gain of 1 its gradient should sum to 0. Yours does not.",
            "On which numbers does the mean of a vector depend?",
            edits=((" - d.mean(axis=-1, keepdims=True)", ""),),
        ),
        Mistake(
            "variance path cut",
            "The deviation was treated as a constant: making a vector wider hardly changes the output, so the gradient "
            "should have next to no share along the normalised vector. Yours has one.",
            "On which numbers does the deviation of a vector depend?",
            edits=((" - x_hat * (d * x_hat).mean(axis=-1, keepdims=True)", ""),),
        ),
        Mistake(
            "gain forgotten",
            "The gradient of the input does not feel the gain: a channel with a gain of 0 should pass nothing down.",
            "What stands between the output and the normalised vector?",
            edits=(("d = dy * weight\n", "d = dy\n"),),
        ),
        Mistake(
            "gain at the end",
            "The gain was multiplied in at the end; but it acts before the means are taken, and each channel has its own.",
            "In which order does the forward pass normalise and scale, and in which order do you go back?",
            edits=(("d = dy * weight\n", "d = dy\n"), ("dx *= rstd", "dx *= rstd * weight")),
        ),
        Mistake(
            "sums for means",
            "The two parts that are taken away are C times too large: sums stand where means belong.",
            "What does a mean do to a gradient of 1: does each of the C numbers get all of it, or a share?",
            edits=(
                ("d.mean(axis=-1, keepdims=True)", "d.sum(axis=-1, keepdims=True)"),
                ("(d * x_hat).mean(", "(d * x_hat).sum("),
            ),
        ),
        Mistake(
            "variance path with the wrong sign",
            "The share along the normalised vector was added, where it has to be taken away: it is there twice now.",
            "A longer vector is divided by more: does that strengthen or weaken the direct path?",
            edits=(("- x_hat * (d * x_hat)", "+ x_hat * (d * x_hat)"),),
        ),
        Mistake(
            "deviation forgotten",
            "The gradient of the input lacks the factor of its vector: a narrow vector is stretched on the way up, so "
            "what comes down is stretched as well.",
            "Which of the fields of the cache have you used only once?",
            edits=(("    dx *= rstd\n", ""),),
        ),
        Mistake(
            "rstd taken for the deviation",
            "rstd is one over the deviation already, and you divided by it.",
            "Is rstd large or small for a narrow vector?",
            edits=(("x_hat = (x - mean) * rstd", "x_hat = (x - mean) / rstd"), ("dx *= rstd", "dx /= rstd")),
        ),
        Mistake(
            "mean kept in the normalised vector",
            "The normalised vector was rebuilt without subtracting the mean, so it is not what the forward pass had.",
            "What is the mean of a normalised vector?",
            edits=(("x_hat = (x - mean) * rstd", "x_hat = x * rstd"),),
        ),
        Mistake(
            "gradient of the gain from x",
            "The gradient of the gain was taken with x itself; but the gain multiplies the normalised vector.",
            "What does the gain multiply in the forward pass?",
            edits=(("dweight = (dy * x_hat)", "dweight = (dy * x)"),),
        ),
        Mistake(
            "gradient of the gain from the centred x",
            "The gradient of the gain was taken with x minus its mean, not yet divided by the deviation.",
            "What does the gain multiply in the forward pass?",
            edits=(("dweight = (dy * x_hat)", "dweight = (dy * (x - mean))"),),
        ),
        Mistake(
            "gain in its own gradient",
            "The gradient of the gain has the gain in it; but the output is linear in the gain.",
            "What is the slope of a product with respect to one factor?",
            edits=(("dweight = (dy * x_hat)", "dweight = (dy * weight * x_hat)"),),
        ),
        Mistake(
            "gain in the gradient of the bias",
            "The gradient of the bias has the gain in it; but the bias is added after the gain has acted.",
            "What does the output gain when the bias grows by 1?",
            edits=(("dy.sum(axis=over)", "(dy * weight).sum(axis=over)"),),
        ),
        Mistake(
            "parameters summed over one axis",
            "Gain and bias were summed over the first axis alone, so an axis of positions is left.",
            "How many gains are there, and how many vectors did each of them serve?",
            edits=(("over = tuple(range(dy.ndim - 1))", "over = 0"),),
        ),
        Mistake(
            "parameters not summed",
            "The gradients of gain and bias are those of each vector by itself; but one gain served them all.",
            "What does the chain rule do with the many paths of one parameter?",
            edits=(("over = tuple(range(dy.ndim - 1))", "over = ()"),),
        ),
        Mistake(
            "parameters averaged",
            "The gradients of gain and bias were averaged over the vectors, where they have to be added.",
            "Does a parameter that serves twice as many vectors move the loss less?",
            edits=(
                ("(dy * x_hat).sum(axis=over)", "(dy * x_hat).mean(axis=over)"),
                ("dy.sum(axis=over)", "dy.mean(axis=over)"),
            ),
        ),
        Mistake(
            "a gradient for no bias",
            "There is a gradient for a bias that is not there.",
            "What should come back when bias is None?",
            edits=(("None if bias is None else dy.sum", "dy.sum"),),
        ),
        Mistake(
            "gain and bias exchanged",
            "The gradients of gain and bias are right, but each stands in the other's place.",
            "In which order are the three results asked for?",
            edits=(("return dx, dweight, dbias", "return dx, dbias, dweight"),),
        ),
        *MORE,
    ),
    hints=(
        "First the normalised vector, from what the cache holds. The gradients of gain and bias need nothing else.",
        "The gain stands between the output and the normalised vector: take it into the gradient before "
        "you go further down.",
        "What is left has to be cleared of two parts, because moving x along them changes nothing in the output: its "
        "mean, and its share along the normalised vector. One factor for the whole vector remains.",
    ),
    difficulty=4,
    minutes=35,
    importance=5,
    lines=8,
    needs=("08.1",),
)
