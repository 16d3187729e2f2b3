"""Restoring a stub: exactly one, wherever it stands and whatever stands below it, and only once."""

import learner
import pytest

from scratchgpt.learn import stubs

SOFTMAX = learner.EXERCISES["softmax"]
FRESH = learner.text_of()

SPOILED = {
    "solved": learner.RIGHT["softmax"],
    "a bracket left open": "def softmax(x, axis=-1):\n    return np.exp(x\n",
    "no body": "def softmax(x, axis=-1):\n",
    "no colon": "def softmax(x, axis=-1)\n    return x\n",
    "an open docstring": 'def softmax(x, axis=-1):\n    """open\n    return x\n',
    "a docstring at the margin": 'def softmax(x, axis=-1):\n    """One.\n\ntwo, three\n"""\n    return x\n',
    "a comment at the margin": "def softmax(x, axis=-1):\n# e = 1\n    return x\n",
    "parameters on several lines": "def softmax(\n    x,\n    axis=-1,\n):\n    return x\n",
    "tabs": "def softmax(x, axis=-1):\n\treturn x\n",
    "a decorator": "import functools\n\n\n@functools.cache\ndef softmax(x, axis=-1):\n    return x\n",
    "a class": "class softmax:\n    x = 1\n",
    "its heading kept": "# 02.1  difficulty 1 of 5\ndef softmax(x, axis=-1):\n    return x\n",
}


@pytest.mark.parametrize("code", SPOILED.values(), ids=SPOILED)
def test_one_stub_is_restored_and_a_second_time_nothing(code):
    text = learner.text_of(softmax=code, log_softmax=learner.RIGHT["log_softmax"])
    restored = stubs.restore(text, SOFTMAX)
    imports = "import functools\n\n\n" * ("functools" in code)
    expected = learner.text_of(log_softmax=learner.RIGHT["log_softmax"])
    assert restored == expected.replace("# 02.1 ", f"{imports}# 02.1 ")
    assert stubs.restore(restored, SOFTMAX) == restored


BELOW = ["EPS = 1e-5\n", "# a note\n", "if True:\n    print(1)\n", "'''A text.'''\n", "x = [\n    1,\n]\n"]


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("body", ["    return x\n", "    return (x\n"])
def test_what_stands_below_stays(below, body):
    text = learner.text_of(softmax=f"def softmax(x, axis=-1):\n{body}\n\n{below}")
    restored = stubs.restore(text, SOFTMAX)
    assert below in restored and body not in restored
    assert restored.replace(f"{below}\n\n", "") == FRESH
    assert stubs.restore(restored, SOFTMAX) == restored


@pytest.mark.parametrize("exercise", learner.CHAPTER.exercises, ids=lambda e: e.name)
def test_a_fresh_file_stays_as_it_is(exercise):
    assert stubs.restore(FRESH, exercise) == FRESH


def test_a_deleted_exercise_comes_back_at_the_end():
    restored = stubs.restore(learner.text_of(softmax=""), SOFTMAX)
    assert restored.endswith(f"\n\n\n{stubs.stub(SOFTMAX)}")
    assert stubs.restore(restored, SOFTMAX) == restored


def test_of_two_definitions_one_is_left():
    twice = (
        "def softmax(x, axis=-1):\n    return 1\n\n\n# between\n\n\ndef softmax(x, axis=-1):\n    return 2\n"
    )
    restored = stubs.restore(learner.text_of(softmax=twice), SOFTMAX)
    assert restored.count("def softmax(") == 1 and "# between" in restored


def test_windows_line_ends_stay():
    text = learner.text_of(softmax=learner.RIGHT["softmax"]).replace("\n", "\r\n")
    assert stubs.restore(text, SOFTMAX) == FRESH.replace("\n", "\r\n")
