"""Judging an answer: which of the known mistakes it is, and if none, what its numbers betray."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from .comparing import same
from .exercise import Exercise, Mistake, Probe
from .running import Outcome, call, without_warnings
from .symptoms import numbers, printed, stopped, symptom, waiting
from .wiring import beside
from .wrong import EditError, function_of


@dataclass(frozen=True)
class Verdict:
    """What the checker has to say: `status` is "solved", "wrong" or "todo".

    `mistake` is the key of the named mistake (two joined by " + " for a pair, by " or " when both fit),
    None when none fits; `symptom` is what the numbers show, `message` the whole text.
    """

    status: str
    mistake: str | None = None
    symptom: str = ""
    message: str = ""


def judge(exercise: Exercise, f: Callable[..., Any], *, name_mistakes: bool = True) -> Verdict:
    """Call `f` on every probe and judge it. The order: not done, does not end, right, known, unknown.

    Without `name_mistakes` a wrong answer is not held against the known ones, which takes most of the time.
    """
    probes, right = tuple(exercise.probes()), _expected(exercise)
    f = beside(f, exercise.name, exercise.beside)
    mine: list[Outcome] = []
    for probe in probes:
        outcome = call(f, probe, exercise.seconds, exercise.in_place)
        if outcome.kind == "todo":
            return Verdict("todo", message=waiting(exercise, outcome))
        if outcome.kind in ("slow", "memory"):
            said = stopped(exercise, probe, outcome)
            return Verdict("wrong", None, said, said)
        mine.append(outcome)
    with without_warnings():
        return _verdict(exercise, mine, right, name_mistakes)


def _verdict(
    exercise: Exercise, mine: Sequence[Outcome], right: Sequence[Sequence[Outcome]], name_mistakes: bool
) -> Verdict:
    wrong = [i for i, outcome in enumerate(mine) if not any(_alike(outcome, r) for r in right[i])]
    changed = [i for i, outcome in enumerate(mine) if outcome.modified]
    if not wrong and not changed:
        return Verdict("solved")
    first = (wrong or changed)[0]
    probe = exercise.probes()[first]
    seen = symptom(exercise, probe, mine[first], right[first][0])
    named = _named(exercise, mine) if name_mistakes else None
    key, said = named or (None, numbers(exercise, probe, mine[first], right[first][0]))
    if named is not None:
        said = f"Likely mistake: {said}"
    message = "\n".join(filter(None, (seen, said, printed(mine[first]))))
    return Verdict("wrong", key, seen, message)


@cache
def _probes(exercise: Exercise) -> tuple[Probe, ...]:
    """The calls of an exercise, made once: the functions get copies."""
    return tuple(exercise.probes())


@lru_cache(maxsize=256)
def _expected(exercise: Exercise) -> tuple[tuple[Outcome, ...], ...]:
    """For each probe the outcomes that count as right: the package's own first, then the variants'."""
    functions = (exercise.reference, *exercise.variants)
    return tuple(
        tuple(call(f, probe, 60.0, exercise.in_place) for f in functions) for probe in _probes(exercise)
    )


@cache  # pairs come again and again, and each entry is small
def _made(exercise: Exercise, mistakes: tuple[Mistake, ...]) -> Callable[..., Any] | None:
    """The function with these mistakes; None when they cannot be made together."""
    try:
        return function_of(exercise, mistakes)
    except (EditError, SyntaxError):
        return None


@cache
def _with_mistakes(exercise: Exercise, mistakes: tuple[Mistake, ...], i: int) -> Outcome:
    """How the function with these mistakes fares on probe `i`."""
    f = _made(exercise, mistakes)
    return call(f, _probes(exercise)[i], exercise.seconds, exercise.in_place)  # type: ignore[arg-type]


def _alike(a: Outcome, b: Outcome) -> bool:
    """Whether two calls went the same way: the same values, or the same kind of exception."""
    if a.kind != b.kind:
        return False
    if a.kind == "raised":
        return type(a.error) is type(b.error)
    return a.kind != "value" or same(a.value, b.value)


def matching(exercise: Exercise, mine: Sequence[Outcome], size: int = 1) -> list[tuple[Mistake, ...]]:
    """Return the known mistakes (or sets of `size` of them) that give these outcomes on every probe.

    An answer that never returns anything fits nothing: every broken one would fit every other. One that
    changes its arguments may be a mistake that leaves them alone, made in place.
    """
    exact: list[tuple[Mistake, ...]] = []
    in_place: list[tuple[Mistake, ...]] = []
    if not any(outcome.kind == "value" for outcome in mine):
        return exact
    # Whole functions cannot be combined.
    known = exercise.mistakes if size == 1 else [m for m in exercise.mistakes if m.edits]
    for mistakes in itertools.combinations(known, size):
        changes = _changes(exercise, mistakes, mine) if _made(exercise, mistakes) else None
        if changes is not None and all(a == b for a, b in changes):
            exact.append(mistakes)
        elif changes is not None and all(a >= b for a, b in changes):
            in_place.append(mistakes)
    return exact or in_place


def _changes(
    exercise: Exercise, mistakes: tuple[Mistake, ...], mine: Sequence[Outcome]
) -> list[tuple[bool, bool]] | None:
    """For each probe whether mine and theirs changed arguments; None as soon as the results differ."""
    changes = []
    for i, outcome in enumerate(mine):
        theirs = _with_mistakes(exercise, mistakes, i)
        if not _alike(outcome, theirs):
            return None
        changes.append((bool(outcome.modified), bool(theirs.modified)))
    return changes


def _named(exercise: Exercise, mine: Sequence[Outcome]) -> tuple[str, str] | None:
    """The key and the text of the mistake, or pair of mistakes, that explains the outcomes."""
    for size in (1, 2):
        fitting = matching(exercise, mine, size)
        if fitting:
            # Two pairs may give the same numbers: then each is said, the first two at most.
            key = " or ".join(" + ".join(m.key for m in one) for one in fitting[:2])
            said = " Or: ".join(" And: ".join(m.says for m in one) for one in fitting[:2])
            return key, f"{said} {fitting[0][0].asks}"
    return None
