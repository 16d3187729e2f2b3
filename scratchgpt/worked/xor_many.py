"""XOR from many first draws at once: how often does training succeed, and what decides it?

A single run says little about an initialisation. A thousand small networks laid side by side in one array
train in a second or two, because every line of the step then works on all of them.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..ops.activations import relu_forward, sigmoid_forward
from ..ops.arrays import Array
from .xor import INPUTS, TARGETS, XorNetwork

SOLVED = 0.01  # below this loss, every answer is right with a probability near 0.99


class ManyRuns(NamedTuple):
    """How S runs went.

    `losses` (S) after the last step; `solved_at` (S), the first step below SOLVED or -1. After the last step:
    `alive` (S), the number of hidden units that are on for at least one input; `bends` (S), of those that are
    on for some inputs and off for others; `silent` (S), the number of inputs for which no unit is on.
    """

    losses: Array
    solved_at: Array
    alive: Array
    bends: Array
    silent: Array


def init_uniform(rng: np.random.Generator, n_hidden: int = 4) -> XorNetwork:
    """Draw weights and biases uniformly from +-1/sqrt(number of inputs), as torch.nn.Linear starts."""
    n_in = INPUTS.shape[1]
    first, second = 1 / math.sqrt(n_in), 1 / math.sqrt(n_hidden)
    return XorNetwork(
        W1=rng.uniform(-first, first, (n_in, n_hidden)),
        b1=rng.uniform(-first, first, n_hidden),
        W2=rng.uniform(-second, second, (n_hidden, 1)),
        b2=rng.uniform(-second, second, 1),
    )


def hidden_alive(params: XorNetwork) -> int:
    """Count the hidden units that are on (z1 > 0) for at least one of the four inputs.

    A unit that is off for all of them receives no gradient, so it stays off.
    """
    return int((INPUTS @ params.W1 + params.b1 > 0).any(axis=0).sum())


def train_many(starts: Sequence[XorNetwork], steps: int = 1_000, lr: float = 0.5) -> ManyRuns:
    """Train S networks of one width, each as `xor_step` would, and say which of them solve XOR.

    Inside, the number of the run is the last axis: W1 (I, H, S), b1 and W2 (H, S), b2 (S). The mean over the
    four examples is that of `xor_step`; only the order of the additions differs.
    """
    x, y = INPUTS, TARGETS
    W1, b1, W2, b2 = (np.stack(p, axis=-1) for p in zip(*starts, strict=True))
    W2 = W2[:, 0]  # (H, S)
    solved_at = np.full(len(starts), -1)
    for step in range(steps + 1):
        z1 = np.tensordot(x, W1, axes=1) + b1  # (N, H, S)
        h, _ = relu_forward(z1)
        logits = (h * W2).sum(axis=1) + b2  # (N, S)
        losses = np.logaddexp(0, np.where(y == 1, -logits, logits)).mean(
            axis=0
        )  # (S): -log of the answer's p
        solved_at[(solved_at < 0) & (losses < SOLVED)] = step
        if step == steps:
            break
        dlogits = (sigmoid_forward(logits)[0] - y) / len(x)  # (N, S)
        dz1 = dlogits[:, None] * W2 * (z1 > 0)  # (N, H, S)
        W2 = W2 - lr * (h * dlogits[:, None]).sum(axis=0)
        b2 = b2 - lr * dlogits.sum(axis=0)
        W1 = W1 - lr * np.tensordot(x.T, dz1, axes=1)  # (I, H, S)
        b1 = b1 - lr * dz1.sum(axis=0)
    on = z1 > 0  # (N, H, S)
    some = on.any(axis=0)  # (H, S)
    return ManyRuns(
        losses,
        solved_at,
        alive=some.sum(axis=0),
        bends=(some & ~on.all(axis=0)).sum(axis=0),
        silent=(~on.any(axis=1)).sum(axis=0),
    )


def shared_loss(groups: Sequence[Sequence[float]]) -> float:
    """Return the least mean loss when all answers in a group must get the same probability.

    `groups` hold the right answers, 0 or 1. The best a group can do is its share of ones as probability,
    which costs the entropy of that share for each member.

    >>> round(shared_loss([[0, 1, 1, 0]]), 4), round(shared_loss([[1, 1, 0], [0]]), 4)
    (0.6931, 0.4774)
    """
    total = 0.0
    for group in groups:
        ones = sum(group) / len(group)
        total -= len(group) * sum(p * math.log(p) for p in (ones, 1 - ones) if p > 0)
    return total / sum(map(len, groups))
