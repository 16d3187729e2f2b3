"""Notes of where a learner was stuck: kept with what was known, shown again when it is time."""

import re
import time
import types

import learner
import pytest

from scratchgpt import learn
from scratchgpt.errors import UserError
from scratchgpt.learn import __main__, catalogue, notes, plugin, state, stubs
from scratchgpt.learn.checking import Checked, check
from scratchgpt.learn.diagnosis import judge
from scratchgpt.learn.remembered import Note
from scratchgpt.learn.wrong import function_of

NO_SUM = "def softmax(x, axis=-1):\n    return np.exp(x - np.max(x, axis, keepdims=True))\n"
TEXT = "I do not see why the rows have to sum to one"


@pytest.fixture
def exercises(tmp_path, monkeypatch):
    """A folder of exercises as a learner has it, and the current folder around it."""
    folder = tmp_path / "exercises"
    folder.mkdir()
    for chapter in catalogue.chapters():
        (folder / f"{chapter.stem}.py").write_text(stubs.render(chapter), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def run(*words):
    return __main__.main(list(words))


def only(folder):
    """The one note that there is."""
    (note,) = state.State.load(folder).notes
    return note


def test_a_note_keeps_what_was_known(exercises, capsys):
    learner.write(exercises, softmax=NO_SUM)
    run("hint", "02.1")
    capsys.readouterr()
    before = time.time()
    assert run("stuck", "softmax", TEXT) == 0
    printed = capsys.readouterr().out
    note = only(exercises)
    verdict = learn.check("02.1").verdict
    assert before <= note.when <= time.time()
    assert (note.exercise, note.text, note.hints, note.resolved) == ("02.1", TEXT, 1, None)
    assert (note.status, note.mistake) == ("wrong", verdict.mistake or "")
    assert note.said and note.said in verdict.message
    assert f'open: "{TEXT}"\n' in printed and f"1 hint seen; the checker said: {note.said}\n" in printed
    assert printed.endswith("The next hint: python -m scratchgpt.learn hint 02.1\n")


def test_a_named_mistake_is_kept_by_name(exercises):
    exercise = learner.EXERCISES["softmax"]
    mistake = exercise.mistakes[0]
    verdict = judge(exercise, function_of(exercise, (mistake,)))
    note = notes.made(Checked(exercise, verdict, exercises / "x.py", 1), "why?", 9, 1e9)
    assert note.mistake == mistake.key and note.said == f"{mistake.says} {mistake.asks}"
    assert note.hints == 3


def test_a_note_comes_back_at_checks_until_it_is_resolved(exercises, capsys):
    run("stuck", "02.1", TEXT)
    assert only(exercises).status == "todo"
    capsys.readouterr()
    told = re.compile(rf'^You wrote today at \d\d:\d\d: "{TEXT}"$', flags=re.MULTILINE)
    learner.write(exercises, softmax=NO_SUM)
    assert run("check", "02.1") == 1
    assert told.search(capsys.readouterr().out)
    learner.write(exercises, **learner.RIGHT)
    resolved = re.compile(told.pattern[:-1] + " Resolved\\.$", flags=re.MULTILINE)
    for words in (("check", learner.CHAPTER.stem), ("check", "02.1")):
        assert run(*words) == 0
        assert resolved.search(capsys.readouterr().out), words
    assert only(exercises).resolved is not None
    run("check", learner.CHAPTER.stem)
    assert TEXT not in capsys.readouterr().out, "among others, what was solved before is silent"
    assert run("stuck") == 0
    listed = capsys.readouterr().out
    assert listed.startswith("02.1 softmax\n") and "resolved today at" in listed and TEXT in listed


def test_pytest_shows_it_below_the_table(exercises):
    run("stuck", "02.1", TEXT)
    run("stuck", "02.2", "not looked at yet")
    path = learner.write(exercises, softmax=NO_SUM)
    assert _summary(path)[-1] == f"02.1: {notes.told(state.State.load(exercises).notes[0], time.time())}"
    learner.write(exercises, softmax=learner.RIGHT["softmax"])
    assert next(line for line in _summary(path) if TEXT in line).endswith("Resolved.")
    assert not any(TEXT in line for line in _summary(path)), "once is enough"


def _summary(path):
    """What pytest prints below its results when it has judged lesson 02."""
    checked = {e.id: check(e, path) for e in learner.EXERCISES.values()}
    config = types.SimpleNamespace(stash={plugin._CHECKED: checked}, getoption=lambda name: False)
    lines = []
    plugin.pytest_terminal_summary(types.SimpleNamespace(write_line=lines.append), config)
    return lines


def test_a_notebook_shows_it_too(exercises):
    run("stuck", "02.1", TEXT)
    shown = repr(learn.check("02.1"))
    assert shown.splitlines()[-1].endswith(f'"{TEXT}"')
    assert TEXT not in repr(learn.check("02.2"))
    learner.write(exercises, **learner.RIGHT)
    assert repr(learn.check("02.1")).endswith(f'"{TEXT}" Resolved.')
    assert state.State.load(exercises).solved == {"02.1"}


def test_notes_are_listed_for_all_and_for_one(exercises, capsys):
    run("stuck", "02.2", "second")
    run("stuck", "02.1", "first")
    run("stuck", "02.2", "third")
    capsys.readouterr()
    assert run("stuck", "02.2") == 0
    printed = capsys.readouterr().out
    assert re.findall(r'"(\w+)"', printed) == ["second", "third"] and "softmax\n" in printed
    assert run("stuck") == 0
    assert re.findall(r'"(\w+)"', capsys.readouterr().out) == ["second", "third", "first"]
    assert run("stuck", "02.3") == 0
    assert capsys.readouterr().out.startswith("There are no notes on 02.3. To write one:\n  python -m ")


def test_a_note_on_what_is_solved_waits_for_its_writer(exercises, capsys):
    learner.write(exercises, **learner.RIGHT)
    run("stuck", "02.1", "It works. Why?")
    run("check", "02.1")
    assert only(exercises).resolved is None
    assert run("stuck", "02.1", "--done") == 0
    assert capsys.readouterr().out.endswith("Resolved: 1 note on 02.1.\n")
    assert only(exercises).resolved is not None
    with pytest.raises(UserError, match=r"There is no open note on 02\.1"):
        run("stuck", "02.1", "--done")


def test_words_without_quotation_marks_are_one_note(exercises):
    run("stuck", "02.1", "why", "the  maximum?\n", "\udc80")
    assert only(exercises).text == "why the maximum? ?"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("stuck", "02.1", ""), "The note is empty, expected what you do not see"),
        (("stuck", "02.1", " \n "), "The note is empty"),
        (("stuck", "02.1", "x" * 1001), "The note has 1001 characters, expected at most 1000"),
        (("stuck", "99.9", "why?"), "There is no exercise '99.9', expected an id such as 06.4."),
        (("stuck", "I do not see why"), "There is no exercise 'I do not see why', expected an id"),
        (("stuck", "--done"), "--done belongs to stuck EXERCISE"),
        (("check", "02.1", "--done"), "--done belongs to stuck EXERCISE"),
        (("stuck", "02.1", "text", "--done"), "stuck has no use for 'text'"),
        (("check", "02.1", "02.2"), "check has no use for '02.2': a text belongs to stuck"),
    ],
)
def test_mistakes_are_one_line(exercises, words, said):
    with pytest.raises(UserError, match=said) as caught:
        run(*words)
    assert "\n" not in str(caught.value)
    assert state.State.load(exercises).notes == ()


def test_a_note_that_cannot_be_kept_is_an_error(exercises):
    (exercises / state.FILE).mkdir()
    with pytest.raises(UserError, match="Cannot write"):
        run("stuck", "02.1", TEXT)


def test_days_are_told_by_the_clock_of_the_machine():
    now = time.mktime((2026, 5, 3, 14, 5, 0, 0, 0, -1))
    assert notes.day(now - 60, now) == "today at 14:04"
    assert notes.day(now - 86400, now) == "on 2 May"
    assert notes.day(time.mktime((2025, 12, 24, 18, 0, 0, 0, 0, -1)), now) == "on 24 December 2025"
    assert notes.told(Note("06.4", now - 86400, "Why?"), now) == 'You wrote on 2 May: "Why?"'
