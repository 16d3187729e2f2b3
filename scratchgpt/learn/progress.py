"""Where a learner stands: which exercises are solved, wrong, to do, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass

from .checking import Checked
from .exercise import Exercise


@dataclass(frozen=True)
class Progress:
    """Exercises by state, each in the order of the lessons."""

    solved: tuple[Exercise, ...]
    wrong: tuple[Exercise, ...]
    todo: tuple[Exercise, ...]

    @classmethod
    def of(cls, checked: Iterable[Checked]) -> "Progress":
        """Sort checked exercises by their state."""
        by: dict[str, list[Exercise]] = {"solved": [], "wrong": [], "todo": []}
        for one in checked:
            by[one.verdict.status].append(one.exercise)
        return cls(*(tuple(by[status]) for status in ("solved", "wrong", "todo")))

    @property
    def next(self) -> Exercise | None:
        """What to do next: mend what is wrong, else the first that waits."""
        return (self.wrong or self.todo or (None,))[0]

    @property
    def minutes(self) -> int:
        """Minutes that the rest takes."""
        return sum(exercise.minutes for exercise in (*self.wrong, *self.todo))


def duration(minutes: int) -> str:
    """Say how long so many minutes are.

    >>> duration(90), duration(200)
    ('90 minutes', '3 hours')
    """
    if minutes < 100:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{minutes / 60:.0f} hours"
