"""14.1: texts are cut to fit."""

from ...tasks.formats import fit_texts
from ..exercise import Exercise, Mistake, Probe
from ._ex14_fit_more import ALONE
from ._unpaired import unpaired


def probes() -> list[Probe]:
    """Calls that tell right from wrong: other tokens in every text, so that what was cut can be seen."""
    a, b, c = [11, 12, 13, 14, 15, 16], [21, 22, 23, 24], [31, 32, 33, 34, 35]
    return [
        Probe("the end is cut", ([a, b], 7)),
        Probe("the end is asked for", ([a, b], 8, "end")),
        Probe("the beginning is cut", ([a, b], 7, "beginning")),
        Probe("the longest is cut", ([a, b], 7, "longest")),
        Probe("the longest stands behind", ([b, a], 7, "longest")),
        Probe("equally long", ([b, [41, 42, 43, 44]], 5, "longest")),
        Probe("three texts", ([a, b, c], 11, "longest")),
        Probe("all fits", ([a, b], 15)),
        Probe("all fits, from the beginning", ([a, b], 12, "beginning")),
        Probe("all fits exactly", ([a, b], 10, "beginning")),
        Probe("one too many", ([a, b], 9)),
        Probe("no context is left", ([b, a], 6)),
        Probe("no context is left, and more is cut", ([b, a], 4, "end")),
        Probe("from the beginning, and more is cut", ([b, a], 3, "beginning")),
        Probe("one text", ([a], 2)),
        Probe("one text, its beginning", ([a], 2, "beginning")),
        Probe("then the longest of the rest", ([[1], b, c], 6, "end")),
        Probe("the last text is used up too", ([[1, 2], b, [31, 32]], 2)),
        Probe("the second text is used up too", ([[1], [21, 22], [31, 32, 33, 34, 35, 36]], 3, "beginning")),
        Probe("an empty text", ([[], b], 3)),
        Probe("an empty context", ([[], b], 3, "beginning")),
        Probe("room for one", ([a, b], 1, "longest")),
    ]


_PAIRED = (
    Mistake(
        "whole texts lost",
        "Where everything fits, the context has vanished: a slice that ends at minus zero ends at the front.",
        "What does your slice keep when there is nothing to be cut?",
        ((": len(context) - n]", ":-n]"),),
    ),
    Mistake(
        "beginning and end exchanged",
        "The context lost its other side: told to cut the end it lost its beginning, and the other way round.",
        "Which of its tokens should still be there when the end is cut?",
        (('cut == "beginning"', 'cut != "beginning"'),),
    ),
    Mistake(
        "always at the end",
        "The context is cut at its end, whatever was asked for: the context of a choice should lose its beginning.",
        "Which part of a story stands next to an option that goes on with it?",
        (('context[n:] if cut == "beginning" else context', "context"),),
    ),
    Mistake(
        "always at the beginning",
        "The context is cut at its beginning, whatever was asked for.",
        "What does the third argument decide?",
        (('context[n:] if cut == "beginning" else context[: len(context) - n]', "context[n:]"),),
    ),
    Mistake(
        "context first, always",
        "With the longest to be cut, the first text was cut first all the same, even where another one is longer.",
        "Is there a context when two texts are to be compared?",
        (('if cut != "longest":', "if texts:"),),
    ),
    Mistake(
        "longest first, always",
        "The longest text was cut in every case; a context should give all that it has before another text loses anything.",
        "Which text can be spared most easily when one of them is the context?",
        (('if cut != "longest":', "if not texts:"),),
    ),
    Mistake(
        "cut twice",
        "What the context gave was taken off once more from the other texts: fewer tokens are left than there is room for.",
        "How much is still too much after the context was cut?",
        (("        over -= n\n", ""),),
    ),
    Mistake(
        "only the context is cut",
        "When the context is used up the texts are still too long: nothing was taken from the others.",
        "How many tokens are left in all, and how many may there be?",
        (("range(over)", 'range(over if cut == "longest" else 0)'),),
    ),
    Mistake(
        "longest found once",
        "All that was too much came off the text that was the longest in the beginning, also after it was no longer so.",
        "Which text is the longest after some tokens are gone?",
        (
            (
                "    for _ in range(over):\n        max(kept, key=len).pop()\n",
                "    longest = max(kept, key=len)\n"
                "    longest[:] = longest[: max(0, len(longest) - max(0, over))]\n",
            ),
        ),
    ),
    Mistake(
        "last of equals",
        "Of equally long texts the last one was cut; it should be the one that stands first.",
        "Which one does your search keep when it meets an equal?",
        (("max(kept, key=len)", "max(reversed(kept), key=len)"),),
    ),
    Mistake(
        "first token taken off",
        "Token by token, the longest text lost its first ones; it should lose its last ones.",
        "From which side does your step take a token away?",
        ((".pop()", ".pop(0)"),),
    ),
    Mistake(
        "room one too small",
        "One token fewer is left than there is room for: rows that would fit exactly are cut.",
        "When the texts have exactly as many tokens as there is room, how many are too many?",
        (("- room)", "- room + 1)"),),
    ),
    Mistake(
        "room one too large",
        "One token more is left than there is room for.",
        "When the texts have one token more than there is room, how many are too many?",
        (("- room)", "- room - 1)"),),
    ),
)

# Those that people make together with others; pairs cost time.
PAIRED = unpaired(
    fit_texts,
    _PAIRED,
    but=(
        "beginning and end exchanged",
        "always at the end",
        "context first, always",
        "longest first, always",
        "longest found once",
        "last of equals",
        "first token taken off",
        "room one too small",
    ),
)

EXERCISE = Exercise(
    id="14.1",
    reference=fit_texts,
    task="""
    Make the texts of an example fit: what is too much for the model is cut off.

    texts: list of one or more lists of token ids; any of them may be empty. room: integer, at least 1, the
    number of tokens that all texts may have together. cut: "end", "beginning" or "longest".
    Return a list of as many new lists, in the same order. When the texts fit, they stay whole; else exactly
    room tokens are left in all. With "end" and "beginning" the first text is the context and is cut first, at
    its end or at its beginning, until all fits or nothing of it is left. With "longest" no text is cut first.
    What is still too much is taken off token by token, each time the last token of the text that is the
    longest then; of equally long ones, of the one that stands first in the list. Do not modify texts.

    >>> premise, hypothesis = [1, 2, 3, 4, 5], [7, 8, 9]
    >>> fit_texts([premise, hypothesis], 6)
    [[1, 2, 3], [7, 8, 9]]
    >>> fit_texts([premise, hypothesis], 6, "beginning")
    [[3, 4, 5], [7, 8, 9]]
    >>> fit_texts([premise, hypothesis], 5, cut="longest")
    [[1, 2], [7, 8, 9]]
    >>> fit_texts([premise, hypothesis], 2)
    [[], [7, 8]]
    """,
    probes=probes,
    returns=("kept",),
    mistakes=(*PAIRED, *ALONE),
    hints=(
        "How many tokens are there too many? Once you know that number, all that remains is where to take "
        "them from.",
        "The context can give no more tokens than it has. What it gave need not be taken from the others.",
        "For the rest, repeat: find the longest list and take its last element away. Work on copies, since "
        "the texts are wanted again, for the next option.",
    ),
    difficulty=2,
    minutes=12,
    importance=3,
    lines=9,
)
