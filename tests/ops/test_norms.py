import numpy as np
import pytest

from scratchgpt.ops.layernorm import layernorm_backward, layernorm_forward, rmsnorm_backward, rmsnorm_forward

X = 3 + 2 * np.random.default_rng(0).standard_normal((2, 5, 6))
ONE, ZERO = np.ones(6), np.zeros(6)


def test_layernorm_gives_mean_zero_and_biased_variance_one():
    y, _ = layernorm_forward(X, ONE, ZERO, 1e-12)
    np.testing.assert_allclose(y.mean(axis=-1), 0, atol=1e-14)
    np.testing.assert_allclose(y.var(axis=-1), 1, rtol=1e-10)


def test_eps_stands_inside_the_root():
    x = np.array([[1.0, -1.0, 1.0, -1.0]])
    y, _ = layernorm_forward(x, np.ones(4), None, 3.0)
    np.testing.assert_allclose(y, x / 2, rtol=1e-15)
    np.testing.assert_allclose(rmsnorm_forward(x, np.ones(4), 3.0)[0], x / 2, rtol=1e-15)


def test_gain_and_bias_act_per_channel_and_no_bias_means_zero():
    gain, bias = np.random.default_rng(1).standard_normal((2, 6))
    plain, _ = layernorm_forward(X, ONE, None)
    np.testing.assert_allclose(layernorm_forward(X, gain, bias)[0], plain * gain + bias, rtol=1e-14)
    np.testing.assert_array_equal(layernorm_forward(X, ONE, ZERO)[0], plain)


def test_rmsnorm_by_its_definition():
    gain = np.random.default_rng(1).standard_normal(6)
    expected = X / np.sqrt(np.mean(X**2, axis=-1, keepdims=True) + 1e-5) * gain
    np.testing.assert_allclose(rmsnorm_forward(X, gain)[0], expected, rtol=1e-14)


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_constant_vectors_and_large_offsets_stay_finite(offset):
    x = np.full((2, 6), offset)
    y, cache = layernorm_forward(x, ONE, ZERO)
    assert not y.any()
    assert all(np.isfinite(g).all() for g in layernorm_backward(np.ones_like(x), cache))
    y, cache = rmsnorm_forward(x, ONE)
    assert np.isfinite(y).all()
    assert all(np.isfinite(g).all() for g in rmsnorm_backward(np.ones_like(x), cache))


def test_a_large_mean_does_not_spoil_the_variance():
    noise = np.random.default_rng(2).standard_normal((4, 6))
    y, _ = layernorm_forward(noise + 1e6, ONE, ZERO)
    np.testing.assert_allclose(y, layernorm_forward(noise, ONE, ZERO)[0], atol=1e-8)


def test_input_gradient_is_orthogonal_to_what_the_norm_removes():
    dy = np.random.default_rng(3).standard_normal(X.shape)
    dx, _, _ = layernorm_backward(dy, layernorm_forward(X, ONE, ZERO, 0.0)[1])
    np.testing.assert_allclose(dx.sum(axis=-1), 0, atol=1e-14)
    np.testing.assert_allclose((dx * X).sum(axis=-1), 0, atol=1e-13)
