"""Packed weights: what is stored, that they stand for their matrices, and what they cost in quality."""

import dataclasses
import json

import numpy as np
import pytest
from gpt_cases import GPT1, GPT2, V, random_params

from scratchgpt import evaluate, generate, kernels, pretrained
from scratchgpt.errors import UserError
from scratchgpt.kv_cache import KVCache
from scratchgpt.model import GPT
from scratchgpt.ops import packing
from scratchgpt.ops.packing import Packed, pack_bf16, pack_int8, stacked
from scratchgpt.params import Params

UNTIED = dataclasses.replace(GPT2, tied=False, positions="none")
IDS = np.random.default_rng(0).integers(0, V, (2, 7))


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def wide(matrix):
    """What a packed matrix stands for, all of it, by its definition."""
    scale = 1 if matrix.scale is None else matrix.scale
    if matrix.data.dtype == np.int8:
        return matrix.data.astype(np.float32) * scale
    return (matrix.data.astype(np.uint32) << 16).view(np.float32)


PACKED = {
    "bf16": pack_bf16(normal(5, 7)),
    "int8 by column": pack_int8(normal(5, 7), 1),
    "int8 by row": pack_int8(normal(5, 7), 0),
}


# The formats


def test_bf16_rounds_to_nearest_and_ties_to_even():
    unit = 2.0**-7  # of the last kept bit of numbers from 1 to 2
    given = np.array([[1 + unit / 2, 1 + 1.5 * unit, 1 + 0.51 * unit, -1 - unit / 2, 2 - unit / 4, 0.0]])
    expected = [[1, 1 + 2 * unit, 1 + unit, -1, 2, 0]]
    assert wide(pack_bf16(given.astype(np.float32))).tolist() == expected
    numbers = normal(100, 100)
    assert (abs(wide(pack_bf16(numbers)) - numbers) <= abs(numbers) * 2.0**-8).all()


def test_bf16_keeps_what_is_not_a_number_or_infinite():
    nan_of_low_bits = np.array([0x7F800001, 0xFFFFFFFF, 0x7FFFFFFF], np.uint32).view(np.float32)
    assert np.isnan(wide(pack_bf16(nan_of_low_bits[None]))).all()
    assert wide(pack_bf16(np.array([[np.inf, -np.inf]], np.float32))).tolist() == [[np.inf, -np.inf]]


@pytest.mark.parametrize("axis", [0, 1])
def test_int8_has_a_scale_for_each_output(axis):
    weight = normal(40, 30) * np.float32([1, 100, 0.01] * 10)
    weight[:, 5] = weight[7] = 0
    matrix = pack_int8(weight, axis)
    largest = abs(weight).max(axis=1 - axis, keepdims=True)
    np.testing.assert_allclose(matrix.scale, largest / 127, rtol=1e-6)
    assert abs(matrix.data.astype(int)).max() == 127
    assert (abs(wide(matrix) - weight) <= 0.5001 * matrix.scale).all()


def test_int8_makes_an_output_with_a_broken_weight_nan():
    weight = normal(4, 3)
    weight[1, 0], weight[2, 2] = np.nan, np.inf
    broken = np.isnan(wide(pack_int8(weight, 1))).all(axis=0)
    assert broken.tolist() == [True, False, True]


# A packed matrix stands for the matrix


@pytest.mark.parametrize("name", PACKED)
def test_products_rows_and_transposes_are_those_of_the_matrix(name, monkeypatch):
    matrix, full = PACKED[name], wide(PACKED[name])
    monkeypatch.setattr(packing, "_PANEL", 12)  # several panels, of which the last is narrower
    x, z = normal(3, 5), normal(3, 7)
    np.testing.assert_allclose(x @ matrix, x @ full, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(z @ matrix.T, z @ full.T, rtol=1e-5, atol=1e-6)
    assert (x @ matrix).dtype == np.float32 and (x.astype(np.float64) @ matrix).dtype == np.float64
    assert matrix.shape == (5, 7) and matrix.T.shape == (7, 5) and len(matrix) == 5 and matrix.ndim == 2
    ids = np.array([[4, 0], [4, 2]])
    np.testing.assert_array_equal(matrix[ids], full[ids])


@pytest.mark.parametrize("name", PACKED)
def test_a_stack_gives_its_matrices_back(name):
    matrix = PACKED[name]
    other = Packed(matrix.data[::-1], matrix.scale)
    stack = stacked([matrix, other])
    assert stack.shape == (2, 5, 7) and stack.nbytes == 2 * matrix.nbytes
    np.testing.assert_array_equal(wide(stack[1]), wide(other))


def test_a_packed_matrix_is_no_array():
    with pytest.raises(UserError, match="use the parameters that they were packed from"):
        np.asarray(PACKED["bf16"])


# Packed parameters


@pytest.mark.parametrize("config", [GPT2, GPT1, UNTIED], ids=["gpt2", "gpt1", "untied"])
@pytest.mark.parametrize("storage", ["bf16", "int8"])
def test_a_packed_model_is_the_model_with_the_stored_numbers(config, storage):
    model = GPT(config)
    params = random_params(model, scale=0.3, dtype=np.float32)
    packed = params.pack(storage)
    rounded = params.copy()
    for name, tensor in packed.flat.items():
        rounded.flat[name][...] = wide(tensor) if isinstance(tensor, Packed) else tensor
    assert not np.array_equal(rounded.buffer, params.buffer)
    expected, _ = model.forward(rounded, IDS)
    np.testing.assert_allclose(model.forward(packed, IDS)[0], expected, rtol=1e-4, atol=1e-4)
    kv = KVCache.empty(config, 2, dtype=packed.buffer.dtype)
    h = [model.hidden(packed, IDS[:, i : i + 1], kv=kv)[0] for i in range(7)]
    found = model.logits(packed, np.concatenate(h, axis=1))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_matrices_are_packed_once_and_the_rest_stays():
    params = random_params(GPT(GPT2), dtype=np.float32)
    packed = params.pack("bf16")
    assert list(packed.flat) == list(params.flat)
    for name, tensor in packed.flat.items():
        if params.flat[name].ndim == 1 or name == "wpe.weight":
            np.testing.assert_array_equal(tensor, params.flat[name])
        else:
            assert tensor.nbytes == params.flat[name].nbytes / 2, name
    assert packed.tree["wte"]["weight"] is packed.flat["wte.weight"]
    block = packed.stacks["mlp.c_fc.weight"]
    assert np.shares_memory(block.data, packed.flat["h.1.mlp.c_fc.weight"].data)
    assert params.pack("fp32") is params
    assert params.astype(np.float64).pack("fp32").buffer.dtype == np.float32


def test_packed_parameters_are_neither_trained_nor_saved(tmp_path):
    model, _, tokenizer = pretrained.load("mini")
    packed = random_params(model, dtype=np.float32).pack("int8")
    for change in (packed.zeros_like, packed.copy, lambda: packed.on(np), lambda: packed.astype(np.float64)):
        with pytest.raises(UserError, match="for generating and measuring"):
            change()
    with pytest.raises(UserError, match="packed from"):
        pretrained.save(tmp_path / "model", model, packed, tokenizer)


def test_an_unknown_storage_is_refused():
    with pytest.raises(UserError, match=r"'int4', expected fp32, bf16, int8\. Did you mean 'int8'\?"):
        random_params(GPT(GPT2)).pack("int4")


# The tensors of all blocks as one array


@pytest.mark.parametrize("config", [GPT2, UNTIED, dataclasses.replace(GPT2, n_layer=1)])
def test_stacks_are_views_of_all_blocks(config):
    params = random_params(GPT(config))
    assert params.stacks
    for inner, stack in params.stacks.items():
        assert len(stack) == config.n_layer and np.shares_memory(stack, params.buffer)
        for i, tensor in enumerate(stack):
            np.testing.assert_array_equal(tensor, params.flat[f"h.{i}.{inner}"])


def test_blocks_that_lie_differently_are_not_stacked_and_generate_alike():
    model = GPT(dataclasses.replace(GPT2, n_layer=3))
    params = random_params(model)
    frozen = params.freeze("h.1.*")
    assert params.stacks and frozen.stacks == {}
    found = [
        model.hidden(p, IDS, kv=KVCache.empty(model.config, 2, dtype=np.float64))[0] for p in (params, frozen)
    ]
    np.testing.assert_allclose(found[1], found[0], rtol=1e-12)
    assert Params.zeros({}).stacks == {}


# The flag of the command lines


@pytest.mark.parametrize("backend", kernels.available())
def test_generating_with_packed_weights_says_so(backend, capsys):
    words = ["Once upon a time", "--temperature", "0", "--max-new-tokens", "4", "--backend", backend]
    assert generate.main([*words, "--weights-dtype", "bf16"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Once upon a time") and f"model mini in bf16, backend {backend}, seed" in err


def test_evaluating_with_packed_weights_changes_the_figure_a_little(tmp_path, capsys):
    text = tmp_path / "text.txt"
    text.write_text("Once upon a time there was a king who had three daughters. " * 9, encoding="utf-8")
    bits = []
    for storage in ("fp32", "int8"):
        words = ["--task", "bpb", "--data", str(text), "--limit", "1", "--json", "--weights-dtype", storage]
        assert evaluate.main(words) == 0
        bits.append(json.loads(capsys.readouterr().out)["metrics"]["bits_per_byte"]["value"])
    assert 0 < abs(bits[1] / bits[0] - 1) < 0.05


@pytest.mark.parametrize("command", [generate, evaluate])
def test_a_storage_that_there_is_not_is_refused(command):
    with pytest.raises(UserError, match=r"--weights-dtype: invalid choice: 'int4'.*fp32"):
        command.main(["--weights-dtype", "int4"])


# What it costs: the bundled model, on text that training did not see


@pytest.mark.shared
def test_the_bundled_model_is_as_good_with_packed_weights(shared_data):
    model, params, tokenizer = pretrained.load("mini", kernels.load())
    text = (shared_data / "tinyshakespeare" / "input.txt").read_text(encoding="utf-8")
    ids, T = np.array(tokenizer.encode(text[-20_000:])), model.config.block_size
    windows = ids[: 5 * T].reshape(-1, T)
    losses, greedy = {}, {}
    for storage in ("fp32", "bf16", "int8"):
        packed = params.pack(storage)
        logits = np.concatenate([model.forward(packed, w[None, :-1])[0] for w in windows])
        top = logits.max(axis=-1)
        logsum = top + np.log(np.exp(logits - top[..., None]).sum(axis=-1))
        losses[storage] = (logsum - np.take_along_axis(logits, windows[:, 1:, None], axis=-1)[..., 0]).mean()
        greedy[storage] = logits.argmax(axis=-1)
    assert greedy["fp32"].size > 1200
    assert losses["bf16"] - losses["fp32"] < np.log(1.005)
    assert (greedy["bf16"] == greedy["fp32"]).mean() >= 0.97
    assert losses["int8"] - losses["fp32"] < np.log(1.01)
