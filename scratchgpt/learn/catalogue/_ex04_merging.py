"""04.2: one pair is merged."""

from typing import Any

from ...tokenizer.bpe_train import merge_pair
from ..exercise import Exercise, Mistake, Probe
from ._ex04_more_merging import MORE_MERGING


def _symbols() -> list[Probe]:
    return [
        Probe("newer", (list("newer"), ("w", "e"))),
        Probe("twice", (list("lowlow"), ("l", "o"))),
        Probe("at the end", (list("wider"), ("e", "r"))),
        Probe("not there", (list("wider"), ("l", "o"))),
        Probe("both orders", (list("abba"), ("a", "b"))),
        Probe("each of them twice", (list("aabb"), ("a", "b"))),
        Probe("three in a row", (list("baaab"), ("a", "a"))),
        Probe("five in a row", (list("aaaaa"), ("a", "a"))),
        Probe("the same letters, cut elsewhere", (["l", "ow", "lo", "w"], ("lo", "w"))),
        Probe("symbols that end like the left one", (["xa", "b", "a", "b"], ("a", "b"))),
        Probe("symbols that begin like the right one", (["a", "bx", "a", "b"], ("a", "b"))),
        Probe("one symbol", (["a"], ("a", "a"))),
        Probe("bytes", ([b"\xc3", b"\xa9", b"n"], (b"\xc3", b"\xa9"))),
    ]


def _from_the_right(symbols: Any, pair: Any) -> Any:
    turned = [symbol[::-1] for symbol in reversed(symbols)]
    merged = merge_pair(turned, (pair[1][::-1], pair[0][::-1]))
    return [symbol[::-1] for symbol in reversed(merged)]


def _in_the_text(symbols: Any, pair: Any) -> Any:
    return " ".join(symbols).replace(" ".join(pair), "".join(pair)).split()


def _in_place(symbols: Any, pair: Any) -> Any:
    symbols[:] = merge_pair(symbols, pair)
    return symbols


MERGE_PAIR = Exercise(
    id="04.2",
    reference=merge_pair,
    task="""
    Make one symbol of every occurrence of a pair.

    symbols: list of strings (or of byte strings), one word. pair: (left, right), two of such strings.
    Return a new list. Wherever the symbols left and right stand side by side, in this order, one symbol takes
    their place: the two joined. This goes from left to right, and a symbol is used once: of "aaa" the first
    two become "aa" and the third stays. All other symbols stay as they are. Do not modify symbols.

    >>> merge_pair(["n", "e", "w", "e", "r"], ("w", "e"))
    ['n', 'e', 'we', 'r']
    >>> merge_pair(["a", "a", "a", "a", "a"], ("a", "a"))
    ['aa', 'aa', 'a']
    >>> merge_pair([b"l", b"ow", b"lo", b"w"], (b"lo", b"w"))
    [b'l', b'ow', b'low']
    """,
    probes=_symbols,
    returns=("merged",),
    mistakes=(
        Mistake(
            "right symbol kept",
            "After a merge the right symbol is still there: it stands in the merged symbol and once more behind it. "
            "Joined, the symbols should spell the same word as before.",
            "How many symbols does a merge use up?",
            edits=(("i += 2", "i += 1"),),
        ),
        Mistake(
            "symbols used twice",
            "In a run of equal symbols the middle one went into two merges: the word has become longer than it was.",
            "How many letters do the symbols have together, before and after?",
            edits=(("i += 2", "i += 1 if tuple(symbols[i + 1 : i + 3]) == (left, right) else 2"),),
        ),
        Mistake(
            "first one only",
            "Only the first occurrence of the pair was merged; every one should be.",
            "What does your loop do after its first find?",
            edits=(("i += 2", "return [*merged, *symbols[i + 2 :]]"),),
        ),
        Mistake(
            "from right to left",
            "In a run of an odd number of equal symbols the first one is left over, where it should be the last.",
            "From which end does the merging begin?",
            wrong=_from_the_right,
        ),
        Mistake(
            "last symbol lost",
            "The last symbol is gone when it is not part of a merge: it has no neighbour behind it, but it belongs to "
            "the word.",
            "Where does your loop stop, and what has been written by then?",
            edits=(("while i <= last", "while i < last"),),
        ),
        Mistake(
            "pair at the end missed",
            "A pair made of the last two symbols is not merged.",
            "What is the last place at which a pair can begin?",
            edits=(("if i < last and", "if i < last - 1 and"),),
        ),
        Mistake(
            "read past the end",
            "When the last symbol equals the left one of the pair, its neighbour is asked for, and there is none.",
            "Which places have a neighbour to the right?",
            edits=(("if i < last and symbols[i] == left", "if symbols[i] == left"),),
        ),
        Mistake(
            "nothing merged",
            "Nothing was merged, although the pair is there. (A list and a tuple, for one, are never equal, even when they "
            "hold the same strings.)",
            "What are the two things that you compare?",
            edits=(
                (
                    "if i < last and symbols[i] == left and symbols[i + 1] == right",
                    "if i < last and symbols[i : i + 2] == pair",
                ),
            ),
        ),
        Mistake(
            "other symbols lost",
            "Only merged symbols are left: those that are not part of the pair have vanished.",
            "What happens in your loop when the pair is not there?",
            edits=(
                (
                    "i += 2\n        else:\n            merged.append(symbols[i])\n",
                    "i += 2\n        else:\n",
                ),
            ),
        ),
        Mistake(
            "either order",
            "The pair was merged in the other order too, and the word is no longer spelled as it was.",
            "Does ba hold the pair of a and b?",
            edits=(
                (
                    "symbols[i] == left and symbols[i + 1] == right",
                    "tuple(symbols[i : i + 2]) in ((left, right), (right, left))",
                ),
            ),
        ),
        Mistake(
            "either order, as they stand",
            "The mirror image of the pair was merged too, although it is another pair.",
            "Does ba hold the pair of a and b?",
            edits=(
                (
                    "symbols[i] == left and symbols[i + 1] == right",
                    "tuple(symbols[i : i + 2]) in ((left, right), (right, left))",
                ),
                ("merged.append(left + right)", "merged.append(symbols[i] + symbols[i + 1])"),
            ),
        ),
        Mistake(
            "same letters, cut elsewhere",
            "Two neighbours were merged because together they spell the same as the pair; the pair says where the cut "
            "between them lies, too.",
            "Are l + ow and lo + w the same pair?",
            edits=(
                (
                    "symbols[i] == left and symbols[i + 1] == right",
                    "symbols[i] + symbols[i + 1] == left + right",
                ),
            ),
        ),
        Mistake(
            "searched in the text",
            "The pair was searched in the text of the word and found inside of longer symbols: one that merely ends, or "
            "begins, like a part of the pair was merged.",
            "Can a search in a text see where a symbol begins?",
            wrong=_in_the_text,
        ),
        Mistake(
            "pair left as a tuple",
            "In the place of the pair stands the pair itself, still two strings; a symbol is one string.",
            "What makes one string of two?",
            edits=(("merged.append(left + right)", "merged.append(pair)"),),
        ),
        Mistake(
            "changed in place",
            "The merged symbols are right, but the list that was given has changed as well: whoever gave it may need "
            "it again.",
            "Into which list do you write?",
            wrong=_in_place,
        ),
        *MORE_MERGING,
    ),
    hints=(
        "Read the symbols with a finger on the current one. By how many places does the finger move after a merge?",
        "A loop with an index that you move yourself fits better here than one over the symbols.",
        "At each place: when this symbol and the next are the pair, write the joined one and go on behind both; "
        "otherwise write this one and go on to the next. The last symbol has no next one.",
    ),
    difficulty=2,
    minutes=12,
    importance=4,
    lines=10,
)
