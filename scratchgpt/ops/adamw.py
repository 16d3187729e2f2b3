"""One AdamW step, in place."""

import math

from .arrays import Array, array_module


def adamw_step(
    param: Array,
    grad: Array,
    m: Array,
    v: Array,
    *,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
    step: int,
) -> None:
    """Update `param`, and the moments `m` and `v`, in place. `step` counts from 1.

    Shapes: param (N), grad (N), m (N), v (N) -> nothing
    Forward: param -= lr weight_decay param (decoupled: the decay never enters the moments);
        m = b1 m + (1 - b1) grad; v = b2 v + (1 - b2) grad^2;
        param -= lr m_hat / (sqrt(v_hat) + eps), m_hat = m / (1 - b1^step), v_hat = v / (1 - b2^step).
    Cache: m and v are the optimizer's state.
    Source: Loshchilov, Hutter 2019, Algorithm 2.
    """
    xp = array_module(param)
    beta1, beta2 = betas
    if weight_decay:
        param *= 1 - lr * weight_decay
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * (grad * grad)
    update = xp.sqrt(v)
    update *= 1 / math.sqrt(1 - beta2**step)
    update += eps
    xp.divide(m, update, out=update)
    update *= lr / (1 - beta1**step)
    param -= update
