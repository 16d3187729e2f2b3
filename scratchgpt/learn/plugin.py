"""pytest in the folder of exercises: each item is one exercise, and what it prints is our text alone."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from . import catalogue
from .answers import MINE, file_of
from .checking import Checked, check, notices
from .exercise import Exercise
from .looks import remember
from .progress import Progress
from .table import table

_CHECKED = pytest.StashKey[dict[str, Checked]]()


class WrongAnswer(Exception):
    """Raised by an item whose answer is wrong; the item prints the message of the check."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(checked.headline)
        self.checked = checked


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("scratchgpt exercises")
    group.addoption(
        "--symptom-only", action="store_true", help="say what is wrong, and not which mistake it is"
    )
    group.addoption(
        "--package", action="store_true", help="check the package's own functions in place of yours"
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "ExerciseFile | None":
    """Collect files of exercises; a working copy in exercises/mine/ is what its original stands for."""
    chapters = {chapter.stem: chapter for chapter in catalogue.chapters()}
    if file_path.suffix != ".py" or file_path.stem not in chapters:
        return None
    original = file_path.parent.parent / file_path.name
    if file_path.parent.name == MINE and original.is_file() and not parent.session.isinitpath(file_path):
        return None  # it is checked once, under the name of its original
    return ExerciseFile.from_parent(parent, path=file_path)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> "NoTests | None":
    """Keep pytest from importing a file of exercises that was named on its command line: it may be broken."""
    known = {chapter.stem for chapter in catalogue.chapters()}
    return NoTests.from_parent(parent, path=module_path) if module_path.stem in known else None


class NoTests(pytest.File):
    """A file of exercises as pytest's own collector sees it: there is nothing in it."""

    def collect(self) -> Iterable[pytest.Item]:
        return ()


class ExerciseFile(pytest.File):
    """A chapter."""

    def collect(self) -> Iterable["ExerciseItem"]:
        chapter = next(chapter for chapter in catalogue.chapters() if chapter.stem == self.path.stem)
        path = file_of(chapter.stem, self.path.parent)
        shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        for exercise in chapter.exercises:
            yield ExerciseItem.from_parent(
                self, name=f"{exercise.id} {exercise.name}", exercise=exercise, file=shown
            )


class ExerciseItem(pytest.Item):
    """An exercise: skipped while it is to be done, failed when it is wrong."""

    def __init__(self, *, exercise: Exercise, file: Path, **options: Any) -> None:
        super().__init__(**options)
        self.exercise, self.file = exercise, file

    def runtest(self) -> None:
        checked = check(self.exercise, self.file, using_package=self.config.getoption("--package"))
        self.config.stash.setdefault(_CHECKED, {})[self.exercise.id] = checked
        if checked.verdict.status == "todo":
            said = f"to do: {self.name} ({self.exercise.belongs}) {checked.verdict.message}".rstrip()
            raise pytest.skip.Exception(said, _use_item_location=True)
        if checked.verdict.status == "wrong":
            raise WrongAnswer(checked)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, WrongAnswer):
            return excinfo.value.checked.text(quiet=self.config.getoption("--symptom-only"))
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        checked = self.config.stash.get(_CHECKED, {}).get(self.exercise.id)
        return self.file, (checked.line if checked else 1) - 1, self.name


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the progress table under the results, and what is remembered of single exercises."""
    folders: dict[Path, list[Checked]] = {}
    for one in config.stash.get(_CHECKED, {}).values():
        folders.setdefault(one.folder, []).append(one)
    if not folders or config.getoption("--package"):
        return
    lines = [""]
    for folder, checked in folders.items():
        look = remember(folder, checked)
        lines += table(Progress.of(checked), look.after)
        lines += [f"{one.exercise.id}: {line}" for one in checked for line in look.beside(one)]
        lines += [*look.below(checked), *notices(folder)]
    for line in lines:
        terminalreporter.write_line(line)
