import math

import numpy as np
import pytest

from scratchgpt.gradcheck import check_pair
from scratchgpt.ops.softmax import log_softmax, log_softmax_backward, softmax, softmax_backward


def test_softmax_of_a_worked_example():
    y = softmax(np.log(np.array([1.0, 2.0, 5.0])))
    np.testing.assert_allclose(y, [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)


def test_rows_sum_to_one_and_a_constant_changes_nothing():
    x = np.random.default_rng(0).standard_normal((2, 5, 13))
    np.testing.assert_allclose(softmax(x).sum(axis=-1), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax(x + 100), softmax(x), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_logits_of_900_neither_overflow_nor_become_nan(dtype):
    x = np.array([[900, -900, 0], [-900, -900, -900], [900, 900, -900]], dtype=dtype)
    np.testing.assert_allclose(softmax(x), [[1, 0, 0], [1 / 3] * 3, [0.5, 0.5, 0]], rtol=1e-3)
    expected = [[0, -1800, -900], [-math.log(3)] * 3, [-math.log(2)] * 2 + [-1800 - math.log(2)]]
    np.testing.assert_allclose(log_softmax(x), expected, rtol=1e-3)
    dy = np.ones_like(x) * np.array([1, 2, 3], dtype=dtype)
    assert np.isfinite(softmax_backward(dy, softmax(x))).all()
    assert np.isfinite(log_softmax_backward(dy, log_softmax(x))).all()


def test_minus_infinity_gives_exactly_zero():
    y = softmax(np.array([0.0, -np.inf, 0.0]))
    assert y.tolist() == [0.5, 0, 0.5]
    assert softmax_backward(np.array([1.0, 5.0, 2.0]), y)[1] == 0


def test_log_softmax_is_exact_where_softmax_underflows():
    x = np.array([0.0, -800.0])
    assert softmax(x)[1] == 0
    assert log_softmax(x)[1] == -800


def test_log_softmax_keeps_small_log_probabilities_exact():
    # log(1 / (1 + e^-40)) = -e^-40, which 1 + e^-40 = 1 would lose; -log1p is the authority.
    x = np.array([0.0, -30.0])
    assert log_softmax(x)[0] == pytest.approx(-math.log1p(math.exp(-30)), rel=1e-3)


def test_gradient_under_sum_is_zero_which_is_why_checks_draw_their_upstream():
    y = softmax(np.random.default_rng(0).standard_normal((3, 4)))
    assert np.abs(softmax_backward(np.ones_like(y), y)).max() < 1e-15


def test_gradient_at_spread_logits():
    x = 3 * np.random.default_rng(0).standard_normal((2, 6))
    for f, backward in ((softmax, softmax_backward), (log_softmax, log_softmax_backward)):
        report = check_pair(lambda x, f=f: (f(x),) * 2, backward, {"x": x}, rng=np.random.default_rng(1))
        assert report.ok, f"\n{report}"
