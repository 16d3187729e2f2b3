"""The table of released models, and their folders, filled from a server on this machine."""

import hashlib
import json
from collections import Counter

import local_server
import pytest

from scratchgpt import downloads
from scratchgpt.downloads import RemoteFile, transfer
from scratchgpt.errors import UserError
from scratchgpt.pretrained import released

CONTENT = {
    "config.json": b'{"model_type": "gpt2"}',
    "vocab.json": b'{"a": 0}',
    "merges.txt": b"#version: 0.2\n",
    "model.safetensors": b"8 bytes and a header and numbers",
}


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("SCRATCHGPT_DATA", raising=False)
    monkeypatch.setattr(transfer, "WAITS", (0.0,))
    monkeypatch.setattr(released, "cache_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def server(cache, monkeypatch):
    """Serves a small "gpt2"; as with GPT-1, nobody knows the sha256 of its config.json."""
    with local_server.running() as server:
        server.answer = lambda request: request.send_file(CONTENT[request.path.rpartition("/")[2]])
        files = tuple(
            RemoteFile(
                f"gpt2/{name}",
                server.url(f"/gpt2/{name}"),
                None if name == "config.json" else hashlib.sha256(data).hexdigest(),
            )
            for name, data in CONTENT.items()
        )
        monkeypatch.setitem(released.FILES, "gpt2", files)
        yield server


def asked(server):
    return [request.path.rpartition("/")[2] for request in server.requests]


# Folders


def test_a_folder_is_filled_once_and_never_hashed_again(server, cache, monkeypatch, capsys):
    assert released.folder("gpt2") == cache / "gpt2"
    for name, data in CONTENT.items():
        assert (cache / "gpt2" / name).read_bytes() == data
    assert asked(server) == list(CONTENT)
    assert str(cache / "gpt2" / "model.safetensors") in capsys.readouterr().err
    monkeypatch.setattr(downloads, "_sha256", lambda path: pytest.fail(f"hashed {path}"))
    assert released.folder("gpt2") == cache / "gpt2"
    assert len(server.requests) == len(CONTENT)
    assert capsys.readouterr().err == ""


def test_only_what_is_missing_is_fetched_and_files_put_by_hand_stay(server, cache):
    (cache / "gpt2").mkdir()
    for name in ("model.safetensors", "vocab.json"):
        (cache / "gpt2" / name).write_bytes(b"mine")
    released.folder("gpt2")
    assert asked(server) == ["config.json", "merges.txt"]
    assert (cache / "gpt2" / "model.safetensors").read_bytes() == b"mine"


def test_shards_and_a_vocabulary_in_one_file_will_do(server, cache):
    (cache / "gpt2").mkdir()
    for name in ("config.json", "model.safetensors.index.json", "tokenizer.json"):
        (cache / "gpt2" / name).write_bytes(b"{}")
    assert released.folder("gpt2") == cache / "gpt2"
    assert server.requests == []


def test_a_data_folder_comes_first_when_it_has_everything(server, cache, tmp_path, monkeypatch):
    staged = tmp_path / "staged" / "gpt2"
    staged.mkdir(parents=True)
    monkeypatch.setenv("SCRATCHGPT_DATA", str(staged.parent))
    for name, data in CONTENT.items():
        (staged / name).write_bytes(data)
    assert released.folder("gpt2") == staged
    assert server.requests == []
    (staged / "merges.txt").unlink()
    assert released.folder("gpt2") == cache / "gpt2"
    assert asked(server) == list(CONTENT)


def test_interrupted_in_the_largest_file(server, cache):
    def answer(request):
        name = request.path.rpartition("/")[2]
        request.send_file(CONTENT[name], stop=10 if name == "model.safetensors" else None)

    good, server.answer = server.answer, answer
    with pytest.raises(UserError, match=r"model\.safetensors .*put model\.safetensors from"):
        released.folder("gpt2")
    assert not (cache / "gpt2" / "model.safetensors").exists()
    server.requests.clear()
    server.answer = good
    released.folder("gpt2")
    assert asked(server) == ["model.safetensors"]


def test_offline_names_all_that_is_missing_and_where_to_put_it(server, cache):
    (cache / "gpt2").mkdir()
    (cache / "gpt2" / "vocab.json").write_bytes(b"{}")
    server.server_close()
    with pytest.raises(UserError) as info:
        released.folder("gpt2")
    assert str(info.value) == (
        f"Cannot download {server.url('/gpt2/config.json')} (no connection): try again with a network "
        f"connection, or put config.json, merges.txt, model.safetensors from {server.url('/gpt2')} into the "
        f"folder {str(cache / 'gpt2')!r} yourself."
    )


def test_a_sign_in_page_is_no_configuration(server, cache):
    server.answer = lambda request: request.send(200, b"<html>Please sign in.</html>")
    with pytest.raises(UserError, match=r"config\.json sent other bytes .*not a JSON object"):
        released.folder("gpt2")
    assert not (cache / "gpt2" / "config.json").exists()


def test_a_name_that_is_none():
    with pytest.raises(
        UserError, match=r"'gpt-2', expected one of gpt2, .*, openai-gpt\. Did you mean 'gpt2'"
    ):
        released.folder("gpt-2")


# The table

# transformers' names of the sizes: (n_embd, n_head, n_layer, further fields of config.json).
GPT2 = {
    "gpt2": (768, 12, 12, {}),
    "gpt2-medium": (1024, 16, 24, {"n_special": 0, "predict_special_tokens": True}),
    "gpt2-large": (1280, 20, 36, {}),
    "gpt2-xl": (1600, 25, 48, {"output_past": True}),
}


def of(name, file):
    return next(known for known in released.FILES[name] if known.path == f"{name}/{file}")


def test_every_model_has_its_four_files_at_a_fixed_revision():
    assert released.NAMES == ("gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl", "openai-gpt")
    revisions = Counter()
    for name in released.NAMES:
        files = released.FILES[name]
        assert [file.path for file in files] == [f"{name}/{file}" for file in CONTENT]
        for file in files:
            host, owner, repository, resolve, revision, last = file.url.removeprefix("https://").split("/")
            assert (host, owner, resolve) == ("huggingface.co", "openai-community", "resolve")
            assert f"{repository}/{last}" == file.path
            assert len(bytes.fromhex(revision)) == 20
            assert file.sha256 is None or len(bytes.fromhex(file.sha256)) == 32
            revisions[revision] += 1
    assert set(revisions.values()) == {4}
    unknown = [file.path for name in released.NAMES for file in released.FILES[name] if not file.sha256]
    assert unknown == ["openai-gpt/config.json"]
    weights = {of(name, "model.safetensors").sha256 for name in released.NAMES}
    assert len(weights) == len(released.NAMES)


@pytest.mark.parametrize("name", GPT2)
def test_the_hash_of_a_configuration_is_that_of_its_fields(name):
    n_embd, n_head, n_layer, more = GPT2[name]
    fields = {
        "activation_function": "gelu_new",
        "architectures": ["GPT2LMHeadModel"],
        "attn_pdrop": 0.1,
        "bos_token_id": 50256,
        "embd_pdrop": 0.1,
        "eos_token_id": 50256,
        "initializer_range": 0.02,
        "layer_norm_epsilon": 1e-05,
        "model_type": "gpt2",
        "n_ctx": 1024,
        "n_embd": n_embd,
        "n_head": n_head,
        "n_layer": n_layer,
        "n_positions": 1024,
        "resid_pdrop": 0.1,
        "summary_activation": None,
        "summary_first_dropout": 0.1,
        "summary_proj_to_labels": True,
        "summary_type": "cls_index",
        "summary_use_proj": True,
        "task_specific_params": {"text-generation": {"do_sample": True, "max_length": 50}},
        "vocab_size": 50257,
    }
    text = json.dumps(fields | more, indent=2, sort_keys=True).encode()
    known = of(name, "config.json")
    assert (hashlib.sha256(text).hexdigest(), len(text)) == (known.sha256, known.size)


@pytest.mark.parametrize("name", GPT2)
def test_the_size_of_the_weights_is_that_of_their_shapes(name):
    n_embd, _, n_layer, _ = GPT2[name]
    block = 12 * n_embd**2 + 13 * n_embd
    numbers = (50257 + 1024) * n_embd + n_layer * block + 2 * n_embd
    masks = n_layer * 1024 * 1024  # `attn.bias`, stored as float32 too
    size = of(name, "model.safetensors").size
    header = None if size is None else size - 4 * (numbers + masks)
    # 13 tensors a block at about 90 characters; nobody published the size of the largest model.
    assert header is None if name == "gpt2-xl" else 12 * 80 < header / n_layer < 15 * 100


@pytest.mark.shared
def test_the_vocabularies_are_openais(shared_data):
    for name in released.NAMES:
        gpt1 = name == "openai-gpt"
        staged = ("gpt1_bpe/encoder_bpe_40000.json", "gpt1_bpe/vocab_40000.bpe")
        staged = staged if gpt1 else ("gpt2_bpe/encoder.json", "gpt2_bpe/vocab.bpe")
        for file, path in zip(("vocab.json", "merges.txt"), staged, strict=True):
            data = (shared_data / path).read_bytes()
            known = of(name, file)
            assert (hashlib.sha256(data).hexdigest(), len(data)) == (known.sha256, known.size)


def test_found_says_what_is_there_and_asks_nobody(server, cache, monkeypatch):
    assert released.found("gpt2") is None
    (cache / "gpt2").mkdir()
    for name in ("config.json", "vocab.json", "merges.txt"):
        (cache / "gpt2" / name).write_bytes(b"{}")
    assert released.found("gpt2") is None, "without the weights"
    (cache / "gpt2" / "model.safetensors").write_bytes(b"")
    assert released.found("gpt2") == cache / "gpt2"
    monkeypatch.setenv("SCRATCHGPT_DATA", str(cache / "elsewhere"))
    assert released.found("gpt2") == cache / "gpt2"
    assert asked(server) == []
