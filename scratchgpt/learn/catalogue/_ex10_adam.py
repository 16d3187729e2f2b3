"""10.3: one step of Adam."""

from typing import Any

import numpy as np

from ...worked.adam_by_hand import adam_step
from ..exercise import Exercise, Mistake, Probe
from ._ex10_adam_family import family
from ._ex10_handing_on import handing_on


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(103)

    def probe(name: str, *shape: int, size: float = 1.0, dtype: type = np.float64, **kwargs: Any) -> Probe:
        param, grad, m = rng.standard_normal((3, *shape)).astype(dtype)
        v: np.ndarray = (rng.random(shape) * size**2).astype(dtype)
        return Probe(name, (param, dtype(size) * grad, dtype(size) * m, v), kwargs)

    view = rng.standard_normal((4, 4, 6))[..., ::2].swapaxes(1, 2)
    rates: dict[str, Any] = {"betas": (0.8, 0.7), "eps": 1e-2}
    return [
        probe("basic", 5, lr=0.3, step=3, **rates),
        probe("defaults", 4, lr=0.7, step=2),
        Probe(
            "first step",
            (*rng.standard_normal((2, 5)), np.zeros(5), 0.0 * np.ones(5)),
            {"lr": 0.2, "step": 1},
        ),
        probe("two axes", 2, 3, lr=0.3, step=4, **rates),
        probe("square", 3, 3, lr=0.3, step=5, **rates),
        probe("tiny gradients", 5, size=1e-8, lr=0.3, step=2, betas=(0.9, 0.95)),
        probe("late", 5, lr=0.3, step=5000, **rates),
        probe("large eps", 5, lr=0.3, step=2, betas=(0.6, 0.9), eps=0.5),
        probe("one number", 1, lr=0.3, step=2, betas=(0.5, 0.75), eps=0.1),
        Probe("a view", (*view[:3], view[3] ** 2), {"lr": 1.7, "step": 3, "betas": (0.4, 0.6)}),
        probe("float32", 6, dtype=np.float32, lr=0.3, step=3, **rates),
    ]


EXERCISE = Exercise(
    id="10.3",
    reference=adam_step,
    task="""
    One step of Adam: momentum over the usual size of the gradient, both averages corrected while young.

    param, grad, m, v: arrays of one shape, float: the parameters, their gradient, and the moving averages
    of the gradients, m, and of their squares, v, that the steps before have left (zeros before the first
    one). lr: the learning rate. step: the number of this step, an integer; the first one is 1. betas: for
    m and for v the share of the old average in the new one. eps: a small number that is added to the root.
    Return (param, m, v), all new. m and v are brought up to date with the gradient. Since both began at 0,
    they are too small by a known factor: the sum of the shares that gradients have had so far, 1 less beta
    to the power of the step. For the step, but not in what is returned, each average is divided by its own
    factor. Each parameter moves, against the corrected average, by lr times that average over the root of
    the corrected average of squares; eps is added to this root, after it has been drawn.
    Do not modify param, grad, m or v.

    Two steps in a row, with the gradients 4 and -0.2, then -4 and -0.2:

    >>> param, zero, rates = np.array([1.0, 1.0]), np.zeros(2), {"lr": 0.2, "betas": (0.5, 0.75), "eps": 0.0}
    >>> param, m, v = adam_step(param, np.array([4.0, -0.2]), zero, zero, step=1, **rates)
    >>> m.round(4), v.round(4), param.round(4)
    (array([ 2. , -0.1]), array([4.  , 0.01]), array([0.8, 1.2]))
    >>> param, m, v = adam_step(param, np.array([-4.0, -0.2]), m, v, step=2, **rates)
    >>> m.round(4), v.round(4), param.round(4)
    (array([-1.  , -0.15]), array([7.    , 0.0175]), array([0.8667, 1.4   ]))
    """,
    probes=probes,
    returns=("param", "m", "v"),
    mistakes=(
        Mistake(
            "climbs",
            "The step goes along the gradient, uphill; the loss would rise.",
            "In which direction does the loss fall?",
            edits=(("return param - lr", "return param + lr"),),
        ),
        Mistake(
            "rate forgotten",
            "The step does not depend on the learning rate: each parameter moves by about 1.",
            "Which of the arguments have you not used yet?",
            edits=(("param - lr * m_hat", "param - m_hat"),),
        ),
        Mistake(
            "eps inside the root",
            "The small number is added under the root: for tiny gradients it then dwarfs everything.",
            "Which comes first, eps or the root?",
            edits=(("(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat + eps)"),),
        ),
        Mistake(
            "eps forgotten",
            "The small number is missing: where a parameter never had a gradient, 0 is divided by 0.",
            "What keeps you from dividing by 0?",
            edits=(("(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat)"),),
        ),
        Mistake(
            "no root",
            "The step is divided by an average of squares, of which no root was drawn: its unit is wrong.",
            "By how much should the step change when all gradients get ten times as large?",
            edits=(("(np.sqrt(v_hat) + eps)", "(v_hat + eps)"),),
        ),
        Mistake(
            "gradient for its average",
            "The gradient itself takes the step, over its usual size; in Adam its corrected average does.",
            "What is the first average there for?",
            edits=(("param - lr * m_hat", "param - lr * grad"),),
        ),
        Mistake(
            "not squared",
            "The second average is one of gradients, not of their squares: where it is negative there is no root.",
            "What makes the sign disappear, so that a size is left?",
            edits=(("(1 - beta2) * (grad * grad)", "(1 - beta2) * grad"),),
        ),
        *family(
            "values",
            but=(
                *("climbs", "rate forgotten", "eps inside the root", "eps forgotten", "no root"),
                *("gradient for its average", "not squared"),
            ),
        ),
        *handing_on(adam_step, "param", "m", "v"),
    ),
    hints=(
        "Write momentum and the average of squares as before, each with its own beta. Then look at how large each "
        "of them is after one step with a gradient that is always 1.",
        "After the first step m is a tenth of the gradient with a beta of 0.9. After two equal gradients it is "
        "0.19 of them: one less 0.81. That is the number to divide by, and v has one of its own.",
        "Five lines: new m, new v, corrected m, corrected v, new parameters. Return the uncorrected averages: the "
        "next step goes on with them.",
    ),
    difficulty=2,
    minutes=12,
    importance=5,
    lines=5,
    needs=("10.1", "10.2"),
)
