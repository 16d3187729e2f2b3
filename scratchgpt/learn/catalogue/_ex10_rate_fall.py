"""10.5: mistakes in the way down: its share, the cosine, its two ends."""

import math

from ..exercise import Mistake
from ._ex10_rate_parts import rate

_WAY = "How much of the way down is done when the warm-up ends, and how much at the last step?"
_ANGLE = "Through which angle does a cosine go from its top to its bottom?"
_ENDS = "What is the rate at the top of the cosine, and what at its bottom?"
_BEYOND = "What is the rate when training goes on beyond its last step?"
_ALL = "What should happen when the warm-up takes all of the steps?"

FALL = (
    Mistake(
        "way down over all steps",
        "The way down begins with the end of the warm-up, and is divided by all steps: the last one is not at the bottom.",
        _WAY,
        wrong=rate(done=lambda t, T, w: (t - w) / T),
    ),
    Mistake(
        "way down from the first step",
        "The way down is counted from the first step and divided by the steps that are left for it: it is over too early.",
        _WAY,
        wrong=rate(done=lambda t, T, w: t / max(1, T - w)),
    ),
    Mistake(
        "way down one step late",
        "The first step behind the warm-up still has the highest rate, and the last one is not at the bottom.",
        _WAY,
        wrong=rate(done=lambda t, T, w: max(0, t - w - 1) / max(1, T - w)),
    ),
    Mistake(
        "way down one step late, on time at the end",
        "The first step behind the warm-up still has the highest rate; the way down should begin with it.",
        _WAY,
        wrong=rate(done=lambda t, T, w: max(0, t - w - 1) / max(1, T - w - 1)),
    ),
    Mistake(
        "way down a step too short",
        "The bottom is reached one step before the last.",
        _WAY,
        wrong=rate(done=lambda t, T, w: (t - w) / max(1, T - w - 1)),
    ),
    Mistake(
        "way down a step too long",
        "The last step is not at the bottom: the way down takes one step too many.",
        _WAY,
        wrong=rate(done=lambda t, T, w: (t - w) / max(1, T - w + 1)),
    ),
    Mistake(
        "way down a step ahead",
        "The way down is one step ahead, from the first step behind the warm-up on.",
        _WAY,
        wrong=rate(done=lambda t, T, w: (t - w + 1) / max(1, T - w)),
    ),
    Mistake(
        "not halved",
        "The sum of one and the cosine goes from 2 to 0: the way down begins at twice its height.",
        _ENDS,
        wrong=rate(level=lambda d: 1 + math.cos(math.pi * d)),
    ),
    Mistake(
        "bare cosine",
        "The cosine itself goes from 1 to -1, and takes the rate as far below its lowest as it was above.",
        _ENDS,
        wrong=rate(level=lambda d: math.cos(math.pi * d)),
    ),
    Mistake(
        "half of the cosine only",
        "Only the cosine was halved, not the one that is added to it: the way down begins too high and ends too high.",
        _ENDS,
        wrong=rate(level=lambda d: 1 + 0.5 * math.cos(math.pi * d)),
    ),
    Mistake(
        "half added to the cosine",
        "Only the one was halved, not the cosine: the way down begins too high and ends below the lowest rate.",
        _ENDS,
        wrong=rate(level=lambda d: 0.5 + math.cos(math.pi * d)),
    ),
    Mistake(
        "a quarter of a period",
        "Only a quarter of a period was used: the rate falls fastest at the end, where it should fall slowly.",
        _ANGLE,
        wrong=rate(level=lambda d: math.cos(math.pi / 2 * d)),
    ),
    Mistake(
        "a quarter of a period, halved",
        "Only a quarter of a period was used, and so the bottom is half way down.",
        _ANGLE,
        wrong=rate(level=lambda d: 0.5 * (1 + math.cos(math.pi / 2 * d))),
    ),
    Mistake(
        "pi forgotten",
        "The angle goes from 0 to 1 only: the cosine hardly begins to fall.",
        _ANGLE,
        wrong=rate(level=lambda d: 0.5 * (1 + math.cos(d))),
    ),
    Mistake(
        "degrees",
        "The angle was given in degrees, and a cosine takes it in radians.",
        _ANGLE,
        wrong=rate(level=lambda d: 0.5 * (1 + math.cos(180 * d))),
    ),
    Mistake(
        "sine",
        "The way down follows a sine: it begins half way down.",
        "Which of sine and cosine is at its top where the angle is 0?",
        wrong=rate(level=lambda d: 0.5 * (1 + math.sin(math.pi * d))),
    ),
    Mistake(
        "way up",
        "Behind the warm-up the cosine leads from the lowest rate to the highest.",
        "Where should the rate be at the first step of the way down?",
        wrong=rate(level=lambda d: 0.5 * (1 - math.cos(math.pi * d))),
    ),
    Mistake(
        "a straight line",
        "The way down is a straight line; half a period of a cosine was asked for.",
        "How fast does the rate fall at first, in the middle and at the end?",
        wrong=rate(level=lambda d: 1 - d),
    ),
    Mistake(
        "no way down",
        "Behind the warm-up the rate stays at its highest.",
        "What becomes of the rate when the warm-up is over?",
        wrong=rate(level=lambda d: 1.0),
    ),
    Mistake(
        "lowest rate as a floor",
        "The cosine leads to 0, and was cut off at the lowest rate: that is reached too early, with a kink.",
        _ENDS,
        wrong=rate(mix=lambda level, lr, low: max(low, lr * level)),
    ),
    Mistake(
        "lowest rate as a floor everywhere",
        "The cosine leads to 0, and both it and the rise were cut off at the lowest rate.",
        _ENDS,
        wrong=rate(mix=lambda level, lr, low: lr * level, last=lambda rate, t, w, low: max(low, rate)),
    ),
    Mistake(
        "lowest rate not added",
        "The way down has the right height and ends at 0: it does not stand on the lowest rate.",
        _ENDS,
        wrong=rate(mix=lambda level, lr, low: (lr - low) * level),
    ),
    Mistake(
        "sum of the rates",
        "The height of the way down is the sum of the two rates, where it should be their difference.",
        _ENDS,
        wrong=rate(mix=lambda level, lr, low: low + (lr + low) * level),
    ),
    Mistake(
        "highest rate behind a warm-up that takes all",
        "Where the warm-up takes all of the steps, the rate stays at the highest beyond them; it should be the lowest.",
        _ALL,
        wrong=rate(done=lambda t, T, w: (t - w) / (T - w) if w < T else 0.0),
    ),
    Mistake(
        "0 beyond the end",
        "Beyond the last step the rate is 0, where it should stay at the lowest.",
        _BEYOND,
        wrong=rate(after=lambda lr, low: 0.0),
    ),
    Mistake(
        "highest rate beyond the end",
        "Beyond the last step the rate is the highest again.",
        _BEYOND,
        wrong=rate(after=lambda lr, low: lr),
    ),
    Mistake(
        "halved cosine",
        "The cosine was halved and no half was added to it: the way down leads from half its height to as far below the "
        "lowest rate.",
        _ENDS,
        wrong=rate(level=lambda d: 0.5 * math.cos(math.pi * d)),
    ),
    Mistake(
        "sum of the rates, from 0",
        "The height of the way down is the sum of the two rates, and it ends at 0.",
        _ENDS,
        wrong=rate(mix=lambda level, lr, low: (lr + low) * level),
    ),
    Mistake(
        "0 from the last step on",
        "The last step, and all beyond it, have a rate of 0, where they should have the lowest.",
        _BEYOND,
        wrong=rate(
            mix=lambda level, lr, low: 0.0 if level < 1e-12 else low + (lr - low) * level,
        ),
    ),
    Mistake(
        "lowest rate as a share",
        "The lowest rate was taken for a share of the highest; it is a rate itself.",
        _ENDS,
        wrong=rate(mix=lambda level, lr, low: lr * (low + (1 - low) * level)),
    ),
    Mistake(
        "cosine squared",
        "The share that is left was squared: the rate falls too fast at first.",
        "What should the rate be half way down?",
        wrong=rate(level=lambda d: (0.5 * (1 + math.cos(math.pi * d))) ** 2),
    ),
    Mistake(
        "whole numbers on the way down",
        "The share of the way is 0 up to the last step: the division kept whole numbers only.",
        "What is 1 of 8, as a share?",
        wrong=rate(done=lambda t, T, w: (t - w) // max(1, T - w)),
    ),
    Mistake(
        "quickly at first",
        "The share of the way went through a sine first: the rate falls fast at first, and should fall slowly.",
        "How fast does the rate fall at first, in the middle and at the end?",
        wrong=rate(level=lambda d: 1 - math.sin(math.pi / 2 * d)),
    ),
)
