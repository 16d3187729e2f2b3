"""The progress table: a bar for each lesson, the time it took, what is left, what comes next."""

from collections.abc import Sequence

from . import catalogue, milestones
from .minutes import Spent, in_sum, left
from .progress import Progress
from .state import State

WIDTH = 12  # characters of a full bar


def table(progress: Progress, state: State) -> list[str]:
    """Return the lines of the progress table."""
    n = len(progress.solved) + len(progress.wrong) + len(progress.todo)
    lines = _lessons(progress, state)
    lines.append(f"{len(progress.solved)} of {n} solved, {left(progress, state)}.")
    lines += filter(None, [in_sum(state)])
    lines.append(milestones.line(milestones.solved_names(progress, state), state))
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


def _lessons(progress: Progress, state: State) -> list[str]:
    """A line for each chapter; the minutes have a column of their own once there are any."""
    rows = []
    for chapter in catalogue.chapters():
        counts = [
            sum(e in chapter.exercises for e in group)
            for group in (progress.solved, progress.wrong, progress.todo)
        ]
        if sum(counts):
            rows.append((chapter, counts, Spent.on(chapter.exercises, state).text))
    wide = max((len(minutes) for _, _, minutes in rows), default=0)
    return [
        f"{chapter.lesson:2}  {_bar(counts)}  {_counts(counts):28}  "
        + (f"{minutes:>{wide}}  " if wide else "")
        + chapter.title
        for chapter, counts, minutes in rows
    ]


def _bar(counts: Sequence[int]) -> str:
    solved, wrong, _ = counts
    full = WIDTH * solved // sum(counts)
    marked = min(WIDTH - full, -(-WIDTH * wrong // sum(counts)))
    return "#" * full + "x" * marked + "." * (WIDTH - full - marked)


def _counts(counts: Sequence[int]) -> str:
    named = zip(counts, ("solved", "wrong", "to do"), strict=True)
    return ", ".join(f"{n} {name}" for n, name in named if n)
