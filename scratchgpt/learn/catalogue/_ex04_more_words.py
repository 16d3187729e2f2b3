"""Further wrong answers to 04.1."""

from collections import Counter
from itertools import pairwise
from typing import Any

from ...tokenizer.bpe_train import count_pairs
from ..exercise import Mistake


def _row(number: Any) -> Any:
    """Pairs of the whole text as one row, each counted as `number` says of the words of its two symbols."""

    def wrong(words: Any) -> Any:
        counts: Counter[Any] = Counter()
        for (a, n), (b, m) in pairwise([(symbol, n) for symbols, n in words for symbol in symbols]):
            counts[a, b] += number(n, m)
        return counts

    return wrong


def _in_text(words: Any) -> Any:
    counts: Counter[Any] = Counter()
    for symbols, n in words:
        for pair in dict.fromkeys(pairwise(symbols)):
            counts[pair] += n * "".join(symbols).count("".join(pair))
    return counts


def _words_emptied(words: Any) -> Any:
    counts = count_pairs(words)
    words.clear()
    return counts


_ACROSS = "The last symbol of a word and the first of the next were counted as neighbours; a pair lies inside one word."
_ACROSS_ASKS = "Where does a word end for your loop?"
_GREW = "counts[pair] += n"
_PAIRS = "in pairwise(symbols)"

MORE_PAIRS = (
    Mistake(
        "pairs across words, as often as the left word", _ACROSS, _ACROSS_ASKS, wrong=_row(lambda n, m: n)
    ),
    Mistake(
        "pairs across words, as often as the right word", _ACROSS, _ACROSS_ASKS, wrong=_row(lambda n, m: m)
    ),
    Mistake("pairs across words, the rarer word's number", _ACROSS, _ACROSS_ASKS, wrong=_row(min)),
    Mistake(
        "right symbol first",
        "The symbols of each pair are in the wrong order: the left one comes first.",
        "Which of two neighbours do you put first?",
        edits=((_PAIRS, "in zip(symbols[1:], symbols)"),),
    ),
    Mistake(
        "counts begin at 1",
        "Each count is one too many: a pair that has not been met yet has the count 0.",
        "At which number does a count begin?",
        edits=((_GREW, "counts[pair] = counts.get(pair, 1) + n"),),
    ),
    Mistake(
        "first place counted twice",
        "The first place of each pair counts twice: the count begins with it, and then it is added once more.",
        "At which number does a count begin?",
        edits=((_GREW, "counts[pair] = counts.get(pair, n) + n"),),
    ),
    Mistake(
        "first place wins",
        "A pair that stands at several places has the count of the first of them only.",
        "What should happen to the number that a pair has already?",
        edits=((_GREW, "counts.setdefault(pair, n)"),),
    ),
    Mistake(
        "one more for each place",
        "Places after the first added 1, and not how often the word occurs.",
        "By how much does a count grow with each place?",
        edits=((_GREW, "counts[pair] = counts[pair] + 1 if pair in counts else n"),),
    ),
    Mistake(
        "equal neighbours left out",
        "Two equal neighbours were not counted; they are a pair like any other.",
        "Which pair does the word aa hold?",
        edits=((_GREW, "counts.update({pair: n} if pair[0] != pair[1] else {})"),),
    ),
    Mistake(
        "wrapped round",
        "The last symbol of a word and its first one were counted as neighbours: what stands before the first? (An index "
        "of -1 is the last one.)",
        "With which place does your loop begin?",
        edits=((_PAIRS, "in zip([*symbols[-1:], *symbols[:-1]], symbols)"),),
    ),
    Mistake(
        "first pair missed",
        "The first pair of every word is not counted.",
        "How many pairs does your loop find in a word of two symbols?",
        edits=((_PAIRS, "in pairwise(symbols[1:])"),),
    ),
    Mistake(
        "next but one",
        "Each symbol was paired with the next but one.",
        "Which two symbols stand side by side?",
        edits=((_PAIRS, "in zip(symbols, symbols[2:])"),),
    ),
    Mistake(
        "read past the end",
        "The last symbol of a word was asked for its neighbour to the right, and it has none.",
        "How many pairs does a word of three symbols have?",
        edits=((_PAIRS, "in [(symbols[i], symbols[i + 1]) for i in range(len(symbols))]"),),
    ),
    Mistake(
        "symbols counted",
        "Single symbols were counted, and not pairs of them.",
        "What should stand to the left of each count?",
        edits=((_PAIRS, "in symbols"),),
    ),
    Mistake(
        "pairs as sets",
        "A pair and its mirror image share one count: a set has no left and right.",
        "Is on the same as no?",
        edits=((_GREW, "counts[frozenset(pair)] += n"),),
    ),
    Mistake(
        "pairs joined with a space",
        "The pairs were joined into one string each, where tuples of two strings were asked for.",
        "What is the key of a pair?",
        edits=((_GREW, 'counts[" ".join(pair)] += n'),),
    ),
    Mistake(
        "rare pairs left out",
        "Pairs that occur once are missing; they are counted too.",
        "Which pairs are not to be in the result?",
        wrong=lambda words: {pair: n for pair, n in count_pairs(words).items() if n > 1},
    ),
    Mistake(
        "list for a dict",
        "The pairs and their counts came back as a list, where a dict was asked for.",
        "How would one look up the count of one pair?",
        wrong=lambda words: list(count_pairs(words).items()),
    ),
    Mistake(
        "sorted list for a dict",
        "The pairs and their counts came back as a list, the most frequent first, where a dict was asked for.",
        "How would one look up the count of one pair?",
        wrong=lambda words: count_pairs(words).most_common(),
    ),
    *(
        Mistake(
            f"end marker {marker}",
            "A marker was put behind every word and counted as its last symbol; here a word holds the symbols that are given.",
            "How many pairs does a word of one symbol have?",
            wrong=lambda words, marker=marker: count_pairs([([*s, marker], n) for s, n in words]),
        )
        for marker in ("</w>", "_")
    ),
    Mistake(
        "searched in the text",
        "Each pair was searched in the text of its word: a search does not count places that overlap, and it does not see "
        "where a symbol begins.",
        "How often does aa stand in aaa?",
        wrong=_in_text,
    ),
    Mistake(
        "changed in place",
        "The counts are right, but the words that were given have changed.",
        "Does any of your steps take something out of a list?",
        wrong=_words_emptied,
    ),
)
