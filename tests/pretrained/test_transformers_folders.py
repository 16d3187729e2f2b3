"""Folders that transformers wrote: the same logits (golden/transformers_parity.py), and the doors to them."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from scratchgpt import pretrained
from scratchgpt.config import GPTConfig
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.resources import data_path
from scratchgpt.tokenizer import ByteBPE, CharTokenizer
from scratchgpt.tokenizer import load as load_tokenizer

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "transformers"
CASES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


@pytest.fixture
def folder_of(tmp_path):
    """Copies a golden folder and gives it a tokenizer."""

    def copy(name):
        folder = Path(shutil.copytree(GOLDEN / name, tmp_path / name))
        (folder / "expected.npz").unlink()
        CharTokenizer("abcdefghijk").save(folder)
        return folder

    return copy


def error(folder, name, dtype=np.float64):
    """The largest distance of our logits from those of transformers in float64."""
    expected = np.load(GOLDEN / name / "expected.npz")
    model, params, _ = pretrained.load(folder, dtype=dtype)
    assert params.buffer.dtype == dtype
    return np.abs(model.forward(params, expected["ids"])[0] - expected["logits"]).max()


def test_every_kind_of_folder_is_there():
    assert len(CASES) >= 8
    texts = [path.read_text(encoding="utf-8") for path in GOLDEN.glob("*/config.json")]
    assert {json.loads(text)["model_type"] for text in texts} == {"gpt2", "openai-gpt"}
    assert (GOLDEN / "gpt2_sharded" / "model.safetensors.index.json").is_file()
    for dtype in ("F32", "F16", "BF16"):
        assert any(f'"{dtype}"'.encode() in p.read_bytes() for p in GOLDEN.glob("*/*.safetensors"))


@pytest.mark.parametrize("name", CASES)
def test_logits_are_those_of_transformers(folder_of, name):
    folder = folder_of(name)
    assert error(folder, name) < 1e-12
    assert error(folder, name, np.float32) < 1e-5


@pytest.mark.parametrize("name", CASES)
def test_a_folder_written_by_us_holds_the_same_model(folder_of, tmp_path, name):
    """transformers reads its own configuration and names in it; golden/transformers_parity.py lets it try."""
    folder = folder_of(name)
    pretrained.save(tmp_path / "ours", *pretrained.load(folder))
    assert error(tmp_path / "ours", name) < 1e-12
    theirs, ours = (
        json.loads((f / "config.json").read_text(encoding="utf-8")) for f in (folder, tmp_path / "ours")
    )
    theirs["architectures"] = [theirs["architectures"][0].replace("GPT2Model", "GPT2LMHeadModel")]
    theirs["architectures"] = [theirs["architectures"][0].replace("OpenAIGPTModel", "OpenAIGPTLMHeadModel")]
    assert ours == {key: theirs[key] for key in ours}
    written = {
        name.removeprefix("transformer.") for path in folder.glob("*.safetensors") for name in load(path)
    }
    assert set(load_file(tmp_path / "ours" / "model.safetensors")) == written


def load(path):
    """The names in a safetensors file; the package cannot read bfloat16 into NumPy."""
    with safe_open(path, "numpy") as file:
        return list(file.keys())


def test_files_of_older_versions_hold_masks_and_the_tied_head(folder_of):
    folder = folder_of("gpt2")
    tensors = load_file(folder / "model.safetensors")
    mask = np.tril(np.ones((1, 1, 6, 6), np.uint8))
    for n in range(2):
        tensors[f"transformer.h.{n}.attn.bias"] = mask
        tensors[f"transformer.h.{n}.attn.masked_bias"] = np.array(-1e4, "f")
    tensors["lm_head.weight"] = tensors["transformer.wte.weight"].copy()
    save_file(tensors, folder / "model.safetensors")
    assert error(folder, "gpt2") < 1e-12
    tensors["lm_head.weight"][10, 7] += 1e-6
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(UserError, match=r"lm_head.weight differs from the token embedding"):
        pretrained.load(folder)


def test_a_head_that_differs_is_used_where_the_configuration_says_so(folder_of):
    folder = folder_of("gpt2_untied")
    tensors = load_file(folder / "model.safetensors")
    assert not np.array_equal(tensors["lm_head.weight"], tensors["transformer.wte.weight"])
    path = folder / "config.json"
    content = json.loads(path.read_text(encoding="utf-8")) | {"tie_word_embeddings": True}
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UserError, match='write "tie_word_embeddings": false'):
        pretrained.load(folder)


# The doors


def test_save_replaces_a_model_and_nothing_else(folder_of):
    folder = folder_of("gpt2")
    loaded = pretrained.load(folder)
    pretrained.save(folder, *loaded, dtype=np.float16)
    assert load_file(folder / "model.safetensors")["wte.weight"].dtype == np.float16
    (folder / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UserError, match=r"holds thesis.txt, which is no part of a model and would be lost"):
        pretrained.save(folder, *loaded)
    (folder / "thesis.txt").unlink()
    (folder / "merges.txt").mkdir()
    with pytest.raises(UserError, match=r"holds merges.txt, "):
        pretrained.save(folder, *loaded)
    with pytest.raises(UserError, match=r"config.json is a file, expected a folder"):
        pretrained.save(folder / "config.json", *loaded)
    with pytest.raises(UserError, match="dtype is 'bfloat16'"):
        pretrained.save(folder.parent / "new", *loaded, dtype="bfloat16")
    assert not (folder.parent / "new").exists()


def test_the_token_between_documents_is_said(tmp_path):
    tokenizer = ByteBPE.train("low low low lower", 258)
    model = GPT(GPTConfig(vocab_size=258, block_size=4, n_layer=1, n_head=1, n_embd=4))
    pretrained.save(tmp_path / "m", model, model.init(np.random.default_rng(0)), tokenizer)
    content = json.loads((tmp_path / "m" / "config.json").read_text(encoding="utf-8"))
    assert content["bos_token_id"] == content["eos_token_id"] == tokenizer.eot_id == 257


def test_the_bundled_model_is_laid_out_for_transformers():
    content = json.loads((data_path("mini") / "config.json").read_text(encoding="utf-8"))
    assert content["model_type"] == "gpt2" and content["eos_token_id"] == 4095


def test_released_names_lead_to_their_folder(folder_of, monkeypatch):
    folder = folder_of("gpt1")
    monkeypatch.setattr(pretrained.released, "folder", lambda name: folder if name == "openai-gpt" else None)
    assert pretrained.resolve("openai-gpt") == folder
    assert pretrained.load("openai-gpt")[0].config.norm_position == "post"


def test_gpt1_by_name_has_the_text_treatment_it_was_trained_on(tmp_path, monkeypatch):
    vocabulary = Path(__file__).parents[1] / "tokenizer" / "small_gpt1"
    tokenizer = load_tokenizer(vocabulary)
    shape = GPTConfig(tokenizer.vocab_size, 8, 1, 2, 8, norm_position="post", final_norm=False)
    model = GPT(shape)
    pretrained.save(tmp_path / "gpt1", model, model.init(np.random.default_rng(0)), tokenizer)
    (tmp_path / "gpt1" / "tokenizer_config.json").unlink()  # the released folder has none of ours
    monkeypatch.setattr(pretrained.released, "folder", lambda name: tmp_path / "gpt1")
    assert pretrained.load("openai-gpt")[2].text == "original"
    assert pretrained.load(tmp_path / "gpt1")[2].text == "transformers"
