"""The decoding loop against a slow one: no cache, one text at a time, model.forward at every step."""

import math

import numpy as np
import pytest

from scratchgpt import sampling
from scratchgpt.config import GPTConfig, SampleConfig
from scratchgpt.errors import UserError
from scratchgpt.model import GPT

PLAIN = SampleConfig(temperature=1.0, top_p=1.0)
RNG = np.random.default_rng(0)  # where what is drawn does not matter
BLOCK = 8


@pytest.fixture(scope="module")
def small():
    model = GPT(GPTConfig(vocab_size=19, block_size=BLOCK, n_layer=2, n_head=2, n_embd=12))
    params = model.init(np.random.default_rng(0), np.float64)
    params.buffer += 0.3 * np.random.default_rng(1).standard_normal(params.buffer.shape)
    return model, params


def slowly(model, params, ids, config, rng):
    """Continue one text without a cache; return (the tokens, why it ended)."""
    text, window, drawn = list(ids), list(ids), []
    while len(drawn) < config.max_new_tokens:
        if len(window) > BLOCK and config.overflow == "stop":
            return drawn, "context"
        if len(window) > BLOCK:
            window = window[-(BLOCK // 2) :]
        logits = model.forward(params, np.array([window]))[0][0, -1]
        token = int(sampling.draw(sampling.probabilities(logits, config, text), rng))
        for tokens in (text, window, drawn):
            tokens.append(token)
    return drawn, "length"


@pytest.mark.parametrize("overflow", ["stop", "truncate"])
@pytest.mark.parametrize("penalty", [1.0, 1.3])
@pytest.mark.parametrize("n", [2, 30])
def test_every_text_is_what_it_would_be_slowly_and_alone(small, overflow, penalty, n):
    model, params = small
    config = SampleConfig(max_new_tokens=n, overflow=overflow, repetition_penalty=penalty)
    prompts = [[3], [1, 2, 3, 4, 5, 6, 7, 8], [9, 1, 4], [3], [7] * 5]
    seeds = [sampling.generator(2, i) for i in range(len(prompts))]
    decoding = sampling.Decoding(model, params, prompts, config, seeds)
    found = {i: [] for i in range(len(prompts))}
    while decoding.active:
        for drawn in decoding.step():
            found[drawn.text].append(drawn.token)
    for i, prompt in enumerate(prompts):
        assert (found[i], decoding.ended[i]) == slowly(
            model, params, prompt, config, sampling.generator(2, i)
        )
    assert prompts[0] == [3], "what was passed in is left alone"


def test_a_full_context_stops_after_the_token_it_can_still_predict(small):
    config = SampleConfig(max_new_tokens=50)
    assert len(list(sampling.stream(*small, [1, 2, 3], config, RNG))) == BLOCK - 3 + 1


def test_a_prompt_longer_than_the_context(small):
    long = list(range(12))
    with pytest.raises(UserError, match="has 12 tokens, the model sees at most 8"):
        sampling.stream(*small, long, SampleConfig(), RNG)
    config = SampleConfig(temperature=0.0, overflow="truncate", max_new_tokens=6)
    assert list(sampling.stream(*small, long, config, RNG)) == list(
        sampling.stream(*small, long[-BLOCK // 2 :], config, RNG)
    )


def test_equal_prompts_share_one_prefill_and_each_token_costs_one_position(small, monkeypatch):
    model, params = small
    ran, real = [], GPT.hidden

    def hidden(self, params, ids, **options):
        ran.append(ids.shape)
        return real(self, params, ids, **options)

    monkeypatch.setattr(GPT, "hidden", hidden)
    config = SampleConfig(max_new_tokens=4)
    decoding = sampling.Decoding(model, params, [[1, 2, 3]] * 3, config, [RNG] * 3)
    while decoding.active:
        decoding.step()
    assert ran == [(1, 3), (3, 1), (3, 1), (3, 1)]


def test_a_seed_gives_the_same_tokens_and_another_one_others(small):
    config = SampleConfig(max_new_tokens=30, overflow="truncate")
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
    config = SampleConfig(max_new_tokens=30, overflow="truncate")
    free = list(sampling.stream(*small, [4], config, np.random.default_rng(5)))
    eot = free[9]
    bounded = list(sampling.stream(*small, [4], config, np.random.default_rng(5), eot_id=eot))
    assert bounded == free[: free.index(eot)]


def test_texts_that_end_leave_the_batch(small, monkeypatch):
    model, params = small
    config = SampleConfig(max_new_tokens=6)
    decoding = sampling.Decoding(model, params, [[1], [2, 3], [4, 5, 6]], config, [RNG] * 3)
    decoding.step()
    decoding.end(1, "stop")
    assert decoding.active == [0, 2]
    assert [d.text for d in decoding.step()] == [0, 2]
    while decoding.active:
        decoding.step()
    assert decoding.ended == {0: "length", 1: "stop", 2: "length"}
    assert decoding.step() == []


def test_rows_without_text_are_never_drawn(small):
    model, params = small
    logits = model.forward(params, np.array([[4]]))[0][0, -1]
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
