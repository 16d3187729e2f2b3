"""19.4: a step of a linear probe."""

import numpy as np

from ...interpret.probes import linear_probe_step
from ..exercise import Exercise, Probe
from ._ex19_probe_mistakes import MISTAKES


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(193)

    def probe(name: str, N: int, C: int, K: int, **options: float) -> Probe:
        arrays = (rng.standard_normal((C, K)), rng.standard_normal(K), rng.standard_normal((N, C)))
        return Probe(name, (*arrays, rng.integers(0, K, N)), options)

    states = rng.standard_normal((6, 2, 5))[:, 1]  # (N, C) = (6, 5), every second row of a larger array
    far = (np.eye(3), np.array([0.0, 0.5, -0.5]), np.diag([900.0, -800.0, 30.0]), np.array([1, 1, 2]))
    return [
        probe("basic", 7, 4, 3),
        probe("a larger rate", 7, 4, 3, lr=1.5),
        probe("square", 4, 4, 4),
        probe("one state", 1, 5, 3, lr=0.7),
        Probe("large scores", far),
        Probe("a view", (rng.standard_normal((5, 3)), np.zeros(3), states, np.array([2, 2, 0, 1, 2, 0]))),
    ]


EXERCISE = Exercise(
    id="19.4",
    reference=linear_probe_step,
    task="""
    One training step of a linear probe.

    It shows whether a label, the part of speech say, can be read off hidden states by a linear map alone. A probe is a softmax regression. It scores each of the K classes for a state by a dot product with a
    column of weight, plus the class's bias; softmax makes probabilities of the scores; the loss is the
    mean cross-entropy of the labels over the N states, in nats. The states are somebody else's: only weight
    and bias learn, by one step of plain gradient descent with the learning rate lr.

    weight: (C, K), bias: (K,), float, the probe so far. h: (N, C), float, the states; labels: (N,), integers
    below K, their classes. Scores of 900 and of -800 occur, and the loss is a finite number all the same.
    Return (loss, weight, bias): the loss before the step, and the new weight and bias. Do not modify the
    arguments: the new arrays are others. log_softmax of lesson 02 is imported, if you want it: log_softmax(x)
    works along the last axis.

    A probe that knows nothing yet gives two classes half a chance each; its two states have one label each:

    >>> h, labels = np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([0, 1])
    >>> loss, weight, bias = linear_probe_step(np.zeros((2, 2)), np.zeros(2), h, labels, lr=0.1)
    >>> round(float(loss), 4)
    0.6931
    >>> weight.round(4)
    array([[ 0.05, -0.05],
           [-0.1 ,  0.1 ]])
    >>> bias + 0.0
    array([0., 0.])
    """,
    probes=probes,
    returns=("loss", "weight", "bias"),
    mistakes=MISTAKES,
    hints=(
        "Forward first: scores, log-probabilities, and of these the ones of the labels.",
        "The gradient of the scores under a mean cross-entropy is that of lesson 02: what the probe believes less what is "
        "true, shared out over the states.",
        "Each state pulls at the weights in proportion to itself, so that the weight's gradient is a matrix product of the "
        "states and the gradient of the scores; the bias collects the latter over the states. The step goes against both.",
    ),
    difficulty=3,
    minutes=18,
    importance=3,
    lines=8,
    needs=("02.4", "08.5"),
)
