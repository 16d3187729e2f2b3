"""10.1: one step of momentum, in both forms."""

import numpy as np

from ...optim import momentum_step
from ..exercise import Exercise, Mistake, Probe
from ._ex10_handing_on import handing_on
from ._ex10_momentum_more import MORE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(101)

    def probe(name: str, *shape: int, dtype: type = np.float64, **kwargs: float) -> Probe:
        param, grad, m = rng.standard_normal((3, *shape)).astype(dtype)
        return Probe(name, (param, grad, m), kwargs)

    view = rng.standard_normal((3, 4, 6))[..., ::2].swapaxes(1, 2)
    first = rng.standard_normal((2, 5))
    return [
        probe("basic", 5, lr=0.3, beta=0.8),
        probe("heavy ball", 5, lr=0.3, beta=0.8, heavy_ball=True),
        probe("defaults", 4, lr=0.7),
        probe("heavy ball with defaults", 4, lr=0.7, heavy_ball=True),
        Probe("first step", (*first, np.zeros(5)), {"lr": 0.2, "beta": 0.6}),
        probe("two axes", 2, 3, lr=0.3, beta=0.8),
        probe("square", 3, 3, lr=0.3, beta=0.8),
        probe("no memory", 5, lr=0.3, beta=0.0),
        probe("one number", 1, lr=0.3, beta=0.5),
        Probe("a view", tuple(view), {"lr": 1.7, "beta": 0.4}),
        probe("float32", 6, dtype=np.float32, lr=0.3, beta=0.8),
    ]


EXERCISE = Exercise(
    id="10.1",
    reference=momentum_step,
    task="""
    One step of gradient descent with momentum: an average of the gradients so far takes the step.

    param, grad, m: arrays of one shape, float: the parameters, their gradient, and the average that the
    steps before have left (zeros before the first one). lr: the learning rate. beta: how much of m is
    kept, 0 <= beta < 1.
    Return (param, m), both new: first bring m up to date, then move the parameters against it, by lr times
    it. The new m has two forms. In the moving average, beta is the share of the old m in the new one, and
    the gradient has the rest. In the heavy ball (heavy_ball=True) the same part of the old m stays, and
    the gradient comes to it in full. Do not modify param, grad or m.

    >>> param, grad, m = np.array([1.0, 2.0]), np.array([10.0, -10.0]), np.array([0.0, 20.0])
    >>> new, average = momentum_step(param, grad, m, lr=0.5, beta=0.8)
    >>> average.round(4), new.round(4)
    (array([ 2., 14.]), array([ 0., -5.]))
    >>> new, ball = momentum_step(param, grad, m, lr=0.5, beta=0.8, heavy_ball=True)
    >>> ball.round(4), new.round(4)
    (array([10.,  6.]), array([-4., -1.]))
    """,
    probes=probes,
    returns=("param", "m"),
    mistakes=(
        Mistake(
            "climbs",
            "The step goes along the gradients, uphill; the loss would rise.",
            "In which direction does the loss fall?",
            edits=(("return param - lr", "return param + lr"),),
        ),
        Mistake(
            "rate forgotten",
            "The step does not depend on the learning rate.",
            "Which of the arguments have you not used yet?",
            edits=(("param - lr * m, m", "param - m, m"),),
        ),
        Mistake(
            "gradient for its average",
            "The gradient itself takes the step, as in plain descent; the average is handed on and never used.",
            "What is the average there for?",
            edits=(("param - lr * m, m", "param - lr * grad, m"),),
        ),
        Mistake(
            "heavy ball always",
            "The gradient always comes in full to what is kept; without the heavy ball it has the rest of the share.",
            "To what do the shares of an average add up?",
            edits=(("(grad if heavy_ball else (1 - beta) * grad)", "grad"),),
        ),
        Mistake(
            "average always",
            "The gradient always has only the rest of the share; the heavy ball takes it in full.",
            "Which of the arguments have you not used yet?",
            edits=(("(grad if heavy_ball else (1 - beta) * grad)", "(1 - beta) * grad"),),
        ),
        Mistake(
            "forms exchanged",
            "Where the heavy ball is asked for there is an average, and the other way round.",
            "In which of the two forms do the shares add up to 1?",
            edits=(
                (
                    "(grad if heavy_ball else (1 - beta) * grad)",
                    "((1 - beta) * grad if heavy_ball else grad)",
                ),
            ),
        ),
        *MORE,
        *handing_on(momentum_step, "param", "m"),
    ),
    hints=(
        "There are two lines: what becomes of the average, and where the parameters go. Only the first of them "
        "differs between the two forms.",
        "The first number of the example: of the old 0 and the new 10, with shares of 0.8 and 0.2, comes 2, "
        "and half of that is the way to go. What does the heavy ball make of 0 and 10?",
        "Shares of an average sum to 1. The heavy ball keeps the same part of the old and gives the gradient no "
        "smaller share than the whole. The step uses what has just been computed.",
    ),
    difficulty=1,
    minutes=8,
    importance=4,
    lines=3,
)
