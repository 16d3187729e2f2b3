"""A task's texts as token sequences: the four input transformations of GPT-1, and the cloze question.

    single      Start text Extract
    pair        Start premise Delim hypothesis Extract
    similarity  Start a Delim b Extract  and  Start b Delim a Extract: causal attention is not symmetric
    choice      Start context Delim option Extract, for each option
    cloze       a question in words, whose next token is the answer

Source: Radford et al. 2018, section 3.3 and figure 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import UserError
from ..tokenizer import Tokenizer

KINDS = ("single", "pair", "similarity", "choice")


class Specials(NamedTuple):
    """The ids of the three learned rows, which stand behind the rows of the vocabulary."""

    start: int
    delim: int
    extract: int

    @classmethod
    def behind(cls, vocab_size: int) -> "Specials":
        """Return the ids for a model whose token table had `vocab_size` rows."""
        return cls(vocab_size, vocab_size + 1, vocab_size + 2)


class Cloze(NamedTuple):
    """A question in words: pieces of text around the texts of an example, and one answer per class.

    Every answer must be one token of the model's tokenizer.
    """

    pieces: tuple[str, ...]
    answers: tuple[str, ...]


# Answers in the order of the classes of a task that asks whether two questions are the same.
SAME_QUESTION = Cloze(
    ("Question one:", "\nQuestion two:", "\nDo the two questions ask for the same thing? Answer yes or no:"),
    (" no", " yes"),
)


@dataclass(frozen=True)
class Formatter:
    """Turns the texts of one example into token sequences of at most `block_size` tokens.

    `kind` is one of KINDS; with `cloze` the texts are put into its question instead, and no special row is
    used. Raises UserError for an answer that is not one token, and for a model too short for any text.
    """

    tokenizer: Tokenizer
    kind: str
    specials: Specials
    block_size: int
    cloze: Cloze | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UserError(f"The kind of task is {self.kind!r}, expected one of {', '.join(KINDS)}.")
        _ = self.answers  # complains here, not in the middle of a run

    @property
    def answers(self) -> tuple[int, ...]:
        """The tokens of the cloze answers, in the order of the classes; () without a cloze question."""
        found = []
        for word in self.cloze.answers if self.cloze else ():
            ids = self.tokenizer.encode(word)
            if len(ids) != 1:
                raise UserError(
                    f"The cloze answer {word!r} is {len(ids)} tokens of this model, expected one: use a "
                    "classifier head, or another word."
                )
            found.append(ids[0])
        return tuple(found)

    def sequences(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token sequences of an example: one, two orders of a pair, or one per option.

        Every text counts as the middle of a longer one: white space is made single, and a space goes
        before it, because that is how most words stood in pre-training.
        """
        ids = [self.tokenizer.encode(" " + " ".join(text.split())) for text in texts]
        if self.cloze:
            return [self._asked(self.cloze, ids)]
        self._room(2 if self.kind == "single" else 3)
        return task_rows(self.kind, ids, self.specials, self.block_size)

    def _asked(self, cloze: Cloze, texts: Sequence[list[int]]) -> list[int]:
        """Return piece, text, piece, text ..., piece: the texts are cut, the question never is."""
        pieces = [self.tokenizer.encode(piece) for piece in cloze.pieces]
        room = self._room(sum(map(len, pieces)))
        row = list(pieces[0])
        texts = fit_texts(texts, room, "longest" if self.kind == "similarity" else "end")
        for text, piece in zip(texts, pieces[1:], strict=True):
            row += [*text, *piece]
        return row

    def _room(self, taken: int) -> int:
        """Return the tokens that are left for texts. Raises UserError when there are none."""
        if taken >= self.block_size:
            raise UserError(
                f"The model sees {self.block_size} positions, which the format fills alone: expected a model "
                "with more (block_size), or a higher --max-tokens."
            )
        return self.block_size - taken


def task_rows(
    kind: str, texts: Sequence[Sequence[int]], specials: tuple[int, int, int], block_size: int
) -> list[list[int]]:
    """Return the rows of token ids, of at most `block_size` each, as which a model reads an example.

    `kind` is one of KINDS, `specials` the ids of Start, Delim and Extract. Texts are cut to fit, special
    tokens never are: a choice loses the beginning of its context, since an option goes on where the context
    ends; a similarity, in which both texts are context, loses from the longer one.
    """
    start, delim, extract = specials
    orders = [list(texts)]
    if kind == "similarity":
        orders.append(orders[0][::-1])
    if kind == "choice":
        orders = [[texts[0], option] for option in texts[1:]]
    cut = {"similarity": "longest", "choice": "beginning"}.get(kind, "end")
    rows = []
    for order in orders:
        row = [start]
        for text in fit_texts(order, block_size - len(order) - 1, cut):
            row += [*text, delim]
        rows.append([*row[:-1], extract])
    return rows


def fit_texts(texts: Sequence[Sequence[int]], room: int, cut: str = "end") -> list[list[int]]:
    """Return copies of an example's texts, cut to `room` tokens in all.

    The first text is the context and is cut first: at its "end", or at its "beginning"; with "longest" there
    is no context. What still does not fit is cut off the longest text, token by token.
    """
    kept = [list(text) for text in texts]
    over = max(0, sum(map(len, kept)) - room)
    if cut != "longest":
        context = kept[0]
        n = min(over, len(context))
        kept[0] = context[n:] if cut == "beginning" else context[: len(context) - n]
        over -= n
    for _ in range(over):
        max(kept, key=len).pop()
    return kept
