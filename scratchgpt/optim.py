"""Update rules, learning-rate schedules and clipping.

`momentum_step`, `rmsprop_step`, `warmup_cosine` and `clip_by_global_norm` are the arithmetic: values in,
values out. An optimizer is a frozen dataclass over the one flat buffer. `init(params)` returns its state,
named arrays as long as the trainable part of the buffer; `step(...)` updates parameters and state in place.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from .config import TrainConfig
from .ops import REFERENCE, Ops
from .ops.arrays import Array, array_module
from .params import Params

Moments = dict[str, Array]


class Optimizer(Protocol):
    """What every update rule offers."""

    def init(self, params: Params) -> Moments:
        """Return fresh state: zeros of length `params.n_trainable` under the rule's own names."""
        ...

    def step(
        self, params: Params, grads: Params, moments: Moments, *, lr: float, step: int, scale: float = 1.0
    ) -> None:
        """Update `params` and `moments` in place, by `scale` times the gradients; `step` counts from 1."""
        ...


def momentum_step(
    param: Array, grad: Array, m: Array, *, lr: float, beta: float = 0.9, heavy_ball: bool = False
) -> tuple[Array, Array]:
    """Return (param, m) after one step: m, an average of past gradients, takes it.

    Shapes: param (N), grad (N), m (N) -> param (N), m (N)
    Forward: m = beta m + (1 - beta) grad, the exponential moving average, or m = beta m + grad, the heavy
        ball; param = param - lr m.
    Source: Polyak 1964.
    """
    m = beta * m + (grad if heavy_ball else (1 - beta) * grad)
    return param - lr * m, m


def rmsprop_step(
    param: Array, grad: Array, v: Array, *, lr: float, beta: float = 0.95, eps: float = 1e-8
) -> tuple[Array, Array]:
    """Return (param, v) after one step: the gradient over the root of its own averaged square, v.

    Shapes: param (N), grad (N), v (N) -> param (N), v (N)
    Forward: v = beta v + (1 - beta) grad^2; param = param - lr grad / (sqrt(v) + eps).
    Source: Hinton 2012, lecture 6e.
    """
    v = beta * v + (1 - beta) * (grad * grad)
    return param - lr * (grad / (array_module(v).sqrt(v) + eps)), v


def _zeros(params: Params, *names: str) -> Moments:
    xp = array_module(params.buffer)
    return {name: xp.zeros_like(params.buffer[: params.n_trainable]) for name in names}


def _scaled(params: Params, grads: Params, scale: float) -> Array:
    """Return `scale` times the gradients of the trainable part."""
    g = grads.buffer[: params.n_trainable]
    return g if scale == 1 else scale * g


@dataclass(frozen=True)
class SGD:
    """p -= lr g (Robbins, Monro 1951)."""

    def init(self, params: Params) -> Moments:
        """Return no state: every step forgets the last one."""
        return {}

    def step(
        self, params: Params, grads: Params, moments: Moments, *, lr: float, step: int, scale: float = 1.0
    ) -> None:
        """Move the parameters against the gradient, in place; each span has its own share of the rate."""
        for where, _, lr_scale in params.spans:
            params.buffer[where] -= lr * scale * lr_scale * grads.buffer[where]


@dataclass(frozen=True)
class Momentum:
    """An average of past gradients takes the step (Polyak 1964).

    The exponential moving average, m = beta m + (1 - beta) g, keeps the size of a gradient. The heavy
    ball, m = beta m + g (PyTorch's default form), takes steps 1/(1 - beta) times as long.
    """

    beta: float = 0.9
    heavy_ball: bool = False

    def init(self, params: Params) -> Moments:
        """Return the average of gradients, m (n_trainable,), 0."""
        return _zeros(params, "m")

    def step(
        self, params: Params, grads: Params, moments: Moments, *, lr: float, step: int, scale: float = 1.0
    ) -> None:
        """Average the gradient into m and move the parameters against m, in place."""
        w, m, g = params.buffer, moments["m"], _scaled(params, grads, scale)
        for where, _, lr_scale in params.spans:
            w[where], m[where] = momentum_step(
                w[where], g[where], m[where], lr=lr * lr_scale, beta=self.beta, heavy_ball=self.heavy_ball
            )


@dataclass(frozen=True)
class RMSProp:
    """Each gradient is divided by the root of its own averaged square (Hinton 2012, lecture 6e)."""

    beta: float = 0.95
    eps: float = 1e-8

    def init(self, params: Params) -> Moments:
        """Return the average of squared gradients, v (n_trainable,), 0."""
        return _zeros(params, "v")

    def step(
        self, params: Params, grads: Params, moments: Moments, *, lr: float, step: int, scale: float = 1.0
    ) -> None:
        """Average the squared gradient into v and move by the gradient over the root of v, in place."""
        w, v, g = params.buffer, moments["v"], _scaled(params, grads, scale)
        for where, _, lr_scale in params.spans:
            w[where], v[where] = rmsprop_step(
                w[where], g[where], v[where], lr=lr * lr_scale, beta=self.beta, eps=self.eps
            )


@dataclass(frozen=True)
class AdamW:
    """Adam (Kingma, Ba 2015) with decoupled decay of matrices; `weight_decay=0` is Adam itself."""

    betas: tuple[float, float] = (0.9, 0.95)
    eps: float = 1e-8
    weight_decay: float = 0.1
    ops: Ops = REFERENCE

    def init(self, params: Params) -> Moments:
        """Return the averages of gradients, m, and of their squares, v, both (n_trainable,) and 0."""
        return _zeros(params, "m", "v")

    def step(
        self, params: Params, grads: Params, moments: Moments, *, lr: float, step: int, scale: float = 1.0
    ) -> None:
        """Run the op `adamw_scaled_step` over each stretch of parameters that are trained alike, in place.

        `step`, from 1, corrects the averages, which begin at 0 (Kingma, Ba 2015, section 3).
        """
        for where, decay, lr_scale in params.spans:
            self.ops.adamw_scaled_step(
                params.buffer[where],
                grads.buffer[where],
                moments["m"][where],
                moments["v"][where],
                scale=scale,
                lr=lr * lr_scale,
                betas=self.betas,
                eps=self.eps,
                weight_decay=self.weight_decay if decay else 0.0,
                step=step,
            )


def from_config(config: TrainConfig, ops: Ops = REFERENCE) -> Optimizer:
    """Return the update rule that a training configuration names."""
    betas = (config.beta1, config.beta2)
    rules: dict[str, Optimizer] = {
        "sgd": SGD(),
        "momentum": Momentum(config.beta1),
        "rmsprop": RMSProp(config.beta2, config.eps),
        "adam": AdamW(betas, config.eps, 0.0, ops),
        "adamw": AdamW(betas, config.eps, config.weight_decay, ops),
    }
    return rules[config.optimizer]


def warmup_cosine(step: int, steps: int, warmup: int, lr: float, min_lr: float = 0.0) -> float:
    """Learning rate of a step, counted from 1: a linear rise to `lr`, then half a cosine down to `min_lr`.

    The first step has lr/warmup, step `warmup` has lr, step `steps` and all later ones min_lr.
    Source: Loshchilov, Hutter 2017.
    """
    if step <= warmup:
        return lr * step / warmup
    done = min(1.0, (step - warmup) / max(1, steps - warmup))
    return min_lr + (lr - min_lr) * 0.5 * (1 + math.cos(math.pi * done))


def learning_rate(step: int, config: TrainConfig) -> float:
    """Learning rate of a step, counted from 1: a linear rise to `lr`, then the schedule to `min_lr`.

    Cosine is `warmup_cosine`, linear a straight line between the same ends, constant stays at lr.
    """
    if config.schedule == "cosine" or step <= config.warmup:
        return warmup_cosine(step, config.steps, config.warmup, config.lr, config.min_lr)
    if config.schedule == "constant":
        return config.lr
    done = min(1.0, (step - config.warmup) / max(1, config.steps - config.warmup))
    return config.min_lr + (config.lr - config.min_lr) * (1 - done)


def clip_factor(grads: Params, max_norm: float) -> tuple[float, float]:
    """Return the norm of all gradients, and the factor that brings it to at most `max_norm` (0: leave it).

    When the norm is not finite the factor is 1. Source: Pascanu, Mikolov, Bengio 2013.
    """
    g = grads.buffer[: grads.n_trainable]
    norm = math.sqrt(float(array_module(g).dot(g, g)))
    return norm, max_norm / norm if 0 < max_norm < norm < math.inf else 1.0


def clip_by_global_norm(grads: Sequence[Array], max_norm: float) -> tuple[list[Array], float]:
    """Return the gradients of several tensors, all times one factor as in `clip_factor`, and their norm.

    The norm is the one before clipping, the root of the sum of the squares of all numbers of all tensors.
    Source: Pascanu, Mikolov, Bengio 2013.
    """
    norm = math.sqrt(sum(float((g * g).sum()) for g in grads))
    factor = max_norm / norm if 0 < max_norm < norm < math.inf else 1.0
    return [factor * g for g in grads], norm
