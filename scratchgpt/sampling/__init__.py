"""From logits to text, in reading order: filters, decoding, text.

`filters` turns logits into probabilities and draws; `decoding` feeds each token back to the model;
`text` turns tokens into pieces of text as soon as they are certain.
"""

from .decoding import Decoding, Drawn, generator, stream
from .filters import (
    apply_temperature,
    draw,
    log_probability,
    min_p,
    probabilities,
    repetition_penalty,
    top_k,
    top_p,
)
from .text import Sample, sample_text, sample_texts, split_at_stop

__all__ = [
    "Decoding",
    "Drawn",
    "Sample",
    "apply_temperature",
    "draw",
    "generator",
    "log_probability",
    "min_p",
    "probabilities",
    "repetition_penalty",
    "sample_text",
    "sample_texts",
    "split_at_stop",
    "stream",
    "top_k",
    "top_p",
]
