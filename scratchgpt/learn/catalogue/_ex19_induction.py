"""19.3: the induction score."""

import numpy as np

from ...interpret.induction import induction_score
from ...ops.softmax import softmax
from ..exercise import Exercise, Probe
from ._ex19_induction_mistakes import MISTAKES


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(192)

    def weights(*shape: int) -> np.ndarray:
        scores = 1.5 * rng.standard_normal((*shape, shape[-1]))
        return softmax(np.where(np.tri(shape[-1], dtype=bool), scores, -np.inf))

    perfect = np.tri(8)[None] / np.arange(1, 9)[:, None]  # the first half knows no better than to share out
    perfect[:, 4:] = 0
    perfect[:, np.arange(4, 8), np.arange(1, 5)] = 1
    return [
        Probe("basic", (weights(3, 8),)),
        Probe("as many heads as positions", (weights(6, 6),)),
        Probe("layers and heads", (weights(2, 3, 4),)),
        Probe("one head", (weights(10),)),
        Probe("a perfect head", (perfect,)),
        Probe("two tokens, twice", (weights(5, 4),)),
        Probe("a head that sees both sides", (softmax(rng.standard_normal((2, 3, 6, 6))),)),
        Probe("a view", (np.moveaxis(weights(5, 6), 0, 2).transpose(2, 0, 1),)),
    ]


EXERCISE = Exercise(
    id="19.3",
    reference=induction_score,
    task="""
    How much of an induction head is an attention head?

    An induction head continues what it has seen before: at a token that occurred earlier in the text, it
    looks at the position behind that earlier occurrence, to say what followed then. One finds such heads on
    a sequence of random tokens that stands there twice, say 7 4 9 7 4 9: the second 7 should look at the
    first 4, the second 4 at the first 9, and the second 9 at the second 7, which stands behind the first 9.

    weights: (..., T, T), float, with zero or more axes in front (layers, heads): the attention weights on
    such a sequence, a row per query with its shares of all keys. T is even, and the two halves of T / 2
    tokens are the same.
    Return score (...): for each head the mean, over the queries of the second half, of the weight on the
    position behind the earlier occurrence of the query's token. Do not modify weights.

    Two tokens, twice. The third position looks at the second one with 0.6, the last at the third with 0.5:

    >>> weights = np.array([[1.0, 0, 0, 0], [0.3, 0.7, 0, 0], [0.3, 0.6, 0.1, 0], [0.1, 0.3, 0.5, 0.1]])
    >>> round(float(induction_score(weights)), 4)
    0.55
    >>> induction_score(np.array([weights, np.tri(4) / [[1], [2], [3], [4]]])).round(4)
    array([0.55  , 0.2917])
    """,
    probes=probes,
    returns=("score",),
    mistakes=MISTAKES,
    hints=(
        "Write down, for the sequence 7 4 9 7 4 9, the three queries by their numbers, and beside each the key that it should "
        "look at.",
        "How far back does the wanted key lie, and is that the same for all queries?",
        "Two lists of positions, one of queries and one of keys, used as indices together, pick one weight for each pair. The "
        "mean goes over these pairs alone.",
    ),
    difficulty=2,
    minutes=10,
    importance=3,
    lines=3,
    needs=("06.3",),
)
