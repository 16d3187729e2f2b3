"""python -m scratchgpt.learn: every command, its output, its exit code, and every mistake on one line."""

import functools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import learner
import numpy as np
import pytest

from scratchgpt import learn
from scratchgpt.errors import UserError
from scratchgpt.learn import __main__, catalogue, mutants, state, stubs
from scratchgpt.learn.catalogue.questions import QUESTIONS

STEM = learner.CHAPTER.stem


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


def command(*words, cwd, module="scratchgpt.learn", **options):
    """Start the command line as its own process."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"},
        **options,
    )


# check


def test_status_shows_where_one_stands(exercises, capsys):
    learner.write(exercises, **learner.RIGHT)
    assert run() == 0
    printed = capsys.readouterr().out
    count = len(catalogue.exercises())
    assert f"2 of {count} solved, about " in printed
    assert "2 solved, " in printed and "Next: 01.1" in printed
    assert state.State.load(exercises).solved == {"02.1", "02.2"}


def test_check_says_what_is_wrong(exercises, capsys):
    wrong = "def softmax(x, axis=-1):\n    return np.exp(x)\n"
    path = learner.write(exercises, softmax=wrong, log_softmax=learner.RIGHT["log_softmax"])
    assert run("check", "02.1") == 1
    printed = capsys.readouterr().out
    assert printed.startswith(f"02.1 softmax  {Path('exercises') / path.name}:")
    assert 'probe "basic" (2, 3, 5): y: 0 % of the numbers agree.' in printed
    assert "Likely mistake:" in printed
    assert run("check", "softmax", "--quiet") == 1
    assert "Likely mistake" not in capsys.readouterr().out
    assert run("check", "02.2") == 0
    assert capsys.readouterr().out.rstrip().endswith("solved")
    assert run("check", f"exercises/{STEM}.py") == 1
    assert capsys.readouterr().out.rstrip().endswith(f"1 solved, 1 wrong, {len(learner.EXERCISES) - 2} to do")


def test_check_as_json(exercises, capsys):
    wrong = "def softmax(x, axis=-1):\n    print('trial')\n    e = np.exp(x)\n    return e / e.sum()\n"
    learner.write(exercises, softmax=wrong, log_softmax=learner.RIGHT["log_softmax"])
    assert run("check", STEM, "--json") == 1
    content = json.loads(capsys.readouterr().out)
    assert set(content) == {"exercises", "solved", "wrong", "todo"}
    assert (content["solved"], content["wrong"], content["todo"]) == (1, 1, len(learner.EXERCISES) - 2)
    first, second, third = content["exercises"][:3]
    assert set(first) == {"id", "status", "mistake", "message"}
    assert (first["id"], first["status"]) == ("02.1", "wrong")
    assert first["message"].endswith("It printed:\n  trial")
    assert second == {"id": "02.2", "status": "solved", "mistake": None, "message": ""}
    assert third == {"id": "02.3", "status": "todo", "mistake": None, "message": ""}


def test_the_packages_functions_in_place_of_the_learners(exercises, capsys):
    learner.write(exercises, "def softmax(:\n")
    assert run("check", "02.1", "--using", "package", "--json") == 0
    assert json.loads(capsys.readouterr().out)["solved"] == 1
    assert state.State.load(exercises).solved == frozenset(), "that is not the learner's work"


def test_the_working_copy_counts(exercises, capsys):
    assert run("start") == 0
    n = len(catalogue.chapters())
    assert f"{n} files copied to {Path('exercises/mine')}." in capsys.readouterr().out
    path = learner.write(exercises / "mine", **learner.RIGHT)
    assert run("check", "02.1") == 0
    assert f"{Path('exercises/mine') / path.name}" in capsys.readouterr().out
    before = path.read_bytes()
    assert run("start") == 0
    assert f"0 files copied to {Path('exercises/mine')}, {n} were there and stay" in capsys.readouterr().out
    assert path.read_bytes() == before
    assert run("reset", "02.1") == 0
    assert learner.verdict(path).status == "todo"
    assert learner.verdict(path, "log_softmax").status == "solved"


# hint, solution, reset


def test_hints_come_one_at_a_time(exercises, capsys):
    hints = learner.EXERCISES["softmax"].hints
    for shown in (1, 2, 3, 3):
        assert run("hint", "02.1") == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[:shown] == [f"{i}. {text}" for i, text in enumerate(hints[:shown], start=1)]
        assert len(lines) == shown + (shown == 3)
    assert "python -m scratchgpt.learn solution 02.1" in lines[-1]


def test_a_hint_is_shown_even_where_nothing_can_be_remembered(exercises, capsys):
    (exercises / state.FILE).mkdir()
    assert run("hint", "02.1") == 0
    out, err = capsys.readouterr()
    assert out.startswith("1. ") and err.startswith("(The next hint cannot be counted: Cannot write")
    assert run() == 0, "nor is it a reason to refuse a check"


def test_the_solution_is_the_package(exercises, capsys):
    assert run("solution", "02.1") == 0
    out, err = capsys.readouterr()
    assert out.startswith("# scratchgpt/ops/softmax.py\ndef softmax(x")
    assert "Not solved yet" in err
    learner.write(exercises, **learner.RIGHT)
    assert run("check", "02.1") == 0
    capsys.readouterr()
    assert run("solution", "softmax") == 0
    assert capsys.readouterr().err == ""


def test_reset_restores_a_missing_file_and_spares_one_it_cannot_read(exercises, capsys):
    path = exercises / f"{STEM}.py"
    path.unlink()
    assert run("reset", "02.1") == 0
    assert path.read_text(encoding="utf-8") == stubs.render(learner.CHAPTER)
    path.write_bytes(b"# caf\xe9\n")
    with pytest.raises(UserError, match="is not UTF-8 text: save it as UTF-8, or delete it"):
        run("reset", "02.1")
    assert path.read_bytes() == b"# caf\xe9\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chek",), "There is no command 'chek', expected status, start, check.*Did you mean 'check'"),
        (("check", "99.9"), "There is no exercise '99.9', expected an id such as 06.4."),
        (("check", "sofmax"), "Did you mean 'softmax'"),
        (("check", "no_file.py"), "There is no exercise 'no_file.py'"),
        (("hint",), "hint needs an exercise, such as python -m scratchgpt.learn hint 02.1."),
        (("start", "02"), "start has no use for '02': leave it out."),
        (("hint", "02.1", "--quiet"), "--quiet has no meaning for hint: leave it out."),
        (("--steps", "0"), "--steps has no meaning for status: leave it out."),
        (("train", "flim"), "train has no use for 'flim', expected film. Did you mean 'film'"),
        (("train", "film", "--steps", "9"), "--mine and --steps have no meaning for train film: leave them"),
        (("solution",), "solution needs an exercise"),
        (("reset",), "reset needs an exercise"),
        (("reset", "softmaxx"), "There is no exercise"),
        (("watch", "softmaxx"), "There is no exercise"),
        (("train",), "train needs --mine"),
        (("train", "--mine", "77"), "There are no exercises of lesson '77', expected some of 01, "),
        (("train", "--mine", "--steps", "5"), "--steps is 5, expected 20 or more: so many are compared"),
        (("train", "--mine"), "None of your functions is part of a model yet"),
        (("check", "--using", "yours"), "invalid choice: 'yours'"),
        (("--stepz", "3"), "Unknown argument '--stepz'"),
    ],
)
def test_mistakes_on_the_command_line(exercises, words, said):
    with pytest.raises(UserError, match=said):
        run(*words)


def test_a_mistake_is_one_line_and_exit_code_2(tmp_path):
    process = command("check", "99.9", cwd=tmp_path)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("error: There is no exercise '99.9'") and err.count("\n") == 1


def test_the_report_by_the_name_of_its_file_is_the_same_command(tmp_path):
    process = command("--x", cwd=tmp_path, module="scratchgpt.learn.report")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("error: Unknown argument '--x'") and err.count("\n") == 1


def test_mutants_of_a_lesson_that_there_is_not():
    with pytest.raises(UserError, match="There is no exercise '99', expected an id such as"):
        mutants.main(["99"])


def test_no_folder_of_exercises(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scratchgpt.learn.answers.checkout", lambda: None)
    with pytest.raises(UserError, match="There is no folder exercises/ here"):
        run()


# watch


def _line_with(process, text):
    for line in process.stdout:
        if text in line:
            return line
    raise AssertionError(f"{text!r} never came: {process.stderr.read()}")


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_watch_judges_again_when_a_file_is_saved_and_ends_with_ctrl_c(exercises):
    # A shell may have told its children to ignore Ctrl-C.
    listen = functools.partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    process = command("watch", "softmax", cwd=exercises.parent, preexec_fn=listen)
    try:
        assert "to do" in _line_with(process, "02.1 softmax")
        (exercises / "example.py").write_text("no exercise", encoding="utf-8")
        path = exercises / f"{STEM}.py"
        path.unlink()  # as some editors do for a moment
        time.sleep(0.7)
        learner.write(exercises, softmax="def softmax(x, axis=-1):\n    return np.exp(x\n")
        assert "this is not Python yet" in _line_with(process, "not Python")
        learner.write(exercises, **learner.RIGHT)
        assert "solved" in _line_with(process, "solved")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert "Watching; Ctrl-C ends." in process.stderr.read()
    finally:
        process.kill()
        process.communicate()


# state


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\x00",
        b'{"solved": 3, "hints": {}}',
        b'{"solved": [], "hints": []}',
        b'{"solved": [], "hints": {"02.1": "many"}}',
        b'{"solved": [], "hints": {"02.1": 1e999}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_state_is_rebuilt(exercises, content):
    learner.write(exercises, **learner.RIGHT)
    (exercises / state.FILE).write_bytes(content)
    assert state.State.load(exercises) == state.State(exercises)
    assert run("check", "02.1") == 0
    assert state.State.load(exercises).solved == {"02.1"}


def test_what_was_solved_stays_known(exercises):
    learner.write(exercises, **learner.RIGHT)
    run("hint", "02.2")
    run("check", "02.1")
    learner.write(exercises)
    run("check", "02.1")
    again = state.State.load(exercises)
    assert (again.solved, again.hints) == ({"02.1"}, {"02.2": 1})
    (exercises / state.FILE).write_text('{"solved": [], "hints": {"02.2": -7}}', encoding="utf-8")
    assert state.State.load(exercises).hints == {"02.2": 0}


# From Python


def test_check_from_python(exercises):
    learner.write(exercises, **learner.RIGHT)
    assert learn.check("02.1").verdict.status == "solved"
    assert learn.check("cross_entropy_forward").verdict.status == "todo"
    with pytest.raises(UserError, match="There is no exercise"):
        learn.check("2.1")
    with pytest.raises(UserError, match=r"named by a text such as '06\.4', got 10\.1: put it in quotes"):
        learn.check(10.1)
    with pytest.raises(AttributeError):
        _ = learn.chek


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_questions_name_wrong_answers(question, capsys):
    assert learn.ask(question.id, question.right()) is True
    assert capsys.readouterr().out.startswith(f"{question.id}: right, ")
    assert 2 <= len(question.named) <= 4
    for value, reason in question.named.items():
        assert learn.ask(question.id, value) is False
        assert capsys.readouterr().out.rstrip().endswith(reason)


@pytest.mark.parametrize("answer", ["x", float("nan"), 10**400, [1, 2], np.zeros(3), 1j, object()])
def test_any_answer_to_a_question_is_answered(answer, capsys):
    for question in QUESTIONS:
        assert learn.ask(question.id, answer) is False
        assert "Read the question again: " in capsys.readouterr().out


def test_a_question_without_an_answer_is_asked(capsys):
    assert learn.ask("06.q1") is None
    assert capsys.readouterr().out.endswith('Your answer: learn.ask("06.q1", ...)\n')


def test_an_unknown_question():
    with pytest.raises(
        UserError, match=r"no question '02.q99', expected an id such as 06\.q1\. Did you mean '02.q"
    ):
        learn.ask("02.q99", 1)
    with pytest.raises(UserError, match=r"named by a text such as '06\.q1', got 6: put it in quotes"):
        learn.ask(6, 1)


def test_choices_are_compared_without_regard_to_case(capsys):
    assert learn.ask("06.q1", " Later ")


# compare_grads


def test_the_first_wrong_gradient_is_marked(capsys):
    rng = np.random.default_rng(0)
    ref = {"dp": rng.standard_normal((2, 3)), "ds": rng.standard_normal((2, 3)), "dq": rng.standard_normal(4)}
    assert learn.compare_grads(ref, ref) is None
    assert capsys.readouterr().out.count("ok ") == 3
    mine = {"dp": ref["dp"], "ds": 1.001 * ref["ds"], "dq": -ref["dq"]}
    assert learn.compare_grads(mine, ref) == "ds"
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("dp  (2, 3)") and "ok" in lines[0] and "first" not in lines[0]
    assert "WRONG relative error 5.0e-04  <- the first wrong one" in lines[1]
    assert "WRONG relative error 1.0e+00" in lines[2] and "first" not in lines[2]


def test_gradients_that_are_missing_or_of_another_shape(capsys):
    ref = {"dx": np.ones((2, 3)), "dw": np.ones(3)}
    assert learn.compare_grads({"dx": np.ones((2, 3))}, ref) == "dw"
    assert "missing  <- the first" in capsys.readouterr().out
    assert learn.compare_grads({"dx": np.ones((3, 2)), "dw": np.ones(3)}, ref) == "dx"
    assert "has shape (3, 2)" in capsys.readouterr().out
    assert learn.compare_grads({"dx": np.full((2, 3), np.nan), "dw": np.ones(3)}, ref) == "dx"
    with pytest.raises(UserError, match="compare_grads got a list, expected gradients with names"):
        learn.compare_grads([np.ones(3)], ref)


def test_an_original_that_was_changed_beside_a_copy_is_said(exercises, capsys):
    assert run("start") == 0
    assert "was changed" not in capsys.readouterr().out
    learner.write(exercises, **learner.RIGHT)
    for words in ((), ("check", "02.1")):
        run(*words)
        said = (
            f"{Path('exercises') / STEM}.py was changed, but {Path('exercises') / 'mine' / STEM}.py is what"
        )
        assert said in capsys.readouterr().out


def test_the_packages_functions_are_not_taken_for_ones_own(exercises, capsys):
    assert run("check", "02.1", "--using", "package") == 0
    assert capsys.readouterr().out.endswith("package's own functions: your files were not judged.\n")
