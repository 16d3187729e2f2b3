"""04.4: a word is cut into tokens by the merges that were learned."""

from itertools import pairwise
from typing import Any

from ...tokenizer.bpe_train import merge_pair
from ...worked.bpe import encode_word, learn_merges
from ..exercise import Exercise, Mistake, Probe
from ._ex04_more_encoding import MORE_ENCODING
from ._ex04_pairs import PAPER


def _in_bytes(text: str) -> list[bytes]:
    return [bytes([byte]) for byte in text.encode()]


def _learned(words: list[tuple[str, int]], n_merges: int) -> list[tuple[bytes, bytes]]:
    return learn_merges([(_in_bytes(word), n) for word, n in words], n_merges)


def _encodings() -> list[Probe]:
    paper = _learned(list(PAPER), 8)
    tests = _learned([("tested", 4), ("estate", 3), ("state", 3), ("taste", 2), ("attest", 2)], 12)
    bands = _learned([("banana", 4), ("bandana", 3), ("cabana", 2), ("abandon", 2)], 9)
    accents = _learned([("né", 3), ("née", 2)], 2)
    runs = _learned([("aaaaaaa", 3)], 3)
    return [
        Probe("lower", ("lower", paper)),
        Probe("slowlowest", ("slowlowest", paper)),
        Probe("nerlower", ("nerlower", paper)),
        Probe("etatste", ("etatste", tests)),
        Probe("atstattest", ("atstattest", tests)),
        Probe("cabanana", ("cabanana", bands)),
        Probe("a run of five", ("aaaaa", runs)),
        Probe("a run of eleven", ("aaaaaaaaaaa", runs)),
        Probe("two bytes a character", ("naïf né", accents)),
        Probe("no merges", ("low", [])),
        Probe("no letters", ("", paper)),
    ]


def _one_pass(word: str, merges: Any) -> Any:
    symbols = _in_bytes(word)
    for pair in merges:
        symbols = merge_pair(symbols, pair)
    return symbols


def _one_pass_by_length(word: str, merges: Any) -> Any:
    return _one_pass(word, sorted(merges, key=lambda pair: -len(b"".join(pair))))


def _one_pass_backwards(word: str, merges: Any) -> Any:
    return _one_pass(word, merges[::-1])


def _leftmost_place(word: str, merges: Any) -> Any:
    return _walk(word, merges, lambda i: 0)


def _left_to_right(word: str, merges: Any) -> Any:
    return _walk(word, merges, lambda i: i)


def _walk(word: str, merges: Any, after_merge: Any) -> Any:
    symbols, i = _in_bytes(word), 0
    while i < len(symbols) - 1:
        if tuple(symbols[i : i + 2]) in merges:
            symbols[i : i + 2] = [symbols[i] + symbols[i + 1]]
            i = after_merge(i)
        else:
            i += 1
    return symbols


def _each_merge_once(word: str, merges: Any) -> Any:
    symbols = _in_bytes(word)
    for left, right in merges:
        for i, pair in enumerate(pairwise(symbols)):
            if pair == (left, right):
                symbols[i : i + 2] = [left + right]
                break
    return symbols


def _longest_token_first(word: str, merges: Any) -> Any:
    data, tokens = word.encode(), {left + right for left, right in merges}
    found: list[bytes] = []
    while data:
        fitting = [n for n in range(1, len(data) + 1) if n == 1 or data[:n] in tokens]
        found.append(data[: fitting[-1]])
        data = data[fitting[-1] :]
    return found


ENCODE_WORD = Exercise(
    id="04.4",
    reference=encode_word,
    task="""
    Cut a word into tokens with merges that were learned before.

    word: a string, any characters. merges: list of pairs (left, right) of byte strings, the first learned
    first; they were learned as in 04.3 from words that were cut into single bytes.
    Return a list of byte strings: joined, they are the word in UTF-8. At the start every byte is a symbol by
    itself, so that a character outside of ASCII is two to four symbols. Then, among the pairs of neighbours
    that are in merges, always the one learned first is merged, wherever it stands in the word and however
    short it is (from left to right where it stands more than once), until no pair of neighbours is in merges.
    Do not modify merges. Your merge_pair is at hand.

    >>> encode_word("lower", [(b"l", b"o"), (b"lo", b"w"), (b"e", b"r"), (b"low", b"e")])
    [b'low', b'er']
    >>> encode_word("banana", [(b"a", b"n"), (b"b", b"an"), (b"an", b"a")])
    [b'ban', b'ana']
    >>> [list(token) for token in encode_word("né", [])]
    [[110], [195], [169]]
    """,
    probes=_encodings,
    returns=("tokens",),
    mistakes=(
        Mistake(
            "characters for bytes",
            "The word was cut into characters: a letter with an accent is one symbol from the start, where it should "
            "be two bytes.",
            "How many bytes does an é have in UTF-8?",
            edits=(("[bytes([byte]) for byte in word.encode()]", "[letter.encode() for letter in word]"),),
        ),
        Mistake(
            "one byte a character",
            "Every character became one byte, its number in Unicode: that is Latin-1, and joined it is not the "
            "word in UTF-8.",
            "Which bytes stand for an é in UTF-8?",
            edits=(("word.encode()", 'word.encode("latin-1")'),),
        ),
        Mistake(
            "strings for bytes",
            "The symbols are characters, and the merges are made of bytes: none of them can be found, and nothing was "
            "merged.",
            "What has to become of a string before it can be cut into bytes?",
            edits=(("[bytes([byte]) for byte in word.encode()]", "list(word)"),),
        ),
        Mistake(
            "numbers for bytes",
            "The symbols are the numbers of the bytes: going through a string of bytes gives numbers, and no merge is "
            "made of those.",
            "What makes a string of one byte out of its number?",
            edits=(("[bytes([byte]) for byte in word.encode()]", "list(word.encode())"),),
        ),
        Mistake(
            "longest first",
            "The merge with the longest result went first; which was learned first should decide.",
            "Does the place of a merge in the list say anything about its length?",
            edits=(("key=lambda pair: rank[pair]", "key=lambda pair: (-len(b''.join(pair)), rank[pair])"),),
        ),
        Mistake(
            "last learned first",
            "The merge that was learned last went first: the order of the list is turned round.",
            "Which of two merges is the more frequent one, the earlier or the later?",
            edits=(("best = min(possible", "best = max(possible"),),
        ),
        Mistake(
            "leftmost first",
            "A merge that was learned late took the symbols of one that was learned early, because it stands further "
            "to the left in the word (or because it is longer, and among equally long ones the leftmost).",
            "What decides between two merges that are possible at different places of the word?",
            edits=(("best = min(possible, key=lambda pair: rank[pair])", "best = possible[0]"),),
        ),
        Mistake(
            "leftmost place first",
            "The leftmost place that could be merged went first, and then the search began again at the left: a merge "
            "that was learned late took the symbols of one that was learned early.",
            "What decides between two merges that are possible at different places of the word?",
            wrong=_leftmost_place,
        ),
        Mistake(
            "once from left to right",
            "The word was gone through once from left to right, and what could be merged was merged on the way: the "
            "order in which the merges were learned had no say.",
            "What decides between two merges that are possible at different places of the word?",
            wrong=_left_to_right,
        ),
        Mistake(
            "one pass, longest first",
            "The merges were tried once each, those with the longest results first: their parts had not been made by "
            "then. Parts are learned before the whole.",
            "In which order were the merges learned?",
            wrong=_one_pass_by_length,
        ),
        Mistake(
            "one pass, last learned first",
            "The merges were tried once each, from the last to the first: the parts of a long token had not been made "
            "by then.",
            "Which merges have to come before the one that makes a token of two longer ones?",
            wrong=_one_pass_backwards,
        ),
        Mistake(
            "smallest bytes first",
            "Among the possible merges the smallest one in the alphabet went first; which was learned first should "
            "decide.",
            "By what does your choice compare two pairs?",
            edits=(("best = min(possible, key=lambda pair: rank[pair])", "best = min(possible)"),),
        ),
        Mistake(
            "one merge only",
            "One merge was made, and then it ended, although more pairs could be merged.",
            "What brings your program back to the start after a merge?",
            edits=(("while possible", "if possible"),),
        ),
        Mistake(
            "each merge once",
            "A merge was made at one place of the word only: where its pair stands a second time it is still two "
            "symbols.",
            "When are you done with a merge, after the first find or when its pair is gone?",
            wrong=_each_merge_once,
        ),
        Mistake(
            "longest token first",
            "From left to right the longest known token was cut off: that is another method. Merges rebuild a token "
            "step by step, and each step has to win against the other merges that are possible then.",
            "Which merge of the word was learned first, and does it cross one of your cuts?",
            wrong=_longest_token_first,
        ),
        *MORE_ENCODING,
    ),
    hints=(
        "Iterating over a string gives characters. What do you have to iterate over to get one symbol per byte?",
        "Which merge comes first is a question of its place in the list, not of where it stands in the word: a table "
        "from pair to place answers it quickly.",
        "Repeat: gather the neighbouring pairs that have a place in the list; if there is none, you are done; else "
        "merge the one with the smallest place, everywhere in the word.",
    ),
    difficulty=3,
    minutes=20,
    importance=5,
    lines=8,
    needs=("04.2",),
)
