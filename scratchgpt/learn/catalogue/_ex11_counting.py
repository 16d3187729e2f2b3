"""11.5: a language model that only counts."""

import numpy as np

from ...worked.counting import counted_probabilities
from ..exercise import Exercise, Probe
from ._ex11_counting_more import COUNTING


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(114)
    text = rng.integers(0, 4, 24).tolist()
    long = rng.integers(0, 3, 40).tolist()
    return [
        Probe("order 1", ([0, 1, 0, 2, 0, 1, 1, 3, 0], [0], 5)),
        Probe("order 0", (text, [], 6)),
        Probe("order 2", (text, text[5:7], 6)),
        Probe("order 3", (long, long[10:13], 3)),
        Probe("the context ends the text", ([2, 0, 1, 2, 1, 0, 3, 1, 2], [1, 2], 4)),
        Probe("a context that never occurs", (text, [5, text[3]], 6)),
        Probe("a last token that never occurs", (text, [text[3], 5], 6)),
        Probe("a context in a run", ([1, 1, 1, 1, 0, 1, 1], [1, 1], 3)),
        Probe("a text of one token", ([1], [1], 3)),
    ]


COUNTED_PROBABILITIES = Exercise(
    id="11.5",
    reference=counted_probabilities,
    task="""
    The probabilities of the next token, from counting alone.

    ids: list of integers, the text, at least one. context: list of integers, perhaps empty: what stands
    before the token that is to be predicted, its last token nearest to it. vocab_size: V; all ids are below
    it.
    Return (V,), floats: the probability of each token. Begin with equal ones. Then take the last 0, 1, 2,
    ... tokens of the context, up to all of them, and each time count in the text which tokens followed just
    these (all places of the text count, also those that overlap; where the text ends behind them, nothing
    followed). The counts are mixed with the probabilities that the step before has left: these come in with
    the weight D, as if they were D further observations, spread as they say, where D is the number of
    different tokens that followed. Where nothing followed, the step changes nothing. After 0 tokens comes
    every token of the text. Do not modify the arguments.

    In the text 0 1 0 0, token 0 is followed once by 1 and once by 0:

    >>> counted_probabilities([0, 1, 0, 0], [], 2).round(4).tolist()
    [0.6667, 0.3333]
    >>> counted_probabilities([0, 1, 0, 0], [0], 2).round(4).tolist()
    [0.5833, 0.4167]
    >>> counted_probabilities([0, 1, 0, 0], [1, 1, 0], 2).round(4).tolist()
    [0.7917, 0.2083]
    """,
    probes=probes,
    returns=("p",),
    mistakes=COUNTING,
    hints=(
        "Do the second example on paper: which tokens follow a 0, how many different ones are they, and how many "
        "in all?",
        "One loop over the length of the end of the context, one over the places of the text. Mind the end of "
        "length 0: a slice that counts from behind does not give it.",
        "New probability: what was counted, plus the old probability as often as there are different followers; "
        "then divide so that the sum is 1.",
    ),
    difficulty=3,
    minutes=20,
    importance=4,
    lines=10,
)
