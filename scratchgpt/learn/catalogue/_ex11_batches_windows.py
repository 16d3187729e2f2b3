"""Lesson 11: windows cut out of a text at other places or in another form."""

from ...corpus.batches import next_token_batch
from ..exercise import Mistake
from ._unpaired import unpaired

_ROWS = "tokens[starts[:, None] + np.arange(block_size + 1)]"
_IDS = "rows[:, :-1].astype(np.int64)"
_TARGETS = "rows[:, 1:].astype(np.int64)"
_BOTH = f"{_IDS}, {_TARGETS}"

WINDOWS = unpaired(
    next_token_batch,
    (
        Mistake(
            "starts not used",
            "Your windows lie end to end from the beginning of the text; the starts that are given were not used.",
            "Which of the arguments have you not used yet?",
            edits=(("starts[:, None]", "block_size * np.arange(len(starts))[:, None]"),),
        ),
        Mistake(
            "end to end from the first start",
            "Only the first start was used, and the other windows follow end to end.",
            "Where does the second window begin?",
            edits=(("starts[:, None]", "starts[0] + block_size * np.arange(len(starts))[:, None]"),),
        ),
        Mistake(
            "the first window alone",
            "All windows are the first one.",
            "Where does the second window begin?",
            edits=(("starts[:, None]", "0 * starts[:, None] + starts[0]"),),
        ),
        Mistake(
            "a batch of one window",
            "There is one window only, and there should be one for each start.",
            "How many rows does a batch have?",
            edits=(("starts[:, None]", "starts[:1, None]"),),
        ),
        Mistake(
            "the last window alone",
            "All windows are the last one, or there is no other: what came before was replaced.",
            "How many rows does a batch have?",
            edits=(("starts[:, None]", "0 * starts[:, None] + starts[-1]"),),
        ),
        Mistake(
            "a batch of the last window",
            "There is one window only, that of the last start; there should be one for each.",
            "How many rows does a batch have?",
            edits=(("starts[:, None]", "starts[-1:, None]"),),
        ),
        Mistake(
            "the first window without a batch",
            "You return the first window as a single row; there should be a table with one row for each start.",
            "Which shape has a batch of B windows of T tokens?",
            edits=((_BOTH, "rows[0, :-1].astype(np.int64), rows[0, 1:].astype(np.int64)"),),
        ),
        Mistake(
            "the last window without a batch",
            "You return the last window as a single row; there should be a table with one row for each start.",
            "Which shape has a batch of B windows of T tokens?",
            edits=((_BOTH, "rows[-1, :-1].astype(np.int64), rows[-1, 1:].astype(np.int64)"),),
        ),
        Mistake(
            "windows from the end of the text",
            "The starts were counted from the end of the text; they are places from its beginning.",
            "In the example, which token stands at place 3?",
            edits=(("starts[:, None]", "(len(tokens) - 1 - block_size - starts)[:, None]"),),
        ),
        Mistake(
            "starts sorted",
            "The windows were sorted by their place in the text; they come in the order of their starts.",
            "Which window belongs into the first row of the example?",
            edits=(("starts[:, None]", "np.sort(starts)[:, None]"),),
        ),
        Mistake(
            "starts without repetition",
            "A window whose start is given twice stands in your batch once, and all of them are sorted.",
            "How many rows does a batch have?",
            edits=(("starts[:, None]", "np.unique(starts)[:, None]"),),
        ),
        Mistake(
            "positions by windows",
            "Your tables are transposed: each window is a column, and it should be a row.",
            "Which axis comes first, the batch or the position?",
            edits=((_BOTH, "rows[:, :-1].T.astype(np.int64), rows[:, 1:].T.astype(np.int64)"),),
        ),
        Mistake(
            "one long row",
            "All windows hang together in one row: a batch has an axis for the windows and one for the positions.",
            "Which shape has a batch of B windows of T tokens?",
            edits=((_BOTH, "rows[:, :-1].astype(np.int64).ravel(), rows[:, 1:].astype(np.int64).ravel()"),),
        ),
        Mistake(
            "one long row, shifted",
            "All windows hang together in one row, which was then shifted by one: across the borders a token has a stranger "
            "for its target.",
            "Which shape has a batch of B windows of T tokens?",
            edits=((_BOTH, "rows.astype(np.int64).ravel()[:-1], rows.astype(np.int64).ravel()[1:]"),),
        ),
        Mistake(
            "one long row without the last tokens, shifted",
            "All windows hang together in one row, which was then shifted by one: across the borders a token has a stranger "
            "for its target.",
            "Which shape has a batch of B windows of T tokens?",
            edits=(
                (
                    _BOTH,
                    "rows[:, :-1].astype(np.int64).ravel()[:-1], rows[:, :-1].astype(np.int64).ravel()[1:]",
                ),
            ),
        ),
        Mistake(
            "targets in one row",
            "The ids are right; the targets hang together in one row, and should have the shape of the ids.",
            "Which shape do the targets have?",
            edits=((_TARGETS, "rows[:, 1:].astype(np.int64).ravel()"),),
        ),
        Mistake(
            "one target per window",
            "Each window has one target, that of its last position. Every position is an example of its own.",
            "How many predictions does a causal model make in a window of T tokens?",
            edits=((_TARGETS, "rows[:, -1].astype(np.int64)"),),
        ),
        Mistake(
            "one target per window, in a column",
            "Each window has one target, that of its last position. Every position is an example of its own.",
            "How many predictions does a causal model make in a window of T tokens?",
            edits=((_TARGETS, "rows[:, -1:].astype(np.int64)"),),
        ),
        Mistake(
            "one target everywhere",
            "At each position of a window the target is the token behind the window. Every position has a "
            "target of its own, the token right behind it.",
            "In the example, which token follows 14?",
            edits=((_TARGETS, "np.repeat(rows[:, -1:], block_size, axis=1).astype(np.int64)"),),
        ),
        Mistake(
            "tokens of 8 bits",
            "Ids above 255 came out too small: the table that you filled holds 8 bits for each.",
            "How large can an id be?",
            edits=((_BOTH, "rows[:, :-1].astype(np.uint8), rows[:, 1:].astype(np.uint8)"),),
        ),
        Mistake(
            "tokens of 16 bits with a sign",
            "Ids above 32,767 came out negative: one of their 16 bits was taken for a sign.",
            "How large can an id be?",
            edits=((_BOTH, "rows[:, :-1].astype(np.int16), rows[:, 1:].astype(np.int16)"),),
        ),
        Mistake(
            "floats for ids",
            "The numbers are right, but they are floats: an id is an index, and nothing can be looked up with a float.",
            "Which type does a table of zeros have, unless you say it?",
            edits=((_BOTH, "rows[:, :-1].astype(float), rows[:, 1:].astype(float)"),),
        ),
        Mistake(
            "places for tokens",
            "You return places in the text, where the tokens belong that stand there.",
            "What stands at these places?",
            edits=((_ROWS, "starts[:, None] + np.arange(block_size + 1)"),),
        ),
        Mistake(
            "every second token",
            "The windows leave tokens out: neighbours in a window should be neighbours in the text.",
            "By how much does the place grow from one token of a window to the next?",
            edits=(("np.arange(block_size + 1)", "2 * np.arange(block_size + 1)"),),
        ),
        Mistake(
            "backwards",
            "Your windows run backwards through the text.",
            "In which order does one read?",
            edits=(("np.arange(block_size + 1)", "np.arange(block_size, -1, -1)"),),
        ),
    ),
)
