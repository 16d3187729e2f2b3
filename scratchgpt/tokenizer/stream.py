"""Text from a running model, token by token, never half a character."""

import codecs
from collections.abc import Iterable, Iterator

from .base import Tokenizer


class StreamDecoder:
    """Turns token ids into text as they come; keeps the first bytes of a character until the rest is there.

    What `push` and `finish` return, joined, equals `tokenizer.decode` of all ids. To continue a text that
    is already there, give its last id as `before`: GPT-1's first new word then begins with a space. Raises
    UserError for an id outside the vocabulary.

    >>> from .characters import CharTokenizer
    >>> tokenizer = CharTokenizer.train("abc")
    >>> decoder = StreamDecoder(tokenizer)
    >>> decoder.push(2) + decoder.push(0) + decoder.finish()
    'ca'
    """

    def __init__(self, tokenizer: Tokenizer, before: int | None = None) -> None:
        if before is not None:
            tokenizer.token_bytes(before)  # raises for an id outside the vocabulary
        self._tokenizer = tokenizer
        self._before = before
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def push(self, token_id: int) -> str:
        """Return the characters that this token completes ("" while one is still incomplete).

        Raises UserError for an id outside the vocabulary.
        """
        piece = self._tokenizer.bytes_after(token_id, self._before)
        self._before = token_id
        return self._decoder.decode(piece)

    def finish(self) -> str:
        """Return U+FFFD when the last character never became complete, else ""."""
        return self._decoder.decode(b"", final=True)


def decode_stream(tokenizer: Tokenizer, ids: Iterable[int]) -> Iterator[str]:
    """Yield the text of the ids piece by piece, without empty pieces."""
    decoder = StreamDecoder(tokenizer)
    for token_id in ids:
        if piece := decoder.push(token_id):
            yield piece
    if piece := decoder.finish():
        yield piece
