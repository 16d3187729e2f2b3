"""Text to train on: reading files, named corpora, tokens, and batches by position."""

from .batches import Batches, Encoded, encode_documents, eval_batches, mask_tokens
from .named import CORPORA, resolve
from .read import Document, pieces, plain, read_documents, split, text_files

__all__ = [
    "CORPORA",
    "Batches",
    "Document",
    "Encoded",
    "encode_documents",
    "eval_batches",
    "mask_tokens",
    "pieces",
    "plain",
    "read_documents",
    "resolve",
    "split",
    "text_files",
]
