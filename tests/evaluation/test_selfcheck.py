"""Whether weights are the released ones: right, wrong, and not known."""

import dataclasses

import numpy as np
import pytest

from scratchgpt.config import GPTConfig
from scratchgpt.errors import UserError
from scratchgpt.evaluation.selfcheck import PUBLISHED, Continuation, known, self_check
from scratchgpt.model import GPT
from scratchgpt.tokenizer import CharTokenizer

TOKENIZER = CharTokenizer("abcde")


@pytest.fixture
def small():
    """A model, and its own greedy continuation as the published one."""
    model = GPT(GPTConfig(vocab_size=5, block_size=12, n_layer=1, n_head=1, n_embd=8, tied=False))
    params = model.init(np.random.default_rng(0), np.float64)
    params.buffer += 0.5 * np.random.default_rng(3).standard_normal(params.buffer.shape)
    params.flat["wpe.weight"][...] *= 4  # so that the text does not repeat one token
    ids = [1, 0]
    while len(ids) < 9:
        ids.append(int(model.forward(params, np.array([ids]))[0][0, -1].argmax()))
    assert len(set(ids)) > 3
    return model, params, Continuation("ba", (1, 0), tuple(ids[2:]), "a paper")


def test_right(small):
    model, params, expected = small
    report = self_check(model, params, TOKENIZER, expected)
    assert report.right
    assert (
        report.text.startswith("right: 'ba' goes on with the 7 published tokens") and "a paper" in report.text
    )


@pytest.mark.parametrize("at", [0, 3, 6])
def test_the_first_difference_is_named(small, at):
    model, params, expected = small
    ids = list(expected.greedy)
    ids[at] = (ids[at] + 1) % 5
    report = self_check(model, params, TOKENIZER, expected._replace(greedy=tuple(ids)))
    so_far = TOKENIZER.decode([1, 0, *expected.greedy[:at]])
    ours, theirs = expected.greedy[at], ids[at]
    assert not report.right and "\n" not in report.text
    assert (
        f"wrong: after {so_far!r} the likeliest token is {ours} ({TOKENIZER.decode([ours])!r}), published is "
        f"{theirs} ({TOKENIZER.decode([theirs])!r}; a paper)"
    ) in report.text


def test_one_wrong_weight_is_found(small):
    model, params, expected = small
    params.flat["lm_head.weight"][expected.greedy[0]] *= -1
    assert not self_check(model, params, TOKENIZER, expected).right


def test_another_tokenizer_is_named(small):
    model, params, expected = small
    report = self_check(model, params, CharTokenizer("bacde"), expected)
    assert not report.right and "the tokenizer spells 'ba' as [0, 1], published is [1, 0]" in report.text


@pytest.mark.parametrize("change", [{"vocab_size": 2}, {"block_size": 8}])
def test_a_model_too_small_for_the_ids(small, change):
    model, _, expected = small
    other = GPT(dataclasses.replace(model.config, **change))
    report = self_check(other, other.init(np.random.default_rng(0)), TOKENIZER, expected)
    assert not report.right and "cannot be the published one" in report.text


def test_published_ids_are_those_of_the_issue():
    assert PUBLISHED["gpt2"].ids == (464, 3290)
    assert PUBLISHED["gpt2"].greedy[:10] == (373, 1043, 287, 257, 2214, 1474, 262, 16246, 286, 2688)
    assert PUBLISHED["openai-gpt"].ids == (481, 4735, 544)
    assert PUBLISHED["openai-gpt"].greedy == (
        246, 963, 870, 762, 239, 244, 40477, 244, 249, 719, 881, 487, 544, 240, 244, 603, 481,
    )  # fmt: skip
    assert known("gpt2") is PUBLISHED["gpt2"]
    with pytest.raises(UserError, match="no published token ids for 'gpt2-xl', expected gpt2 or openai-gpt"):
        known("gpt2-xl")


@pytest.mark.shared
def test_the_ids_spell_english(shared_data):
    from scratchgpt import tokenizer

    gpt2 = tokenizer.load(shared_data / "gpt2_bpe")
    assert gpt2.encode(PUBLISHED["gpt2"].prompt) == list(PUBLISHED["gpt2"].ids)
    assert gpt2.decode(PUBLISHED["gpt2"].greedy).startswith(
        " was found in a field near the intersection of West"
    )
