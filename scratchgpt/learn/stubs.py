"""The files that learners fill in, written from the catalogue, so that a stub can always be restored."""

import ast
import contextlib
import inspect
import io
import re
import textwrap
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .. import cli
from .exercise import Chapter, Exercise

WIDTH = 106  # characters of a line of the task, which is indented by four

_BEGINS = re.compile(r"async def |def |class |@")


def render(chapter: Chapter) -> str:
    """Return the text of a chapter's file: header, imports, a stub for each exercise."""
    head = f'''"""{"Project" if chapter.is_project else f"Lesson {chapter.lesson}"}: {chapter.title}.

{_about(chapter)}{_task(chapter)}pytest exercises/{chapter.stem}.py
Stuck?                        python -m scratchgpt.learn hint {chapter.exercises[0].id}
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

{_imports(chapter)}
'''
    return head + "".join(f"\n\n{stub(e)}" for e in chapter.exercises)


def _imports(chapter: Chapter) -> str:
    """What the file takes from the package, in the order of the names."""
    source = "from scratchgpt.learn import Todo\n" + textwrap.dedent(chapter.imports)
    return "\n".join(sorted(ast.get_source_segment(source, node) or "" for node in ast.parse(source).body))


def _about(chapter: Chapter) -> str:
    return textwrap.dedent(chapter.about).strip() + "\n\n" if chapter.about else ""


def _task(chapter: Chapter) -> str:
    hunt = all(exercise.given for exercise in chapter.exercises)
    return "Find the bug, then run:       " if hunt else "Write a function, then run:   "


def stub(exercise: Exercise) -> str:
    """Return the text of one stub, from the line above its `def` to its end."""
    after = f", after {', '.join(exercise.needs)}" if exercise.needs else ""
    lines = "1 line" if exercise.lines == 1 else f"{exercise.lines} lines"
    quotes = '"""'  # they stand in front of the first line, and count when it is wrapped
    task = textwrap.indent(_wrapped(quotes + textwrap.dedent(exercise.task).strip()), "    ")
    if exercise.given:
        body = f'''    # TODO {exercise.id}: take the next line away, then find the bug below and repair it
    raise Todo("{exercise.id}")
{textwrap.indent(textwrap.dedent(exercise.given).strip(), "    ")}
'''
    else:
        body = f'''    # TODO {exercise.id}: your code here (about {lines})
    raise Todo("{exercise.id}")
'''
    return (
        f"# {exercise.id}  difficulty {exercise.difficulty} of 5, importance {exercise.importance} of 5, "
        f"about {exercise.minutes} minutes{after}\n"
        f"def {exercise.name}({parameters(exercise.reference)}):\n"
        f"{task}\n    {quotes}\n{body}"
    )


def _wrapped(task: str) -> str:
    """Return a task whose paragraphs, examples aside, are no wider than a screen."""
    paragraphs = task.split("\n\n")
    wide = [">>>" not in text and max(map(len, text.splitlines())) > WIDTH for text in paragraphs]
    return "\n\n".join(
        textwrap.fill(text, WIDTH) if too_wide else text
        for text, too_wide in zip(paragraphs, wide, strict=True)
    )


def parameters(f: Callable[..., Any]) -> str:
    """Return the parameters of a function as a stub shows them: no annotations, no namespace of ops."""
    signature = inspect.signature(f)
    kept = [
        p.replace(annotation=inspect.Parameter.empty)
        for p in signature.parameters.values()
        if p.name != "ops"
    ]
    return str(inspect.Signature(kept))[1:-1].replace("'", '"')  # strings as the formatter has them


def restore(source: str, exercise: Exercise) -> str:
    """Return a learner's file with one exercise as it was at the start, and all else as it is.

    The function is replaced where it stands (the first time, if it stands there twice); when it is gone,
    the stub is added at the end. Line ends stay as they are.
    """
    if "\r\n" in source:
        return restore(source.replace("\r\n", "\n"), exercise).replace("\n", "\r\n")
    before, found, after = _without(source, exercise)
    while found and (again := _without(after, exercise))[1]:
        after = again[0] + again[2]
    if not found:
        return source.rstrip() + f"\n\n\n{stub(exercise)}"
    return before + stub(exercise) + ("\n\n" + after.lstrip("\n") if after.strip() else "")


def function_text(source: str, exercise: Exercise) -> str:
    """Return what stands in a file for one exercise, from its first line and decorators on, "" if nothing.

    Line ends are as in Python's own text files.
    """
    source = source.replace("\r\n", "\n")
    before, _, after = _without(source, exercise)
    return source[len(before) : len(source) - len(after)].strip() if before != source else ""


def _without(source: str, exercise: Exercise) -> tuple[str, bool, str]:
    """What stands before an exercise's function, whether it is there, and what stands behind it."""
    lines = list(io.StringIO(source))
    own = re.compile(rf"(async def|def|class) +{exercise.name}\b")
    start = next((i for i, line in enumerate(lines) if own.match(line)), None)
    if start is None:
        return source, False, ""
    end = _end(lines, start)
    while start and lines[start - 1].startswith(("@", f"# {exercise.id} ")):
        start -= 1
    return "".join(lines[:start]), True, "".join(lines[end:])


def _end(lines: Sequence[str], start: int) -> int:
    """The line behind a function that may be broken.

    It ends where something stands at the left margin with which Python code can begin, or where the next
    function begins at the latest.
    """
    last = next((i for i in range(start + 1, len(lines)) if _BEGINS.match(lines[i])), len(lines))
    for i in range(start + 1, last):
        if lines[i][0] not in " \t\n":
            with contextlib.suppress(SyntaxError, ValueError), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile("".join(lines[i:last]), "", "exec")
                return i
    return last


def main(argv: Sequence[str] | None = None) -> int:
    """Write the stubs of all chapters; returns the exit code. Raises UserError."""
    from .answers import write_stubs  # not above: it renders with this module

    p = cli.Parser(
        "learn.stubs",
        "Write the files of exercises from the catalogue (for contributors: what is in them is lost).",
        "  python -m scratchgpt.learn.stubs exercises",
    )
    p.add_argument("folder", nargs="?", type=Path, default=Path("exercises"), metavar="FOLDER")
    args = p.parse(argv)
    print(f"Wrote {write_stubs(args.folder)} files to {args.folder}.")
    return 0


if __name__ == "__main__":
    cli.run(main)
