"""14.2: a task becomes rows of tokens."""

from ...tasks.formats import task_rows
from ..exercise import Exercise, Mistake, Probe
from ._ex14_rows_cut import CUT
from ._ex14_rows_more import ALONE
from ._unpaired import unpaired


def probes() -> list[Probe]:
    """Calls that tell right from wrong: texts of different lengths, three options, rows that are too long."""
    a, b, c, d = [11, 12, 13, 14, 15, 16], [21, 22, 23], [31, 32, 33, 34], [41, 42]
    marks = (97, 98, 99)
    return [
        Probe("classification", ("single", [a], marks, 50)),
        Probe("entailment", ("pair", [a, b], marks, 50)),
        Probe("similarity", ("similarity", [a, b], marks, 50)),
        Probe("two options", ("choice", [a, b, d], marks, 50)),
        Probe("three options", ("choice", [a, b, c, d], (5, 3, 8), 50)),
        Probe("one option", ("choice", [b, a], marks, 50)),
        Probe("fits exactly", ("pair", [a, b], marks, 12)),
        Probe("classification, too long", ("single", [a], marks, 6)),
        Probe("entailment, too long", ("pair", [a, b], marks, 9)),
        Probe("entailment, one too long", ("pair", [a, c], (7, 6, 5), 12)),
        Probe("entailment, no premise is left", ("pair", [b, a], marks, 8)),
        Probe("similarity, too long", ("similarity", [b, a], marks, 9)),
        Probe("similarity, equally long", ("similarity", [c, [51, 52, 53, 54]], marks, 8)),
        Probe("three options, too long", ("choice", [a, b, c, d], marks, 10)),
        Probe("three options, hardly room", ("choice", [a, b, c, d], marks, 5)),
        Probe("equal texts", ("similarity", [b, b], marks, 50)),
    ]


_PAIRED = (
    Mistake(
        "one order only",
        "A similarity has one row only. A causal model reads the first text without knowing the second, so it needs both "
        "orders.",
        "What does a model that looks only to the left know when it reads the first text?",
        (('if kind == "similarity":', 'if kind == "no kind":'),),
    ),
    Mistake(
        "the same order twice",
        "Both rows of a similarity have the texts in the same order; in the second they should be exchanged.",
        "What does the second row say that the first does not?",
        (("orders[0][::-1]", "orders[0]"),),
    ),
    Mistake(
        "all options in one row",
        "All options of a choice stand in one row; each should have a row of its own, with the context before it.",
        "How many scores are needed to choose among three options?",
        (("[[texts[0], option] for option in texts[1:]]", "[list(texts)]"),),
    ),
    Mistake(
        "options without their context",
        "The options stand alone in their rows: the context is missing before them.",
        "What should the model have read when it comes to an option?",
        (("[[texts[0], option]", "[[option]"),),
    ),
    Mistake(
        "option before context",
        "In the rows of a choice the option comes before the context; a causal model should have read the context first.",
        "Which of the two has to be known when the other is judged?",
        (("[texts[0], option]", "[option, texts[0]]"),),
    ),
    Mistake(
        "context taken for an option",
        "There is a row too many for a choice: the context stands there as an option as well.",
        "Which of the texts are options?",
        (("texts[1:]", "texts"),),
    ),
    Mistake(
        "two options",
        "Of three options only the first two have rows; a choice may have any number of them.",
        "Where in your function does it say how many options there are?",
        (("texts[1:]", "texts[1:3]"),),
    ),
    Mistake(
        "Delim missing",
        "Nothing stands between two texts: the model cannot see where the first ends.",
        "Which special token separates two texts?",
        (("[*text, delim]", "text"), ("[*row[:-1], extract]", "[*row, extract]")),
    ),
    Mistake(
        "Delim before Extract",
        "There is a Delim right before Extract as well; it should only stand between two texts.",
        "How many Delims has a row of two texts?",
        (("[*row[:-1], extract]", "[*row, extract]"),),
    ),
    Mistake(
        "Extract missing",
        "The rows end with their last text; there is nothing at which the classifier could read.",
        "Which token comes last in every row?",
        (("[*row[:-1], extract]", "row[:-1]"),),
    ),
    Mistake(
        "Start missing",
        "The rows begin with their first text, where Start should stand.",
        "Which token comes first in every row?",
        (("row = [start]", "row = []"),),
    ),
    Mistake(
        "Delim and Extract exchanged",
        "Extract stands between the texts and Delim at the end: the two have taken each other's place.",
        "In which order are the three special tokens given?",
        (("start, delim, extract = specials", "start, extract, delim = specials"),),
    ),
    Mistake(
        "room without the special tokens",
        "The rows are too long: the texts took all the places, and the special tokens come on top.",
        "How many places of the row do the special tokens take?",
        (("block_size - len(order) - 1", "block_size"),),
    ),
    Mistake(
        "nothing is cut",
        "Rows are longer than the model can read: their texts were not cut.",
        "What happens to an example whose texts are too long?",
        (("fit_texts(order, block_size - len(order) - 1, cut)", "order"),),
    ),
    Mistake(
        "context of a choice cut at its end",
        "A choice lost the end of its context, next to which its options stand; it should lose the beginning.",
        "Which part of a story decides how it goes on?",
        ((', "choice": "beginning"', ""),),
    ),
    Mistake(
        "similarity cut like a pair",
        "Of two texts to be compared the first was cut, even where the second is longer.",
        "Is one of two texts that are to be compared less important than the other?",
        (('"similarity": "longest", ', ""),),
    ),
)

# Those that people make together with others; pairs cost time.
PAIRED = unpaired(
    task_rows,
    _PAIRED,
    but=(
        "one order only",
        "all options in one row",
        "Delim missing",
        "Delim before Extract",
        "Start missing",
        "Delim and Extract exchanged",
        "room without the special tokens",
        "context of a choice cut at its end",
        "similarity cut like a pair",
    ),
)

EXERCISE = Exercise(
    id="14.2",
    reference=task_rows,
    task="""
    Write an example of a task as rows of tokens, as GPT-1 does.

    kind: "single", "pair", "similarity" or "choice". texts: list of lists of token ids: one text; two texts
    (premise and hypothesis); two texts to be compared; or a context and then one or more options. specials:
    (start, delim, extract), the ids of the three special tokens. block_size: integer, the longest row that
    the model can read; it leaves room for at least one token of text.
    Return a list of rows, each a list of ids. "single": one row, Start text Extract. "pair": one row, Start
    premise Delim hypothesis Extract. "similarity": two rows of that form, first with the texts as given,
    then with the texts exchanged. "choice": a row Start context Delim option Extract for each option, in
    their order.
    Every row by itself is cut to block_size as in 14.1, at its texts only: the special tokens always stay. A
    single text and a premise are cut at the end, the context of a choice at its beginning, and of two texts
    to be compared the longest is cut (in each of the two rows as the texts stand there). Do not modify texts.
    Your fit_texts is at hand.

    >>> task_rows("pair", [[1, 2, 3], [4, 5]], (7, 8, 9), 20)
    [[7, 1, 2, 3, 8, 4, 5, 9]]
    >>> task_rows("similarity", [[1, 2, 3], [4, 5]], (7, 8, 9), 20)
    [[7, 1, 2, 3, 8, 4, 5, 9], [7, 4, 5, 8, 1, 2, 3, 9]]
    >>> task_rows("choice", [[1, 2, 3], [4], [5], [5, 6]], (7, 8, 9), 20)
    [[7, 1, 2, 3, 8, 4, 9], [7, 1, 2, 3, 8, 5, 9], [7, 1, 2, 3, 8, 5, 6, 9]]
    >>> task_rows("choice", [[1, 2, 3], [4], [5], [5, 6]], (7, 8, 9), 6)
    [[7, 2, 3, 8, 4, 9], [7, 2, 3, 8, 5, 9], [7, 3, 8, 5, 6, 9]]
    """,
    probes=probes,
    returns=("rows",),
    mistakes=(*PAIRED, *ALONE, *CUT),
    hints=(
        "First decide, for each kind, which texts stand in which row and in what order. The special tokens "
        "can come afterwards, in one way for all kinds.",
        "A row has one special token more than it has texts. So you know how much room is left for its texts "
        "before you set it together.",
        "In every row Start comes first, each text is followed by a special token, and that token is Delim "
        "but for the last one. For a choice the context is cut anew for each option.",
    ),
    difficulty=3,
    minutes=20,
    importance=5,
    lines=13,
    needs=("14.1",),
)
