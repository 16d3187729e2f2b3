"""08.10: a whole block, backward."""

import numpy as np

from ...worked.residual_block import residual_block_backward, residual_block_forward
from ..exercise import Exercise, Probe
from ._ex08_residual_more import MISTAKES


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(90)

    def probe(name: str, B: int, T: int, C: int, width: int) -> Probe:
        x = 1.5 * rng.standard_normal((B, T, C))
        gain_1, gain_2 = rng.standard_normal((2, C))
        w_up, w_down = rng.standard_normal((C, width)), rng.standard_normal((width, C))
        y, cache = residual_block_forward(x, gain_1, gain_2, w_up, w_down)
        return Probe(name, (rng.standard_normal(y.shape), cache))

    return [
        probe("basic", 2, 5, 4, 6),
        probe("square", 3, 3, 3, 3),
        probe("one position", 2, 1, 4, 3),
        probe("one text", 1, 4, 2, 5),
    ]


EXERCISE = Exercise(
    id="08.10",
    reference=residual_block_backward,
    task="""
    A whole block, backward. Its two residual connections are where the gradient forks.

    The forward pass is residual_block_forward(x, gain_1, gain_2, w_up, w_down), with x (B, T, C), both gains
    (C,), w_up (C, I) and w_down (I, C). It is a pre-norm block with as few parameters as possible:
    attention reads the RMS-normalised x, each normalised vector being query, key and value at once (one head,
    causal), and what comes out of it is added to x; the MLP (w_up, GELU, w_down) reads the RMS-normalised sum,
    and what comes out is added to that sum.

    dy: (B, T, C), the gradient of the output. cache: ResidualBlockCache(norm_1, attention, norm_2, up, gelu,
    down), the caches of the six steps in the order of the forward pass.
    Return (dx, dgain_1, dgain_2, dw_up, dw_down), with the shapes of x, gain_1, gain_2, w_up and w_down. Do not
    modify dy or the cache.

    Nothing is to be derived again. The package's backward functions are there; each takes a gradient and its
    cache. ops.rmsnorm_backward returns (dx, dgain), ops.linear_backward returns (dx, dweight, dbias) with None
    for dbias here, ops.gelu_backward returns dx, and ops.attention_backward the gradients of queries, keys and
    values. Attention works on arrays with an axis of heads, (B, 1, T, C) here.

    On paper: with one position attention hands its value on, (1, 7) has the root mean square 5, and the MLP is
    switched off here by weights of 0:

    >>> x, off = np.array([[[1.0, 7.0]]]), np.zeros((2, 3))
    >>> y, cache = residual_block_forward(x, np.array([1.0, 2.0]), np.ones(2), off, off.T)
    >>> y.round(4)
    array([[[1.2, 9.8]]])
    >>> dx, dgain_1, dgain_2, dw_up, dw_down = residual_block_backward(np.array([[[1.0, 2.0]]]), cache)
    >>> dx.round(3), dgain_1.round(3)
    (array([[[1.084, 1.988]]]), array([0.2, 2.8]))
    >>> dgain_2, dw_up.shape, dw_down.shape
    (array([0., 0.]), (2, 3), (3, 2))
    """,
    probes=probes,
    returns=("dx", "dgain_1", "dgain_2", "dw_up", "dw_down"),
    mistakes=MISTAKES,
    hints=(
        "Write down the steps of the forward pass, a line each. Backward has a line for each of them, from the last to the first.",
        "At a sum both parts get the whole gradient. So at each residual connection one copy goes through the sub-layer, one "
        "past it, and they meet again below the norm.",
        "A vector that is query, key and value at once acts on the output in three ways. What does the chain rule do with them?",
    ),
    difficulty=4,
    minutes=25,
    importance=5,
    lines=8,
    needs=("08.4", "08.5", "08.7"),
)
