"""Lesson 11: pre-training. Batches, unequal micro-batches, MinHash, and the model that only counts."""

from ..exercise import Chapter
from ._ex11_accumulation import ACCUMULATE_GRADIENTS
from ._ex11_batches import NEXT_TOKEN_BATCH
from ._ex11_counting import COUNTED_PROBABILITIES
from ._ex11_signature import MINHASH_SIGNATURE
from ._ex11_similarity import MINHASH_SIMILARITY

CHAPTER = Chapter(
    lesson="11",
    topic="pretraining",
    title="batches of next tokens, unequal micro-batches, MinHash, a model that only counts",
    imports="",
    exercises=(
        MINHASH_SIGNATURE,
        MINHASH_SIMILARITY,
        NEXT_TOKEN_BATCH,
        ACCUMULATE_GRADIENTS,
        COUNTED_PROBABILITIES,
    ),
)
