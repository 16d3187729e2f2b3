"""Update rules, learning-rate schedules and clipping, all over the one flat buffer.

An optimizer is a frozen dataclass. `init(params)` returns its state, named arrays as long as the
trainable part of the buffer; `step(...)` updates parameters and state in place.
"""

import math
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


def _zeros(params: Params, *names: str) -> Moments:
    xp = array_module(params.buffer)
    return {name: xp.zeros_like(params.buffer[: params.n_trainable]) for name in names}


def _scaled(params: Params, grads: Params, scale: float) -> Array:
    """Return `scale` times the gradients of the trainable part."""
    g = grads.buffer[: params.n_trainable]
    return g if scale == 1 else scale * g


def _apply(params: Params, update: Array, lr: float) -> None:
    """Subtract lr times `update`, scaled per span, from the trainable part."""
    for where, _, lr_scale in params.spans:
        params.buffer[where] -= lr * lr_scale * update[where]


@dataclass(frozen=True)
class SGD:
    """p -= lr g (Robbins, Monro 1951)."""

    def init(self, params: Params) -> Moments:
        """Return no state: every step forgets the last one."""
        return {}

    def step(
        self, params: Params, grads: Params, moments: Moments, *, lr: float, step: int, scale: float = 1.0
    ) -> None:
        """Move the parameters against the gradient, in place."""
        _apply(params, grads.buffer, lr * scale)


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
        m, g = moments["m"], _scaled(params, grads, scale)
        m *= self.beta
        m += g if self.heavy_ball else (1 - self.beta) * g
        _apply(params, m, lr)


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
        v, g = moments["v"], _scaled(params, grads, scale)
        v *= self.beta
        v += (1 - self.beta) * (g * g)
        _apply(params, g / (array_module(v).sqrt(v) + self.eps), lr)


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


def learning_rate(step: int, config: TrainConfig) -> float:
    """Learning rate of a step, counted from 1: a linear rise to `lr`, then the schedule to `min_lr`.

    The first step has lr/warmup, step `warmup` has lr, the last one min_lr (constant: lr throughout).
    Source of the cosine: Loshchilov, Hutter 2017.
    """
    if step <= config.warmup:
        return config.lr * step / config.warmup
    if config.schedule == "constant":
        return config.lr
    done = min(1.0, (step - config.warmup) / max(1, config.steps - config.warmup))
    falling = 0.5 * (1 + math.cos(math.pi * done)) if config.schedule == "cosine" else 1 - done
    return config.min_lr + (config.lr - config.min_lr) * falling


def clip_factor(grads: Params, max_norm: float) -> tuple[float, float]:
    """Return the norm of all gradients, and the factor that brings it to at most `max_norm` (0: leave it).

    When the norm is not finite the factor is 1. Source: Pascanu, Mikolov, Bengio 2013.
    """
    g = grads.buffer[: grads.n_trainable]
    norm = math.sqrt(float(array_module(g).dot(g, g)))
    return norm, max_norm / norm if 0 < max_norm < norm < math.inf else 1.0


def clip_by_global_norm(grads: Params, max_norm: float) -> float:
    """Scale all gradients by their `clip_factor`, in place; return the norm before."""
    norm, factor = clip_factor(grads, max_norm)
    if factor != 1:
        grads.buffer[: grads.n_trainable] *= factor
    return norm
