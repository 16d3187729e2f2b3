"""12.4: one step of attention with a cache."""

import numpy as np

from ...worked.cached_step import cached_attention_step
from ..exercise import Exercise, Probe
from ._ex12_cache_more import CACHE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(123)

    def arguments(B: int, H: int, S: int, D: int) -> tuple[np.ndarray, ...]:
        return tuple(rng.standard_normal((B, H, n, D)) for n in (1, 1, 1, S, S))

    def halves(B: int, H: int, S: int, D: int) -> tuple[np.ndarray, ...]:
        return tuple(x.swapaxes(1, 2).copy().swapaxes(1, 2) for x in arguments(B, H, S, D))

    large = tuple(30 * x for x in arguments(1, 2, 4, 3))
    return [
        Probe("basic", arguments(2, 3, 5, 4)),
        Probe("square", arguments(3, 3, 3, 3)),
        Probe("an empty cache", arguments(2, 3, 0, 4)),
        Probe("one earlier position", arguments(2, 3, 1, 4)),
        Probe("one head, one channel", arguments(1, 1, 4, 1)),
        Probe("large scores", large),
        Probe("views", halves(2, 3, 6, 5)),
    ]


CACHED_ATTENTION_STEP = Exercise(
    id="12.4",
    reference=cached_attention_step,
    task="""
    One step of attention with a KV cache: a single new position, and what is remembered of the earlier ones.

    q, k, v: (B, H, 1, D), float: query, key and value of the new position, in each head. keys, values: (B,
    H, S, D): the cache, keys and values of the S positions before it, the oldest first; S may be 0.
    Return (y, keys, values). keys and values: (B, H, S + 1, D), new arrays, the cache with the new position
    at its end. y: (B, H, 1, D), what causal attention (06.4) over all S + 1 positions gives at the last one,
    with its usual scale. Nothing of earlier queries is needed, and nothing is recomputed. Do not modify the
    arguments; softmax is imported.

    The query likes neither key more than the other, so that the values are averaged:

    >>> q, k, v = (np.array(x).reshape(1, 1, 1, 2) for x in ([1.0, 0.0], [0.0, 3.0], [4.0, 0.0]))
    >>> keys, values = np.array([[[[0.0, -1.0]]]]), np.array([[[[0.0, 2.0]]]])
    >>> y, keys, values = cached_attention_step(q, k, v, keys, values)
    >>> y.tolist()
    [[[[2.0, 1.0]]]]
    >>> keys.tolist(), values.tolist()
    ([[[[0.0, -1.0], [0.0, 3.0]]]], [[[[0.0, 2.0], [4.0, 0.0]]]])
    """,
    probes=probes,
    returns=("y", "keys", "values"),
    mistakes=CACHE,
    hints=(
        "Which of the S + 1 positions may the new one see? Does it see itself?",
        "Lengthen the cache first, along the axis of the positions; then attend to all that is in it.",
        "Scores: the query against every key, divided as always. Softmax over the keys, then mix the values. "
        "There is no later position, so there is nothing to mask.",
    ),
    difficulty=2,
    minutes=15,
    importance=5,
    lines=5,
    needs=("06.4",),
)
