"""19.2: direct logit attribution."""

import numpy as np

from ...interpret.attribution import direct_logit_attribution
from ..exercise import Exercise, Probe
from ._ex19_attribution_mistakes import MISTAKES


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(191)

    def probe(name: str, N: int, *T: int, C: int, **options: float) -> Probe:
        parts = rng.standard_normal((N, *T, C)) + rng.standard_normal((N, *T, 1))
        weight, bias = rng.standard_normal(C) + 1, rng.standard_normal(C)
        return Probe(name, (parts, weight, bias, rng.standard_normal((*T, C))), options)

    turned = rng.standard_normal((5, 3, 4)).transpose(2, 1, 0)  # (N, T, C) = (4, 3, 5)
    return [
        probe("basic", 3, 4, C=5),
        probe("a large eps", 3, 4, C=5, eps=0.5),
        probe("square", 4, 4, C=4),
        probe("one position", 3, 1, C=5),
        probe("one part", 1, 3, C=4),
        Probe("a view", (turned, *(rng.standard_normal(s) for s in (5, 5, (3, 5))))),
    ]


EXERCISE = Exercise(
    id="19.2",
    reference=direct_logit_attribution,
    task="""
    Direct logit attribution: which part of the model spoke for a token, and how loudly?

    The residual stream is a sum: the embeddings, what each attention added, what each MLP added. It passes
    the last norm (take the mean away, divide by the deviation, times the gain, plus the bias), and the dot
    product with the head's row of a token is this token's logit. Once the norm's deviation is known, all of
    that is linear, so that the logit is a sum too: one share for each part, and one for the norm's bias.

    parts: (N, T, C), float, for each of T positions the N vectors that add up to its stream. weight, bias:
    (C,), the gain and the bias of the last norm. direction: (T, C), for each position the head's row of the
    token in question. eps: the norm's constant: the deviation is the root of variance plus eps, and the
    variance is the mean square of the C distances from the mean.
    Return shares (N + 1, T): for each part what it adds to the logit on its own, with the deviation of the
    whole stream at that position, and without its own mean; in the last row the share of the bias. The N + 1
    shares of a position add up to its logit. Do not modify the arguments. layernorm_forward of lesson 08 is
    imported, if you want it: it takes the vectors, the gain, the bias and eps, and returns (y, cache); in
    the cache, the field rstd (with a last axis of 1) is one over the deviation.

    Two parts, one position. The stream is [6, -2], its mean 2 and its deviation 4:

    >>> parts, direction = np.array([[[3.0, 1.0]], [[3.0, -3.0]]]), np.array([[2.0, 1.0]])
    >>> direct_logit_attribution(parts, np.array([1.0, 1.0]), np.array([0.0, 1.0]), direction).round(3)
    array([[0.25],
           [0.75],
           [1.  ]])
    """,
    probes=probes,
    returns=("shares",),
    mistakes=MISTAKES,
    hints=(
        "If the deviation were just a number that somebody gave you, how would you compute the logit of one part?",
        "The mean of a sum is the sum of the means, so each part can lose its own. The deviation of a sum is not the sum "
        "of the deviations: it has to come from the whole stream.",
        "Four steps: the deviation of the summed parts; each part without its mean, over that deviation, times the gain; dot "
        "products with the row of the token; and one more row for what the bias says.",
    ),
    difficulty=3,
    minutes=18,
    importance=4,
    lines=5,
    needs=("08.1", "09.1"),
)
