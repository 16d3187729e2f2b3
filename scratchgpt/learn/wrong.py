"""Wrong functions made from right ones: edits of the package's own source, applied in memory."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from .exercise import Exercise, Mistake


class EditError(ValueError):
    """An edit no longer fits the source it was written for."""


def function_of(exercise: Exercise, mistakes: Sequence[Mistake]) -> Callable[..., Any]:
    """Return the exercise's function with one mistake, or with several made at once.

    Raises EditError when an edit does not apply, or not together with the others.
    """
    (first, *more) = mistakes
    if first.wrong is not None:
        if more:
            raise EditError(f"{first.key} is a whole function and cannot be combined.")
        return first.wrong
    if any(mistake.wrong is not None for mistake in more):
        raise EditError(f"{first.key} cannot be combined with a whole function.")
    edits = [edit for mistake in mistakes for edit in mistake.edits]
    return edited_function(exercise, edits)


def edited_function(exercise: Exercise, edits: Sequence[tuple[str, str]]) -> Callable[..., Any]:
    """Return the exercise's function as it would be with these edits in its file.

    An edit applies to the function itself or to one of `exercise.edited`, wherever its old text stands
    exactly once. Raises EditError when there is no such place.
    """
    path, names = _file(exercise), (exercise.name, *exercise.edited)
    pieces = {name: source_of(exercise, name) for name in names}
    for old, new in edits:
        places = [name for name, piece in pieces.items() if piece.count(old) == 1]
        if not places:
            counts = sum(piece.count(old) for piece in pieces.values())
            raise EditError(
                f"{exercise.id} {exercise.name}: {old!r} stands {counts} times in the source, expected once."
            )
        pieces[places[0]] = pieces[places[0]].replace(old, new)
    # What a module assigns may hold its functions (the default namespaces of ops), so it is made again; its
    # imports and classes stay those of the package.
    texts = [pieces.get(name, text) for name, text in _sections(path).items()]
    module = sys.modules[exercise.reference.__module__]
    namespace = dict(vars(module))
    exec(compile("".join(texts), f"<{exercise.name} with a mistake>", "exec"), namespace)
    return namespace[exercise.name]


def source_of(exercise: Exercise, name: str) -> str:
    """Return the source text of a function in the reference's file. Raises EditError when there is none."""
    try:
        return _sections(_file(exercise))[name]
    except KeyError:
        raise EditError(f"There is no function {name} in the file of {exercise.name}.") from None


def _file(exercise: Exercise) -> str:
    return inspect.getsourcefile(exercise.reference) or ""


@lru_cache(maxsize=64)
def _sections(path: str) -> dict[str, str]:
    """The functions and assignments of a file in their order: {name, or line number: text}."""
    source = Path(path).read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    sections = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.Assign | ast.AnnAssign):
            name = node.name if isinstance(node, ast.FunctionDef) else str(node.lineno)
            start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            sections[name] = "".join(lines[start - 1 : node.end_lineno]) + "\n"
    return sections


def text_of(f: Callable[..., Any]) -> str:
    """Return the source text of a function of the package."""
    return textwrap.dedent(inspect.getsource(f))
