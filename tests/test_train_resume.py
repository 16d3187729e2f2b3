"""Resuming: from damaged and older checkpoints, with other settings, after the text has moved, and alone."""

import json
import re
import shutil
from pathlib import Path

import pytest
from test_train import CADENCE, TEXT, TINY, run_folder

from scratchgpt import train
from scratchgpt.errors import UserError
from scratchgpt.trainer import Run
from scratchgpt.trainer.lock import locked


def resume(out, *args):
    return train.main(["--resume", str(out), "--baseline", "0", "--no-plot", *args])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with text.txt; run, which made 10 steps and had 5 at first; and kept, its last-5."""
    folder = tmp_path_factory.mktemp("made")
    text, out = folder / "text.txt", folder / "run"
    text.write_text(TEXT)
    quiet = ["--sample-every", "0", "--no-plot"]
    train.main([str(text), "--steps", "5", "--out", str(out), *TINY, *CADENCE, *quiet])
    shutil.copytree(out / "last-0000005", folder / "kept")
    resume(out, "--steps", "10")
    return folder


@pytest.fixture
def run(made, tmp_path):
    """The run, with text and all that is kept of it, as if it had been made in tmp_path."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    for file in tmp_path.rglob("training.json"):
        content = file.read_text().replace(json.dumps(str(made))[1:-1], json.dumps(str(tmp_path))[1:-1])
        file.write_text(content, newline="\n")
    return tmp_path / "run"


def said(out, *args):
    """The one-line message that resuming ends with."""
    with pytest.raises(UserError) as caught:
        resume(out, *args)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def damage(checkpoint, name="model.safetensors"):
    file = checkpoint / name
    file.write_bytes(file.read_bytes()[:-7])


# One process at a time


def test_a_run_that_is_being_written_is_left_alone(run):
    before = run_folder(run)
    with locked(run):
        assert re.search(
            r"run is being written by process \d+: wait until it ends", said(run, "--steps", "20")
        )
    assert run_folder(run) == before


def test_two_new_runs_in_one_folder(tmp_path, capsys):
    """The second finds the folder empty, and the first one's lock or its checkpoints later."""
    text, out = tmp_path / "text.txt", tmp_path / "run"
    text.write_text(TEXT)
    args = [str(text), "--steps", "3", "--out", str(out), *TINY, "--no-plot"]
    out.mkdir()
    with locked(out), pytest.raises(UserError, match="is being written by process"):
        train.main(args)
    (out / ".lock").write_text("4321")  # left by a process that died before its first checkpoint
    assert train.main(args) == 0


def test_the_lock_is_held_while_training(tmp_path, monkeypatch):
    text, out = tmp_path / "text.txt", tmp_path / "run"
    text.write_text(TEXT)
    held = []
    real = Run.fit

    def fit(self, *args):
        with pytest.raises(UserError, match="is being written"):
            locked(out).__enter__()
        held.append(True)
        return real(self, *args)

    monkeypatch.setattr(Run, "fit", fit)
    train.main([str(text), "--steps", "2", "--out", str(out), *TINY, "--no-plot"])
    resume(out)
    assert held == [True, True]


# Damaged checkpoints


@pytest.mark.parametrize(
    "file", ["model.safetensors", "optimizer.safetensors", "training.json", "vocab.json"]
)
def test_a_damaged_checkpoint_names_an_older_one_which_goes_on_bit_for_bit(run, tmp_path, file, capsys):
    whole = run_folder(run)
    damage(run / "last-0000010", file)
    shutil.copytree(tmp_path / "kept", run / "last-0000005")
    message = said(run)
    assert file in message or "vocabulary" in message or "Tokenizer" in message
    command = re.search(r"An older checkpoint remains: --resume (\S+)\.$", message)[1]
    assert command == str(run / "last-0000005")
    resume(command, "--steps", "10")
    assert run_folder(run) == whole
    assert "Going back to step 5" in capsys.readouterr().out


def test_a_damaged_only_checkpoint_leaves_the_weights_of_the_best(run, tmp_path, capsys):
    damage(run / "last-0000010")
    message = said(run)
    assert "best-0000010 has weights but no optimizer moments" in message
    command = re.search(r"--init-from (\S+)\.$", message)[1]
    text, new = str(tmp_path / "text.txt"), str(tmp_path / "new")
    assert train.main([text, "--init-from", command, "--steps", "2", "--out", new, "--no-plot"]) == 0


def test_without_any_other_checkpoint_a_new_run_is_advised(run):
    shutil.rmtree(run / "best-0000010")
    damage(run / "last-0000010", "training.json")
    assert said(run).endswith("Nothing else remains of the run: start a new one.")


def test_a_best_checkpoint_cannot_go_on_and_says_why(run, monkeypatch):
    for folder in (run / "best-0000010", Path("run/best-0000010")):
        monkeypatch.chdir(run.parent)
        message = said(folder)
        assert "has weights but no optimizer moments" in message
        assert f"--init-from {folder}" in message
    monkeypatch.chdir(run / "best-0000010")
    assert "best-0000010 has weights" in said(".")
    shutil.rmtree(run / "last-0000010")
    assert "best-0000010 has weights" in said(run)


def test_a_last_checkpoint_stands_for_its_run(run, monkeypatch, capsys):
    monkeypatch.chdir(run / "last-0000010")
    resume(".", "--steps", "12")
    assert (run / "last-0000012").is_dir()
    assert "Going back" not in capsys.readouterr().out


def test_what_is_no_run_is_named(run, tmp_path):
    model = tmp_path / "model"
    shutil.copytree(run / "best-0000010", model)
    assert f"{model} is a model and no run: begin a run from it with --init-from {model}." in said(model)
    assert said(tmp_path / "nothing").startswith("There is no run in")
    assert said(tmp_path).startswith("There is no run in")
    assert said(tmp_path / "text.txt").startswith("There is no run in")


# Other settings


def test_what_changed_since_the_run_began_is_one_line(run, capsys):
    capsys.readouterr()
    resume(run, "--lr", "0.0005", "--steps", "12")
    assert (
        "\nChanged since the run began: steps 5 -> 12, lr 0.001 -> 0.0005.\n"
        in "\n" + capsys.readouterr().out
    )
    resume(run, "--steps", "13")  # the rate stays, and so does the line
    assert "Changed since the run began: steps 5 -> 13, lr 0.001 -> 0.0005.\n" in capsys.readouterr().out
    resume(run, "--lr", "0.001", "--steps", "14")
    assert "Changed since the run began: steps 5 -> 14.\n" in capsys.readouterr().out


def test_nothing_changed_says_nothing(run, capsys):
    saved = run / "last-0000010" / "training.json"
    content = json.loads(saved.read_text())
    content["train"]["steps"] = content["began"]["steps"] = 12  # as if it had been stopped on its way
    saved.write_text(json.dumps(content))
    capsys.readouterr()
    resume(run)
    out = capsys.readouterr().out
    assert "Changed" not in out and "Done: 12 steps" in out


def test_a_finished_run_says_that_other_flags_change_nothing(run, capsys):
    capsys.readouterr()
    resume(run, "--lr", "0.0005")
    out = capsys.readouterr().out
    assert f"The run in {run} has done all its 10 steps, so --lr changes nothing; a larger --steps" in out
    assert "Changed since" not in out
    resume(run, "--lr", "0.0005", "--clip", "2", "--steps", "7")
    assert "all its 10 steps, so --lr, --clip change nothing;" in capsys.readouterr().out


def test_a_run_that_stopped_early_says_so(tmp_path, capsys):
    text, out = tmp_path / "text.txt", tmp_path / "run"
    text.write_text(TEXT)
    wild = ["--lr", "1", "--min-lr", "1", "--schedule", "constant", "--patience", "1", "--eval-every", "1"]
    train.main([str(text), "--steps", "400", "--out", str(out), *TINY, "--eval-batches", "2", *wild])
    capsys.readouterr()
    resume(out, "--lr", "0.5")
    assert re.search(
        r"early, after step \d+: 1 evaluation brought no new best, so --lr changes nothing; a larger --pat",
        capsys.readouterr().out,
    )


def test_a_run_from_before_a_setting_existed_goes_on(run, capsys):
    saved = run / "last-0000010" / "training.json"
    content = json.loads(saved.read_text())
    del content["began"], content["train"]["seq_len"]
    saved.write_text(json.dumps(content))
    capsys.readouterr()
    assert resume(run, "--steps", "12") == 0
    assert "Changed since the run began: steps 10 -> 12.\n" in capsys.readouterr().out


# The text


def test_a_text_that_has_moved_is_named_and_found_again(run, tmp_path):
    text = tmp_path / "text.txt"
    text.rename(tmp_path / "texts.txt")  # a near name, which must not be suggested
    message = said(run, "--steps", "12")
    assert f"The run in {run} learns from {text}, which is not there any more" in message
    assert f"python -m scratchgpt.train TEXT --resume {run}" in message and "Did you mean" not in message
    moved = str(tmp_path / "texts.txt")
    train.main([moved, "--resume", str(run), "--steps", "12", "--no-plot", "--baseline", "0"])
    resume(run, "--steps", "13")  # the new place is remembered
    assert (run / "last-0000013").is_dir()


def test_another_text_is_no_resumption(run, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text(TEXT.replace("cat", "cow"))
    with pytest.raises(UserError, match=r"other\.txt is not the text .* begin a new run with --init-from"):
        train.main([str(other), "--resume", str(run), "--steps", "12"])


# What the summary says


def test_training_that_made_the_model_worse_is_said(run, tmp_path, capsys):
    """From a model that has learned its text, a wild rate leads away: no later evaluation is as good."""
    text = str(tmp_path / "text.txt")
    flags = [
        "--steps",
        "4",
        "--eval-every",
        "2",
        "--lr",
        "3",
        "--warmup",
        "0",
        "--no-plot",
        "--baseline",
        "0",
    ]
    capsys.readouterr()
    train.main([text, "--init-from", str(run), "--out", str(tmp_path / "worse"), *flags])
    out = capsys.readouterr().out
    found = re.search(
        r"made the model worse: the held-out loss was ([\d.]+) nats .* and ([\d.]+) at its best", out
    )
    rows = [json.loads(line) for line in (tmp_path / "worse" / "history.jsonl").read_text().splitlines()]
    losses = [row["val_loss"] for row in rows if "val_loss" in row]
    assert float(found[1]) == pytest.approx(losses[0], abs=6e-5)
    assert float(found[2]) == pytest.approx(min(losses[1:]), abs=6e-5)
    assert losses[0] < min(losses[1:])


def test_training_that_helped_is_not_called_worse(run, capsys):
    capsys.readouterr()
    resume(run)
    assert "worse" not in capsys.readouterr().out


def test_the_sequence_length_is_that_of_batches_and_evaluation(tmp_path, capsys):
    text, out = tmp_path / "text.txt", tmp_path / "run"
    text.write_text(TEXT)
    train.main([str(text), "--steps", "2", "--seq-len", "5", "--out", str(out), *TINY, "--no-plot"])
    printed = capsys.readouterr().out
    assert "batches of 4 x 5 an epoch" in printed and "held-out tokens, in sequences of 5, with" in printed
    rows = [json.loads(line) for line in (out / "history.jsonl").read_text().splitlines()]
    assert {row["tokens"] for row in rows if "tokens" in row} == {4 * 5}
    resume(out, "--steps", "3")
    rows = [json.loads(line) for line in (out / "history.jsonl").read_text().splitlines()]
    assert rows[-2]["tokens"] == 4 * 5
