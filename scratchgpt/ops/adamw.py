"""One AdamW step, in place."""

import math
from types import SimpleNamespace
from typing import Any

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


_STEP = SimpleNamespace(adamw_step=adamw_step)


def adamw_scaled_step(
    param: Array,
    grad: Array,
    m: Array,
    v: Array,
    *,
    scale: float,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
    step: int,
    ops: Any = _STEP,
) -> None:
    """The same step with `scale` times the gradient: clipping, without a pass of its own over `grad`.

    Shapes: param (N), grad (N), m (N), v (N) -> nothing
    Forward: adamw_step with scale * grad; `grad` itself stays as it is.
    Cache: m and v are the optimizer's state.
    Source: Loshchilov, Hutter 2019, Algorithm 2; Pascanu, Mikolov, Bengio 2013.
    """
    scaled = grad if scale == 1 else grad * scale
    ops.adamw_step(param, scaled, m, v, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, step=step)
