"""What is remembered between two commands, in one file that git leaves alone.

What was solved, how many hints were shown, the time it took, notes, milestones. Every change reads the
file, changes what it read and writes it, all under a lock: pytest and a watcher may run side by side.
"""

import contextlib
import dataclasses
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import atomic, locks
from ..errors import UserError
from .remembered import (
    LONGEST,
    Note,
    Reached,
    Work,
    as_note,
    as_number,
    as_reached,
    as_text,
    as_work,
    by_name,
    in_order,
    plain,
)

FILE = ".progress.json"
LOCK = ".progress.lock"
ASIDE = ".progress.damaged.json"  # where a file goes that cannot be read: there may be notes in it
PATIENCE = 5.0  # seconds to wait for another process, which needs a hundredth of one


@dataclass(frozen=True)
class State:
    """`solved`: ids that were solved once; `hints`: how many hints of an exercise were shown; `work`, `notes`
    and `milestones` as in `remembered`, the first and the last by id and by name.

    `looked` is when an exercise was last looked at, None for never, and `current` the one that its learner
    was at then, "" for none.
    """

    folder: Path
    solved: frozenset[str] = frozenset()
    hints: dict[str, int] = field(default_factory=dict)
    work: dict[str, Work] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    milestones: dict[str, Reached] = field(default_factory=dict)
    looked: float | None = None
    current: str = ""

    @classmethod
    def load(cls, folder: Path) -> "State":
        """Read the state of a folder of exercises: of a damaged or an older file, all that can be read."""
        try:
            content = _content(folder)
        except (OSError, ValueError, RecursionError):
            return cls(folder)
        return cls(
            folder,
            solved=frozenset(filter(None, in_order(content.get("solved"), as_text))),
            hints={name: int(n) for name, n in by_name(content.get("hints"), _counted).items()},
            work=by_name(content.get("work"), as_work),
            notes=in_order(content.get("notes"), as_note),
            milestones=by_name(content.get("milestones"), as_reached),
            looked=as_number(content.get("looked")),
            current=as_text(content.get("current")),
        )

    def save(self) -> None:
        """Write the file, whole or not at all. Raises UserError when the disk refuses."""
        content = {
            "solved": sorted(self.solved),
            "hints": self.hints,
            "work": {name: plain(work) for name, work in self.work.items()},
            "notes": [plain(note) for note in self.notes],
            "milestones": {name: plain(reached) for name, reached in self.milestones.items()},
            "looked": self.looked,
            "current": self.current,
        }
        atomic.write_text(self.folder / FILE, json.dumps(content, indent=2) + "\n")

    def with_hint(self, exercise: str) -> "State":
        """Return the state in which one more hint of an exercise was shown."""
        return dataclasses.replace(self, hints={**self.hints, exercise: self.hints.get(exercise, 0) + 1})

    def with_note(self, note: Note) -> "State":
        """Return the state with one more note."""
        return dataclasses.replace(self, notes=(*self.notes, note))

    def with_milestone(self, name: str, reached: Reached) -> "State":
        """Return the state in which a milestone was reached; the first time is the one that stays."""
        return dataclasses.replace(self, milestones={name: reached, **self.milestones})

    def notes_on(self, exercise: str) -> tuple[Note, ...]:
        """Return the notes on an exercise, the oldest first."""
        return tuple(note for note in self.notes if note.exercise == exercise)


def change(folder: Path, make: Callable[[State], State]) -> State:
    """Read the state, let `make` change it, write it, and return it; nobody else writes meanwhile.

    Raises UserError when the disk refuses.
    """
    with _alone(folder):
        _set_aside(folder)
        state = make(State.load(folder))
        state.save()
    return state


def _content(folder: Path) -> dict[str, Any]:
    """The object that the file holds. Raises OSError, ValueError or RecursionError where there is none."""
    content: Any = json.loads((folder / FILE).read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError("not an object")
    return content


def _counted(value: Any) -> float | None:
    """A number of hints; one below 0 is 0."""
    below = isinstance(value, int | float) and -LONGEST < value < 0
    return 0 if below else as_number(value)


def _set_aside(folder: Path) -> None:
    """Rename a file that cannot be read at all, before a new one takes its place."""
    try:
        _content(folder)
    except (ValueError, RecursionError):
        with contextlib.suppress(OSError):
            (folder / FILE).replace(folder / ASIDE)
    except OSError:
        return


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; go on without it when it cannot be had, since no look may fail for that."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError:
        yield
        return
    deadline = time.monotonic() + PATIENCE
    while not (held := locks.take(descriptor)) and time.monotonic() < deadline:
        time.sleep(0.005)
    try:
        yield
    finally:
        if held:
            locks.let_go(descriptor)
        os.close(descriptor)


def changed_if_possible(folder: Path, make: Callable[[State], State]) -> State:
    """As `change`; where nothing can be written the new state is returned all the same."""
    try:
        return change(folder, make)
    except UserError:
        return make(State.load(folder))
