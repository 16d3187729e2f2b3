"""The same training step with its state hidden in an object, and the test that shows what it hides.

`trainer.Trainer.step` takes a state and returns one. Most frameworks keep gradients, a training flag and
moments inside objects instead, and each call depends on the calls before it. Two mistakes are possible only
there: gradients that were not zeroed, and evaluation with dropout on.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..model import GPT
from ..ops.arrays import Array
from ..optim import Optimizer
from ..params import Params


class HiddenTrainer:
    """A model that trains in place. What it computes depends on what was called before."""

    def __init__(
        self, model: GPT, params: Params, rule: Optimizer, lr: float, rng: np.random.Generator
    ) -> None:
        self.model, self.params, self.rule, self.lr, self.rng = model, params, rule, lr, rng
        self.grads, self.moments = params.zeros_like(), rule.init(params)
        self.training, self.steps = True, 0

    def loss(self, ids: Array, targets: Array) -> float:
        """Return the loss in nats per token; with dropout, if `training` happens to be on."""
        loss, _ = self.model.loss(self.params, ids, targets, rng=self.rng if self.training else None)
        return float(loss)

    def backward(self, ids: Array, targets: Array) -> Array:
        """Add the gradient to what `grads` holds already; return a copy of the sum."""
        loss, cache = self.model.loss(self.params, ids, targets, rng=self.rng if self.training else None)
        self.model.loss_backward(np.ones_like(loss), cache, self.grads)
        return self.grads.buffer.copy()

    def zero_grad(self) -> None:
        """Forget the gradients."""
        self.grads.buffer[...] = 0

    def step(self) -> None:
        """Update the parameters by whatever `grads` holds."""
        self.steps += 1
        self.rule.step(self.params, self.grads, self.moments, lr=self.lr, step=self.steps)


def same_twice(call: Callable[..., Any], *arrays: Array) -> bool:
    """Return whether a function of arrays is free of hidden state, as far as two calls can tell.

    Both calls get copies of `arrays`. True when they return the same array or number to the last bit (NaN
    equals NaN), and neither changes what it was given. The first result is copied, since `call` may hand
    out an array of its own and write into it again.
    """
    results = []
    for _ in range(2):
        given = [a.copy() for a in arrays]
        results.append(np.copy(call(*given)))
        if not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(given, arrays, strict=True)):
            return False
    first, second = results
    return np.array_equal(first, second, equal_nan=True)
