"""12.1: temperature."""

import numpy as np

from ...sampling.filters import apply_temperature
from ..exercise import Exercise, Probe
from ._ex12_temperature_more import TEMPERATURE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(120)
    cut = rng.standard_normal(6)
    cut[[1, 4]] = -np.inf
    return [
        Probe("basic", (rng.standard_normal(7) * 3, 0.7)),
        Probe("hot", (rng.standard_normal(7) * 3, 2.5)),
        Probe("T = 1", (rng.standard_normal(5), 1.0)),
        Probe("a batch", (rng.standard_normal((3, 5)), 0.4)),
        Probe("a square batch", (rng.standard_normal((4, 4)), 1.6)),
        Probe("tokens that are cut off", (cut, 2.0)),
        Probe("large logits", (np.array([900.0, -800.0, 3.0]), 0.3)),
        Probe("single precision", (rng.standard_normal((2, 3)).astype(np.float32), 0.8)),
    ]


APPLY_TEMPERATURE = Exercise(
    id="12.1",
    reference=apply_temperature,
    task="""
    Make a model bolder or more careful, before its logits become probabilities.

    logits: (V,) or (B, V), float; some may be minus infinity, for tokens that were cut off, and stay so.
    temperature: a float above 0. Return logits of the same shape, and not probabilities: the softmax comes
    later, and nothing else is to be added or taken away. With the softmax behind it, the ratio of any two
    probabilities is raised to the power of one over the temperature: below 1 the gaps grow, above 1 they
    shrink. Do not modify logits.

    >>> apply_temperature(np.array([2.0, 1.0, 0.5]), 0.5).tolist()
    [4.0, 2.0, 1.0]
    >>> softmax(apply_temperature(np.array([2.0, 1.0, 0.5]), 0.5)).round(4).tolist()
    [0.8438, 0.1142, 0.042]
    """,
    probes=probes,
    returns=("logits",),
    mistakes=TEMPERATURE,
    hints=(
        "What is the logarithm of the ratio of two probabilities, in terms of their logits?",
        "In the example the temperature is a half. What has happened to each logit?",
        "It is one operation of arithmetic, the same for every logit.",
    ),
    difficulty=1,
    minutes=3,
    importance=5,
    lines=1,
)
