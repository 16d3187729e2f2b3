"""Files as learners leave them: what is broken is said for its own function, and the others still count."""

import learner
import pytest

from scratchgpt.learn.answers import answer, file_of

RESET = "`python -m scratchgpt.learn reset 02.1` restores the exercise."

# What softmax was replaced with, and the message about it.
BROKEN = {
    "a bracket left open": (
        "def softmax(x, axis=-1):\n    return np.exp(x\n",
        "line +1: this is not Python yet: '(' was never closed, at `return np.exp(x`.",
    ),
    "no colon": (
        "def softmax(x, axis=-1)\n    return x\n",
        "line +0: this is not Python yet: expected ':', at `def softmax(x, axis=-1)`.",
    ),
    "nothing under an if": (
        "def softmax(x, axis=-1):\n    if x.ndim:\n",
        "this is not Python yet: expected an indented block after 'if' statement on line",
    ),
    "an open docstring": (
        'def softmax(x, axis=-1):\n    """open\n    return x\n',
        "this is not Python yet: unterminated triple-quoted string literal",
    ),
    "tabs and spaces": (
        "def softmax(x, axis=-1):\n    e = np.exp(x)\n\treturn e\n",
        "this is not Python yet: inconsistent use of tabs and spaces in indentation",
    ),
    "return outside": (
        "def softmax(x, axis=-1):\n    e = np.exp(x)\nreturn e\n",
        "line +2: this is not Python yet: 'return' outside function",
    ),
    "a class": ("class softmax:\n    pass\n", f"softmax is a class here, expected a function. {RESET}"),
    "a variable": ("softmax = 3\n", "softmax is a value of type int here, expected a function (a plain"),
    "async": ("async def softmax(x, axis=-1):\n    return x\n", "softmax is an `async def` here"),
    "deleted": (
        "",
        f"There is no function softmax in ex02_likelihood.py. Was it deleted or renamed? {RESET}",
    ),
    "renamed": (
        "def sofmax(x, axis=-1):\n    return x\n",
        "There is no function softmax in ex02_likelihood.py. There is a function sofmax: was it renamed? "
        f"{RESET}",
    ),
    "imported": (
        "from scratchgpt.ops.softmax import softmax\n",
        "softmax is imported from scratchgpt.ops.softmax, and was to be written here.",
    ),
    "twice": (
        "def softmax(x, axis=-1):\n    return x\n\n\ndef softmax(x, axis=-1):\n    return x\n",
        "Python takes the last one. Which of them is your answer? Take the others away.",
    ),
    "nested": (
        "def helper(x):\n    def softmax(x, axis=-1):\n        return x\n",
        "line +1: softmax stands inside of helper. Is it indented too far? "
        "Its `def` belongs at the left margin.",
    ),
    "a failing default": (
        "def softmax(x, axis=-1, scale=1 / 0):\n    return x\n",
        "line +0: the file fails when it is loaded: ZeroDivisionError: division by zero.",
    ),
    "an import that fails inside": (
        "def softmax(x, axis=-1):\n    import no_such_module\n    return x\n",
        "ModuleNotFoundError: No module named 'no_such_module' at line +1",
    ),
}


@pytest.mark.parametrize(("code", "expected"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_said_for_its_own_function(tmp_path, code, expected):
    assert expected in learner.message(tmp_path, code)


SIGNATURES = {
    "renamed": ("scores, axis=-1", "scores, axis=-1"),
    "missing": ("x", "x"),
    "one more": ("x, temperature, axis=-1", "x, temperature, axis=-1"),
    "one more by keyword": ("x, axis=-1, *, temperature", "x, axis=-1, *, temperature"),
    "by keyword only": ("x, *, axis=-1", "x, *, axis=-1"),
    "by place only": ("x, axis=-1, /", "x, axis=-1, /"),
    "default lost": ("x, axis", "x, axis"),
    "all": ("*args, **kwargs", "*args, **kwargs"),
}


@pytest.mark.parametrize(("parameters", "shown"), SIGNATURES.values(), ids=SIGNATURES)
def test_changed_parameters_are_named(tmp_path, parameters, shown):
    said = learner.message(tmp_path, f"def softmax({parameters}):\n    return x\n")
    assert said == (
        f"The parameters of softmax have changed: expected (x, axis=-1), got ({shown}). "
        "Whoever calls it relies on them."
    )


@pytest.mark.parametrize("parameters", ["x, axis=-1, eps=0.0", "x: np.ndarray, axis: int = -1, *, eps=0"])
def test_parameters_that_disturb_no_caller_are_accepted(tmp_path, parameters):
    body = learner.RIGHT["softmax"].replace("x, axis=-1", parameters, 1)
    assert learner.verdict(learner.write(tmp_path, softmax=body)).status == "solved"


def test_a_failing_import_is_said_where_it_matters_and_nowhere_else(tmp_path):
    text = learner.text_of(**learner.RIGHT).replace(
        "import numpy as np\n", "import torhc\nimport numpy as np\n"
    )
    path = learner.write(tmp_path, text.replace("e = np.exp(", "e = torhc.exp("))
    assert learner.verdict(path, "log_softmax").status == "solved"
    said = learner.verdict(path).message
    line = text[: text.index("import torhc")].count("\n") + 1
    assert (
        f"{path}:{line}: the file fails when it is loaded: ModuleNotFoundError: No module named 'torhc'."
        in said
    )
    assert "NameError: name 'torhc' is not defined" in said


@pytest.mark.parametrize(
    "below", ["print(softmax(np.ones(3)), cross_entropy_forward(1, 2))", "assert False", "exit()", "1 / 0"]
)
def test_trials_below_the_functions_do_no_harm(tmp_path, below):
    path = learner.write(tmp_path, learner.text_of(**learner.RIGHT) + f"\n\n{below}\n")
    assert [learner.verdict(path, name).status for name in learner.RIGHT] == ["solved", "solved"]


def test_a_loop_below_the_functions_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setattr("scratchgpt.learn.loading.LOADING", 0.1)
    path = learner.write(tmp_path, learner.text_of(**learner.RIGHT) + "\n\nwhile True:\n    pass\n")
    assert learner.verdict(path).status == "solved"


def test_an_invalid_import_line_leaves_the_others(tmp_path):
    text = learner.text_of(**learner.RIGHT).replace("import numpy", "import os as\nimport numpy", 1)
    assert learner.verdict(learner.write(tmp_path, text)).status == "solved"


# Files that hold no text, or another kind of it


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "There is no function softmax"),
        (b"\x00\x01\x02", "not Python yet"),
        (b"# \xe9\n", "it is not UTF-8. Save it as UTF-8 text."),
        ("x = 1\n".encode("utf-16"), "it is not UTF-8. Save it as UTF-8 text."),
    ],
    ids=["empty", "zeros", "Latin-1", "UTF-16"],
)
def test_a_file_that_is_no_program(tmp_path, content, expected):
    path = tmp_path / "ex02_likelihood.py"
    path.write_bytes(content)
    assert expected in learner.verdict(path).message


def test_a_missing_file(tmp_path):
    path = tmp_path / "ex02_likelihood.py"
    assert learner.verdict(path).message == (
        f"{path} cannot be read: No such file or directory. "
        "`python -m scratchgpt.learn reset 02.1` brings it back."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_windows_line_ends_and_a_byte_order_mark(tmp_path, encoding):
    path = tmp_path / "ex02_likelihood.py"
    text = learner.text_of(
        softmax=learner.RIGHT["softmax"], log_softmax="def log_softmax(x, axis=-1):\n    x +"
    )
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert learner.verdict(path).status == "solved"
    line = text[: text.index("x +")].count("\n") + 1
    said = learner.verdict(path, "log_softmax").message
    assert f"ex02_likelihood.py:{line}: this is not Python yet" in said


def test_the_working_copy_is_preferred(tmp_path):
    original = learner.write(tmp_path)
    assert file_of("ex02_likelihood", tmp_path) == original
    (tmp_path / "mine").mkdir()
    mine = learner.write(tmp_path / "mine")
    assert file_of("ex02_likelihood", tmp_path) == mine


def test_the_line_is_that_of_the_function(tmp_path):
    path = learner.write(tmp_path, **learner.RIGHT)
    lines = path.read_text(encoding="utf-8").splitlines()
    for name in learner.EXERCISES:
        found = answer(learner.EXERCISES[name], path)
        assert lines[found.line - 1].startswith(f"def {name}(")


def test_every_state_of_a_file_that_is_being_written_gets_a_verdict(tmp_path):
    whole = learner.text_of(**learner.RIGHT)
    for n in range(0, len(whole), 173):
        assert learner.verdict(learner.write(tmp_path, whole[:n])).status in ("solved", "wrong", "todo")


# Not done yet


def test_code_above_a_todo_is_noticed(tmp_path):
    stub = "def softmax(x, axis=-1):\n    '''Doc.'''\n    e = np.exp(x)\n    raise Todo('02.1')\n"
    found = learner.verdict(learner.write(tmp_path, softmax=stub))
    assert found.status == "todo" and "`raise Todo` still stands below it" in found.message
    untouched = learner.verdict(learner.write(tmp_path))
    assert (untouched.status, untouched.message) == ("todo", "")


def test_an_answer_that_waits_for_another_one(tmp_path):
    code = "def log_softmax(x, axis=-1):\n    return np.log(softmax(x, axis))\n"
    found = learner.verdict(learner.write(tmp_path, log_softmax=code), "log_softmax")
    assert (found.status, found.message) == (
        "todo",
        "It calls the function of 02.1, which is still to be done: it cannot be judged before.",
    )
