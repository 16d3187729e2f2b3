"""train --init-from: fine-tuning from weights in Hugging Face's layout or ours, and going on with that."""

import json
import re

import numpy as np
import pytest
from safetensors.numpy import save_file
from test_train import REAL_SAVE, TEXT, run_folder

from scratchgpt import checkpoint, pretrained, train
from scratchgpt.config import GPTConfig
from scratchgpt.corpus.batches import eval_batches
from scratchgpt.errors import UserError
from scratchgpt.evaluation import mean_loss
from scratchgpt.model import GPT
from scratchgpt.params import Params
from scratchgpt.tokenizer import ByteBPE
from scratchgpt.trainer import Run, read_history

CADENCE = ["--eval-every", "10", "--save-every", "10", "--sample-every", "0", "--baseline", "0", "--no-plot"]
QUICK = ["--steps", "20", "--lr", "1e-2", "--warmup", "2", "--seq-len", "24", *CADENCE]
SHAPE = {"n_layer": 2, "n_head": 3, "n_embd": 12, "n_positions": 32}


def write_gpt2(folder):
    """A small random GPT-2 as transformers lays it out: its own file names, tensor names and settings."""
    rng, C, V = np.random.default_rng(0), SHAPE["n_embd"], 280
    folder.mkdir()
    tokenizer = ByteBPE.train([TEXT], V)
    tokenizer.save(folder)
    V = tokenizer.vocab_size

    def drawn(*shape):
        return rng.normal(0, 0.1, shape).astype(np.float32)

    tensors = {"wte.weight": drawn(V, C), "wpe.weight": drawn(SHAPE["n_positions"], C)}
    for i in range(SHAPE["n_layer"]):
        for name, shape in {
            "attn.c_attn": (C, 3 * C), "attn.c_proj": (C, C), "mlp.c_fc": (C, 4 * C), "mlp.c_proj": (4 * C, C)
        }.items():  # fmt: skip
            tensors |= {f"h.{i}.{name}.weight": drawn(*shape), f"h.{i}.{name}.bias": drawn(shape[1])}
        for name in ("ln_1", "ln_2"):
            tensors |= {f"h.{i}.{name}.weight": 1 + drawn(C), f"h.{i}.{name}.bias": drawn(C)}
    tensors |= {"ln_f.weight": 1 + drawn(C), "ln_f.bias": drawn(C)}
    named = {f"transformer.{name}": tensor for name, tensor in tensors.items()}
    save_file(named, folder / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "activation_function": "gelu_new",
        "layer_norm_epsilon": 1e-5,
        "vocab_size": V,
        "n_ctx": SHAPE["n_positions"],
        **SHAPE,
        **{f"{part}_pdrop": 0.1 for part in ("embd", "attn", "resid")},
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "small-gpt2"
    write_gpt2(folder)
    return str(folder)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    return str(path)


@pytest.fixture(autouse=True)
def no_random_weights(monkeypatch):
    def init(self, rng, dtype=None):
        raise AssertionError("the weights were drawn")

    monkeypatch.setattr(GPT, "init", init)


def evaluations(out):
    return [
        (row["step"], row["val_loss"]) for row in read_history(out / "history.jsonl") if "val_loss" in row
    ]


def test_the_loss_falls_from_that_of_the_released_weights(gpt2, text, tmp_path, capsys):
    out = tmp_path / "run"
    assert train.main([text, "--init-from", gpt2, "--out", str(out), *QUICK]) == 0
    model, params, tokenizer = pretrained.load(gpt2)
    ids = np.array([tokenizer.eot_id, *tokenizer.encode(TEXT[int(len(TEXT) * 0.9) :])])
    released = mean_loss(model, params, eval_batches(ids, 4, 24, 10)).loss
    steps, losses = zip(*evaluations(out), strict=True)
    assert steps == (0, 10, 20)
    assert losses[0] == released
    assert losses[2] < losses[1] < losses[0] - 0.1
    tuned, _, same = pretrained.load(str(out))
    assert tuned.config == model.config
    assert same.encode(TEXT) == tokenizer.encode(TEXT)
    printed = capsys.readouterr().out
    assert "12 wide, 32 positions" in printed and "batches of 4 x 24 an epoch" in printed
    assert "in sequences of 24, with a loss of" in printed


def test_a_resumed_run_ends_with_the_same_bytes(gpt2, text, tmp_path):
    """Dropout, as the released configuration has it, and a second accumulated batch are on."""
    common = [text, "--init-from", gpt2, "--accumulate", "2", *QUICK]
    train.main([*common, "--out", str(tmp_path / "whole")])
    parts = str(tmp_path / "parts")

    def save_then_stop(self, state, kind):
        REAL_SAVE(self, state, kind)
        if kind == "last" and state.step == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "save", save_then_stop)
        train.main([*common, "--out", parts])
    assert train.main(["--resume", parts, "--baseline", "0", "--no-plot"]) == 0
    assert run_folder(parts) == run_folder(tmp_path / "whole")
    saved = json.loads((tmp_path / "parts" / "last-0000020" / "training.json").read_text())
    assert saved["init_from"] == gpt2 and saved["train"]["seq_len"] == 24


def test_the_defaults_are_those_of_fine_tuning(gpt2, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    train.main([text, "--init-from", gpt2, "--steps", "1", "--baseline", "0", "--no-plot"])
    out = tmp_path / "runs" / "text-small-gpt2"
    used = json.loads((out / "last-0000001" / "training.json").read_text())["train"]
    expected = train.FINE_TUNING
    assert (used["lr"], used["batch_size"], used["schedule"]) == (5e-5, expected.batch_size, "linear")
    assert used["seq_len"] == 32, "no longer than the model sees"
    assert expected.seq_len == 128
    assert {k: v for k, v in used.items() if getattr(expected, k) != v} == {"steps": 1, "seq_len": 32}


def test_dropout_may_differ_and_nothing_else(gpt2, text, tmp_path):
    out = tmp_path / "run"
    rates = ["--attn-dropout", "0", "--resid-dropout", "0.25", "--n-layer", "2", "--tied"]
    train.main([text, "--init-from", gpt2, "--out", str(out), *rates, *QUICK, "--steps", "1"])
    config = pretrained.load(str(out))[0].config
    assert (config.embd_dropout, config.attn_dropout, config.resid_dropout) == (0.1, 0.0, 0.25)


REFUSED = {
    "another depth": (
        ["--n-layer", "3"],
        r"has n_layer 2, and --init-from keeps its shape: leave out --n-layer\.$",
    ),
    "several": (["--n-embd", "13", "--norm", "rmsnorm"], "n_embd 12, norm layernorm, .* --n-embd, --norm"),
    "a switch": (["--no-bias"], "has bias True"),
    "fewer positions": (["--block-size", "16"], r"block_size 32.*leave out --block-size \(--seq-len makes"),
    "its own vocabulary": (["--vocab-size", "9"], "vocab_size 280"),
    "a preset": (["--preset", "char"], "brings shape and tokenizer of its model: leave out --preset"),
    "a tokenizer": (["--tokenizer", "char"], "leave out --tokenizer"),
    "long sequences": (["--seq-len", "33"], "seq_len is 33, expected at most 32"),
    "dropout of one": (["--attn-dropout", "1"], "attn_dropout is 1.0"),
    "masks": (["--objective", "mlm"], "--objective mlm needs a model that reads in both directions"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_contradicts_the_model_is_refused(case, gpt2, text, tmp_path):
    flags, message = REFUSED[case]
    with pytest.raises(UserError, match=message) as caught:
        train.main([text, "--init-from", gpt2, "--out", str(tmp_path / "run"), *flags])
    assert "\n" not in str(caught.value) and not (tmp_path / "run").exists()


def test_a_model_that_does_not_exist(text, tmp_path):
    with pytest.raises(UserError, match="Did you mean 'mini'"):
        train.main([text, "--init-from", "mimi", "--out", str(tmp_path / "run")])
    with pytest.raises(UserError):
        train.main([text, "--init-from", "", "--out", str(tmp_path / "run")])


def test_rows_beyond_the_tokenizer_stay_and_are_never_written(text, tmp_path, capsys):
    """Vocabularies are padded to a rounder number: the samples on the way must not draw what is no token."""
    tokenizer = ByteBPE.train([TEXT], 260)
    config = GPTConfig(tokenizer.vocab_size + 400, 32, n_layer=1, n_head=1, n_embd=4)
    params = Params.zeros(GPT(config).specs())
    params.buffer[...] = np.random.default_rng(0).normal(0, 0.02, params.buffer.shape)
    checkpoint.save_model(tmp_path / "padded", config, params, tokenizer)
    flags = [*QUICK, "--steps", "1", "--sample-every", "1"]
    out = str(tmp_path / "run")
    train.main([text, "--init-from", str(tmp_path / "padded"), "--out", out, *flags])
    assert "--- sample after step 1" in capsys.readouterr().out
    assert pretrained.load(out)[0].config == config


def test_a_masked_model_goes_on_with_masks_only(text, tmp_path, monkeypatch):
    monkeypatch.undo()  # the first model is drawn
    shape = ["--n-layer", "1", "--n-head", "2", "--n-embd", "8", "--block-size", "16"]
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    flags = [*CADENCE, "--steps", "2", "--warmup", "0", "--objective", "mlm"]
    train.main([text, "--out", first, *shape, *flags])
    assert train.main([text, "--init-from", first, "--out", second, *flags]) == 0
    with pytest.raises(UserError, match=r"both directions .*needs --objective mlm"):
        train.main([text, "--init-from", first, "--out", str(tmp_path / "third")])


def test_help_shows_it(capsys):
    with pytest.raises(SystemExit):
        train.main(["--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert re.search(r"python -m scratchgpt.train \S+ --init-from gpt2 ", printed)
    assert "200 steps of 4 x 128 tokens, lr 5e-05" in printed
