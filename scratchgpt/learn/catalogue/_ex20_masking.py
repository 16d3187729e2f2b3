"""20.1: which tokens BERT has to guess, and what it sees in their places."""

from typing import Any

import numpy as np

from ...corpus.batches import mask_tokens
from ..exercise import Exercise, Probe
from ._ex20_masking_mistakes import MISTAKES


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(200)

    def probe(name: str, seed: int, *shape: int, dtype: Any = np.int64, **options: Any) -> Probe:
        given = {"mask_id": 900, "vocab_size": 900} | options
        ids = rng.integers(0, given["vocab_size"], shape).astype(dtype)
        return Probe(name, (ids, np.random.default_rng(seed)), given)

    return [
        probe("basic", 1, 12, 17, probability=0.5),
        probe("15 %", 2, 20, 16),
        probe("a small vocabulary", 3, 15, 22, mask_id=3, vocab_size=7, probability=0.6),
        probe("square", 4, 14, 14, probability=0.4),
        probe("every token", 5, 9, 16, probability=1.0),
        probe("no token", 6, 3, 5, probability=0.0),
        probe("16 bits without a sign", 7, 12, 10, dtype=np.uint16, probability=0.5),
        probe("one row of tokens", 8, 60, probability=0.5),
        probe("one position", 9, 30, 1, probability=0.5),
    ]


EXERCISE = Exercise(
    id="20.1",
    reference=mask_tokens,
    task="""
    Hide some tokens of a batch, to be guessed by a model that reads in both directions.

    Such a model, like BERT, cannot be asked for the next token, which it sees; it is asked for those that
    are hidden. Each token is chosen with the given probability. Of the chosen ones, 80 % are replaced by the mask's id,
    10 % by a random id, and 10 % stay as they are, so that the model cannot rely on the mask to tell which
    positions matter.

    ids: integers of any shape, of any integer dtype (uint16 as well). rng: a numpy.random.Generator.
    mask_id: the id of the mask. vocab_size: random ids are below it. probability: between 0 and 1, both
    included.
    Return (inputs, targets), both int64, of the shape of ids. inputs: what the model sees. targets: the
    original id where a token was chosen, also where it stays as it is, and -1, which the loss leaves out,
    everywhere else. Do not modify ids.

    So that an answer can be checked, draw exactly this, in this order, each of the shape of ids: first
    rng.random, a number from 0 to below 1 for every token, which is chosen when its number is below the
    probability; then rng.random again: below 0.8 means mask, from 0.8 to below 0.9 a random id, else stay;
    last rng.integers below vocab_size, a random id for every token, whether it is needed or not.

    >>> ids = np.array([[10, 11, 12, 13, 14, 15], [16, 17, 18, 19, 20, 21]])
    >>> rng = np.random.default_rng(15)
    >>> inputs, targets = mask_tokens(ids, rng, mask_id=99, vocab_size=50, probability=0.5)
    >>> inputs
    array([[10, 11, 99, 39, 14, 99],
           [16, 17, 99, 19, 20, 21]])
    >>> targets
    array([[-1, -1, 12, 13, -1, 15],
           [-1, 17, 18, -1, -1, -1]])
    """,
    probes=probes,
    returns=("inputs", "targets"),
    mistakes=MISTAKES,
    hints=(
        "Draw all three arrays first, in the order of the task, and only then decide.",
        "The first draw says which tokens are chosen; the second what becomes of a chosen one; the third what a random id "
        "would be. A token that is not chosen keeps its id, whatever the others say.",
        "The where of NumPy takes a condition and two arrays; one inside of the other makes the three cases. Turn the ids to int64 "
        "before a -1 can meet them.",
    ),
    difficulty=2,
    minutes=12,
    importance=4,
    lines=7,
)
