"""What the catalogue promises: right answers pass, every mistake is named and no other, stubs are current."""

import doctest
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from scratchgpt.learn import catalogue, lint, report, stubs
from scratchgpt.learn.answers import answer
from scratchgpt.learn.catalogue.equivalent import EQUIVALENT
from scratchgpt.learn.diagnosis import judge
from scratchgpt.learn.mutants import survivors
from scratchgpt.learn.wrong import function_of

EXERCISES = {identity: exercise for identity, (_, exercise) in catalogue.exercises().items()}
FOLDER = Path(__file__).parents[2] / "exercises"
each = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
# Attention has hundreds of known mistakes and takes as long as the other exercises together.
MANY = ("06.3", "06.4")
each_but_long_ones_in_the_exhaustive_step = pytest.mark.parametrize(
    "exercise",
    [pytest.param(e, marks=[pytest.mark.exhaustive] * (e.id in MANY)) for e in EXERCISES.values()],
    ids=EXERCISES,
)
each_chapter = pytest.mark.parametrize("chapter", catalogue.chapters(), ids=lambda chapter: chapter.stem)


def test_there_are_enough_of_them():
    assert len(EXERCISES) >= 25
    assert sum(len(e.mistakes) for e in EXERCISES.values()) >= 120
    assert len(EXERCISES) == sum(len(chapter.exercises) for chapter in catalogue.chapters()), "ids are unique"


@each
def test_the_description_is_whole(exercise):
    assert len(exercise.mistakes) >= 3
    assert len({mistake.key for mistake in exercise.mistakes}) == len(exercise.mistakes)
    assert {exercise.difficulty, exercise.importance} <= {1, 2, 3, 4, 5}
    assert 1 <= exercise.lines <= 16 and exercise.minutes >= 2
    assert set(exercise.needs) <= {e.id for e in EXERCISES.values() if e.place < exercise.place}
    names = [probe.name for probe in exercise.probes()]
    assert len(set(names)) == len(names)


@each
def test_the_packages_own_function_is_right(exercise):
    for f in (exercise.reference, *exercise.variants):
        verdict = judge(exercise, f)
        assert verdict.status == "solved", verdict.message


@pytest.mark.exhaustive
@each_but_long_ones_in_the_exhaustive_step
def test_every_mistake_is_named_and_no_other(exercise):
    for mistake in exercise.mistakes:
        verdict = judge(exercise, function_of(exercise, [mistake]))
        assert (verdict.status, verdict.mistake) == ("wrong", mistake.key), verdict.message
        assert mistake.says in verdict.message and mistake.asks in verdict.message


@pytest.mark.exhaustive
def test_the_readme_quotes_the_report():
    """The figures of `learn report`, pairs of mistakes among them; times differ from machine to machine."""
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    rows = [row for row in report.measure().splitlines() if not row.endswith(" s |")]
    assert [row for row in rows if row not in readme] == []


@each
def test_no_message_gives_the_solution_away(exercise):
    assert lint.problems(exercise) == []


@each
def test_the_worked_numbers_are_right(exercise):
    chapter = catalogue.exercises()[exercise.id][0]
    names = {"np": np}
    exec(textwrap.dedent(chapter.imports), names)
    names |= {other.name: other.reference for other in chapter.exercises}
    text = textwrap.dedent(exercise.task)
    examples = doctest.DocTestParser().get_doctest(text, names, exercise.id, None, None)
    assert examples.examples, "at least one worked number"
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS, verbose=False)
    printed = []
    assert runner.run(examples, out=printed.append).failed == 0, "".join(printed)


@each_chapter
def test_the_stubs_are_those_of_the_catalogue(chapter):
    path = FOLDER / f"{chapter.stem}.py"
    assert path.read_text(encoding="utf-8") == stubs.render(chapter), (
        "python -m scratchgpt.learn.stubs writes them again"
    )


@each
def test_every_stub_is_still_to_do(exercise):
    chapter = catalogue.exercises()[exercise.id][0]
    found = answer(exercise, FOLDER / f"{chapter.stem}.py")
    assert found.function is not None, found.problem
    assert judge(exercise, found.function).status == "todo"


def test_no_stub_is_left_over():
    stems = {chapter.stem for chapter in catalogue.chapters()}
    assert {path.stem for kind in ("ex", "project_") for path in FOLDER.glob(f"{kind}*.py")} == stems


@pytest.mark.exhaustive
@each
def test_no_mutant_of_the_reference_passes(exercise):
    total, left = survivors(exercise)
    assert total, "nothing could be changed in the reference"
    accepted = [f"{m.before}  ->  {m.after}" for m in left if m.key not in EQUIVALENT]
    assert not accepted, "\n".join(accepted)


@pytest.mark.exhaustive
def test_equivalent_mutants_exist_and_have_a_reason():
    alive = {m.key for exercise in EXERCISES.values() for m in survivors(exercise)[1]}
    assert set(EQUIVALENT) <= alive, "these are no mutants any more, or are rejected now"
    assert all(len(reason) > 10 for reason in EQUIVALENT.values())


def test_checks_are_quick():
    """All right answers under a minute, one under a second and a half, on any machine we can think of."""
    began = time.perf_counter()
    for exercise in EXERCISES.values():
        one = time.perf_counter()
        judge(exercise, exercise.reference)
        assert time.perf_counter() - one < 1.5, exercise.id
    assert time.perf_counter() - began < 60
