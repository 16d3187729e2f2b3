"""Lesson 12: generation. The filters between logits and a draw, and attention with a cache."""

from ..exercise import Chapter
from ._ex12_cache import CACHED_ATTENTION_STEP
from ._ex12_temperature import APPLY_TEMPERATURE
from ._ex12_top_k import TOP_K
from ._ex12_top_p import TOP_P

CHAPTER = Chapter(
    lesson="12",
    topic="generation",
    title="temperature, top-k, top-p, and one step of attention with a cache",
    imports="from scratchgpt.ops.softmax import softmax",
    exercises=(APPLY_TEMPERATURE, TOP_K, TOP_P, CACHED_ATTENTION_STEP),
)
