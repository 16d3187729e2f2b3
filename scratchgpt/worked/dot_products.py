"""Why attention divides by the root of the head's size, measured on random queries and keys."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..ops.arrays import Array
from ..ops.softmax import softmax, softmax_backward


class Saturation(NamedTuple):
    """What was measured for the sizes `d` (N), an entry each, for one way to scale the scores.

    `deviation`: the standard deviation of the scores. Of the queries' largest weights, `largest` is the
    median. `scores`, `query` and `query_rms` are lengths of gradients: of a row of scores, the median; of a
    query, the median and the root of the mean square. The twentieth part of the queries that has the longest
    gradients holds the share `few` of the sum of squares; of their largest weights, `few_largest` is the
    median.
    """

    d: Array
    deviation: Array
    largest: Array
    scores: Array
    query: Array
    query_rms: Array
    few: Array
    few_largest: Array


def saturation(
    sizes: Sequence[int],
    rng: np.random.Generator,
    *,
    scaled: bool,
    n_keys: int = 16,
    n_queries: int = 1000,
) -> Saturation:
    """Let queries attend to `n_keys` keys each, all numbers drawn N(0, 1), and measure what softmax does.

    The gradient that reaches the weights from above is drawn N(0, 1) too. `scaled`: whether the scores are
    divided by the root of the size. Each query has keys of its own, so that they are independent.
    """
    rows = []
    for d in sizes:
        q, k = rng.standard_normal((n_queries, 1, d)), rng.standard_normal((n_queries, n_keys, d))
        factor = 1 / math.sqrt(d) if scaled else 1.0
        scores = q @ k.swapaxes(1, 2) * factor  # (N, 1, S)
        weights = softmax(scores)
        dscores = softmax_backward(rng.standard_normal(weights.shape), weights)
        dq = dscores @ k * factor  # (N, 1, d)
        lengths, largest = np.linalg.norm(dq, axis=2)[:, 0], weights.max(axis=2)[:, 0]
        few = lengths.argsort()[-max(1, n_queries // 20) :]
        rows.append(
            (
                d,
                scores.std(),
                np.median(largest),
                np.median(np.linalg.norm(dscores, axis=2)),
                np.median(lengths),
                math.sqrt((lengths**2).mean()),
                (lengths[few] ** 2).sum() / max((lengths**2).sum(), np.finfo(float).tiny),
                np.median(largest[few]),
            )
        )
    return Saturation(*np.array(rows).T)
