"""How varied and how surprising texts are."""

import numpy as np
import pytest

from scratchgpt.config import GPTConfig, SampleConfig
from scratchgpt.model import GPT
from scratchgpt.tokenizer import CharTokenizer
from scratchgpt.worked.text_variety import TOKENS, distinct, variety, written_variety

TOKENIZER = CharTokenizer(" abcde")


@pytest.fixture(scope="module")
def tiny():
    model = GPT(GPTConfig(vocab_size=6, block_size=64, n_layer=1, n_head=2, n_embd=8))
    return model, model.init(np.random.default_rng(0), np.float64), TOKENIZER


@pytest.mark.parametrize(
    ("text", "n", "expected"),
    [
        ("a b a B", 1, 0.5),
        ("a b a B", 2, 2 / 3),
        ("a", 2, 1.0),
        ("", 1, 1.0),
        ("I love you I love you", 3, 0.75),
    ],
)
def test_distinct_by_hand(text, n, expected):
    assert distinct(text, n) == pytest.approx(expected, rel=1e-12)


def test_variety_is_that_of_the_texts_drawn(tiny):
    found = variety(*tiny, "a b", SampleConfig(max_new_tokens=30, temperature=1.0, top_p=1.0), 0, 3)
    assert len(set(found.texts)) == 3 and all(len(text) == 30 for text in found.texts)
    assert found.words == pytest.approx(np.mean([distinct(text) for text in found.texts]))
    assert found.pairs == pytest.approx(np.mean([distinct(text, 2) for text in found.texts]))
    assert found.surprise == pytest.approx(np.log(6), abs=0.1), "an untrained model finds all alike"


def test_a_text_does_not_depend_on_its_company(tiny):
    config = SampleConfig(max_new_tokens=12, temperature=1.0, top_p=1.0)
    assert variety(*tiny, "a b", config, 0, 1).texts == variety(*tiny, "a b", config, 0, 3).texts[:1]


def test_written_text(tiny):
    found = written_variety(*tiny, "ab cd " * 40, n=2)
    assert len(found.texts) == 2 and all(len(text) == TOKENS for text in found.texts)
    assert (
        found.words == pytest.approx(np.mean([distinct(text) for text in found.texts])) and found.words < 0.5
    )
    assert found.surprise == pytest.approx(np.log(6), abs=0.1)
