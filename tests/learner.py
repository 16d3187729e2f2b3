"""A learner's file of exercises (lesson 02), in which single answers are written."""

import dataclasses
import os
import re
import textwrap
from pathlib import Path

from scratchgpt.learn import catalogue, stubs
from scratchgpt.learn.checking import check

CHAPTER = next(chapter for chapter in catalogue.chapters() if chapter.lesson == "02")
EXERCISES = {exercise.name: exercise for exercise in CHAPTER.exercises}

RIGHT = {
    "softmax": """
        def softmax(x, axis=-1):
            e = np.exp(x - np.max(x, axis, keepdims=True))
            return e / np.sum(e, axis, keepdims=True)
        """,
    "log_softmax": """
        def log_softmax(x, axis=-1):
            z = x - np.max(x, axis, keepdims=True)
            return z - np.log(np.sum(np.exp(z), axis, keepdims=True))
        """,
}


def text_of(**answers):
    """The text of the file, in which the stubs of the named functions are replaced."""
    text = stubs.render(CHAPTER)
    for name, answer in answers.items():
        stub = stubs.stub(EXERCISES[name])
        assert stub in text
        text = text.replace(stub, textwrap.dedent(answer).strip() + "\n")
    return text


def write(folder, text=None, **answers):
    """Write the file and return its path."""
    path = Path(folder) / f"{CHAPTER.stem}.py"
    path.write_text(text_of(**answers) if text is None else text, encoding="utf-8")
    return path


def verdict(path, name="softmax", seconds=2.0):
    """The verdict on one answer in a file, with so many seconds for a call."""
    return check(dataclasses.replace(EXERCISES[name], seconds=seconds), path).verdict


def message(folder, answer, name="softmax", seconds=2.0):
    """What the learner reads about a wrong answer; the other functions of the file are as RIGHT.

    Places are given by the lines from the first answer of the file on: "line +2".
    """
    others = {key: text for key, text in RIGHT.items() if key != name}
    path = write(folder, **{name: answer}, **others)
    found = verdict(path, name, seconds)
    assert found.status == "wrong", found
    for other in others:
        assert verdict(path, other).status == "solved", "other answers are not harmed"
    first = stubs.render(CHAPTER).partition(stubs.stub(CHAPTER.exercises[0]))[0].count("\n") + 1
    place = re.escape(f"{folder}{os.sep}{path.name}:") + r"(\d+)"
    return re.sub(place, lambda found: f"line +{int(found[1]) - first}", found.message)
