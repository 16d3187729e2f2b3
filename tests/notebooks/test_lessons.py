"""The lessons as they are committed: notebooks that belong to their text, and a map that tells the truth.

That they run, and print what they printed, is checked by `python -m scratchgpt.notebooks check`.
"""

import re
from pathlib import Path

import nbformat
import pytest

from scratchgpt.learn.catalogue import exercises
from scratchgpt.notebooks.execution import differences, unexecuted
from scratchgpt.notebooks.lesson import BYTES, complaints, count_words, find

LESSONS = find()
ROOT = Path(__file__).parents[2]
README = (ROOT / "lessons" / "README.md").read_text(encoding="utf-8")


def section(title):
    return re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)[1]


def rows(title):
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[1:]]


def test_there_are_fifteen():
    assert [lesson.number for lesson in LESSONS] == [f"{i:02}" for i in range(15)]
    assert all(lesson.notebook.exists() for lesson in LESSONS)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_a_notebook_belongs_to_its_text_and_has_the_form_of_all(lesson):
    kept = nbformat.read(lesson.notebook, as_version=4)
    assert differences(unexecuted(lesson), kept, executed=False) == []
    assert complaints(lesson, kept) == []
    assert lesson.notebook.stat().st_size <= BYTES


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_a_lesson_speaks_of_nothing_that_is_not_there(lesson):
    """Files, commands, exercises and lessons that a lesson names exist."""
    text = lesson.path.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:scratchgpt|data|exercises|tests|lessons)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), name
    for module in re.findall(r"python -m scratchgpt\.([\w.]+\w)", text):
        path = ROOT / "scratchgpt" / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module
    assert all(int(number) <= 21 for number in re.findall(r"[Ll]essons? (\d\d)", text))


def exercises_of(lesson):
    """Which exercises, and the minutes that their stubs say, as the map has it."""
    own = [one for number, (_, one) in exercises().items() if number.startswith(lesson.number)]
    own.sort(key=lambda one: one.place)  # a bug hunt stands in a file of its own
    if not own:
        assert lesson.header[2] == "no exercises yet"
        return ""
    assert lesson.header[2] == f"exercises {own[0].id} to {own[-1].id}"
    return f"{own[0].id} to {own[-1].id} ({sum(one.minutes for one in own)} minutes)"


def test_the_map_says_what_the_lessons_say():
    found = rows("The course map")
    assert len(found) == len(LESSONS)
    for lesson, (name, minutes, builds_on, own, code, paper) in zip(LESSONS, found, strict=True):
        assert name == f"[{lesson.number}]({lesson.notebook.name}) {lesson.title}"
        assert (minutes, builds_on or "nothing") == lesson.header[:2], name
        assert own == exercises_of(lesson), name
        assert code and paper
        assert all((ROOT / path).exists() for path in re.findall(r"`([^`]+)`", code)), code


def test_what_the_index_names_is_there():
    found = rows("Where is X?")
    paths = [path for _, cell in found for path in re.findall(r"`(scratchgpt/[^`]+)`", cell)]
    assert len(paths) >= len(found) > 25
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_glossary_is_in_order_and_names_lessons():
    terms = [(term, lesson) for term, _, lesson in rows("Glossary")]
    assert len(terms) > 35 and all(lesson in {one.number for one in LESSONS} for _, lesson in terms)
    names = [term.casefold() for term, _ in terms]
    assert names == sorted(names)


def test_the_two_hour_path_can_be_read_in_two_hours():
    numbers = re.search(r"Read ((?:\d\d, )*\d\d)", README)[1].split(", ")
    assert numbers == ["01", "06", "07", "09", "12", "14"]
    words = 0
    for lesson in find(numbers):
        cells = nbformat.read(lesson.notebook, as_version=4).cells
        words += count_words([cell.source for cell in cells if cell.cell_type == "markdown"])
    assert words / 150 < 120  # words a minute, code and formulas aside
