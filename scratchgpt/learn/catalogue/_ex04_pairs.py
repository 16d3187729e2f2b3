"""04.1: pairs of neighbours are counted."""

from collections import Counter
from itertools import pairwise
from typing import Any

from ...tokenizer.bpe_train import count_pairs
from ..exercise import Exercise, Mistake, Probe
from ._ex04_more_words import MORE_PAIRS

PAPER = (("low", 5), ("lowest", 2), ("newer", 3), ("wider", 2))


def _words() -> list[Probe]:
    parts = [(["lo", "w"], 5), (["l", "ow"], 2), (["lo", "w", "e", "r"], 3), (["ab", "a", "b"], 2), ("qu", 1)]
    return [
        Probe("paper", (list(PAPER),)),
        Probe("both orders", ([("aba", 2), ("bab", 3)],)),
        Probe("a run", ([("aaa", 1), ("aaaa", 2)],)),
        Probe("symbols of several letters", (parts,)),
        Probe("words of one symbol", ([("a", 4), ("ab", 2), (["low"], 3)],)),
        Probe("one word given twice", ([("ab", 2), ("cab", 4), ("ab", 3)],)),
        Probe("no words", ([],)),
    ]


def _across_words(words: Any) -> Any:
    text = [symbol for symbols, n in words for symbol in list(symbols) * n]
    return Counter(pairwise(text))


def _across_words_once(words: Any) -> Any:
    return Counter(pairwise([symbol for symbols, _ in words for symbol in symbols]))


def _last_word_only(words: Any) -> Any:
    return count_pairs(words[-1:])


def _without_overlaps(words: Any) -> Any:
    counts: Counter[Any] = Counter()
    for symbols, n in words:
        used: dict[Any, int] = {}  # pair -> where its last counted occurrence ends
        for i, pair in enumerate(pairwise(symbols)):
            if used.get(pair, 0) <= i:
                counts[pair] += n
                used[pair] = i + 2
    return counts


COUNT_PAIRS = Exercise(
    id="04.1",
    reference=count_pairs,
    task="""
    Count the neighbours: how often does each pair of symbols stand side by side?

    words: list of (symbols, n). symbols is one word, cut into strings: a list of strings, or a string, whose
    letters are then the symbols. n is how often the word occurs in the text, and each pair of the word counts
    so many times. Pairs lie inside words only. Symbols may share a neighbour: "aaa" holds the pair twice.
    Return a dict (or Counter): (left symbol, right symbol), a tuple of two strings -> count. Pairs that do
    not occur are not in it; their order in the dict does not matter. Do not modify words.

    >>> counts = count_pairs([("low", 5), ("lowest", 2), ("newer", 3), ("wider", 2)])
    >>> counts["l", "o"], counts["w", "e"], counts["e", "s"]
    (7, 5, 2)
    >>> dict(count_pairs([(["lo", "w"], 5), ("aaa", 1)]))
    {('lo', 'w'): 5, ('a', 'a'): 2}
    """,
    probes=_words,
    returns=("counts",),
    mistakes=(
        Mistake(
            "words counted once",
            "Every word counts as if it stood once in the text: the counts do not grow with how often it occurs.",
            "How many pairs of l and o does a text hold in which the word low stands five times?",
            edits=(("counts[pair] += n", "counts[pair] += 1"),),
        ),
        Mistake(
            "last word wins",
            "A pair that stands at several places has the count of the last of them only: each place replaced what "
            "was there before.",
            "What should happen to the number that a pair has already?",
            edits=(("counts[pair] += n", "counts[pair] = n"),),
        ),
        Mistake(
            "first place counts one",
            "The first word that holds a pair counts once, and only the later ones as often as they occur.",
            "By how much should a count that begins at 0 have grown after the first word?",
            edits=(("counts[pair] += n", "counts[pair] = counts[pair] + n if pair in counts else 1"),),
        ),
        Mistake(
            "last word only",
            "Only the pairs of the last word are there: with every word the counting began again.",
            "How many tables of counts does the whole text need?",
            wrong=_last_word_only,
        ),
        Mistake(
            "pairs across words",
            "The last symbol of a word and the first of the next were counted as neighbours, but a pair lies inside "
            "one word.",
            "Where does a word end for your loop?",
            wrong=_across_words,
        ),
        Mistake(
            "pairs across words, counted once",
            "The words were put one behind the other, once each: the last symbol of a word and the first of the next "
            "are no neighbours, and how often a word occurs is lost.",
            "Where does a word end for your loop, and where does its number go?",
            wrong=_across_words_once,
        ),
        Mistake(
            "order ignored",
            "A pair and its mirror image share one count, and yet merging them gives two different symbols.",
            "Is on the same as no?",
            edits=(("counts[pair] += n", "counts[min(pair), max(pair)] += n"),),
        ),
        Mistake(
            "once per word",
            "A pair that stands twice in a word was counted once for it.",
            "How often does a pair of n and a stand in banana?",
            edits=(("in pairwise(symbols)", "in dict.fromkeys(pairwise(symbols))"),),
        ),
        Mistake(
            "overlaps left out",
            "In a run of equal symbols two pairs may share a symbol: three in a row hold the pair twice, not once.",
            "How many pairs of neighbours does a word of three symbols have?",
            wrong=_without_overlaps,
        ),
        Mistake(
            "last pair missed",
            "The last pair of every word is not counted: a word of n symbols has n - 1 pairs.",
            "How many pairs does your loop find in a word of two symbols?",
            edits=(("in pairwise(symbols)", "in pairwise(symbols[:-1])"),),
        ),
        Mistake(
            "steps of two",
            "The words were cut into separate pairs, two symbols at a time, so that every second pair is missing.",
            "Which two pairs does the middle symbol of a word of three belong to?",
            edits=(("in pairwise(symbols)", "in zip(symbols[::2], symbols[1::2])"),),
        ),
        Mistake(
            "not only neighbours",
            "All symbols of a word were paired with all later ones, and not only with the next.",
            "Which two symbols can be merged into one?",
            edits=(
                (
                    "in pairwise(symbols)",
                    "in [(a, b) for i, a in enumerate(symbols) for b in symbols[i + 1 :]]",
                ),
            ),
        ),
        Mistake(
            "pairs joined",
            "The pairs were joined into one string each: where the left symbol ended can no longer be seen, and "
            "different pairs share a count.",
            "Which two pairs of symbols both spell low?",
            edits=(("counts[pair] += n", 'counts["".join(pair)] += n'),),
        ),
        Mistake(
            "letters for symbols",
            "The letters were paired, where the symbols should be: a symbol may have several letters after a merge.",
            "How many pairs does a word have that consists of two symbols?",
            edits=(("in pairwise(symbols)", 'in pairwise("".join(symbols))'),),
        ),
        *MORE_PAIRS,
    ),
    hints=(
        "Write down the pairs of one word on paper: how many are there in a word of four symbols?",
        "A word and the same word without its first symbol, side by side, show the pairs one under the other.",
        "Go through the words, and in each through its pairs; a pair that is met for the first time begins at 0, "
        "and each time it grows by how often the word occurs.",
    ),
    difficulty=1,
    minutes=8,
    importance=4,
    lines=5,
)
