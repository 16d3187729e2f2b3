"""04.3: merges are learned."""

from typing import Any

import numpy as np

from ...tokenizer.bpe_train import count_pairs
from ...worked.bpe import learn_merges
from ..exercise import Exercise, Mistake, Probe
from ._ex04_more_learning import MORE_LEARNING
from ._ex04_pairs import PAPER


def _trainings() -> list[Probe]:
    rng = np.random.default_rng(4)
    drawn = ["".join(rng.choice(list("abcd"), size)) for size in (5, 7, 4, 6, 3, 8)]
    marked = [(word + "_", n) for word, n in PAPER]
    return [
        Probe("paper", (list(PAPER), 8)),
        Probe("paper, three merges", (list(PAPER), 3)),
        Probe("paper with an end marker", (marked, 8)),
        Probe("ties between words", ([("my", 2), ("za", 3), ("by", 3), ("ux", 3)], 2)),
        Probe("ties in a word", ([("cab", 2), ("xyz", 1)], 2)),
        Probe("a run", ([("aaaaaaa", 3), ("baa", 2)], 4)),
        Probe("a run and a pair", ([("aaa", 2), ("bc", 3)], 1)),
        Probe("symbols of several letters", ([(["lo", "w"], 3), (["l", "ow"], 2), (["lo", "w"], 1)], 3)),
        Probe(
            "drawn words", ([(word, int(n)) for word, n in zip(drawn, rng.integers(1, 5, 6), strict=True)], 7)
        ),
        Probe("fewer merges than asked for", ([("ab", 2), ("cde", 1)], 5)),
        Probe("nothing twice", ([("abc", 1), ("de", 1)], 5)),
        Probe("no merges", (list(PAPER), 0)),
    ]


def _counted_once(words: Any, n_merges: int) -> Any:
    return [pair for pair, n in count_pairs(words).most_common(n_merges) if n >= 2]


LEARN_MERGES = Exercise(
    id="04.3",
    reference=learn_merges,
    task="""
    Learn a vocabulary: merge the most frequent pair of neighbours, count again, and so on.

    words: list of (symbols, n), as in 04.1. n_merges: how many merges to learn.
    Return a list of pairs (tuples of two strings), the first learned first. Each time the pair with the
    highest count is taken; when several have it, the one that occurs first: earliest word in the list, and in
    a word from left to right, as the symbols stand now. It is merged in every word, and counts are taken anew
    from the merged words. When no pair occurs at least twice, the list ends early. Do not modify words. Your
    count_pairs and merge_pair are at hand.

    >>> learn_merges([("low", 5), ("lowest", 2), ("newer", 3), ("wider", 2)], 6)
    [('l', 'o'), ('lo', 'w'), ('e', 'r'), ('n', 'e'), ('ne', 'w'), ('new', 'er')]
    >>> learn_merges([("zy", 2), ("ab", 2), ("cd", 1)], 9)
    [('z', 'y'), ('a', 'b')]
    """,
    probes=_trainings,
    returns=("merges",),
    mistakes=(
        Mistake(
            "ties to the last",
            "Among pairs with the same count the last one was taken, and it should be the one that occurs first.",
            "What does your comparison do when a later pair has a count that is just as high?",
            edits=(("best = max(counts,", "best = max(reversed(counts),"),),
        ),
        Mistake(
            "ties to the alphabet",
            "Ties were decided by the alphabet, where the place in the text should decide.",
            "By what does your choice compare two pairs with equal counts?",
            edits=(("best = max(counts,", "best = max(sorted(counts),"),),
        ),
        Mistake(
            "ties to the end of the alphabet",
            "Ties went to the pair that is last in the alphabet, where the place in the text should decide: when "
            "counts are equal, a comparison of tuples goes on with what stands behind them.",
            "By what does your choice compare two pairs with equal counts?",
            edits=(("best = max(counts,", "best = max(sorted(counts, reverse=True),"),),
        ),
        Mistake(
            "ties to the longer pair",
            "Ties went to the pair with more letters, where the place in the text should decide.",
            "By what does your choice compare two pairs with equal counts?",
            edits=(("key=lambda pair: counts[pair]", 'key=lambda pair: (counts[pair], len("".join(pair)))'),),
        ),
        Mistake(
            "counted once",
            "These are the most frequent pairs of the beginning: no merged symbol is part of any of them.",
            "Which counts does a merge change?",
            wrong=_counted_once,
        ),
        Mistake(
            "nothing merged",
            "The same pair was learned again and again: after a merge it should no longer be there.",
            "Which words do you count the second time?",
            edits=(("words = [(merge_pair(symbols, best), n) for symbols, n in words]", "pass"),),
        ),
        Mistake(
            "words counted once",
            "A word that occurs five times had no more weight than one that occurs once.",
            "Where do the numbers that come with the words go?",
            edits=(("words = [(list(symbols), n) for", "words = [(list(symbols), 1) for"),),
        ),
        Mistake(
            "numbers lost after a merge",
            "The first merge is right, but after it every word counts once: how often it occurs was lost on the way.",
            "What do you keep of a word besides its symbols?",
            edits=(
                (
                    "words = [(merge_pair(symbols, best), n) for",
                    "words = [(merge_pair(symbols, best), 1) for",
                ),
            ),
        ),
        Mistake(
            "no pair left",
            "When every word has become one symbol there is no pair to choose from, and the choice ends in an "
            "exception; the list should just end.",
            "How many pairs does a word of one symbol have?",
            edits=((", default=None", ""),),
        ),
        Mistake(
            "pairs that occur once",
            "Pairs that stand once in the whole text were learned too: such a merge shortens nothing else.",
            "Which count is the smallest that is worth a merge here?",
            edits=(("counts[best] < 2", "counts[best] < 1"),),
        ),
        Mistake(
            "pairs that occur twice left out",
            "Pairs that occur exactly twice were not learned, and they should be.",
            "Does at least two include two?",
            edits=(("counts[best] < 2", "counts[best] <= 2"),),
        ),
        Mistake(
            "one merge too many",
            "There is one merge more than was asked for.",
            "With how many merges in the list does your loop go on?",
            edits=(("len(merges) < n_merges", "len(merges) <= n_merges"),),
        ),
        Mistake(
            "symbols for pairs",
            "The list holds the new symbols, where it should hold the pairs: to encode a text one has to know what to "
            "merge with what.",
            "From which two parts was a symbol made?",
            edits=(("merges.append(best)", 'merges.append("".join(best))'),),
        ),
        Mistake(
            "changed in place",
            "The merges are right, but the words that were given have been merged too: training again from them would "
            "give something else.",
            "Whose list is it that you write the merged words to?",
            edits=(
                ("words = [(list(symbols), n) for symbols, n in words]", "pass"),
                (
                    "words = [(merge_pair(symbols, best), n) for symbols, n in words]",
                    "words[:] = [(merge_pair(symbols, best), n) for symbols, n in words]",
                ),
            ),
        ),
        *MORE_LEARNING,
    ),
    hints=(
        "Do the first two merges of the example on paper. Which counts does the first merge change?",
        "The counts keep the order of first occurrence. What does max do with several equal largest values?",
        "Keep a list of words of your own. Repeat: count, choose, stop if the best count is below two, note the "
        "pair, and put the merged words in the place of the old ones.",
    ),
    difficulty=3,
    minutes=20,
    importance=4,
    lines=10,
    needs=("04.1", "04.2"),
)
