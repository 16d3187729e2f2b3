"""BPE as one does it by hand: learn merges, cut a word with them, turn ids back into text.

The package's own tokenizer (`scratchgpt.tokenizer`) does the same faster, and breaks ties by another rule.
Counting and merging are `count_pairs` and `merge_pair` of `scratchgpt.tokenizer.bpe_train`.
Source: Sennrich, Haddow and Birch 2016, Algorithm 1; on bytes as in Radford et al. 2019, section 2.2.
"""

import codecs
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from ..tokenizer.bpe_train import count_pairs, merge_pair


def learn_merges(words: Iterable[tuple[Sequence[Any], int]], n_merges: int) -> list[tuple[Any, Any]]:
    """Return up to `n_merges` merges, the first learned first.

    words: (word as symbols, how often it occurs); a symbol is a string, or a string of bytes. The pair with
    the highest count is merged everywhere, **ties** go to the pair that occurs first (words in their order,
    from left to right), and all pairs are counted anew. Fewer merges come back when no pair occurs twice.

    >>> learn_merges([("low", 5), ("lowest", 2), ("newer", 3), ("wider", 2)], 4)
    [('l', 'o'), ('lo', 'w'), ('e', 'r'), ('n', 'e')]
    """
    words = [(list(symbols), n) for symbols, n in words]
    merges: list[tuple[Any, Any]] = []
    while len(merges) < n_merges:
        counts = count_pairs(words)  # in order of first occurrence, and max takes the first of equals
        best = max(counts, key=lambda pair: counts[pair], default=None)
        if best is None or counts[best] < 2:
            break
        merges.append(best)
        words = [(merge_pair(symbols, best), n) for symbols, n in words]
    return merges


def encode_word(word: str, merges: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    """Cut a word into tokens: from single bytes on, the possible merge that was learned first.

    merges: pairs of tokens, the first learned first, such as `ByteBPE.merges`. Joined, the tokens are the
    UTF-8 of the word.

    >>> encode_word("slower", [(b"l", b"o"), (b"lo", b"w"), (b"e", b"r")])
    [b's', b'low', b'er']
    """
    rank = {pair: i for i, pair in enumerate(merges)}
    symbols = [bytes([byte]) for byte in word.encode()]
    while possible := [pair for pair in pairwise(symbols) if pair in rank]:
        best = min(possible, key=lambda pair: rank[pair])
        symbols = merge_pair(symbols, best)
    return symbols


def decode(ids: Iterable[int], tokens: Sequence[bytes]) -> str:
    """Return the text of token ids; bytes that are not UTF-8 become U+FFFD.

    tokens: the bytes of every id. A token may end in the middle of a character: bytes are joined first.

    >>> decode([1, 0, 2], [b"o", b"hell", b" w"])
    'hello w'
    """
    return b"".join([tokens[i] for i in ids]).decode("utf-8", errors="replace")


def complete_text(data: bytes) -> tuple[str, bytes]:
    """Return the characters that are complete, and the bytes of a last one that is not (b"" if it is).

    data: the beginning of a text in UTF-8, cut anywhere. Bytes that cannot be UTF-8 become U+FFFD.

    >>> text, rest = complete_text("café".encode()[:-1])
    >>> text, list(rest)
    ('caf', [195])
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    return decoder.decode(data), decoder.getstate()[0]
