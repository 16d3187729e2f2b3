"""A command's worth of work on a device: moves at the edges only, the same files and texts as on NumPy.

The device is `fake_device`, whose arrays refuse to meet NumPy's. What is computed is the same, so results are
compared bit for bit.
"""

import dataclasses

import fake_device
import numpy as np
import pytest
from fake_device import DEVICE, FakeArray
from gpt_cases import STYLES

from scratchgpt import checkpoint, pretrained, sampling
from scratchgpt.config import SampleConfig, TrainConfig
from scratchgpt.corpus.batches import Encoded
from scratchgpt.evaluation import mean_loss
from scratchgpt.evaluation.scoring import score_targets
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.tokenizer import CharTokenizer
from scratchgpt.trainer import Run
from scratchgpt.trainer.step import Trainer

CONFIG = TrainConfig(
    steps=6,
    batch_size=2,
    seq_len=8,
    eval_every=3,
    save_every=3,
    eval_batches=2,
    accumulate=2,
    stats=2,
    warmup=2,
)
LETTERS = CharTokenizer.train("abcdefgh\n")


def model_on(ops, **changes):
    shape = dataclasses.replace(
        STYLES["gpt2"], vocab_size=LETTERS.vocab_size, block_size=16, embd_dropout=0.1, **changes
    )
    return GPT(shape, ops)


def run_on(ops, folder, **changes):
    ids = np.random.default_rng(0).integers(0, LETTERS.vocab_size, 300)
    data = Encoded(ids[:200], ids[200:], 100)
    trainer = Trainer(model_on(ops), dataclasses.replace(CONFIG, **changes), data)
    folder.mkdir(exist_ok=True)
    return Run(trainer, LETTERS, folder, {})


def begun(run):
    return run.trainer.init(run.trainer.model.init(np.random.default_rng(1)))


def files(folder, kind):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name.startswith(kind)
    }


def test_parameters_are_made_where_the_ops_compute():
    here, there = (model_on(ops).init(np.random.default_rng(1)) for ops in (REFERENCE, DEVICE))
    assert isinstance(there.buffer, FakeArray) and np.array_equal(there.buffer.get(), here.buffer)
    assert there.on(fake_device) is there and type(there.on(np).buffer) is np.ndarray


def test_what_leaves_the_device_is_fetched(tmp_path, monkeypatch):
    """NumPy's functions would take these arrays as they are; CuPy's refuse, so that `get` must bring each."""
    fetched, get = [], FakeArray.get
    monkeypatch.setattr(FakeArray, "get", lambda self: fetched.append(self.size) or get(self))
    model = model_on(DEVICE)
    params = model.init(np.random.default_rng(1))
    params.on(np)
    assert fetched == [params.buffer.size]
    fetched.clear()
    moments = {"m": params.zeros_like().buffer, "v": params.zeros_like().buffer[1:]}
    checkpoint.save(tmp_path / "run", model.config, params, LETTERS, moments, {})
    assert sorted(fetched) == sorted([*(a.size for a in params.flat.values()), *map(len, moments.values())])


def test_a_replaced_op_stays_on_the_device():
    assert DEVICE.replace(gelu_forward=REFERENCE.functions["gelu_forward"]).xp is fake_device
    assert DEVICE.extend(twice=lambda x: 2 * x).xp is fake_device
    assert REFERENCE.xp is np


def test_a_run_writes_the_same_checkpoints_as_on_numpy(tmp_path):
    for name, ops in (("here", REFERENCE), ("there", DEVICE)):
        run = run_on(ops, tmp_path / name)
        state = run.fit(begun(run))
        assert isinstance(state.params.buffer, FakeArray) is (name == "there")
    assert files(tmp_path / "here", "last") == files(tmp_path / "there", "last")
    assert files(tmp_path / "here", "best") == files(tmp_path / "there", "best")


@pytest.mark.parametrize(("first", "then"), [(REFERENCE, DEVICE), (DEVICE, REFERENCE)], ids=["up", "down"])
def test_a_run_goes_on_on_another_device(tmp_path, first, then):
    whole = run_on(REFERENCE, tmp_path / "whole")
    whole.fit(begun(whole))
    half = run_on(first, tmp_path / "halves")
    stop = iter([False] * 3 + [True] * 9)
    half.fit(begun(half), stopped=lambda: next(stop))
    other = run_on(then, tmp_path / "halves")
    state = other.load()
    assert state.step == 3 and isinstance(state.moments["m"], FakeArray) is (then is DEVICE)
    other.fit(state)
    assert files(tmp_path / "halves", "last-0000006") == files(tmp_path / "whole", "last-0000006")


@pytest.mark.parametrize("samples", [1, 3])
def test_text_is_the_same(samples):
    config = SampleConfig(max_new_tokens=20, overflow="truncate", temperature=0.9)
    texts = []
    for ops in (REFERENCE, DEVICE):
        model = model_on(ops)
        params = model.init(np.random.default_rng(1))
        rngs = [sampling.generator(0, i) for i in range(samples)]
        drawn = sampling.sample_texts(
            model, params, LETTERS, [[1, 2, 3][: 1 + i] for i in range(samples)], config, rngs
        )
        texts.append([sample.token_ids for sample in drawn])
    assert texts[0] == texts[1] and all(len(ids) == 20 for ids in texts[0])


def test_what_is_measured_is_the_same():
    ids = np.random.default_rng(0).integers(0, LETTERS.vocab_size, (3, 9))
    found = []
    for ops in (REFERENCE, DEVICE):
        model = model_on(ops)
        params = model.init(np.random.default_rng(1))
        scores = score_targets(model, params, ids[:, :-1], ids[:, 1:])
        found.append((mean_loss(model, params, [(ids[:, :-1], ids[:, 1:])]), scores.log_probs.tolist()))
    assert found[0] == found[1]


def test_a_model_folder_is_read_to_the_device_and_written_from_it(tmp_path):
    model = model_on(REFERENCE)
    params = model.init(np.random.default_rng(1))
    pretrained.save(tmp_path / "a", model, params, LETTERS)
    moved, there, tokenizer = pretrained.load(tmp_path / "a", DEVICE)
    assert isinstance(there.buffer, FakeArray)
    pretrained.save(tmp_path / "b", moved, there, tokenizer)
    assert (tmp_path / "a" / checkpoint.MODEL).read_bytes() == (
        tmp_path / "b" / checkpoint.MODEL
    ).read_bytes()
