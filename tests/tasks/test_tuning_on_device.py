"""Tuning on a device: the same predictions, files and resumed runs as on NumPy, bit for bit."""

import dataclasses

import numpy as np
import pytest
from fake_device import DEVICE, FakeArray
from test_tuning import QUICK, SHAPE, TOKENIZER, task

from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.tasks import runs, saving
from scratchgpt.tasks.batches import encode
from scratchgpt.tasks.starting import Base, begin
from scratchgpt.tasks.tuning import judge
from scratchgpt.trainer.step import TrainState


def base_on(ops):
    model = GPT(SHAPE, ops)
    return Base("tiny", model, model.init(np.random.default_rng(1)), TOKENIZER)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("single", {}),
        ("choice", {}),
        ("single", {"lora": 2}),
        ("pair", {"class_weights": True, "lm_weight": 0.0}),
    ],
    ids=["single", "choice", "lora", "weights"],
)
def test_tuning_is_the_same_and_is_saved_and_read(tmp_path, kind, change):
    found = []
    data = task(kind)
    if kind == "pair":
        splits = {
            n: tuple(e._replace(texts=e.texts[:1] * 2) for e in part) for n, part in data.splits.items()
        }
        data = dataclasses.replace(data, splits=splits)
    config = dataclasses.replace(QUICK, **change)
    for name, ops in (("here", REFERENCE), ("there", DEVICE)):
        outcome = runs.tune(tmp_path / name, "v", base_on(ops), data, config, say=lambda text: None)
        start, again, _ = saving.load_tuned(tmp_path / name / runs.BEST, ops)
        predicted = judge(start, start.params, encode(data.splits["test"], start.formatter), ["accuracy"])
        found.append((outcome.parts, predicted.probabilities.tolist()))
        assert isinstance(again.params.buffer, FakeArray) is (name == "there")
    assert found[0] == found[1]


@pytest.mark.parametrize(("first", "then"), [(REFERENCE, DEVICE), (DEVICE, REFERENCE)], ids=["up", "down"])
def test_interrupted_tuning_goes_on_on_another_device(tmp_path, first, then):
    def tuned(folder, ops, stopped=lambda: False):
        return runs.tune(folder, "v", base_on(ops), task(), QUICK, stopped, say=lambda text: None)

    whole = tuned(tmp_path / "whole", REFERENCE)
    stop = iter([False] * 3 + [True] * 9)
    assert tuned(tmp_path / "halves", first, lambda: next(stop)) is None
    assert tuned(tmp_path / "halves", then).parts == whole.parts


def test_the_state_and_the_head_are_fetched_from_the_device(tmp_path, monkeypatch):
    fetched, get = [], FakeArray.get
    monkeypatch.setattr(FakeArray, "get", lambda self: fetched.append(self.size) or get(self))
    start = begin(base_on(DEVICE), task(), QUICK)
    sizes = [a.size for a in start.params.flat.values()]
    moments = {"m": start.params.zeros_like().buffer}
    state = TrainState(start.params, start.params.zeros_like(), moments, np.random.default_rng(0))
    saving.save_state(tmp_path / "state", state, start.params, {})
    assert sorted(fetched) == sorted([*sizes, *sizes, moments["m"].size])
    fetched.clear()
    saving.save_tuned(tmp_path / "tuned", start, start.params, TOKENIZER, task(), {})
    assert sorted(fetched) == sorted(sizes)
    fetched.clear()
    examples = encode(task().splits["test"], start.formatter)
    judged = judge(start, start.params, examples, ())
    assert sum(fetched) == judged.probabilities.size


def test_starting_without_pretraining_is_on_the_device_too():
    start = begin(base_on(DEVICE), task(), dataclasses.replace(QUICK, pretrained=False))
    assert isinstance(start.params.buffer, FakeArray)
