"""Word2vec on a whole table of counts at once: the losses of all pairs, and how to walk down them.

`counts[c, o]` says how often word o stood near center word c. Each pair has the loss of worked/word2vec.py;
here they are averaged over all pairs with two matrix products instead of a loop.
"""

from collections.abc import Callable, Iterable
from itertools import cycle
from typing import NamedTuple

import numpy as np

from ..ops.activations import sigmoid_forward
from ..ops.arrays import Array
from ..ops.softmax import log_softmax


class Gradients(NamedTuple):
    """The mean `loss` over all pairs, and its gradients `dV` (V, D), center, and `dU` (W, D), outside."""

    loss: float
    dV: Array
    dU: Array


Loss = Callable[[Array, Array, Array], Gradients]
"""(V (V, D), U (W, D), counts (V, W)) -> Gradients."""


def naive_softmax_table(V: Array, U: Array, counts: Array) -> Gradients:
    """Mean naive softmax loss over all pairs of a table.

    Shapes: V (V, D), U (W, D), counts (V, W) -> loss (), dV (V, D), dU (W, D)
    Forward: sum_co counts[c, o] (-log softmax(V U^T)[c, o]) / N, N the sum of the counts.
    Backward: error = (n_c P - counts) / N, n_c the pairs of center c; dV = error U, dU = error^T V.
    """
    total = counts.sum()
    log_probs = log_softmax(V @ U.T)
    error = np.exp(log_probs) * counts.sum(axis=1, keepdims=True) - counts
    error /= total
    return Gradients(float(-(counts * log_probs).sum() / total), error @ U, error.T @ V)


def negative_sampling_table(V: Array, U: Array, counts: Array, *, negatives: int = 5) -> Gradients:
    """Mean negative-sampling loss over all pairs, expected over all draws of `negatives` words a pair.

    Shapes: V (V, D), U (W, D), counts (V, W) -> loss (), dV (V, D), dU (W, D)
    Forward: a pair (c, o) came counts[c, o] times and is drawn k n_c q_o times on average, q_o the share of
        o raised to 3/4. loss = sum(came -log s + drawn -log(1 - s)) / N with s = sigmoid(V U^T).
    Backward: error = ((came + drawn) s - came) / N; dV = error U, dU = error^T V.
    Source: Levy and Goldberg 2014, "Neural Word Embedding as Implicit Matrix Factorization", section 3.
    """
    total = counts.sum()
    drawn = negatives * np.outer(counts.sum(axis=1), noise(counts)).astype(counts.dtype)
    scores = V @ U.T
    probs, _ = sigmoid_forward(scores)
    loss = counts * np.logaddexp(0, -scores) + drawn * np.logaddexp(0, scores)
    error = (counts + drawn) * probs - counts
    error /= total
    return Gradients(float(loss.sum() / total), error @ U, error.T @ V)


def noise(counts: Array, power: float = 0.75) -> Array:
    """Probability with which each outside word is drawn as a negative: its share, to a power below 1.

    Shapes: counts (V, W) -> (W)
    Source: Mikolov et al. 2013, "Distributed Representations of Words and Phrases", section 2.2.
    """
    shares = (counts.sum(axis=0) / counts.sum()) ** power
    return shares / shares.sum()


class Descent(NamedTuple):
    """Where a walk ended: `V` (V, D) and `U` (W, D), and `losses`, one before each pass."""

    V: Array
    U: Array
    losses: list[float]


def descend(
    loss: Loss, V: Array, U: Array, counts: Array, *, turns: Iterable[str], lr: float, passes: int
) -> Descent:
    """Walk down a loss; `turns` says, in a cycle, what moves after a pass over the table.

    Shapes: V (V, D), U (W, D), counts (V, W)
    ("VU",) moves both at once, ("V", "U") one after the other. Each pass costs the same scores, whether one
    matrix moves or both. The arguments are left as they are.
    """
    losses = []
    for turn, _ in zip(cycle(turns), range(passes), strict=False):
        value, dV, dU = loss(V, U, counts)
        losses.append(value)
        if "V" in turn:
            V = V - lr * dV
        if "U" in turn:
            U = U - lr * dU
    return Descent(V, U, losses)
