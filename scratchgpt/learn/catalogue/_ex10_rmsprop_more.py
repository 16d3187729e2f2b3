"""10.2: more mistakes in RMSProp: the average, its root, the step."""

from typing import Any

import numpy as np

from ..exercise import Mistake
from ._ex10_rules import Adam


def _rule(**parts: Any) -> Any:
    """RMSProp with other parts: its average is not corrected."""
    return Adam(**{"v_hat": lambda v, b, t: v} | parts).rmsprop()


def _eps_in_the_average(
    param: Any, grad: Any, v: Any, *, lr: float, beta: float = 0.95, eps: float = 1e-8
) -> Any:
    v = beta * v + (1 - beta) * grad * grad + eps
    return param - lr * grad / np.sqrt(v), v


_FORGET = "What happens to the old average with each step?"
_SHARES = "To what do the shares of an average add up?"
_UNITS = "In which units must the average be, so that its root has those of a gradient?"
_FIRST = "Which of eps and the root comes first?"

MORE = (
    Mistake(
        "old average takes the step",
        "The step is divided by the average as it came in, before this gradient was in it.",
        "What comes first, the average or the step?",
        wrong=_rule(stale="v"),
    ),
    Mistake(
        "square in full",
        "The square of the gradient goes in full into the average; it should have the rest of the share.",
        _SHARES,
        wrong=_rule(v=lambda v, g, b, m: b * v + g * g),
    ),
    Mistake(
        "beta for both shares",
        "Old average and new square have the same share, beta.",
        _SHARES,
        wrong=_rule(v=lambda v, g, b, m: b * v + b * g * g),
    ),
    Mistake(
        "squares summed",
        "The squares are summed up for good, none is ever forgotten: that is AdaGrad.",
        _FORGET,
        wrong=_rule(v=lambda v, g, b, m: v + g * g),
    ),
    Mistake(
        "old average kept in full",
        "The average never forgets: its old value came in full, and a share of the new was added.",
        _FORGET,
        wrong=_rule(v=lambda v, g, b, m: v + (1 - b) * g * g),
    ),
    Mistake(
        "no memory",
        "The old average is gone: only this step's squares count.",
        "What did the steps before leave to this one?",
        wrong=_rule(v=lambda v, g, b, m: (1 - b) * g * g),
    ),
    Mistake(
        "square alone",
        "There is no average: the square of this gradient took its place, so every step is about as long as the rate.",
        "What did the steps before leave to this one?",
        wrong=_rule(v=lambda v, g, b, m: g * g),
    ),
    Mistake(
        "absolute value for square",
        "The average is one of sizes, not of squares, and then a root was drawn of it all the same.",
        _UNITS,
        wrong=_rule(v=lambda v, g, b, m: b * v + (1 - b) * np.abs(g)),
    ),
    Mistake(
        "share squared",
        "The share of the new was squared together with the gradient.",
        "What is squared: the gradient, or its share?",
        wrong=_rule(v=lambda v, g, b, m: b * v + ((1 - b) * g) ** 2),
    ),
    Mistake(
        "old average squared",
        "The old average was squared together with the gradient; it is one of squares already.",
        _UNITS,
        wrong=_rule(v=lambda v, g, b, m: b * v * v + (1 - b) * g * g),
    ),
    Mistake(
        "average squared as a whole",
        "The gradient was averaged in first and the whole was squared then; the average is one of squares.",
        _UNITS,
        wrong=_rule(v=lambda v, g, b, m: (b * v + (1 - b) * g) ** 2),
    ),
    Mistake(
        "one size for all",
        "All parameters share one average, over all numbers of the gradient; each should have its own.",
        "Which parameters would profit from one common size?",
        wrong=_rule(v=lambda v, g, b, m: b * v + (1 - b) * np.mean(g * g)),
    ),
    Mistake(
        "sum of squares for all",
        "All parameters share one sum of squares; each should have an average of its own.",
        "Which parameters would profit from one common size?",
        wrong=_rule(v=lambda v, g, b, m: b * v + (1 - b) * np.sum(g * g)),
    ),
    Mistake(
        "largest square",
        "The average can only grow: the larger of old and new was kept.",
        "What happens to the size of a step when gradients have become small?",
        wrong=_rule(v=lambda v, g, b, m: np.maximum(v, b * v + (1 - b) * g * g)),
    ),
    Mistake(
        "corrected",
        "The average was divided by the share of the new, as if this were always the first step; Adam corrects, by the "
        "number of the step, and RMSProp does not.",
        "Does the task speak of a correction?",
        wrong=_rule(v_hat=lambda v, b, t: v / (1 - b)),
    ),
    Mistake(
        "eps added twice",
        "The small number is added under the root and again behind it.",
        _FIRST,
        wrong=_rule(size=lambda v, eps, corrected, b, t: np.sqrt(v + eps) + eps),
    ),
    Mistake(
        "eps squared inside the root",
        "The square of the small number is added under the root; it should come on top of the root.",
        _FIRST,
        wrong=_rule(size=lambda v, eps, corrected, b, t: np.sqrt(v + eps * eps)),
    ),
    Mistake(
        "eps in the average",
        "The small number went into the average and under its root, and is handed on with it.",
        "To what is the small number added, and who should see it?",
        wrong=_eps_in_the_average,
    ),
    Mistake(
        "eps behind the quotient",
        "The small number was added behind the whole quotient: nothing keeps that from dividing by 0, and every parameter "
        "is pushed up.",
        "What is it that must not become 0?",
        wrong=_rule(
            size=lambda v, eps, corrected, b, t: (np.sqrt(v), eps),
            step=lambda m, size, lr, g, p, wd, t: lr * g / size[0] - size[1],
        ),
    ),
    Mistake(
        "eps behind the quotient, with the step",
        "The small number was added to the way to go, behind the quotient: nothing keeps that from dividing by 0, and every "
        "parameter is pushed down.",
        "What is it that must not become 0?",
        wrong=_rule(
            size=lambda v, eps, corrected, b, t: (np.sqrt(v), eps),
            step=lambda m, size, lr, g, p, wd, t: lr * g / size[0] + size[1],
        ),
    ),
    Mistake(
        "eps subtracted",
        "The small number was subtracted from the root.",
        "What keeps you from dividing by 0?",
        wrong=_rule(size=lambda v, eps, corrected, b, t: np.sqrt(v) - eps),
    ),
    Mistake(
        "root twice",
        "A root was drawn twice of the average.",
        _UNITS,
        wrong=_rule(size=lambda v, eps, corrected, b, t: v**0.25 + eps),
    ),
    Mistake(
        "own size",
        "The gradient was divided by its own size, not by its usual one: only the sign is left of it.",
        "What is the average of squares there for?",
        wrong=_rule(
            size=lambda v, eps, corrected, b, t: eps,
            step=lambda m, size, lr, g, p, wd, t: lr * g / (np.abs(g) + size),
        ),
    ),
    Mistake(
        "average of sizes",
        "The root was drawn of the old average before it was averaged with this gradient's size: what is handed on is no "
        "average of squares.",
        _UNITS,
        wrong=_rule(
            v=lambda v, g, b, m: b * np.sqrt(v) + (1 - b) * np.abs(g),
            size=lambda v, eps, corrected, b, t: v + eps,
        ),
    ),
    Mistake(
        "sizes averaged without a root",
        "The average is one of sizes, and the gradient was divided by it as it is; asked for is one of squares and its root.",
        _UNITS,
        wrong=_rule(
            v=lambda v, g, b, m: b * v + (1 - b) * np.abs(g), size=lambda v, eps, corrected, b, t: v + eps
        ),
    ),
    Mistake(
        "one size in the step",
        "All parameters were divided by one size, the root of a mean over all numbers; each should have its own.",
        "Which parameters would profit from one common size?",
        wrong=_rule(size=lambda v, eps, corrected, b, t: np.sqrt(np.mean(v)) + eps),
    ),
    Mistake(
        "rate in the average",
        "The average is one of squares of whole steps: the rate was squared with the gradient.",
        "What does v hold: squares of gradients, or of steps?",
        wrong=_rule(gradient_v=lambda g, p, wd, lr: lr * g),
    ),
    Mistake(
        "parameters squared",
        "The average is one of squares of the parameters; it should be one of the gradient's.",
        "Whose usual size is asked for?",
        wrong=_rule(gradient_v=lambda g, p, wd, lr: p),
    ),
    Mistake(
        "beta of its own",
        "The share of the old average is always the same, whatever was given.",
        "Which of the arguments have you not used yet?",
        wrong=_rule(v=lambda v, g, b, m: 0.95 * v + 0.05 * g * g),
    ),
    Mistake(
        "eps of its own",
        "The small number is always the same, whatever was given.",
        "Which of the arguments have you not used yet?",
        wrong=_rule(size=lambda v, eps, corrected, b, t: np.sqrt(v) + 1e-8),
    ),
    Mistake(
        "eps for its larger",
        "The larger of root and small number was taken, where they should be added.",
        "How are root and small number put together?",
        wrong=_rule(size=lambda v, eps, corrected, b, t: np.maximum(np.sqrt(v), eps)),
    ),
    Mistake(
        "eps outside of the division",
        "The small number was added to the quotient: it keeps no division from dividing by 0, and pushes every parameter.",
        "What is it that must not become 0?",
        wrong=_rule(
            size=lambda v, eps, corrected, b, t: (np.sqrt(v), eps),
            step=lambda m, size, lr, g, p, wd, t: lr * (g / size[0] + size[1]),
        ),
    ),
    Mistake(
        "no size",
        "The gradient takes the step undivided, as in plain descent.",
        "What is the average of squares there for?",
        wrong=_rule(step=lambda m, size, lr, g, p, wd, t: lr * g),
    ),
    Mistake(
        "size multiplied",
        "The step was multiplied by the usual size, where it should be divided by it.",
        "Should parameters with large gradients move further than the others?",
        wrong=_rule(step=lambda m, size, lr, g, p, wd, t: lr * g * size),
    ),
    Mistake(
        "gradient forgotten",
        "The step is the rate over the usual size; the gradient itself, with its sign, is not in it.",
        "How does a parameter know in which direction to go?",
        wrong=_rule(step=lambda m, size, lr, g, p, wd, t: lr / size),
    ),
    Mistake(
        "square over the size",
        "The square of the gradient takes the step, so that every parameter moves in the same direction.",
        "How does a parameter know in which direction to go?",
        wrong=_rule(step=lambda m, size, lr, g, p, wd, t: lr * g * g / size),
    ),
    Mistake(
        "sign only",
        "Every parameter moves by the full rate, in the direction of its gradient's sign.",
        "What does the average of squares tell you about this gradient?",
        wrong=_rule(step=lambda m, size, lr, g, p, wd, t: lr * np.sign(g)),
    ),
    Mistake(
        "average for the gradient",
        "The average of squares takes the step, over its own root; the gradient should.",
        "What is to be divided by its usual size?",
        wrong=_rule(
            size=lambda v, eps, corrected, b, t: (v, np.sqrt(v) + eps),
            step=lambda m, size, lr, g, p, wd, t: lr * size[0] / size[1],
        ),
    ),
    Mistake(
        "root handed on",
        "What is handed on is the root of the average: the next step would go on with other units.",
        "Which average does the next step go on with?",
        wrong=_rule(kept=lambda m, v, m_hat, v_hat: (m, np.sqrt(v))),
    ),
)
