"""How the weights of a GPT-2 begin, tensor by tensor."""

import math

import numpy as np

from ..ops.arrays import Array


def first_weights(name: str, shape: tuple[int, ...], n_layer: int, rng: np.random.Generator) -> Array:
    """Draw the first values of one tensor of a GPT-2 with `n_layer` blocks, float64.

    Biases are 0 and gains of norms 1. Tables and matrices come from N(0, 0.02^2), but for the two of each
    block that write into the residual stream: the stream is a sum of 2 n_layer such pieces, and a factor of
    1/sqrt(2 n_layer) gives the sum the variance of one. `name` is GPT-2's name of the tensor. A model's own
    `init` draws the same, float32 and in one go.
    Source: Radford et al. 2019, section 2.3.

    >>> first_weights("h.0.ln_1.weight", (3,), 12, np.random.default_rng(0))
    array([1., 1., 1.])
    """
    if name.endswith(".bias"):
        return np.zeros(shape)
    if len(shape) == 1:  # the gain of a norm
        return np.ones(shape)
    std = 0.02
    if name.endswith(".c_proj.weight"):
        std /= math.sqrt(2 * n_layer)
    return std * rng.standard_normal(shape)
