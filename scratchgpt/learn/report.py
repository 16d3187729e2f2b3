"""The figures of the checker, measured: what it names, what it accepts, what it takes for right, how fast."""

import importlib.util
import inspect
import itertools
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

from .. import cli
from ..ops import REFERENCE
from ..resources import checkout
from . import catalogue
from .answers import write_stubs
from .diagnosis import judge
from .exercise import Exercise
from .mutants import survivors
from .training import compare, make_trainer, namespace
from .wrong import EditError, function_of

ANSWERS = Path("tests") / "learn" / "answers"  # in a checkout
# By authors who saw the stubs alone. What the first set showed to be missing was added to the catalogue.
SETS = {"of the first set": ANSWERS, "of the second set": ANSWERS / "second"}


class Blind(NamedTuple):
    """Answers written from the stubs alone: how many wrong ones there are, were named, named by another
    mistake's name, taken for right; how many right ones there are and were rejected."""

    wrong: int
    named: int
    misnamed: tuple[str, ...]
    accepted: tuple[str, ...]
    right: int
    rejected: tuple[str, ...]


def measure() -> str:
    """Return the report as a Markdown table; it takes a few minutes."""
    exercises = [exercise for _, exercise in catalogue.exercises().values()]
    mistakes = [(e, m) for e in exercises for m in e.mistakes]
    unique = sum(judge(e, function_of(e, [m])).mistake == m.key for e, m in mistakes)
    named, pairs = pairs_named(tqdm(exercises, desc="pairs", disable=None))
    counts = [survivors(exercise) for exercise in exercises]
    began = time.perf_counter()
    for exercise in exercises:
        judge(exercise, exercise.reference)
    seconds = time.perf_counter() - began
    rows = [
        ("exercises", f"{len(exercises)} in {len(catalogue.chapters())} files"),
        ("known mistakes, each named and no other", f"{unique} of {len(mistakes)}"),
        ("pairs of them, named or dominated by one of the two", f"{named} of {pairs}"),
        ("changed operators and constants of the solutions, rejected", _mutants(counts)),
        ("all right answers checked", f"{seconds:.1f} s"),
    ]
    rows += [
        ("slowest check of an answer that fits no known mistake", f"{slowest_unknown(exercises):.1f} s"),
        ("20 training steps with all functions swapped in: difference of the losses, time", _swapped()),
    ]
    if root := checkout():
        rows.append(("`pytest exercises/` on fresh stubs", f"{fresh_run():.1f} s"))
        rows += [row for title, folder in SETS.items() for row in _of_set(title, blind(root / folder))]
    return "\n".join(["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)])


def slowest_unknown(exercises: Sequence[Exercise]) -> float:
    """Return the seconds of the slowest judgement of an answer whose numbers are all off by a factor."""

    def off(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(off(item) for item in value)
        return value * 1.37 if isinstance(value, np.ndarray | np.floating | float) else None

    slowest = 0.0
    for exercise in exercises:
        began = time.perf_counter()
        judge(exercise, lambda *args, e=exercise, **options: off(e.reference(*args, **options)))
        slowest = max(slowest, time.perf_counter() - began)
    return slowest


def _swapped() -> str:
    """Compare training with the package's functions, swapped in as a learner's are, with the reference."""
    own = {e.name: e.reference for _, e in catalogue.exercises().values() if e.name in REFERENCE.functions}
    mine = {name: _plain(f) for name, f in own.items()}
    began = time.perf_counter()
    _, losses, _ = compare(make_trainer(namespace(mine, Counter())), make_trainer(REFERENCE))
    difference = max(abs(a - b) for a, b in losses)
    return f"{difference:.1e}, {time.perf_counter() - began:.1f} s"


def _plain(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function as a learner writes it: without the namespace that composites take."""
    kept = [p for p in inspect.signature(f).parameters.values() if p.name != "ops"]

    def plain(*args: Any, **options: Any) -> Any:
        return f(*args, **options)

    plain.__signature__ = inspect.Signature(kept)  # type: ignore[attr-defined]
    return plain


def fresh_run() -> float:
    """Return the seconds of `pytest` on a folder of fresh stubs, in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "exercises"
        folder.mkdir()
        write_stubs(folder)
        plugin = "from scratchgpt.learn.plugin import *  # noqa: F403\n"
        (folder / "conftest.py").write_text(plugin, encoding="utf-8")
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", str(folder)], cwd=place, capture_output=True, check=True
        )
        return time.perf_counter() - began


def _of_set(title: str, found: Blind) -> list[tuple[str, str]]:
    named = f"{found.named} of {found.wrong}"
    if found.misnamed or found.accepted:
        named += f", {len(found.misnamed)} by another name, {len(found.accepted)} taken for right"
    rows = [(f"wrong answers {title}, named", named)]
    if found.right:
        rows.append(("right answers in three styles, rejected", f"{len(found.rejected)} of {found.right}"))
    return rows


def _mutants(counts: list[tuple[int, list[Any]]]) -> str:
    total, left = sum(n for n, _ in counts), sum(len(survived) for _, survived in counts)
    return f"{total - left} of {total}; the other {left} compute the same"


def pairs_named(exercises: Any) -> tuple[int, int]:
    """Return (pairs of mistakes that are named, or dominated by one of the two; pairs that can be made)."""
    named = total = 0
    for exercise in exercises:
        for pair in itertools.combinations(exercise.mistakes, 2):
            try:
                f = function_of(exercise, pair)
            except (EditError, SyntaxError):
                continue
            verdict = judge(exercise, f)
            said = set((verdict.mistake or "").replace(" or ", " + ").split(" + "))
            # Two mistakes can undo each other: then the answer is right.
            named += bool({m.key for m in pair} & said) or verdict.status == "solved"
            total += 1
    return named, total


def blind(folder: Path) -> Blind:
    """Judge the kept answers, `*_wrong.py` and `*_right.py`, and hold names against `expected_*.py`."""
    wrong = named = right = 0
    misnamed, accepted, rejected = [], [], []
    for stem, exercise, name, f, is_right in answers(folder):
        verdict = judge(exercise, f)
        if is_right:
            right += 1
            if verdict.status != "solved":
                rejected.append(f"{stem}: {name}")
            continue
        wrong += 1
        named += verdict.mistake is not None
        if verdict.status == "solved":
            accepted.append(f"{stem}: {name}")
        elif verdict.mistake is not None and not _meant(expected(folder, stem)[name], verdict.mistake):
            misnamed.append(f"{stem}: {name} as {verdict.mistake!r}")
    return Blind(wrong, named, tuple(misnamed), tuple(accepted), right, tuple(rejected))


def _meant(keys: tuple[str, ...], said: str) -> bool:
    """Whether what was said is one of the accepted names; of several offered, all must be."""
    return said in keys or all(one in keys for one in said.split(" or "))


def answers(folder: Path) -> Iterator[tuple[str, Exercise, str, Callable[..., Any], bool]]:
    """Yield (file, exercise, function's name, function, whether it is right) of all kept answers."""
    by_place = {(chapter.stem, e.name): e for chapter in catalogue.chapters() for e in chapter.exercises}
    for path in sorted(folder.glob("*_right.py")) + sorted(folder.glob("*_wrong.py")):
        stem, _, kind = path.stem.rpartition("_")
        left_out = {} if kind == "right" else not_wrong(folder, stem)
        for name, f in vars(_module(path)).items():
            exercise = by_place.get((stem, name.partition("__")[0]))
            own = inspect.isfunction(f) and f.__module__ == path.stem
            if own and exercise is not None and "__" in name and name not in left_out:
                yield stem, exercise, name, f, kind == "right"


def expected(folder: Path, stem: str) -> dict[str, tuple[str, ...]]:
    """Return the accepted names of each wrong answer to a chapter."""
    return _module(folder / f"expected_{stem}.py").EXPECTED


def not_wrong(folder: Path, stem: str) -> dict[str, str]:
    """Return the wrong answers that a clearer task has made right, with the reason."""
    return getattr(_module(folder / f"expected_{stem}.py"), "NOT_WRONG", {})


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    from .__main__ import main

    cli.run(lambda: main(["report", *sys.argv[1:]]))
