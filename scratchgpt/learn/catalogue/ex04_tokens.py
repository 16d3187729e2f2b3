"""Lesson 04: tokens. BPE by hand, from counting pairs to text and back."""

from ..exercise import Chapter
from ._ex04_bytes import DECODE
from ._ex04_encoding import ENCODE_WORD
from ._ex04_half import COMPLETE_TEXT
from ._ex04_learning import LEARN_MERGES
from ._ex04_merging import MERGE_PAIR
from ._ex04_pairs import COUNT_PAIRS

CHAPTER = Chapter(
    lesson="04",
    topic="tokens",
    title="BPE by hand: counting pairs, merging them, encoding, and bytes back to text",
    imports="",
    exercises=(COUNT_PAIRS, MERGE_PAIR, LEARN_MERGES, ENCODE_WORD, DECODE, COMPLETE_TEXT),
)
