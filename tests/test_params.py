"""One buffer, two views: layout, sharing, freezing, initialisation, counts."""

import dataclasses
import math

import numpy as np
import pytest
from gpt_cases import GPT2

from scratchgpt.config import PRESETS, GPTConfig
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.params import Params, Spec

SPECS = {
    "a.weight": Spec((2, 3), std=1.0, decay=True),
    "a.bias": Spec((3,)),
    "h.0.w": Spec((4, 5), decay=True, trainable=False),
    "h.1.w": Spec((5, 2), std=1.0, decay=True),
    "gain": Spec((7,), mean=1.0),
}


def _place(params, name):
    """Where in the buffer a tensor lies."""
    tensor = params.flat[name]
    start = tensor.__array_interface__["data"][0] - params.buffer.__array_interface__["data"][0]
    return start // params.buffer.itemsize, tensor.size


def test_buffer_holds_decaying_then_other_then_frozen_tensors_without_gaps():
    params = Params.zeros(SPECS)
    order = ["a.weight", "h.1.w", "a.bias", "gain", "h.0.w"]
    at = 0
    for name in order:
        assert _place(params, name) == (at, SPECS[name].shape and math.prod(SPECS[name].shape))
        at += SPECS[name].size
    assert params.buffer.shape == (at,)
    assert params.n_trainable == at - 20
    assert list(params.flat) == list(SPECS), "names keep the order of the model"


def test_spans_cover_the_trainable_prefix_and_neighbours_are_merged():
    spans = Params.zeros(SPECS).spans
    assert [(s.where.start, s.where.stop, s.decay, s.lr_scale) for s in spans] == [
        (0, 16, True, 1.0),
        (16, 26, False, 1.0),
    ]


def test_a_learning_rate_scale_of_its_own_splits_a_span():
    specs = SPECS | {"h.1.w": dataclasses.replace(SPECS["h.1.w"], lr_scale=0.1)}
    spans = Params.zeros(specs).spans
    assert [(s.where.start, s.where.stop, s.decay, s.lr_scale) for s in spans] == [
        (0, 6, True, 1.0),
        (6, 16, True, 0.1),
        (16, 26, False, 1.0),
    ]


def test_flat_and_tree_are_views_of_the_same_memory():
    params = Params.zeros(SPECS)
    params.tree["h"][1]["w"][...] = 5
    assert (params.flat["h.1.w"] == 5).all()
    params.flat["a.bias"][1] = 7
    assert params.tree["a"]["bias"].tolist() == [0, 7, 0]
    params.buffer[...] = 3
    assert all((tensor == 3).all() for tensor in params.flat.values())


def test_more_than_ten_blocks_keep_their_order():
    specs = {f"h.{i}.w": Spec((1,), mean=float(i)) for i in range(12)}
    params = Params.init(specs, np.random.default_rng(0))
    assert [block["w"][0] for block in params.tree["h"]] == list(range(12))


def test_zeros_like_and_copy_share_nothing():
    params = Params.init(SPECS, np.random.default_rng(0), np.float64)
    zeros, copy = params.zeros_like(), params.copy()
    assert not zeros.buffer.any()
    assert zeros.buffer.dtype == np.float64
    assert zeros.spans == copy.spans == params.spans
    kept = params.buffer.copy()
    copy.buffer[...] = 9
    zeros.flat["gain"][...] = 9
    assert np.array_equal(params.buffer, kept)


def test_astype_changes_the_precision_only():
    params = Params.init(SPECS, np.random.default_rng(0), np.float64)
    half = params.astype(np.float16)
    assert half.buffer.dtype == np.float16
    assert np.array_equal(half.buffer, params.buffer.astype(np.float16))


def test_a_buffer_of_the_wrong_size_is_refused():
    with pytest.raises(UserError, match=r"shape \(3,\), expected \(46,\)"):
        Params(SPECS, np.zeros(3))


def test_freezing_moves_tensors_behind_the_trainable_ones_and_keeps_their_values():
    params = Params.init(SPECS, np.random.default_rng(0))
    frozen = params.freeze("h.*", "a.bias")
    assert frozen.n_trainable == 13
    assert [(s.where.start, s.where.stop, s.decay) for s in frozen.spans] == [(0, 6, True), (6, 13, False)]
    assert all(np.array_equal(frozen.flat[name], params.flat[name]) for name in SPECS)
    frozen.buffer[...] = 0
    assert params.buffer.any()
    assert params.specs["a.bias"].trainable, "the original stays as it was"


def test_freezing_everything_leaves_nothing_to_train():
    frozen = Params.zeros(SPECS).freeze("*")
    assert frozen.spans == ()
    assert frozen.n_trainable == 0


def test_freezing_what_does_not_exist_is_refused():
    with pytest.raises(UserError, match=r"'h\.9\.\*'.*a\.weight"):
        Params.zeros(SPECS).freeze("a.*", "h.9.*")


# Initialisation


@pytest.fixture(scope="module")
def large():
    """A model large enough to measure standard deviations to 2 %."""
    model = GPT(GPTConfig(vocab_size=500, block_size=100, n_layer=3, n_head=4, n_embd=64, tied=False))
    return model.init(np.random.default_rng(0))


def test_every_tensor_starts_with_its_own_standard_deviation(large):
    for name, tensor in large.flat.items():
        if name.endswith("bias"):
            assert not tensor.any(), name
        elif ".ln_" in name or name.startswith("ln_"):
            assert (tensor == 1).all(), name
        else:
            expected = 0.02 / math.sqrt(2 * 3) if "c_proj" in name else 0.02
            error = 4 / math.sqrt(2 * tensor.size)  # four standard errors of a standard deviation
            assert tensor.std() == pytest.approx(expected, rel=error), name
            assert abs(tensor.mean()) < 4 * expected / math.sqrt(tensor.size), name


def test_initial_values_look_normal_and_tensors_differ(large):
    values = large.flat["h.0.mlp.c_fc.weight"].ravel() / 0.02
    assert np.mean(np.abs(values) < 1) == pytest.approx(0.6827, abs=0.02)
    assert np.mean(np.abs(values) < 2) == pytest.approx(0.9545, abs=0.01)
    assert not np.array_equal(large.flat["h.0.mlp.c_fc.weight"], large.flat["h.1.mlp.c_fc.weight"])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_same_seed_gives_the_same_bytes(dtype):
    first, again, other = (GPT(GPT2).init(np.random.default_rng(seed), dtype) for seed in (0, 0, 1))
    assert first.buffer.dtype == dtype
    assert first.buffer.tobytes() == again.buffer.tobytes()
    assert first.buffer.tobytes() != other.buffer.tobytes()


def test_both_precisions_start_from_the_same_numbers():
    single, double = (GPT(GPT2).init(np.random.default_rng(0), dtype) for dtype in (np.float32, np.float64))
    np.testing.assert_allclose(double.buffer, single.buffer, rtol=1e-6)


# Names and counts, computed from the specs: nothing is allocated


@pytest.mark.parametrize(
    ("preset", "count"),
    [
        ("gpt2", 124_439_808),
        ("gpt2-medium", 354_823_168),
        ("gpt2-large", 774_030_080),
        ("gpt2-xl", 1_557_611_200),
        ("openai-gpt", 116_534_784),
    ],
)
def test_presets_have_the_published_number_of_parameters(preset, count):
    specs = GPT(PRESETS[preset].model).specs()
    assert sum(spec.size for spec in specs.values()) == count


def test_names_and_shapes_are_those_of_gpt2():
    specs = GPT(PRESETS["gpt2"].model).specs()
    block = {
        "ln_1.weight": (768,),
        "ln_1.bias": (768,),
        "attn.c_attn.weight": (768, 2304),
        "attn.c_attn.bias": (2304,),
        "attn.c_proj.weight": (768, 768),
        "attn.c_proj.bias": (768,),
        "ln_2.weight": (768,),
        "ln_2.bias": (768,),
        "mlp.c_fc.weight": (768, 3072),
        "mlp.c_fc.bias": (3072,),
        "mlp.c_proj.weight": (3072, 768),
        "mlp.c_proj.bias": (768,),
    }
    expected = {"wte.weight": (50257, 768), "wpe.weight": (1024, 768)}
    for i in range(12):
        expected |= {f"h.{i}.{name}": shape for name, shape in block.items()}
    expected |= {"ln_f.weight": (768,), "ln_f.bias": (768,)}
    assert {name: spec.shape for name, spec in specs.items()} == expected


@pytest.mark.parametrize(
    ("change", "absent", "present"),
    [
        ({"bias": False}, "bias", "ln_f.weight"),
        ({"norm": "rmsnorm"}, "ln_1.bias", "c_fc.bias"),
        ({"final_norm": False}, "ln_f", "h.1.ln_2.weight"),
        ({"positions": "sinusoidal"}, "wpe", "wte.weight"),
        ({"positions": "none"}, "wpe", "wte.weight"),
        ({"tied": False}, "attn.masked_bias", "lm_head.weight"),
        ({}, "lm_head", "wpe.weight"),
    ],
)
def test_what_a_model_lacks_has_no_parameters(change, absent, present):
    names = GPT(dataclasses.replace(GPT2, **change)).specs()
    assert not [name for name in names if absent in name]
    assert [name for name in names if present in name]
