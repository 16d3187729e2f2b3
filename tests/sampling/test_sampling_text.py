"""Stop texts across tokens, characters that come whole, several texts at once."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchgpt import sampling
from scratchgpt.config import GPTConfig, SampleConfig
from scratchgpt.model import GPT
from scratchgpt.sampling import text as text_module
from scratchgpt.tokenizer import ByteBPE, CharTokenizer


@given(
    st.text("ab", max_size=12),
    st.lists(st.text("ab", min_size=1, max_size=4), max_size=3),
    st.lists(st.integers(0, 12), max_size=4),
)
def test_stop_texts_wherever_the_text_is_cut(text, stops, cuts):
    """The stop text that is complete first counts, and nothing behind its start is ever shown."""
    ends = [e for e in range(len(text) + 1) if text[:e].endswith(tuple(stops))] if stops else []
    expected = text
    if ends:
        start = min(ends[0] - len(stop) for stop in stops if text[: ends[0]].endswith(stop))
        expected = text[:start]
    shown, held, stopped = "", "", False
    borders = sorted({0, len(text), *(c for c in cuts if c < len(text))})
    for a, b in itertools.pairwise(borders):
        piece, held, stopped = sampling.split_at_stop(held + text[a:b], stops)
        shown += piece
        assert expected.startswith(shown)
        if stopped:
            break
    assert stopped == bool(ends)
    assert shown + held == expected


class Parrot:
    """Stands for Decoding: says the given tokens, one a step, and ends as the real one does."""

    def __init__(self, said, config):
        self.said, self.config, self.ended = list(said), config, {}

    @property
    def active(self):
        return [] if self.ended else [0]

    def end(self, text, why):
        self.ended[text] = why

    def step(self):
        if not self.said:
            self.end(0, "eot")
        if self.ended:
            return []
        self.config -= 1
        if not self.config:
            self.end(0, "length")
        return [sampling.Drawn(0, self.said.pop(0))]


def spoken(monkeypatch, data, tokenizer, **config):
    """Let a model that says these bytes, one token each, speak; return the sample and its pieces."""
    config = SampleConfig(**{"max_new_tokens": len(data), **config})
    monkeypatch.setattr(text_module, "Decoding", lambda *a, **k: Parrot(data, config.max_new_tokens))
    pieces = []
    sample = sampling.sample_text(
        None, None, tokenizer, [97 % tokenizer.vocab_size], config, None, write=pieces.append
    )
    assert "".join(pieces) == sample.text and "" not in pieces
    return sample, pieces


@pytest.fixture(scope="module")
def byte_tokens():
    return ByteBPE.train("a", 257)


def test_characters_come_whole(monkeypatch, byte_tokens):
    data = list("aé€😀b".encode())
    sample, pieces = spoken(monkeypatch, data, byte_tokens)
    assert pieces == ["a", "é", "€", "😀", "b"]
    assert sample == ("aé€😀b", data, "length", None)


def test_a_character_cut_by_the_limit(monkeypatch, byte_tokens):
    sample, _ = spoken(monkeypatch, list("a😀".encode()), byte_tokens, max_new_tokens=3)
    assert sample.text == byte_tokens.decode(sample.token_ids) == "a\ufffd"


def test_a_stop_text_that_spans_tokens(monkeypatch, byte_tokens):
    data = list(b"then EN, then END and on")
    sample, pieces = spoken(monkeypatch, data, byte_tokens, stop=("END", "never"))
    assert sample.text == "then EN, then " and sample.stopped_by == "stop"
    assert sample.token_ids == data[: len("then EN, then END")]
    assert "EN," in pieces  # what was held back came out when it could no longer become END


def test_what_is_held_back_comes_out_at_the_end(monkeypatch, byte_tokens):
    sample, pieces = spoken(monkeypatch, list(b"the EN"), byte_tokens, stop=("END",))
    assert (sample.text, sample.stopped_by, pieces[-1]) == ("the EN", "length", "EN")


def test_fewer_tokens_than_the_limit_mean_end_of_text(monkeypatch):
    sample, _ = spoken(monkeypatch, [0, 1], CharTokenizer("ab"), max_new_tokens=5)
    assert sample == ("ab", [0, 1], "eot", None)


def test_a_stop_text_that_the_last_token_completes_is_the_reason(monkeypatch, byte_tokens):
    sample, _ = spoken(monkeypatch, list(b"the END"), byte_tokens, stop=("END",))
    assert (sample.text, sample.stopped_by) == ("the ", "stop")


# Several texts of a real model.

TOKENIZER = CharTokenizer("abcdefgh")


@pytest.fixture(scope="module")
def small():
    model = GPT(GPTConfig(vocab_size=8, block_size=32, n_layer=2, n_head=2, n_embd=12))
    params = model.init(np.random.default_rng(0), np.float64)
    params.buffer += 0.3 * np.random.default_rng(1).standard_normal(params.buffer.shape)
    return model, params


def rngs(n):
    return [sampling.generator(5, i) for i in range(n)]


def test_texts_together_are_the_texts_alone(small):
    prompts = [[1], [2, 3, 4, 5], [1], [0, 7]]
    config = SampleConfig(max_new_tokens=14, stop=("ab", "gg", "ch", "ee"))
    said = [[] for _ in prompts]
    done = []
    together = sampling.sample_texts(
        *small,
        TOKENIZER,
        prompts,
        config,
        rngs(4),
        write=lambda i, piece: said[i].append(piece),
        complete=lambda i: done.append((i, len(said[i]))),
        logprobs=True,
    )
    for i, (prompt, sample) in enumerate(zip(prompts, together, strict=True)):
        alone = sampling.sample_text(*small, TOKENIZER, prompt, config, rngs(4)[i], logprobs=True)
        assert sample[:3] == alone[:3]
        np.testing.assert_allclose(sample.logprobs, alone.logprobs, rtol=1e-10)
        assert "".join(said[i]) == sample.text
    assert sorted(done) == [(i, len(said[i])) for i in range(4)], "each once, after its last piece"
    assert {s.stopped_by for s in together} == {"stop", "length"}, "the case must show both"


def test_logprobs_are_those_of_the_whole_text(small):
    model, params = small
    sample = sampling.sample_text(
        model, params, TOKENIZER, [3, 1], SampleConfig(max_new_tokens=9), rngs(1)[0], logprobs=True
    )
    ids = np.array([[3, 1, *sample.token_ids]])
    logits = model.forward(params, ids)[0][0]
    expected = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    np.testing.assert_allclose(
        sample.logprobs, [expected[1 + i, t] for i, t in enumerate(sample.token_ids)], rtol=1e-10
    )


def test_an_interrupt_keeps_what_was_said(small):
    asked = iter([False, False, False, True])
    sample = sampling.sample_text(
        *small, TOKENIZER, [1], SampleConfig(max_new_tokens=20), rngs(1)[0], stopped=lambda: next(asked)
    )
    free = sampling.sample_text(*small, TOKENIZER, [1], SampleConfig(max_new_tokens=20), rngs(1)[0])
    assert sample.stopped_by == "interrupt" and sample.token_ids == free.token_ids[:3]
    assert sample.text == free.text[:3]
