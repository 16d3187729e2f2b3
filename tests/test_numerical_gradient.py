"""Finite differences as a function of their own: the slopes of any function at any array."""

import numpy as np
import pytest

from scratchgpt.errors import UserError
from scratchgpt.gradcheck import numerical_gradient


def test_a_cube_shows_the_error_of_the_step():
    x = np.array([1.0, -2.0])
    found = numerical_gradient(lambda w: (w**3).sum(), x, h=0.1)
    np.testing.assert_allclose(found, 3 * x**2 + 0.1**2, rtol=1e-12)


@pytest.mark.parametrize(
    "x", [np.random.default_rng(0).standard_normal((4, 3)).T, np.arange(6).reshape(2, 3)]
)
def test_entries_that_act_together_in_any_layout_and_dtype(x):
    before = x.copy()
    a = np.random.default_rng(1).standard_normal((x.shape[1], 5))

    def f(w):
        return np.tanh(w @ a).prod()

    found = numerical_gradient(f, x)
    t = np.tanh(x @ a)
    np.testing.assert_allclose(found, (t.prod() / t * (1 - t * t)) @ a.T, rtol=1e-6, atol=1e-9)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(x, before)


def test_a_single_number_and_a_function_that_returns_an_array():
    assert numerical_gradient(np.sin, np.float64(0.5)) == pytest.approx(np.cos(0.5), rel=1e-9)
    with pytest.raises(UserError, match="expected one number"):
        numerical_gradient(np.sin, np.ones(3))
