"""Costs: every figure against a hand-computed one, the activations against the arrays really kept."""

import dataclasses
import tracemalloc

import numpy as np
import pytest

from scratchgpt import costs
from scratchgpt.config import PRESETS, GPTConfig
from scratchgpt.errors import UserError
from scratchgpt.model import GPT

GPT2 = PRESETS["gpt2"].model
TINY = GPTConfig(vocab_size=11, block_size=5, n_layer=2, n_head=3, n_embd=6, n_inner=7)


def test_parameters_of_gpt2_by_part():
    attention = 12 * (768 * 2304 + 2304 + 768 * 768 + 768)
    mlp = 12 * (768 * 3072 + 3072 + 3072 * 768 + 768)
    parts = costs.parameters_by_part(GPT2)
    assert parts == {
        "embeddings": 50257 * 768,
        "positions": 1024 * 768,
        "attention": attention,
        "MLP": mlp,
        "norms": 25 * 2 * 768,
        "head": 0,
    }
    assert sum(parts.values()) == 124_439_808
    assert f"{mlp / 124_439_808:.1%}" == "45.5%"


def test_parameters_of_an_untied_head_and_of_gpt1():
    untied = costs.parameters_by_part(dataclasses.replace(TINY, tied=False))
    assert untied["head"] == untied["embeddings"] == 66
    assert sum(costs.parameters_by_part(PRESETS["openai-gpt"].model).values()) == 116_534_784


def test_flops_by_hand():
    """Two layers, C = 6, MLP of 7, V = 11, T = 4: each multiply-add is 2 FLOPs."""
    block = 6 * 18 + 6 * 6 + 6 * 7 + 7 * 6
    flops = costs.flops_per_token(TINY, 4)
    assert flops == (2 * 2 * block, 2 * 11 * 6, 2 * (2 * 4 * 6 + 2 * 4 * 6))
    assert flops.forward == 912 + 132 + 192
    assert flops.training == 3 * 1236
    # Token t sees t + 1 keys: 1 + 2 + 3 + 4 of the 16, so 2.5 on average.
    assert costs.flops_per_token(TINY, 4, causal=True).attention == 2 * (2 * 2.5 * 6 + 2 * 2.5 * 6)


def test_flops_of_gpt2_at_1024():
    """854 MFLOP per training token with attention in full, of which it is 13 %; 7 % when causal."""
    full, causal = (costs.flops_per_token(GPT2, 1024, causal=c) for c in (False, True))
    assert full.training == 3 * (2 * 12 * 7_077_888 + 2 * 38_597_376 + 12 * 4 * 1024 * 768) == 854_438_400
    assert f"{full.attention_share:.1%}" == "13.3%"
    assert causal.attention == 12 * 4 * 512.5 * 768
    assert f"{causal.attention_share:.1%}" == "7.1%"


def test_steps_by_hand():
    assert costs.step_flops(TINY, 3, 4, training=True) == 3 * 4 * 3 * 1236
    assert costs.step_flops(TINY, 3, 4, training=False) == 3 * (912 + 132 + 192)


def test_kv_cache_of_gpt2():
    assert costs.kv_bytes_per_token(GPT2) == 2 * 12 * 768 * 4 == 73_728
    assert 1024 * costs.kv_bytes_per_token(GPT2) == 72 * 2**20


def test_training_memory_of_gpt2():
    memory = costs.training_bytes(GPT2, batch=2, context=1024)
    assert (memory.weights, memory.gradients, memory.moments) == (497_759_232, 497_759_232, 995_518_464)
    assert memory.state == 1_991_036_928
    block = 8 * 768 + 4 + 12 * 1024 + 2 * 3072
    assert memory.activations == 2 * 1024 * 4 * (12 * block + 768 + 768 + 2 + 50257 + 1)
    assert memory.loss == 2 * 1024 * 4 * 2 * 50257


@pytest.mark.parametrize("context", [0, 1025])
def test_a_context_that_the_model_does_not_have(context):
    with pytest.raises(UserError, match="expected 1 to 1024"):
        costs.flops_per_token(GPT2, context)
    with pytest.raises(UserError, match="expected 1 to 1024"):
        costs.training_bytes(GPT2, 1, context)


def arrays_in(cache, found):
    """Collect the arrays that own the memory which a cache keeps, by identity."""
    if isinstance(cache, np.ndarray):
        while cache.base is not None:
            cache = cache.base
        found[id(cache)] = cache
    elif isinstance(cache, tuple):
        for part in cache:
            arrays_in(part, found)
    return found


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"norm_position": "post", "final_norm": False},
        {"norm": "rmsnorm", "bias": False},
        {"activation": "gelu_erf"},
        {"activation": "relu"},
        {"activation": "sigmoid"},
        {"tied": False, "positions": "none"},
        {"positions": "sinusoidal", "n_inner": 50},
        {"embd_dropout": 0.1, "attn_dropout": 0.1, "resid_dropout": 0.1},
        {"causal": False},
    ],
    ids=lambda change: "-".join(map(str, change.values())) or "gpt2",
)
def test_activations_are_the_arrays_that_the_caches_keep(change):
    base = GPTConfig(vocab_size=97, block_size=40, n_layer=3, n_head=4, n_embd=24)
    config = dataclasses.replace(base, **change)
    model, rng = GPT(config), np.random.default_rng(0)
    params, ids = model.init(rng), rng.integers(0, 97, (5, 31))
    _, cache = model.loss(params, ids, ids, rng=rng)
    found = arrays_in(cache, {})
    found.pop(id(params.buffer))
    kept = sum(a.size for a in found.values() if a.dtype == np.float32)
    assert kept == 5 * 31 * costs.activations_per_token(config, 31)


def test_the_peak_of_the_loss_is_the_counted_one():
    config = GPTConfig(vocab_size=3000, block_size=64, n_layer=1, n_head=2, n_embd=16)
    model, ids = GPT(config), np.zeros((4, 64), dtype=np.int64)
    params = model.init(np.random.default_rng(0))
    tracemalloc.start()
    try:
        model.loss(params, ids, ids)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    memory = costs.training_bytes(config, 4, 64)
    assert peak == pytest.approx(memory.activations + memory.loss, rel=0.02)


def test_counting_allocates_nothing():
    """The weights of GPT-2 XL would be 6.2 GB; counting them takes the memory of their names."""
    tracemalloc.start()
    try:
        costs.parameters_by_part(PRESETS["gpt2-xl"].model)
        costs.flops_per_token(PRESETS["gpt2-xl"].model, 1024)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize("training", [False, True])
def test_a_rate_is_measured(monkeypatch, training):
    monkeypatch.setattr(costs, "_MEASURED_SECONDS", 0.0)
    rate = costs.measure_rate(TINY, 2, 5, training=training)
    assert 0 < rate < 1e15


def test_a_long_step_is_measured_in_part(monkeypatch):
    """The layer that runs has the share 1/n_layer of the vocabulary, and few enough tokens."""
    seen = []
    real = GPT.hidden

    def hidden(self, params, ids, **options):
        seen.append((self.config.n_layer, self.config.vocab_size, ids.shape))
        return real(self, params, ids, **options)

    monkeypatch.setattr(GPT, "hidden", hidden)
    monkeypatch.setattr(costs, "_MEASURED_SECONDS", 0.0)
    monkeypatch.setattr(costs, "_MEASURED_FLOPS", 5e6)
    costs.measure_rate(PRESETS["char"].model, 12, 64, training=True)
    (shape,) = set(seen)
    assert shape == (1, PRESETS["char"].model.vocab_size // 4, (1, 3))


def test_generating_is_measured_with_a_filled_kv_cache(monkeypatch):
    """One token for each text, whose keys are all the context; fewer texts where memory would not do."""
    seen = []
    real = GPT.hidden

    def hidden(self, params, ids, *, kv):
        h = real(self, params, ids, kv=kv)
        seen.append((self.config.n_layer, ids.shape, kv.length, kv.keys.shape))
        return h

    monkeypatch.setattr(GPT, "hidden", hidden)
    monkeypatch.setattr(costs, "_MEASURED_SECONDS", 0.0)
    config = PRESETS["char"].model
    costs.measure_rate(config, 12, 40, training=False)
    assert set(seen) == {(4, (12, 1), 40, (4, 12, 4, 40, 32))}, "caches hold this model"
    seen.clear()
    layer = 4 * (4 * 128 * 128 + 8 * 128 * 128 + 9 * 128)
    monkeypatch.setattr(costs, "_CACHED_BYTES", layer)
    monkeypatch.setattr(costs, "_MEASURED_BYTES", 3 * 40 * 2 * 128 * 4)
    costs.measure_rate(config, 12, 40, training=False)
    assert {(layers, ids) for layers, ids, *_ in seen} == {(1, (3, 1))}


def test_the_time_to_generate_a_token_barely_depends_on_the_context():
    """Re-running the window would cost 64 times as much at 64 positions."""
    short, long = (costs.step_flops(PRESETS["char"].model, 1, n, training=False) for n in (1, 64))
    assert long - short == 63 * 4 * 4 * 128
    assert long < 1.2 * short
