"""11.3: a batch of windows, and what follows each of their tokens."""

import numpy as np

from ...corpus.batches import next_token_batch
from ..exercise import Exercise, Probe
from ._ex11_batches_more import BATCHES


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(112)

    def text(n: int) -> np.ndarray:
        return (rng.permutation(n) + 40).astype(np.uint16)

    def starts(*places: int) -> np.ndarray:
        return np.array(places)

    return [
        Probe("basic", (text(120), starts(7, 0, 19), 4)),
        Probe("as many windows as tokens in one", (text(90), starts(21, 3, 11), 3)),
        Probe("windows that overlap", (text(90), starts(9, 7, 9, 8), 5)),
        Probe("the last window", (text(12), starts(6), 5)),
        Probe("windows of one token", (text(50), starts(4, 28, 4, 0, 17), 1)),
        Probe("every second of an array", (text(140)[::2], starts(8, 5), 6)),
        Probe("large ids", ((rng.permutation(60) * 1092).astype(np.uint16), starts(6, 1), 6)),
        Probe(
            "tokens that repeat", (np.resize([3, 3, 1, 3, 3, 0, 1, 2], 40).astype(np.uint16), starts(5, 2), 4)
        ),
    ]


NEXT_TOKEN_BATCH = Exercise(
    id="11.3",
    reference=next_token_batch,
    task="""
    Cut a batch of training examples out of a text: windows of tokens, and what follows each of the tokens.

    tokens: (N,), integers (unsigned ones of 16 bits, as they lie on disk), the ids of a text. starts: (B,),
    integers, in any order, some perhaps more than once: the place in tokens where each window begins.
    block_size: an integer T, at least 1: how many tokens a window has. The text goes on behind each window
    for one token at least.
    Return (ids, targets), both (B, T), integers. Row b of ids: the T tokens of the window that begins at the
    b-th start. Row b of targets: for each of these tokens the one that stands behind it in the text. Do not
    modify the arguments.

    >>> tokens = np.array([11, 12, 13, 14, 15, 16, 17], dtype=np.uint16)
    >>> ids, targets = next_token_batch(tokens, np.array([3, 0]), 3)
    >>> ids.tolist()
    [[14, 15, 16], [11, 12, 13]]
    >>> targets.tolist()
    [[15, 16, 17], [12, 13, 14]]
    """,
    probes=probes,
    returns=("ids", "targets"),
    mistakes=BATCHES,
    hints=(
        "Write down for the example at which places of the text the rows of ids lie, and those of targets.",
        "A window and its targets together are one stretch of the text that has one token more than the window.",
        "A table of places: each start plus 0, 1, 2 and so on. Indexing with a table gives a table of tokens.",
    ),
    difficulty=2,
    minutes=10,
    importance=5,
    lines=3,
)
