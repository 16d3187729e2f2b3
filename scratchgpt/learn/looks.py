"""A look at answers: what it changes in what is remembered, and what is said beside the verdicts."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import milestones, minutes, notes
from .checking import Checked, check_id
from .progress import Progress
from .state import State, changed_if_possible


@dataclass(frozen=True)
class Look:
    """What was remembered before a look and after it, and the moment it was taken."""

    before: State
    after: State
    now: float

    def beside(self, one: Checked, alone: bool = False) -> list[str]:
        """Return the lines to show beside a verdict: the time it took, and what its learner wrote.

        Of one that is still to be done, or was solved before, only where it is looked at `alone`.
        """
        exercise = one.exercise
        before = one.verdict.status == "solved" and exercise.id in self.before.solved
        if (before or one.verdict.status == "todo") and not alone:
            return []
        written = [notes.told(note, self.now) for note in self.after.notes_on(exercise.id)]
        at = minutes.time_at(exercise, self.after)
        over = one.verdict.status != "solved" and at and minutes.over(exercise, self.after)
        if over and self.after.hints.get(exercise.id, 0) < len(exercise.hints):
            at += f" A hint: python -m scratchgpt.learn hint {exercise.id}"
        return [line for line in (at, *written) if line]

    def below(self, checked: Sequence[Checked]) -> list[str]:
        """Return the lines to show once, below all verdicts: milestones whose last function is solved now."""
        progress = Progress.of(checked)
        now = milestones.solved_names(progress, self.after)
        fresh = {e.name for e in progress.solved if e.id not in self.before.solved}
        return [
            f"That was the last function for a milestone, {one.title}: {milestones.COMMAND} {one.name}"
            for one in milestones.become_ready(now - fresh, now, self.after)
        ]


def remember(folder: Path, checked: Sequence[Checked], now: float | None = None) -> Look:
    """Remember a look at answers, at a moment in seconds since 1970 (left out: this one).

    A folder that cannot be written to is no reason to fail.
    """
    moment = time.time() if now is None else now
    found: list[State] = []

    def make(state: State) -> State:
        found.append(state)
        return notes.resolved(minutes.looked(state, checked, moment), checked, moment)

    after = changed_if_possible(folder, make)
    return Look(found[-1], after, moment)


@dataclass(frozen=True, repr=False)
class Shown(Checked):
    """A verdict as a notebook shows it, with what its learner wrote about the exercise."""

    written: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "\n".join([super().__repr__(), *self.written])


def check(text: str, folder: Path | None = None, using_package: bool = False) -> Checked:
    """Judge the answer to the exercise with this id, or of this function, and remember the look.

    Raises UserError for an exercise that there is not.
    """
    one = check_id(text, folder, using_package)
    if using_package:
        return one
    look = remember(one.folder, [one])
    written = (notes.told(note, look.now) for note in look.after.notes_on(one.exercise.id))
    return Shown(one.exercise, one.verdict, one.path, one.line, tuple(written))
