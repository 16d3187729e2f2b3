"""Adam and AdamW line by line; Adam's two averages while they are young; what decay becomes in its hands."""

import math
from typing import NamedTuple

import numpy as np

from ..ops.adamw import adamw_step
from ..ops.arrays import Array
from ..optim import AdamW, Optimizer
from ..params import Params, Spec

_SO_LATE = 10**9
"""A step number at which both corrections are 1: the op then computes Adam without them."""


def adam_step(
    param: Array,
    grad: Array,
    m: Array,
    v: Array,
    *,
    lr: float,
    step: int,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> tuple[Array, Array, Array]:
    """Return (param, m, v) after one step of Adam, values in and values out; `step` counts from 1.

    Shapes: param (N), grad (N), m (N), v (N) -> param (N), m (N), v (N)
    Forward: as in `ops.adamw_step` without decay, which does it in place.
    Source: Kingma, Ba 2015, Algorithm 1.
    """
    beta1, beta2 = betas
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * (grad * grad)
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adamw_by_hand(
    param: Array,
    grad: Array,
    m: Array,
    v: Array,
    *,
    lr: float,
    step: int,
    weight_decay: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> tuple[Array, Array, Array]:
    """Return (param, m, v) after one step of AdamW: the decay stays outside of the averages.

    Shapes: param (N), grad (N), m (N), v (N) -> param (N), m (N), v (N)
    Forward: `adam_step` from (1 - lr weight_decay) param.
    Source: Loshchilov, Hutter 2019, Algorithm 2.
    """
    decayed = (1 - lr * weight_decay) * param
    return adam_step(decayed, grad, m, v, lr=lr, step=step, betas=betas, eps=eps)


class YoungAverages(NamedTuple):
    """For steps 1, 2, ... of a gradient that is always 1: `m` and the root of `v`, which ought to be 1, and
    the `step` with and without correction, in units of the learning rate, which ought to be 1 too. (T)"""

    m: Array
    root_v: Array
    uncorrected: Array
    corrected: Array


def young_averages(steps: int, betas: tuple[float, float]) -> YoungAverages:
    """Run Adam on a constant gradient of 1, with learning rate 1, with and without bias correction."""
    grad, rows = np.ones(1), []
    with_it, without = (np.zeros((3, 1)) for _ in range(2))  # param, m, v
    for t in range(1, steps + 1):
        before = with_it[0, 0], without[0, 0]
        for (param, m, v), number in ((with_it, t), (without, _SO_LATE)):
            adamw_step(param, grad, m, v, lr=1.0, betas=betas, eps=0.0, weight_decay=0.0, step=number)
        rows.append(
            (without[1, 0], without[2, 0] ** 0.5, before[1] - without[0, 0], before[0] - with_it[0, 0])
        )
    return YoungAverages(*np.array(rows).T)


def shrinking(gradients: Array, lr: float, weight_decay: float, coupled: bool) -> Array:
    """Return weights (T + 1, n) that begin at 1, under Adam with the given gradients (T, n) and decay.

    `coupled`: the decay is L2 in the gradient, grad + weight_decay w, and passes through Adam's averages.
    Else it is AdamW's, beside them. Betas 0.9 and 0.999.
    """
    params = Params.zeros({"w": Spec((gradients.shape[1],), decay=True)}, np.float64)
    params.buffer[...] = 1
    rule = AdamW((0.9, 0.999), weight_decay=0.0 if coupled else weight_decay)
    grads, moments, weights = params.zeros_like(), rule.init(params), [params.buffer.copy()]
    for step, gradient in enumerate(gradients, 1):
        grads.buffer[...] = gradient + (weight_decay * params.buffer if coupled else 0)
        rule.step(params, grads, moments, lr=lr, step=step)
        weights.append(params.buffer.copy())
    return np.array(weights)


def decayed_mean(
    data: Array, rule: Optimizer, l2: float, batch: int, rng: np.random.Generator, lr: float, steps: int
) -> float:
    """Fit w to `data` (N) by the mean of 1/2 (w - y)^2 over batches, from 0; return w, averaged at the end.

    `l2` adds l2 w to the gradient; a rule may have a decay of its own beside it. The average is over the
    last half of the steps, so that the noise of the batches goes out.
    """
    params = Params.zeros({"w": Spec((1,), decay=True)}, np.float64)
    grads, moments, total = params.zeros_like(), rule.init(params), 0.0
    for step in range(1, steps + 1):
        w = params.buffer[0]
        grads.buffer[0] = w - rng.permutation(data)[:batch].mean() + l2 * w
        rule.step(params, grads, moments, lr=lr, step=step)
        total += params.buffer[0] if step > steps // 2 else 0.0
    return float(total / (steps - steps // 2))


def resting_place(mean: float, noise: float, weight_decay: float) -> float:
    """Return the w at which AdamW's mean step for `decayed_mean` is 0, with v at its expected value.

    There mean - w = weight_decay w sqrt(noise + (mean - w)^2), `noise` the variance of a batch's mean, and
    `mean` above 0. The left side falls from `mean` to 0 as w rises to `mean`, and lies above the right one at
    first: bisection.
    """
    low, high = 0.0, mean
    for _ in range(60):
        w = (low + high) / 2
        pull = weight_decay * w * math.hypot(math.sqrt(noise), mean - w)
        low, high = (w, high) if mean - w > pull else (low, w)
    return high
