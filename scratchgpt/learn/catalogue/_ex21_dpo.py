"""21.3 and 21.4: direct preference optimisation."""

import numpy as np

from ...tasks.preferences import DPOCache, dpo_backward, dpo_forward
from ..exercise import Exercise, Probe
from . import _ex21_dpo_backward_mistakes as backward
from . import _ex21_dpo_mistakes as forward


def forward_probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(212)

    def probe(name: str, B: int, **options: float) -> Probe:
        return Probe(name, tuple(-20 - 9 * rng.random(B) for _ in range(4)), options)

    apart = (
        np.array([-950.0, -30.0]),
        np.array([-20.0, -31.0]),
        np.array([-25.0, -30.5]),
        np.array([-940.0, -29.0]),
    )
    table = -20 - 9 * rng.random((5, 4))
    return [
        probe("basic", 6),
        probe("another beta", 6, beta=0.45),
        probe("one pair", 1),
        Probe(
            "the reference itself",
            (*-np.array([[31.0, 8.0], [12.0, 40.0]]), *-np.array([[31.0, 8.0], [12.0, 40.0]])),
        ),
        Probe("hopelessly misjudged", apart, {"beta": 0.5}),
        Probe("certain", (apart[1], apart[0], apart[3], apart[2]), {"beta": 0.5}),
        Probe("views", tuple(table.T)),
    ]


def backward_probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(213)

    def probe(name: str, margin: list[float] | np.ndarray, dloss: float, beta: float) -> Probe:
        return Probe(name, (np.float64(dloss), DPOCache(np.array(margin), beta)))

    return [
        probe("basic", 1.5 * rng.standard_normal(6), 1.7, 0.1),
        probe("another beta", 1.5 * rng.standard_normal(5), 1.2, 0.45),
        probe("one pair", [1.1], -0.6, 0.2),
        probe("the reference itself", [0.0, 0.0, 0.0], 1.3, 0.1),
        probe("hopelessly misjudged", [-900.0, 0.5], 1.0, 0.5),
        probe("certain", [900.0, 0.5], 0.8, 0.5),
    ]


FORWARD = Exercise(
    id="21.3",
    reference=dpo_forward,
    task="""
    The loss of direct preference optimisation (DPO).

    It learns from the comparisons of 21.1 without a reward model: the language model itself can stand in
    for one. The reward of an answer is taken to be how much more likely the model in training finds it than its
    frozen reference does, the copy from which it set out: the difference of the two log-probabilities,
    times beta. With these rewards, the loss is that of 21.1: the negative natural log of the sigmoid of the
    margin (reward of the chosen answer less reward of the rejected one), averaged over the pairs.

    chosen, rejected: (B,), float, the log-probabilities of whole answers (sums over their tokens, so
    numbers like -20), by the model in training. ref_chosen, ref_rejected: (B,), the same by the reference.
    beta: a positive number. Margins of hundreds and of minus hundreds occur, and their losses are finite.
    Return (loss, cache). loss: a number. cache: DPOCache(margin, beta), with the B margins of the rewards,
    beta included, and beta. Do not modify the arrays.

    The model has made the chosen answer likelier by 2 and the rejected one by 1; that the rejected one
    is likelier from the start does not matter:

    >>> chosen, rejected = np.array([-28.0]), np.array([-19.0])
    >>> loss, cache = dpo_forward(chosen, rejected, np.array([-30.0]), np.array([-20.0]), beta=0.5)
    >>> cache.margin
    array([0.5])
    >>> round(float(loss), 4)
    0.4741
    """,
    probes=forward_probes,
    returns=("loss", "cache"),
    edited=("bradley_terry_forward",),
    mistakes=forward.MISTAKES,
    hints=(
        "Write down the two rewards of a pair first, each from two log-probabilities.",
        "Four log-probabilities meet in one margin. Two of them raise it and two lower it: which?",
        "A reward is beta times the model's log-probability less the reference's. From the rewards on, everything is as in "
        "21.1, extreme margins included.",
    ),
    difficulty=3,
    minutes=12,
    importance=5,
    lines=4,
    needs=("21.1",),
)

BACKWARD = Exercise(
    id="21.4",
    reference=dpo_backward,
    task="""
    The gradients of the log-probabilities, behind the loss of DPO in 21.3.

    The loss is the mean, over B pairs, of the negative natural log of the sigmoid of the margin. The margin is the reward of the chosen answer less that of
    the rejected one; a reward is beta times the difference between the model's log-probability of the
    answer and the reference's.

    dloss: a number, the gradient of the loss. cache: DPOCache(margin, beta) of the forward pass: margin
    (B,), float, the margins of the rewards, beta included; beta, a number.
    Return (dchosen, drejected), each (B,): the gradients of the model's log-probabilities of the chosen and
    of the rejected answers. The reference is frozen: nothing is asked about it. Do not modify dloss or the
    cache.

    >>> dchosen, drejected = dpo_backward(1.0, DPOCache(np.array([0.0]), 0.5))
    >>> float(dchosen[0]), float(drejected[0])
    (-0.25, 0.25)
    >>> dchosen, drejected = dpo_backward(2.0, DPOCache(np.array([1.0, -1.0]), 0.1))
    >>> drejected.round(4)
    array([0.0269, 0.0731])
    """,
    probes=backward_probes,
    returns=("dchosen", "drejected"),
    edited=("bradley_terry_backward",),
    mistakes=backward.MISTAKES,
    hints=(
        "The loss depends on the rewards as in 21.2. What comes after them, on the way back?",
        "How far does a reward move when the model's log-probability of the answer moves by 1?",
        "Take the gradients of the rewards of 21.2 and multiply them by the slope of a reward along its log-probability.",
    ),
    difficulty=2,
    minutes=8,
    importance=5,
    lines=4,
    needs=("21.2", "21.3"),
)
