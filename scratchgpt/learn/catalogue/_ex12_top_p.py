"""12.3: top-p, the nucleus."""

import numpy as np

from ...sampling.filters import top_p
from ..exercise import Exercise, Probe
from ._ex12_top_p_more import TOP_P_MISTAKES


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(122)

    def logs(*shares: float) -> np.ndarray:
        return np.log(np.array(shares))

    cut = rng.standard_normal(6)
    cut[[1, 4]] = -np.inf
    flat = rng.standard_normal((3, 7)) * np.array([[6.0], [1.0], [0.1]])
    return [
        Probe("basic", (logs(0.12, 0.4, 0.08, 0.25, 0.15), 0.75)),
        Probe("logits that are no logarithms", (rng.standard_normal(8) * 2 + 3, 0.6)),
        Probe("a batch", (flat, 0.7)),
        Probe("a square batch", (rng.standard_normal((4, 4)), 0.5)),
        Probe("one token has more than p", (logs(0.03, 0.9, 0.05, 0.02), 0.5)),
        Probe("p is reached exactly", (np.zeros(8), 0.5)),
        Probe("equals at the border", (logs(0.1, 0.2, 0.3, 0.2, 0.2), 0.6)),
        Probe("many equals", (rng.integers(0, 3, 60).astype(float), 0.9)),
        Probe("p = 0", (rng.standard_normal(5), 0.0)),
        Probe("p = 1", (rng.standard_normal((2, 5)), 1.0)),
        Probe("p = 1 and a hopeless token", (np.array([2.0, -60.0, 2.0, -70.0]), 1.0)),
        Probe("p above 1", (rng.standard_normal(5), 1.5)),
        Probe("nearly all", (logs(0.5, 0.3, 0.19, 0.01), 0.995)),
        Probe("tokens that are cut off", (cut, 0.8)),
        Probe("large logits", (np.array([900.0, 901.0, -800.0, 899.0]), 0.8)),
        Probe("one token", (np.array([2.0]), 0.9)),
    ]


TOP_P = Exercise(
    id="12.3",
    reference=top_p,
    task="""
    Keep the nucleus: the smallest set of tokens whose probabilities have the sum p or more.

    logits: (V,) or (B, V), float; some may be minus infinity already. p: a float, at least 0.
    Return logits of the same shape, not probabilities: in each row, taken by itself, those of the nucleus as
    they are, all others minus infinity. Tokens enter likeliest first (among equals lowest id first), until
    the sum of their probabilities reaches p: the one with which it does so belongs to the nucleus, and none
    comes after it. So one token always stays, even for p = 0. A p of 1 or more keeps all. Do not modify
    logits; softmax is imported.

    >>> logits = np.log(np.array([0.15, 0.4, 0.25, 0.08, 0.12]))
    >>> np.isfinite(top_p(logits, 0.75)).tolist()
    [True, True, True, False, False]
    >>> top_p(np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 9.0, 0.0, 0.0]]), 0.5).tolist()
    [[1.0, 1.0, -inf, -inf], [-inf, 9.0, -inf, -inf]]
    """,
    probes=probes,
    returns=("logits",),
    mistakes=TOP_P_MISTAKES,
    hints=(
        "Write the running sum of the sorted probabilities of the first example under each other, and mark which "
        "tokens belong to the nucleus. Is the running sum of the last one below p, or not?",
        "A token belongs to it when the sum of those before it has not reached p yet. What is that sum for the "
        "first one?",
        "Order the ids of a row by falling logit, stably; running sums of the probabilities in this order; count "
        "how many stay below p, and keep one token more than that. Rows of a batch can be done one by one.",
    ),
    difficulty=3,
    minutes=20,
    importance=4,
    lines=10,
    needs=("12.2",),
)
