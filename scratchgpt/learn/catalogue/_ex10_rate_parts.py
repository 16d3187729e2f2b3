"""10.5: the learning rate from exchangeable parts."""

import math
from collections.abc import Callable
from typing import Any

Part = Callable[..., float]


def rate(
    begins: Callable[[int], int] = lambda t: t,
    rises: Callable[[int, int], bool] = lambda t, w: t <= w,
    rise: Part = lambda t, w, lr, low: lr * t / w,
    done: Part = lambda t, T, w: (t - w) / max(1, T - w),
    clamp: Part = lambda done: min(1.0, done),
    level: Part = lambda done: 0.5 * (1 + math.cos(math.pi * done)),
    mix: Part = lambda level, lr, low: low + (lr - low) * level,
    after: Callable[[float, float], float | None] = lambda lr, low: None,
    last: Part = lambda rate, t, w, low: rate,
    eager: bool = False,
) -> Callable[..., Any]:
    """The rate from exchangeable parts: T steps, w of them warm-up; t the step, low the lowest rate.

    When `eager`, the share of the way down is worked out in the warm-up already, where it may fail.
    """

    def warmup_cosine(step: int, steps: int, warmup: int, lr: float, min_lr: float = 0.0) -> float:
        t = begins(step)
        if eager:
            done(t, steps, warmup)
        if rises(t, warmup):
            return last(rise(t, warmup, lr, min_lr), t, warmup, min_lr)
        beyond = after(lr, min_lr)
        if t > steps and beyond is not None:
            return beyond
        return last(mix(level(clamp(done(t, steps, warmup))), lr, min_lr), t, warmup, min_lr)

    return warmup_cosine
