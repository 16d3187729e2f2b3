"""Known mistakes of F.4, the mask: those of lesson 06, and windows, and both at once with another type."""

from typing import Any

import numpy as np

from ..exercise import Mistake
from ._project_film_borrowed import borrowed, of_a_square
from .ex06_attention import MASK as LESSON_06


def _window(n: int) -> Any:
    """Itself and the n positions before."""
    return lambda T: np.tri(T, dtype=bool) & ~np.tri(T, k=-n - 1, dtype=bool)


# What may be looked at, in the forms of another type.
_PLACES: dict[str, tuple[str, Any]] = {
    "own position hidden": ("its own position is hidden", lambda T: np.tri(T, k=-1, dtype=bool)),
    "future for past": ("it is the future that is open", lambda T: np.tri(T, dtype=bool).T),
    "everything allowed": ("nothing is hidden", lambda T: np.ones((T, T), bool)),
    "one position too far": ("the position behind is open, too", lambda T: np.tri(T, k=1, dtype=bool)),
    "own position only": ("everything but its own position is hidden", lambda T: np.eye(T, dtype=bool)),
}
_FORMS: dict[str, tuple[str, Any]] = {
    "integers": ("numbers", lambda seen: seen.astype(int)),
    "floats": ("numbers", lambda seen: seen.astype(float)),
    "to be added": ("numbers to be added to scores", lambda seen: np.where(seen, 0.0, -np.inf)),
    "to be added, large": ("numbers to be added to scores", lambda seen: np.where(seen, 0.0, -1e9)),
}
_ADDED = ("to be added", "to be added, large")


def _in_form(place: Any, form: Any) -> Any:
    return lambda T: form(place(T))


MASK = (
    *borrowed(
        LESSON_06,
        of_a_square,
        only=(
            "own position hidden",
            "future for past",
            "hidden for allowed",
            "one position too far",
            "everything allowed",
            "own position only",
            "numbers to be added",
            "large numbers to be added",
            "numbers in place of booleans (integers)",
            "numbers in place of booleans (floats)",
            "numbers, hidden for allowed (integers)",
            "numbers, hidden for allowed (floats)",
            "too many axes (two)",
            "too many axes (one)",
            "two positions too far (all)",
            "nothing allowed (all)",
            "a list of rows (all)",
        ),
    ),
    *(
        Mistake(
            f"window of {n + 1}",
            "Each position looks at itself and only a few before it; all positions before are allowed.",
            "How far back may a position look?",
            wrong=_window(n),
        )
        for n in (1, 2, 3)
    ),
    Mistake(
        "everything but itself",
        "Each position looks at all others, those behind it included, and not at itself.",
        "Which words are known when the next one is to be guessed?",
        wrong=lambda T: ~np.eye(T, dtype=bool),
    ),
    Mistake(
        "first position only",
        "Each position looks at the first one alone.",
        "How far back may a position look, and may it look at itself?",
        wrong=lambda T: np.tile(np.arange(T) == 0, (T, 1)),
    ),
    Mistake(
        "one row",
        "There is a single row, where each position has one.",
        "Which shape was asked for?",
        wrong=lambda T: np.arange(T) <= T - 1,
    ),
    Mistake(
        "hidden for allowed, to be added",
        "These are numbers to be added to scores, where True and False were asked for; and what is hidden is open.",
        "What does True mean here?",
        wrong=lambda T: np.where(np.tri(T, dtype=bool), -np.inf, 0.0),
    ),
    *(
        Mistake(
            f"{key}, {form}",
            f"The table holds {kind} in place of True and False; and {said}.",
            "What should the table say of a position, and which positions should it open?",
            wrong=_in_form(place, make),
        )
        for key, (said, place) in _PLACES.items()
        for form, (kind, make) in _FORMS.items()
        # Nothing is hidden: 0 everywhere, however it was meant.
        if (key, form) != ("everything allowed", "to be added, large")
    ),
)
