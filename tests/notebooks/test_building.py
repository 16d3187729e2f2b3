"""Notebooks from text: built, compared, and held to their form."""

import contextlib
import copy
import re

import pytest

from scratchgpt.errors import UserError
from scratchgpt.notebooks import __main__ as command
from scratchgpt.notebooks import execution
from scratchgpt.notebooks.lesson import HEADINGS, Lesson, complaints, count_words, find

FIRST = """\
# %% [markdown]
# # 42 · A trial
#
# *10 minutes · builds on 01, 02 · exercises 06.1 to 06.6*

"""
TEXT = (
    FIRST
    + """\
# %% tags=["check"]
import math
print(round(math.pi, 4))

# %%
print("one"); print("two")

# %% [markdown]
# Pi is 3.1416 and not 3.1417.
"""
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "42_trial.py").write_text(TEXT, encoding="utf-8")
    return tmp_path


def written(folder, text):
    path = folder / "42_trial.py"
    path.write_text(text, encoding="utf-8")
    return Lesson("42", path)


def test_a_lesson_knows_its_title_and_minutes(folder):
    (lesson,) = find(folder=folder)
    assert (lesson.title, lesson.minutes, lesson.notebook.name) == ("A trial", 10, "42_trial.ipynb")
    with pytest.raises(UserError, match="There is no lesson '43', expected 42"):
        find(["43"], folder)


def test_cells_and_tags_come_from_the_text(folder):
    notebook = execution.unexecuted(find(folder=folder)[0])
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code", "code", "markdown"]
    assert notebook.cells[1].metadata == {"tags": ["check"]} and notebook.cells[2].metadata == {}
    assert execution.as_text(notebook) == execution.as_text(execution.unexecuted(find(folder=folder)[0]))


def test_building_checking_and_what_has_changed(folder, monkeypatch, capsys):
    lesson = find(folder=folder)[0]
    said = command.build(lesson)
    kept = lesson.notebook.read_bytes()
    assert not any("differs" in one or "raised" in one for one in said)
    assert any(one.endswith("3.1417") for one in said)
    run = execution.execute(lesson)
    assert execution.as_text(run.notebook).encode() == kept  # built again, not a byte is new
    assert run.notebook.cells[2].outputs[0].text == "one\ntwo\n"

    monkeypatch.setattr(
        execution, "execute", lambda lesson: run._replace(notebook=execution.unexecuted(lesson))
    )
    changed = written(folder, TEXT.replace("math.pi, 4", "math.e, 4"))
    assert "cell 1 differs from the text: build the notebook again" in command.check(changed)
    longer = written(folder, TEXT + "\n# %%\nprint(3)\n")
    assert any("has 4 cells, its text 5" in one for one in command.check(longer))
    monkeypatch.setattr(execution, "execute", lambda lesson: run)
    assert command.check(written(folder, TEXT)) == said
    capsys.readouterr()


def test_cells_judge_fresh_stubs_whatever_the_reader_has_written(folder, monkeypatch):
    pytest.importorskip("nbclient")
    own = folder / "exercises" / "mine"
    own.mkdir(parents=True)
    (folder / "exercises" / "ex02_likelihood.py").write_text("x =\n", encoding="utf-8")
    (own / "ex02_likelihood.py").write_text("def softmax(x, axis=-1):\n    return x\n", encoding="utf-8")
    monkeypatch.chdir(folder)  # as from a checkout, of which the reader has solved a part
    cell = '# %%\nfrom scratchgpt import learn\nlearn.check("02.1")\n'
    run = execution.execute(written(folder, FIRST + cell))
    said = run.notebook.cells[1].outputs[0].data["text/plain"]
    assert re.fullmatch(r"02\.1 softmax  exercises/ex02_likelihood\.py:\d+  todo", said)
    assert [path.name for path in (folder / "exercises").iterdir() if path.name.startswith(".")] == []


def test_a_cell_that_raises_is_named_and_nothing_is_written(folder, capsys):
    lesson = written(folder, TEXT.replace("math.pi", "math.tau / 0"))
    (said,) = command.build(lesson)
    assert said == "cell 1 (import math) raised ZeroDivisionError: float division by zero"
    assert not lesson.notebook.exists()
    assert "raised ZeroDivisionError" in capsys.readouterr().out


def test_a_checked_output_that_changed_is_found():
    nbformat = pytest.importorskip("nbformat")
    new = nbformat.v4

    def notebook(text, tags):
        cell = new.new_code_cell("x", outputs=[new.new_output("stream", text=text)])
        cell.metadata = {"tags": tags}
        return new.new_notebook(cells=[cell])

    assert execution.differences(notebook("1", ["check"]), notebook("1", ["check"]), True) == []
    (said,) = execution.differences(notebook("1", ["check"]), notebook("2", ["check"]), True)
    assert said == "cell 0 prints '1', and in the notebook '2'"
    assert execution.differences(notebook("1", []), notebook("2", []), True) == []
    (said,) = execution.differences(notebook("1", []), notebook("1", ["check"]), True)
    assert said.startswith("cell 0 differs from the text")


def test_what_a_cell_prints_in_pieces_is_one_output_a_stream():
    nbformat = pytest.importorskip("nbformat")
    new = nbformat.v4
    pieces = [("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "c\n"), ("stderr", "d\n")]
    cell = new.new_code_cell(
        "x", outputs=[new.new_output("stream", name=name, text=text) for name, text in pieces]
    )
    execution._settle(cell)
    assert [(o.name, o.text) for o in cell.outputs] == [("stdout", "a\nc\n"), ("stderr", "b\nd\n")]


@pytest.mark.parametrize(
    ("seconds", "size", "said"),
    [
        (60.0, 1_000_000, []),
        (61.0, 10, ["it took 61 s, expected at most 60 s"]),
        (1.0, 1_000_001, ["the notebook has 1,000,001 bytes, expected at most 1,000,000"]),
    ],
)
def test_a_lesson_that_is_slow_or_large_makes_the_command_fail(
    folder, monkeypatch, capsys, seconds, size, said
):
    lesson = find(folder=folder)[0]
    run = execution.Run(whole(folder), seconds)
    monkeypatch.setattr(command, "find", lambda numbers: [lesson])
    monkeypatch.setattr(execution, "execute", lambda lesson: run)
    monkeypatch.setattr(execution, "as_text", lambda notebook: "x" * size)
    assert command.main(["build"]) == (1 if said else 0)
    *_, last = printed = capsys.readouterr().out.splitlines()
    assert [line.strip() for line in printed[1:-1]] == said
    assert last == f"1 lessons, {len(said)} complaints."


def whole(folder):
    """A notebook that nothing is missing from, by its outputs."""
    sections = "".join(f"# ## {heading}\n#\n# {'word ' * 220}\n#\n" for heading in HEADINGS)
    asked = "".join(f'learn.ask("42.q{i}")\n' for i in (1, 2, 3))
    text = f'{FIRST}{sections}\n# %% tags=["check"]\nsource(f)\n{asked}'
    notebook = execution.unexecuted(written(folder, text))
    outputs = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": "x"}}] * 3
    notebook.cells[-1].outputs = copy.deepcopy(outputs)
    return notebook


def test_a_whole_lesson_has_nothing_to_complain_of(folder):
    notebook = whole(folder)
    assert complaints(find(folder=folder)[0], notebook) == []
    notebook.cells[-1].outputs.append({"output_type": "stream", "name": "stderr", "text": "oh\nno"})
    assert complaints(find(folder=folder)[0], notebook) == ["a cell writes to the error stream: oh"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# 42 · A", "# 41 · A", "the first line is"),
        ("10 minutes", "Ten minutes", "the line '*NN minutes"),
        ("## Extend", "## Extended", "there is no section '## Extend'"),
        ("word ", "", "it has "),
        ('learn.ask("42.q3")', 'learn.ask("42.q2")', "it asks 2 recall questions"),
        ("source(f)", "f", "it shows no code"),
    ],
)
def test_what_is_missing_is_said(folder, old, new, said):
    notebook = whole(folder)
    for cell in notebook.cells:
        cell.source = cell.source.replace(old, new)
    assert [one for one in complaints(find(folder=folder)[0], notebook) if one.startswith(said)]


def test_pictures_and_checked_cells_are_counted(folder):
    notebook = whole(folder)
    notebook.cells[-1].outputs = notebook.cells[-1].outputs[:2]
    notebook.cells[-1].metadata = {}
    said = complaints(find(folder=folder)[0], notebook)
    assert said == ["it has 2 pictures, expected at least 3", "no cell is tagged 'check'"]


def test_words_leave_formulas_and_code_out():
    assert count_words(["Two words $a + b$ and `code` here\n```\nnot this\n```\n$$\nnor this\n$$"]) == 4


@pytest.mark.parametrize("text", ["", "not JSON", "{}", "[]", '{"nbformat": 4, "nbformat_minor": 5}'])
def test_a_damaged_notebook_is_to_be_built_again(folder, monkeypatch, capsys, text):
    lesson = find(folder=folder)[0]
    lesson.notebook.write_text(text, encoding="utf-8")
    run = execution.Run(execution.unexecuted(lesson), 0.0)
    monkeypatch.setattr(execution, "execute", lambda lesson: run)
    assert "42_trial.ipynb cannot be read: build it again" in command.check(lesson)


@pytest.mark.parametrize("name", ["DeadKernelError", "CellTimeoutError"])
def test_a_kernel_that_dies_or_hangs_is_told(folder, monkeypatch, capsys, name):
    nbclient = pytest.importorskip("nbclient")

    class Client:
        def __init__(self, notebook, **options):
            self.setup_kernel = contextlib.nullcontext

        def execute_cell(self, cell, i):
            if cell.cell_type == "code":
                raise getattr(nbclient.exceptions, name)("It died.\nTwo lines.")

    monkeypatch.setattr(nbclient, "NotebookClient", Client)
    lesson = find(folder=folder)[0]
    assert command.build(lesson) == ["cell 1 (import math) did not end: It died."]
    assert not lesson.notebook.exists()


def test_a_text_without_a_heading_is_listed_by_its_name(folder):
    assert written(folder, "").title == "42_trial"
    assert written(folder, "# %%\nprint(1)\n").title == "42_trial"


def test_bad_commands():
    with pytest.raises(UserError, match=r"required: COMMAND\."):
        command.main([])
    with pytest.raises(UserError, match="There is no command 'bild', expected build, check, list"):
        command.main(["bild"])


def test_the_list_of_lessons(capsys):
    assert command.main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(find()) and all(" minutes  " in line for line in lines)
