"""The bench: programs in turn, ratios, what is missing and why; other programs are never needed here."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from scratchgpt import bench, costs, kernels, threads
from scratchgpt.benchmarks import machine, ours, process, report, run
from scratchgpt.benchmarks.material import Material
from scratchgpt.benchmarks.peers import of_llama_cpp, of_tokenizers
from scratchgpt.benchmarks.process import Failed, Process
from scratchgpt.benchmarks.rows import PEERS, ROWS, chosen
from scratchgpt.config import GPTConfig
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.resources import data_path
from scratchgpt.tokenizer.bytes_unicode import BYTE_OF_CHARACTER

CEILING = {"matmul": 100.0, "read": 50.0}
FACTS = {"versions": {"numpy": "2", "numba": None, "blas": "b"}, "backend": "numpy", "work": 30.0}
ENTRY = ["row", "ours", "unit", "ceiling_share", "peer", "peer_value", "ratio", "why_missing"]


class Program:
    """In place of a process: what it measures is listed, and every request is written down."""

    seconds = {"ours": [2.0, 1.0, 4.0, 2.0, 2.0], "torch": [6.0, 1.0, 5.0, 9.0, 5.0]}  # noqa: RUF012
    facts = FACTS
    peak_mb = 12.0

    def __init__(self, task, python, file=None):
        self.task, self.key = task, task.get("peer", "ours")
        self.left = list(self.seconds.get(self.key, [3.0] * 9))
        asked.append(f"start {self.key}")

    def wait_until_ready(self):
        if self.left == ["no"]:
            raise Failed("ImportError: no")

    def measure(self):
        if self.task["job"] == "ceilings":
            asked.append("ceiling")
            return {kind: CEILING[kind] * self.task["threads"] for kind in self.task.get("kinds", CEILING)}
        asked.append(self.key)
        value = self.left.pop(0)
        if value == "dies":
            raise Failed("ended with code -9")
        if value == "Ctrl-C":
            raise KeyboardInterrupt
        return value

    def close(self):
        asked.append(f"close {self.key}")


asked = []


@pytest.fixture
def programs(monkeypatch):
    asked.clear()
    monkeypatch.setattr(process, "Process", Program)
    monkeypatch.setattr(process, "installed", lambda python, modules: dict.fromkeys(modules, "1.0"))
    monkeypatch.setattr(run.time, "sleep", lambda seconds: None)


def _json(capsys, *words, n_threads=2):
    assert bench.main([*words, "--json", "--threads", str(n_threads)]) == 0
    return json.loads(capsys.readouterr().out)


# The programs in turn


def test_programs_take_turns_and_medians_are_compared(programs, capsys):
    found = _json(capsys, "--rows", "train/10m")
    turns = [word for word in asked if " " not in word]
    assert turns == ["ceiling"] * 2 + ["ours", "torch", "torch-compiled", "ceiling"] * 5
    started = [word.removeprefix("start ") for word in asked if word.startswith("start")]
    assert sorted(started) == sorted(w.removeprefix("close ") for w in asked if w.startswith("close"))
    eager, compiled = found["rows"]
    assert all(set(ENTRY) <= set(entry) for entry in found["rows"])
    assert (eager["row"], eager["unit"], eager["ours"]) == ("train/10m", "ms", 2000)
    assert (eager["peer"], eager["peer_value"], eager["ratio"]) == ("PyTorch eager", 5000, 2.5)
    assert (compiled["ratio"], compiled["why_missing"]) == (1.5, None)
    assert eager["ceiling_share"] == pytest.approx(30 / 2 / 200)  # work, seconds, ceiling of two threads
    assert (eager["peak_mb"], eager["peer_peak_mb"]) == (12, 12)
    assert eager["peer_spread"] == pytest.approx(1 / 5) and eager["spread"] == 0
    assert found["machine"]["ceilings"] == {"1": CEILING, "all": {"matmul": 200.0, "read": 100.0}}
    assert found["machine"]["threads"] == 2


def test_a_rate_is_better_when_it_is_higher(programs, capsys, monkeypatch):
    monkeypatch.setattr(Material, "_write", lambda self, watch, **_: None)
    found = _json(capsys, "--rows", "decode/fp32", "--repeats", "1")
    transformers = found["rows"][0]
    assert (transformers["ours"], transformers["unit"]) == (128 / 2, "tokens/s")
    assert transformers["peer_value"] == pytest.approx(128 / 3)
    assert transformers["ratio"] == pytest.approx(transformers["ours"] / transformers["peer_value"])
    assert transformers["ceiling_share"] == pytest.approx(30 / 2 / 100)


def test_a_peer_that_fails_leaves_a_reason_and_the_others_go_on(programs, capsys, monkeypatch):
    monkeypatch.setattr(
        Program, "seconds", {"torch": ["no"], "torch-compiled": [1.0, "dies"], "ours": [1.0] * 5}
    )
    eager, compiled = _json(capsys, "--rows", "train/char")["rows"]
    assert (eager["why_missing"], compiled["why_missing"]) == ("ImportError: no", "ended with code -9")
    for entry in (eager, compiled):
        assert entry["peer_value"] is entry["ratio"] is entry["peer_spread"] is None
        assert entry["ours"] == pytest.approx(1000 / 20)


def test_when_ours_fails_the_row_says_so(programs, capsys, monkeypatch):
    monkeypatch.setattr(Program, "seconds", {"ours": ["no"]})
    ceilings = dict.fromkeys(("1", "all"), CEILING), {**FACTS, "numpy_first": True}
    monkeypatch.setattr(run, "measure_ceilings", lambda *_: ceilings)
    assert bench.main(["--rows", "train/char", "--repeats", "2"]) == 0
    out, err = capsys.readouterr()
    assert "not measured (ours: ImportError: no): PyTorch eager, PyTorch compiled" in out
    assert err.count("warning: NumPy") == 2  # loaded before scratchgpt here, and there


def test_missing_peers_say_what_is_missing(programs, capsys, monkeypatch):
    monkeypatch.setattr(process, "installed", lambda python, modules: {"torch": "2.0"})
    rows = _json(capsys, "--rows", "train/char", "bpe-train/4096", "start")["rows"]
    why = {(entry["row"], entry["peer"]): entry["why_missing"] for entry in rows}
    assert why["train/char", "PyTorch eager"] is None
    assert why["bpe-train/4096", "tokenizers"] == "not installed: tokenizers"
    assert why["start/import", "import transformers"] == "not installed: transformers"
    assert all(entry["ours"] for entry in rows)
    left_out = _json(capsys, "--rows", "train/char", "--quick")["rows"][1]
    assert left_out["why_missing"] == "left out by --quick"


def test_each_peer_runs_where_all_it_needs_is():
    there = {"a": {"tiktoken": "1"}, "b": {"tokenizers": "2", "torch": "3"}}
    found, lacking, versions = run.find_peers(
        chosen(["encode/gpt2", "start"]), ["a", "b"], lambda python, modules: there[python]
    )
    assert found == {"tiktoken": "a", "tokenizers": "b"}
    assert versions == {"tiktoken": "1", "tokenizers": "2"}
    assert lacking["transformers-token"] == "not installed: transformers"


@pytest.mark.parametrize("as_json", [True, False])
def test_ctrl_c_ends_with_what_was_measured(programs, capsys, monkeypatch, as_json):
    monkeypatch.setattr(
        Program, "seconds", {"torch": [1.0] * 3 + ["Ctrl-C"], "ours": [2.0] * 5, "numpy-import": [9.0] * 5}
    )
    words = ["--rows", "train/char", "start/import", *["--json"] * as_json]
    assert bench.main(words) == 130
    out, err = capsys.readouterr()
    assert "interrupted" in err
    assert asked[-1].startswith("close")  # no process is left behind
    if as_json:
        found = json.loads(out)
        assert found["machine"]["interrupted"]
        assert [(e["row"], e["ratio"]) for e in found["rows"]] == [("train/char", 0.5), ("train/char", 1.5)]
        assert found["rows"][0]["repeats"] == 4
    else:
        assert "PyTorch eager" in out and "start/import" not in out


# What is asked for


def test_rows_by_name_by_group_and_in_the_order_of_the_table():
    assert [row.name for row in chosen(["start", "train/10m,decode/int8"])] == [
        "train/10m",
        "decode/int8",
        "start/import",
        "start/first-token",
    ]
    assert chosen(None) == list(ROWS.values())
    names = "train/char train/10m train/gpt2-b4t64 train/gpt2-b1t512 decode/fp32 decode/bf16 decode/int8 "
    names += "prefill/512 encode/gpt2 bpe-train/4096 start/import start/first-token"
    assert list(ROWS) == names.split()
    assert {peer for row in ROWS.values() for peer in row.peers} == set(PEERS)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rows", "decode/int4"], "There is no row 'decode/int4'.* Did you mean 'decode/int8'"),
        (["--rows", ","], "--rows names no row"),
        (["--repeats", "0"], "--repeats is 0, expected"),
        (["--repeats", "-3"], "--repeats is -3, expected"),
        (["--threads", "0"], "--threads is 0, expected"),
        (["--text", "no/such/file"], "There is no file 'no/such/file'"),
        (["--rows", "encode", "--peer-python", "no/python"], "'no/python' does not run as Python"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(words, message):
    with pytest.raises(UserError, match=message) as error:
        bench.main(words)
    assert "\n" not in str(error.value)


def test_the_number_of_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert (machine.thread_number(None), machine.thread_number(5)) == (3, 5)
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert machine.thread_number(None) == machine.cores()


# Processes


def test_peers_have_as_many_threads_and_none_of_our_settings(monkeypatch):
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("PYTHONPATH", "here")
    own, peer = process.environment(2, ours=True), process.environment(2, ours=False, foreign=True)
    assert own["OMP_WAIT_POLICY"] == "active"  # what the user set
    assert not {"OMP_WAIT_POLICY", "OPENBLAS_CORETYPE", "PYTHONPATH", *threads.DEFAULTS} & set(peer)
    for name in threads.COUNTS:
        assert own[name] == peer[name] == "2"
    assert own["PYTHONPATH"] == "here" and peer["PATH"] == os.environ["PATH"]


def test_a_process_measures_one_repetition_per_request():
    with run.closing(
        Process({"job": "import", "module": "json", "threads": 1}, sys.executable, "of_starting")
    ) as p:
        p.wait_until_ready()
        assert 0 < p.measure() < 5
        assert p.peak_mb is None or 1 < p.peak_mb < 200
        p._process.kill()
        with pytest.raises(Failed, match="ended with code"):
            p.measure()


def test_what_a_process_cannot_do_comes_back_as_one_line():
    with (
        run.closing(
            Process({"job": "import", "module": "no_such", "threads": 1}, sys.executable, "of_starting")
        ) as p,
        pytest.raises(Failed, match="No module named 'no_such'"),
    ):
        p.wait_until_ready()


def test_the_whole_way(capsys):
    """Real processes: the ceilings of this machine, and the shortest row."""
    found = _json(capsys, "--quick", "--rows", "start/import", "--repeats", "2", n_threads=1)
    ceilings = found["machine"]["ceilings"]
    assert all(1e8 < ceilings[n][kind] < 1e15 for n in ("1", "all") for kind in ("matmul", "read"))
    assert found["machine"]["versions"]["numpy"] == np.__version__
    numpy = found["rows"][0]
    assert numpy["peer"] == "import numpy" and numpy["why_missing"] is None
    assert numpy["ratio"] == pytest.approx(numpy["peer_value"] / numpy["ours"])


def test_the_bench_itself_loads_no_array_library():
    loaded = subprocess.run(
        [sys.executable, "-c", "import scratchgpt.bench, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout.split()
    assert "scratchgpt.bench" in loaded and not {"numpy", "numba"} & set(loaded)


# Our side of the rows


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """A task for each job, small, computed by the reference."""
    monkeypatch.setattr(kernels, "load", lambda name="auto": REFERENCE)
    shape = {"vocab_size": 4096, "block_size": 16, "n_layer": 2, "n_head": 2, "n_embd": 8}
    task = {"job": "write", "scratch": str(tmp_path), "source": str(data_path("mini")), "shape": shape}
    ours.build(task)
    (tmp_path / "text").write_text("one two three two one " * 50, encoding="utf-8")
    return {
        **shape,
        "batch_size": 2,
        "seq_len": 4,
        "amount": 3,
        "weights": "fp32",
        "ids": [5, 6, 7],
        "model": str(tmp_path / "model"),
        "vocabulary": str(tmp_path / "vocabulary"),
        "text": str(tmp_path / "text"),
    }


@pytest.mark.parametrize("job", ["train", "decode", "prefill", "encode", "learn"])
def test_our_side_of_a_row(tiny, job):
    measure, facts = ours.build({**tiny, "job": job, "vocab_size": 300 if job == "learn" else 4096})
    assert 0 < measure() < 5
    config = GPTConfig(vocab_size=4096, block_size=16, n_layer=2, n_head=2, n_embd=8)
    weights = sum(spec.size for spec in GPT(config).specs().values())
    if job == "train":
        flops = costs.flops_per_token(config, 4, causal=True).training * 2 * 4 * 3
        assert facts["work"] == pytest.approx(flops)
    if job == "decode":
        assert facts["work"] == 3 * 4 * (weights - 16 * 8)  # bytes: all but the positions, three times
    if job == "prefill":
        flops = costs.flops_per_token(config, 3, causal=True)
        assert facts["work"] == 3 * (flops.blocks + flops.attention) + flops.head
    if job == "encode":
        assert facts["tokens"] > 250


def test_decoding_packed_weights_counts_their_bytes(tiny):
    whole, half = (ours.build({**tiny, "job": "decode", "weights": w})[1]["work"] for w in ("fp32", "bf16"))
    assert half == whole / 2


def test_texts_are_cut_or_repeated_and_their_source_is_said(tmp_path):
    (tmp_path / "mine.txt").write_text("zwölf ", encoding="utf-8")
    material = Material(tmp_path, text=str(tmp_path / "mine.txt"))
    task, note = material.task("learn", {"amount": 1, "cut": 100}, print)
    text = (tmp_path / "text-100.txt").read_text(encoding="utf-8")
    assert task["text"] == str(tmp_path / "text-100.txt") and set(text.split()) <= {"zwölf", "zw"}
    assert 98 <= len(text.encode()) <= 100
    assert note == "0.0 MB of mine.txt, 15 times over"
    (tmp_path / "mine.txt").write_text(" ", encoding="utf-8")
    with pytest.raises(UserError, match="is empty"):
        material.task("learn", {"amount": 1}, print)
    (tmp_path / "mine.txt").write_bytes(b"\xff")
    with pytest.raises(UserError, match="--text FILE"):
        material.task("learn", {"amount": 1}, print)


# What peers need to know


def test_every_tensor_of_gpt2_has_a_name_in_gguf():
    names = [of_llama_cpp.gguf_name(name) for name in GPT(GPTConfig(n_layer=2)).specs()]
    assert len(set(names)) == len(names) == 4 + 2 * 12
    assert "blk.1.ffn_down.bias" in names and "output_norm.weight" in names


def test_letters_stand_for_the_same_bytes_as_in_our_files():
    assert of_tokenizers._bytes_of_letters() == BYTE_OF_CHARACTER


# The table


def test_the_table_fits_and_every_ratio_is_in_it():
    facts = {
        **machine.facts(),
        **FACTS,
        "threads": 2,
        "ceilings": {n: {"matmul": 2e11, "read": 4e10} for n in ("1", "all")},
    }
    lines, table = [*report.machine_lines(facts), report.HEADER], []
    for row in ROWS.values():
        keys = ("ours", *row.peers)
        measured = run.Measured(
            row, 1.0, {key: [0.0011, 0.5, 1234.5] for key in keys}, {}, {"ours": FACTS}, ceilings=[9.0]
        )
        measured.peak_mb = dict.fromkeys(keys, 1234.0)
        lines += report.row_lines(report.entries(measured))
        table += report.entries(measured)
    below = list(report.closing_lines([{**e, "why_missing": "x" * 30} for e in table]))
    assert max(map(len, below)) <= 110 and sum("PyTorch" in line for line in below) == 5
    assert "".join(below).count("not measured") == "".join(below).count("tokenizers") == 1
    assert max(map(len, lines[1:])) <= 110
    assert sum(" 1.00 " in line for line in lines) == sum(len(row.peers) for row in ROWS.values())
    assert len({line.find("1.00") for line in lines if " 1.00 " in line}) == 1


def test_a_command_starts_from_compiled_files_as_an_installed_one_does(monkeypatch):
    """Else each start would compile the Python files again, which no user of an installation waits for."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    for own in (True, False):
        assert "PYTHONDONTWRITEBYTECODE" not in process.environment(2, ours=own)
