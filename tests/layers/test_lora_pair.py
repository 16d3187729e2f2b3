"""LoRA as a pair of functions: its gradients, and what it comes to beside the product it never makes."""

import numpy as np
import pytest

from scratchgpt.gradcheck import check_pair
from scratchgpt.layers.lora import lora_backward, lora_forward

B, T, I, O, R = 2, 3, 4, 5, 2


def _drawn(leading, bias=True):
    rng = np.random.default_rng(3)
    shapes = {"x": (*leading, I), "weight": (I, O), "bias": (O,), "lora_a": (I, R), "lora_b": (R, O)}
    drawn = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    return drawn if bias else drawn | {"bias": None}


@pytest.mark.parametrize("leading", [(), (T,), (B, T)])
def test_against_finite_differences(leading):
    given = _drawn(leading)
    frozen = {name: given.pop(name) for name in ("weight", "bias")}

    def forward(x, lora_a, lora_b):
        return lora_forward(x, lora_a=lora_a, lora_b=lora_b, alpha=3.0, **frozen)

    report = check_pair(forward, lora_backward, given, rng=np.random.default_rng(1))
    assert report.ok, f"\n{report}"
    assert report.max_error < 1e-8


@pytest.mark.parametrize("bias", [True, False])
def test_it_is_one_matrix_in_two_parts(bias):
    given = _drawn((B, T), bias)
    y, cache = lora_forward(**given)
    whole = given["weight"] + 8 / R * given["lora_a"] @ given["lora_b"]
    expected = given["x"] @ whole + (given["bias"] if bias else 0)
    np.testing.assert_allclose(y, expected, rtol=1e-12)
    dy = np.random.default_rng(4).standard_normal(y.shape)
    np.testing.assert_allclose(lora_backward(dy, cache)[0], dy @ whole.T, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_in_is_dtype_out(dtype):
    y, cache = lora_forward(**{name: array.astype(dtype) for name, array in _drawn((B, T)).items()})
    assert {y.dtype} | {d.dtype for d in lora_backward(y, cache)} == {np.dtype(dtype)}
