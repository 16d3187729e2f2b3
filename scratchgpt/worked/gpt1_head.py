"""One new matrix on top of a language model: the classifier of GPT-1, forward, backward and one step.

Three tokens, width 4, two classes. The final states are given; W_y reads the last one.
Source: Radford et al. 2018, section 3.2.
"""

from typing import NamedTuple

import numpy as np

from ..layers import ClassifierHead
from ..ops import REFERENCE
from ..ops.arrays import Array

CLASSES = ("positive", "negative")
STATES = np.array([[-0.8, 1.2, 0.3, -0.7], [0.5, -0.3, 1.1, -1.3], [-0.2, 0.9, -1.0, 0.3]])  # (T, C)
W_Y = np.array([[0.15, -0.20], [0.30, 0.10], [-0.25, 0.40], [0.10, -0.15]])  # (C, K)


class Classified(NamedTuple):
    """What W_y makes of the last state: `logits` and `probs` (K,), `loss` in nats, and the gradients
    `dlogits` (K,), `dw_y` (C, K) and `dstates` (T, C), zero but in the last row."""

    logits: Array
    probs: Array
    loss: float
    dlogits: Array
    dw_y: Array
    dstates: Array


def classify(w_y: Array = W_Y, states: Array = STATES, label: int = 0) -> Classified:
    """Read the last of `states` (T, C) with `w_y` (C, K) and differentiate -ln P(label)."""
    head = ClassifierHead(states.shape[1], w_y.shape[1])
    at = np.array([len(states) - 1])
    logits, cache = head.forward({"weight": w_y}, states[None], at)  # (1, K)
    loss, loss_cache = REFERENCE.cross_entropy_forward(logits, np.array([label]))
    dlogits = REFERENCE.cross_entropy_backward(1.0, loss_cache)  # (1, K)
    g = {"weight": np.zeros_like(w_y)}
    dstates = head.backward(dlogits, cache, g)  # (1, T, C)
    return Classified(
        logits[0], REFERENCE.softmax(logits[0]), float(loss), dlogits[0], g["weight"], dstates[0]
    )
