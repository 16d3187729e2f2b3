"""A learner's files: where they lie, and the functions in them."""

import ast
import difflib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import atomic
from ..errors import UserError
from ..resources import checkout
from . import catalogue
from .exercise import Exercise
from .loading import Loaded, load
from .stubs import render

MINE = "mine"


def exercises_folder() -> Path:
    """Return the folder of exercises: ./exercises, or that of the checkout the package runs from.

    Raises UserError when there is none.
    """
    root = checkout()
    for folder in (Path("exercises"), *([root / "exercises"] if root else [])):
        if any(folder.glob("ex[0-9][0-9]_*.py")):
            return folder
    raise UserError(
        "There is no folder exercises/ here, expected the one of a checkout of scratchgpt: clone the "
        "repository and run the command there."
    )


def write_stubs(folder: Path) -> int:
    """Write a fresh file for each chapter into a folder; returns how many. Raises UserError."""
    for chapter in catalogue.chapters():
        atomic.write_text(folder / f"{chapter.stem}.py", render(chapter))
    return len(catalogue.chapters())


def file_of(stem: str, folder: Path) -> Path:
    """Return the file that counts: the working copy in exercises/mine/ where there is one."""
    own = folder / MINE / f"{stem}.py"
    return own if own.is_file() else folder / f"{stem}.py"


def overlooked(stem: str, stub: str, folder: Path) -> str:
    """Say that an original was changed although a working copy is what counts, "" when it was not.

    `stub` is the text of the original as it was at the start.
    """
    own, original = folder / MINE / f"{stem}.py", folder / f"{stem}.py"
    try:
        changed = own.is_file() and original.read_bytes().replace(b"\r\n", b"\n") != stub.encode()
    except OSError:
        return ""
    return f"{original} was changed, but {own} is what is judged." if changed else ""


@dataclass(frozen=True)
class Answer:
    """A learner's function, or why there is none. `line` is where it stands in `path`, 1 if nowhere.

    `outside` is what failed outside of the functions, such as an import; `begun` says that there is code
    although the function still raises Todo.
    """

    path: Path
    line: int
    function: Callable[..., Any] | None = None
    problem: str = ""
    outside: str = ""
    begun: bool = False


def answer(exercise: Exercise, path: Path) -> Answer:
    """Find the exercise's function in a file. Whatever is wrong with the file becomes `problem`."""
    try:
        source = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return Answer(path, 1, problem=f"{path} cannot be read: it is not UTF-8. Save it as UTF-8 text.")
    except OSError as error:
        back = f"`python -m scratchgpt.learn reset {exercise.id}` brings it back."
        return Answer(path, 1, problem=f"{path} cannot be read: {error.strerror}. {back}")
    line = _line_of(source, exercise.name)
    loaded = load(path, source)
    problem = loaded.problems.get(exercise.name, "") or _twice(exercise.name, loaded)
    f = loaded.namespace.get(exercise.name)
    if not problem and (not _written_in(path, f) or inspect.iscoroutinefunction(f)):
        problem = _missing(exercise, path, loaded)
    if not problem:
        problem = _signature_problem(exercise, f)  # type: ignore[arg-type]  # it is a function, as was seen
    if problem:
        return Answer(path, line, problem=problem)
    return Answer(path, line, f, outside=loaded.problems.get("", ""), begun=_begun(exercise.name, loaded))


def _written_in(path: Path, f: Any) -> bool:
    return inspect.isfunction(f) and f.__code__.co_filename == str(path)


def _line_of(source: str, name: str) -> int:
    for indent in ("", r"[ \t]+"):
        if found := re.search(rf"^{indent}(async def|def|class) +{name}\b", source, flags=re.MULTILINE):
            return source.count("\n", 0, found.start()) + 1
    return 1


def _begun(name: str, loaded: Loaded) -> bool:
    """Whether the function holds something above its `raise Todo`."""
    for definition in loaded.definitions(name):
        body = getattr(definition, "body", [])
        if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            body = body[1:]
        return bool(body) and not isinstance(body[0], ast.Raise)
    return False


def _twice(name: str, loaded: Loaded) -> str:
    lines = [str(definition.lineno) for definition in loaded.definitions(name)]
    if len(lines) < 2:
        return ""
    return (
        f"{name} is defined {len(lines)} times (lines {' and '.join(lines)}): Python takes the last one. "
        "Which of them is your answer? Take the others away."
    )


def _missing(exercise: Exercise, path: Path, loaded: Loaded) -> str:
    """Why there is no such function: something else bears its name, it is hidden, or it is gone."""
    name, namespace = exercise.name, loaded.namespace
    back = f"`python -m scratchgpt.learn reset {exercise.id}` restores the exercise."
    if name in namespace:
        return _no_function(name, namespace[name]) + f" {back}"
    if found := loaded.around(name):
        outer, line = found
        return (
            f"{path}:{line}: {name} stands inside of {outer}. Is it indented too far? "
            "Its `def` belongs at the left margin."
        )
    if "" in loaded.problems:
        return loaded.problems[""]
    others = {other.name for _, other in catalogue.exercises().values()}
    own = [n for n, f in namespace.items() if n not in others and _written_in(path, f)]
    near = difflib.get_close_matches(name, own, n=1)
    renamed = f"There is a function {near[0]}: was it renamed?" if near else "Was it deleted or renamed?"
    return f"There is no function {name} in {path.name}. {renamed} {back}"


def _no_function(name: str, value: Any) -> str:
    if inspect.iscoroutinefunction(value):
        return f"{name} is an `async def` here, expected a plain `def`."
    if inspect.isfunction(value):
        return f"{name} is imported from {value.__module__}, and was to be written here."
    if inspect.isclass(value):
        return f"{name} is a class here, expected a function."
    return f"{name} is a value of type {type(value).__name__} here, expected a function (a plain `def`)."


def _signature_problem(exercise: Exercise, f: Callable[..., Any]) -> str:
    """Say how the parameters differ from the exercise's, "" when it can be called in all the same ways.

    Another default is not a matter of the signature, and more parameters do no harm if they have one.
    """
    expected = [p for p in inspect.signature(exercise.reference).parameters.values() if p.name != "ops"]
    got = [p for p in inspect.signature(f).parameters.values() if p.name != "ops"]
    same = [(p.name, p.kind) for p in got[: len(expected)]] == [(p.name, p.kind) for p in expected]
    lost = any(a.default is not a.empty and b.default is b.empty for a, b in zip(expected, got, strict=False))
    if same and not lost and not any(p.default is p.empty for p in got[len(expected) :]):
        return ""
    return (
        f"The parameters of {exercise.name} have changed: expected ({_shown(expected)}), got "
        f"({_shown(got)}). Whoever calls it relies on them."
    )


def _shown(parameters: list[inspect.Parameter]) -> str:
    """Parameters as they stand in a `def`, without annotations."""
    bare = [p.replace(annotation=p.empty) for p in parameters]
    return str(inspect.Signature(bare))[1:-1]
