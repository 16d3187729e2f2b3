"""Adam and AdamW from exchangeable parts: one wrong part makes a wrong answer to 10.3, 10.4 or 10.8."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Part = Callable[..., Any]


@dataclass(frozen=True)
class Adam:
    """One step, each of its parts to be exchanged. (b: a beta, t: the step, k: the decay per step, wd: per
    unit of the rate.)

    `gradient_m` and `gradient_v` are what goes into the averages; `m` and `v` the averages, `betas` those
    they are made with, `averaged` what is done to both; `look` changes the corrected average of gradients; `m_hat` and `v_hat` the corrected ones, `corrections` the betas they are made with.
    `size` is what the step is divided by, `step` the way to go, `move` the parameters after it, from those
    that have decayed by `decay`; with `late` they decay after it. `stale` says that the step uses the averages that came in, `kept` what
    becomes of the averages.
    """

    gradient_m: Part = lambda g, p, wd, lr: g
    gradient_v: Part = lambda g, p, wd, lr: g
    betas: Part = lambda b1, b2: (b1, b2)
    m: Part = lambda m, g, b: b * m + (1 - b) * g
    v: Part = lambda v, g, b, m: b * v + (1 - b) * g * g
    corrections: Part = lambda b1, b2: (b1, b2)
    averaged: Part = lambda m, v, p, wd, lr: (m, v)
    m_hat: Part = lambda m, b, t: m / (1 - b**t)
    v_hat: Part = lambda v, b, t: v / (1 - b**t)
    look: Part = lambda m_hat, g, b, t, p, wd: m_hat
    size: Part = lambda v, eps, corrected, b, t: np.sqrt(corrected) + eps
    step: Part = lambda m, size, lr, g, p, wd, t: lr * m / size
    decay: Part = lambda p, lr, wd, t, g, b1: p * (1 - lr * wd)
    move: Part = lambda p, step: p - step
    late: bool = False
    stale: str = ""
    kept: Part = lambda m, v, m_hat, v_hat: (m, v)

    def all(
        self, p: Any, g: Any, m: Any, v: Any, lr: float, t: int, wd: float, betas: Any, eps: float
    ) -> tuple[Any, Any, Any]:
        """Return (param, m, v) after the step."""
        gm, gv = self.gradient_m(g, p, wd, lr), self.gradient_v(g, p, wd, lr)
        (b1, b2), (c1, c2) = self.betas(*betas), self.corrections(*betas)
        m_new = self.m(m, gm, b1)
        m_new, v_new = self.averaged(m_new, self.v(v, gv, b2, m_new), p, wd, lr)
        m_used, v_used = (m if "m" in self.stale else m_new), (v if "v" in self.stale else v_new)
        m_hat, v_hat = self.m_hat(m_used, c1, t), self.v_hat(v_used, c2, t)
        way = self.step(
            self.look(m_hat, g, c1, t, p, wd), self.size(v_used, eps, v_hat, c2, t), lr, g, p, wd, t
        )
        if self.late:
            param = self.decay(self.move(p, way), lr, wd, t, g, betas[0])
        else:
            param = self.move(self.decay(p, lr, wd, t, g, betas[0]), way)
        return (param, *self.kept(m_new, v_new, m_hat, v_hat))

    def made(self, kind: str) -> Callable[..., Any]:
        """As an answer of some kind: "rmsprop", "values", "in_place", "decaying", or the last two "late"."""
        kind, _, late = kind.partition(" ")
        return getattr(replace(self, late=True) if late else self, kind)()

    def rmsprop(self) -> Callable[..., Any]:
        """As an answer to 10.2: the gradient in the place of its average, and no correction by its step."""

        def rmsprop_step(
            param: Any, grad: Any, v: Any, *, lr: float, beta: float = 0.95, eps: float = 1e-8
        ) -> Any:
            param, _, v = self.all(param, grad, 0.0 * grad, v, lr, 1, 0.0, (0.0, beta), eps)
            return param, v

        return rmsprop_step

    def values(self) -> Callable[..., Any]:
        """As an answer to 10.3: without decay."""

        def adam_step(
            param: Any,
            grad: Any,
            m: Any,
            v: Any,
            *,
            lr: float,
            step: int,
            betas: Any = (0.9, 0.999),
            eps: float = 1e-8,
        ) -> Any:
            return self.all(param, grad, m, v, lr, step, 0.0, betas, eps)

        return adam_step

    def in_place(self) -> Callable[..., Any]:
        """As an answer to 10.4."""

        def adamw_step(
            param: Any,
            grad: Any,
            m: Any,
            v: Any,
            *,
            lr: float,
            betas: Any,
            eps: float,
            weight_decay: float,
            step: int,
        ) -> None:
            param[...], m[...], v[...] = self.all(param, grad, m, v, lr, step, weight_decay, betas, eps)

        return adamw_step

    def decaying(self) -> Callable[..., Any]:
        """As an answer to 10.8."""

        def adamw_by_hand(
            param: Any,
            grad: Any,
            m: Any,
            v: Any,
            *,
            lr: float,
            step: int,
            weight_decay: float,
            betas: Any = (0.9, 0.999),
            eps: float = 1e-8,
        ) -> Any:
            return self.all(param, grad, m, v, lr, step, weight_decay, betas, eps)

        return adamw_by_hand
