"""The recorded pre-training: what it measures, that it goes on where it stopped, what the record says."""

import dataclasses
import itertools
import json

import numpy as np
import pytest

from scratchgpt.experiments import pretraining
from scratchgpt.experiments.pretraining_signs import judge_texts, signs, words_of
from scratchgpt.ops import REFERENCE
from scratchgpt.resources import data_path
from scratchgpt.trainer import setup


@pytest.fixture(scope="module")
def recorded():
    return json.loads(data_path("results/pretraining.json").read_text(encoding="utf-8"))


@pytest.fixture
def small(monkeypatch):
    """Runs of six and three steps of a model that is hardly one."""
    shape = dataclasses.replace(pretraining.SHAPE, n_layer=1, n_head=1, n_embd=8, block_size=16)
    config = dataclasses.replace(
        pretraining.CONFIG, steps=6, warmup=2, eval_every=4, eval_batches=2, save_every=2, milestones=3
    )
    draw = dataclasses.replace(pretraining.DRAW, max_new_tokens=20)
    for name, value in {"SHAPE": shape, "CONFIG": config, "DRAW": draw, "LARGE_RATES": (0.1,)}.items():
        monkeypatch.setattr(pretraining, name, value)
    monkeypatch.setattr(pretraining, "LARGE_STEPS", 3)
    monkeypatch.setattr(pretraining, "TEXTS", 2)
    monkeypatch.setattr(pretraining.kernels, "load", lambda name="auto": REFERENCE)
    texts = setup.read_texts([], "utf-8")
    tale = dataclasses.replace(texts.documents[0], text=texts.documents[0].text[:3000])
    monkeypatch.setattr(setup, "read_texts", lambda names, encoding: texts._replace(documents=[tale]))


def test_known_words_are_counted_by_hand():
    known = words_of("The cat sat. It's on a mat!")
    assert known == {"the", "cat", "sat", "mat"}
    probe = judge_texts(["the CAT qua mat xyzzy cat", "sat mo\nthe kat"], known)
    assert probe == (5 / 7, 7, "the CAT qua mat xyzzy cat")  # the last word of each text is left out
    assert judge_texts(["a b"], known) == (0.0, 0, "a b")


def test_signs_by_hand():
    def run(losses, known):
        steps = (0, 10, 20, 30)
        probes = [{"step": s, "known": k, "words": 100} for s, k in zip(steps[1:], known, strict=True)]
        return {"held_out": list(zip(steps, losses, strict=True)), "probes": probes}

    healthy = run((4.0, 3.0, 2.5, 2.4), (0.1, 0.4, 0.6))
    assert signs(healthy, healthy) == (None, None, None)
    assert signs(healthy, run((4.0, 2.9, 2.61, 2.52), (0.1, 0.3, 0.4))) == (None, 20, 30)
    assert signs(healthy, run((4.0, 2.9, 2.96, 2.9), (0.0, 0.4, 0.6))) == (20, 20, 10)


def test_the_command_goes_on_where_it_stopped(small, tmp_path, monkeypatch, capsys):
    assert pretraining.main(["--run", str(tmp_path / "a"), "--out", str(tmp_path)]) == 0
    whole = json.loads((tmp_path / "pretraining.json").read_text(encoding="utf-8"))
    steps = iter([False, False, False, True])
    with monkeypatch.context() as patch:

        class Asked:
            def __enter__(self):
                return lambda: next(steps, True)

            def __exit__(self, *_):
                pass

        patch.setattr(pretraining, "interruptible", lambda notice: Asked())
        assert pretraining.main(["--run", str(tmp_path / "b"), "--out", str(tmp_path / "no")]) == 130
    assert not (tmp_path / "no").exists()
    assert "The same command goes on" in capsys.readouterr().out
    assert pretraining.main(["--run", str(tmp_path / "b"), "--out", str(tmp_path / "b")]) == 0
    parts = json.loads((tmp_path / "b" / "pretraining.json").read_text(encoding="utf-8"))
    assert parts["runs"] == whole["runs"]
    assert [len(run["loss"]) for run in whole["runs"]] == [6, 3]
    assert [[p["step"] for p in run["probes"]] for run in whole["runs"]] == [[1, 2, 6], [1, 2]]


def test_the_lowest_rate_keeps_its_ratio_to_the_highest(small):
    trainer, _ = pretraining.make_trainer(6e-3)
    assert trainer.config.lr == 6e-3 and trainer.config.min_lr == pytest.approx(3e-4)


def test_what_a_record_says_of_a_run(small, tmp_path):
    """Prolonged runs may have gone on behind the end that is recorded; the time is that of all starts."""

    def write(name, rows):
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    steps = [{"step": n, "loss": 4.0 - n, "grad_norm": 1.0 / n} for n in (1, 2, 3, 4)]
    write("history.jsonl", [*steps, {"step": 2, "val_loss": 3.0}, {"step": 4, "val_loss": 2.0}])
    probes = [{"step": 2, "known": 0.0}, {"step": 3, "known": 0.1}, {"step": 2, "known": 0.2}]
    write(pretraining.PROBES, [*probes, {"step": 4, "known": 0.3}])
    write(pretraining.SPENT, [{"step": 2, "seconds": 1.5}, {"step": 4, "seconds": 2.0}])
    assert pretraining._of_run(tmp_path, 0.1) == {
        "lr": 0.1,
        "loss": [3.0, 2.0, 1.0],
        "grad_norm": [1.0, 0.5, 0.33333],
        "held_out": [[2, 3.0]],
        "stats": [],
        "probes": [{"step": 2, "known": 0.2}, {"step": 3, "known": 0.1}],
        "seconds": 3.5,
    }


def test_the_record_is_complete_and_names_no_place(recorded):
    keys = {"command", "date", "minutes", "machine", "code_sha256", "seed", "model", "train", "runs"}
    assert keys <= set(recorded)
    assert recorded["train"] == dataclasses.asdict(pretraining.CONFIG)
    assert [run["lr"] for run in recorded["runs"]] == [pretraining.CONFIG.lr, *pretraining.LARGE_RATES]
    lengths = [len(run["loss"]) for run in recorded["runs"]]
    assert lengths == [pretraining.CONFIG.steps] + [pretraining.LARGE_STEPS] * 3
    assert "/" not in json.dumps(recorded["machine"])
    for run in recorded["runs"]:
        steps = {row["step"] for row in run["probes"]}
        assert steps == {row["step"] for row in run["stats"]}
        assert steps <= {step for step, _ in run["held_out"]}


def test_the_first_steps_of_the_record_are_what_the_code_does_today(recorded):
    for run in recorded["runs"][::3]:
        trainer, _ = pretraining.make_trainer(run["lr"])
        state = trainer.init(trainer.model.init(np.random.default_rng([0, 0])))
        for i in range(3):
            state, report = trainer.step(state)
            assert report.loss == pytest.approx(run["loss"][i], abs=1e-3)
            assert report.grad_norm == pytest.approx(run["grad_norm"][i], rel=1e-3)


def test_the_lines_of_the_record_are_those_of_the_text(recorded):
    trainer, tokenizer = pretraining.make_trainer()
    lines = pretraining.count_lines(trainer.data.train, trainer.data.val, tokenizer.vocab_size)
    assert lines == pytest.approx(recorded["count_lines"], abs=1e-9)
    assert all(a > b for a, b in itertools.pairwise(lines))
