"""Lesson 11: windows from other stretches of the text, and what is done where the text has ended."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..exercise import Mistake
from ._unpaired import styles

Take = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _padded(value: int) -> Take:
    return lambda tokens, at: np.where(
        (at >= 0) & (at < len(tokens)), tokens[np.clip(at, 0, len(tokens) - 1)], value
    ).astype(np.int64)


def _short(tokens: np.ndarray, at: np.ndarray) -> np.ndarray:
    """What slices give: a row that begins before the text is empty, one that passes its end is shorter."""
    rows = [tokens[row[(row >= 0) & (row < len(tokens))] if row[0] >= 0 else row[:0]] for row in at]
    return np.stack(rows)  # raises ValueError where they differ in length


# What people do with places outside of the text.
OUTSIDE: dict[str, Take] = {
    "refused": lambda tokens, at: tokens[at],
    "ring": lambda tokens, at: tokens[at % len(tokens)],
    "last token again": lambda tokens, at: tokens[np.clip(at, 0, len(tokens) - 1)],
    "zeros": _padded(0),
    "minus ones": _padded(-1),
    "slices": _short,
}


def _places(starts: np.ndarray, block_size: int) -> np.ndarray:
    return starts[:, None] + np.arange(block_size)


def _targets(ahead: Callable[[int], int], take: Take) -> Callable[..., Any]:
    """The ids are right, and the targets stand `ahead` of them by so many places."""

    def batch(tokens: np.ndarray, starts: np.ndarray, block_size: int) -> Any:
        at = _places(starts, block_size)
        return tokens[at], take(tokens, at + ahead(block_size))

    return batch


def _both(place: Callable[[np.ndarray, int], np.ndarray], take: Take) -> Callable[..., Any]:
    """Ids and targets are one place apart, and the windows begin at another `place`."""

    def batch(tokens: np.ndarray, starts: np.ndarray, block_size: int) -> Any:
        at = _places(place(starts, block_size), block_size)
        return take(tokens, at), take(tokens, at + 1)

    return batch


def _each(make: Callable[[Take], Callable[..., Any]], *without: str) -> dict[str, Callable[..., Any]]:
    return {name.replace(" ", "_"): make(take) for name, take in OUTSIDE.items() if name not in without}


STRETCHES = (
    *styles(
        Mistake(
            "token before as target",
            "The targets are the tokens that stand before the ids: with yours, a model learns to look back.",
            "In the example, which token follows 14?",
        ),
        **_each(lambda take: _targets(lambda T: -1, take), "ring"),
    ),
    *styles(
        Mistake(
            "second token ahead as target",
            "The targets stand two places behind their ids in the text, and it should be one.",
            "In the example, which token follows 14?",
        ),
        **_each(lambda take: _targets(lambda T: 2, take)),
    ),
    *styles(
        Mistake(
            "next window as target",
            "The targets are the next window as a whole; each token has its own target, the one right behind it.",
            "In the example, which token follows 14?",
        ),
        **_each(lambda take: _targets(lambda T: T, take)),
    ),
    *styles(
        Mistake(
            "windows begin one token late",
            "Ids and targets both begin one token too late.",
            "In the example, which token stands at place 3?",
        ),
        **_each(lambda take: _both(lambda starts, T: starts + 1, take)),
    ),
    *styles(
        Mistake(
            "windows begin one token early",
            "All windows begin one token too early: the first place of a text has the number 0.",
            "In the example, which token stands at place 3?",
        ),
        **_each(lambda take: _both(lambda starts, T: starts - 1, take), "ring"),
    ),
    *styles(
        Mistake(
            "ends for starts",
            "Your windows end where they should begin.",
            "In the example, which is the first token of the first window?",
        ),
        **_each(lambda take: _both(lambda starts, T: starts - T, take), "ring"),
    ),
    *styles(
        Mistake(
            "number of the window for its place",
            "A start was taken for the number of a window and multiplied by its length; it is a place in the text.",
            "In the example, which token stands at place 3?",
        ),
        **_each(lambda take: _both(lambda starts, T: starts * T, take), "refused"),
    ),
    *styles(
        Mistake(
            "windows of both halves mixed up",
            "The windows begin further and further behind their starts: to each start its number in the batch was added.",
            "Where does the second window begin?",
        ),
        refused=_both(lambda starts, T: starts + np.arange(len(starts)), OUTSIDE["refused"]),
    ),
)
