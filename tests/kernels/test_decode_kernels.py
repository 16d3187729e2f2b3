"""Generation by the kernels: every storage, padding, several rows, any number of threads, whole texts."""

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest
from gpt_cases import GPT1, GPT2, random_params

from scratchgpt import kernels, pretrained
from scratchgpt.config import GPTConfig, SampleConfig
from scratchgpt.kv_cache import KVCache
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.ops.packing import Packed
from scratchgpt.params import Params
from scratchgpt.sampling import generator
from scratchgpt.sampling.decoding import Decoding

NUMBA = kernels.load("numba")
STORAGES = ("fp32", "bf16", "int8")
# Odd sizes: more heads than chunks, channels that fill no vector. And sizes as real models have them.
ODD = GPTConfig(vocab_size=211, block_size=23, n_layer=2, n_head=5, n_embd=35, n_inner=67)
EVEN = GPTConfig(vocab_size=300, block_size=40, n_layer=3, n_head=2, n_embd=128)
CONFIGS = {"odd": ODD, "even": EVEN, "no bias": dataclasses.replace(ODD, bias=False, tied=False)}


def drawn(config, storage="fp32", dtype=np.float32):
    """Random parameters, as stored, and the same numbers in float64."""
    params = random_params(GPT(config), scale=0.3, dtype=dtype)
    packed = params.pack(storage) if storage != "fp32" else params
    full = params.astype(np.float64)
    for name, tensor in packed.flat.items():
        if isinstance(tensor, Packed):
            full.flat[name][...] = (np.eye(len(tensor), dtype=np.float32) @ tensor).astype(np.float64)
    return packed, full


def through(ops, config, params, ids, steps, key_mask=None):
    """The logits of ids, of which a prompt is read and then `steps` one by one, and keys and values."""
    model, dtype = GPT(config, ops), params.buffer.dtype
    kv = KVCache.empty(config, len(ids), dtype=dtype)
    prompt = ids.shape[1] - steps
    h = [model.hidden(params, ids[:, :prompt], kv=kv, key_mask=key_mask)[0]]
    h += [model.hidden(params, ids[:, i : i + 1], kv=kv)[0] for i in range(prompt, ids.shape[1])]
    logits = [model.logits(params, part) for part in h]
    return np.concatenate(logits, axis=1), kv.keys[:, :, :, : kv.length], kv.values[:, :, :, : kv.length]


def assert_close(found, expected, bound):
    for f, e in zip(found, expected, strict=True):
        assert f.shape == e.shape and np.linalg.norm(f - e) < bound * np.linalg.norm(e)


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("name", CONFIGS)
def test_cached_states_are_those_of_the_float64_reference(name, storage):
    """Prompts of 2 x 3 rows run in the kernel; those of 2 x 9 are matrix products."""
    config = CONFIGS[name]
    params, full = drawn(config, storage)
    for prompt in (3, 9):
        ids = np.random.default_rng(prompt).integers(0, config.vocab_size, (2, prompt + 5))
        found = through(NUMBA, config, params, ids, 5)
        assert found[0].dtype == np.float32
        assert_close(found, through(REFERENCE, config, full, ids, 5), 1e-5)


def test_float64_is_computed_in_float64():
    params, full = drawn(ODD, dtype=np.float64)
    ids = np.random.default_rng(0).integers(0, 211, (1, 9))
    assert_close(through(NUMBA, ODD, params, ids, 6), through(REFERENCE, ODD, full, ids, 6), 1e-13)


def test_padding_is_not_attended_and_counts_for_nothing():
    params, full = drawn(ODD)
    ids = np.random.default_rng(0).integers(0, 211, (2, 7))
    key_mask = np.array([[1, 1, 1], [0, 0, 1]])
    expected = through(REFERENCE, ODD, full, ids, 4, key_mask)
    found = through(NUMBA, ODD, params, ids, 4, key_mask)
    assert_close((found[0][0], found[0][1, 2:]), (expected[0][0], expected[0][1, 2:]), 1e-5)
    assert np.isfinite(found[0]).all(), "a query without any key gives 0"


def inputs(dtype=np.float32):
    """Arguments of the op by name, for one new position behind four."""
    params, _ = drawn(ODD, dtype=dtype)
    rng, D = np.random.default_rng(0), ODD.head_dim
    keys, values = (rng.standard_normal((2, 1, 5, 5, D)).astype(dtype) for _ in range(2))
    inner = ("ln_1", "attn.c_attn", "attn.c_proj", "ln_2", "mlp.c_fc", "mlp.c_proj")
    weights = [params.stacks[f"{name}.{part}"] for name in inner for part in ("weight", "bias")]
    return [rng.standard_normal((1, 1, 35)).astype(dtype), 5, keys, values, *weights]


def run(ops, arguments, **options):
    copied = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
    return ops.gpt2_blocks_cached(*copied, **options)


def test_a_query_whose_keys_are_all_masked_gets_nothing():
    mask = np.zeros((1, 5), dtype=bool)
    found, expected = (run(ops, inputs(), key_mask=mask) for ops in (NUMBA, REFERENCE))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert not np.allclose(found, run(NUMBA, inputs()), atol=1e-2)


@pytest.mark.parametrize("where", [0, 2, 3, 5, 12])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_broken_numbers_spread_as_in_the_reference(where, bad):
    arguments = inputs()
    arguments[where][(0,) * arguments[where].ndim] = bad
    with np.errstate(invalid="ignore", over="ignore"):
        found, expected = (run(ops, arguments) for ops in (NUMBA, REFERENCE))
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.__setitem__(6, np.asfortranarray(a[6])),
        lambda a: a.__setitem__(2, np.asfortranarray(a[2])),
        lambda a: a.__setitem__(0, a[0].astype(np.float64)),
    ],
    ids=["a matrix by columns", "keys by columns", "mixed dtypes"],
)
def test_what_the_kernel_cannot_take_goes_to_the_reference(change):
    arguments = inputs()
    change(arguments)
    np.testing.assert_allclose(run(NUMBA, arguments), run(REFERENCE, arguments), rtol=1e-4, atol=1e-5)


# Threads


@pytest.mark.parametrize("storage", ["fp32", "int8"])
def test_results_depend_on_the_number_of_threads_by_rounding_alone(storage, monkeypatch):
    import numba

    params, _ = drawn(EVEN, storage)
    ids = np.random.default_rng(0).integers(0, 300, (1, 20))
    found = []
    for threads in (1, 3, 3, 3):
        monkeypatch.setattr(numba, "get_num_threads", lambda n=threads: n)
        found.append(through(NUMBA, EVEN, params, ids, 15))
    assert_close(found[1], found[0], 1e-5)
    for again in found[2:]:
        assert all(map(np.array_equal, again, found[1]))


def test_one_thread_does_all_the_work_when_no_other_comes(monkeypatch):
    """As after a fork, or while the helpers are kept from the processor."""
    import numba

    from scratchgpt.kernels.numba_cpu.stages import CREW

    params, _ = drawn(EVEN)
    ids = np.random.default_rng(0).integers(0, 300, (1, 6))
    monkeypatch.setattr(numba, "get_num_threads", lambda: 3)
    expected = through(NUMBA, EVEN, params, ids, 5)
    monkeypatch.setattr(CREW, "call", lambda kernel, arguments, threads, alive: kernel(*arguments))
    assert all(map(np.array_equal, through(NUMBA, EVEN, params, ids, 5), expected))


# The head


@pytest.mark.parametrize("rows", [1, 3, 8, 9])
@pytest.mark.parametrize("storage", STORAGES)
def test_the_head_is_a_product_with_the_table(rows, storage):
    table = drawn(ODD, storage)[0].flat["wte.weight"]
    h = np.random.default_rng(1).standard_normal((rows, 1, 35)).astype(np.float32)
    full = np.eye(211, dtype=np.float32) @ table
    found = NUMBA.linear_cached(h, table.T)
    assert found.shape == (rows, 1, 211) and found.dtype == np.float32
    np.testing.assert_allclose(found, h @ full.T, rtol=1e-4, atol=1e-5)
    h[0, 0, 3] = np.nan
    assert np.isnan(NUMBA.linear_cached(h, table.T)[0]).all()


@pytest.mark.parametrize("storage", STORAGES)
def test_a_matrix_by_rows_can_be_a_head_too(storage):
    matrix = drawn(ODD, storage)[0].flat["h.0.mlp.c_fc.weight"]
    h = np.random.default_rng(1).standard_normal((1, 35)).astype(np.float32)
    expected = h @ (np.eye(35, dtype=np.float32) @ matrix)
    np.testing.assert_allclose(NUMBA.linear_cached(h, matrix), expected, rtol=1e-4, atol=1e-5)


# Whole texts


def continued(ops, model, params, prompts, **options):
    config = SampleConfig(temperature=0.0, **options)
    decoding = Decoding(GPT(model.config, ops), params, prompts, config, [generator(0)] * len(prompts))
    texts = [[] for _ in prompts]
    while decoding.active:
        for text, token, _ in decoding.step():
            texts[text].append(token)
    return texts


@pytest.mark.parametrize("storage", STORAGES)
def test_greedy_texts_of_the_bundled_model_are_those_of_the_reference(storage):
    model, params, tokenizer = pretrained.load("mini")
    packed = params.pack(storage)
    prompts = [tokenizer.encode(text) for text in ("Once upon a time", "The king said to his men that", "I")]
    found = continued(NUMBA, model, packed, prompts, max_new_tokens=40)
    assert found == continued(REFERENCE, model, packed, prompts, max_new_tokens=40)
    assert found == [continued(NUMBA, model, packed, [p], max_new_tokens=40)[0] for p in prompts]


@pytest.mark.parametrize("config", [ODD, dataclasses.replace(ODD, norm="rmsnorm"), GPT1, GPT2])
def test_texts_that_outgrow_the_context_go_on_alike(config):
    """A new cache begins several times, with the room that is left; blocks of other kinds go another way."""
    params = Params(GPT(config).specs(), random_params(GPT(config), dtype=np.float64).buffer)
    options = {"max_new_tokens": 2 * config.block_size, "overflow": "truncate"}
    texts = [continued(ops, GPT(config), params, [[1, 2, 3], [4]], **options) for ops in (NUMBA, REFERENCE)]
    assert texts[0] == texts[1]


FORK = """
import os, sys
from scratchgpt import kernels
from scratchgpt.kernels.numba_cpu.stages import CREW
from scratchgpt.ops import REFERENCE
import numpy as np

weight, h = np.ones((64, 5000), np.float32).T, np.ones((1, 5000), np.float32)
linear = kernels.load("numba").linear_cached
linear(h, weight.T.copy().T)
child = os.fork()
y = linear(h, weight.T.copy().T)
if child == 0:
    import time
    until = time.monotonic() + 20
    while CREW._calls.qsize() and time.monotonic() < until:  # somebody takes the calls
        time.sleep(0.01)
    os._exit(CREW._calls.qsize() or int(not (y == 5000).all()))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_process_has_helpers_of_its_own():
    """Calls to helpers that a fork left behind would pile up, and keep their arrays alive."""
    variables = os.environ | {"NUMBA_NUM_THREADS": "2"}
    done = subprocess.run([sys.executable, "-c", FORK], capture_output=True, env=variables, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
