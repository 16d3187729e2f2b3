"""21.1 and 21.2: the loss of a reward model."""

import numpy as np

from ...tasks.preferences import BradleyTerryCache, bradley_terry_backward, bradley_terry_forward
from ..exercise import Exercise, Probe
from . import _ex21_rewards_backward_mistakes as backward
from . import _ex21_rewards_mistakes as forward


def forward_probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(210)
    pairs = rng.standard_normal((5, 4))
    return [
        Probe("basic", (1.5 * rng.standard_normal(6), 1.5 * rng.standard_normal(6))),
        Probe("one pair", (np.array([0.7]), np.array([-0.4]))),
        Probe("rewards alike", (np.array([2.5, -1.0, 0.3]), np.array([2.5, -1.0, 0.3]))),
        Probe("hopelessly misjudged", (np.array([-450.0, 1.0]), np.array([450.0, 0.5]))),
        Probe("certain", (np.array([450.0, 1.0]), np.array([-450.0, 0.5]))),
        Probe("large rewards, small margins", (np.array([800.0, -900.0]), np.array([801.0, -901.5]))),
        Probe("views", (pairs[:, 1], pairs[:, 2])),
    ]


def backward_probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(211)

    def probe(name: str, margin: list[float] | np.ndarray, dloss: float) -> Probe:
        return Probe(name, (np.float64(dloss), BradleyTerryCache(np.array(margin))))

    return [
        probe("basic", 1.5 * rng.standard_normal(6), 1.7),
        probe("one pair", [1.1], -0.6),
        probe("rewards alike", [0.0, 0.0, 0.0], 1.3),
        probe("hopelessly misjudged", [-900.0, 0.5], 1.0),
        probe("certain", [900.0, 0.5], 0.8),
    ]


FORWARD = Exercise(
    id="21.1",
    reference=bradley_terry_forward,
    task="""
    The loss of a reward model.

    It is taught by comparisons: of two answers to the same question, people have chosen one and rejected
    the other. The model gives each answer a number, its reward. After Bradley and Terry, the probability with which
    it expects the chosen answer to be preferred is the sigmoid of the margin: the reward of the chosen
    answer less that of the rejected one. The loss is the negative natural log of this probability, averaged
    over the pairs.

    chosen, rejected: (B,), float, the rewards of the two answers of each pair. Margins of 900 and of -900
    occur: the loss of such a pair is a plain, finite number too (900 when the margin is -900).
    Return (loss, cache). loss: a number. cache: BradleyTerryCache(margin), with the B margins. Do not modify
    chosen or rejected.

    Two equal rewards leave the model undecided, at the log of 2; an expected choice costs less, an
    unexpected one more:

    >>> loss, cache = bradley_terry_forward(np.array([2.0]), np.array([2.0]))
    >>> round(float(loss), 4)
    0.6931
    >>> loss, cache = bradley_terry_forward(np.array([2.0, 0.0]), np.array([1.0, 1.0]))
    >>> cache.margin
    array([ 1., -1.])
    >>> round(float(loss), 4)  # the mean of 0.3133 and 1.3133
    0.8133
    """,
    probes=forward_probes,
    returns=("loss", "cache"),
    mistakes=forward.MISTAKES,
    hints=(
        "Which one number of a pair does the loss depend on?",
        "The log of a sigmoid of a very negative number is no problem on paper. In which step does the computer lose it, "
        "and can that step be spared?",
        "Minus the log of the sigmoid of a margin is the log of 1 plus the exponential of its negative. NumPy has a "
        "function for the log of a sum of two exponentials, which keeps clear of overflow.",
    ),
    difficulty=2,
    minutes=10,
    importance=4,
    lines=3,
    needs=("02.3",),
)

BACKWARD = Exercise(
    id="21.2",
    reference=bradley_terry_backward,
    task="""
    The gradients of the rewards, behind the loss of 21.1.

    The loss is the mean, over B pairs, of the negative natural log of the sigmoid of the margin; the margin
    is the reward of the chosen answer less that of the rejected one.

    dloss: a number, the gradient of the loss. cache: BradleyTerryCache(margin) of the forward pass, margin
    (B,), float; margins of 900 and of -900 occur.
    Return (dchosen, drejected), each (B,): the gradients of the rewards of the chosen and of the rejected
    answers. Do not modify dloss or the cache.

    Where the rewards are alike, the model gives its own side half a chance: half of the slope is left. A
    sure and right judgement has nothing to learn.

    >>> dchosen, drejected = bradley_terry_backward(1.0, BradleyTerryCache(np.array([0.0])))
    >>> float(dchosen[0]), float(drejected[0])
    (-0.5, 0.5)
    >>> dchosen, drejected = bradley_terry_backward(2.0, BradleyTerryCache(np.array([1.0, 40.0])))
    >>> dchosen.round(4) + 0.0
    array([-0.2689,  0.    ])
    """,
    probes=backward_probes,
    returns=("dchosen", "drejected"),
    mistakes=backward.MISTAKES,
    hints=(
        "Should descent raise or lower the reward of the chosen answer? That is the sign; the other answer has the "
        "opposite one.",
        "How large should the push be for a pair that is judged rightly and surely, and how large for one that is "
        "misjudged?",
        "The slope of the loss of one pair along its margin is, but for the sign, the probability that the model gives to the "
        "wrong outcome. Then comes what every mean does to its parts.",
    ),
    difficulty=2,
    minutes=10,
    importance=4,
    lines=3,
    needs=("21.1",),
)
