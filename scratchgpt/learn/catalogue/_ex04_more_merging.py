"""Further wrong answers to 04.2."""

from typing import Any

from ...tokenizer.bpe_train import merge_pair
from ..exercise import Mistake


def _text_search(symbols: Any, pair: Any) -> Any:
    space = pair[0][:0] + (b" " if isinstance(pair[0], bytes) else " ")
    return space.join(symbols).replace(space.join(pair), pair[0] + pair[1]).split(space)


def _whole_runs(symbols: Any, pair: Any) -> Any:
    merged: list[Any] = []
    open_run = False
    for symbol in symbols:
        if open_run and pair[0] == pair[1] == symbol:
            merged[-1] += symbol
        elif merged and not open_run and (merged[-1], symbol) == tuple(pair):
            merged[-1] += symbol
            open_run = True
        else:
            merged.append(symbol)
            open_run = False
    return merged


def _last_only(symbols: Any, pair: Any) -> Any:
    for i in range(len(symbols) - 2, -1, -1):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            return [*symbols[:i], pair[0] + pair[1], *symbols[i + 2 :]]
    return list(symbols)


def _two_by_two(symbols: Any, pair: Any) -> Any:
    merged: list[Any] = []
    for i in range(0, len(symbols), 2):
        two = symbols[i : i + 2]
        merged += [pair[0] + pair[1]] if tuple(two) == tuple(pair) else two
    return merged


def _joined(symbols: Any, pair: Any) -> Any:
    return (pair[0][:0]).join(merge_pair(symbols, pair))


_FOUND = "symbols[i] == left and symbols[i + 1] == right"
_APPENDED = "merged.append(left + right)"

MORE_MERGING = (
    Mistake(
        "searched in the text, bytes too",
        "The pair was searched in the text of the word and found inside of longer symbols: one that merely ends, or "
        "begins, like a part of the pair was merged.",
        "Can a search in a text see where a symbol begins?",
        wrong=_text_search,
    ),
    Mistake(
        "joined as text",
        "The two symbols were joined as text, which fails for byte strings.",
        "Which operation joins two strings as well as two byte strings?",
        edits=((_APPENDED, 'merged.append("".join((left, right)))'),),
    ),
    Mistake(
        "written out as text",
        "The two symbols were written out into a text, which shows byte strings with their b and quotation marks.",
        "Which operation joins two strings as well as two byte strings?",
        edits=((_APPENDED, 'merged.append(f"{left}{right}")'),),
    ),
    Mistake(
        "joined the wrong way round",
        "The right symbol comes first in the merged one: the word is no longer spelled as it was.",
        "Which of the two stands further to the left?",
        edits=((_APPENDED, "merged.append(right + left)"),),
    ),
    Mistake(
        "joined with a space",
        "There is a space in the merged symbol; it should be the two symbols and nothing else.",
        "How many letters has a symbol that is made of two letters?",
        edits=((_APPENDED, 'merged.append(left + " " + right)'),),
    ),
    Mistake(
        "left symbol kept",
        "The left symbol stands in front of the merged one once more.",
        "How many symbols does a merge use up?",
        edits=((_APPENDED, "merged.extend([left, left + right])"),),
    ),
    Mistake(
        "both symbols kept",
        "The merged symbol was put beside the two symbols, and it should take their place.",
        "How many symbols does a merge use up?",
        edits=((_APPENDED, "merged.extend([left + right, left, right])"),),
    ),
    Mistake(
        "right symbol not looked at",
        "The left symbol of the pair was merged with whatever follows, and the pair was written in its place.",
        "How many symbols do you compare at each place?",
        edits=((f"if i < last and {_FOUND}", "if i < last and symbols[i] == left"),),
    ),
    Mistake(
        "right symbol not looked at, joined as it stands",
        "The left symbol of the pair was merged with whatever follows it.",
        "How many symbols do you compare at each place?",
        edits=(
            (f"if i < last and {_FOUND}", "if i < last and symbols[i] == left"),
            (_APPENDED, "merged.append(symbols[i] + symbols[i + 1])"),
        ),
    ),
    Mistake(
        "either of the two",
        "Two neighbours were merged because each is one of the pair's symbols, in whatever order, or the same one twice.",
        "Is aa the pair of a and b?",
        edits=((_FOUND, "symbols[i] in pair and symbols[i + 1] in pair"),),
    ),
    Mistake(
        "either of the two, joined as they stand",
        "Two neighbours were merged because each is one of the pair's symbols, in whatever order, or the same one twice.",
        "Is aa the pair of a and b?",
        edits=(
            (_FOUND, "symbols[i] in pair and symbols[i + 1] in pair"),
            (_APPENDED, "merged.append(symbols[i] + symbols[i + 1])"),
        ),
    ),
    Mistake(
        "one of the two is enough",
        "The pair was written where only one of its two symbols stands in its place.",
        "Must both comparisons hold, or one of them?",
        edits=((_FOUND, "(symbols[i] == left or symbols[i + 1] == right)"),),
    ),
    Mistake(
        "read past the end, always",
        "The last symbol was asked for its neighbour to the right, and it has none.",
        "Which places have a neighbour to the right?",
        edits=((f"if i < last and {_FOUND}", "if (symbols[i], symbols[i + 1]) == (left, right)"),),
    ),
    Mistake(
        "last one only",
        "Only the last occurrence of the pair was merged; every one should be.",
        "What does your loop do after a find?",
        wrong=_last_only,
    ),
    Mistake(
        "steps of two",
        "The word was cut into twos from the left, and a pair that lies across such a cut was not found.",
        "At which places can a pair begin?",
        wrong=_two_by_two,
    ),
    Mistake(
        "whole runs",
        "A run of equal symbols became one symbol, however long it is: a merge joins two.",
        "How many symbols does a merge use up?",
        wrong=_whole_runs,
    ),
    Mistake(
        "first symbol lost",
        "The first symbol is gone when it is not part of a merge.",
        "Where does your loop begin, and what has been written by then?",
        wrong=lambda symbols, pair: (
            merge_pair(symbols, pair) if tuple(symbols[:2]) == tuple(pair) else merge_pair(symbols, pair)[1:]
        ),
    ),
    Mistake(
        "string returned",
        "The symbols were joined to one string again: where they begin and end is lost.",
        "Was a word asked for, or its symbols?",
        wrong=_joined,
    ),
    Mistake(
        "tuple returned",
        "The symbols are right, but they came back as a tuple, where a list was asked for.",
        "Of which type should the result be?",
        wrong=lambda symbols, pair: tuple(merge_pair(symbols, pair)),
    ),
)
