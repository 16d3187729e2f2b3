"""Where a learner stands: a bar for each lesson, what is left, what comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import catalogue
from .checking import Checked
from .exercise import Exercise

WIDTH = 12  # characters of a full bar


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


def table(progress: Progress) -> list[str]:
    """Return the lines of the progress table."""
    lines = []
    for chapter in catalogue.chapters():
        counts = [
            sum(e in chapter.exercises for e in group)
            for group in (progress.solved, progress.wrong, progress.todo)
        ]
        if sum(counts):
            lines.append(f"{chapter.lesson}  {_bar(counts)}  {_counts(counts):28}  {chapter.title}")
    n = len(progress.solved) + len(progress.wrong) + len(progress.todo)
    lines.append(f"{len(progress.solved)} of {n} solved, about {_duration(progress.minutes)} left.")
    if following := progress.next:
        verb = "Mend" if following in progress.wrong else "Next"
        lines.append(
            f"{verb}: {following.id} {following.name} (about {following.minutes} minutes). "
            f"A hint: python -m scratchgpt.learn hint {following.id}"
        )
    else:
        lines.append(
            "All of them. Now train a GPT on your own functions: python -m scratchgpt.learn train --mine"
        )
    return lines


def _bar(counts: Sequence[int]) -> str:
    solved, wrong, _ = counts
    full = WIDTH * solved // sum(counts)
    marked = min(WIDTH - full, -(-WIDTH * wrong // sum(counts)))
    return "#" * full + "x" * marked + "." * (WIDTH - full - marked)


def _counts(counts: Sequence[int]) -> str:
    named = zip(counts, ("solved", "wrong", "to do"), strict=True)
    return ", ".join(f"{n} {name}" for n, name in named if n)


def _duration(minutes: int) -> str:
    return f"{minutes} minutes" if minutes < 100 else f"{minutes / 60:.0f} hours"
