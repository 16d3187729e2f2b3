"""Notes of where a learner was stuck: kept with what was known then, and shown again when it is time."""

import dataclasses
import time
from collections.abc import Callable, Sequence

from ..errors import UserError
from .checking import Checked
from .remembered import Note
from .state import State

LONGEST = 1000  # characters of a note: a paragraph

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def made(one: Checked, text: str, hints: int, now: float) -> Note:
    """Return a note on an exercise, as its answer is judged now.

    Raises UserError for a text that is empty or longer than LONGEST.
    """
    text = " ".join(text.encode("utf-8", "replace").decode().split())
    if not text.strip():
        raise UserError(
            "The note is empty, expected what you do not see, such as python -m scratchgpt.learn stuck "
            f'{one.exercise.id} "Why is the mask added before the softmax?"'
        )
    if len(text) > LONGEST:
        raise UserError(
            f"The note has {len(text)} characters, expected at most {LONGEST}: put it more briefly, "
            "or make two of it."
        )
    verdict = one.verdict
    return Note(
        exercise=one.exercise.id,
        when=now,
        text=text,
        hints=min(hints, len(one.exercise.hints)),
        status=verdict.status,
        mistake=verdict.mistake or "",
        said=_said(one),
    )


def _said(one: Checked) -> str:
    """The one line of a verdict that says most."""
    lines = one.verdict.message.splitlines()
    named = (line for line in lines if line.startswith("Likely mistake: "))
    return next(named, lines[0] if lines else "").removeprefix("Likely mistake: ")


def resolved(state: State, checked: Sequence[Checked], now: float) -> State:
    """Return the state in which the notes on what is solved now are resolved.

    One that was written on a solved exercise asks something else, and stays open.
    """
    solved = {one.exercise.id for one in checked if one.verdict.status == "solved"}
    return _closed(state, lambda note: note.exercise in solved and note.status != "solved", now)


def settled(state: State, exercise: str, now: float) -> State:
    """Return the state in which all notes on an exercise are resolved, because its learner says so."""
    return _closed(state, lambda note: note.exercise == exercise, now)


def _closed(state: State, closes: Callable[[Note], bool], now: float) -> State:
    notes = tuple(
        dataclasses.replace(note, resolved=now) if note.resolved is None and closes(note) else note
        for note in state.notes
    )
    return dataclasses.replace(state, notes=notes)


def told(note: Note, now: float) -> str:
    """Return a note as it is shown beside a verdict.

    >>> told(Note("06.4", 1e9, "I do not see why"), 1e9 + 60).partition(" at ")[0]
    'You wrote today'
    """
    state = "" if note.resolved is None else " Resolved."
    return f'You wrote {day(note.when, now)}: "{note.text}"{state}'


def listed(note: Note, now: float) -> list[str]:
    """Return a note with all that is known of it, for the list of notes."""
    ended = "open" if note.resolved is None else f"resolved {day(note.resolved, now)}"
    hints = {0: "no hint", 1: "1 hint"}.get(note.hints, f"{note.hints} hints")
    said = {"todo": "it was to be done", "solved": "it was solved"}.get(note.status, "the checker said")
    verdict = f"{said}: {note.said}" if note.said else said
    return [f'  {day(note.when, now)}, {ended}: "{note.text}"', f"    {hints} seen; {verdict}"]


def day(moment: float, now: float) -> str:
    """Say when a moment was, by the clock of this machine: "today at 14:05", "on 3 May", "on 3 May 2024"."""
    then, today = time.localtime(moment), time.localtime(now)
    if then[:3] == today[:3]:
        return f"today at {then.tm_hour:02d}:{then.tm_min:02d}"
    year = "" if then.tm_year == today.tm_year else f" {then.tm_year}"
    return f"on {then.tm_mday} {_MONTHS[then.tm_mon - 1]}{year}"
