"""Text to token ids and back: characters, and the byte-level BPE of GPT-2.

Reading order: base (what every tokenizer can do), characters, split (GPT-2's pattern), bpe_train,
merge, bpe; then special (tokens that text must not forge), stream (text from a running model), and
bytes_unicode, vocabulary, files, tokenizer_json, loading (files on disk).
"""

from .base import Tokenizer
from .bpe import ByteBPE
from .characters import CharTokenizer
from .loading import load
from .stream import StreamDecoder, decode_stream

__all__ = ["ByteBPE", "CharTokenizer", "StreamDecoder", "Tokenizer", "decode_stream", "load"]
