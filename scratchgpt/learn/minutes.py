"""How long an exercise took, beside how long it was estimated to take.

Nobody presses a button: a learner checks, watches, runs pytest, asks for a hint, and the time from one
such look to the next is time at an exercise. A longer gap than BREAK is a break.
"""

import dataclasses
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import catalogue
from .checking import Checked
from .exercise import Exercise
from .progress import Progress, duration
from .remembered import Work
from .state import State
from .stubs import function_text, stub

BREAK = 30 * 60.0  # seconds; the longest exercise is estimated at 35 minutes, and is looked at on the way
WRITTEN_BEFORE = 0.1  # of the estimate: solved in less, an answer was there before the clock ran
ENOUGH = 3  # exercises whose time is known, before it says anything about the others


def looked(state: State, checked: Sequence[Checked], now: float) -> State:
    """Return the state after a look at some answers at the moment `now`: what is solved, and the time.

    The time since the last look goes to the exercises whose answers were changed since then, in proportion
    to their estimates. Where none was, it goes to the one that was looked at, or, of several, to the one
    that came next. What was solved before takes no more time.
    """
    codes = {one.exercise.id: _code(one) for one in checked}
    changed = [one.exercise for one in checked if codes[one.exercise.id] != _known(state, one.exercise)]
    unsolved = [exercise for exercise in changed if exercise.id not in state.solved]
    at = unsolved or ([] if changed else _at(state, checked))
    state = _credited(state, at, now)
    work = dict(state.work)
    for exercise in changed:
        before = work.get(exercise.id, Work(began=now))
        work[exercise.id] = dataclasses.replace(before, code=codes[exercise.id])
    solved = {one.exercise.id for one in checked if one.verdict.status == "solved"}
    for name in solved - state.solved:
        work[name] = dataclasses.replace(work.get(name, Work(began=now)), solved=now)
    current = _following(unsolved, checked) or state.current
    return dataclasses.replace(state, solved=state.solved | solved, work=work, current=current)


def asked(state: State, exercise: Exercise, now: float) -> State:
    """Return the state after a look at one exercise that did not judge it, such as a hint."""
    state = _credited(state, [exercise], now)
    return state if exercise.id in state.solved else dataclasses.replace(state, current=exercise.id)


def _credited(state: State, exercises: Sequence[Exercise], now: float) -> State:
    """Share the time since the last look among exercises, and begin those that were not begun."""
    gap = now - state.looked if state.looked is not None else 0.0
    gap = gap if 0 < gap <= BREAK else 0.0
    work, open_ = dict(state.work), [e for e in exercises if e.id not in state.solved]
    whole = sum(exercise.minutes for exercise in open_)
    for exercise in open_:
        before = work.get(exercise.id, Work(began=now - gap))
        seconds = before.seconds + gap * exercise.minutes / whole
        work[exercise.id] = dataclasses.replace(before, seconds=seconds)
    return dataclasses.replace(state, work=work, looked=now)


def _code(one: Checked) -> str:
    """A few characters that stand for an answer as it is in its file, "" where it cannot be read."""
    try:
        source = one.path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return ""
    return _short(function_text(source, one.exercise))


def _known(state: State, exercise: Exercise) -> str:
    """The answer as it was at the last look, or at the start."""
    work = state.work.get(exercise.id)
    return work.code if work and work.code else _short(stub(exercise).strip())


def _short(text: str) -> str:
    return f"{zlib.crc32(text.encode('utf-8', 'replace')):08x}"


def _at(state: State, checked: Sequence[Checked]) -> list[Exercise]:
    """What a learner is at who changed nothing since the last look."""
    if len(checked) == 1:
        return [checked[0].exercise]
    found = catalogue.exercises().get(state.current)
    return [found[1]] if found else []


def _following(unsolved: Sequence[Exercise], checked: Sequence[Checked]) -> str:
    """The exercise that a learner is at after a look, "" when all are solved."""
    progress = Progress.of(checked)
    waiting = (*progress.wrong, *progress.todo)
    begun = [exercise for exercise in waiting if exercise in unsolved]
    return next((exercise.id for exercise in (*begun, *waiting)), "")


# What is said of it.


@dataclass(frozen=True)
class Spent:
    """Minutes that some exercises took, and what they were estimated at."""

    took: float
    estimated: int
    exercises: int

    @classmethod
    def on(cls, exercises: Iterable[Exercise], state: State) -> "Spent":
        """Add up the exercises that were solved while the clock ran."""
        known = [e for e in exercises if measured(e, state)]
        seconds = sum(state.work[e.id].seconds for e in known)
        return cls(seconds / 60, sum(e.minutes for e in known), len(known))

    @property
    def text(self) -> str:
        """ "34/25 min", "" when there is nothing to say."""
        return f"{max(1, round(self.took))}/{self.estimated} min" if self.exercises else ""


def measured(exercise: Exercise, state: State) -> bool:
    """Whether it is known how long an exercise took."""
    work = state.work.get(exercise.id)
    enough = WRITTEN_BEFORE * 60 * exercise.minutes
    return work is not None and work.solved is not None and work.seconds >= enough


def time_at(exercise: Exercise, state: State) -> str:
    """Say how long an exercise took, or has taken so far; "" when that is not known."""
    work = state.work.get(exercise.id)
    if measured(exercise, state):
        return f"Solved in {_minutes(state.work[exercise.id])} (estimated: {exercise.minutes})."
    if work is None or work.solved is not None or exercise.id in state.solved or work.seconds < 60:
        return ""
    return f"{_minutes(work)} so far (estimated: {exercise.minutes})."


def over(exercise: Exercise, state: State) -> bool:
    """Whether an exercise has taken longer than it was estimated to."""
    work = state.work.get(exercise.id)
    return work is not None and work.seconds > 60 * exercise.minutes


def _minutes(work: Work) -> str:
    n = max(1, round(work.seconds / 60))
    return "1 minute" if n == 1 else f"{n} minutes"


def left(progress: Progress, state: State) -> str:
    """Say how long the rest takes, by the estimates and, once that can be told, at this learner's pace."""
    spent = Spent.on((exercise for _, exercise in catalogue.exercises().values()), state)
    if spent.exercises < ENOUGH or not progress.minutes:
        return f"about {duration(progress.minutes)} left"
    own = max(1, round(progress.minutes * spent.took / spent.estimated))
    return f"about {duration(own)} left at your pace ({duration(progress.minutes)} by the estimates)"


def in_sum(state: State) -> str:
    """Say what all solved exercises took beside their estimates, "" when that is not known of any."""
    spent = Spent.on((exercise for _, exercise in catalogue.exercises().values()), state)
    if not spent.exercises:
        return ""
    which = "the exercise" if spent.exercises == 1 else f"{spent.exercises} exercises"
    took = max(1, round(spent.took))
    unit = "minute" if took == 1 else "minutes"
    return f"You took {took} {unit} for {which} that you solved, estimated at {spent.estimated}."
