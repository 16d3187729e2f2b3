"""Answers by an author who saw the stubs alone: wrong ones are named rightly, right ones are accepted."""

from pathlib import Path

import pytest

from scratchgpt.learn import catalogue, report

FOLDER = Path(__file__).parent / "answers"
pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def found():
    return report.blind(FOLDER)


def test_there_are_enough_of_them(found):
    per_exercise = {}
    for _, exercise, _, _, is_right in report.answers(FOLDER):
        per_exercise.setdefault((exercise.id, is_right), []).append(exercise)
    for identity in catalogue.exercises():
        assert len(per_exercise[identity, False]) >= 4, identity
        assert len(per_exercise[identity, True]) >= 3, identity


def test_every_wrong_answer_has_its_accepted_names():
    for stem, exercise, name, _, is_right in report.answers(FOLDER):
        if not is_right:
            keys = {m.key for m in exercise.mistakes}
            for said in report.expected(FOLDER, stem)[name]:
                assert set(said.split(" + ")) <= keys, f"{name}: {said!r} is no mistake of {exercise.id}"


@pytest.mark.parametrize("folder", [FOLDER, FOLDER / "second"], ids=["first", "second"])
def test_nine_of_ten_are_named_and_none_by_another_name(folder):
    found = report.blind(folder)
    assert not found.misnamed and not found.accepted
    assert found.named >= 0.9 * found.wrong, f"{found.named} of {found.wrong}"


def test_no_right_answer_is_rejected(found):
    assert not found.rejected
