"""The task's loss by hand: states read at Extract in a padded batch, one matrix W_y, and the way back.

`layers.ClassifierHead` and the cross-entropy do the same in a model, with dropout and a bias.
Source: Radford et al. 2018, section 3.2, equations 3 and 4.
"""

from typing import NamedTuple

import numpy as np

from ..ops.arrays import Array, matmul
from ..ops.softmax import log_softmax


class ExtractLossCache(NamedTuple):
    """`h` (B, T, C), `lengths` (B,), `weight` (C, K), `labels` (B,), and `probs` (B, K) of the classes."""

    h: Array
    lengths: Array
    weight: Array
    labels: Array
    probs: Array


def extract_loss_forward(
    h: Array, lengths: Array, weight: Array, labels: Array
) -> tuple[Array, ExtractLossCache]:
    """Score the state at Extract, the last real token of each row, and compare with the labels.

    Shapes: h (B, T, C), lengths (B), weight (C, K), labels (B) < K -> loss ()
    Forward: loss = mean over b of -log softmax(h[b, lengths[b] - 1] W)[labels[b]]
    Cache: the arguments, and the probabilities for dlogits.
    """
    rows = np.arange(len(h))
    states = h[rows, lengths - 1]  # (B, C)
    log_probs = log_softmax(matmul(states, weight))  # (B, K)
    loss = -log_probs[rows, labels].mean()
    return loss, ExtractLossCache(h, lengths, weight, labels, np.exp(log_probs))


def extract_loss_backward(dloss: float | Array, cache: ExtractLossCache) -> tuple[Array, Array]:
    """Gradients of the states, zero but at Extract, and of the matrix.

    Shapes: dloss () -> dh (B, T, C), dweight (C, K)
    Backward: dlogits = dloss (p - one-hot) / B; dW = states^T dlogits; dh at Extract = dlogits W^T.
    """
    h, lengths, weight, labels, probs = cache
    rows, at = np.arange(len(h)), lengths - 1
    dlogits = probs.copy()
    dlogits[rows, labels] -= 1
    dlogits *= dloss / len(h)
    dh = np.zeros_like(h)
    dh[rows, at] = matmul(dlogits, weight.T)  # (B, C)
    return dh, matmul(h[rows, at].T, dlogits)  # (C, K)
