"""pytest in a folder of exercises: a fresh one is skipped, a wrong answer prints our text alone."""

import re
import shutil
from pathlib import Path

import learner
import pytest

from scratchgpt.learn import catalogue, state, stubs

pytest_plugins = ["pytester"]

STEM = learner.CHAPTER.stem
WRONG = "def softmax(x, axis=-1):\n    e = np.exp(x - x.max(axis, keepdims=True))\n    return e / e.sum()\n"


@pytest.fixture
def folder(pytester, monkeypatch):
    """A folder of exercises with the repository's conftest; the current folder is the one around it."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # they load slowly
    exercises = pytester.mkdir("exercises")
    shutil.copy(Path(__file__).parents[2] / "exercises" / "conftest.py", exercises)
    for chapter in catalogue.chapters():
        (exercises / f"{chapter.stem}.py").write_text(stubs.render(chapter), encoding="utf-8")
    pytester.makeini("[pytest]\naddopts = -q -rs\nfilterwarnings = error\n")
    return exercises


@pytest.fixture
def run(pytester):
    """Run pytest with these arguments; returns its exit code and what it printed."""

    def run_pytest(*args):
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *args)
        return int(result.ret), "\n".join(result.outlines + result.errlines)

    return run_pytest


def test_a_fresh_folder_is_skipped_with_places_and_a_table(folder, run):
    code, printed = run("exercises")
    count = len(catalogue.exercises())
    assert code == 0
    assert f"{count} skipped" in printed and "failed" not in printed and "Traceback" not in printed
    places = re.findall(
        r"SKIPPED \[1\] exercises/\w+\.py:(\d+): to do: (\w+\.\d+) (\w+) \((?:lesson \d\d|project F)\)",
        printed,
    )
    assert len(places) == count
    for line, identity, name in places:
        stem = catalogue.find(identity)[0].stem
        text = (folder / f"{stem}.py").read_text(encoding="utf-8").splitlines()
        assert text[int(line) - 1].startswith(f"def {name}(")
    assert f"0 of {count} solved, about " in printed and "Next: 01.1 " in printed


def test_a_wrong_answer_prints_the_message_and_nothing_else(folder, run):
    learner.write(folder, softmax=WRONG, log_softmax=learner.RIGHT["log_softmax"])
    code, printed = run(f"exercises/{STEM}.py")
    assert code == 1
    n = len(learner.EXERCISES)
    assert f"1 failed, 1 passed, {n - 2} skipped" in printed
    (failure,) = re.findall(r"_+ 02\.1 softmax _+\n(.*?)\n(?:=|_|\n)", printed, flags=re.DOTALL)
    assert failure == learner.check(learner.EXERCISES["softmax"], Path(f"exercises/{STEM}.py")).text()
    assert "Likely mistake: " in failure
    for trace in ("Traceback", "WrongAnswer", "diagnosis.py", "raise ", "def softmax"):
        assert trace not in failure
    assert "Mend: 02.1 softmax" in printed and "1 solved, 1 wrong" in printed
    assert state.State.load(folder).solved == {"02.2"}
    others = len(catalogue.exercises()) - n
    assert f"1 failed, 1 passed, {others + n - 2} skipped" in run("exercises")[1]


def test_symptom_only(folder, run):
    learner.write(folder, softmax=WRONG)
    code, printed = run("exercises", "--symptom-only", "-k", "softmax and not log")
    assert code == 1
    assert "of the numbers agree." in printed and "Likely mistake" not in printed


@pytest.mark.parametrize(
    "content", ["def broken(:\n", "", "import no_such_module\n", "while True print(1)\n"]
)
def test_a_broken_file_is_no_error_of_pytests(folder, run, content):
    """Named on the command line as well: pytest would import it as a module of tests."""
    learner.write(folder, content)
    code, printed = run(f"exercises/{STEM}.py")
    assert code == 1
    assert f"\n{len(learner.EXERCISES)} failed in" in printed and "errors" not in printed


def test_selection_by_name_id_and_x(folder, run):
    learner.write(folder, softmax=WRONG, log_softmax="def log_softmax(x, axis=-1):\n    pass\n")
    assert "1 failed" in run("exercises", "-k", "log_softmax")[1]
    code, printed = run(f"exercises/{STEM}.py::02.2 log_softmax")
    assert code == 1 and "1 failed" in printed and "it returned nothing (None)." in printed
    code, printed = run(f"exercises/{STEM}.py", "-x")
    assert code == 1 and "1 failed" in printed and "stopping after 1 failures" in printed
    code, printed = run("exercises", "--collect-only")
    assert code == 0 and f"exercises/{STEM}.py::02.1 softmax" in printed


def test_the_packages_functions_pass(folder, run):
    learner.write(folder, "def broken(:\n")
    code, printed = run(f"exercises/{STEM}.py", "--package")
    assert code == 0 and f"{len(learner.EXERCISES)} passed" in printed
    assert not (folder / state.FILE).exists(), "that is not the learner's work"


def test_the_working_copy_is_checked_once_and_can_be_named(folder, run):
    mine = folder / "mine"
    mine.mkdir()
    learner.write(mine, **learner.RIGHT)
    code, printed = run("exercises")
    assert code == 0
    assert f"2 passed, {len(catalogue.exercises()) - 2} skipped" in printed
    for path in (f"exercises/mine/{STEM}.py", f"exercises/{STEM}.py"):
        code, printed = run(path)
        assert code == 0 and "2 passed" in printed
    assert state.State.load(folder).solved == {"02.1", "02.2"}
    assert not (mine / state.FILE).exists()


def test_files_that_are_no_exercises_are_left_to_pytest(folder, run):
    (folder / "test_own.py").write_text("def test_own():\n    pass\n", encoding="utf-8")
    code, printed = run("exercises/test_own.py")
    assert code == 0 and "1 passed" in printed


def test_what_is_waiting_or_begun_says_so(folder, run):
    waits = "def log_softmax(x, axis=-1):\n    return np.log(softmax(x, axis))\n"
    begun = "def softmax(x, axis=-1):\n    e = np.exp(x)\n    raise Todo('02.1')\n"
    learner.write(folder, softmax=begun, log_softmax=waits)
    code, printed = run("exercises", "-k", "softmax and not backward")
    assert code == 0
    assert "02.1 softmax (lesson 02) There is code, and `raise Todo` still stands below it" in printed
    assert "02.2 log_softmax (lesson 02) It calls the function of 02.1, which is still to be done" in printed


def test_ctrl_c_stops_pytest(folder, pytester):
    learner.write(folder, softmax="def softmax(x, axis=-1):\n    raise KeyboardInterrupt\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", f"exercises/{STEM}.py", timeout=60)
    assert result.ret == 2
    assert "KeyboardInterrupt" in result.stdout.str() and "skipped" not in result.stdout.str()
