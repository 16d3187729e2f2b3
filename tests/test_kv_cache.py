"""Cached logits equal uncached ones, whatever the model, the chunks, the padding and the rows."""

import dataclasses
import itertools

import numpy as np
import pytest
from fake_device import FakeArray, to_device, to_host
from gpt_cases import GPT1, GPT2, STYLES, V, random_params
from test_extension import model as extended_model

from scratchgpt.errors import UserError
from scratchgpt.kv_cache import KVCache
from scratchgpt.model import GPT
from scratchgpt.params import Params

BLOCK = GPT2.block_size
MODELS = {
    "gpt2": GPT(GPT2),
    "gpt1": GPT(GPT1),
    "sinusoidal rmsnorm": GPT(dataclasses.replace(GPT2, positions="sinusoidal", norm="rmsnorm", tied=False)),
    "rotary": extended_model,
}
TOLERANCE = {np.float64: 1e-10, np.float32: 1e-4}


def ids_of(rows, T, seed=0):
    return np.random.default_rng(seed).integers(0, V, (rows, T))


def through_cache(model, params, ids, chunks, kv):
    """The logits of ids that come in chunks of the given lengths."""
    borders = itertools.pairwise(np.cumsum([0, *chunks]))
    return np.concatenate([model.forward(params, ids[:, a:b], kv=kv)[0] for a, b in borders], axis=1)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("chunks", [[1] * BLOCK, [3, 1, 1, 1, 1], [2, 4, 1], [BLOCK]])
@pytest.mark.parametrize("name", MODELS)
def test_cached_logits_equal_uncached_ones_at_every_step(name, chunks, dtype):
    model = MODELS[name]
    params, ids = random_params(model, dtype=dtype), ids_of(2, BLOCK)
    expected, _ = model.forward(params, ids)
    kv = KVCache.empty(model.config, 2, dtype=dtype)
    found = through_cache(model, params, ids, chunks, kv)
    assert found.dtype == dtype and kv.keys.dtype == dtype
    scale = abs(expected).max()
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE[dtype] * scale)
    assert kv.length == BLOCK and kv.counts.tolist() == [BLOCK, BLOCK]


@pytest.mark.parametrize("name", MODELS)
def test_each_left_padded_row_equals_the_same_row_alone(name):
    model = MODELS[name]
    params = random_params(model)
    texts = [ids_of(1, n, seed=n)[0] for n in (5, 2, 3)]
    longest = max(map(len, texts))
    ids, key_mask = np.zeros((3, longest), dtype=int), np.zeros((3, longest), dtype=int)
    for row, text in enumerate(texts):
        ids[row, longest - len(text) :], key_mask[row, longest - len(text) :] = text, 1
    more = ids_of(3, 2, seed=9)
    kv = KVCache.empty(model.config, 3, dtype=np.float64)
    first, _ = model.forward(params, ids, kv=kv, key_mask=key_mask)
    second = through_cache(model, params, more, [1, 1], kv)
    for row, text in enumerate(texts):
        alone = model.forward(params, np.concatenate([text, more[row]])[None])[0][0]
        found = np.concatenate([first[row, longest - len(text) :], second[row]])
        np.testing.assert_allclose(found, alone, rtol=1e-10, atol=1e-10)
    assert kv.counts.tolist() == [7, 4, 5]


def test_rows_can_be_repeated_reordered_and_dropped():
    model = GPT(GPT2)
    params, ids = random_params(model), ids_of(3, 4)
    key_mask = np.array([[1, 1, 1, 1], [0, 0, 1, 1], [0, 1, 1, 1]])
    kv = KVCache.empty(GPT2, 3, dtype=np.float64)
    model.forward(params, ids, kv=kv, key_mask=key_mask)
    some = kv.rows([2, 1, 1])
    assert (some.length, some.capacity, some.counts.tolist()) == (3, BLOCK, [3, 2, 2])
    token = np.array([[5], [6], [7]])
    found, _ = model.forward(params, token, kv=some)
    for row, text in enumerate([ids[2, 1:], ids[1, 2:], ids[1, 2:]]):
        alone = model.forward(params, np.append(text, token[row])[None])[0][0, -1]
        np.testing.assert_allclose(found[row, -1], alone, rtol=1e-10, atol=1e-10)
    assert kv.length == 4, "the old cache is as it was"


def test_a_cache_on_a_device_stays_there():
    model = GPT(GPT2)
    here, ids = random_params(model), ids_of(2, 5)
    there = Params(here.specs, to_device(here.buffer.copy()))
    kv = KVCache(*(to_device(a) for a in (np.zeros((2, 2, 3, BLOCK, 4)), np.zeros((2, 2, 3, BLOCK, 4)))))
    key_mask = np.array([[1, 1, 1], [0, 1, 1]])
    found = [model.forward(there, to_device(ids[:, :3]), kv=kv, key_mask=key_mask)[0]]
    kv = kv.rows([1, 0])
    found.append(model.forward(there, to_device(ids[::-1, 3:].copy()), kv=kv)[0])
    assert all(isinstance(array, FakeArray) for array in (*found, kv.keys))
    plain = KVCache.empty(GPT2, 2, dtype=np.float64)
    expected = [model.forward(here, ids[:, :3], kv=plain, key_mask=key_mask)[0]]
    expected.append(model.forward(here, ids[::-1, 3:], kv=plain.rows([1, 0]))[0])
    assert all(map(np.array_equal, map(to_host, found), expected))


def test_a_full_cache_says_so_and_stays_as_it_was():
    model = GPT(GPT2)
    params, kv = random_params(model), KVCache.empty(GPT2, 1, 4, np.float64)
    model.forward(params, ids_of(1, 3), kv=kv)
    kept = kv.keys.copy()
    with pytest.raises(UserError, match="has 4 places and 3 of them are filled, so 2 more do not fit"):
        model.forward(params, ids_of(1, 2), kv=kv)
    assert kv.length == 3
    np.testing.assert_array_equal(kv.keys, kept)


@pytest.mark.parametrize(("batch", "capacity"), [(0, 3), (1, 0), (1, BLOCK + 1)])
def test_sizes_that_cannot_be(batch, capacity):
    with pytest.raises(UserError, match="expected at least one row and 1 to 7 places"):
        KVCache.empty(GPT2, batch, capacity)


def test_what_cannot_continue_a_cache():
    model, kv = GPT(GPT2), KVCache.empty(GPT2, 2, dtype=np.float64)
    params = random_params(model)
    with pytest.raises(UserError, match="got 3 rows"):
        model.forward(params, ids_of(3, 1), kv=kv)
    with pytest.raises(UserError, match="a generator"):
        model.forward(params, ids_of(2, 1), kv=kv, rng=np.random.default_rng(0))
    both_ways = GPT(STYLES["bert"])
    with pytest.raises(UserError, match="causal False"):
        both_ways.forward(random_params(both_ways), ids_of(2, 1), kv=kv)


def test_without_a_cache_for_backward_the_states_are_the_same():
    model = GPT(GPT2)
    params, ids = random_params(model), ids_of(2, 5)
    h, cache = model.hidden(params, ids, keep_cache=False)
    assert cache is None
    np.testing.assert_array_equal(h, model.hidden(params, ids)[0])
