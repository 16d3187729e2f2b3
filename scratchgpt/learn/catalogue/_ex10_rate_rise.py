"""10.5: mistakes in the rise, and in where it begins and ends."""

import math
from collections.abc import Callable
from typing import Any

from ..exercise import Mistake
from ._ex10_rate_parts import rate


def _factors(t: int, T: int, w: int, lr: float, low: float = 0.0) -> float:
    """Warm-up as a factor of a cosine over all steps."""
    return min(1.0, t / max(1, w)) * (low + (lr - low) * 0.5 * (1 + math.cos(math.pi * min(1.0, t / T))))


def _smaller(step: int, steps: int, warmup: int, lr: float, min_lr: float = 0.0) -> float:
    rise = lr * step / warmup if warmup else lr
    return min(rise, min_lr + (lr - min_lr) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps))))


def _renamed(f: Callable[..., float]) -> Callable[..., Any]:
    def warmup_cosine(step: int, steps: int, warmup: int, lr: float, min_lr: float = 0.0) -> float:
        return f(step, steps, warmup, lr, min_lr)

    return warmup_cosine


_FIRST = "Which share of the highest rate has the first step, and which the last one of the warm-up?"
_NONE = "What should happen when the warm-up has no steps at all?"
_ALL = "What should happen when the warm-up takes all of the steps?"

RISE = (
    Mistake(
        "rise too long",
        "The rise takes one step too many: at the end of the warm-up the rate is not yet at its highest.",
        _FIRST,
        wrong=rate(rise=lambda t, w, lr, low: lr * t / (w + 1)),
    ),
    Mistake(
        "rise from 0 to the top",
        "The rise begins at 0 and takes a step less: the first step is read for nothing.",
        _FIRST,
        wrong=rate(rise=lambda t, w, lr, low: lr * (t - 1) / max(1, w - 1)),
    ),
    Mistake(
        "rise one step ahead",
        "The rise is one step ahead: its last step is above the highest rate.",
        _FIRST,
        wrong=rate(rise=lambda t, w, lr, low: lr * (t + 1) / w),
    ),
    Mistake(
        "rise from the lowest rate",
        "The rise begins at the lowest rate; that belongs to the end of training, and the rise to begin with is a share of "
        "the highest.",
        _FIRST,
        wrong=rate(rise=lambda t, w, lr, low: low + (lr - low) * t / w),
    ),
    Mistake(
        "rise above the lowest rate",
        "The first steps of the rise were lifted to the lowest rate; that belongs to the end of training.",
        _FIRST,
        wrong=rate(last=lambda rate, t, w, low: max(low, rate) if t <= w else rate),
    ),
    Mistake(
        "rise beyond the end of the warm-up",
        "One step too many belongs to the rise: its rate is above the highest.",
        _FIRST,
        wrong=rate(rises=lambda t, w: t <= w + 1, rise=lambda t, w, lr, low: lr * t / max(1, w)),
    ),
    Mistake(
        "rise squared",
        "The rise is no straight line: its share of the steps was squared.",
        "What should the rate be half way up?",
        wrong=rate(rise=lambda t, w, lr, low: lr * (t / w) ** 2),
    ),
    Mistake(
        "rise along a cosine",
        "The rise goes along a cosine as well; it should be a straight line.",
        "What should the rate be a quarter of the way up?",
        wrong=rate(rise=lambda t, w, lr, low: lr * 0.5 * (1 - math.cos(math.pi * t / w))),
    ),
    Mistake(
        "whole numbers in the rise",
        "The rise is 0 up to its last step: the division kept whole numbers only.",
        "What is 1 of 8, as a share?",
        wrong=rate(rise=lambda t, w, lr, low: lr * (t // w)),
    ),
    Mistake(
        "rise without the rate",
        "The rise is a share of 1, not of the highest rate.",
        _FIRST,
        wrong=rate(rise=lambda t, w, lr, low: t / w),
    ),
    Mistake(
        "highest rate in the warm-up",
        "In the warm-up the rate is the highest from the first step on.",
        "What is the warm-up for?",
        wrong=rate(rise=lambda t, w, lr, low: lr),
    ),
    Mistake(
        "no warm-up",
        "There is no rise: the cosine begins with the first step.",
        "What should the rate be in the first steps?",
        wrong=rate(rises=lambda t, w: False, done=lambda t, T, w: t / T),
    ),
    Mistake(
        "warm-up as a factor",
        "Rise and cosine were multiplied: the cosine falls already while the rate should rise, and is too far down ever after.",
        "Where does the way down begin?",
        wrong=_renamed(_factors),
    ),
    Mistake(
        "steps counted from 0",
        "Each step has the rate of the one after it, as if the first step were number 0.",
        "Which number has the first step?",
        wrong=rate(begins=lambda t: t + 1),
    ),
    Mistake(
        "one step late",
        "Each step has the rate of the one before it, and the first has none.",
        "Which number has the first step?",
        wrong=rate(begins=lambda t: t - 1, rise=lambda t, w, lr, low: lr * t / max(1, w)),
    ),
    Mistake(
        "fails without a warm-up",
        "Without a warm-up your function divides by 0.",
        _NONE,
        wrong=rate(rises=lambda t, w: t / w <= 1),
    ),
    Mistake(
        "fails when the warm-up takes all",
        "Where the warm-up takes all of the steps, no step is left for the fall, and your function divides by 0.",
        _ALL,
        wrong=rate(done=lambda t, T, w: (t - w) / (T - w)),
    ),
    Mistake(
        "fails when the warm-up takes all, from the first step on",
        "Where the warm-up takes all of the steps, no step is left for the fall, and your function divides by 0, in the "
        "warm-up already.",
        _ALL,
        wrong=rate(done=lambda t, T, w: (t - w) / (T - w), eager=True),
    ),
    Mistake(
        "fails when the warm-up takes none or all",
        "Without a warm-up your function divides by 0, and so it does where the warm-up takes all of the steps.",
        _ALL,
        wrong=rate(rises=lambda t, w: t / w <= 1, done=lambda t, T, w: (t - w) / (T - w)),
    ),
    Mistake(
        "fails when the warm-up takes none or all, from the first step on",
        "Without a warm-up your function divides by 0, and so it does where the warm-up takes all of the steps, at every "
        "step.",
        _ALL,
        wrong=rate(rises=lambda t, w: t / w <= 1, done=lambda t, T, w: (t - w) / (T - w), eager=True),
    ),
    Mistake(
        "rise one step ahead, no further than the top",
        "The rise is one step ahead, and has its top one step too early.",
        _FIRST,
        wrong=rate(rise=lambda t, w, lr, low: lr * min(1.0, (t + 1) / w)),
    ),
    Mistake(
        "the smaller of rise and cosine",
        "The smaller of a rise and of a cosine over all steps was taken: the cosine falls already while the rate should "
        "rise.",
        "Where does the way down begin?",
        wrong=_smaller,
    ),
    Mistake(
        "top without a warm-up",
        "Without a warm-up the first step has the highest rate; the fall should begin with it.",
        _NONE,
        wrong=rate(rises=lambda t, w: t <= max(1, w), rise=lambda t, w, lr, low: lr * t / max(1, w)),
    ),
    Mistake(
        "rise from 0, then the top",
        "The rise begins at 0 and its last step jumps to the top: each step before it is one behind.",
        _FIRST,
        wrong=rate(rises=lambda t, w: t < w, rise=lambda t, w, lr, low: lr * (t - 1) / w),
    ),
    Mistake(
        "one step late, but for runs without a warm-up",
        "Each step has the rate of the one before it.",
        "Which number has the first step?",
        wrong=rate(begins=lambda t: t - 1, rises=lambda t, w: t < w),
    ),
)
