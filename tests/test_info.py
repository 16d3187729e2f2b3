"""The info command: the figures it prints, and every bad input on one line."""

import json
import subprocess
import sys

import numpy as np
import pytest

from scratchgpt import checkpoint, cli, costs, info
from scratchgpt.config import PRESETS, GPTConfig
from scratchgpt.model import GPT
from scratchgpt.tokenizer import CharTokenizer


@pytest.fixture
def folder(tmp_path):
    model = GPT(GPTConfig(vocab_size=4, block_size=8, n_layer=1, n_head=2, n_embd=6, tied=False))
    params = model.init(np.random.default_rng(0))
    checkpoint.save_model(tmp_path / "run" / "best-7", model.config, params, CharTokenizer("abcd"))
    return str(tmp_path / "run")


def printed(capsys, *args):
    assert info.main(args) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def refused(capsys, *args):
    with pytest.raises(SystemExit) as end:
        cli.run(lambda: info.main(args))
    out, err = capsys.readouterr()
    assert (end.value.code, out) == (2, "")
    assert err.startswith("error: ") and err.count("\n") == 1
    return err


def test_gpt2_as_printed(capsys):
    out = " ".join(printed(capsys, "gpt2", "--no-measure").split())
    for figure in (
        "gpt2: 124,439,808 parameters; 12 layers, 12 heads, 768 wide, 1,024 positions, 50,257 tokens",
        "embeddings 38,597,376 31.0%",
        "MLP 56,669,184 45.5%",
        "head 0 tied: the embeddings once more",
        "h.*.attn.c_attn.weight 21,233,664 17.1% 768 x 2,304 in each of 12 layers",
        "ln_f.bias 768 0.0% 768",
        "training, 3 x forward 854.44 797.87",
        "share of attention 13.3% 7.1%",
        "Memory in float32 for 1 sequence of 1,024 tokens",
        "KV cache 75.5 MB 73,728 bytes a token",
        "to generate 573 MB",
        "weights, gradients, moments 1.99 GB",
        "activations for backward 1.42 GB",
    ):
        assert figure in out
    assert "Time" not in out and "iB" not in out


def test_json_of_a_run_folder(capsys, folder):
    report = json.loads(printed(capsys, folder, "--json", "--no-measure", "--batch", "2", "--context", "3"))
    assert report["model"] == folder and report["config"]["n_embd"] == 6
    tensors = report["parameters"]["tensors"]
    assert tensors["h.0.attn.c_attn.weight"] == [6, 18] and tensors["lm_head.weight"] == [4, 6]
    parts = report["parameters"]["parts"]
    assert parts == {
        "embeddings": 24,
        "positions": 48,
        "attention": 6 * 18 + 18 + 6 * 6 + 6,
        "MLP": 2 * 6 * 24 + 24 + 6,
        "norms": 36,
        "head": 24,
    }
    assert report["parameters"]["total"] == sum(parts.values()) == 618
    assert report["flops_per_token"]["full"]["forward"] == 2 * (144 + 288) + 2 * 24 + 4 * 3 * 6
    assert report["flops_per_token"]["causal"]["attention"] == 4 * 2 * 6
    assert report["kv_cache_bytes"] == {"per_token": 48, "total": 288}
    assert report["memory_bytes"]["generating"] == 618 * 4 + 288
    training = report["memory_bytes"]["training"]
    assert training["state"] == 618 * 16
    assert training["total"] == training["state"] + training["activations"] + training["loss"]
    assert report["time"] is None


def test_time_to_generate_follows_from_the_rate(capsys, monkeypatch):
    monkeypatch.setattr(costs, "measure_rate", lambda *args, **options: 50e9)
    report = json.loads(printed(capsys, "gpt2", "--json"))
    seconds = (2 * 84_934_656 + 2 * 38_597_376 + 12 * 4 * 1024 * 768) / 50e9
    assert report["time"]["of"] == "generating"
    assert report["time"]["gflop_per_second"] == 50
    assert report["time"]["step_seconds"] == pytest.approx(seconds)
    assert report["time"]["tokens_per_second"] == pytest.approx(1 / seconds)
    assert "a new token behind 1,023 others 5.7 ms 176 tokens/s" in " ".join(printed(capsys, "gpt2").split())


def test_slow_rates_keep_their_digits(capsys, monkeypatch):
    monkeypatch.setattr(costs, "measure_rate", lambda *args, **options: 0.02e9)
    out = " ".join(printed(capsys, "gpt2-xl").split())
    assert "ran at 0.02 GFLOP/s" in out and "0.0058 tokens/s" in out
    assert "0.0019 tokens/s" in " ".join(printed(capsys, "gpt2-xl", "--train", "--batch", "1").split())


def test_one_is_singular(capsys, folder):
    out = " ".join(printed(capsys, folder, "--context", "1", "--no-measure").split())
    assert "1 layer, 2 heads" in out and "for 1 sequence of 1 token " in out
    assert "in each of 1 layer" in out and " 1 layers" not in out and " 1 tokens" not in out


def test_time_to_train_follows_from_the_rate_and_the_preset(capsys, monkeypatch):
    monkeypatch.setattr(costs, "measure_rate", lambda *args, **options: 50e9)
    report = json.loads(printed(capsys, "gpt2", "--train", "--json"))
    step = 16 * 1024 * 854_438_400 / 50e9
    assert report["batch"] == PRESETS["gpt2"].train.batch_size == 16
    assert report["time"]["step_seconds"] == pytest.approx(step)
    assert report["time"]["tokens_per_second"] == pytest.approx(16 * 1024 / step)
    assert report["time"]["run_seconds"] == pytest.approx(600_000 * 32 * step)
    out = " ".join(printed(capsys, "gpt2", "--train").split())
    assert "4.7 minutes" in out and "600,000 updates, each from 32 x 16 sequences" in out


def test_the_estimate_is_measured_and_says_so(capsys, folder):
    out = printed(capsys, folder, "--train")
    assert "estimated from a part of the model" in out and "a step, forward and backward" in out


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_its_costs(capsys, name):
    out = printed(capsys, name, "--no-measure")
    assert PRESETS[name].source in out and f"{PRESETS[name].model.n_layer} layers" in out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["gtp2"], "Did you mean 'gpt2'?"),
        (["gpt2", "--contxt", "5"], "Did you mean '--context'?"),
        (["gpt2", "--context", "1025"], "expected 1 to 1024"),
        (["gpt2", "--context", "0"], "expected 1 to 1024"),
        (["gpt2", "--context", "many"], "invalid int value"),
        (["gpt2", "--batch", "0"], "--batch is 0, expected an integer of at least 1"),
        (["gpt2", "--threads", "0"], "--threads is 0"),
        ([], "required: MODEL"),
    ],
)
def test_bad_input(capsys, args, message):
    assert message in refused(capsys, *args)


def test_a_folder_without_a_model(capsys, tmp_path):
    assert "There is no model in" in refused(capsys, str(tmp_path))


def test_help(capsys):
    with pytest.raises(SystemExit) as end:
        info.main(["--help"])
    out = capsys.readouterr().out
    assert end.value.code == 0 and out.count("python -m scratchgpt.info ") >= 3


def test_as_a_process():
    command = [sys.executable, "-m", "scratchgpt.info", "gpt2-xl", "--no-measure", "--threads", "1"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1,557,611,200 parameters" in done.stdout
