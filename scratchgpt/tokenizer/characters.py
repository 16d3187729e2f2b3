"""The simplest tokenizer: one token per character of the training text."""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Self

from ..errors import UserError
from .base import Tokenizer
from .files import write_characters

if TYPE_CHECKING:
    import numpy as np

_PART = 1 << 20  # characters


class CharTokenizer(Tokenizer):
    """One token per distinct character; the id of a character is its place in `characters`.

    >>> tokenizer = CharTokenizer.train("hello")
    >>> tokenizer.characters
    ('e', 'h', 'l', 'o')
    >>> tokenizer.encode("hole")
    [1, 3, 2, 0]

    Raises UserError for no characters, an entry that is not one character, and repeated ones.
    """

    kind: ClassVar[str] = "char"

    def __init__(self, characters: Sequence[str]) -> None:
        _check(characters)
        super().__init__([c.encode() for c in characters], {})
        self.characters = tuple(characters)
        self._ids = {c: i for i, c in enumerate(self.characters)}

    @classmethod
    def train(cls, text: str) -> Self:
        """Return the tokenizer whose vocabulary is the sorted set of characters of `text`.

        Raises UserError when the text is empty.
        """
        return cls(sorted(set(text)))

    def encode_ordinary(self, text: str) -> list[int]:
        """Return one id per character. Raises UserError for a character outside the vocabulary."""
        try:
            return [self._ids[c] for c in text]
        except KeyError:
            position, c = next((i, c) for i, c in enumerate(text) if c not in self._ids)
            raise UserError(
                f"The character {c!r} (U+{ord(c):04X}) at position {position} is not among the "
                f"{self.vocab_size} characters of this tokenizer: remove it, or train on a text that "
                "holds it (byte-level BPE spells any text)."
            ) from None

    def _ordinary_arrays(self, text: str) -> Iterator["np.ndarray"]:
        import numpy as np

        # An id for every code point up to the highest of the vocabulary, then a -1 for all others.
        ids = np.full(max(map(ord, self.characters)) + 2, -1, np.int32)
        ids[[ord(c) for c in self.characters]] = np.arange(self.vocab_size)
        for start in range(0, len(text), _PART):
            codes = text[start : start + _PART].encode("utf-32-le", "surrogatepass")
            part = ids[np.minimum(np.frombuffer(codes, "<u4"), len(ids) - 1)]
            if part.min() < 0:
                self.encode_ordinary(text)  # raises, and says where
            yield part

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write vocab.json ({character: id}) and tokenizer_config.json into `folder`."""
        write_characters(folder, self._ids)


def _check(characters: Sequence[str]) -> None:
    if not characters:
        raise UserError("The text is empty, expected at least one character to make a vocabulary of.")
    for i, c in enumerate(characters):
        if len(c) != 1 or "\ud800" <= c <= "\udfff":
            raise UserError(
                f"Entry {i} of the vocabulary is {c!r}, expected one character that UTF-8 can "
                "write: read the text as UTF-8, with errors='replace' if need be."
            )
    if len(set(characters)) < len(characters):
        raise UserError("A character stands twice in the vocabulary, expected each one once.")
