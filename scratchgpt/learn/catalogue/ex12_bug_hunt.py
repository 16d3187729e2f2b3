"""Lesson 12, spot the bug: a cached step of decoding that does not move its positions on."""

import numpy as np

from ...worked.cached_step import Stored, TinyModel, decode_step
from ..exercise import Chapter, Exercise, Probe
from ._ex12_hunt import HUNT


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(124)

    def probe(name: str, ids: list[int], S: int, V: int = 9, N: int = 16, C: int = 4) -> Probe:
        shapes = ((V, C), (N, C), (C, C), (C, C), (C, C))
        model = TinyModel(*(rng.standard_normal(shape) for shape in shapes))
        stored = Stored(*(rng.standard_normal((S, C)) for _ in range(2)))
        return Probe(name, (np.array(ids), stored, model))

    return [
        probe("one token behind three", [5], 3),
        probe("the first token", [5], 0),
        probe("a prompt", [7, 0, 3, 3, 8], 0),
        probe("two tokens behind three", [2, 6], 3),
        probe("as many as are stored", [4, 1, 4], 3, C=3),
        probe("three tokens behind one", [0, 0, 1], 1, C=5),
        probe("two tokens behind four", [3, 1], 4, V=5, C=6),
    ]


DECODE_STEP = Exercise(
    id="12.5",
    reference=decode_step,
    task="""
    Spot the bug. A language model with one attention head works on a text in pieces, and stores the keys and
    values of each: first the prompt, then one token after the other. The code below runs, all shapes are
    right, and for the prompt its numbers are right too. Then the text goes wrong. It is the most common bug
    of such caches.

    ids: (T,), integers, the T new tokens of a text, of which S tokens were given in earlier calls. stored:
    Stored(keys, values), both (S, C), what these calls have left; S may be 0. model: TinyModel(wte, wpe, wq,
    wk, wv): the tables of tokens (V, C) and of positions (N, C), N at least S + T, and three projections (C,
    C).
    Return (logits, stored): logits (T, V), of the new tokens; stored, a Stored of S + T tokens. Do not
    modify the arguments.

    A cache promises that it changes nothing: a text in pieces must have the logits of the same text given at
    once. That is a test. cache_gaps, which is imported, makes it with a text of seven tokens in pieces of 3,
    1, 1 and 2, and returns for each piece by how much the logits differ. Take the line with Todo away and
    run the examples of this docstring, the test among them (FILE.py is the file that you are reading):

        python -m doctest FILE.py

    From which piece on are the logits wrong, and what is different about that piece? Then find the line and
    repair it.

    >>> [round(gap, 6) for gap in cache_gaps(decode_step)]
    [0.0, 0.0, 0.0, 0.0]

    With projections of zeros, and zeros stored for two tokens, attention adds nothing; what is left is the
    embedding of the new token and that of its position:

    >>> nothing = np.zeros((2, 2))
    >>> wpe = np.array([[0.0, 0.0], [0.0, 5.0], [7.0, 0.0]])
    >>> model = TinyModel(np.eye(2), wpe, nothing, nothing, nothing)
    >>> logits, stored = decode_step(np.array([0]), Stored(nothing, nothing), model)
    >>> logits.tolist()
    [[8.0, 0.0]]
    """,
    given="""
    wte, wpe, wq, wk, wv = model
    T, C = len(ids), wte.shape[1]
    x = wte[ids] + wpe[np.arange(T)]
    keys = np.concatenate([stored.keys, x @ wk])
    values = np.concatenate([stored.values, x @ wv])
    scores = (x @ wq) @ keys.T / C**0.5
    seen = causal_mask(T, len(keys))
    weights = softmax(np.where(seen, scores, -np.inf))
    h = x + weights @ values
    return h @ wte.T, Stored(keys, values)
    """,
    probes=probes,
    returns=("logits", "stored"),
    mistakes=HUNT,
    hints=(
        "The first piece is right, and the second wrong already at its first token. What does the code know in "
        "the first call by itself that it has to be told in the second?",
        "Go through the lines with one new token behind three others. Which line gives the same as if there were "
        "no others?",
        "The keys are lengthened and the mask knows how long they are. Where in the text does the new token "
        "stand, and which row of the table of positions does it get?",
    ),
    difficulty=2,
    minutes=12,
    importance=5,
    lines=1,
    needs=("12.4",),
)

CHAPTER = Chapter(
    lesson="12",
    topic="bug_hunt",
    title="spot the bug in a cached step of decoding",
    imports="""
    from scratchgpt.ops.attention import causal_mask
    from scratchgpt.ops.softmax import softmax
    from scratchgpt.worked.cached_step import Stored, TinyModel, cache_gaps
    """,
    exercises=(DECODE_STEP,),
)
