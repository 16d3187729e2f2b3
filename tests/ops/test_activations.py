import math

import numpy as np
import pytest

from scratchgpt.ops import REFERENCE
from scratchgpt.ops.activations import _erf

ACTIVATIONS = ["gelu", "gelu_erf", "relu", "sigmoid"]


def _both(name, x):
    y, cache = getattr(REFERENCE, f"{name}_forward")(x)
    return y, getattr(REFERENCE, f"{name}_backward")(np.ones_like(x), cache)


def test_erf_agrees_with_the_standard_library():
    x = np.linspace(-8, 8, 4001)
    expected = np.array([math.erf(v) for v in x])
    np.testing.assert_allclose(_erf(x), expected, rtol=3e-15, atol=0)


def test_erf_of_tiny_numbers_keeps_its_relative_precision():
    x = 10.0 ** -np.arange(1, 300, 7)
    np.testing.assert_allclose(_erf(x), [math.erf(v) for v in x], rtol=1e-15)


def test_both_gelus_at_points_known_by_heart():
    for name in ("gelu", "gelu_erf"):
        y, dx = _both(name, np.array([0.0, 1e3, -1e3]))
        np.testing.assert_allclose(y, [0, 1000, 0], rtol=1e-15, atol=1e-12)
        np.testing.assert_allclose(dx, [0.5, 1, 0], rtol=1e-15, atol=1e-15)
    assert _both("gelu_erf", np.array([1.0]))[0][0] == pytest.approx(
        0.5 * (1 + math.erf(1 / math.sqrt(2))), rel=1e-15
    )


def test_the_two_gelus_differ_but_never_by_more_than_5e_4():
    x = np.linspace(-6, 6, 2001)
    difference = np.abs(_both("gelu", x)[0] - _both("gelu_erf", x)[0]).max()
    assert 1e-4 < difference < 5e-4


def test_relu_and_its_slope():
    y, dx = _both("relu", np.array([-2.0, 0.0, 3.0]))
    assert y.tolist() == [0, 0, 3]
    assert dx.tolist() == [0, 0, 1]


def test_sigmoid_at_the_extremes_and_its_symmetry():
    x = np.array([-1000.0, -745.0, -30.0, 0.0, 30.0, 1000.0])
    y, dx = _both("sigmoid", x)
    assert y[0] == 0
    assert y[3] == 0.5
    assert y[-1] == 1
    assert y[2] == pytest.approx(math.exp(-30), rel=1e-12)
    assert np.isfinite(dx).all()
    small = np.linspace(-20, 20, 101)
    np.testing.assert_allclose(_both("sigmoid", small)[0] + _both("sigmoid", -small)[0], 1, rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_dtype_agrees_with_float64_up_to_large_inputs(name, dtype):
    x = np.array([-60, -20, -8, -4.5, -1, 0.25, 2, 5, 7.5, 30, 60], dtype=dtype)
    y, dx = _both(name, x)
    expected_y, expected_dx = _both(name, x.astype(np.float64))
    tolerance = 20 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(y, expected_y, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(dx, expected_dx, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_finite_float16_agrees_with_float64(name):
    x = np.arange(2**16, dtype=np.uint16).view(np.float16)
    x = x[np.isfinite(x)]
    y, dx = _both(name, x)
    expected_y, expected_dx = _both(name, x.astype(np.float64))
    assert {y.dtype, dx.dtype} == {np.dtype(np.float16)}
    tolerance = 20 * float(np.finfo(np.float16).eps)
    np.testing.assert_allclose(y, expected_y, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(dx, expected_dx, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gelu_erf_is_exact_far_out(dtype):
    y, dx = _both("gelu_erf", np.array([-1000, -9, 9, 1000], dtype=dtype))
    assert y.tolist() == [0, 0, 9, 1000]
    np.testing.assert_allclose(dx, [0, 0, 1, 1], atol=1e-9)
