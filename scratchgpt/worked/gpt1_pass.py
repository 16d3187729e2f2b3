"""GPT-1's equations with four numbers per token: the input, the scores, the probabilities.

The text is "I love cats". What the blocks make of the input is stated, not computed (`STATES`), so that both
ends of the model can be followed on paper: h0 = U We + Wp below, softmax(h We^T) above. A head for classes on
the same states is in `gpt1_head`.

Source: Radford et al. 2018, section 3.1.
"""

from typing import NamedTuple

import numpy as np

from ..ops.arrays import Array
from ..ops.softmax import log_softmax, softmax
from .embedding import embed_forward
from .gpt1_head import STATES
from .tied_head import tied_head_forward

VOCABULARY = ("I", "love", "cats", "dogs", "and")
IDS = np.array([[0, 1, 2]])

WE = np.array(
    [
        [0.2, -0.1, 0.5, 0.3],
        [0.8, 0.4, -0.2, 0.1],
        [0.1, 0.7, 0.3, -0.4],
        [0.3, 0.6, 0.2, -0.3],
        [-0.5, 0.2, 0.4, 0.6],
    ]
)
WP = np.array([[0, 0.1, 0, -0.1], [0.1, 0, -0.1, 0.1], [0, -0.1, 0.1, 0]])


class Pass(NamedTuple):
    """What the model computes: `h0` (T, C), `scores` and `probabilities` (T, V).

    `log_likelihoods` (T - 1) are those of each token that came next, and `perplexity` follows from their
    mean.
    """

    h0: Array
    scores: Array
    probabilities: Array
    log_likelihoods: Array
    perplexity: float


def gpt1_pass() -> Pass:
    """Read "I love cats": what goes into the first block, and what is predicted from the last states."""
    h0, _ = embed_forward(IDS, WE, WP)
    scores, _ = tied_head_forward(STATES, WE)
    came_next = IDS[0, 1:]
    logs = log_softmax(scores)[np.arange(len(came_next)), came_next]
    return Pass(h0[0], scores, softmax(scores), logs, float(np.exp(-logs.mean())))


def cosine(a: Array, b: Array) -> float:
    """Return the cosine of the angle between two vectors (C,)."""
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
