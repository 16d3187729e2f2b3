"""Checking answers: one exercise, one file, all of them."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import catalogue
from .answers import MINE, Answer, answer, exercises_folder, file_of, overlooked
from .diagnosis import Verdict, judge
from .exercise import Exercise
from .stubs import render


@dataclass(frozen=True, repr=False)
class Checked:
    """An exercise with its verdict and the place of the answer."""

    exercise: Exercise
    verdict: Verdict
    path: Path
    line: int

    @property
    def folder(self) -> Path:
        """The folder of exercises that the file belongs to."""
        return self.path.parent.parent if self.path.parent.name == MINE else self.path.parent

    @property
    def headline(self) -> str:
        """Id, function and place, on one line."""
        return f"{self.exercise.id} {self.exercise.name}  {self.path}:{self.line}"

    def text(self, quiet: bool = False) -> str:
        """What the learner reads; `quiet` leaves the named mistake and the hints out."""
        said = self.verdict.symptom if quiet else self.verdict.message
        return f"{self.headline}\n{said}".rstrip()

    def __repr__(self) -> str:
        """What a notebook shows for `learn.check(...)`: without the answers of the catalogue."""
        where = self.path.relative_to(self.folder.parent).as_posix()
        state = f"{self.exercise.id} {self.exercise.name}  {where}:{self.line}  {self.verdict.status}"
        return f"{state}\n{self.verdict.message}".rstrip()


def check(exercise: Exercise, path: Path, using_package: bool = False) -> Checked:
    """Judge the answer to an exercise in a file, or the package's own function in its place."""
    found = answer(exercise, path)
    if using_package:
        return Checked(exercise, judge(exercise, exercise.reference), path, found.line)
    if found.function is None:
        return Checked(exercise, Verdict("wrong", None, found.problem, found.problem), path, found.line)
    return Checked(exercise, _explained(judge(exercise, found.function), found), path, found.line)


def _explained(verdict: Verdict, found: Answer) -> Verdict:
    """A verdict that says what the file, rather than the function, has to do with it."""
    if verdict.status == "wrong" and found.outside and "NameError" in verdict.symptom:
        return dataclasses.replace(
            verdict,
            symptom=f"{found.outside}\n{verdict.symptom}",
            message=f"{found.outside}\n{verdict.message}",
        )
    if verdict.status == "todo" and found.begun and not verdict.message:
        said = "There is code, and `raise Todo` still stands below it: take that line away when you are done."
        return dataclasses.replace(verdict, message=said)
    return verdict


def check_id(text: str, folder: Path | None = None, using_package: bool = False) -> Checked:
    """Judge the answer to the exercise with this id, or of this function. Raises UserError."""
    chapter, exercise = catalogue.find(text)
    return check(exercise, file_of(chapter.stem, folder or exercises_folder()), using_package)


def check_all(folder: Path, using_package: bool = False, stem: str = "") -> Iterator[Checked]:
    """Judge all answers, in the order of the lessons, or those of the file that is called `stem`."""
    for chapter in catalogue.chapters():
        path = file_of(chapter.stem, folder)
        for exercise in chapter.exercises if stem in ("", chapter.stem) else ():
            yield check(exercise, path, using_package)


def solved_functions(exercises: Iterable[Exercise], folder: Path) -> dict[str, Callable[..., Any]]:
    """Return the learner's right answers to some exercises, by the functions' names."""
    found = {}
    for exercise in exercises:
        chapter, _ = catalogue.exercises()[exercise.id]
        function = answer(exercise, file_of(chapter.stem, folder)).function
        if function is not None and judge(exercise, function, name_mistakes=False).status == "solved":
            found[exercise.name] = function
    return found


def notices(folder: Path) -> list[str]:
    """Return what a learner should know about the files: originals that were changed beside a copy."""
    said = (overlooked(chapter.stem, render(chapter), folder) for chapter in catalogue.chapters())
    return [text for text in said if text]
