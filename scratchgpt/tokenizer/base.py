"""What every tokenizer can do, whatever its tokens are."""

import os
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from ..errors import UserError
from .special import ENDOFTEXT, check_allowed, refusal, special_pattern

if TYPE_CHECKING:
    import numpy as np


class Tokenizer(ABC):
    """A fixed list of tokens, each a string of bytes; the id of a token is its place in the list.

    A tokenizer never changes once it is built. Special tokens (`<|endoftext|>`) carry meaning for the
    model and none as text; `encode` refuses them in text unless they are allowed.
    """

    kind: ClassVar[str]  # "char", "bpe" or "gpt1": what a saved folder says about itself

    def __init__(self, tokens: Sequence[bytes], special_tokens: Mapping[str, int]) -> None:
        self._tokens = tuple(tokens)
        self._special_tokens = dict(special_tokens)
        self._special_pattern = special_pattern(self._special_tokens)

    @property
    def vocab_size(self) -> int:
        """Number of tokens, special ones included; ids run from 0 to vocab_size - 1."""
        return len(self._tokens)

    @property
    def special_tokens(self) -> dict[str, int]:
        """The special tokens and their ids (a copy)."""
        return dict(self._special_tokens)

    @property
    def eot_id(self) -> int | None:
        """Id of `<|endoftext|>`, which separates documents, or None when there is no such token."""
        return self._special_tokens.get(ENDOFTEXT)

    def encode(
        self, text: str, *, allowed_special: Collection[str] | Literal["all"] = frozenset()
    ) -> list[int]:
        """Return the token ids of `text`.

        A special token in the text becomes its id when `allowed_special` names it ("all" names every
        one), and raises UserError otherwise: text from outside must not be able to end a document.
        Raises UserError also for a character that the vocabulary cannot spell (character tokenizers).
        """
        first, *rest = self._pieces(text, allowed_special)
        ids = self.encode_ordinary(first)
        for name, piece in zip(rest[::2], rest[1::2], strict=True):
            ids.append(self._special_tokens[name])
            ids += self.encode_ordinary(piece)
        return ids

    def encode_arrays(
        self, text: str, *, allowed_special: Collection[str] | Literal["all"] = frozenset()
    ) -> Iterator["np.ndarray"]:
        """Yield what `encode` returns in parts, (tokens of the part,) int32 each, for long texts.

        An id takes 4 bytes here and 36 in a list. Raises UserError as `encode` does.
        """
        import numpy as np  # only here: short texts need none

        first, *rest = self._pieces(text, allowed_special)
        yield from self._ordinary_arrays(first)
        for name, piece in zip(rest[::2], rest[1::2], strict=True):
            yield np.array([self._special_tokens[name]], np.int32)
            yield from self._ordinary_arrays(piece)

    @abstractmethod
    def encode_ordinary(self, text: str) -> list[int]:
        """Return the token ids of `text`; what looks like a special token is spelled out as text."""

    def _ordinary_arrays(self, text: str) -> Iterator["np.ndarray"]:
        import numpy as np

        yield np.array(self.encode_ordinary(text), np.int32)

    def _pieces(self, text: str, allowed_special: Collection[str] | Literal["all"]) -> list[str]:
        """Return text, special token, text, ..., text; raise UserError for one that is not allowed."""
        allowed = check_allowed(allowed_special, self._special_tokens)
        pieces = self._special_pattern.split(text)  # the pattern captures, so the tokens are among them
        for i, name in enumerate(pieces[1::2]):
            if name not in allowed:
                raise refusal(name, position=len("".join(pieces[: 2 * i + 1])))
        return pieces

    def token_bytes(self, token_id: int) -> bytes:
        """Return the bytes of one token, which may be part of a character only.

        Raises UserError for an id outside the vocabulary.
        """
        if not 0 <= token_id < len(self._tokens):
            raise UserError(
                f"Token id {token_id} is outside the vocabulary, expected 0 to {self.vocab_size - 1}: "
                "the ids come from another tokenizer; load the one saved with the model."
            )
        return self._tokens[token_id]

    def bytes_after(self, token_id: int, before: int | None) -> bytes:
        """Return what one token adds to a text whose last token is `before`, None at the start.

        For most tokenizers these are the token's bytes, whatever came before; GPT-1's tokens have a space
        between two words. Raises UserError for an id outside the vocabulary.
        """
        return self.token_bytes(token_id)

    def decode_bytes(self, ids: Iterable[int]) -> bytes:
        """Return the bytes that the ids spell. Raises UserError for an id outside the vocabulary."""
        pieces: list[bytes] = []
        before = None
        for token_id in ids:
            pieces.append(self.bytes_after(token_id, before))
            before = token_id
        return b"".join(pieces)

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text that the ids spell; bytes that are no UTF-8 become U+FFFD.

        Raises UserError for an id outside the vocabulary.
        """
        return self.decode_bytes(ids).decode("utf-8", errors="replace")

    @abstractmethod
    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the tokenizer into `folder`, for `scratchgpt.tokenizer.load`.

        Creates the folder where it is missing. Raises OSError when it cannot be written.
        """

    def __repr__(self) -> str:
        special = ", ".join(self._special_tokens) or "none"
        return f"{type(self).__name__}({self.vocab_size} tokens, special: {special})"
