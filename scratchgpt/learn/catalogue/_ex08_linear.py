"""08.5: the gradients of a linear map."""

import numpy as np

from ...ops.linear import LinearCache, linear_backward
from ..exercise import Exercise, Mistake, Probe
from ._ex08_linear_more import MORE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(84)

    def probe(name: str, *shape: int, out: int, bias: bool = True) -> Probe:
        x, weight = rng.standard_normal(shape), rng.standard_normal((shape[-1], out))
        shift = rng.standard_normal(out) if bias else None
        return Probe(name, (rng.standard_normal((*shape[:-1], out)), LinearCache(x, weight, shift)))

    view = rng.standard_normal((4, 3, 2)).T
    return [
        probe("basic", 2, 3, 5, out=4),
        probe("square", 2, 4, 4, out=4),
        probe("rows", 3, 5, out=4),
        probe("square rows", 4, 4, out=4),
        probe("no bias", 2, 3, 5, out=4, bias=False),
        probe("one position", 2, 1, 5, out=4),
        probe("four axes", 2, 3, 2, 5, out=4),
        Probe("a view", (view, LinearCache(*(rng.standard_normal(s) for s in ((2, 3, 5), (5, 4), 4))))),
    ]


EXERCISE = Exercise(
    id="08.5",
    reference=linear_backward,
    task="""
    The gradients of a linear map: of its input, its weight and its bias.

    dy: (..., O), with one or more axes in front, the gradient of the output. cache: LinearCache(x, weight, bias) of the forward pass: x
    (..., I), weight (I, O), which each row of x was multiplied by from the right, and bias (O,), which
    was added to each row, or None.
    Return (dx, dweight, dbias), each in the shape of what it belongs to. The one weight served all rows,
    so its gradient is a sum over all of them, however many axes stand in front; dbias is None where bias
    is None. Do not modify dy or the cache: the cache may be used again.

    >>> x, weight = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])
    >>> cache = LinearCache(x, weight, np.zeros(3))
    >>> dx, dweight, dbias = linear_backward(np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0]]), cache)
    >>> dx
    array([[5., 2.],
           [0., 1.]])
    >>> dweight
    array([[1., 3., 2.],
           [2., 4., 4.]])
    >>> dbias
    array([1., 1., 2.])

    The same with an axis more and without a bias:

    >>> dx, dweight, dbias = linear_backward(np.array([[[1.0, 0.0, 2.0]], [[0.0, 1.0, 0.0]]]),
    ...                                      LinearCache(x.reshape(2, 1, 2), weight, None))
    >>> dx.shape, dweight[1], dbias
    ((2, 1, 2), array([2., 4., 4.]), None)
    """,
    probes=probes,
    returns=("dx", "dweight", "dbias"),
    mistakes=(
        Mistake(
            "weight not transposed",
            "The gradient went through the weight in the direction of the forward pass: that fits only where the weight "
            "is square, and is wrong even there.",
            "What shape has dy, what shape should come out, and which way round does the weight lead there?",
            edits=(("matmul(dy_rows, weight.T)", "matmul(dy_rows, weight)"),),
        ),
        Mistake(
            "dweight transposed",
            "The gradient of the weight lies the other way round: outputs by inputs, where the weight is inputs by outputs.",
            "Which shape has the weight?",
            edits=(("matmul(x_rows.T, dy_rows)", "matmul(dy_rows.T, x_rows)"),),
        ),
        Mistake(
            "dweight averaged over the rows",
            "The gradient of the weight was divided by the number of rows; an average, if there is one, was the loss's "
            "affair and is in dy already.",
            "Where would the division happen a second time?",
            edits=(("matmul(x_rows.T, dy_rows)", "matmul(x_rows.T, dy_rows) / len(x_rows)"),),
        ),
        Mistake(
            "dbias averaged over the rows",
            "The gradient of the bias is an average over the rows, where the sum was asked for.",
            "Does a bias that serves twice as many rows move the loss less?",
            edits=(("dy_rows.sum(axis=0)", "dy_rows.mean(axis=0)"),),
        ),
        Mistake(
            "dweight divided by the batch",
            "The gradient of the weight was divided by the length of the first axis; an average, if there is one, was "
            "the loss's affair and is in dy already.",
            "Where would the division happen a second time?",
            edits=(("matmul(x_rows.T, dy_rows)", "matmul(x_rows.T, dy_rows) / len(x)"),),
        ),
        Mistake(
            "dbias divided by the batch",
            "The gradient of the bias was divided by the length of the first axis, where the plain sum was asked for.",
            "Does a bias that serves twice as many rows move the loss less?",
            edits=(("dy_rows.sum(axis=0)", "dy_rows.sum(axis=0) / len(x)"),),
        ),
        Mistake(
            "last sequence only",
            "The gradient of the weight comes from the last sequence alone: the others have been forgotten on the way.",
            "When each sequence has its say in turn, what becomes of what the one before it said?",
            edits=(
                ("matmul(x_rows.T, dy_rows)", "matmul(x_rows[-x.shape[-2] :].T, dy_rows[-x.shape[-2] :])"),
            ),
        ),
        Mistake(
            "last sequence only, in a loop",
            "The gradient of the weight comes from the last sequence alone, since each round of the loop begins it anew.",
            "When each sequence has its say in turn, what becomes of what the one before it said?",
            edits=(
                (
                    "dweight = matmul(x_rows.T, dy_rows)",
                    "for one, above in zip(x, dy, strict=True):\n        dweight = matmul(one.T, above)",
                ),
            ),
        ),
        Mistake(
            "dweight per sequence",
            "There is a gradient of the weight for each sequence; but one weight served them all.",
            "What does the chain rule do with the many paths of one parameter?",
            edits=(("matmul(x_rows.T, dy_rows)", "matmul(x.swapaxes(-1, -2), dy)"),),
        ),
        Mistake(
            "dweight summed over the first axis only",
            "The products of the sequences were summed over the first axis: that is right for three axes, and for those only.",
            "How many axes may stand in front of the last one?",
            edits=(("matmul(x_rows.T, dy_rows)", "matmul(x.swapaxes(-1, -2), dy).sum(axis=0)"),),
        ),
        Mistake(
            "dbias over the first axis only",
            "The gradient of the bias was summed over the first axis alone, so an axis of positions is left.",
            "How many biases are there, and how many rows did each of them serve?",
            edits=(("dy_rows.sum(axis=0)", "dy.sum(axis=0)"),),
        ),
        Mistake(
            "dbias over two axes",
            "The gradient of the bias was summed over the first two axes: that is right for three axes, and for those only.",
            "How many axes may stand in front of the last one?",
            edits=(("dy_rows.sum(axis=0)", "dy.sum(axis=(0, 1))"),),
        ),
        Mistake(
            "dbias over the outputs",
            "The gradient of the bias was summed over the outputs: there is one number per row left, not one per bias.",
            "How many biases are there, and which axis do they lie along?",
            edits=(("dy_rows.sum(axis=0)", "dy.sum(axis=-1)"),),
        ),
        Mistake(
            "dbias as one number",
            "The gradient of the bias is a single number: all biases were lumped together.",
            "How many biases are there?",
            edits=(("dy_rows.sum(axis=0)", "dy_rows.sum()"),),
        ),
        Mistake(
            "dbias with an axis too many",
            "The gradient of the bias has kept the axis of the rows, with length 1: it is a matrix, the bias a vector.",
            "What shape has the bias?",
            edits=(("dy_rows.sum(axis=0)", "dy_rows.sum(axis=0, keepdims=True)"),),
        ),
        Mistake(
            "a gradient for no bias",
            "There is a gradient for a bias that is not there.",
            "What should come back when bias is None?",
            edits=(("None if bias is None else dy_rows", "dy_rows"),),
        ),
        Mistake(
            "dx left in rows",
            "The gradient of the input is right, but it still lies in rows: x had more axes.",
            "What shape has x?",
            edits=((".reshape(x.shape)", ""),),
        ),
        Mistake(
            "input and weight exchanged",
            "The gradients of input and weight stand in each other's place.",
            "In which order are the three results asked for?",
            edits=(("return dx, dweight, dbias", "return dweight, dx, dbias"),),
        ),
        *MORE,
    ),
    hints=(
        "Write the shapes down: which product of dy and weight has the shape of x, which of x and dy that of weight?",
        "All axes but the last only number the rows. Lay the rows under each other, then there are matrices to "
        "multiply.",
        "A weight's gradient collects from each row the input on one side times the gradient on the other: that sum is "
        "a matrix product over the rows. The bias's is the same with an input of 1.",
    ),
    difficulty=2,
    minutes=15,
    importance=5,
    lines=6,
)
