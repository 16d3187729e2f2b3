"""The same word in different sentences: what a language model makes of it there."""

from collections.abc import Sequence

import numpy as np

from ..model import GPT
from ..ops.arrays import Array
from ..params import Params
from ..tokenizer import Tokenizer

BANK_SENTENCES = (
    "She went down to the river and sat on the bank",
    "The water rose and the boat drifted to the bank",
    "He pulled the boat out of the stream and up the bank",
    "They caught a fish and rested on the green bank",
    "He took all his money and went to the bank",
    "She had no gold left and owed a debt to the bank",
    "He counted the coins and paid them into the bank",
    "The merchant signed the paper and walked to the bank",
)
"""Four banks of a river, then four for money. A GPT reads from the left, so the hint comes first."""


def last_states(model: GPT, params: Params, tokenizer: Tokenizer, texts: Sequence[str]) -> Array:
    """Return the hidden state of the model at the last token of each text.

    Shapes: -> (n, C)
    """
    states = []
    for text in texts:
        h, _ = model.hidden(params, np.array([tokenizer.encode(text)]), keep_cache=False)  # (1, T, C)
        states.append(h[0, -1])
    return np.stack(states)
