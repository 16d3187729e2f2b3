"""12.2: top-k."""

import numpy as np

from ...sampling.filters import top_k
from ..exercise import Exercise, Probe
from ._ex12_top_k_more import TOP_K_MISTAKES


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(121)
    ties = rng.integers(0, 3, 60).astype(float)
    cut = rng.standard_normal(6)
    cut[[0, 1, 2, 4]] = -np.inf
    return [
        Probe("basic", (rng.standard_normal(8) * 2, 3)),
        Probe("a batch", (rng.standard_normal((3, 7)) + np.array([[5.0], [0.0], [-5.0]]), 2)),
        Probe("a square batch", (rng.standard_normal((4, 4)), 3)),
        Probe("equals at the k-th place", (np.array([1.0, 3.0, 2.0, 2.0, 0.0, 2.0]), 3)),
        Probe("equals above the k-th place", (np.array([1.0, 3.0, 0.5, 3.0, 2.0]), 3)),
        Probe("many equals", (ties, int((ties == 2).sum()) + 7)),
        Probe("a batch with equals", (np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 2.0], [2.0, 2.0, 1.0]]), 1)),
        Probe("k = 1", (rng.standard_normal(5), 1)),
        Probe("k = V - 1", (rng.standard_normal(5), 4)),
        Probe("k = V", (rng.standard_normal(5), 5)),
        Probe("k above V", (rng.standard_normal(5), 9)),
        Probe("k = 0", (rng.standard_normal((2, 5)), 0)),
        Probe("tokens that are cut off", (cut, 3)),
        Probe("negative logits", (-1 - rng.random(6), 2)),
    ]


TOP_K = Exercise(
    id="12.2",
    reference=top_k,
    task="""
    Keep the k likeliest tokens, and make all others impossible.

    logits: (V,) or (B, V), float; some may be minus infinity already. k: an integer, at least 0.
    Return logits of the same shape, not probabilities: the k largest of each row as they are, all others
    minus infinity, so that a softmax later gives them 0. Exactly k stay: among equal logits at the k-th
    place those with the lowest ids do. 0 keeps all, and so does a k of V or more. Do not modify logits.

    >>> top_k(np.array([1.0, 4.0, 2.0, 3.0]), 2).tolist()
    [-inf, 4.0, -inf, 3.0]
    >>> top_k(np.array([[1.0, 2.0, 2.0, 0.0], [5.0, 5.0, 5.0, 5.0]]), 1).tolist()
    [[-inf, 2.0, -inf, -inf], [5.0, -inf, -inf, -inf]]
    >>> top_k(np.array([1.0, 4.0]), 0).tolist()
    [1.0, 4.0]
    """,
    probes=probes,
    returns=("logits",),
    mistakes=TOP_K_MISTAKES,
    hints=(
        "A threshold alone keeps too many when several logits are equal to it. What tells them apart?",
        "A sort that is stable leaves equal elements in the order in which they stood. Which way round do you "
        "have to sort, so that the lowest id comes first among equals?",
        "Order the ids of each row by falling logit, stably; the first k of them stay. Begin with a result that "
        "is minus infinity throughout, and put those in. Think of the two cases in which all stay.",
    ),
    difficulty=2,
    minutes=15,
    importance=4,
    lines=7,
)
