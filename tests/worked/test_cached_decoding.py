"""Decoding with a cache and without: the same at every step, and what each of them costs."""

import numpy as np
import pytest

from scratchgpt.config import GPTConfig
from scratchgpt.kv_cache import KVCache
from scratchgpt.model import GPT
from scratchgpt.worked.cached_decoding import greedy_cached, greedy_uncached, token_flops, token_seconds

CONFIG = GPTConfig(vocab_size=29, block_size=24, n_layer=2, n_head=3, n_embd=12)


@pytest.fixture(scope="module")
def tiny():
    model = GPT(CONFIG)
    params = model.init(np.random.default_rng(0), np.float64)
    params.buffer += 0.3 * np.random.default_rng(1).standard_normal(params.buffer.shape)
    return model, params


def test_both_ways_agree_at_every_step(tiny):
    without, over = (way(*tiny, [3, 1, 4], 20) for way in (greedy_uncached, greedy_cached))
    assert without.ids == over.ids and len(without.ids) == 20 and len(set(over.ids)) > 1
    np.testing.assert_allclose(over.logits, without.logits, atol=1e-12)
    assert over.logits.shape == (20, 29)
    assert over.logits.argmax(axis=1).tolist() == over.ids


def test_a_cache_that_forgets_positions_is_seen_at_the_second_step(tiny):
    class Forgetful(KVCache):
        def begin(self, T, key_mask=None):
            return super().begin(T, key_mask)._replace(positions=np.arange(T))

    right = greedy_cached(*tiny, [3, 1, 4], 3)
    wrong = greedy_cached(*tiny, [3, 1, 4], 3, Forgetful.empty(CONFIG, 1, 8, np.float64))
    np.testing.assert_array_equal(wrong.logits[0], right.logits[0])
    assert np.abs(wrong.logits[1] - right.logits[1]).max() > 0.1


def test_flops_by_hand():
    T, d, L, V = 16, 12, 2, 29
    flops = token_flops(CONFIG, T)
    assert flops.cached == 2 * (L * (12 * d**2 + 2 * T * d) + V * d)
    assert flops.uncached == 2 * (L * (12 * T * d**2 + 2 * T**2 * d) + V * d)


def test_the_shortest_of_the_runs_counts(tiny):
    times = iter(np.cumsum([0, 5, 0, 2, 0, 3, 0, 4]))  # uncached 5 and 3 seconds, cached 2 and 4
    found = token_seconds(*tiny, [6], repeats=2, clock=lambda: float(next(times)))
    assert found == {"uncached": [3.0], "cached": [2.0]}
    assert all(len(values) == 2 for values in token_seconds(*tiny, [1, 24], repeats=1).values())
