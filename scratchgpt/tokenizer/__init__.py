"""Text to token ids and back: characters, the byte-level BPE of GPT-2, and the BPE of GPT-1.

Reading order: base (what every tokenizer can do), characters, split (GPT-2's pattern), bpe_train,
merge, bpe; gpt1_text, gpt1; then special (tokens that text must not forge), stream (text from a running
model), and word_cache, bytes_unicode, vocabulary, files, tokenizer_json, loading (files on disk).
"""

from .base import Tokenizer
from .bpe import ByteBPE
from .characters import CharTokenizer
from .gpt1 import GPT1BPE
from .loading import load
from .stream import StreamDecoder, decode_stream

__all__ = ["GPT1BPE", "ByteBPE", "CharTokenizer", "StreamDecoder", "Tokenizer", "decode_stream", "load"]
