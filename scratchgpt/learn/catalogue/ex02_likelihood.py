"""Lesson 02: likelihood. Softmax and its logarithm, cross-entropy and its gradient, perplexity."""

from ..exercise import Chapter
from ._ex02_cross_entropy import CROSS_ENTROPY
from ._ex02_cross_entropy_backward import CROSS_ENTROPY_BACKWARD
from ._ex02_perplexity import PERPLEXITY
from ._ex02_softmax import LOG_SOFTMAX, SOFTMAX

CHAPTER = Chapter(
    lesson="02",
    topic="likelihood",
    title="likelihood, cross-entropy and its gradient, perplexity",
    imports="from scratchgpt.ops.cross_entropy import CrossEntropyCache",
    exercises=(SOFTMAX, LOG_SOFTMAX, CROSS_ENTROPY, CROSS_ENTROPY_BACKWARD, PERPLEXITY),
)
