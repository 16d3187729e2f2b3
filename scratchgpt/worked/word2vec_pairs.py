"""Word2vec as it is run on real text: small batches of pairs, with negatives that are really drawn."""

from typing import NamedTuple

import numpy as np

from ..ops.activations import sigmoid_forward
from ..ops.arrays import Array


class Vectors(NamedTuple):
    """A center vector `V` (V, D) and an outside vector `U` (V, D) for each word, and the mean `losses` of
    each epoch, in nats a pair."""

    V: Array
    U: Array
    losses: list[float]


class PairGradients(NamedTuple):
    """`losses` (B) of the pairs, `dV` (B, D) for their centers, `dU` (B, 1 + K, D) for the words beside."""

    losses: Array
    dV: Array
    dU: Array


def negative_sampling_pairs(v: Array, u: Array) -> PairGradients:
    """The loss of worked/word2vec.py for a batch of pairs.

    Shapes: v (B, D) the center vectors, u (B, 1 + K, D) the outside vectors: the word that came, K drawn
        -> losses (B), dV (B, D), dU (B, 1 + K, D)
    Backward: error = sigmoid(u . v) - (1, 0, ..., 0) for each pair; dV = sum_i error_i u_i, dU_i = error_i v.
    """
    scores = np.einsum("bd,bkd->bk", v, u)
    losses = np.logaddexp(0, -scores[:, 0]) + np.logaddexp(0, scores[:, 1:]).sum(axis=1)
    error, _ = sigmoid_forward(scores)
    error[:, 0] -= 1
    return PairGradients(losses, np.einsum("bk,bkd->bd", error, u), error[:, :, None] * v[:, None, :])


def add_rows(table: Array, ids: Array, rows: Array) -> None:
    """Add `rows` to the rows `ids` of a table, in place; a row that is named twice gets both.

    Shapes: table (V, D), ids (N), rows (N, D)
    The rows of one id are brought together and summed first: several times faster than np.add.at.
    """
    order = np.argsort(ids, kind="stable")
    found = ids[order]
    first = np.flatnonzero(np.diff(found, prepend=-1))
    table[found[first]] += np.add.reduceat(rows[order], first, axis=0)


def kept(centers: Array, outside: Array, rng: np.random.Generator, threshold: float) -> Array:
    """Say which pairs take part this time: pairs of very common words are dropped more often.

    Shapes: centers (N), outside (N) -> (N) booleans
    A word with share f of the text stays with probability min(1, sqrt(threshold / f)), a pair if both do.
    Source: Mikolov et al. 2013, "Distributed Representations of Words and Phrases", section 2.3.
    """
    shares = np.bincount(centers) / len(centers)
    stays = np.minimum(1, np.sqrt(threshold / np.maximum(shares, threshold)))
    return rng.random(len(centers)) < stays[centers] * stays[outside]


def train_pairs(
    centers: Array,
    outside: Array,
    rng: np.random.Generator,
    *,
    size: int = 32,
    epochs: int = 4,
    negatives: int = 5,
    lr: float = 0.1,
    batch: int = 256,
    threshold: float = 1e-3,
) -> Vectors:
    """Learn vectors from pairs by negative sampling: in each batch, a step of size `lr` for every pair.

    Shapes: centers (N), outside (N), ids below V -> V (V, D), U (V, D), with D = size
    Every word must occur as a center. Negatives are drawn by their share to the power 3/4. The step falls
    linearly to 0. U starts at 0 and V does not: with both at 0 no gradient would ever arise.
    Source: Mikolov et al. 2013, "Distributed Representations of Words and Phrases", section 2.
    """
    noise = np.bincount(centers) ** 0.75
    ends = np.cumsum(noise / noise.sum())
    V = (rng.random((len(noise), size)) - 0.5) / 5
    U = np.zeros_like(V)
    losses = []
    for epoch in range(epochs):
        chosen = rng.permutation(np.flatnonzero(kept(centers, outside, rng, threshold)))
        total = 0.0
        for start in range(0, len(chosen), batch):
            at = chosen[start : start + batch]
            drawn = np.searchsorted(ends[:-1], rng.random((len(at), negatives)))
            ids = np.column_stack([outside[at], drawn])
            gradients = negative_sampling_pairs(V[centers[at]], U[ids])
            step = -lr * (1 - (epoch + start / len(chosen)) / epochs)
            add_rows(V, centers[at], step * gradients.dV)
            add_rows(U, ids.ravel(), step * gradients.dU.reshape(-1, size))
            total += float(gradients.losses.sum())
        losses.append(total / len(chosen))
    return Vectors(V, U, losses)
