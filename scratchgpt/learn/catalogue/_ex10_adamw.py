"""10.4: one step of AdamW, in place."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.adamw import adamw_step
from ..exercise import Exercise, Probe
from ._ex10_adam_family import family
from ._ex10_adamw_more import EDITS, IN_PLACE
from ._ex10_decay import decay


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(104)

    def probe(name: str, *shape: int, size: float = 1.0, dtype: type = np.float64, **kwargs: Any) -> Probe:
        param, grad, m = rng.standard_normal((3, *shape)).astype(dtype)
        v: np.ndarray = (rng.random(shape) * size**2).astype(dtype)
        rates = {"lr": 0.3, "betas": (0.8, 0.7), "eps": 1e-2, "weight_decay": 0.4, "step": 3}
        return Probe(name, (param, dtype(size) * grad, dtype(size) * m, v), rates | kwargs)

    usual: dict[str, Any] = {"lr": 0.01, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.1}
    first = rng.standard_normal((2, 5))
    still = rng.standard_normal(5)
    return [
        probe("basic", 5),
        probe("usual settings", 4, step=2, **usual),
        Probe("first step", (*first, np.zeros(5), 0.0 * np.ones(5)), {**usual, "step": 1}),
        probe("no decay", 5, weight_decay=0.0),
        probe("two axes", 2, 3, step=4),
        probe("square", 3, 3, step=5),
        probe("tiny gradients", 5, size=1e-8, eps=1e-8, step=2),
        probe("late", 5, step=5000),
        Probe("no gradient", (still, np.zeros(5), 0.0 * still, np.zeros_like(still)), {**usual, "step": 7}),
        probe("large eps", 5, eps=0.5, step=2, betas=(0.6, 0.9)),
        probe("one number", 1, step=2),
        probe("float32", 6, dtype=np.float32),
    ]


def _decay_last(
    param: Any,
    grad: Any,
    m: Any,
    v: Any,
    *,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
    step: int,
) -> None:
    """The decay after the step: as good, and a little other."""
    adamw_step(param, grad, m, v, lr=lr, betas=betas, eps=eps, weight_decay=0.0, step=step)
    param *= 1 - lr * weight_decay


VARIANTS: tuple[Callable[..., Any], ...] = (_decay_last,)

EXERCISE = Exercise(
    id="10.4",
    reference=adamw_step,
    task="""
    One step of AdamW, in place: this is the function that trains the package's models, and with
    python -m scratchgpt.learn train --mine it will be yours.

    param, grad, m, v: arrays of one shape, float: the parameters, their gradient, and Adam's two averages
    (of the gradients and of their squares). lr, betas, eps, step: as in 10.3. weight_decay: the share, in
    units of lr, by which the parameters shrink: each loses lr times weight_decay of itself.
    Return nothing. Write the new numbers into param, m and v themselves, into the arrays that were given;
    grad stays as it is. m and v are brought up to date as in 10.3, with the gradient alone: the decay
    enters neither of them, and is not divided by the usual size of anything. The parameters make Adam's
    step and decay; in which order is up to you, both are accepted.

    Three weights with gradients 5, 0 and 0. The last one has old averages:

    >>> param, grad = np.array([1.0, 1.0, 1.0]), np.array([5.0, 0.0, 0.0])
    >>> m, v = np.array([0.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0])
    >>> adamw_step(param, grad, m, v, lr=0.1, betas=(0.5, 0.5), eps=1e-8, weight_decay=0.2, step=1)
    >>> m, v
    (array([2.5, 0. , 0.5]), array([12.5,  0. ,  0.5]))
    >>> param.round(2)
    array([0.88, 0.98, 0.88])
    """,
    probes=probes,
    returns=("result",),
    in_place=True,
    variants=VARIANTS,
    mistakes=(
        *EDITS,
        *family("in_place", but=[m.key for m in EDITS]),
        *decay("in_place", but=[m.key for m in EDITS]),
        *family("in_place late"),
        *decay("in_place late"),
        *IN_PLACE,
    ),
    hints=(
        "What must happen to an array so that whoever holds it sees the new numbers: does the name get a new array, "
        "or the array new numbers?",
        "The second weight of the example has no gradient at all and never had: 0.98 is what decay alone leaves of "
        "it. So decay needs neither gradient nor averages.",
        "Shrink the parameters by their share, then do what 10.3 does, with operators that change the array on "
        "their left side. Corrected averages are for this step only: make new arrays of them.",
    ),
    difficulty=3,
    minutes=15,
    importance=5,
    lines=10,
    needs=("10.3",),
)
