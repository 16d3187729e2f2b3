"""Word2vec: a word's vector learns to predict the words around it. Two losses, for one pair of words.

Each word has two vectors: v when it stands in the center, u (a row of U) when it stands outside, in the
window around another. The score of a pair is the dot product u . v.
"""

from typing import NamedTuple

import numpy as np

from ..ops.activations import sigmoid_forward
from ..ops.arrays import Array
from ..ops.softmax import log_softmax


class NaiveSoftmaxCache(NamedTuple):
    """`v` (D), the id `outside`, `U` (V, D) and `probs` (V), what the model expects outside."""

    v: Array
    outside: int
    U: Array
    probs: Array


def naive_softmax_forward(v: Array, outside: int, U: Array) -> tuple[Array, NaiveSoftmaxCache]:
    """Surprise at finding the word `outside` near a center word: -log P(outside given center).

    Shapes: v (D), outside () < V, U (V, D) -> loss ()
    Forward: P(w given center) = softmax(U v)_w; naive, because that needs every word.
    Cache: the probabilities, for the error at the scores; v and U, the two factors of a score.
    Source: Mikolov et al. 2013, "Distributed Representations of Words and Phrases", equation 2.
    """
    log_probs = log_softmax(U @ v)
    return -log_probs[outside], NaiveSoftmaxCache(v, outside, U, np.exp(log_probs))


def naive_softmax_backward(dloss: Array, cache: NaiveSoftmaxCache) -> tuple[Array, Array]:
    """Gradients of the center vector and of all outside vectors.

    Shapes: dloss () -> dv (D), dU (V, D)
    Backward: error = probs - onehot(outside). dv = sum_w error_w u_w, the expected outside vector minus the
        one that came; dU[w] = error_w v. Each needs the other's vectors.
    """
    v, outside, U, probs = cache
    error = probs.copy()
    error[outside] -= 1
    error *= dloss
    return error @ U, np.outer(error, v)


class NegativeSamplingCache(NamedTuple):
    """`v` (D), `ids` (1 + K), the outside word first, `U` (V, D), and `probs` (1 + K), a sigmoid per pair."""

    v: Array
    ids: Array
    U: Array
    probs: Array


def negative_sampling_forward(
    v: Array, outside: int, negatives: Array, U: Array
) -> tuple[Array, NegativeSamplingCache]:
    """Tell the word that came from K words that were drawn at random: 1 + K yes/no questions, not one of V.

    Shapes: v (D), outside () < V, negatives (K) < V, U (V, D) -> loss ()
    Forward: -log sigmoid(u_outside . v) - sum_k log sigmoid(-u_k . v), as log(1 + exp(.)) without overflow.
        A word drawn twice counts twice.
    Cache: the probability of "really came" for each pair; v, U and the ids, which tell whose row is meant.
    Source: Mikolov et al. 2013, "Distributed Representations of Words and Phrases", equation 4.
    """
    ids = np.concatenate(([outside], negatives))
    scores = U[ids] @ v
    loss = np.logaddexp(0, -scores[0]) + np.logaddexp(0, scores[1:]).sum()
    probs, _ = sigmoid_forward(scores)
    return loss, NegativeSamplingCache(v, ids, U, probs)


def negative_sampling_backward(dloss: Array, cache: NegativeSamplingCache) -> tuple[Array, Array]:
    """Gradients of the center vector and of all outside vectors; only rows in `ids` are not 0.

    Shapes: dloss () -> dv (D), dU (V, D)
    Backward: error = probs - (1, 0, ..., 0). dv = sum_i error_i u_ids[i]; row w of dU is the sum of
        error_i v over all i with ids[i] = w, since a word may have been drawn more than once.
    """
    v, ids, U, probs = cache
    error = probs.copy()
    error[0] -= 1
    error *= dloss
    dU = np.zeros_like(U)
    np.add.at(dU, ids, np.outer(error, v))
    return error @ U[ids], dU
