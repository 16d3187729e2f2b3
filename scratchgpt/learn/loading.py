"""Running a learner's file of which parts may be broken, so that the rest of it still counts."""

import ast
import io
import re
import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from .running import guarded, said_by

LOADING = 5.0  # seconds for what stands outside of the functions: imports

_UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Loaded:
    """What a file holds: its names, its statements, and what failed, by function.

    `problems[""]` is what failed outside of the functions.
    """

    namespace: dict[str, Any]
    statements: tuple[ast.stmt, ...]
    problems: dict[str, str] = field(default_factory=dict)

    def definitions(self, name: str) -> list[ast.stmt]:
        """Return the definitions of a name that stand at the left margin."""
        return [s for s in self.statements if getattr(s, "name", None) == name]

    def around(self, name: str) -> tuple[str, int] | None:
        """Return the function or class inside which a function stands, and its line; None for nowhere."""
        for outer in self.statements:
            for inner in ast.walk(outer):
                if inner is not outer and isinstance(inner, ast.FunctionDef) and inner.name == name:
                    return getattr(outer, "name", "another statement"), inner.lineno
        return None


@lru_cache(maxsize=64)
def load(path: Path, source: str) -> Loaded:
    """Run a file. When something in it fails, run it piece by piece."""
    namespace = _namespace(path)
    try:
        statements = _parse(source, path, 1)
    except _UNPARSABLE:
        statements, problems = _parse_pieces(source, path)
    else:
        problems = {}
        if not any(_execute(statements, path, namespace)):
            return Loaded(namespace, tuple(statements))
        namespace = _namespace(path)
    last = ""
    for statement in statements:
        name = getattr(statement, "name", "")
        last = name or last
        invalid, failed = _execute([statement], path, namespace)
        if invalid:  # such as a `return` at the left margin: it belongs to the function above
            problems.setdefault(last, invalid)
        if failed:
            problems.setdefault(name, failed)
    return Loaded(namespace, tuple(statements), problems)


def _namespace(path: Path) -> dict[str, Any]:
    return {"__name__": f"exercises.{path.stem}", "__file__": str(path)}


def _parse(text: str, path: Path, line: int) -> list[ast.stmt]:
    """Parse a stretch of a file that begins at `line`. Raises one of _UNPARSABLE."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a string is no reason to refuse it
        return ast.parse("\n" * (line - 1) + text, filename=str(path)).body


def _parse_pieces(source: str, path: Path) -> tuple[list[ast.stmt], dict[str, str]]:
    """Parse each function by itself; what cannot be parsed becomes the problem of its function."""
    statements: list[ast.stmt] = []
    problems: dict[str, str] = {}
    for name, line, text in _pieces(source):
        try:
            statements += _parse(text, path, line)
        except _UNPARSABLE as error:
            problems.setdefault(name, _not_python(path, error))
            if not name:  # the imports are needed by all: keep those that are in order
                statements += _imports(text, path, line)
    return statements, problems


def _imports(text: str, path: Path, line: int) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for i, one in enumerate(_lines(text)):
        if one.startswith(("import ", "from ")):
            try:
                found += _parse(one, path, line + i)
            except _UNPARSABLE:
                continue
    return found


def _not_python(path: Path, error: BaseException) -> str:
    if not isinstance(error, SyntaxError) or error.lineno is None:
        return f"{path}: this is not Python yet: {said_by(error)}."
    shown = (error.text or "").strip()
    return f"{path}:{error.lineno}: this is not Python yet: {error.msg}" + (
        f", at `{shown}`." if shown else "."
    )


def _execute(statements: list[ast.stmt], path: Path, namespace: dict[str, Any]) -> tuple[str, str]:
    """Run statements; return why they are not valid, and how they failed: "" if they are, and did not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(ast.Module(statements, []), str(path), "exec", dont_inherit=True)
    except _UNPARSABLE as error:
        return _not_python(path, error), ""
    outcome = guarded(lambda: exec(code, namespace), LOADING, str(path))
    if outcome.kind in ("value", "todo"):  # a trial call below the functions may meet a Todo
        return "", ""
    where = outcome.where or (f"{path}:{statements[0].lineno}" if len(statements) == 1 else str(path))
    if outcome.kind in ("slow", "memory"):
        what = "takes too long" if outcome.kind == "slow" else "asks for too much memory"
        return "", f"{where}: the file {what} when it is loaded. Is there a call outside of the functions?"
    raised = f"{type(outcome.error).__name__}: {said_by(outcome.error)}"
    return "", f"{where}: the file fails when it is loaded: {raised}."


def _lines(text: str) -> list[str]:
    """Cut at line ends as Python's own parser does (splitlines also cuts at form feeds)."""
    return list(io.StringIO(text))


def _pieces(source: str) -> list[tuple[str, int, str]]:
    """Cut a file where functions begin: (name, first line, text); the first has no name."""
    lines = _lines(source)
    starts = [0]
    for i, text in enumerate(lines):
        begins = re.match(r"(async def|def|class|@)", text)
        if begins and not (i and lines[i - 1].startswith("@")):
            starts.append(i)
    pieces = []
    for a, b in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = "".join(lines[a:b])
        found = re.search(r"^(?:async def|def|class) +(\w+)", text, flags=re.MULTILINE)
        pieces.append((found[1] if found else "", a + 1, text))
    return pieces
