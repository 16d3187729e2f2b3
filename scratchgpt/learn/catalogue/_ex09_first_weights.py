"""09.6: with which numbers a GPT-2 begins."""

import numpy as np

from ...worked.first_weights import first_weights
from ..exercise import Exercise, Probe
from ._ex09_first_weights_more import MISTAKES


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""

    def probe(what: str, name: str, shape: tuple[int, ...], n_layer: int, seed: int) -> Probe:
        return Probe(what, (name, shape, n_layer, np.random.default_rng(seed)))

    return [
        probe("out of the heads", "h.1.attn.c_proj.weight", (3, 3), 3, 1),
        probe("back into the stream", "h.0.mlp.c_proj.weight", (12, 3), 5, 2),
        probe("upper block", "h.11.mlp.c_proj.weight", (4, 2), 12, 3),
        probe("one block", "h.0.attn.c_proj.weight", (2, 2), 1, 4),
        probe("into attention", "h.2.attn.c_attn.weight", (3, 9), 3, 5),
        probe("up", "h.0.mlp.c_fc.weight", (3, 12), 4, 6),
        probe("tokens", "wte.weight", (7, 3), 3, 7),
        probe("positions", "wpe.weight", (5, 3), 3, 8),
        probe("a gain", "h.4.ln_1.weight", (6,), 6, 9),
        probe("another gain", "h.0.ln_2.weight", (3,), 2, 10),
        probe("the last gain", "ln_f.weight", (4,), 3, 11),
        probe("a norm's bias", "h.4.ln_2.bias", (6,), 6, 12),
        probe("the last norm's bias", "ln_f.bias", (4,), 3, 13),
        probe("a bias", "h.0.attn.c_attn.bias", (9,), 3, 14),
        probe("a bias at the stream", "h.1.mlp.c_proj.bias", (3,), 3, 15),
        probe("another bias at the stream", "h.1.attn.c_proj.bias", (3,), 3, 16),
        probe("a bias of the MLP", "h.1.mlp.c_fc.bias", (12,), 3, 17),
    ]


EXERCISE = Exercise(
    id="09.6",
    reference=first_weights,
    task="""
    Draw the numbers with which one tensor of a GPT-2 begins, before any training.

    name: GPT-2's name of the tensor. There are wte.weight and wpe.weight, the tables of tokens and positions;
    ln_f.weight and ln_f.bias, the norm behind the last block; and in each block, h.0 to h.(n_layer - 1), for
    example h.0.ln_1.weight, h.0.ln_1.bias, the same for h.0.ln_2, and weight and bias of h.0.attn.c_attn (to
    queries, keys and values), h.0.attn.c_proj (out of the heads, back into the stream), h.0.mlp.c_fc (up) and
    h.0.mlp.c_proj (down, back into the stream). The weight of a norm is its gain.
    shape: a tuple of integers. n_layer: the number of blocks. rng: a NumPy generator.
    Return an array of that shape, float64.

    Biases begin at 0 and gains at 1. Tables and matrices are drawn from the normal distribution with mean 0
    and standard deviation 0.02, all of a tensor with one call of rng.standard_normal. Smaller are the two
    matrices of each block whose product is added to the residual stream: there the *variance* of what all the
    blocks together add should be that of a single such piece with 0.02, however many blocks there are. The
    pieces are independent, and their variances add up.

    With eight blocks:

    >>> w = first_weights("h.3.attn.c_attn.weight", (2, 6), 8, np.random.default_rng(0))
    >>> again = first_weights("h.3.attn.c_proj.weight", (2, 6), 8, np.random.default_rng(0))
    >>> (w / again).round(4)
    array([[4., 4., 4., 4., 4., 4.],
           [4., 4., 4., 4., 4., 4.]])
    >>> (w / np.random.default_rng(0).standard_normal((2, 6))).round(4)[0]
    array([0.02, 0.02, 0.02, 0.02, 0.02, 0.02])
    >>> first_weights("ln_f.weight", (3,), 8, np.random.default_rng(0))
    array([1., 1., 1.])
    """,
    probes=probes,
    returns=("values",),
    mistakes=MISTAKES,
    hints=(
        "Sort the tensors into four kinds first: biases, gains, the matrices that write into the stream, everything else.",
        "Each block adds to the stream twice. How many pieces are there with n_layer blocks, and by what must the variance "
        "of one be divided?",
        "A factor on the numbers acts on their variance squared. In the example with eight blocks the factor is a quarter.",
    ),
    difficulty=2,
    minutes=12,
    importance=4,
    lines=8,
)
