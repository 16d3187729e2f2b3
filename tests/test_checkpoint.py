"""Model folders: what is written comes back, and whatever is wrong with one is said in one line."""

import dataclasses
import json
import os
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from scratchgpt import atomic, checkpoint, pretrained
from scratchgpt.config import GPTConfig
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.params import Params
from scratchgpt.tokenizer import CharTokenizer

CONFIG = GPTConfig(vocab_size=5, block_size=6, n_layer=2, n_head=3, n_embd=12)


@pytest.fixture
def folder(tmp_path):
    params = GPT(CONFIG).init(np.random.default_rng(0))
    checkpoint.save_model(tmp_path / "m", CONFIG, params, CharTokenizer("abcde"))
    return tmp_path / "m"


@pytest.mark.parametrize(
    "config",
    [
        CONFIG,
        dataclasses.replace(CONFIG, tied=False, bias=False, norm="rmsnorm", positions="none"),
        dataclasses.replace(CONFIG, norm_position="post", final_norm=False, n_inner=7),
    ],
)
def test_round_trip(tmp_path, config):
    params = GPT(config).init(np.random.default_rng(0))
    checkpoint.save_model(tmp_path / "m", config, params, CharTokenizer("abcde"))
    model, loaded, tokenizer = pretrained.load(str(tmp_path / "m"))
    assert model.config == config
    assert loaded.buffer.tobytes() == params.buffer.tobytes()
    assert tokenizer.encode("cab") == [2, 0, 1]


def test_float16_files_load_as_float32(tmp_path):
    params = GPT(CONFIG).init(np.random.default_rng(0))
    checkpoint.save_model(tmp_path / "m", CONFIG, params, CharTokenizer("abcde"), np.float16)
    _, loaded, _ = pretrained.load(str(tmp_path / "m"))
    assert loaded.buffer.dtype == np.float32
    assert np.array_equal(loaded.buffer, params.buffer.astype(np.float16))


def test_a_number_too_large_for_the_file_is_said(tmp_path):
    params = GPT(CONFIG).init(np.random.default_rng(0))
    params.flat["wpe.weight"][3, 2] = 7e4
    with pytest.raises(UserError, match=r"wpe.weight holds numbers beyond 6.55e\+04, the largest float16"):
        checkpoint.save_model(tmp_path / "m", CONFIG, params, CharTokenizer("abcde"), np.float16)
    assert list(tmp_path.iterdir()) == []


def test_loading_draws_no_random_numbers(folder, monkeypatch):
    monkeypatch.setattr(np.random, "default_rng", None)
    monkeypatch.setattr(Params, "init", None)
    assert pretrained.load(folder)[1].buffer.any()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_parameters_have_the_precision_asked_for(folder, dtype):
    stored = load_file(folder / "model.safetensors")
    _, params, _ = pretrained.load(folder, dtype=dtype)
    assert params.buffer.dtype == dtype
    for name, tensor in params.flat.items():
        assert np.array_equal(tensor, stored[name].astype(dtype))


@pytest.mark.parametrize("dtype", [np.int32, "bfloat16", "float8"])
def test_other_precisions_are_refused(folder, dtype):
    with pytest.raises(UserError, match="expected float16, float32 or float64"):
        pretrained.load(folder, dtype=dtype)


def test_tensors_bear_gpt2_names(folder):
    names = set(load_file(folder / "model.safetensors"))
    assert {"wte.weight", "wpe.weight", "h.1.attn.c_attn.bias", "h.0.mlp.c_proj.weight"} <= names
    assert "ln_f.bias" in names and "lm_head.weight" not in names  # a tied head is stored once


def edit_config(folder, **changes):
    path = folder / "config.json"
    content = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({k: v for k, v in content.items() if v != "gone"}))


def edit_tensors(folder, **changes):
    path = folder / "model.safetensors"
    tensors = load_file(path) | changes
    save_file({k: v for k, v in tensors.items() if v is not None}, path)


def truncate(path, keep):
    path.write_bytes(path.read_bytes()[:keep])


def bad_header(path):
    path.write_bytes(struct.pack("<Q", 1 << 60) + b"{}")


DAMAGE = {
    "truncated tensors": (
        lambda f: truncate(f / "model.safetensors", 4000),
        "model.safetensors cannot be read",
    ),
    "empty tensors": (lambda f: truncate(f / "model.safetensors", 0), "cannot be read"),
    "absurd header": (lambda f: bad_header(f / "model.safetensors"), "ends inside its header"),
    "pickled tensors": (
        lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"),
        "pytorch_model.bin is not read: .* Take model.safetensors",
    ),
    "no tensors": (lambda f: (f / "model.safetensors").unlink(), "model.safetensors is missing"),
    "no config": (lambda f: (f / "config.json").unlink(), "config.json is missing"),
    "config cut": (lambda f: truncate(f / "config.json", 30), "config.json is not JSON"),
    "config of another kind": (lambda f: edit_config(f, model_type="bert"), "model_type 'bert'"),
    "config mistyped": (lambda f: edit_config(f, n_layer="2"), "n_layer is '2'"),
    "config absurd": (lambda f: edit_config(f, n_layer=10**9), "n_layer 1000000000, expected at most"),
    "config impossible": (lambda f: edit_config(f, n_head=5), "n_embd must be a multiple"),
    "config disagrees": (
        lambda f: edit_config(f, n_embd=24),
        r"wte.weight has shape \[5, 12\], expected \[5, 24\]",
    ),
    "missing tensor": (
        lambda f: edit_tensors(f, **{"ln_f.bias": None}),
        r"ln_f.bias is missing, expected \[12\]",
    ),
    "extra tensor": (
        lambda f: edit_tensors(f, **{"h.2.ln_1.bias": np.zeros(12, "f")}),
        r"h.2.ln_1.bias \[12\] is not in the model",
    ),
    "wrong shape": (
        lambda f: edit_tensors(f, **{"ln_f.bias": np.zeros(11, "f")}),
        r"ln_f.bias has shape \[11\], expected \[12\]",
    ),
    "integers": (
        lambda f: edit_tensors(f, **{"ln_f.bias": np.zeros(12, np.int64)}),
        "ln_f.bias holds I64, expected F64, F32, F16, BF16",
    ),
    "no tokenizer": (lambda f: (f / "vocab.json").unlink(), "vocab.json"),
    "tokenizer of another model": (
        lambda f: CharTokenizer("abcdefgh").save(f),
        "tokenizer has 8 tokens, but the model has vocab_size 5",
    ),
}


OWN_DAMAGE = {
    "lacks a field": ({"n_head": "gone"}, "lacks 'n_head'"),
    "has one too many": ({"n_heads": 3}, "unknown field 'n_heads'.*n_head"),
    "mistyped": ({"n_layer": "2"}, "n_layer is '2'"),
    "absurd": ({"vocab_size": 10**30}, "vocab_size 1000.*000, expected at most 2147483647"),
}


@pytest.mark.parametrize("damage", OWN_DAMAGE)
def test_damage_to_a_configuration_of_our_own_is_named(tmp_path, damage):
    config = dataclasses.replace(CONFIG, norm="rmsnorm")
    params = GPT(config).init(np.random.default_rng(0))
    checkpoint.save_model(tmp_path / "m", config, params, CharTokenizer("abcde"))
    changes, message = OWN_DAMAGE[damage]
    edit_config(tmp_path / "m", **changes)
    with pytest.raises(UserError, match=message):
        pretrained.load(tmp_path / "m")


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_named(folder, damage):
    act, message = DAMAGE[damage]
    act(folder)
    with pytest.raises(UserError) as caught:
        pretrained.load(str(folder))
    assert re.search(message, " ".join(str(caught.value).split())), caught.value


def test_every_truncation_is_noticed(folder):
    whole = (folder / "model.safetensors").read_bytes()
    for keep in range(0, len(whole), 997):
        (folder / "model.safetensors").write_bytes(whole[:keep])
        with pytest.raises(UserError):
            pretrained.load(str(folder))


def test_all_wrong_tensors_are_listed_at_once(folder):
    edit_tensors(folder, **{"ln_f.bias": None, "wpe.weight": np.zeros((3, 12), "f"), "x": np.zeros(1, "f")})
    with pytest.raises(UserError, match=r"wpe.weight .*; ln_f.bias .*; x \[1\] is"):
        pretrained.load(str(folder))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("minni", "Did you mean 'mini'"),
        ("no/such/folder", "expected mini, gpt2, "),
        ("x" * 5000, "expected mini"),
    ],
)
def test_unknown_models(name, hint):
    with pytest.raises(UserError, match=hint):
        pretrained.load(name)


def test_empty_folder(tmp_path):
    with pytest.raises(UserError, match="There is no model in"):
        pretrained.load(str(tmp_path))


def test_a_failed_write_leaves_the_old_model(folder, monkeypatch):
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    params = GPT(CONFIG).init(np.random.default_rng(1))

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(UserError, match="No space left on device"):
        checkpoint.save_model(folder, CONFIG, params, CharTokenizer("abcde"))
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in folder.parent.iterdir()] == ["m"]


@pytest.fixture
def happened(monkeypatch):
    """What is forced to disk and what is renamed, in order."""
    events, names = [], {}
    real_open, real_sync, real_rename, real_replace = os.open, os.fsync, Path.rename, Path.replace

    def opened(path, flags, *args, **kwargs):
        descriptor = real_open(path, flags, *args, **kwargs)
        names[descriptor] = Path(path).name
        return descriptor

    def mover(real):
        def move(self, target):
            events.append(f"move to {Path(target).name}")
            return real(self, target)

        return move

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "fsync", lambda d: events.append(names.get(d, "?")) or real_sync(d))
    monkeypatch.setattr(Path, "rename", mover(real_rename))
    monkeypatch.setattr(Path, "replace", mover(real_replace))
    return events


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot force folders to disk")
def test_a_folder_is_on_disk_before_the_move_that_names_it(tmp_path, happened):
    """The order that survives a power cut: files, their folder, the move, the folder around it."""
    params = GPT(CONFIG).init(np.random.default_rng(0))
    checkpoint.save_model(tmp_path / "new", CONFIG, params, CharTokenizer("abcde"))
    files = {p.name for p in (tmp_path / "new").iterdir()}
    assert set(happened[: len(files)]) == files
    assert "model.safetensors" in files
    assert happened[len(files)].startswith(".unfinished-new-")
    assert happened[len(files) + 1 :] == ["move to new", tmp_path.name]


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot force folders to disk")
def test_a_file_is_on_disk_before_the_move_that_names_it(tmp_path, happened):
    atomic.write_text(tmp_path / "a.txt", "text")
    assert happened[0].startswith(".unfinished-a.txt-")
    assert happened[1:] == ["move to a.txt", tmp_path.name]


def test_a_model_written_over_another_leaves_nothing_behind(folder):
    params = GPT(CONFIG).init(np.random.default_rng(1))
    checkpoint.save_model(folder, CONFIG, params, CharTokenizer("abcde"))
    assert pretrained.load(str(folder))[1].buffer.tobytes() == params.buffer.tobytes()
    assert [p.name for p in folder.parent.iterdir()] == ["m"]


def test_a_move_that_fails_puts_the_old_model_back(folder, monkeypatch):
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    real = Path.rename

    def refuse(self, target):
        if Path(target) == folder and "unfinished" in self.name and len(list(self.iterdir())) > 2:
            monkeypatch.setattr(Path, "rename", real)
            raise OSError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    params = GPT(CONFIG).init(np.random.default_rng(1))
    with pytest.raises(UserError, match="Permission denied"):
        checkpoint.save_model(folder, CONFIG, params, CharTokenizer("abcde"))
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in folder.parent.iterdir()] == ["m"]


def test_a_folder_that_the_system_holds_on_to_is_no_error(folder, monkeypatch):
    def held(self, target):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "rename", held)
    atomic.discard(folder)
    assert (folder / "model.safetensors").exists()
