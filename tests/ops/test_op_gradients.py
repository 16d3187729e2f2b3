"""Every backward against finite differences: float64, N(0, 1), random upstream gradient."""

import numpy as np
import pytest
from op_cases import BACKWARDS, extras, forward_of, inputs_of

from scratchgpt.gradcheck import check_pair
from scratchgpt.gradcheck.shapes import shapes_of
from scratchgpt.ops import REFERENCE

# Where zeros belong to the function: negative inputs, dropped elements, ids that do not occur.
OFTEN_ZERO = {"relu_backward": "x", "dropout_backward": "x", "embedding_backward": "weight"}


def _check(backward, inputs, wrt=None, exempt=(), **options):
    forward = forward_of(backward)

    def run(**arrays):
        seed = {"rng": np.random.default_rng(7)} if "dropout" in options else {}
        result = getattr(REFERENCE, forward)(**arrays, **extras(forward), **options, **seed)
        return result if forward.endswith("_forward") else (result, result)

    if wrt is None:
        wrt = [item.name[1:] for item in shapes_of(REFERENCE.functions[backward]).outputs]
    rng = np.random.default_rng(2)
    report = check_pair(run, getattr(REFERENCE, backward), inputs, rng=rng, wrt=wrt, exempt=exempt)
    assert report.ok, f"\n{report}"
    return report


@pytest.mark.parametrize("name", BACKWARDS)
def test_gradient_matches_finite_differences(name):
    report = _check(name, inputs_of(forward_of(name)), exempt=OFTEN_ZERO.get(name, ()))
    assert report.max_error < 1e-8


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_gradient_along_another_axis(name, axis):
    f, backward = getattr(REFERENCE, name), getattr(REFERENCE, f"{name}_backward")
    x = np.random.default_rng(0).standard_normal((3, 4, 5))
    report = check_pair(
        lambda x: (f(x, axis), f(x, axis)),
        lambda dy, y: backward(dy, y, axis),
        {"x": x},
        rng=np.random.default_rng(1),
    )
    assert report.ok, f"\n{report}"


def test_linear_gradient_without_bias():
    inputs = inputs_of("linear_forward") | {"bias": None}
    assert [row.name for row in _check("linear_backward", inputs).rows] == ["x", "weight"]


def test_layernorm_gradient_without_bias():
    inputs = inputs_of("layernorm_forward") | {"bias": None}
    assert [row.name for row in _check("layernorm_backward", inputs).rows] == ["x", "weight"]


@pytest.mark.parametrize("name", ["layernorm", "rmsnorm"])
def test_norm_gradient_when_eps_matters(name):
    inputs = inputs_of(f"{name}_forward")
    inputs["x"] *= 0.1
    _check(f"{name}_backward", inputs, eps=0.05)


def test_cross_entropy_gradient_with_weights_and_ignored_targets():
    inputs = inputs_of("cross_entropy_forward")
    inputs["weights"] = np.random.default_rng(3).uniform(0.5, 2, inputs["targets"].shape)
    inputs["targets"][0, 1] = 4
    inputs["targets"][1, [0, 3]] = 4
    report = _check("cross_entropy_backward", inputs, exempt="logits", ignore_index=4)
    assert report.rows[0].alive == np.mean(inputs["targets"] != 4)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("S", [5, 7])
def test_attention_gradient_with_and_without_past(causal, S):
    inputs = inputs_of("attention_forward")
    inputs = inputs | {"k": inputs["k"][:, :, :S].copy(), "v": inputs["v"][:, :, :S].copy()}
    # A causal first query has one key and weight 1, whatever its value: its gradient is zero.
    exempt = "q" if causal and S == 5 else ()
    _check("attention_backward", inputs, causal=causal, exempt=exempt)


@pytest.mark.parametrize("causal", [True, False])
def test_attention_gradient_with_masked_keys_and_a_row_without_keys(causal):
    key_mask = np.ones((2, 7), dtype=int)
    key_mask[0, [1, 6]] = 0
    key_mask[1, :4] = 0  # queries 0 and 1 of a causal row (positions 2 and 3) have no key at all
    inputs = inputs_of("attention_forward")
    report = _check("attention_backward", inputs, causal=causal, key_mask=key_mask, exempt=("q", "k", "v"))
    assert min(row.alive for row in report.rows) > 0.5


def test_attention_gradient_with_dropout():
    _check("attention_backward", inputs_of("attention_forward"), dropout=0.3)


@pytest.mark.parametrize("causal", [True, False])
def test_packed_attention_gradient_with_padding_and_dropout(causal):
    key_mask = np.array([[1, 1, 1, 1, 1], [0, 0, 1, 1, 1]])
    inputs = inputs_of("qkv_attention_forward")
    _check("qkv_attention_backward", inputs, causal=causal, key_mask=key_mask, dropout=0.2, exempt="qkv")
