"""What is remembered of a learner: time at an exercise, notes, milestones; and how each is read from a file.

Every reader takes any value at all and returns None for one that it cannot use, so that a damaged file
loses what is damaged and nothing else.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

LONGEST = 3e10  # seconds; a moment behind it (the year 2920) is none that a calendar can be asked for

T = TypeVar("T")


@dataclass(frozen=True)
class Work:
    """Time at an exercise: `began` and `solved` are moments (seconds since 1970), `seconds` is the work
    between them. `code` stands for the answer as it was when it was last looked at, "" if never."""

    began: float
    seconds: float = 0.0
    solved: float | None = None
    code: str = ""


@dataclass(frozen=True)
class Note:
    """What a learner wrote when stuck, and what was known then.

    `when` and `resolved` are moments, the second None while the note is open; `hints` is how many hints
    had been shown; `status`, `mistake` (its key, "" for none) and `said` are the checker's last word.
    """

    exercise: str
    when: float
    text: str
    hints: int = 0
    status: str = "todo"
    mistake: str = ""
    said: str = ""
    resolved: float | None = None


@dataclass(frozen=True)
class Reached:
    """A milestone that was reached: the moment, and its figures by name."""

    when: float
    figures: Mapping[str, float] = field(default_factory=dict)


def as_work(value: Any) -> Work | None:
    """Read a Work from what a file says."""
    if not isinstance(value, dict) or (began := as_number(value.get("began"))) is None:
        return None
    seconds = as_number(value.get("seconds")) or 0.0
    return Work(began, seconds, as_number(value.get("solved")), as_text(value.get("code")))


def as_note(value: Any) -> Note | None:
    """Read a Note from what a file says."""
    if not isinstance(value, dict):
        return None
    exercise, text, when = as_text(value.get("exercise")), as_text(value.get("text")), value.get("when")
    moment = as_number(when)
    if not exercise or not text or moment is None:
        return None
    said = {name: as_text(value.get(name)) for name in ("mistake", "said")}
    status = as_text(value.get("status")) or "todo"
    hints = int(as_number(value.get("hints")) or 0)
    return Note(exercise, moment, text, hints, status, **said, resolved=as_number(value.get("resolved")))


def as_reached(value: Any) -> Reached | None:
    """Read a Reached from what a file says."""
    if not isinstance(value, dict) or (when := as_number(value.get("when"))) is None:
        return None
    return Reached(when, by_name(value.get("figures"), as_number))


def as_number(value: Any) -> float | None:
    """Return a number from 0 to LONGEST, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 <= value <= LONGEST else None


def as_text(value: Any) -> str:
    """Return a text, "" for anything else."""
    return value if isinstance(value, str) else ""


def by_name(value: Any, read: Callable[[Any], T | None]) -> dict[str, T]:
    """Read each value of an object; what cannot be read is left out."""
    items = value.items() if isinstance(value, dict) else ()
    found = ((str(name), read(one)) for name, one in items)
    return {name: one for name, one in found if one is not None}


def in_order(value: Any, read: Callable[[Any], T | None]) -> tuple[T, ...]:
    """Read each value of a list; what cannot be read is left out."""
    found = map(read, value if isinstance(value, list) else ())
    return tuple(one for one in found if one is not None)


def plain(value: Any) -> dict[str, Any]:
    """Return one of these as a file has it, without what is at its default."""
    return {
        f.name: _plain_value(getattr(value, f.name))
        for f in dataclasses.fields(value)
        if getattr(value, f.name) != f.default
    }


def _plain_value(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
