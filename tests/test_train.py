"""The train command: a run from text to summary, resume, Ctrl-C, and every bad input on one line."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scratchgpt import train
from scratchgpt.errors import UserError
from scratchgpt.trainer import Run

SHAPE = ["--n-layer", "1", "--n-head", "2", "--n-embd", "8", "--block-size", "16"]
TINY = [*SHAPE, "--batch-size", "4", "--warmup", "2", "--baseline", "0"]
CADENCE = ["--eval-every", "5", "--save-every", "5", "--eval-batches", "2", "--sample-every", "5"]
TEXT = "the cat sat on the mat. the dog sat on the log. the fog sat in the bog.\n" * 12


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    return str(path)


def command(*args, **kwargs):
    """Run the command line as its own process."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-m", "scratchgpt.train", *map(str, args)],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=120,
        **kwargs,
    )


def run_folder(out):
    return {
        f"{p.parent.name}/{p.name}": p.read_bytes() for p in sorted(Path(out).glob("*-*/*")) if p.is_file()
    }


def test_a_whole_run(text, tmp_path, capsys):
    out = tmp_path / "run"
    args = [text, "--steps", "10", "--out", str(out), *TINY, *CADENCE, "--baseline", "2", "--stats", "5"]
    assert train.main(args) == 0
    printed = capsys.readouterr().out
    assert "held-out loss" in printed and "--- sample after step 5" in printed
    assert "Done: 10 steps" in printed and "perplexity" in printed and "bits per byte" in printed
    assert "Count model, 2 characters of context" in printed
    assert (out / "loss.png").read_bytes().startswith(b"\x89PNG")
    rows = [json.loads(line) for line in (out / "history.jsonl").read_text().splitlines()]
    assert [r["step"] for r in rows if "stats" in r] == [5, 10]
    assert {
        "layer",
        "grad_norm",
        "activation_mean",
        "activation_std",
        "update_ratio",
        "attention_entropy",
    } == set(next(r for r in rows if "stats" in r)["stats"][0])
    assert {p.name for p in out.iterdir()} == {"best-0000010", "last-0000010", "history.jsonl", "loss.png"}


def test_summary_figure_is_that_of_the_saved_model(text, tmp_path, capsys):
    import math

    import numpy as np

    from scratchgpt import pretrained
    from scratchgpt.corpus.batches import eval_batches
    from scratchgpt.evaluation import evaluate

    out = tmp_path / "run"
    train.main([text, "--steps", "10", "--out", str(out), *TINY, *CADENCE])
    loss = float(re.search(r"loss of ([\d.]+) nats", capsys.readouterr().out)[1])
    model, params, tokenizer = pretrained.load(str(out))
    held_out = TEXT[int(len(TEXT) * 0.9) :]
    ids = np.array(tokenizer.encode(held_out))
    result = evaluate(model, params, eval_batches(ids, 4, 16))
    assert result.loss == pytest.approx(loss, abs=5e-5)
    assert math.isfinite(result.bits_per_byte(len(ids), len(held_out)))


@pytest.mark.parametrize("extra", [["--tokenizer", "bpe", "--vocab-size", "270"], ["--objective", "mlm"]])
def test_other_tokenizer_and_objective_resume_bit_for_bit(text, tmp_path, extra):
    dropout = ["--attn-dropout", "0.1", "--resid-dropout", "0.1", "--accumulate", "2"]
    common = [text, *TINY, *CADENCE, *extra, *dropout]
    train.main([*common, "--steps", "10", "--out", str(tmp_path / "whole")])
    halves = tmp_path / "halves"
    with pytest.raises(_Stop), pytest.MonkeyPatch.context() as patch:
        patch.setattr("scratchgpt.trainer.run.Run.save", _save_then_stop)
        train.main([*common, "--steps", "10", "--out", str(halves)])
    train.main(["--resume", str(halves)])
    assert run_folder(halves) == run_folder(tmp_path / "whole")


class _Stop(Exception):
    pass


REAL_SAVE = Run.save


def _save_then_stop(self, state, kind):
    REAL_SAVE(self, state, kind)
    if kind == "last":
        raise _Stop


def test_more_steps_after_the_end(text, tmp_path, capsys):
    out = str(tmp_path / "run")
    train.main([text, "--steps", "5", "--out", out, *TINY, *CADENCE])
    with pytest.raises(UserError, match="has done all its 5 steps"):
        train.main(["--resume", out])
    train.main(["--resume", out, "--steps", "8"])
    assert "Done: 8 steps" in capsys.readouterr().out


def test_default_run_folders_never_collide(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        train.main([text, "--steps", "2", *TINY, "--no-plot"])
    assert {p.name for p in (tmp_path / "runs").iterdir()} == {"text-char", "text-char-2"}


@pytest.mark.skipif(os.name != "posix", reason="signals to a process")
def test_ctrl_c_saves_and_says_how_to_resume(text, tmp_path):
    out = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "-m", "scratchgpt.train", text, "--steps", "1000000", "--out", str(out), *TINY],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    wait_for(lambda: (out / "history.jsonl").exists() and len((out / "history.jsonl").read_text()) > 2000)
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in errors
    assert re.search(r"Stopped and saved after step \d+\. Resume with: .*--resume", printed)
    step = int(re.search(r"after step (\d+)", printed)[1])
    assert (out / f"last-{step:07d}").is_dir()


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.01)


def write(path, data):
    path.write_bytes(data)
    return str(path)


BAD_TEXTS = {
    "missing": (lambda d: str(d / "tex.txt"), "no file"),
    "empty": (lambda d: write(d / "a.txt", b""), "is empty"),
    "one character": (lambda d: write(d / "a.txt", b"x"), "one character"),
    "one character repeated": (lambda d: write(d / "a.txt", b"x" * 999), "repeated"),
    "binary": (lambda d: write(d / "a.txt", bytes(range(256)) * 9), "binary"),
    "not UTF-8": (lambda d: write(d / "a.txt", "é".encode("latin-1") * 99 + b"abc"), "0xe9"),
    "shorter than the context": (lambda d: write(d / "a.txt", b"hello world"), "block_size"),
    "folder without text": (lambda d: str(d / "empty"), "no .txt file"),
}


@pytest.mark.parametrize("case", BAD_TEXTS)
def test_bad_texts(case, tmp_path):
    (tmp_path / "empty").mkdir()
    make, message = BAD_TEXTS[case]
    out = tmp_path / "run"
    with pytest.raises(UserError, match=message):
        train.main([make(tmp_path), "--out", str(out), *TINY])
    assert not out.exists()


BAD_FLAGS = {
    "unknown flag": (["--step", "5"], "Did you mean '--steps'"),
    "unknown preset": (["--preset", "mimi"], "Did you mean 'mini'"),
    "unknown choice": (["--optimizer", "adamm"], "invalid choice"),
    "no number": (["--steps", "many"], "invalid int value"),
    "zero steps": (["--steps", "0"], "steps is 0, expected an integer of at least 1"),
    "negative rate": (["--lr", "-1"], "lr is -1.0"),
    "NaN rate": (["--lr", "nan"], "lr is nan"),
    "infinite decay": (["--weight-decay", "inf"], "weight_decay is inf"),
    "beta of one": (["--beta2", "1"], "beta2 is 1.0"),
    "dropout of one": (["--attn-dropout", "1"], "attn_dropout is 1.0"),
    "heads do not divide": (["--n-embd", "30", "--n-head", "4"], "must be a multiple of n_head"),
    "negative width": (["--n-embd", "-8"], "n_embd is -8"),
    "unknown activation": (["--activation", "gleu"], "Did you mean 'gelu'"),
    "unknown backend": (["--backend", "nunpy"], "Did you mean 'numpy'"),
    "min above max": (["--lr", "1e-5"], "min_lr must not be above lr"),
    "hold-out of one": (["--val-fraction", "1"], "val_fraction is 1.0"),
    "no run to resume": (["--resume", "nowhere"], "no run in nowhere"),
    "small vocabulary": (["--tokenizer", "bpe", "--vocab-size", "99"], "vocab_size is 99"),
    "no tokenizer there": (["--tokenizer", "nowhere"], "no folder 'nowhere'"),
    "zero threads": (["--threads", "0"], "--threads is 0"),
    "unknown encoding": (["--encoding", "utf-9"], "utf-9"),
}


@pytest.mark.parametrize("case", BAD_FLAGS)
def test_bad_flags(case, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    flags, message = BAD_FLAGS[case]
    given = [] if "--resume" in flags else [text]
    with pytest.raises(UserError, match=message):
        train.main([*given, *flags])
    assert not (tmp_path / "runs").exists()


def test_a_user_error_is_one_line_and_exit_code_2(tmp_path):
    done = command(tmp_path / "nothing.txt")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1


def test_an_existing_folder_is_never_overwritten(text, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("precious")
    for out in (tmp_path / "run", Path(text)):
        with pytest.raises(UserError, match="exists already"):
            train.main([text, "--out", str(out), *TINY])
    assert (tmp_path / "run" / "thesis.txt").read_text() == "precious"


def test_an_output_folder_that_cannot_be_made(text):
    with pytest.raises(UserError, match="Cannot write to"):
        train.main([text, "--out", f"{text}/below/a/file", *TINY])


def test_resume_refuses_what_does_not_fit(text, tmp_path):
    out = str(tmp_path / "run")
    train.main([text, "--steps", "5", "--out", out, *TINY, *CADENCE])
    with pytest.raises(UserError, match="leave out n_embd"):
        train.main(["--resume", out, "--n-embd", "16"])
    with pytest.raises(UserError, match="leave out batch_size"):
        train.main(["--resume", out, "--batch-size", "3"])
    with pytest.raises(UserError, match="leave out seed"):
        train.main(["--resume", out, "--seed", "0"])
    with pytest.raises(UserError, match="leave out text"):
        train.main([text, "--resume", out])
    Path(text).write_text(TEXT.replace("cat", "cow"))
    with pytest.raises(UserError, match=r"text\.txt has changed"):
        train.main(["--resume", out, "--steps", "9"])
    Path(text).unlink()
    with pytest.raises(UserError, match="no file"):
        train.main(["--resume", out, "--steps", "9"])


@pytest.mark.skipif(os.name != "posix", reason="limits on file size")
def test_a_full_disk_keeps_the_last_good_checkpoint(text, tmp_path):
    """The system refuses files above 64 KiB from the moment a first checkpoint exists."""
    out = tmp_path / "run"
    code = (
        "import resource, signal, sys\n"
        "from scratchgpt import cli, train\n"
        "from scratchgpt.trainer import run\n"
        "real = run.Run.save\n"
        "def save(self, state, kind):\n"
        "    real(self, state, kind)\n"
        "    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "run.Run.save = save\n"
        "cli.run(lambda: train.main(sys.argv[1:]))\n"
    )
    args = [text, "--steps", "20", "--out", str(out), *TINY, *CADENCE, "--sample-every", "0"]
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("error: Cannot write") and "File too large" in done.stderr
    assert done.stderr.count("\n") == 1
    remaining = sorted(p.name for p in out.iterdir())
    assert "best-0000005" in remaining and not [n for n in remaining if n.startswith(".")]


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit) as ended:
        train.main(["--help"])
    printed = capsys.readouterr().out
    assert ended.value.code == 0
    assert printed.count("python -m scratchgpt.train") >= 4 and "--weight-decay" in printed
