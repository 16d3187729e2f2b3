"""Lesson 05: embeddings and positions, and their gradients."""

from ..exercise import Chapter
from ._ex05_input import EMBED, EMBED_BACKWARD
from ._ex05_lookup import EMBEDDING, EMBEDDING_BACKWARD
from ._ex05_positions import POSITIONS

CHAPTER = Chapter(
    lesson="05",
    topic="embeddings",
    title="embeddings and positions, and their gradients",
    imports="""
    from scratchgpt.ops.embedding import EmbeddingCache
    from scratchgpt.worked.embedding import EmbedCache
    """,
    exercises=(EMBEDDING, EMBEDDING_BACKWARD, POSITIONS, EMBED, EMBED_BACKWARD),
)
