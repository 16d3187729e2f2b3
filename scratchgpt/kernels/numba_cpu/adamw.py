"""AdamW: `adamw_step` and `adamw_scaled_step` of `scratchgpt/ops/adamw.py`.

The idea: one pass that reads four arrays and writes three, where NumPy makes about fifteen; the step of a
large model is bound by memory alone. Ten million numbers: 63 ms before, 9.1 on one thread, 6.0 on two.
Clipping multiplies the gradient on the way, which saves a pass that reads and writes it.
"""

import math

from numba import prange

from ...compiling import inlined, kernel
from ...ops import REFERENCE
from ...ops.arrays import Array
from .sharing import computable, cut, number, pieces


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
    """As `adamw_step` of the reference, in place.

    Shapes: param (N), grad (N), m (N), v (N) -> nothing
    """
    adamw_scaled_step(
        *(param, grad, m, v),
        scale=1.0,
        lr=lr,
        betas=betas,
        eps=eps,
        weight_decay=weight_decay,
        step=step,
    )


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
) -> None:
    """As `adamw_scaled_step` of the reference, in place.

    Shapes: param (N), grad (N), m (N), v (N) -> nothing
    """
    arrays = param, grad, m, v
    lined_up = all(a.flags.c_contiguous and a.shape == param.shape for a in arrays)
    if not computable(*arrays) or not lined_up:
        rates = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "step": step}
        return REFERENCE.adamw_scaled_step(*arrays, scale=scale, **rates)
    beta1, beta2 = betas
    values = (
        1 - lr * weight_decay,
        scale,
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        1 / math.sqrt(1 - beta2**step),
        eps,
        lr / (1 - beta1**step),
    )
    scalars = tuple(number(param.dtype, value) for value in values)
    _adamw(*(a.reshape(-1) for a in arrays), scalars, pieces(param.size))  # (N,)
    return None


@inlined
def _adamw_all(param, grad, m, v, scalars):
    kept, scale, beta1, rest1, beta2, rest2, unbias, eps, rate = scalars
    for i in range(param.shape[0]):
        g = scale * grad[i]
        m_i = beta1 * m[i] + rest1 * g
        v_i = beta2 * v[i] + rest2 * (g * g)
        m[i], v[i] = m_i, v_i
        param[i] = kept * param[i] - rate * (m_i / (math.sqrt(v_i) * unbias + eps))


@kernel(parallel=True)
def _adamw(param, grad, m, v, scalars, n):
    """The update of each number, each piece in its own thread."""
    if n == 1:
        _adamw_all(param, grad, m, v, scalars)
    else:
        for c in prange(n):
            piece = cut(c, n, param.shape[0])
            _adamw_all(param[piece], grad[piece], m[piece], v[piece], scalars)
