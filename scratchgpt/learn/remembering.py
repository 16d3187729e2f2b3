"""The commands for what is remembered of a learner: stuck, minutes, milestone."""

import argparse
import textwrap
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from ..errors import UserError
from . import catalogue, milestones, minutes, notes
from .answers import exercises_folder
from .checking import check_all, check_id, solved_functions
from .exercise import Chapter
from .looks import remember
from .milestones import Milestone
from .progress import Progress
from .remembered import Note, Reached
from .state import State, change

# Notes.


def stuck(args: argparse.Namespace) -> int:
    """Keep a note of where the learner is stuck, or show those that there are."""
    folder, text = exercises_folder(), " ".join(args.text)
    if args.which is None:
        return _list_notes(State.load(folder).notes)
    _, exercise = catalogue.find(args.which)
    now = time.time()
    if args.done:
        return _settle(folder, exercise.id, now)
    if not args.text:
        return _list_notes(State.load(folder).notes_on(exercise.id), exercise.id)
    one = check_id(exercise.id, folder)
    remember(folder, [one], now)

    def noted(state: State) -> State:
        return state.with_note(notes.made(one, text, state.hints.get(exercise.id, 0), now))

    state = change(folder, noted)
    for line in notes.listed(state.notes[-1], now):
        print(line.removeprefix("  "))
    if state.hints.get(exercise.id, 0) < len(exercise.hints):
        print(f"The next hint: python -m scratchgpt.learn hint {exercise.id}")
    return 0


def _list_notes(found: tuple[Note, ...], exercise: str = "") -> int:
    now = time.time()
    if not found:
        print(f"There are no notes{' on ' + exercise if exercise else ''}. To write one:")
        print(f'  python -m scratchgpt.learn stuck {exercise or "06.4"} "Why is ...?"')
    for name in dict.fromkeys(note.exercise for note in found):
        known = catalogue.exercises().get(name)
        print(f"{name} {known[1].name}" if known else name)
        for note in found:
            if note.exercise == name:
                print("\n".join(notes.listed(note, now)))
    return 0


def _settle(folder: Path, exercise: str, now: float) -> int:
    before = [note for note in State.load(folder).notes_on(exercise) if note.resolved is None]
    if not before:
        raise UserError(
            f"There is no open note on {exercise}, expected one: python -m scratchgpt.learn stuck lists all."
        )
    change(folder, lambda state: notes.settled(state, exercise, now))
    print(f"Resolved: {len(before)} {'note' if len(before) == 1 else 'notes'} on {exercise}.")
    return 0


# Time.


def times(args: argparse.Namespace) -> int:
    """Show what each exercise took beside its estimate, for one lesson or for all that were begun."""
    folder = exercises_folder()
    if args.which:
        state = State.load(folder)
        print(
            "\n".join(line for chapter in _chapters(args.which) for line in _times_of(chapter, state, True))
        )
    else:
        checked = list(check_all(folder))
        state = remember(folder, checked).after
        shown = [line for chapter in catalogue.chapters() for line in _times_of(chapter, state, False)]
        said = minutes.left(Progress.of(checked), state)
        print("\n".join([*shown, *filter(None, [minutes.in_sum(state)]), f"{said[0].upper()}{said[1:]}."]))
    print(
        "(Time runs from one check, hint, save under watch or pytest to the next; "
        f"more than {minutes.BREAK / 60:.0f} minutes between two are a break.)"
    )
    return 0


def _chapters(which: str) -> list[Chapter]:
    """The chapters of a lesson ("6", "06"), or that of an exercise."""
    of_lesson = [c for c in catalogue.chapters() if c.lesson in (which, which.zfill(2))]
    return of_lesson or [catalogue.find(which)[0]]


def _times_of(chapter: Chapter, state: State, every: bool) -> list[str]:
    """The lines of a chapter: of all its exercises, or of those that were begun."""
    rows = [(e, minutes.time_at(e, state)) for e in chapter.exercises]
    rows = [(e, at) for e, at in rows if every or at]
    if not rows:
        return []
    total = minutes.Spent.on(chapter.exercises, state).text
    head = f"{chapter.lesson}  {chapter.title}" + (f"  {total}" if total else "")
    return [head, *(f"  {e.id:5} {e.name:28} {at or f'(estimated: {e.minutes})'}" for e, at in rows)]


# Milestones.


def milestone(args: argparse.Namespace) -> int:
    """Run one milestone, or show all and run those that are ready; exit code 1 when one is not reached."""
    folder = exercises_folder()
    chosen = milestones.find(args.which) if args.which else None
    wanted = {name for one in milestones.MILESTONES if chosen in (None, one) for name in one.needs}
    functions = _functions(folder, args.using, wanted)
    if chosen is not None:
        return _run_one(chosen, functions, folder, args.using == "mine")
    state = State.load(folder)
    for number, one in enumerate(milestones.MILESTONES, start=1):
        print(f"{number} {one.name:10} {one.title:34} {_standing(one, functions, state)}")
    ready = [m for m in milestones.MILESTONES if m.name not in state.milestones]
    ready = [m for m in ready if not milestones.missing(m, functions)]
    codes = []
    for one in ready:
        print()
        codes.append(_run_one(one, functions, folder, args.using == "mine"))
    return max(codes, default=0)


def _functions(folder: Path, using: str, wanted: Collection[str]) -> dict[str, Callable[..., Any]]:
    """The wanted functions that are solved, by name: the learner's, or the package's in their place."""
    exercises = [exercise for _, exercise in catalogue.exercises().values() if exercise.name in wanted]
    if using == "package":
        return {exercise.name: exercise.reference for exercise in exercises}
    return solved_functions(exercises, folder)


def _standing(one: Milestone, functions: dict[str, Callable[..., Any]], state: State) -> str:
    if reached := state.milestones.get(one.name):
        figures = one.summary(reached.figures)
        return f"reached {notes.day(reached.when, time.time())}" + (f": {figures}" if figures else "")
    missing = milestones.missing(one, functions)
    return milestones.needs(missing) if missing else "ready"


def _run_one(one: Milestone, functions: dict[str, Callable[..., Any]], folder: Path, mine: bool) -> int:
    """Run a milestone that is ready, and remember it when it is reached."""
    print(f"{one.title[0].upper()}{one.title[1:]}")
    if missing := milestones.missing(one, functions):
        print(f"  Not yet: it {milestones.needs(missing)}.")
        return 1
    result = milestones.carry_out(one, functions, lambda text: print(textwrap.indent(text, "  "), flush=True))
    if result.missed:
        print(f"  Not reached. {result.missed}")
        return 1
    calls = sum(result.calls[name] for name in one.needs)
    whose = "yours" if mine else "the package's"
    print(
        f"  Reached: {one.summary(result.figures)}; {len(one.needs)} functions were {whose}, {calls:,} calls."
    )
    if mine:
        reached = Reached(time.time(), result.figures)
        change(folder, lambda state: state.with_milestone(one.name, reached))
    return 0
