"""Classifying a user's texts with a tuned model; which model a path means."""

import re

import numpy as np
import pytest
from test_tuning import QUICK, base, task

from scratchgpt.errors import UserError
from scratchgpt.ops import REFERENCE
from scratchgpt.tasks import runs
from scratchgpt.tasks.predicting import classify, lines_for, read_lines, tuned_model, unlabelled


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return folder, runs.tune(folder / "pretrained", "pretrained", base(), task(), QUICK)


def test_new_texts_get_the_answers_that_were_measured(run):
    folder, outcome = run
    lines = [example.texts[0] for example in task().splits["test"]]
    answers = classify(tuned_model(folder), lines, REFERENCE)
    assert [a.text for a in answers] == lines
    found = np.array([[a.probabilities["no"], a.probabilities["yes"]] for a in answers])
    np.testing.assert_allclose(found, outcome.probabilities("test"), atol=2e-6)
    names = np.array(["no", "yes"])[outcome.predictions("test")]
    assert [a.answer for a in answers] == list(names)


def test_a_line_with_two_texts_is_refused_by_a_task_of_one(run):
    with pytest.raises(UserError, match=re.escape("Line 2 has 2 text(s), expected 1")):
        classify(tuned_model(run[0]), ["abc", "abc\tdef"], REFERENCE)


def test_which_model_a_path_means(run, tmp_path):
    folder = run[0]
    best = folder / "pretrained" / "best"
    assert tuned_model(folder) == tuned_model(folder / "pretrained") == tuned_model(best) == best
    with pytest.raises(UserError, match="no tuned model in"):
        tuned_model(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name / "best").mkdir(parents=True)
        (tmp_path / name / "best" / "task.json").write_text("{}")
    with pytest.raises(UserError, match="holds 2 tuned models"):
        tuned_model(tmp_path)


def test_reading_lines(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("one\n\n  \ntwo\n", encoding="utf-8")
    assert read_lines(path) == ["one", "two"]
    assert lines_for(None, path) == ["one", "", "  ", "two"], "poems are parted by blank lines"
    path.write_bytes(b"\xef\xbb\xbfone\r\n")
    assert read_lines(path) == ["one"], "the mark that Windows writes is no text"
    path.write_text("\n")
    with pytest.raises(UserError, match="holds no text"):
        read_lines(path)
    path.write_bytes(b"caf\xe9")
    with pytest.raises(UserError, match="is not UTF-8"):
        read_lines(path)
    with pytest.raises(UserError, match="Cannot read"):
        read_lines(tmp_path / "none")


@pytest.mark.parametrize(
    ("kind", "options", "texts"), [("single", 0, 1), ("pair", 0, 2), ("similarity", 0, 2), ("choice", 3, 4)]
)
def test_how_many_texts_a_line_has(kind, options, texts):
    line = "\t".join("abcde"[:texts])
    assert unlabelled([line], kind, options, "letters")[0].texts == tuple("abcde"[:texts])
    with pytest.raises(UserError, match=f"expected {texts}"):
        unlabelled([line + "\tmore"], kind, options, "letters")
