"""What `python -m scratchgpt.learn` can do: one function per command."""

import argparse
import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from .. import atomic
from ..errors import UserError, nearest
from . import catalogue
from .answers import MINE, exercises_folder, file_of
from .checking import Checked, check_all, check_id, notices
from .looks import Look, remember
from .minutes import asked
from .progress import Progress
from .remembering import milestone, stuck
from .remembering import times as minutes
from .state import State, change, changed_if_possible
from .stubs import render, restore
from .table import table
from .wrong import text_of

__all__ = [
    "check",
    "hint",
    "milestone",
    "minutes",
    "report",
    "reset",
    "solution",
    "start",
    "status",
    "stuck",
    "train",
    "watch",
]


def status(args: argparse.Namespace) -> int:
    """Show where the learner stands and what comes next."""
    folder = exercises_folder()
    checked = list(check_all(folder))
    look = remember(folder, checked)
    print("\n".join([*table(Progress.of(checked), look.after), *look.below(checked), *notices(folder)]))
    return 0


def start(args: argparse.Namespace) -> int:
    """Copy the stubs to exercises/mine/, where git leaves them alone; what is there stays."""
    folder = exercises_folder() / MINE
    fresh = 0
    for chapter in catalogue.chapters():
        path = folder / f"{chapter.stem}.py"
        if not path.exists():
            _make(folder)
            atomic.write_text(path, render(chapter))
            fresh += 1
    kept = len(catalogue.chapters()) - fresh
    print(
        f"{fresh} files copied to {folder}" + (f", {kept} were there and stay as they are." if kept else ".")
    )
    first = catalogue.chapters()[0].exercises[0]
    changed_if_possible(
        folder.parent, lambda state: state if state.looked else asked(state, first, time.time())
    )
    print(f"Begin with {folder / catalogue.chapters()[0].stem}.py; every command prefers these copies.")
    return 0


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make the folder {folder}: {error.strerror}.") from None


def check(args: argparse.Namespace) -> int:
    """Judge one answer, those of a file, or all; exit code 1 when one is wrong."""
    folder = exercises_folder()
    checked = _checked(args.which, folder, args.using == "package")
    look = remember(folder, checked) if args.using == "mine" else None
    progress = Progress.of(checked)
    if args.json:
        print(json.dumps(_as_json(checked, progress, args.quiet), ensure_ascii=False))
    else:
        _say_all(checked, look, args.quiet)
        if len(checked) > 1:
            counts = (len(progress.solved), len(progress.wrong), len(progress.todo))
            print("{} solved, {} wrong, {} to do".format(*counts))
        if args.using == "package":
            print("These were the package's own functions: your files were not judged.")
        else:
            print("\n".join(notices(folder)), end="\n" * bool(notices(folder)))
    return 1 if progress.wrong else 0


def _checked(which: str | None, folder: Path, using_package: bool) -> list[Checked]:
    stem = Path(which).stem if which else ""
    if not which or stem in [chapter.stem for chapter in catalogue.chapters()]:
        return list(check_all(folder, using_package, stem))
    return [check_id(which, folder, using_package)]


def _as_json(checked: list[Checked], progress: Progress, quiet: bool) -> dict[str, Any]:
    return {
        "exercises": [
            {
                "id": one.exercise.id,
                "status": one.verdict.status,
                "mistake": one.verdict.mistake,
                "message": one.verdict.symptom if quiet else one.verdict.message,
            }
            for one in checked
        ],
        "solved": len(progress.solved),
        "wrong": len(progress.wrong),
        "todo": len(progress.todo),
    }


def _say_all(checked: list[Checked], look: Look | None, quiet: bool) -> None:
    """Print verdicts, and what is remembered of the exercises."""
    for one in checked:
        beside = look.beside(one, alone=len(checked) == 1) if look else []
        if one.verdict.status == "wrong":
            print("\n".join([one.text(quiet), *beside]) + "\n")
        else:
            state = "solved" if one.verdict.status == "solved" else "to do"
            print("\n".join(filter(None, [f"{one.headline}  {state}", one.verdict.message, *beside])))
    for line in look.below(checked) if look else ():
        print(line)


def hint(args: argparse.Namespace) -> int:
    """Show the next hint of an exercise; after the third, all of them."""
    _, exercise = catalogue.find(_needed(args))
    folder = exercises_folder()
    now = time.time()

    def hinted(state: State) -> State:
        return asked(state, exercise, now).with_hint(exercise.id)

    unwritten: UserError | None = None
    try:
        state = change(folder, hinted)
    except UserError as error:
        state, unwritten = hinted(State.load(folder)), error
    shown = min(state.hints[exercise.id], len(exercise.hints))
    for i, text in enumerate(exercise.hints[:shown], start=1):
        print(f"{i}. {text}")
    if unwritten:
        print(f"(The next hint cannot be counted: {unwritten})", file=sys.stderr)
    if shown == len(exercise.hints):
        print(f"That was the last one. To compare: python -m scratchgpt.learn solution {exercise.id}")
    return 0


def solution(args: argparse.Namespace) -> int:
    """Print the package's own function, and where it stands."""
    _, exercise = catalogue.find(_needed(args))
    if exercise.id not in State.load(exercises_folder()).solved:
        print(
            f"(Not solved yet. There are hints: python -m scratchgpt.learn hint {exercise.id})",
            file=sys.stderr,
        )
    module = exercise.reference.__module__.replace(".", "/")
    print(f"# {module}.py\n{text_of(exercise.reference)}", end="")
    return 0


def reset(args: argparse.Namespace) -> int:
    """Put one stub back as it was at the start."""
    chapter, exercise = catalogue.find(_needed(args))
    path = file_of(chapter.stem, exercises_folder())
    try:
        source = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        source = ""
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UserError(
            f"{path} is not UTF-8 text: save it as UTF-8, or delete it and reset again for a new file."
        ) from None
    atomic.write_text(path, restore(source, exercise) if source.strip() else render(chapter))
    print(f"{exercise.id} {exercise.name} in {path} is to be done again.")
    return 0


def watch(args: argparse.Namespace) -> int:
    """Judge an answer (or all of a file) again whenever a file of the folder is saved."""
    folder = exercises_folder()
    seen: dict[Path, int] | None = None
    print("Watching; Ctrl-C ends.", file=sys.stderr)
    while True:
        now = _saved(folder)
        stems = sorted({path.stem for path in now if seen is not None and now[path] != seen.get(path)})
        if seen is None and not args.which:
            checked = list(check_all(folder))
            print("\n".join(table(Progress.of(checked), remember(folder, checked).after)), flush=True)
        elif seen is None or stems:
            checked = [
                c for one in ([args.which] if args.which else stems) for c in _checked(one, folder, False)
            ]
            print(time.strftime("--- %H:%M:%S"))
            _say_all(checked, remember(folder, checked), args.quiet)
            sys.stdout.flush()
        seen = now
        time.sleep(0.3)


def _saved(folder: Path) -> dict[Path, int]:
    """When each file of exercises was saved last; an editor may take one away for a moment."""
    times = {}
    for chapter in catalogue.chapters():
        for path in (folder / f"{chapter.stem}.py", folder / MINE / f"{chapter.stem}.py"):
            with contextlib.suppress(OSError):
                times[path] = path.stat().st_mtime_ns
    return times


def train(args: argparse.Namespace) -> int:
    """Train a small GPT with the learner's functions in it, or the project's."""
    from .project import NAME, train_film
    from .training import train_mine

    if args.which not in (None, NAME):
        raise UserError(f"train has no use for {args.which!r}, expected {NAME}.{nearest(args.which, [NAME])}")
    if args.which == NAME:
        if args.mine is not None or args.steps is not None:
            raise UserError(f"--mine and --steps have no meaning for train {NAME}: leave them out.")
        return train_film(exercises_folder())
    if args.mine is None:
        raise UserError(
            f"train needs --mine (or --mine 06,08), or {NAME}: without it, python -m scratchgpt.train trains."
        )
    return train_mine(exercises_folder(), args.mine, args.steps)


def report(args: argparse.Namespace) -> int:
    """Measure what the checker can do, and print it."""
    from .report import measure

    text = measure()
    print(text)
    if args.out:
        atomic.write_text(args.out, text + "\n")
    return 0


def _needed(args: argparse.Namespace) -> str:
    if not args.which:
        raise UserError(
            f"{args.command} needs an exercise, such as python -m scratchgpt.learn {args.command} 02.1."
        )
    return args.which
