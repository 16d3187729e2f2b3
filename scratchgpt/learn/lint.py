"""What a message must not do: show code, or say the solution in its own words."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator

from .exercise import Exercise
from .stubs import parameters
from .wrong import source_of

SHARED = 5  # tokens in a row that a text may not share with the solution
WORDS = 45  # of the sentence that names a mistake

_CODE = {
    "a backtick": r"`",
    "np.": r"\bnp\.",
    "a bracket after a name": r"\w[(\[]",
    "an assignment": r"=(?!\s*-?\d)",  # "for x = 1" is none
    "a dotted name": r"\b[A-Za-z_]\w*\.[A-Za-z_]\w*",
}


def problems(exercise: Exercise) -> list[str]:
    """Return what is wrong with the texts of an exercise, a line each; nothing when all is well."""
    return [f"{exercise.id} {exercise.name}, {said}" for said in _problems(exercise)]


def _problems(exercise: Exercise) -> Iterator[str]:
    solution, allowed = _solution(exercise), _given(exercise)
    for place, text in _messages(exercise):
        for name, pattern in _CODE.items():
            if found := re.search(pattern, text):
                yield f"{place} shows code, {name}: {text[max(0, found.start() - 15) : found.end() + 15]!r}"
        for run in sorted(_runs(text) & solution):
            yield f"{place} shares {' '.join(run)!r} with the solution"
    for run in sorted((_runs(_prose(exercise.task)) & solution) - allowed):
        yield f"the task shares {' '.join(run)!r} with the solution"
    for mistake in exercise.mistakes:
        if len(mistake.says.split()) > WORDS:
            yield f"{mistake.key!r} says {len(mistake.says.split())} words, expected at most {WORDS}"
        if not mistake.asks.endswith("?"):
            yield f"{mistake.key!r} asks no question: {mistake.asks!r}"
    if len(exercise.hints) != 3 or not all(hint.strip() for hint in exercise.hints):
        yield f"{len(exercise.hints)} hints, expected 3 that say something"


def _messages(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Every text that a learner reads on the way, with its place."""
    for mistake in exercise.mistakes:
        yield f"what {mistake.key!r} says", mistake.says
        yield f"what {mistake.key!r} asks", mistake.asks
    for i, hint in enumerate(exercise.hints, start=1):
        yield f"hint {i}", hint


def _solution(exercise: Exercise) -> set[tuple[str, ...]]:
    """The runs of tokens in the solution, without its docstrings, comments and first lines."""
    runs: set[tuple[str, ...]] = set()
    for name in (exercise.name, *exercise.edited):
        (function,) = ast.parse(source_of(exercise, name)).body
        body = function.body  # type: ignore[attr-defined]
        runs |= _runs("\n".join(ast.unparse(s) for s in body if not _is_docstring(s)))
    return runs


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _given(exercise: Exercise) -> set[tuple[str, ...]]:
    """Runs that a task has to name: the parameters, the results, and the fields of the caches."""
    values = vars(inspect.getmodule(exercise.reference)).values()
    kinds = [k for k in values if inspect.isclass(k) and issubclass(k, tuple) and hasattr(k, "_fields")]
    outlines = [f"{kind.__name__}({', '.join(kind._fields)})" for kind in kinds]
    results = f"return ({', '.join(exercise.returns)})"
    return {run for text in (parameters(exercise.reference), results, *outlines) for run in _runs(text)}


def _prose(task: str) -> str:
    """A task without its worked numbers and its shapes."""
    blocks = re.split(r"\n\s*\n", textwrap.dedent(task))
    return re.sub(r"\([A-Z0-9*, .+-]+\)", "", "\n\n".join(block.partition(">>>")[0] for block in blocks))


def _runs(text: str) -> set[tuple[str, ...]]:
    tokens = re.findall(r"\w+|[^\w\s]", text.casefold())
    return {tuple(tokens[i : i + SHARED]) for i in range(len(tokens) - SHARED + 1)}
