"""Byte-level BPE: any text becomes a few tokens, and every token is a string of bytes."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ..errors import UserError
from . import compiled
from .base import Tokenizer
from .bpe_train import Pair, count_words, learn_merges
from .files import write_bpe
from .merge import merge_word
from .special import ENDOFTEXT, check_names
from .split import chunks, split
from .vocabulary import check_vocabulary, printable_names
from .word_cache import WordCache

if TYPE_CHECKING:
    import numpy as np

    from .compiled.encoding import Encoder


class ByteBPE(Tokenizer):
    """The tokenizer of GPT-2: bytes, merges of bytes in the order they were learned, special tokens.

    tokens: the 256 single bytes and what the merges make -> id; merges: pairs of tokens, best first;
    special_tokens: name -> id. The ids of tokens and special tokens together are 0 to vocab_size - 1.
    Raises UserError when they are not, and when tokens and merges do not fit together.

    >>> tokenizer = ByteBPE.train("low low low lower", vocab_size=260)
    >>> tokenizer.merges
    ((b'l', b'o'), (b'lo', b'w'), (b' ', b'low'))
    >>> tokenizer.encode(" lower"), tokenizer.decode([258, 101, 114])
    ([258, 101, 114], ' lower')

    Source: Radford et al. 2019, section 2.2.
    """

    kind: ClassVar[str] = "bpe"

    def __init__(
        self,
        tokens: Mapping[bytes, int],
        merges: Sequence[Pair],
        special_tokens: Mapping[str, int] | None = None,
    ) -> None:
        special = dict(special_tokens or {})
        check_vocabulary(tokens, merges, special)
        spelled = {i: token for token, i in tokens.items()}
        spelled |= {i: name.encode() for name, i in special.items()}
        super().__init__([spelled[i] for i in range(len(spelled))], special)
        self.merges = tuple(merges)
        self._byte_ids = [tokens[bytes([b])] for b in range(256)]
        self._table: dict[tuple[int, int], tuple[int, int]] = {}
        for rank, (left, right) in enumerate(self.merges):
            self._table[tokens[left], tokens[right]] = (rank, tokens[left + right])
        self._cache = WordCache(self._encode_word)
        self._seen = 0  # characters encoded so far
        self._encoder: Encoder | None = None

    @classmethod
    def train(
        cls,
        text: str | Iterable[str],
        vocab_size: int,
        *,
        special_tokens: Collection[str] = (ENDOFTEXT,),
        min_frequency: int = 2,
        progress: bool = False,
    ) -> Self:
        """Learn a vocabulary from one text or from several documents.

        Ids: bytes by value (0 to 255), then merges in order, then special tokens. Two trainings on the
        same words give the same tokenizer; see `bpe_train.learn_merges` for ties. Pairs that occur
        less than `min_frequency` times are not merged, so that a small text may give fewer than
        `vocab_size` tokens. Special tokens in the text separate documents. `progress` shows a bar.
        Raises UserError for a vocabulary without room for the bytes and the special tokens, for special
        tokens that cannot be, and for a text without any word.
        """
        check_names(special_tokens)
        n_merges = vocab_size - 256 - len(special_tokens)
        if n_merges < 0:
            raise UserError(
                f"vocab_size is {vocab_size}, expected at least {vocab_size - n_merges}: 256 bytes and "
                f"{len(special_tokens)} special tokens."
            )
        words = count_words(text, special_tokens)
        if not words:
            raise UserError("The text is empty, expected at least one word to learn merges from.")
        merges = islice(learn_merges(words, min_frequency), n_merges)
        learned = list(_with_bar(merges, n_merges) if progress else merges)
        spelled = [bytes([b]) for b in range(256)] + [left + right for left, right in learned]
        tokens = {token: i for i, token in enumerate(spelled)}
        special = {name: len(tokens) + i for i, name in enumerate(special_tokens)}
        return cls(tokens, learned, special)

    def encode_ordinary(self, text: str) -> list[int]:
        """Return the ids of any text; what looks like a special token is spelled out as text."""
        if (encoder := self._encoder_for(text)) is None:
            return self._encode_plainly(text)
        ids: list[int] = []
        for array in encoder.encode(text):
            ids += array.tolist()
        return ids

    def _ordinary_arrays(self, text: str) -> Iterator["np.ndarray"]:
        import numpy as np

        if (encoder := self._encoder_for(text)) is None:
            return (np.array(self._encode_plainly(chunk), np.int32) for chunk in chunks(text))
        return encoder.encode(text)

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write vocab.json, merges.txt and tokenizer_config.json into `folder`, as Hugging Face does.

        Creates the folder where it is missing. Raises OSError when it cannot be written.
        """
        special = self._special_tokens
        ordinary = {t: i for i, t in enumerate(self._tokens) if i not in set(special.values())}
        names, merges = printable_names(ordinary, self.merges)
        config = {"kind": self.kind, "tokenizer_class": "GPT2Tokenizer", "add_prefix_space": False}
        write_bpe(folder, names, merges, special, config)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_seen": 0, "_encoder": None}  # a copy makes its own when it needs one

    def _encoder_for(self, text: str) -> "Encoder | None":
        """Return the compiled way, once there was so much text that loading it pays."""
        self._seen += len(text)
        if self._encoder is None and self._seen >= compiled.LONG and compiled.works():
            from .compiled.encoding import Encoder

            self._encoder = Encoder(self._byte_ids, self._table)
        return self._encoder

    def _encode_plainly(self, text: str) -> list[int]:
        ids: list[int] = []
        for word in split(text):
            ids += self._cache[word]
        return ids

    def _encode_word(self, word: str) -> tuple[int, ...]:
        ids = [self._byte_ids[b] for b in word.encode()]
        return tuple(merge_word(ids, self._table))


def _with_bar(merges: Iterable[Pair], total: int) -> Iterable[Pair]:
    from tqdm import tqdm  # only here: encoding must not wait for it

    return tqdm(merges, total=total, desc="merges", unit="")
