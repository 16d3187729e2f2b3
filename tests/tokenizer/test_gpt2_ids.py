"""Ids against the authority: golden cases made by tiktoken, and published counts."""

import json
from pathlib import Path

import pytest

from scratchgpt.tokenizer import ByteBPE, load

pytestmark = pytest.mark.shared
GOLDEN = json.loads(Path(__file__).with_name("gpt2_cases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def gpt2(shared_data: Path) -> ByteBPE:
    tokenizer = load(shared_data / "gpt2_bpe")
    assert isinstance(tokenizer, ByteBPE)
    return tokenizer


def test_vocabulary(gpt2: ByteBPE) -> None:
    assert gpt2.vocab_size == 50257
    assert len(gpt2.merges) == 50000
    assert gpt2.special_tokens == {"<|endoftext|>": 50256}
    assert gpt2.eot_id == 50256


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: ascii(case["text"][:24]))
def test_golden_case(gpt2: ByteBPE, case: dict) -> None:
    assert gpt2.encode(case["text"], allowed_special="all") == case["ids"]
    assert gpt2.encode_ordinary(case["text"]) == case["ordinary"]


def test_hello_world(gpt2: ByteBPE) -> None:
    assert gpt2.encode("hello world") == [31373, 995]
    assert gpt2.decode([31373, 995]) == "hello world"


def test_tiny_shakespeare(gpt2: ByteBPE, shared_data: Path) -> None:
    text = (shared_data / "tinyshakespeare" / "input.txt").read_text(encoding="utf-8")
    n = int(0.9 * len(text))
    assert (len(gpt2.encode(text[:n])), len(gpt2.encode(text[n:]))) == (301_966, 36_059)


def test_saved_and_loaded_gives_the_same_files(gpt2: ByteBPE, shared_data: Path, tmp_path: Path) -> None:
    gpt2.save(tmp_path)
    again = load(tmp_path)
    assert isinstance(again, ByteBPE) and again.merges == gpt2.merges
    published = json.loads((shared_data / "gpt2_bpe" / "encoder.json").read_text(encoding="utf-8"))
    assert json.loads((tmp_path / "vocab.json").read_text(encoding="utf-8")) == published
    merges = (shared_data / "gpt2_bpe" / "vocab.bpe").read_bytes()
    assert (tmp_path / "merges.txt").read_bytes() == merges
