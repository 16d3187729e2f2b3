"""Lesson 11: what goes wrong when windows are cut out of a text."""

from ...corpus.batches import next_token_batch
from ..exercise import Mistake
from ._ex11_batches_stretches import STRETCHES
from ._ex11_batches_windows import WINDOWS
from ._unpaired import unpaired

_ROWS = "tokens[starts[:, None] + np.arange(block_size + 1)]"
_IDS = "rows[:, :-1].astype(np.int64)"
_TARGETS = "rows[:, 1:].astype(np.int64)"
_BOTH = f"{_IDS}, {_TARGETS}"


BATCHES = (
    Mistake(
        "targets not shifted",
        "Your targets are the ids themselves: a model would only have to repeat what it is given.",
        "What is to be predicted at the last position of a window?",
        edits=((_TARGETS, _IDS),),
    ),
    Mistake(
        "ids shifted with the targets",
        "Your targets are right, and your ids are the very same: the answer stands in the input.",
        "At which place of the text does a window begin?",
        edits=((_IDS, _TARGETS),),
    ),
    Mistake(
        "ids and targets exchanged",
        "The two results have changed places: with yours, a model learns to say which token came before.",
        "Which of the two is given, and which is to be predicted?",
        edits=((_BOTH, f"{_TARGETS}, {_IDS}"),),
    ),
    Mistake(
        "number of the window for its place",
        "A start was taken for the number of a window and multiplied by its length; it is a place in the text.",
        "In the example, which token stands at place 3?",
        edits=(("starts[:, None]", "block_size * starts[:, None]"),),
    ),
    *unpaired(
        next_token_batch,
        (
            Mistake(
                "one token short",
                "Your windows have one token less than they should.",
                "How many tokens must be taken out of the text, so that a window and its targets fit into them?",
                edits=(("block_size + 1", "block_size"),),
            ),
            Mistake(
                "one token too many in the ids",
                "Your ids have one token more than they should: the last target does not belong to the window.",
                "How many ids and how many targets does a window of T tokens have?",
                edits=((_IDS, "rows.astype(np.int64)"),),
            ),
            Mistake(
                "one token too many in both",
                "Ids and targets both are the whole stretch with the token behind the window, and nothing is shifted.",
                "How many ids and how many targets does a window of T tokens have?",
                edits=((_BOTH, "rows.astype(np.int64), rows.astype(np.int64)"),),
            ),
            Mistake(
                "last target missing",
                "The targets are one token shorter than the ids: the last one of each window lies behind it in the text.",
                "What follows the last token of a window?",
                edits=((_TARGETS, "rows[:, 1:-1].astype(np.int64)"),),
            ),
            Mistake(
                "rolled within the window",
                "The last target of each window is its first token: the window was bent into a ring.",
                "What stands in the text behind the last token of a window?",
                edits=((_TARGETS, "np.roll(rows[:, :-1], -1, axis=1)"),),
            ),
            Mistake(
                "rolled the wrong way",
                "Your targets are the ids moved to the right, in a ring: each is the token before, not the one that follows.",
                "In the example, which token follows 14?",
                edits=((_TARGETS, "np.roll(rows[:, :-1], 1, axis=1)"),),
            ),
            Mistake(
                "rolled across the windows",
                "The last target of each window is the first token of the next one in the batch, which is a stranger to it.",
                "What stands in the text behind the last token of a window?",
                edits=((_TARGETS, "np.roll(rows[:, :-1], -1)"),),
            ),
            Mistake(
                "last id repeated as the last target",
                "The last target of each window is its last token once more.",
                "What stands in the text behind the last token of a window?",
                edits=((_TARGETS, "np.concatenate([rows[:, 1:-1], rows[:, -2:-1]], axis=1)"),),
            ),
            Mistake(
                "last token of the text as the last target",
                "The last target of each window is the last token of the whole text.",
                "What stands in the text behind the last token of a window?",
                edits=(
                    (
                        _TARGETS,
                        "np.concatenate([rows[:, 1:-1], np.repeat(tokens[-1:], len(rows))[:, None]], axis=1)",
                    ),
                ),
            ),
            Mistake(
                "last target 0",
                "The last target of each window is 0; a token stands there in the text.",
                "What stands in the text behind the last token of a window?",
                edits=((_TARGETS, "np.pad(rows[:, 1:-1], ((0, 0), (0, 1)))"),),
            ),
            Mistake(
                "last target left out with -1",
                "The last target of each window is -1, as if there were nothing to predict; but the text goes on.",
                "What stands in the text behind the last token of a window?",
                edits=(
                    (
                        _TARGETS,
                        "np.pad(rows[:, 1:-1].astype(np.int64), ((0, 0), (0, 1)), constant_values=-1)",
                    ),
                ),
            ),
            Mistake(
                "one added to the ids",
                "To each id 1 was added. It is the place in the text that moves on by one, not the number of the token.",
                "Which token follows, the one with the next number or the one at the next place?",
                edits=((_TARGETS, "rows[:, :-1].astype(np.int64) + 1"),),
            ),
        ),
    ),
    *WINDOWS,
    *STRETCHES,
)
