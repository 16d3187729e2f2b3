"""10.2: one step of RMSProp."""

import numpy as np

from ...optim import rmsprop_step
from ..exercise import Exercise, Mistake, Probe
from ._ex10_handing_on import handing_on
from ._ex10_rmsprop_more import MORE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(102)

    def probe(name: str, *shape: int, size: float = 1.0, dtype: type = np.float64, **kwargs: float) -> Probe:
        param, grad = rng.standard_normal((2, *shape)).astype(dtype)
        return Probe(name, (param, dtype(size) * grad, (rng.random(shape) * size**2).astype(dtype)), kwargs)

    view = rng.standard_normal((3, 4, 6))[..., ::2].swapaxes(1, 2)
    first = rng.standard_normal((2, 5))
    return [
        probe("basic", 5, lr=0.3, beta=0.8, eps=1e-2),
        probe("defaults", 4, lr=0.7),
        Probe("first step", (*first, np.zeros(5)), {"lr": 0.2, "beta": 0.6}),
        probe("two axes", 2, 3, lr=0.3, beta=0.8, eps=1e-2),
        probe("square", 3, 3, lr=0.3, beta=0.7, eps=1e-2),
        probe("tiny gradients", 5, size=1e-8, lr=0.3, beta=0.8),
        Probe("no gradient yet", (first[0], np.zeros(5), np.zeros(5)), {"lr": 0.2, "beta": 0.9}),
        probe("large eps", 5, lr=0.3, beta=0.5, eps=0.5),
        probe("one number", 1, lr=0.3, beta=0.5, eps=0.1),
        Probe("a view", (view[0], view[1], view[2] ** 2), {"lr": 1.7, "beta": 0.4}),
        probe("float32", 6, dtype=np.float32, lr=0.3, beta=0.8, eps=1e-2),
    ]


EXERCISE = Exercise(
    id="10.2",
    reference=rmsprop_step,
    task="""
    One step of RMSProp: each gradient is divided by its own usual size.

    param, grad, v: arrays of one shape, float: the parameters, their gradient, and the moving average of
    the squared gradients that the steps before have left (zeros before the first one, never negative).
    lr: the learning rate. beta: the share of the old v in the new one; the square of the gradient has the
    rest. eps: a small number that is added to the root, so that no division is by 0.
    Return (param, v), both new: first bring v up to date, then let each parameter move by lr times its
    gradient over its usual size, against the gradient; the usual size is the root of v, and eps comes on
    top of the root. Everything goes number by number. Do not modify param, grad or v.

    >>> param, grad, v = np.array([1.0, 1.0]), np.array([2.0, -6.0]), np.array([20.0, 0.0])
    >>> new, average = rmsprop_step(param, grad, v, lr=0.5, beta=0.75, eps=1.0)
    >>> average.round(4), new.round(4)
    (array([16.,  9.]), array([0.8 , 1.75]))
    """,
    probes=probes,
    returns=("param", "v"),
    mistakes=(
        Mistake(
            "climbs",
            "The step goes along the gradient, uphill; the loss would rise.",
            "In which direction does the loss fall?",
            edits=(("return param - lr", "return param + lr"),),
        ),
        Mistake(
            "rate forgotten",
            "The step does not depend on the learning rate.",
            "Which of the arguments have you not used yet?",
            edits=(("param - lr * (grad", "param - (grad"),),
        ),
        Mistake(
            "eps inside the root",
            "The small number is added under the root: for tiny gradients it then dwarfs everything.",
            "Which comes first, eps or the root?",
            edits=(("(array_module(v).sqrt(v) + eps)", "array_module(v).sqrt(v + eps)"),),
        ),
        Mistake(
            "eps forgotten",
            "The small number is missing: where a parameter never had a gradient, 0 is divided by 0.",
            "What keeps you from dividing by 0?",
            edits=(("(array_module(v).sqrt(v) + eps)", "array_module(v).sqrt(v)"),),
        ),
        Mistake(
            "no root",
            "The step is divided by an average of squares, of which no root was drawn: its unit is wrong.",
            "By how much should the step change when all gradients get ten times as large?",
            edits=(("(array_module(v).sqrt(v) + eps)", "(v + eps)"),),
        ),
        Mistake(
            "not squared",
            "The average is one of gradients, not of their squares: where it is negative there is no root.",
            "What makes the sign disappear, so that a size is left?",
            edits=(("(1 - beta) * (grad * grad)", "(1 - beta) * grad"),),
        ),
        Mistake(
            "shares exchanged",
            "In the average the old has the share of the new, and the new that of the old.",
            "With a beta of 0.95, does the average change quickly or slowly?",
            edits=(("beta * v + (1 - beta) * (grad", "(1 - beta) * v + beta * (grad"),),
        ),
        *MORE,
        *handing_on(rmsprop_step, "param", "v"),
    ),
    hints=(
        "What does v hold: gradients or their squares? And what must happen to it before it is a size like that "
        "of a gradient?",
        "The second number of the example: a quarter of 36 is 9, its root is 3, with eps it is 4. The gradient over "
        "that is -1.5, and half of it is the way, against the sign.",
        "Average the squares as momentum averaged the gradients. Divide the gradient itself by the root of the new "
        "average, to which eps has been added, and multiply by the rate.",
    ),
    difficulty=2,
    minutes=8,
    importance=3,
    lines=3,
    needs=("10.1",),
)
