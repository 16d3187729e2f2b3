"""A count model by hand: what followed this context, and a shorter one, and a shorter one still."""

from collections.abc import Sequence

import numpy as np


def counted_probabilities(ids: Sequence[int], context: Sequence[int], vocab_size: int) -> np.ndarray:
    """Return (vocab_size,) probabilities of the token after `context`, counted in the text `ids`.

    It begins with equal probabilities and goes through the ends of the context, from none of its tokens to
    all of them. Where tokens followed such an end, N times in all and D different ones, each probability
    becomes (c + D p) / (N + D), with c how often the token was among them and p what it was before.
    `CountModel` does the same with sorted tables, for all positions of a text at once.

    Source: Witten and Bell 1991, "The zero-frequency problem", method C.
    """
    text, context = list(ids), list(context)
    p = np.full(vocab_size, 1 / vocab_size)
    for k in range(len(context) + 1):
        end = context[len(context) - k :]
        counts = np.zeros(vocab_size)
        for i in range(k, len(text)):
            if text[i - k : i] == end:
                counts[text[i]] += 1
        different = np.count_nonzero(counts)
        if different:
            p = (counts + different * p) / (counts.sum() + different)
    return p
