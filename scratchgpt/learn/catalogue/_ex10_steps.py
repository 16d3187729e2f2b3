"""Steps to be tested for hidden state (10.7): some have it, some only look as if they had."""

from collections.abc import Callable
from typing import Any

import numpy as np


class Step:
    """A function of arrays that carries what it remembers with it, so that a copy starts anew.

    `act(memory, *arrays)` is what it does; `memory` is a dictionary, at the start `remembered`. Two steps
    count as equal, so that what one remembers is not taken for a changed argument.
    """

    def __init__(self, act: Callable[..., Any], **remembered: Any) -> None:
        self.act, self.memory = act, remembered

    def __call__(self, *arrays: np.ndarray) -> Any:
        """Act on the arrays."""
        return self.act(self.memory, *arrays)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step)

    __hash__ = None  # type: ignore[assignment]


def pure(memory: dict[str, Any], *arrays: np.ndarray) -> np.ndarray:
    """The sum of the squares of each array."""
    return np.array([(a * a).sum() for a in arrays])


def number(memory: dict[str, Any], a: np.ndarray) -> float:
    """A loss: one number."""
    return float((a * a).mean())


def constant(memory: dict[str, Any], *arrays: np.ndarray) -> np.ndarray:
    """Always the same array, the same object even, which nobody changes."""
    return memory["table"]


def scratch(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Hands out the same room each time, and fills it with the same numbers: no harm."""
    memory["room"][...] = 2 * a
    return memory["room"]


def counts(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Counts its calls, which shows in nothing that it returns."""
    memory["calls"] += 1
    return a + 1


def adds_up(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Gradients not zeroed: a copy of the sum so far."""
    memory["sum"] += a
    return memory["sum"].copy()


def adds_up_in_place(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Gradients not zeroed: the sum itself, which the next call changes under the hands of who has it."""
    memory["sum"] += a
    return memory["sum"]


def dropout(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Dropout left on, with a generator of its own."""
    return a * (memory["rng"].random(a.shape) > 0.5)


def noisy_number(memory: dict[str, Any], a: np.ndarray) -> float:
    """The same for a loss, the last digits of which differ."""
    return float(a.sum() + 1e-9 * memory["rng"].random())


def last_bit(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """One number differs, in its last bit."""
    memory["calls"] += 1
    y = a + 1
    if memory["calls"] > 1:
        y[-1] = np.nextafter(y[-1], np.inf)
    return y


def last_entry(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Only one of the numbers differs."""
    memory["calls"] += 1
    return a + memory["calls"] * (np.arange(a.size) == a.size - 1)


def grows(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """The result has one row more at each call."""
    memory["rows"].append(a)
    return np.array(memory["rows"])


def in_place(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Changes its argument and returns something that does not depend on it."""
    a -= 1
    return np.array([1.0, 2.0])


def sets_to_zero(memory: dict[str, Any], a: np.ndarray) -> float:
    """Clears its argument: the second call changes it no further."""
    a[...] = 0
    return 0.0


def flips(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Turns the sign of its argument: two calls on the same array leave it as it was."""
    a *= -1
    return a * a


def steps_in_place(memory: dict[str, Any], a: np.ndarray, g: np.ndarray) -> np.ndarray:
    """A training step in place: returns what it was given, changed."""
    a -= 0.1 * g
    return a


def second_in_place(memory: dict[str, Any], a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Changes the second argument in one place."""
    y = a + b[0]
    b[-1] += 1
    return y


def once(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Changes its argument at the second call only."""
    memory["calls"] += 1
    if memory["calls"] == 2:
        a[0] += 1
    return np.array([5.0])


def at_first(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Changes its argument at the first call only."""
    memory["calls"] += 1
    if memory["calls"] == 1:
        a[-1] += 1
    return np.array([5.0])


def another_order(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """The same numbers the other way round at each second call."""
    memory["calls"] += 1
    return a[:: (-1) ** memory["calls"]].copy()


def both(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Has a memory and changes its argument."""
    memory["calls"] += 1
    a += memory["calls"]
    return a.copy()


def noisy(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Numbers the last digits of which differ."""
    return a + 1e-9 * (1 + memory["rng"].random(a.shape))


def undefined(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """NaN in the same place each time."""
    y = a + 1
    y[1] = np.nan
    return y


def sometimes_undefined(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """NaN at the second call only."""
    memory["calls"] += 1
    y = a + 1
    if memory["calls"] == 2:
        y[1] = np.nan
    return y


def nothing_given(memory: dict[str, Any]) -> float:
    """A loss without arguments that gets smaller with each call."""
    memory["calls"] += 1
    return 1 / memory["calls"]


def finite(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Leaves NaN out of what it returns."""
    return np.nan_to_num(a)


def identity(memory: dict[str, Any], a: np.ndarray) -> np.ndarray:
    """Returns what it was given, unchanged."""
    return a
