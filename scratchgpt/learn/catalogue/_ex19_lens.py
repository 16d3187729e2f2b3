"""19.1: the logit lens."""

import numpy as np

from ...interpret.lens import logit_lens
from ..exercise import Exercise, Probe
from ._ex19_lens_mistakes import MISTAKES


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(190)

    def probe(name: str, L: int, T: int, C: int, V: int, **options: float) -> Probe:
        steps = rng.standard_normal((L + 1, T, C)) * np.arange(1, L + 2)[:, None, None]
        weight, bias = rng.standard_normal(C) + 1, rng.standard_normal(C)
        return Probe(name, (np.cumsum(steps, axis=0), weight, bias, rng.standard_normal((V, C))), options)

    turned = rng.standard_normal((5, 3, 4)).transpose(2, 1, 0)  # (L + 1, T, C) = (4, 3, 5)
    return [
        probe("basic", 2, 4, 5, 7),
        probe("a large eps", 2, 4, 5, 7, eps=0.5),
        probe("square", 3, 4, 4, 4),
        probe("one position", 3, 1, 5, 6),
        probe("no layers", 0, 3, 4, 6),
        Probe("a view", (turned, *(rng.standard_normal(s) for s in (5, 5, (6, 5))))),
    ]


EXERCISE = Exercise(
    id="19.1",
    reference=logit_lens,
    task="""
    The logit lens: what would the model say if it stopped after each of its layers?

    Behind the last layer of a model like GPT-2, the residual stream passes one more norm, and the head
    scores the result against the row of every token. The lens reads the stream of each earlier layer in the
    same way, with the same norm (each vector by its own mean and deviation) and the same head.

    stream: (L + 1, T, C), float, the residual stream: first as the embeddings leave it, then behind each of
    the L layers, always in front of the last norm. weight, bias: (C,), the gain and the bias of the last
    norm; eps: its constant, under the root with the variance. table: (V, C), the head's rows, one per token;
    the head has no bias.
    Return logits (L + 1, T, V): scores, not probabilities; the last of the L + 1 are the model's own. Do not
    modify the arguments. layernorm_forward of lesson 08 is imported, if you want it: it takes the vectors,
    the gain, the bias and eps, and returns (y, cache).

    >>> stream = np.array([[[3.0, 1.0]], [[3.0, 5.0]]])  # L = 1, T = 1, C = 2
    >>> table = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
    >>> logit_lens(stream, np.array([1.0, 2.0]), np.array([0.0, 1.0]), table).round(3)
    array([[[ 1., -1.,  0.]],
    <BLANKLINE>
           [[-1.,  3.,  4.]]])
    """,
    probes=probes,
    returns=("logits",),
    mistakes=MISTAKES,
    hints=(
        "What happens to the stream between the last layer and the model's logits? The same has to happen to every layer's.",
        "Two steps: the norm over the channels of each vector, then a dot product with each token's row.",
        "Norm and product work on any number of axes in front, so that no loop over the layers is needed. The table has a row "
        "per token: which way round does it have to lie?",
    ),
    difficulty=2,
    minutes=8,
    importance=4,
    lines=2,
    needs=("08.1", "09.1"),
)
