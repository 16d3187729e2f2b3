"""Lesson 10, spot the bug: AdamW whose decay goes through the averages, as L2 in the gradient does."""

from typing import Any

import numpy as np

from ...worked.adam_by_hand import adam_step, adamw_by_hand
from ..exercise import Chapter, Exercise, Mistake, Probe
from ._ex10_adam_family import family
from ._ex10_decay import decay
from ._ex10_handing_on import handing_on


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(108)

    def probe(name: str, *shape: int, size: float = 1.0, dtype: type = np.float64, **kwargs: Any) -> Probe:
        param, grad, m = rng.standard_normal((3, *shape)).astype(dtype)
        v: np.ndarray = (rng.random(shape) * size**2).astype(dtype)
        rates = {"lr": 0.3, "step": 3, "weight_decay": 0.4, "betas": (0.8, 0.7), "eps": 1e-2}
        return Probe(name, (param, dtype(size) * grad, dtype(size) * m, v), rates | kwargs)

    first = rng.standard_normal((2, 5))
    still = rng.standard_normal(4)
    usual = {"lr": 0.1, "weight_decay": 0.5}
    return [
        probe("basic", 5),
        Probe("defaults", probe("", 4).args, {**usual, "step": 2}),
        Probe("first step", (*first, np.zeros(5), 0.0 * np.ones(5)), {**usual, "step": 1}),
        Probe("no gradient", (still, np.zeros(4), 0.0 * still, np.zeros_like(still)), {**usual, "step": 7}),
        Probe(
            "gradients of very different sizes",
            (np.ones(3), np.array([100.0, 1.0, 0.01]), np.zeros(3), 0.0 * still[1:]),
            {**usual, "step": 1},
        ),
        probe("no decay", 5, weight_decay=0.0),
        probe("two axes", 2, 3, step=4),
        probe("late", 5, step=5000),
        probe("large eps", 5, eps=2.0, step=2, betas=(0.6, 0.9)),
        probe("one number", 1, step=2),
        probe("float32", 6, dtype=np.float32),
    ]


def _decay_last(
    param: Any, grad: Any, m: Any, v: Any, *, lr: float, step: int, weight_decay: float, **rates: Any
) -> tuple[Any, Any, Any]:
    """The decay after the step: as good, and a little other."""
    param, m, v = adam_step(param, grad, m, v, lr=lr, step=step, **rates)
    return (1 - lr * weight_decay) * param, m, v


_LEFT = "What should be left of a weight of 1 that has no gradient?"

_EDITS = (
    Mistake(
        "decay in the gradient",
        "The bug is still there: the decay goes through both averages with the gradient. In your test a weight without "
        "gradient loses a fixed length in place of a share.",
        "Which of the lines give the averages something to average?",
        edits=(
            ("(1 - lr * weight_decay) * param", "param"),
            ("(decayed, grad,", "(decayed, grad + weight_decay * param,"),
        ),
    ),
    Mistake(
        "no decay",
        "The decay is gone altogether: a weight without gradient stays as it is.",
        _LEFT,
        edits=(("(1 - lr * weight_decay) * param", "param"),),
    ),
    Mistake(
        "decay without the rate",
        "The decay is out of the averages now, and far too strong: it is meant per unit of the learning rate.",
        _LEFT,
        edits=(("(1 - lr * weight_decay)", "(1 - weight_decay)"),),
    ),
    Mistake(
        "growth for decay",
        "The decay is out of the averages now, and makes the parameters grow.",
        "Which way is smaller?",
        edits=(("(1 - lr *", "(1 + lr *"),),
    ),
    Mistake(
        "eps inside the root",
        "The decay is as it should be; but now the small number is added under the root.",
        "What else did you change while you repaired it?",
        edits=(("(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat + eps)"),),
    ),
    Mistake(
        "no root",
        "The decay is as it should be; but now the root of the average of squares is missing.",
        "What else did you change while you repaired it?",
        edits=(("(np.sqrt(v_hat) + eps)", "(v_hat + eps)"),),
    ),
)

ADAMW_BY_HAND = Exercise(
    id="10.8",
    reference=adamw_by_hand,
    task="""
    Spot the bug. One step of AdamW, values in and values out, as several libraries once had it: it runs, it
    learns, the loss falls, and the decay is not what was asked for.

    param, grad, m, v: arrays of one shape, float: the parameters, their gradient, and the averages of the
    gradients and of their squares so far. lr, step (from 1), betas, eps: as in 10.3. weight_decay: each
    parameter is to lose lr times weight_decay of itself, whatever its gradient is and was.
    Return (param, m, v), all new. Do not modify the arguments.

    Finite differences cannot help here: nothing is a derivative of anything. A test of equality can. Take
    the line with Todo away, and give the function weights whose gradient is 0 and always has been. Nothing
    pulls at them, so decay is all that happens, and you know what should be left of each. Then give it two
    weights of 1 with gradients of very different sizes, once with decay and once without: both should lose
    the same to it. What you see tells you which way the decay takes, and which one it should take. (As
    in 10.4, it may come before the step or after it.)

    >>> weights, zero = np.array([1.0, -4.0]), np.zeros(2)
    >>> new, m, v = adamw_by_hand(weights, zero, zero, zero, lr=0.1, step=1, weight_decay=0.5)
    >>> new.round(4), m, v
    (array([ 0.95, -3.8 ]), array([0., 0.]), array([0., 0.]))
    >>> ones, grad = np.ones(2), np.array([100.0, 0.01])
    >>> without, m, v = adamw_by_hand(ones, grad, zero, zero, lr=0.1, step=1, weight_decay=0.0)
    >>> decayed, m, v = adamw_by_hand(ones, grad, zero, zero, lr=0.1, step=1, weight_decay=0.5)
    >>> (without - decayed).round(2), m.round(4)
    (array([0.05, 0.05]), array([1.e+01, 1.e-03]))
    """,
    probes=probes,
    returns=("param", "m", "v"),
    edited=("adam_step",),
    variants=(_decay_last,),
    mistakes=(
        *_EDITS,
        *decay("decaying", but=[m.key for m in _EDITS]),
        *family("decaying", but=[m.key for m in _EDITS]),
        *decay("decaying late"),
        *family("decaying late"),
        *handing_on(adamw_by_hand, "param", "m", "v"),
    ),
    hints=(
        "In the test without gradients, how much did a weight of 1 lose, and how much did a weight of -4? Is that "
        "a share of them?",
        "Follow the decay from the line where it comes in. Through which averages does it go, and by what is it "
        "divided before it gets to the parameters?",
        "The averages should know of the gradient alone. Take the decay out of what they are given, and let it shrink "
        "the parameters directly, by its share times the rate.",
    ),
    difficulty=2,
    minutes=12,
    importance=5,
    lines=7,
    needs=("10.3",),
    given="""
    beta1, beta2 = betas
    grad = grad + weight_decay * param
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    m_hat = m / (1 - beta1**step)
    v_hat = v / (1 - beta2**step)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    """,
)

CHAPTER = Chapter(
    lesson="10",
    topic="bug_hunt",
    title="spot the bug in the weight decay of AdamW",
    imports="",
    exercises=(ADAMW_BY_HAND,),
)
