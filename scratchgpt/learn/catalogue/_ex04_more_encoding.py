"""Further wrong answers to 04.4."""

from itertools import pairwise
from typing import Any

from ...tokenizer.bpe_train import merge_pair
from ...worked.bpe import encode_word
from ..exercise import Mistake
from ._ex04_more_learning import end_lost, right_to_left


def _encoding(choose: Any = None, merge: Any = merge_pair, bytes_of: Any = str.encode) -> Any:
    """Encode with another choice from (possible pairs, rank), another merge, or other bytes."""

    def wrong(word: str, merges: Any) -> Any:
        rank = {pair: i for i, pair in enumerate(merges)}
        symbols = [bytes([byte]) for byte in bytes_of(word)]
        while possible := [pair for pair in pairwise(symbols) if pair in rank]:
            best = choose(possible, rank) if choose else min(possible, key=rank.__getitem__)
            symbols = merge(symbols, best)
        return symbols

    return wrong


def _used_up(word: str, merges: Any) -> Any:
    tokens = encode_word(word, merges)
    merges.clear()
    return tokens


def _size(pair: Any) -> int:
    return len(pair[0]) + len(pair[1])


def _from_the_end(word: str, merges: Any) -> Any:
    data, tokens = word.encode(), {left + right for left, right in merges}
    found: list[bytes] = []
    while data:
        n = max((n for n in range(1, len(data) + 1) if n == 1 or data[-n:] in tokens), default=1)
        found.insert(0, data[-n:])
        data = data[:-n]
    return found


_DECIDES = "What decides between two merges that are possible at different places of the word?"

MORE_ENCODING = (
    *(
        Mistake(key, says, _DECIDES, wrong=_encoding(choose=choose))
        for key, says, choose in (
            (
                "shortest first",
                "The merge with the shortest result went first, and among equally short ones the leftmost; which was "
                "learned first should decide.",
                lambda possible, rank: min(possible, key=_size),
            ),
            (
                "rightmost first",
                "Of the possible merges the one furthest to the right went first; which was learned first should decide.",
                lambda possible, rank: possible[-1],
            ),
            (
                "most frequent in the word first",
                "The pair that stands most often in this word went first; the order in which the merges were learned has "
                "been settled before.",
                lambda possible, rank: max(possible, key=possible.count),
            ),
            (
                "largest bytes first",
                "Among the possible merges the last one in the alphabet went first; which was learned first should decide.",
                lambda possible, rank: max(possible),
            ),
        )
    ),
    Mistake(
        "merged from the right",
        "In a run of an odd number of equal symbols the first one is left over, where it should be the last.",
        "From which end does the merging begin?",
        wrong=_encoding(merge=right_to_left),
    ),
    Mistake(
        "last symbol lost",
        "The last symbol of the word got lost when a pair was merged.",
        "What do the tokens give when they are joined?",
        wrong=_encoding(merge=end_lost),
    ),
    *(
        Mistake(
            f"ASCII only, {errors}",
            "The word was written in ASCII, and letters with an accent were " + says + ".",
            "Which bytes stand for an é in UTF-8?",
            wrong=_encoding(bytes_of=lambda word, errors=errors: word.encode("ascii", errors)),
        )
        for errors, says in (
            ("strict", "refused"),
            ("ignore", "left out"),
            ("replace", "replaced by question marks"),
        )
    ),
    Mistake(
        "tokens as strings",
        "The tokens are strings, where byte strings were asked for: a token may be half a character.",
        "Can every token be read as text?",
        wrong=lambda word, merges: [token.decode("utf-8", "replace") for token in encode_word(word, merges)],
    ),
    Mistake(
        "longest token from the end",
        "From right to left the longest known token was cut off: that is another method. Merges rebuild a token step by "
        "step, and each step has to win against the others that are possible then.",
        "Which merge of the word was learned first, and does it cross one of your cuts?",
        wrong=_from_the_end,
    ),
    Mistake(
        "merges used up",
        "The tokens are right, but the list of merges that was given is not what it was: the next word will need it.",
        "Does any of your steps take something out of a list?",
        wrong=_used_up,
    ),
)
