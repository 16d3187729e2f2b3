"""What is shipped: the tales, and the bundled model with its card."""

import itertools
import json
import re

import numpy as np
import pytest

from scratchgpt import kernels, pretrained, resources
from scratchgpt.config import PRESETS
from scratchgpt.corpus import encode_documents, eval_batches, pieces, read_documents, resolve
from scratchgpt.errors import UserError
from scratchgpt.evaluation import mean_loss
from scratchgpt.experiments.bundled_model import milestones
from scratchgpt.resources import data_path
from scratchgpt.trainer.run import log_spaced

TALES = data_path("tales.txt").read_text(encoding="utf-8")


def words(text):
    return re.findall(r"[a-z']+", text.lower())


def ngrams(text, n):
    w = words(text)
    return {tuple(w[i : i + n]) for i in range(len(w) - n + 1)}


def test_tales_are_many_long_and_plain():
    assert len(TALES.encode()) >= 150_000
    tales = pieces(TALES)
    assert len(tales) >= 60 and min(len(t) for t in tales) > 500
    assert TALES.isascii() and "\t" not in TALES and "\r" not in TALES
    titles = [t.split("\n", 1)[0] for t in tales]
    assert len(set(titles)) == len(titles)


def test_what_only_a_checkout_has_is_said_to_be_there(tmp_path, monkeypatch):
    with pytest.raises(UserError, match=r"'no.txt' is missing from .*data: the installation is incomplete"):
        data_path("no.txt")
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "scratchgpt")  # no pyproject.toml beside it
    with pytest.raises(UserError, match=r"'results' is not in this installation.*pip install -e \."):
        data_path("results")


def test_no_two_tales_share_more_than_a_phrase():
    grams = [ngrams(t, 8) for t in pieces(TALES)]
    shared = [len(a & b) for a, b in itertools.combinations(grams, 2)]
    assert max(shared) <= 2, "near-duplicates among the tales"


def test_tales_are_no_templates():
    tales = pieces(TALES)
    seen = {}
    for i, tale in enumerate(tales):
        for gram in ngrams(tale, 5):
            seen.setdefault(gram, set()).add(i)
    assert max(len(where) for where in seen.values()) <= 0.05 * len(tales)
    openings = [" ".join(words(t.split("\n\n", 1)[1])[:4]) for t in tales]
    assert len(set(openings)) >= 0.95 * len(openings)


def test_the_bundled_model_is_small_and_is_what_the_preset_says():
    folder = data_path("mini")
    assert sum(p.stat().st_size for p in folder.iterdir()) <= 12_000_000
    model, params, tokenizer = pretrained.load("mini")
    assert model.config == PRESETS["mini"].model
    assert tokenizer.vocab_size == 4096 and tokenizer.eot_id is not None
    assert np.isfinite(params.buffer).all() and params.buffer.dtype == np.float32


def test_the_card_names_command_sources_and_licences():
    card = (data_path("mini") / "README.md").read_text(encoding="utf-8")
    assert "python -m scratchgpt.train shakespeare gutenberg tinystories --preset mini" in card
    assert len(re.findall(r"`[0-9a-f]{64}`", card)) == 16
    assert "public domain" in card and "CDLA-Sharing-1.0" in card and "loss.png" in card
    assert (data_path("mini") / "loss.png").read_bytes().startswith(b"\x89PNG")


def test_the_bundled_model_predicts_english_it_has_not_seen():
    """Better than its own unigram frequencies could: the entropy of uniform tokens is 8.3 nats."""
    model, params, tokenizer = pretrained.load("mini")
    ids = np.array(tokenizer.encode(pieces(TALES)[0]))
    assert mean_loss(model, params, eval_batches(ids, 8, 256)).loss < 5.5


@pytest.mark.shared
@pytest.mark.exhaustive
def test_the_card_states_the_bits_per_byte_of_the_shipped_weights(shared_data, monkeypatch):
    monkeypatch.setenv("SCRATCHGPT_DATA", str(shared_data))
    card = (data_path("mini") / "README.md").read_text(encoding="utf-8")
    model, params, tokenizer = pretrained.load("mini", kernels.load("numba"))
    names = ("shakespeare", "gutenberg", "tinystories")
    texts = read_documents([path for name in names for path in resolve(name)])
    data = encode_documents(texts, tokenizer, 0.02)
    result = mean_loss(model, params, eval_batches(data.val, 8, 256))
    bits = result.bits_per_byte(len(data.val), data.val_bytes)
    assert f"**{bits:.3f}**" in card
    assert f"{result.loss:.4f} nats" in card


def test_config_json_is_plain():
    config = json.loads((data_path("mini") / "config.json").read_text(encoding="utf-8"))
    assert config["n_layer"] == 6 and config["vocab_size"] == 4096


def test_the_history_shows_twenty_moments_of_the_training():
    rows = json.loads((data_path("mini") / "history.json").read_text(encoding="utf-8"))
    steps = PRESETS["mini"].train.steps
    assert [row["step"] for row in rows] == sorted(log_spaced(steps, 20)) and rows[-1]["step"] == steps
    for row in rows:
        assert {"loss", "val_loss", "bits_per_byte", "lr", "grad_norm", "tokens"} <= row.keys()
        assert [layer["layer"] for layer in row["stats"]] == list(range(6))
        assert len(row["samples"]) == 3 and all(isinstance(text, str) for text in row["samples"])
    assert rows[0]["val_loss"] > 8 and all(a["tokens"] < b["tokens"] for a, b in itertools.pairwise(rows))
    assert rows[-1]["bits_per_byte"] < 1.75, "the figure that the training had to reach"


def test_milestones_carry_the_tokens_seen_by_then():
    steps = [{"step": i, "loss": 5.0 - i, "tokens": 10 * i} for i in (1, 2, 3)]
    marks = [
        {"step": 3, "val_loss": 2.5},
        {"step": 3, "samples": ["a", "b", "c"]},
        {"step": 1, "samples": ["x"]},
    ]
    first, last = milestones([*steps, {"step": 0, "val_loss": 9.0}, *marks], {1, 3})
    assert first == {"step": 1, "loss": 4.0, "tokens": 10, "samples": ["x"]}
    assert last == {"step": 3, "loss": 2.0, "tokens": 60, "val_loss": 2.5, "samples": ["a", "b", "c"]}
