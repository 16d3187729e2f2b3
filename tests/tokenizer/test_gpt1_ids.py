"""GPT-1's ids against Hugging Face tokenizers ("transformers"), and ftfy and spaCy ("original").

The small vocabulary lies in the repository; the released one is used where it is staged. make_gpt1_cases.py
made the cases; tests/golden/tokenizer_parity.py and gpt1_words.py compare whole books.
"""

import hashlib
import json
import time
from pathlib import Path

import pytest

from scratchgpt.tokenizer import GPT1BPE, load

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "gpt1_cases.json").read_text(encoding="utf-8"))
SMALL_GOLDEN = json.loads((HERE / "small_gpt1_cases.json").read_text(encoding="utf-8"))
SMALL = load(HERE / "small_gpt1")
# What the released weights say after "the president is", greedily.
CONTINUATION = [246, 963, 870, 762, 239, 244, 40477, 244, 249, 719, 881, 487, 544, 240, 244, 603, 481]


def both(tokenizer: GPT1BPE) -> dict[str, GPT1BPE]:
    return {text: tokenizer.with_text(text) for text in ("transformers", "original")}


@pytest.fixture(scope="module")
def gpt1(shared_data: Path) -> dict[str, GPT1BPE]:
    tokenizer = load(shared_data / "gpt1_bpe")
    assert isinstance(tokenizer, GPT1BPE) and tokenizer.text == "original"
    return both(tokenizer)


@pytest.mark.parametrize("name", ["vocab.json", "merges.txt"])
def test_the_files_are_those_the_cases_were_made_from(name: str) -> None:
    text = (HERE / "small_gpt1" / name).read_text(encoding="utf-8")  # whatever line ends the checkout has
    assert hashlib.sha256(text.encode()).hexdigest() == SMALL_GOLDEN["made_by"][name]


def test_the_cases_are_enough() -> None:
    """Most of the small vocabulary's symbols are merges, and many of them occur, as does the line break."""
    assert isinstance(SMALL, GPT1BPE) and SMALL.text == "transformers" and SMALL.vocab_size == 600
    cases = SMALL_GOLDEN["cases"]
    ids = {i for case in cases for i in case["original"]}
    assert len(cases) > 70 and len(ids) > 150 and {0, 599} < ids
    assert sum(case["original"] != case["transformers"] for case in cases) > 20


@pytest.mark.parametrize("text", ["transformers", "original"])
@pytest.mark.parametrize("case", SMALL_GOLDEN["cases"], ids=lambda case: ascii(case["text"][:24]))
def test_small_case(case: dict, text: str) -> None:
    assert both(SMALL)[text].encode_ordinary(case["text"]) == case[text]


@pytest.mark.shared
@pytest.mark.parametrize("text", ["transformers", "original"])
def test_golden_cases(gpt1: dict[str, GPT1BPE], text: str) -> None:
    wrong = [c["text"] for c in GOLDEN["cases"] if gpt1[text].encode_ordinary(c["text"]) != c[text]]
    assert len(GOLDEN["cases"]) > 70 and wrong == []


@pytest.mark.shared
@pytest.mark.parametrize("text", ["transformers", "original"])
def test_published_ids(gpt1: dict[str, GPT1BPE], text: str) -> None:
    tokenizer = gpt1[text]
    assert tokenizer.encode("the president is") == tokenizer.encode("The President  is ") == [481, 4735, 544]
    said = 'a very good man . "\n" i \'m sure he is , " said the'
    assert tokenizer.decode(CONTINUATION) == said
    assert tokenizer.token_bytes(481) == b"the "


@pytest.mark.shared
def test_the_text_behind_what_the_model_said(gpt1: dict[str, GPT1BPE]) -> None:
    """Only OpenAI's treatment has the line break and the contraction that the model was trained on."""
    text = 'A very good man."\n\n"I\'m sure he is," said the'
    assert gpt1["original"].encode(text) == CONTINUATION
    assert gpt1["transformers"].encode(text) != CONTINUATION


@pytest.mark.shared
def test_vocabulary(gpt1: dict[str, GPT1BPE]) -> None:
    tokenizer = gpt1["original"]
    assert (tokenizer.vocab_size, len(tokenizer.merges)) == (40478, 40000)
    assert tokenizer.special_tokens == {"<unk>": 0} and tokenizer.eot_id is None
    assert tokenizer.token_bytes(40477) == b"\n"


@pytest.mark.shared
def test_saved_and_loaded_gives_the_same_files(
    gpt1: dict[str, GPT1BPE], shared_data: Path, tmp_path: Path
) -> None:
    gpt1["original"].save(tmp_path)
    published = json.loads((shared_data / "gpt1_bpe" / "encoder_bpe_40000.json").read_text(encoding="utf-8"))
    assert json.loads((tmp_path / "vocab.json").read_text(encoding="utf-8")) == published
    merges = (shared_data / "gpt1_bpe" / "vocab_40000.bpe").read_bytes()
    assert (tmp_path / "merges.txt").read_bytes() == merges
    assert load(tmp_path).text == "original"


@pytest.mark.shared
@pytest.mark.parametrize("text", ["transformers", "original"])
def test_encoding_is_fast_enough(gpt1: dict[str, GPT1BPE], shared_data: Path, text: str) -> None:
    story = (shared_data / "gutenberg" / "austen-emma.txt").read_text(encoding="utf-8")[:200_000]
    gpt1[text].encode(story)
    start = time.process_time()
    gpt1[text].encode(story)
    assert len(story) / (time.process_time() - start) > 250_000  # half of what is asked, on a busy machine
