"""Does the checker notice? Every operator, constant and comparison of the reference, changed one at a time.

python -m scratchgpt.learn.mutants [LESSON or EXERCISE ...] lists the mutants that the probes accept. Those
in `catalogue/equivalent.py` compute the same thing, for a reason that stands there.
"""

import ast
import copy
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .. import cli
from . import catalogue
from .diagnosis import judge
from .exercise import Exercise
from .wrong import EditError, edited_function, source_of

_OPERATORS: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


@dataclass(frozen=True)
class Mutant:
    """A changed function of an exercise: the statement as it was and as it is now."""

    exercise: Exercise
    before: str
    after: str
    function: Callable[..., Any]

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies it in the list of equivalent ones."""
        return self.exercise.id, self.before, self.after


def mutants(exercise: Exercise) -> Iterator[Mutant]:
    """Yield every mutant of an exercise's reference, and of the further functions its mistakes edit."""
    for name in (exercise.name, *exercise.edited):
        source = source_of(exercise, name)
        tree = ast.parse(source)
        for changed, before, after in _changes(tree):
            try:
                function = edited_function(exercise, [(source, ast.unparse(changed) + "\n")])
            except (EditError, SyntaxError):
                continue
            yield Mutant(exercise, before, after, function)


def _changes(tree: ast.Module) -> Iterator[tuple[ast.Module, str, str]]:
    """Yield (changed tree, statement before, statement after) for each place that can be changed."""
    (definition,) = tree.body
    statements = definition.body[1:]  # type: ignore[attr-defined]  # behind the docstring
    for number, statement in enumerate(statements, start=1):
        for index, _ in enumerate(_places(statement)):
            changed = copy.deepcopy(tree)
            target = changed.body[0].body[number]  # type: ignore[attr-defined]
            list(_places(target))[index]()
            yield changed, ast.unparse(statement), ast.unparse(target)


def _places(statement: ast.AST) -> Iterator[Callable[[], None]]:
    """Yield a function for each change that can be made to a statement in place."""
    for node in ast.walk(statement):
        if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp) and type(node.op) in _OPERATORS:
            yield _set(node, "op", _OPERATORS[type(node.op)]())
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in _OPERATORS:
            yield _set(node, "ops", [_OPERATORS[type(node.ops[0])](), *node.ops[1:]])
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield _set(node, "op", ast.UAdd())
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert | ast.Not):
            yield _set(node, "op", ast.UAdd() if isinstance(node.op, ast.Invert) else ast.Invert())
        elif isinstance(node, ast.Call):
            for i in range(len(node.keywords)):
                yield _set(node, "keywords", [k for j, k in enumerate(node.keywords) if j != i])
            if len(node.args) > 1 and not _symmetric(node):
                yield _set(node, "args", [node.args[1], node.args[0], *node.args[2:]])
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield _set(node, "value", not node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            yield _set(node, "value", node.value + 1 if isinstance(node.value, int) else node.value * 1.1)


def _symmetric(call: ast.Call) -> bool:
    """Whether exchanging the first two arguments of a call cannot matter, or cannot be done."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    return starred or name in ("swapaxes", "logaddexp", "maximum", "minimum", "result_type", "isclose")


def _set(node: ast.AST, name: str, value: Any) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


def survivors(exercise: Exercise) -> tuple[int, list[Mutant]]:
    """Return how many mutants there are and those that the checker takes for right."""
    every = list(mutants(exercise))
    return len(every), [
        m for m in every if judge(exercise, m.function, name_mistakes=False).status == "solved"
    ]


def _chosen(words: Sequence[str]) -> dict[str, Exercise]:
    """The exercises that lessons, ids and functions stand for, all without any. Raises UserError."""
    lessons = {chapter.lesson for chapter in catalogue.chapters()}
    ids = {word if word in lessons else catalogue.find(word)[1].id for word in words}
    return {
        identity: exercise
        for identity, (chapter, exercise) in catalogue.exercises().items()
        if not ids or ids & {identity, chapter.lesson}
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns 1 when a mutant survives that is not listed as equivalent.

    Raises UserError for an exercise that there is not.
    """
    from .catalogue.equivalent import EQUIVALENT

    p = cli.Parser(
        "learn.mutants",
        "Change every operator and constant of the reference and see whether the checker notices.",
        "  python -m scratchgpt.learn.mutants 06",
    )
    p.add_argument("which", nargs="*", metavar="LESSON_OR_EXERCISE")
    args = p.parse(argv)
    total, missed = 0, 0
    for identity, exercise in _chosen(args.which).items():
        n, left = survivors(exercise)
        unlisted = [m for m in left if m.key not in EQUIVALENT]
        total, missed = total + n, missed + len(unlisted)
        print(
            f"{identity} {exercise.name}: {n} mutants, {len(left) - len(unlisted)} equivalent",
            file=sys.stderr,
        )
        for mutant in unlisted:
            print(f"{identity} {exercise.name}: accepted\n    {mutant.before}\n    {mutant.after}")
    print(f"{total} mutants, {missed} accepted that are not listed as equivalent.")
    return 1 if missed else 0


if __name__ == "__main__":
    cli.run(main)
