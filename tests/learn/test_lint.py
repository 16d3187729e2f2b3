"""The lint of messages: each kind of code and of giveaway is rejected, plain sentences are not."""

import dataclasses

import learner
import pytest

from scratchgpt.learn.exercise import Mistake
from scratchgpt.learn.lint import problems

SOFTMAX = learner.EXERCISES["softmax"]
GOOD = Mistake("key", "Each row sums to 2.5, the first (it should be 1) too.", "Where does x = 1 lead?")


def with_texts(says=GOOD.says, asks=GOOD.asks, hints=("One.", "Two.", "Three."), task="Shares."):
    mistake = Mistake("key", says, asks, edits=GOOD.edits)
    return dataclasses.replace(SOFTMAX, mistakes=(mistake,), hints=hints, task=task)


def test_plain_sentences_pass():
    task = (
        "Shares.\n\nx: (B, T). Return y.\n\n>>> x - x.max(axis=axis, keepdims=True)\narray([1])\n\nThe end."
    )
    assert problems(with_texts(task=task)) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The `sum` is missing", "a backtick"),
        ("There is np.exp missing", "np."),
        ("There is exp(x) missing", "a bracket after a name"),
        ("There is x[0] missing", "a bracket after a name"),
        ("It should be y = x", "an assignment"),
        ("Look at x.max", "a dotted name"),
        ("Take x - x . max first", "shares 'x - x . max' with the solution"),
    ],
)
def test_code_and_the_solutions_words_are_rejected(text, named):
    for texts in ({"says": text}, {"asks": f"{text}?"}, {"hints": ("One.", "Two.", text)}):
        found = problems(with_texts(**texts))
        assert any(named in said for said in found), found
        assert all(said.startswith("02.1 softmax, ") for said in found)


def test_lengths_questions_and_hints_are_counted():
    assert "46 words, expected at most 45" in problems(with_texts(says="word " * 46))[0]
    assert problems(with_texts(says="word " * 45)) == []
    assert "asks no question: 'Think.'" in problems(with_texts(asks="Think."))[0]
    assert "2 hints, expected 3" in problems(with_texts(hints=("One.", "Two.")))[0]
    assert "3 hints, expected 3 that say" in problems(with_texts(hints=("One.", " ", "Three.")))[0]


def test_a_task_does_not_hold_the_solution():
    said = problems(with_texts(task="Return e / e . sum, that is all."))
    assert said[-1] == "02.1 softmax, the task shares 'return e / e .' with the solution"
    assert problems(with_texts(task="softmax(x, axis=-1) shares.")) == [], "parameters have to be named"
