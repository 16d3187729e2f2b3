"""Notebooks of the lessons from the command line: python -m scratchgpt.notebooks."""

import argparse
import importlib.util
from collections.abc import Sequence

from .. import atomic, cli
from ..errors import UserError, nearest
from . import execution
from .lesson import BYTES, SECONDS, Lesson, complaints, count_pictures, count_words, find

_COMMANDS = ("build", "check", "list")
_EXAMPLES = """\
  python -m scratchgpt.notebooks build         run all lessons and write their notebooks
  python -m scratchgpt.notebooks build 06 07   only these
  python -m scratchgpt.notebooks check         run them again: has anything changed, is anything missing?
  python -m scratchgpt.notebooks list          titles and minutes"""


def parser() -> cli.Parser:
    """Return the parser."""
    p = cli.Parser(
        "notebooks", "Make notebooks of the lessons' text, or check those that are there.", _EXAMPLES
    )
    p.add_argument("command", metavar="COMMAND", help=", ".join(_COMMANDS))
    # Without the default argparse would call them required when the command is missing.
    p.add_argument(
        "lessons", nargs="*", default=[], metavar="NN", help="numbers of lessons; all where left out"
    )
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    args: argparse.Namespace = parser().parse(argv)
    if args.command not in _COMMANDS:
        raise UserError(
            f"There is no command {args.command!r}, expected {', '.join(_COMMANDS)}."
            f"{nearest(args.command, _COMMANDS)}"
        )
    lessons = find(args.lessons)
    if args.command == "list":
        for lesson in lessons:
            print(f"{lesson.number}  {lesson.minutes:3} minutes  {lesson.title}")
        return 0
    for package in ("jupytext", "nbclient", "ipykernel"):
        if importlib.util.find_spec(package) is None:
            raise UserError(f'The package {package} is missing: pip install "scratchgpt[lessons]".')
    wrong = [one for lesson in lessons for one in (build if args.command == "build" else check)(lesson)]
    print(f"{len(lessons)} lessons, {len(wrong)} complaints.")
    return 1 if wrong else 0


def build(lesson: Lesson) -> list[str]:
    """Run a lesson and write its notebook; returns the complaints, which are printed too."""
    run = execution.execute(lesson)
    if not run.error:
        atomic.write_text(lesson.notebook, execution.as_text(run.notebook))
    return _report(lesson, run, [])


def check(lesson: Lesson) -> list[str]:
    """Run a lesson and compare it with its notebook; returns the complaints, which are printed too."""
    import nbformat

    run = execution.execute(lesson)
    if not lesson.notebook.exists():
        return _report(lesson, run, [f"there is no {lesson.notebook.name}: build it"])
    try:
        kept = nbformat.read(lesson.notebook, as_version=4)
        nbformat.validate(kept)
    except Exception:  # of many types, by what is wrong with the file
        return _report(lesson, run, [f"{lesson.notebook.name} cannot be read: build it again"])
    return _report(lesson, run, execution.differences(run.notebook, kept, executed=not run.error))


def _report(lesson: Lesson, run: execution.Run, found: list[str]) -> list[str]:
    """Print a line about a lesson, and what there is to complain of."""
    said = [run.error] if run.error else [*found, *complaints(lesson, run.notebook)]
    size = lesson.notebook.stat().st_size if lesson.notebook.exists() else 0
    if run.seconds > SECONDS:
        said.append(f"it took {run.seconds:.0f} s, expected at most {SECONDS} s")
    if size > BYTES:
        said.append(f"the notebook has {size:,} bytes, expected at most {BYTES:,}")
    words = count_words([cell.source for cell in run.notebook.cells if cell.cell_type == "markdown"])
    print(
        f"{lesson.path.stem}: {run.seconds:.1f} s, {words:,} words, "
        f"{count_pictures(run.notebook)} pictures, {size / 1000:.0f} kB",
        flush=True,
    )
    for one in said:
        print(f"  {one}", flush=True)
    return said


if __name__ == "__main__":
    cli.run(main)
