"""A GPT trained with a learner's functions: the same losses, every function counted, a broken one noticed."""

import functools
import re
from collections import Counter

import learner
import numpy as np
import pytest

from scratchgpt.errors import UserError
from scratchgpt.learn import __main__, catalogue, stubs, training
from scratchgpt.ops.dropout import dropout_forward


@pytest.fixture
def solved(tmp_path, monkeypatch):
    """A folder of exercises with the two softmaxes solved, one after the other used in training."""
    folder = tmp_path / "exercises"
    folder.mkdir()
    for chapter in catalogue.chapters():
        (folder / f"{chapter.stem}.py").write_text(stubs.render(chapter), encoding="utf-8")
    learner.write(folder, **learner.RIGHT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(training, "MODEL", training.dataclasses.replace(training.MODEL, n_layer=1, n_embd=16))
    return folder


def test_training_with_ones_own_functions(solved, capsys):
    assert __main__.main(["train", "--mine", "--steps", "20"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^2 of the \d+ functions of the model are yours\.$", printed, flags=re.MULTILINE)
    for identity, name in (("02.1", "softmax"), ("02.2", "log_softmax")):
        (calls,) = re.findall(rf"^  {identity} {name}: yours, ([\d,]+) calls$", printed, flags=re.MULTILINE)
        assert int(calls.replace(",", "")) >= training.COMPARED
    (difference,) = re.findall(r"losses differ by (\S+) at most, nothing but rounding\.", printed)
    assert float(difference) < training.TOLERANCE
    assert "Held-out loss after 20 steps: " in printed


def test_a_lesson_can_be_chosen(solved):
    of_02, of_05 = (training.of_lessons(lesson).values() for lesson in ("02", "5"))
    assert set(training.solved_functions(of_02, solved)) == {"softmax", "log_softmax"}
    assert training.solved_functions(of_05, solved) == {}
    with pytest.raises(UserError, match="None of your functions is part of a model yet"):
        __main__.main(["train", "--mine", "05"])
    with pytest.raises(UserError, match="There are no exercises of lesson '99'"):
        __main__.main(["train", "--mine", "02,99"])


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_poisoned_function_makes_the_run_fail(solved, name, monkeypatch):
    """Proof that the learner's function is what runs."""
    found = training.solved_functions(training.of_lessons().values(), solved)
    right = found[name]

    def poisoned(x, axis=-1):
        return 1.5 * right(x, axis)

    monkeypatch.setattr(training, "solved_functions", lambda *args: {**found, name: poisoned})
    with pytest.raises(UserError, match="pass their checks, but a model does not learn the same with them"):
        __main__.main(["train", "--mine", "--steps", "20"])


def test_dropout_of_ones_own_is_used_and_a_wrong_one_noticed(solved, monkeypatch):
    """The little model has some dropout: with none, a wrong one would train like a right one."""
    monkeypatch.setattr(training, "COMPARED", 8)
    reference, right = training.make_trainer(training.REFERENCE), {"dropout_forward": dropout_forward}
    wrong = {"dropout_backward": lambda dy, cache: dy}
    for functions, same in ((right, True), (right | wrong, False)):
        calls = Counter()
        mine = training.make_trainer(training.namespace(functions, calls))
        _, losses, _ = training.compare(mine, reference)
        assert (max(abs(a - b) for a, b in losses) < training.TOLERANCE) == same
        assert set(calls) == set(functions)


def own_adamw(param, grad, m, v, *, lr, betas, eps, weight_decay, step, rate=1.0):
    """As a learner writes it; `rate` other than 1 is the poison."""
    m[...] = betas[0] * m + (1 - betas[0]) * grad
    v[...] = betas[1] * v + (1 - betas[1]) * grad**2
    size = np.sqrt(v / (1 - betas[1] ** step)) + eps
    param[...] = (1 - lr * weight_decay) * param - rate * lr * m / (1 - betas[0] ** step) / size


def test_adamw_of_ones_own_makes_the_steps_and_a_wrong_one_is_noticed(solved, monkeypatch):
    """The trainer calls a step that scales the gradient as well; that one calls the learner's."""
    monkeypatch.setattr(training, "COMPARED", 4)
    for rate in (1.0, 1.5):
        calls = Counter()
        ops = training.namespace({"adamw_step": functools.partial(own_adamw, rate=rate)}, calls)
        mine, reference = training.make_trainer(ops), training.make_trainer(training.REFERENCE)
        _, losses, _ = training.compare(mine, reference)
        assert calls["adamw_step"] == 2 * 4, "with decay and without, in each step"
        assert (max(abs(a - b) for a, b in losses) < training.TOLERANCE) == (rate == 1)


def test_what_training_does_not_use_is_listed(solved, monkeypatch, capsys):
    found = training.solved_functions(training.of_lessons().values(), solved)
    extra = {"perplexity": lambda *args: 1.0}
    monkeypatch.setattr(training, "solved_functions", lambda *args: {**found, **extra})
    assert __main__.main(["train", "--mine", "--steps", "20"]) == 0
    assert "Solved, not used in training: 02.5 perplexity." in capsys.readouterr().out
