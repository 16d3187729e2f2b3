"""Lesson 01: rarer mistakes in finite differences, whole functions because they are not combined."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..exercise import Mistake


def moved_in_place(*, floats: bool, flat: bool, back: bool) -> Callable[..., np.ndarray]:
    """Move the entries of the array that was handed in, or of its flattened view, by steps."""

    def numerical_gradient(f: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-5) -> np.ndarray:
        data = np.asarray(x, dtype=np.float64) if floats else x
        gradient = np.zeros(data.size)
        line = data.reshape(-1) if flat else data
        places: Any = range(data.size) if flat else np.ndindex(data.shape)
        for i, index in enumerate(places):
            line[index] += h
            above = f(data)
            line[index] -= 2 * h
            gradient[i] = (above - f(data)) / (2 * h)
            if back:
                line[index] += h
        return gradient.reshape(data.shape)

    return numerical_gradient


def _forward_never_put_back(*, own: bool, again: bool) -> Callable[..., np.ndarray]:
    """Move each entry up and leave it there; the base is asked for once, or `again` for each entry."""

    def numerical_gradient(f: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-5) -> np.ndarray:
        data = np.array(x, dtype=np.float64) if own else x
        gradient, base = np.zeros(data.shape), f(data)
        for index in np.ndindex(data.shape):
            base = f(data) if again else base
            data[index] += h
            gradient[index] = (f(data) - base) / h
        return gradient

    return numerical_gradient


def _by_entry(slope: Callable[..., float], dtype: type = np.float64) -> Callable[..., np.ndarray]:
    """Slopes from `slope(at, h, entry)`, where at(step) is the function with one entry moved."""

    def numerical_gradient(f: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-5) -> np.ndarray:
        start: np.ndarray = np.array(x, dtype=dtype)
        gradient = np.zeros(start.shape)
        for index in np.ndindex(start.shape):

            def at(step: float, index: tuple[int, ...] = index) -> float:
                moved = start.copy()
                moved[index] += step
                return float(f(moved))

            gradient[index] = slope(at, h, float(start[index]))
        return gradient

    return numerical_gradient


def _rows_by_entries(f: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    gradient = np.zeros(x.shape)
    for i in range(x.size):
        above, below = np.array(x, dtype=np.float64), np.array(x, dtype=np.float64)
        above[i] += h
        below[i] -= h
        gradient[i] = (f(above) - f(below)) / (2 * h)
    return gradient


def _single_entries(f: Callable[[Any], float], x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    slopes = [(f(entry + h) - f(entry - h)) / (2 * h) for entry in x.astype(np.float64).flat]
    return np.array(slopes).reshape(x.shape)


def _two_axes(f: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    gradient = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            above, below = np.array(x, dtype=np.float64), np.array(x, dtype=np.float64)
            above[i, j] += h
            below[i, j] -= h
            gradient[i, j] = (f(above) - f(below)) / (2 * h)
    return gradient


_WHOSE = "Whose array is it, and what should it look like afterwards?"
_PUT_BACK = "How could you keep the entry itself, or leave the caller's array alone?"

DIFFERENCES_WHOLE = (
    Mistake(
        "x left moved, when of floats",
        "The entries of the array that was handed in were moved and not put back, since no copy is made of floats: "
        "the slopes belong to other places, and the caller's array has changed.",
        _WHOSE,
        wrong=moved_in_place(floats=True, flat=False, back=False),
    ),
    Mistake(
        "x put back by steps, when of floats",
        "The array that was handed in was moved and moved back by steps, since no copy is made of floats, and "
        "rounding left it a little beside where it was.",
        _PUT_BACK,
        wrong=moved_in_place(floats=True, flat=False, back=True),
    ),
    Mistake(
        "x flattened and put back by steps, when of floats",
        "The caller's own array was moved by steps, and rounding left it a little beside where it was. Of a "
        "transposed one a flattened copy moved, which the function never saw.",
        _PUT_BACK,
        wrong=moved_in_place(floats=True, flat=True, back=True),
    ),
    Mistake(
        "x flattened and put back by steps",
        "The caller's own array was moved by steps, and rounding left it a little beside where it was (whole numbers "
        "were cut off). Of a transposed one a flattened copy moved, which the function never saw.",
        _PUT_BACK,
        wrong=moved_in_place(floats=False, flat=True, back=True),
    ),
    Mistake(
        "x flattened and left moved, when of floats",
        "The caller's own array was moved and not put back. Of a transposed one a flattened copy moved, which the "
        "function never saw.",
        _WHOSE,
        wrong=moved_in_place(floats=True, flat=True, back=False),
    ),
    Mistake(
        "x flattened and left moved",
        "The caller's own array was moved and not put back, and whole numbers were cut off. Of a transposed one a "
        "flattened copy moved, which the function never saw.",
        _WHOSE,
        wrong=moved_in_place(floats=False, flat=True, back=False),
    ),
    Mistake(
        "a forward step not put back, one base",
        "The step goes up only and is never taken back, while all rises are counted from the first place: each "
        "slope has those before it in it.",
        "Which entries have moved when the second one has its turn?",
        wrong=_forward_never_put_back(own=True, again=False),
    ),
    Mistake(
        "a forward step not put back",
        "The step goes up only and is never taken back: the slopes are one-sided, and they belong to "
        "other places.",
        "Which entries have moved when the second one has its turn?",
        wrong=_forward_never_put_back(own=True, again=True),
    ),
    Mistake(
        "a forward step in x, one base",
        "The array that was handed in was moved up and not put back, while all rises are counted from the first "
        "place: each slope has those before it in it.",
        _WHOSE,
        wrong=_forward_never_put_back(own=False, again=False),
    ),
    Mistake(
        "a forward step in x",
        "The array that was handed in was moved up and not put back: the slopes are one-sided and belong to other "
        "places.",
        _WHOSE,
        wrong=_forward_never_put_back(own=False, again=True),
    ),
    Mistake(
        "entries counted, rows indexed",
        "The loop counts all entries but takes each number for that of a row: with more than one axis it runs past "
        "the end.",
        "What does a single index select in an array of two axes?",
        wrong=_rows_by_entries,
    ),
    Mistake(
        "single entries handed over",
        "The function was given the moved entry alone, where it takes an array of the whole shape.",
        "What does the function need besides the entry that moves?",
        wrong=_single_entries,
    ),
    Mistake(
        "two axes only",
        "The loops run over two axes: an array of one axis has too few for them, and with three a whole "
        "row moves.",
        "How does one go through an array without knowing how many axes it has?",
        wrong=_two_axes,
    ),
    Mistake(
        "sum for difference",
        "The values above and below were added, where their difference tells how the function rises.",
        "What should come out for a function that is the same everywhere?",
        wrong=_by_entry(lambda at, h, entry: (at(h) + at(-h)) / (2 * h)),
    ),
    Mistake(
        "the second value alone divided",
        "Only the value below was divided by the two steps: the subtraction came after the division.",
        "In which order does Python work off a subtraction and a division?",
        wrong=_by_entry(lambda at, h, entry: at(h) - at(-h) / (2 * h)),
    ),
    Mistake(
        "the second value alone divided, one-sided",
        "Only the second value was divided by the step, since the subtraction came after the division; and the step "
        "goes up only.",
        "In which order does Python work off a subtraction and a division?",
        wrong=_by_entry(lambda at, h, entry: at(h) - at(0.0) / h),
    ),
    Mistake(
        "half steps",
        "The two places are one step apart, half a step on each side; a whole step each was asked for.",
        "How far apart are the two places, when each is a step away?",
        wrong=_by_entry(lambda at, h, entry: (at(h / 2) - at(-h / 2)) / h),
    ),
    Mistake(
        "half steps, divided by two",
        "The entry moved half a step each way, but the division is for a whole step each: the slopes are half of "
        "what they should be.",
        "How far apart are the two places?",
        wrong=_by_entry(lambda at, h, entry: (at(h / 2) - at(-h / 2)) / (2 * h)),
    ),
    Mistake(
        "second derivative",
        "These numbers say how the slope changes, and not what it is: the value in the middle has no part in a "
        "slope by central differences.",
        "What should come out for a straight line?",
        wrong=_by_entry(lambda at, h, entry: (at(h) - 2 * at(0.0) + at(-h)) / h**2),
    ),
    Mistake(
        "the step relative to the entry",
        "The step was multiplied by the entry: the same step was asked for everywhere.",
        "What happens at an entry of 0?",
        wrong=_by_entry(
            lambda at, h, entry: (at(h * abs(entry)) - at(-h * abs(entry))) / (2 * h * abs(entry))
        ),
    ),
    Mistake(
        "slopes without a sign",
        "No slope is negative: the sign of the rise was lost.",
        "Which slope has a function that falls?",
        wrong=_by_entry(lambda at, h, entry: abs(at(h) - at(-h)) / (2 * h)),
    ),
    Mistake(
        "divided by four steps",
        "The slopes are half of what they should be: the two places are two steps apart, and not four.",
        "How far is it from a step down to a step up?",
        wrong=_by_entry(lambda at, h, entry: (at(h) - at(-h)) / (4 * h)),
    ),
    Mistake(
        "moved in float32",
        "The entries moved in an array of float32: so small a step loses most of its digits there.",
        "How many digits does a float32 have, and how small is the step?",
        wrong=_by_entry(lambda at, h, entry: (at(h) - at(-h)) / (2 * h), np.float32),
    ),
)
