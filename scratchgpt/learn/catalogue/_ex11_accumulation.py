"""11.4: unequal micro-batches as one batch."""

import numpy as np

from ...worked.accumulation import accumulate_gradients
from ..exercise import Exercise, Probe
from ._ex11_accumulation_more import ACCUMULATION


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(113)

    def probe(name: str, shape: tuple[int, ...], *masks: list[list[int]]) -> Probe:
        """`masks`: for each micro-batch 1 where there is a target."""
        losses = [float(loss) for loss in rng.uniform(1, 5, len(masks))]
        gradients = [rng.standard_normal(shape) for _ in masks]
        targets = [np.where(np.array(mask) > 0, rng.integers(0, 6, np.shape(mask)), -1) for mask in masks]
        for i, mask in enumerate(masks):  # without a target there is neither a loss nor a gradient
            losses[i], gradients[i] = np.any(mask) * losses[i], np.any(mask) * gradients[i]
        targets[0][np.unravel_index((targets[0] != -1).argmax(), targets[0].shape)] = 0  # id 0 is a token
        return Probe(name, (losses, gradients, targets))

    full = [[1, 1, 1, 1], [1, 1, 1, 1]]
    return [
        probe(
            "basic", (3, 5), [[1, 1, 1, 0], [0, 0, 0, 0]], full, [[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]]
        ),
        probe("equal ones", (4,), full, full),
        probe("rows of unequal length", (3,), [[1, 1]], [[1, 1, 1, 1, 1, 1, 1]]),
        probe("one micro-batch", (2, 2), [[1, 1, 1], [1, 0, 0]]),
        probe("one without a target", (6,), [[1, 1, 0]], [[0, 0, 0]], [[1, 1, 1]]),
        probe("a single target", (3,), [[0, 1]], [[0, 0]]),
        Probe(
            "no target at all",
            ([0.0, 0.0], [np.zeros((2, 3)), np.zeros((2, 3))], [np.full((1, 3), -1), np.full((2, 2), -1)]),
        ),
    ]


ACCUMULATE_GRADIENTS = Exercise(
    id="11.4",
    reference=accumulate_gradients,
    task="""
    A batch that does not fit into memory was worked through in micro-batches. Put the results together, so
    that they are those of the one large batch.

    losses: list of M floats, M at least 1: the loss of each micro-batch, a mean over its own target tokens.
    gradients: list of M arrays, float, all of one shape: the gradients of these losses. targets: list of M
    integer arrays (B, T), of which the shapes may differ: the id that was to be predicted at each position,
    0 or larger, or -1 where there was nothing to predict (padding) and which took no part in the mean.
    Return (loss, gradient): a number, and an array of the shape of each gradient. Both are as if all target
    tokens of all micro-batches had been in one mean, in which each of them counts the same. A micro-batch
    without any target counts for nothing; if none has a target, both results are 0 (the gradient an array of
    zeros). Do not modify the arguments.

    Three target tokens with a mean loss of 2.0, and one with a loss of 4.0:

    >>> targets = [np.array([[5, 1, 0]]), np.array([[2, -1, -1]])]
    >>> gradients = [np.array([1.0, 0.0]), np.array([3.0, 8.0])]
    >>> loss, gradient = accumulate_gradients([2.0, 4.0], gradients, targets)
    >>> round(float(loss), 4), gradient.tolist()
    (2.5, [1.5, 2.0])
    """,
    probes=probes,
    returns=("loss", "gradient"),
    mistakes=ACCUMULATION,
    hints=(
        "From a mean and the number of its tokens, how do you get back to the sum?",
        "In the example the first micro-batch holds three of four target tokens. How much should its mean weigh?",
        "Count the targets that are not padding, in each micro-batch and in all. Each loss and each gradient "
        "comes in with the share that its micro-batch has of them, and shares need a total that is not 0.",
    ),
    difficulty=2,
    minutes=12,
    importance=5,
    lines=7,
)
