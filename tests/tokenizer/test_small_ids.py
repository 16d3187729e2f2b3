"""Ids against tiktoken and Hugging Face tokenizers for a small vocabulary that lies in the repository.

test_gpt2_ids.py does the same with GPT-2's own vocabulary, where it is staged.
"""

import hashlib
import json
from pathlib import Path

import pytest

from scratchgpt.tokenizer import load

FOLDER = Path(__file__).with_name("small_bpe")
GOLDEN = json.loads(Path(__file__).with_name("small_cases.json").read_text(encoding="utf-8"))
TOKENIZER = load(FOLDER)


@pytest.mark.parametrize("name", ["vocab.json", "merges.txt"])
def test_the_files_are_those_the_cases_were_made_from(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")  # whatever line ends the checkout has
    assert hashlib.sha256(text.encode()).hexdigest() == GOLDEN["made_by"][name]


def test_the_cases_are_enough() -> None:
    """Half of the ids are merges, and the end-of-text token, the last one, occurs."""
    ids = [token_id for case in GOLDEN["cases"] for token_id in case["ids"]]
    assert TOKENIZER.vocab_size == 1000 and len(GOLDEN["cases"]) > 100
    assert TOKENIZER.eot_id == 999 and 999 in ids
    assert len({token_id for token_id in ids if 256 <= token_id < 999}) > 50


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: ascii(case["text"][:24]))
def test_golden_case(case: dict) -> None:
    assert TOKENIZER.encode(case["text"], allowed_special="all") == case["ids"]
    assert TOKENIZER.encode_ordinary(case["text"]) == case["ordinary"]
    written = case["text"].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert TOKENIZER.decode(case["ids"]) == written
