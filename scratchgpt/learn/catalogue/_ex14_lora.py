"""14.6 and 14.7: LoRA, forward and backward."""

from typing import Any

import numpy as np

from ...layers.lora import lora_backward, lora_forward
from ..exercise import Exercise, Probe
from . import _ex14_lora_backward_more, _ex14_lora_backward_slips, _ex14_lora_cache, _ex14_lora_slips


def _inputs() -> list[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    rng = np.random.default_rng(146)

    def drawn(name: str, x: tuple[int, ...], n_out: int, rank: int, **options: Any) -> Any:
        shapes = (x, (x[-1], n_out), (n_out,), (x[-1], rank), (rank, n_out))
        return name, tuple(rng.standard_normal(shape) for shape in shapes), options

    def without_bias(drawing: Any) -> Any:
        name, args, options = drawing
        return name, (*args[:2], None, *args[3:]), options

    name, args, options = drawn("a view", (4, 5), 3, 2, alpha=3.0)
    view = (np.concatenate([args[0], -args[0]]).T.copy().T[::2], *args[1:])
    return [
        drawn("basic", (2, 5, 4), 6, 3),
        drawn("another alpha", (2, 3, 4), 5, 2, alpha=5.0),
        drawn("rank 1", (3, 2, 5), 4, 1, alpha=0.5),
        drawn("one row", (4,), 3, 2),
        drawn("rows without a batch", (3, 6), 2, 4, alpha=6.0),
        drawn("square", (4, 4, 4), 4, 4, alpha=10.0),
        drawn("four axes", (2, 1, 3, 5), 2, 3),
        without_bias(drawn("no bias", (3, 2, 4), 5, 2)),
        (name, view, options),
    ]


def forward_probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    return [Probe(name, args, options) for name, args, options in _inputs()]


def backward_probes() -> list[Probe]:
    """The same with random gradients from above."""
    rng = np.random.default_rng(147)
    probes = []
    for name, args, options in _inputs():
        y, cache = lora_forward(*args, **options)
        probes.append(Probe(name, (rng.standard_normal(y.shape), cache)))
    return probes


FORWARD = Exercise(
    id="14.6",
    reference=lora_forward,
    task="""
    A linear map that is frozen, and the product of two thin matrices that is learned beside it: LoRA.

    x: (..., I), with zero or more axes in front. weight: (I, O), the frozen matrix. bias: (O,), or None: then
    there is none. lora_a: (I, R), lora_b: (R, O), the two thin matrices, of rank R. alpha: a number, 8 by
    default. Return (y, cache). y: (..., O): what the frozen map (bias included) gives, plus the way through
    the two thin matrices, scaled by alpha over the rank. cache: LoRACache(x, low, weight, lora_a, lora_b,
    scale) with low (..., R), what stands between the two thin matrices, not yet scaled, and scale the number
    by which the second way is multiplied. Do not modify the arguments.

    >>> x, weight = np.array([[1.0, 2.0]]), np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    >>> bias, lora_a, lora_b = np.array([0.0, 10.0, 0.0]), np.array([[1.0], [1.0]]), np.array([[1.0, 0, 2]])
    >>> y, cache = lora_forward(x, weight, bias, lora_a, lora_b, alpha=0.5)
    >>> y
    array([[ 2.5, 12. ,  6. ]])
    >>> cache.low, cache.scale
    (array([[3.]]), 0.5)
    >>> y, cache = lora_forward(x[0], weight, None, np.array([[1.0, 0.0], [0.0, 1.0]]), np.ones((2, 3)))
    >>> y, cache.scale
    (array([13., 14., 15.]), 4.0)
    """,
    probes=forward_probes,
    returns=("y", "cache"),
    mistakes=(*_ex14_lora_slips.MISTAKES, *_ex14_lora_cache.CACHED),
    hints=(
        "There are two ways from input to output: what is added at the end of each?",
        "The second way first makes few numbers out of many, then many out of few. Which size of the two thin "
        "matrices is the rank?",
        "The frozen map is that of lesson 08. The second way is two products in a row, and the factor counts "
        "for it alone.",
    ),
    difficulty=2,
    minutes=10,
    importance=4,
    lines=5,
)

BACKWARD = Exercise(
    id="14.7",
    reference=lora_backward,
    task="""
    The gradients of LoRA: of its input and of the two thin matrices. The frozen matrix and bias get none.

    dy: (..., O), with zero or more axes in front. cache: LoRACache(x, low, weight, lora_a, lora_b, scale) of
    14.6: x (..., I); low (..., R), the input after the first thin matrix, not scaled; weight (I, O), frozen;
    lora_a (I, R); lora_b (R, O); scale, the number by which the way through the thin matrices was multiplied.
    Return (dx, dlora_a, dlora_b): dx (..., I), dlora_a (I, R), dlora_b (R, O), the last two as sums over all
    axes in front. Do not modify dy or the cache: the cache may be used again.

    >>> x, weight = np.array([[1.0, 2.0]]), np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    >>> bias, lora_a, lora_b = np.array([0.0, 10.0, 0.0]), np.array([[1.0], [1.0]]), np.array([[1.0, 0, 2]])
    >>> y, cache = lora_forward(x, weight, bias, lora_a, lora_b, alpha=0.5)
    >>> dx, dlora_a, dlora_b = lora_backward(np.array([[2.0, 4.0, 1.0]]), cache)
    >>> dx
    array([[5., 7.]])
    >>> dlora_a
    array([[2.],
           [4.]])
    >>> dlora_b
    array([[3. , 6. , 1.5]])
    """,
    probes=backward_probes,
    returns=("dx", "dlora_a", "dlora_b"),
    mistakes=(*_ex14_lora_backward_slips.MISTAKES, *_ex14_lora_backward_more.MORE),
    hints=(
        "Along how many ways did the input reach the output? Along as many its gradient comes back.",
        "Go back through the second way step by step: the factor, then the second thin matrix, then the "
        "first. Each is a linear map as in lesson 08, with its own input.",
        "The second matrix met the few numbers between, the first met the input itself. The factor belongs to "
        "both their gradients, and to one of the two parts of the input's.",
    ),
    difficulty=3,
    minutes=15,
    importance=4,
    lines=6,
    needs=("08.5", "14.6"),
)
