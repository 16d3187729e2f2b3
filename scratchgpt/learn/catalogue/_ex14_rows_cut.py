"""14.2: what is cut, and how a row is put together afterwards; held against an answer alone."""

from collections.abc import Callable
from typing import Any

from ...tasks.formats import fit_texts, task_rows
from ..exercise import Mistake
from ._unpaired import styles, unpaired

Function = Callable[..., Any]


def _cut_as_rows(end: str) -> Function:
    """The rows made whole and then cut to the block, whatever stands at their end."""

    def wrong(kind: str, texts: Any, specials: Any, block_size: int) -> list[list[int]]:
        whole = task_rows(kind, texts, specials, 10_000)
        if end == "front lost":
            return [row[-block_size:] for row in whole]
        if end == "Extract put back":
            return [[*row[:-1][: block_size - 1], specials[2]] for row in whole]
        if end == "both ends kept":
            return [row if len(row) <= block_size else [row[0], *row[2 - block_size - 1 :]] for row in whole]
        return [row[:block_size] for row in whole]

    return wrong


def _only_context_cut(*kinds: str) -> Function:
    """Of examples of these kinds only the context is cut, even where that is not enough."""

    def wrong(kind: str, texts: Any, specials: Any, block_size: int) -> list[list[int]]:
        if kind not in kinds:
            return task_rows(kind, texts, specials, block_size)
        rows = []
        for text in texts[1:]:
            keep = max(0, block_size - 3 - len(text))
            context = texts[0][:keep] if kind == "pair" else texts[0][max(0, len(texts[0]) - keep) :]
            rows.append([specials[0], *context, specials[1], *text, specials[2]])
        return rows

    return wrong


def _whole_context_where_none_fits(kind: str, texts: Any, specials: Any, block_size: int) -> list[list[int]]:
    """A slice from minus zero on is the whole context."""
    if kind != "choice":
        return task_rows(kind, texts, specials, block_size)
    rows = [(texts[0][-max(0, block_size - 3 - len(option)) :], option) for option in texts[1:]]
    return [[specials[0], *context, specials[1], *option, specials[2]] for context, option in rows]


def _whole_context_by_sign(kind: str, texts: Any, specials: Any, block_size: int) -> list[list[int]]:
    """The same without a look at how much room there is."""
    if kind != "choice":
        return task_rows(kind, texts, specials, block_size)
    rows = [(texts[0][-(block_size - 3 - len(option)) :], option) for option in texts[1:]]
    return [[specials[0], *context, specials[1], *option, specials[2]] for context, option in rows]


def _row_turned(kind: str, texts: Any, specials: Any, block_size: int) -> list[list[int]]:
    rows = task_rows(kind, texts, specials, block_size)
    return rows if kind != "similarity" else [rows[0], [rows[0][0], *rows[0][-2:0:-1], rows[0][-1]]]


def _padded(kind: str, texts: Any, specials: Any, block_size: int) -> list[list[int]]:
    rows = task_rows(kind, texts, specials, block_size)
    return [row + [0] * (max(map(len, rows)) - len(row)) for row in rows]


CONTEXT_ONLY = Mistake(
    "only the context is cut",
    "Where the context is used up the row is still too long: the second text was never cut.",
    "How long is your row when nothing of the context is left?",
    wrong=_only_context_cut("pair", "choice"),
)
MINUS_ZERO = Mistake(
    "whole context where none fits",
    "Where no token of the context fits, more of it stands in the row than should: a slice that begins at minus zero begins at the "
    "front.",
    "What does your slice keep when nothing is to be kept?",
    wrong=_whole_context_where_none_fits,
)
TURNED = Mistake(
    "finished row reversed",
    "The second row of a similarity has its tokens from back to front; it is the two texts that should be exchanged, each as it is.",
    "What exactly is turned around, the tokens or the texts?",
    wrong=_row_turned,
)


def _cut_together(kind: str, texts: Any, specials: Any, block_size: int) -> list[list[int]]:
    """The context of a choice made to fit its longest option, once for all."""
    if kind == "choice":
        longest = max(texts[1:], key=len)
        context, _ = fit_texts([texts[0], longest], block_size - 3, "beginning")
        texts = [context, *texts[1:]]
    return task_rows(kind, texts, specials, block_size)


def _exchanged_after_cutting(kind: str, texts: Any, specials: Any, block_size: int) -> list[list[int]]:
    """The texts of a similarity cut as they stand in the first row, for both."""
    if kind == "similarity":
        texts = fit_texts(texts, block_size - 3, "longest")
    return task_rows(kind, texts, specials, block_size)


def _all_options_in_the_room(kind: str, texts: Any, specials: Any, block_size: int) -> list[list[int]]:
    """The texts of a choice cut as if all options stood in one row."""
    if kind == "choice":
        texts = fit_texts(texts, block_size - 3, "beginning")
    return task_rows(kind, texts, specials, block_size)


CUT = unpaired(
    task_rows,
    (
        Mistake(
            "second text cut first",
            "The hypothesis or the option lost its tokens before the context did; the context can be spared more easily.",
            "Which text should give its tokens first?",
            (
                (
                    "fit_texts(order, block_size - len(order) - 1, cut)",
                    "fit_texts(order[::-1], block_size - len(order) - 1, cut)[::-1]",
                ),
            ),
        ),
        Mistake(
            "every text by itself",
            "Each text by itself was cut to the room that is left; it is all texts of a row together that have to fit.",
            "What has to fit into the row?",
            (
                (
                    "fit_texts(order, block_size - len(order) - 1, cut)",
                    "[fit_texts([text], block_size - len(order) - 1, cut)[0] for text in order]",
                ),
            ),
        ),
        Mistake(
            "whole rows cut at their end",
            "The row as a whole was cut: Extract and the end of the last text are gone. Special tokens should always stay.",
            "What is cut first in your function, and when do the special tokens come in?",
            wrong=_cut_as_rows("end lost"),
        ),
        Mistake(
            "rows cut, Extract put back",
            "The row as a whole was cut at its end and Extract put back: it is the last text that lost tokens, or Delim, and "
            "not the context.",
            "Which text should lose tokens first?",
            wrong=_cut_as_rows("Extract put back"),
        ),
        Mistake(
            "whole rows cut at their beginning",
            "The row as a whole was cut: Start is gone, and the beginning of the first text. Special tokens should always "
            "stay.",
            "What is cut first in your function, and when do the special tokens come in?",
            wrong=_cut_as_rows("front lost"),
        ),
        Mistake(
            "rows cut behind Start",
            "The row as a whole was cut behind Start: a premise lost its beginning, or Delim went.",
            "Which text should lose tokens, and on which side?",
            wrong=_cut_as_rows("both ends kept"),
        ),
        Mistake(
            "context cut for the longest option",
            "The context was cut once, for the longest option, and beside the others it is shorter than it could be. Every row "
            "should be cut by itself.",
            "How much context fits beside a short option?",
            wrong=_cut_together,
        ),
        Mistake(
            "room shared by all options",
            "Context and options were cut as if all of them had to fit into one row.",
            "Which texts stand in a row together?",
            wrong=_all_options_in_the_room,
        ),
        Mistake(
            "exchanged after cutting",
            "Texts of equal length were cut once, and then exchanged; the second row should be cut by itself, as its texts "
            "stand there.",
            "Which of two equally long texts loses a token first in the second row?",
            wrong=_exchanged_after_cutting,
        ),
        CONTEXT_ONLY,
        *styles(CONTEXT_ONLY, of_a_choice=_only_context_cut("choice"), of_a_pair=_only_context_cut("pair")),
        MINUS_ZERO,
        *styles(MINUS_ZERO, or_less=_whole_context_by_sign),
        TURNED,
        Mistake(
            "rows filled up",
            "Short rows were filled up with zeros; padding comes later, when rows become a batch.",
            "Which token comes last in every row?",
            wrong=_padded,
        ),
    ),
)
