"""How hard a text is for a model: from the probabilities of its tokens to one number."""

from ..ops.arrays import Array, array_module


def perplexity(log_probs: Array) -> Array:
    """Number of equally likely tokens that would be as hard to predict as these were.

    Shapes: log_probs (...) -> y ()
    Forward: y = exp(mean of -log P): the inverse of the geometric mean of the probabilities. The product of
        the probabilities itself would underflow to 0 after a few hundred tokens.
    Source: Jelinek, Mercer, Bahl, Baker 1977.

    >>> import numpy as np
    >>> float(perplexity(np.log(np.array([0.40, 0.60]))).round(2))
    2.04
    """
    return array_module(log_probs).exp(-log_probs.mean())
