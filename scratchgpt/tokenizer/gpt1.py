"""GPT-1's BPE: characters, merged within words, with `</w>` on the last one."""

import os
from collections.abc import Iterable, Mapping, Sequence
from reprlib import repr as shown  # keeps what a damaged file holds to a few words
from typing import ClassVar, NamedTuple, Self

from ..errors import UserError, nearest
from .base import Tokenizer
from .files import write_bpe
from .gpt1_text import TREATMENTS
from .merge import merge_word
from .special import check_names
from .vocabulary import COPY_AGAIN, check_contiguous
from .word_cache import WordCache

END = "</w>"  # ends the last symbol of a word
UNKNOWN = "<unk>"  # stands for every character that the vocabulary cannot spell
NEWLINE = "\n" + END


class GPT1BPE(Tokenizer):
    """The tokenizer of GPT-1: 40,478 symbols, lower case only, `</w>` where a word ends.

    tokens: symbols as the files write them -> id; merges: pairs of symbols, best first; special_tokens:
    name -> id, `<unk>` among them; text: "transformers" or "original", how text is cleaned and cut into
    words (see `gpt1_text`). Raises UserError when these do not make one whole vocabulary.

    >>> tokens = {"l": 1, "o": 2, "w</w>": 3, "lo": 4, "low</w>": 5, "o</w>": 6}
    >>> tokenizer = GPT1BPE(tokens, [("l", "o"), ("lo", "w</w>")], {"<unk>": 0})
    >>> tokenizer.encode("Low Lo lö l?")
    [5, 1, 6, 1, 6, 0, 0]
    >>> tokenizer.decode([5, 5, 1, 6]), tokenizer.token_bytes(5)
    ('low low lo', b'low ')

    Encoding forgets case, accents or line breaks, and spaces: `decode` puts one space between words, none
    at the end, and none beside the line break that the token "\\n</w>" is. A character outside the
    vocabulary becomes `<unk>`; as in GPT-1's files that token ends no word, so no space follows it.

    Source: Radford et al. 2018, section 4.1; Sennrich, Haddow and Birch 2016.
    """

    kind: ClassVar[str] = "gpt1"

    def __init__(
        self,
        tokens: Mapping[str, int],
        merges: Sequence[tuple[str, str]],
        special_tokens: Mapping[str, int],
        *,
        text: str = "transformers",
    ) -> None:
        if not isinstance(text, str) or text not in TREATMENTS:
            hint = nearest(text, TREATMENTS) if isinstance(text, str) else ""
            raise UserError(f"text is {shown(text)}, expected {' or '.join(map(repr, TREATMENTS))}.{hint}")
        check_symbols(tokens, merges, special_tokens)
        names = {i: name for name, i in (*tokens.items(), *special_tokens.items())}
        self._names = [names[i] for i in range(len(names))]
        self._newline = tokens.get(NEWLINE)
        special = set(special_tokens.values())
        self._ends_word = [
            name.endswith(END) and i not in special and i != self._newline
            for i, name in enumerate(self._names)
        ]
        super().__init__([self._spelled(i) for i in range(len(names))], special_tokens)
        self.merges = tuple(merges)
        self.text = text
        self._ids = dict(tokens)
        self._unknown = special_tokens[UNKNOWN]
        self._table = {
            (tokens[left], tokens[right]): (rank, tokens[left + right])
            for rank, (left, right) in enumerate(self.merges)
        }
        self._clean, self._words = TREATMENTS[text]
        self._cache = WordCache(self._encode_chunk)

    def with_text(self, text: str) -> Self:
        """Return the same vocabulary with another treatment of text. Raises UserError for an unknown one."""
        return type(self)(self._ids, self.merges, self._special_tokens, text=text)

    def encode_ordinary(self, text: str) -> list[int]:
        """Return the ids of any text; what looks like a special token is spelled out as text."""
        ids: list[int] = []
        for chunk in self._clean(text).split(" "):
            ids += self._cache[chunk]
        return ids

    def bytes_after(self, token_id: int, before: int | None) -> bytes:
        """Return what the token adds to a text that ends in `before`: a space first where a word ended.

        Raises UserError for an id outside the vocabulary.
        """
        symbol = self.token_bytes(token_id)
        if self._ends_word[token_id]:
            symbol = symbol[:-1]  # the space waits for the next word
        spaced = before is not None and self._ends_word[before] and token_id != self._newline
        return b" " + symbol if spaced else symbol

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write vocab.json, merges.txt and tokenizer_config.json into `folder`, as Hugging Face does.

        transformers' OpenAIGPTTokenizer opens the folder; it knows the treatment "transformers" only.
        Creates the folder where it is missing. Raises OSError when it cannot be written.
        """
        config = {
            "kind": self.kind,
            "tokenizer_class": "OpenAIGPTTokenizer",
            "text": self.text,
            "unk_token": UNKNOWN,
        }
        write_bpe(folder, self._ids, self.merges, self._special_tokens, config)

    def _spelled(self, token_id: int) -> bytes:
        name = self._names[token_id]
        if token_id == self._newline:
            return b"\n"
        return (name.removesuffix(END) + " " if self._ends_word[token_id] else name).encode()

    def _encode_chunk(self, chunk: str) -> tuple[int, ...]:
        return tuple(self._encode_words(self._words(chunk)))

    def _encode_words(self, words: Iterable[str]) -> list[int]:
        ids: list[int] = []
        for word in words:
            symbols = [*word[:-1], word[-1] + END]
            ids += merge_word([self._ids.get(symbol, self._unknown) for symbol in symbols], self._table)
        return ids


class Symbols(NamedTuple):
    """What `GPT1BPE` is built from."""

    tokens: dict[str, int]
    merges: list[tuple[str, str]]
    special_tokens: dict[str, int]


def assemble_symbols(
    ids: Mapping[str, int], merges: Iterable[tuple[str, str]], declared: Mapping[str, int]
) -> Symbols:
    """Separate the special tokens of a file, the declared ones and `<unk>`, from its symbols.

    Raises UserError for a special token that the files give two ids.
    """
    special = dict(declared)
    if UNKNOWN in ids:
        special.setdefault(UNKNOWN, ids[UNKNOWN])
    for name, token_id in special.items():
        if ids.get(name, token_id) != token_id:
            raise UserError(
                f"The special token {shown(name)} has the ids {ids[name]} and {token_id}: {COPY_AGAIN}."
            )
    return Symbols({name: i for name, i in ids.items() if name not in special}, list(merges), special)


def check_symbols(
    tokens: Mapping[str, int], merges: Sequence[tuple[str, str]], special_tokens: Mapping[str, int]
) -> None:
    """Raise UserError unless symbols, merges, special tokens and ids make one whole vocabulary."""
    if UNKNOWN not in special_tokens:
        raise UserError(f"The vocabulary has no {UNKNOWN}, expected one as in GPT-1's: {COPY_AGAIN}.")
    check_names(special_tokens)
    made = {left + right for left, right in merges}
    lost = []
    for name in tokens:
        characters = name.removesuffix(END)
        if name in special_tokens:
            raise UserError(f"The special token {shown(name)} has the name of an ordinary token: rename it.")
        if name != NEWLINE and not _is_symbol(characters):
            raise UserError(
                f"The vocabulary has the token {shown(name)}, expected characters that UTF-8 can write, none "
                f"of them white space, with {END} at the end only: {COPY_AGAIN}."
            )
        if len(characters) > 1 and name not in made:
            lost.append(name)
    for rank, (left, right) in enumerate(merges):
        if missing := [token for token in (left, right, left + right) if token not in tokens]:
            raise UserError(
                f"Merge {rank} ({shown(left)} + {shown(right)}) needs the token {shown(missing[0])}, which "
                f"is not in the vocabulary: {COPY_AGAIN}."
            )
    if lost:
        raise UserError(
            f"No merge makes {len(lost)} tokens of the vocabulary, the first being {shown(lost[0])}: "
            f"{COPY_AGAIN}."
        )
    check_contiguous([*tokens.values(), *special_tokens.values()])


def _is_symbol(characters: str) -> bool:
    plain = not any(c.isspace() or "\ud800" <= c <= "\udfff" for c in characters)
    return bool(characters) and END not in characters and plain
