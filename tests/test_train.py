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

from scratchgpt import plots, pretrained, train
from scratchgpt.errors import UserError
from scratchgpt.trainer import Run, read_history
from scratchgpt.trainer.lock import LOCK

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
    names = {"best-0000010", "last-0000010", "history.jsonl", "loss.png", LOCK}
    assert {p.name for p in out.iterdir()} == names


def test_summary_figure_is_that_of_the_saved_model(text, tmp_path, capsys):
    import math

    import numpy as np

    from scratchgpt.corpus.batches import eval_batches
    from scratchgpt.evaluation import mean_loss

    out = tmp_path / "run"
    train.main([text, "--steps", "10", "--out", str(out), *TINY, *CADENCE])
    loss = float(re.search(r"loss of ([\d.]+) nats", capsys.readouterr().out)[1])
    model, params, tokenizer = pretrained.load(str(out))
    held_out = TEXT[int(len(TEXT) * 0.9) :]
    ids = np.array(tokenizer.encode(held_out))
    result = mean_loss(model, params, eval_batches(ids, 4, 16))
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
    first = capsys.readouterr().out
    train.main(["--resume", out, "--baseline", "0"])
    again = capsys.readouterr().out
    assert "has done all its 5 steps; a larger --steps" in again
    assert first[first.index("predicts") :] == again[again.index("predicts") :]  # the same summary
    train.main(["--resume", out, "--steps", "8"])
    assert "Done: 8 steps" in capsys.readouterr().out


def test_the_summary_is_about_the_best_model_not_the_last(text, tmp_path, capsys):
    out = tmp_path / "run"
    wild = ["--lr", "1", "--min-lr", "1", "--schedule", "constant"]
    wild += ["--backend", "numpy"]  # chaos: every rounding leads elsewhere
    train.main([text, "--steps", "40", "--out", str(out), *TINY, *CADENCE, *wild])
    rows = [r for r in read_history(out / "history.jsonl") if "val_loss" in r and r["step"]]
    best = min(rows, key=lambda r: r["val_loss"])
    assert best["step"] < 40, "choose a wilder rate: the last evaluation is the best"
    printed = capsys.readouterr().out
    assert f"(step {best['step']}) predicts" in printed
    loss = float(re.search(r"loss of ([\d.]+) nats", printed)[1])
    assert loss == pytest.approx(best["val_loss"], abs=6e-5)  # two batches are all of the held-out text
    assert rows[-1]["val_loss"] > best["val_loss"] + 0.01


def test_the_masked_objective_sees_both_sides_and_claims_no_bits_per_byte(text, tmp_path, capsys):
    out = tmp_path / "run"
    train.main([text, "--steps", "5", "--out", str(out), *TINY, *CADENCE, "--objective", "mlm"])
    printed = capsys.readouterr().out
    assert "bits per byte" not in printed and "scratchgpt.generate" not in printed
    model, _, tokenizer = pretrained.load(str(out))
    assert not model.config.causal and model.config.vocab_size == tokenizer.vocab_size + 1


def test_held_out_text_of_which_nothing_is_masked_is_refused(text, tmp_path):
    rare = ["--objective", "mlm", "--mask-prob", "1e-9", "--steps", "1"]
    with pytest.raises(UserError, match="none of the held-out tokens was masked"):
        train.main([text, "--out", str(tmp_path / "run"), *TINY, *CADENCE, *rare])


def test_bpe_is_learned_from_the_training_part_only(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("aa bb cc dd " * 200 + "zqzqzqzq " * 60)  # the end is held out
    out = tmp_path / "run"
    flags = ["--tokenizer", "bpe", "--vocab-size", "300", "--val-fraction", "0.2", "--steps", "1"]
    train.main([str(path), *flags, "--out", str(out), *TINY])
    tokenizer = pretrained.load(str(out))[2]
    assert not [b for b in map(tokenizer.token_bytes, range(257, tokenizer.vocab_size)) if b"zq" in b]


def test_the_picture_shows_both_curves(text, tmp_path, monkeypatch):
    figures = []
    real = plots.loss_curve
    monkeypatch.setattr(plots, "loss_curve", lambda *a: figures.append(real(*a)) or figures[-1])
    train.main([text, "--steps", "10", "--out", str(tmp_path / "r"), *TINY, *CADENCE, "--baseline", "2"])
    (axes,) = figures[0].axes
    shown = {line.get_label(): line.get_xydata() for line in axes.lines}
    assert shown["held out"][:, 0].tolist() == [0, 5, 10]
    assert shown["training (smoothed)"][:, 0].tolist() == list(range(1, 11))
    assert [t.get_text() for t in axes.texts] == ["count model, order 1", "count model, order 2"]


@pytest.mark.shared
def test_the_run_folder_bears_the_name_that_was_given(shared_data, tmp_path, monkeypatch):
    monkeypatch.setenv("SCRATCHGPT_DATA", str(shared_data))
    monkeypatch.chdir(tmp_path)
    train.main(["shakespeare", "--steps", "1", *TINY, "--no-plot", "--eval-batches", "1"])
    assert (tmp_path / "runs" / "shakespeare-char").is_dir()


def test_a_loss_that_is_no_number_is_one_line(text, tmp_path):
    flags = ["--lr", "1e30", "--min-lr", "0", "--clip", "0", "--optimizer", "sgd", "--warmup", "0"]
    done = command(text, "--out", tmp_path / "run", *TINY[:-4], *CADENCE, *flags, "--save-every", "1")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    assert "Step 2" in done.stderr and "last-0000000" in done.stderr
    assert {p.name for p in (tmp_path / "run").glob("last-*")} == {"last-0000000"}


def test_a_model_too_large_for_memory_is_one_line(text, tmp_path):
    done = command(text, "--out", tmp_path / "run", "--n-embd", "20000000", "--n-head", "1")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    assert not (tmp_path / "run").exists()


def test_a_lower_rate_alone_is_enough(text, tmp_path):
    out = tmp_path / "run"
    train.main([text, "--steps", "3", "--lr", "1e-5", "--out", str(out), *TINY, "--schedule", "constant"])
    rows = [r for r in read_history(out / "history.jsonl") if "lr" in r]
    assert rows[-1]["lr"] == 1e-5


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
    "shorter than the context": (
        lambda d: write(d / "a.txt", b"hello world"),
        "9 tokens, expected more than the 16",
    ),
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
    "negative rate": (["--lr", "-1"], "^lr is -1.0"),
    "NaN rate": (["--lr", "nan"], "^lr is nan"),
    "infinite decay": (["--weight-decay", "inf"], "weight_decay is inf"),
    "beta of one": (["--beta2", "1"], "beta2 is 1.0"),
    "dropout of one": (["--attn-dropout", "1"], "attn_dropout is 1.0"),
    "heads do not divide": (["--n-embd", "30", "--n-head", "4"], "must be a multiple of n_head"),
    "negative width": (["--n-embd", "-8"], "n_embd is -8"),
    "unknown activation": (["--activation", "gleu"], "Did you mean 'gelu'"),
    "unknown backend": (["--backend", "nunpy"], "Did you mean 'numpy'"),
    "a GPU's precision": (["--precision", "bf16"], "The precision bf16 is a GPU's"),
    "min above max": (["--lr", "1e-5", "--min-lr", "1e-4"], "min_lr must not be above lr"),
    "looking ahead": (["--no-causal"], r"both directions \(--no-causal\).* needs --objective mlm"),
    "masking nothing": (["--objective", "mlm", "--mask-prob", "0"], "mask_prob is 0"),
    "hold-out of one": (["--val-fraction", "1"], "val_fraction is 1.0"),
    "no run to resume": (["--resume", "nowhere"], "no run in nowhere"),
    "small vocabulary": (["--tokenizer", "bpe", "--vocab-size", "99"], "vocab_size is 99"),
    "no tokenizer there": (["--tokenizer", "nowhere"], "no folder 'nowhere'"),
    "zero threads": (["--threads", "0"], "--threads is 0"),
    "negative sequence": (["--seq-len", "-1"], "seq_len is -1"),
    "sequence beyond the model": (
        ["--seq-len", "65"],
        "seq_len is 65, expected at most 64, the positions of the model",
    ),
    "activation that one may read of": (["--activation", "swish"], "expected gelu, gelu_erf, relu, sigmoid"),
    "unknown encoding": (["--encoding", "utf-9"], "utf-9"),
}


@pytest.mark.parametrize("case", BAD_FLAGS)
def test_bad_flags(case, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    flags, message = BAD_FLAGS[case]
    given = [] if "--resume" in flags else [text, "--steps", "1", "--baseline", "0"]
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
    with pytest.raises(UserError, match="leave out preset, encoding"):
        train.main(["--resume", out, "--preset", "mini", "--encoding", "latin-1"])
    with pytest.raises(UserError, match="leave out seed"):
        train.main(["--resume", out, "--seed", "0"])
    with pytest.raises(UserError, match="leave out init_from"):
        train.main(["--resume", out, "--init-from", "mini"])
    with pytest.raises(UserError, match="leave out seq_len"):
        train.main(["--resume", out, "--seq-len", "8"])
    Path(text).write_text(TEXT.replace("cat", "cow"))
    with pytest.raises(UserError, match=r"text\.txt has changed"):
        train.main(["--resume", out, "--steps", "9"])
    Path(text).unlink()
    Path(text).mkdir()
    for name in ("a", "b"):
        (Path(text) / f"{name}.txt").write_text(TEXT)
    with pytest.raises(UserError, match=r"text\.txt has changed"):
        train.main(["--resume", out, "--steps", "9"])


@pytest.mark.skipif(os.name != "posix", reason="limits on file size")
def test_a_full_disk_keeps_the_last_good_checkpoint(text, tmp_path):
    """The system refuses files above 3,000 bytes from the moment "last-5" exists."""
    out = tmp_path / "run"
    code = (
        "import resource, signal, sys\n"
        "from scratchgpt import cli, train\n"
        "from scratchgpt.trainer import run\n"
        "real = run.Run.save\n"
        "def save(self, state, kind):\n"
        "    real(self, state, kind)\n"
        "    if state.step < 5 or kind != 'last':\n"
        "        return\n"
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
    remaining = {p.name for p in out.iterdir()}
    assert {"best-0000005", "last-0000005"} <= remaining
    assert not [name for name in remaining if name.startswith(".unfinished")]
    assert train.main(["--resume", str(out)]) == 0  # the disk has room again
    assert (out / "last-0000020").is_dir()


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit) as ended:
        train.main(["--help"])
    printed = capsys.readouterr().out
    assert ended.value.code == 0
    assert printed.count("python -m scratchgpt.train") >= 4 and "--weight-decay" in printed
