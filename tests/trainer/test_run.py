"""Runs on disk: resume is bit-exact, whatever interrupted them."""

import dataclasses
import json
import math

import numpy as np
import pytest

from scratchgpt import checkpoint
from scratchgpt.config import GPTConfig, TrainConfig
from scratchgpt.corpus import Encoded
from scratchgpt.errors import UserError
from scratchgpt.evaluation import Evaluation
from scratchgpt.model import GPT
from scratchgpt.optim import learning_rate
from scratchgpt.tokenizer import CharTokenizer
from scratchgpt.trainer import Run, Trainer, TrainingDiverged, read_history
from scratchgpt.trainer.run import log_spaced

MODEL = GPTConfig(
    vocab_size=12,
    block_size=6,
    n_layer=2,
    n_head=3,
    n_embd=12,
    embd_dropout=0.1,
    attn_dropout=0.1,
    resid_dropout=0.1,
)


def make(out, **settings):
    """A run with dropout and accumulation whose 20 steps cross the border between two epochs."""
    tokens = np.random.default_rng(5).integers(0, 12, 200).astype(np.uint16)
    defaults = {"steps": 20, "batch_size": 3, "accumulate": 2, "warmup": 4, "lr": 1e-2}
    cadence = {"eval_every": 5, "save_every": 5, "eval_batches": 2}
    train = TrainConfig(**{**defaults, **cadence, **settings})
    trainer = Trainer(GPT(MODEL), train, Encoded(tokens, tokens[:60], 60))
    out.mkdir(exist_ok=True)
    return Run(trainer, CharTokenizer("abcdefghijkl"), out, {"texts": []})


def start(run):
    return run.trainer.init(run.trainer.model.init(np.random.default_rng(0)))


def content(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_resume_is_bit_exact(tmp_path):
    whole, parts = make(tmp_path / "whole"), make(tmp_path / "parts")
    assert whole.trainer.batches.epoch_of(20 * 2 - 1) >= 1
    whole.fit(start(whole))
    calls = iter(range(100))
    state = parts.fit(start(parts), stopped=lambda: next(calls) == 10)
    assert state.step == 10
    parts = make(tmp_path / "parts")  # as another process would
    parts.fit(parts.load())
    assert content(tmp_path / "parts" / "last-0000020") == content(tmp_path / "whole" / "last-0000020")
    for name in ("best", "last"):
        folders = [checkpoint.numbered(tmp_path / run, name) for run in ("parts", "whole")]
        assert [[p.name for p in f] for f in folders] == [[folders[0][0].name]] * 2
        assert content(folders[0][0]) == content(folders[1][0])


def test_history_has_every_step_once_after_resume(tmp_path):
    run = make(tmp_path / "r")
    state = run.fit(start(run))
    with run.history.open("a") as file:  # what a killed process may leave
        file.write(json.dumps({"step": 33, "loss": 1.0}) + '\n{"step": 34, "lo')
    run.load()
    rows = read_history(run.history)
    steps = [r for r in rows if "loss" in r]
    assert [r["step"] for r in steps] == list(range(1, 21))
    assert all(r["seconds"] > 0 and r["tokens"] == 36 and r["grad_norm"] > 0 for r in steps)
    assert [r["lr"] for r in steps] == [learning_rate(n, run.trainer.config) for n in range(1, 21)]
    assert [r["step"] for r in rows if "val_loss" in r] == [0, 5, 10, 15, 20]
    assert state.best_loss == min(r["val_loss"] for r in rows if "val_loss" in r and r["step"])


def test_best_checkpoint_is_the_best_evaluation(tmp_path):
    run = make(tmp_path / "r", lr=0.5, min_lr=0.5, schedule="constant", steps=40)
    state = run.fit(start(run))
    rows = [r for r in read_history(run.history) if "val_loss" in r and r["step"]]
    best = min(rows, key=lambda r: r["val_loss"])
    assert 0 < state.best_step == best["step"] < 40
    folder = checkpoint.find(run.out)
    assert folder.name == f"best-{state.best_step:07d}"
    _, params, _ = checkpoint.load_model(folder)
    assert run.trainer.evaluate(params, 2).loss == best["val_loss"]


def test_early_stopping(tmp_path):
    run = make(tmp_path / "r", lr=0.5, min_lr=0.5, steps=400, schedule="constant", patience=2)
    state = run.fit(start(run))
    assert state.step == state.best_step + 10 < 400
    assert (run.out / f"last-{state.step:07d}").is_dir()


def test_divergence_keeps_the_last_good_checkpoint(tmp_path):
    run = make(tmp_path / "r")

    def poison(row, state):
        if row["step"] == 7 and "loss" in row:
            state.params.flat["wte.weight"][...] = math.nan

    with pytest.raises(TrainingDiverged, match=r"Step 8.*last-0000005"):
        run.fit(start(run), poison)
    assert run.load().step == 5


def test_divergence_before_the_first_save_goes_back_to_the_start(tmp_path):
    run = make(tmp_path / "r", lr=1e9, min_lr=0.0, warmup=0, clip=0.0, save_every=100)
    with pytest.raises(TrainingDiverged, match="last-0000000"):
        run.fit(start(run))
    assert run.load().step == 0


def test_a_checkpoint_from_which_the_next_step_diverges_is_not_the_last_good_one(tmp_path):
    """Step 5 makes the weights enormous, is saved, and only step 6 shows it."""
    run = make(tmp_path / "r", save_every=1)

    def explode(row, state):
        if row["step"] == 5 and "loss" in row:
            state.params.buffer[...] = 1e30

    with pytest.raises(TrainingDiverged, match=r"last-0000004"):
        run.fit(start(run), explode)
    assert [p.name for p in checkpoint.numbered(run.out, "last")] == ["last-0000004"]
    assert run.fit(run.load()).step == 20


def test_a_held_out_loss_that_is_no_number_stops_the_run(tmp_path, monkeypatch):
    run = make(tmp_path / "r")
    monkeypatch.setattr(Trainer, "evaluate", lambda self, params, limit=None: Evaluation(math.nan, 59))
    with pytest.raises(TrainingDiverged, match="After step 0 the held-out loss is nan"):
        run.fit(start(run))


class Killed(Exception):
    pass


def killed_at(step):
    def kill(row, state):
        if row["step"] == step and "loss" in row:
            raise Killed

    return kill


@pytest.mark.parametrize("moment", range(1, 20))
def test_a_kill_between_saves_never_loses_the_best(tmp_path, moment):
    """Evaluations every 2 steps and saves every 5: a best may be newer than the last, and is found again."""
    whole, killed = (make(tmp_path / n, eval_every=2, save_every=5) for n in ("whole", "killed"))
    whole.fit(start(whole))
    with pytest.raises(Killed):
        killed.fit(start(killed), killed_at(moment))
    state = killed.load()
    if state.best_step:
        best = checkpoint.find(killed.out)
        assert best.name == f"best-{state.best_step:07d}"
    killed.fit(state)
    for kind in ("best", "last"):
        (a,), (b,) = (checkpoint.numbered(run.out, kind) for run in (whole, killed))
        assert a.name == b.name
        assert content(a) == content(b)


def test_early_stopping_stays_stopped(tmp_path):
    run = make(tmp_path / "r", lr=0.5, min_lr=0.5, steps=400, schedule="constant", patience=2)
    state = run.fit(start(run))
    before = content(run.out / f"last-{state.step:07d}")
    again = run.fit(run.load())
    assert again.step == state.step
    assert content(run.out / f"last-{state.step:07d}") == before


def test_stopping_before_the_first_step_and_resuming_repeats_no_row(tmp_path):
    run = make(tmp_path / "r")
    run.fit(start(run), stopped=lambda: True)
    run.fit(run.load())
    rows = read_history(run.history)
    assert [r["step"] for r in rows if "val_loss" in r] == [0, 5, 10, 15, 20]


def test_history_with_rubbish_in_it_is_read(tmp_path):
    run = make(tmp_path / "r")
    run.fit(start(run))
    with run.history.open("ab") as file:
        file.write(b'5\n{}\n"x"\n{"step": "a"}\n\xff\xfe\n')
    assert run.load().step == 20
    assert len(read_history(run.history)) == 25


def test_unfinished_folders_are_ignored_and_swept(tmp_path):
    run = make(tmp_path / "r")
    run.fit(start(run))
    (run.out / ".unfinished-last-0000099-abc").mkdir()
    (run.out / ".unfinished-history.jsonl-abc").touch()
    assert run.load().step == 20
    assert not list(run.out.glob(".unfinished*"))


@pytest.mark.parametrize("kind", ["optimizer.safetensors", "training.json"])
def test_incomplete_checkpoints_are_refused(tmp_path, kind):
    run = make(tmp_path / "r")
    run.fit(start(run))
    (run.out / "last-0000020" / kind).unlink()
    with pytest.raises(UserError, match=f"{kind} is missing"):
        run.load()


def test_moments_of_another_optimizer_are_refused(tmp_path):
    run = make(tmp_path / "r", optimizer="momentum")
    run.fit(start(run))
    with pytest.raises(UserError, match="nothing for 'v'"):
        make(tmp_path / "r").load()


def test_damaged_training_json_is_refused(tmp_path):
    run = make(tmp_path / "r")
    run.fit(start(run))
    path = run.out / "last-0000020" / "training.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "rng": {"state": 3}}))
    with pytest.raises(UserError, match=r"training.json is damaged"):
        run.load()


def test_every_optimizer_resumes(tmp_path):
    for name in ("sgd", "momentum", "rmsprop", "adam"):
        whole = make(tmp_path / f"{name}1", optimizer=name)
        whole.fit(start(whole))
        half = make(tmp_path / f"{name}2", optimizer=name)
        calls = iter(range(100))
        half.fit(start(half), stopped=lambda calls=calls: next(calls) == 7)
        half.fit(half.load())
        assert content(half.out / "last-0000020") == content(whole.out / "last-0000020")


def test_rng_state_survives_json(tmp_path):
    run = make(tmp_path / "r")
    state = run.fit(start(run))
    loaded = run.load()
    assert loaded.rng.bit_generator.state == state.rng.bit_generator.state
    assert dataclasses.replace(loaded, params=0, grads=0, moments=0, rng=0) == dataclasses.replace(
        state, params=0, grads=0, moments=0, rng=0
    )


def test_milestones_are_recorded_at_equal_ratios(tmp_path):
    run = make(tmp_path / "r", milestones=6, eval_every=20)
    run.fit(start(run))
    rows = read_history(run.history)
    marks = [1, 2, 3, 6, 11, 20]
    assert sorted(log_spaced(20, 6)) == marks
    assert [r["step"] for r in rows if "val_loss" in r] == [0, *marks]
    assert [r["step"] for r in rows if "stats" in r] == marks
    samples = [r["samples"] for r in rows if "samples" in r]
    assert len(samples) == 6 and all(len(set(texts)) == 3 for texts in samples)


def test_milestones_do_not_change_the_training(tmp_path):
    plain, marked = make(tmp_path / "plain"), make(tmp_path / "marked", milestones=6)
    states = [run.fit(start(run)) for run in (plain, marked)]
    assert np.array_equal(states[0].params.buffer, states[1].params.buffer)


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 100])
def test_log_spaced_steps_are_distinct_and_within_the_run(steps):
    for n in range(steps + 5):
        chosen = log_spaced(steps, n)
        assert len(chosen) == min(n, steps) and chosen <= set(range(1, steps + 1))
        assert n < 2 or {1, steps} <= chosen
