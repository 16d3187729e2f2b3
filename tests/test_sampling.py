"""Sampling: filters against brute force, draws against their probabilities, stop texts across tokens."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchgpt import sampling
from scratchgpt.config import GPTConfig, SampleConfig
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.tokenizer import ByteBPE, CharTokenizer

PLAIN = SampleConfig(temperature=1.0, top_p=1.0)
RNG = np.random.default_rng(0)  # where what is drawn does not matter
weights = st.lists(st.integers(1, 6), min_size=1, max_size=9)  # few values: many ties


def kept(logits):
    return {i for i, value in enumerate(logits) if value > -math.inf}


def likeliest_first(values):
    return sorted(range(len(values)), key=lambda i: (-values[i], i))


@given(weights, st.integers(0, 11))
def test_top_k_keeps_exactly_k_lowest_ids_first(w, k):
    logits = np.log(np.array(w, dtype=np.float64))
    assert kept(sampling.top_k(logits, k)) == set(likeliest_first(w)[: k or len(w)])


@given(weights, st.fractions(0, 1, max_denominator=60).filter(bool))
def test_top_p_is_the_smallest_set_that_reaches_p(w, p):
    """Exact fractions decide what the float64 sums must find, equality with p included."""
    expected, reached = set(), Fraction(0)
    for i in likeliest_first(w):
        if reached >= p:
            break
        expected.add(i)
        reached += Fraction(w[i], sum(w))
    assert kept(sampling.top_p(np.log(np.array(w, dtype=np.float64)), float(p))) == expected


def test_top_p_keeps_the_token_that_crosses_and_never_none():
    logits = np.log([0.5, 0.3, 0.2])
    assert kept(sampling.top_p(logits, 0.5)) == {0}
    assert kept(sampling.top_p(logits, 0.51)) == {0, 1}
    assert kept(sampling.top_p(logits, 1e-15)) == {0}
    assert sampling.top_p(logits, 1.0) is logits


def test_filters_keep_the_logits_they_keep():
    logits = np.array([1.0, 3.0, 2.0])
    np.testing.assert_array_equal(sampling.top_k(logits, 2), [-np.inf, 3.0, 2.0])
    np.testing.assert_array_equal(sampling.top_p(logits, 0.7), [-np.inf, 3.0, 2.0])
    np.testing.assert_array_equal(sampling.apply_temperature(logits, 0.5), [2.0, 6.0, 4.0])


@pytest.mark.parametrize(
    "config",
    [
        PLAIN,
        SampleConfig(temperature=0.0),
        SampleConfig(temperature=0.7, top_k=4, top_p=0.8),
        SampleConfig(temperature=1.3, top_k=1),
    ],
)
def test_rows_of_a_batch_are_treated_alone(config):
    logits = np.random.default_rng(0).standard_normal((3, 11)).astype(np.float32)
    together = sampling.probabilities(logits, config)
    assert together.dtype == np.float64
    np.testing.assert_allclose(together.sum(axis=-1), 1.0)
    for row, probs in zip(logits, together, strict=True):
        np.testing.assert_array_equal(sampling.probabilities(row, config), probs)


def test_probabilities_by_hand():
    logits = np.log([0.1, 0.6, 0.3])
    np.testing.assert_allclose(sampling.probabilities(logits, PLAIN), [0.1, 0.6, 0.3])
    squared = sampling.probabilities(logits, SampleConfig(temperature=0.5, top_p=1.0))
    np.testing.assert_allclose(squared, np.array([0.01, 0.36, 0.09]) / 0.46)
    two = sampling.probabilities(logits, SampleConfig(temperature=1.0, top_k=2, top_p=1.0))
    np.testing.assert_allclose(two, [0, 2 / 3, 1 / 3])


def test_order_is_temperature_then_top_k_then_top_p():
    logits = np.log([0.4, 0.3, 0.2, 0.1])
    # Of the best two, the first has 4/7 = 0.57 and reaches 0.5; of all four it has 0.4 and does not.
    after_k = sampling.probabilities(logits, SampleConfig(temperature=1.0, top_k=2, top_p=0.5))
    np.testing.assert_array_equal(after_k, [1, 0, 0, 0])
    # At temperature 1/2 it has 16/30 and reaches 0.5 without top-k.
    cold = sampling.probabilities(logits, SampleConfig(temperature=0.5, top_p=0.5))
    np.testing.assert_array_equal(cold, [1, 0, 0, 0])


def test_temperature_zero_takes_the_lowest_id_among_equals():
    logits = np.array([1.0, 5.0, 5.0, 2.0])
    np.testing.assert_array_equal(sampling.probabilities(logits, SampleConfig(temperature=0.0)), [0, 1, 0, 0])


@pytest.mark.parametrize("temperature", [1e-320, 1e-12, 1e300])
def test_extreme_temperatures_stay_finite(temperature):
    config = SampleConfig(temperature=temperature, top_p=1.0)
    probs = sampling.probabilities(np.array([1e4, 2e4, -1e4]), config)
    np.testing.assert_allclose(probs, [0, 1, 0] if temperature < 1 else [1 / 3] * 3)


def test_draws_follow_the_probabilities():
    probs, n = np.array([0.05, 0.3, 0.0, 0.25, 0.1, 0.3]), 20_000
    drawn = sampling.draw(np.tile(probs, (n, 1)), np.random.default_rng(0))
    seen, expected = np.bincount(drawn, minlength=6), n * probs
    assert seen[2] == 0
    chi_square = ((seen - expected) ** 2 / np.maximum(expected, 1)).sum()
    assert chi_square < 18.47  # 4 degrees of freedom: exceeded by one seed in a thousand


class Fixed:
    """A generator whose uniform numbers are all the same."""

    def __init__(self, u):
        self.u = u

    def random(self, shape):
        return np.full(shape, self.u)


@pytest.mark.parametrize(
    ("u", "token"), [(0.0, 1), (0.2499, 1), (0.25, 3), (0.7499, 3), (0.75, 4), (1 - 2**-53, 4)]
)
def test_draw_inverts_the_distribution_function(u, token):
    probs = np.array([0.0, 0.25, 0.0, 0.5, 0.25, 0.0])
    assert sampling.draw(probs, Fixed(u)) == token
    np.testing.assert_array_equal(sampling.draw(np.stack([probs, probs]), Fixed(u)), [token, token])


# The loop over a model.


@pytest.fixture(scope="module")
def small():
    model = GPT(GPTConfig(vocab_size=19, block_size=8, n_layer=2, n_head=2, n_embd=12))
    params = model.init(np.random.default_rng(0), np.float64)
    params.buffer += 0.3 * np.random.default_rng(1).standard_normal(params.buffer.shape)
    return model, params


@pytest.mark.parametrize("length", [1, 5, 8])
def test_next_logits_are_the_last_row_of_forward(small, length):
    model, params = small
    ids = list(range(3, 3 + length))
    logits, _ = model.forward(params, np.array([ids]))
    np.testing.assert_allclose(sampling.next_logits(model, params, ids), logits[0, -1], rtol=1e-12)


def test_past_the_last_position_the_window_slides(small):
    model, params = small
    config = SampleConfig(max_new_tokens=14, temperature=0.0)
    context = [1, 2, 3]
    for _ in range(14):
        logits, _ = model.forward(params, np.array([context[-8:]]))
        context.append(int(logits[0, -1].argmax()))
    prompt = [1, 2, 3]
    assert list(sampling.stream(model, params, prompt, config, RNG)) == context[3:]
    assert prompt == [1, 2, 3]
    long = list(range(12))
    assert next(sampling.stream(model, params, long, config, RNG)) == next(
        sampling.stream(model, params, long[-8:], config, RNG)
    )


def test_a_seed_gives_the_same_tokens_and_another_one_others(small):
    config = SampleConfig(max_new_tokens=30)
    one, again, other = (
        list(sampling.stream(*small, [4], config, np.random.default_rng(seed))) for seed in (5, 5, 6)
    )
    assert len(one) == 30 and one == again != other


def test_generators_of_samples():
    """The first sample is what default_rng(seed) gives; the next are other streams."""
    first = [sampling.generator(7, i).random() for i in range(3)]
    assert first[0] == np.random.default_rng(7).random()
    assert len(set(first)) == 3


def test_end_of_text_ends_the_stream_and_is_not_yielded(small):
    config = SampleConfig(max_new_tokens=30)
    free = list(sampling.stream(*small, [4], config, np.random.default_rng(5)))
    eot = free[9]
    bounded = list(sampling.stream(*small, [4], config, np.random.default_rng(5), eot_id=eot))
    assert bounded == free[: free.index(eot)]


def test_rows_without_text_are_never_drawn(small):
    model, params = small
    logits = sampling.next_logits(model, params, [4])
    limit = int(logits.argmax())  # the likeliest id is the first that is not allowed
    greedy = sampling.stream(model, params, [4], SampleConfig(temperature=0.0), RNG, vocab_size=limit)
    assert next(greedy) == logits[:limit].argmax()
    assert max(sampling.stream(model, params, [4], PLAIN, RNG, vocab_size=3)) == 2


def test_no_ids_and_models_that_look_ahead_are_refused_at_once(small):
    model, params = small
    with pytest.raises(UserError, match="prompt is empty"):
        sampling.stream(model, params, [], PLAIN, None)
    both_ways = GPT(GPTConfig(vocab_size=19, block_size=8, n_layer=1, n_head=2, n_embd=12, causal=False))
    with pytest.raises(UserError, match="both directions"):
        sampling.stream(both_ways, params, [1], PLAIN, None)


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e38])
def test_broken_weights_are_named(small, value):
    model, _ = small
    params = model.init(np.random.default_rng(0))
    params.flat["wte.weight"][...] = value
    with pytest.raises(UserError, match="weights are broken: 19 of 19 logits"):
        next(sampling.stream(model, params, [1], PLAIN, np.random.default_rng(0)))


# From tokens to text.


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


def spoken(monkeypatch, data, tokenizer, **config):
    """Let a model that says these bytes, one token each, speak; return the sample and its pieces."""
    config = SampleConfig(**{"max_new_tokens": len(data), **config})
    monkeypatch.setattr(sampling, "stream", lambda *a, **k: iter(data[: config.max_new_tokens]))
    pieces = []
    sample = sampling.sample_text(None, None, tokenizer, [0], config, None, write=pieces.append)
    assert "".join(pieces) == sample.text and "" not in pieces
    return sample, pieces


@pytest.fixture(scope="module")
def byte_tokens():
    return ByteBPE.train("a", 257)


def test_characters_come_whole(monkeypatch, byte_tokens):
    data = list("aé€😀b".encode())
    sample, pieces = spoken(monkeypatch, data, byte_tokens)
    assert pieces == ["a", "é", "€", "😀", "b"]
    assert sample == ("aé€😀b", data, "length")


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
    assert sample == ("ab", [0, 1], "eot")
