import math

import numpy as np
import pytest

from scratchgpt.gradcheck import check_pair
from scratchgpt.ops import REFERENCE
from scratchgpt.ops.activations import SigmoidCache

forward, backward = REFERENCE.cross_entropy_forward, REFERENCE.cross_entropy_backward
bce_forward = REFERENCE.binary_cross_entropy_forward
bce_backward = REFERENCE.binary_cross_entropy_backward

LOGITS = np.random.default_rng(0).standard_normal((2, 5, 13))
TARGETS = np.random.default_rng(1).integers(0, 13, (2, 5))


def _nll(b, t):
    """One token's loss by the definition, with Python's floats."""
    return math.log(sum(math.exp(z) for z in LOGITS[b, t])) - LOGITS[b, t, TARGETS[b, t]]


def test_loss_is_the_mean_over_tokens():
    expected = np.mean([_nll(b, t) for b in range(2) for t in range(5)])
    assert forward(LOGITS, TARGETS)[0] == pytest.approx(expected, rel=1e-14)


def test_uniform_logits_cost_log_v():
    assert forward(np.zeros((2, 5, 13)), TARGETS)[0] == pytest.approx(math.log(13), rel=1e-15)


@pytest.mark.parametrize("ignore_index", [-1, -100, 3])
def test_ignored_targets_count_neither_in_loss_nor_in_gradient(ignore_index):
    targets = TARGETS.copy()
    targets[0, 2] = targets[1, 4] = ignore_index
    counted = [(b, t) for b in range(2) for t in range(5) if targets[b, t] != ignore_index]
    loss, cache = forward(LOGITS, targets, ignore_index=ignore_index)
    assert loss == pytest.approx(np.mean([_nll(b, t) for b, t in counted]), rel=1e-14)
    dlogits = backward(1.0, cache)
    assert not dlogits[0, 2].any()
    assert not dlogits[1, 4].any()


def test_weights_give_the_weighted_mean_and_do_not_revive_ignored_targets():
    weights = np.random.default_rng(2).uniform(0.1, 3, (2, 5))
    targets = TARGETS.copy()
    targets[0, 0] = -1
    counted = [(b, t) for b in range(2) for t in range(5) if (b, t) != (0, 0)]
    expected = sum(weights[b, t] * _nll(b, t) for b, t in counted) / sum(weights[b, t] for b, t in counted)
    assert forward(LOGITS, targets, weights)[0] == pytest.approx(expected, rel=1e-14)


def test_weights_of_one_over_length_give_the_mean_of_means():
    targets = TARGETS.copy()
    targets[1, 2:] = -1
    weights = np.array([[1 / 5] * 5, [1 / 2] * 5])
    means = [np.mean([_nll(0, t) for t in range(5)]), np.mean([_nll(1, t) for t in range(2)])]
    assert forward(LOGITS, targets, weights)[0] == pytest.approx(np.mean(means), rel=1e-14)


@pytest.mark.parametrize("weights", [None, np.zeros((2, 5))])
def test_nothing_counted_gives_loss_and_gradient_of_exactly_zero(weights):
    targets = TARGETS if weights is not None else np.full((2, 5), -1)
    loss, cache = forward(LOGITS, targets, weights)
    assert loss == 0
    assert not backward(1.0, cache).any()


def test_gradient_rows_sum_to_zero_and_scale_with_the_upstream():
    _, cache = forward(LOGITS, TARGETS)
    assert np.abs(backward(1.0, cache).sum(axis=-1)).max() < 1e-16
    np.testing.assert_allclose(backward(-2.5, cache), -2.5 * backward(1.0, cache), rtol=1e-14)


def test_certain_and_hopeless_predictions_stay_finite():
    logits = np.array([[900.0, -900.0], [900.0, -900.0]])
    loss, cache = forward(logits, np.array([0, 1]))
    assert loss == 900
    np.testing.assert_array_equal(backward(1.0, cache), [[0, 0], [0.5, -0.5]])


def test_binary_cross_entropy_by_its_definition():
    z, y = np.random.default_rng(3).standard_normal((2, 4, 3))
    y = 1 / (1 + np.exp(-y))
    s = 1 / (1 + np.exp(-z))
    expected = np.mean(-y * np.log(s) - (1 - y) * np.log(1 - s))
    assert bce_forward(z, y)[0] == pytest.approx(expected, rel=1e-13)


def test_binary_cross_entropy_at_extreme_logits():
    z = np.array([1000.0, -1000.0, 1000.0, -1000.0])
    loss, cache = bce_forward(z, np.array([1.0, 0.0, 0.0, 1.0]))
    assert loss == 500
    np.testing.assert_array_equal(bce_backward(1.0, cache), [0, 0, 0.25, -0.25])
    for half in (np.float16, np.float32):
        assert bce_forward(z.astype(half), np.zeros(4, half))[0] == 500


def test_binary_cross_entropy_gradient_with_soft_targets():
    rng = np.random.default_rng(4)
    inputs = {"logits": 2 * rng.standard_normal((3, 4)), "targets": rng.random((3, 4))}
    report = check_pair(bce_forward, bce_backward, inputs, rng=rng, wrt=["logits"])
    assert report.ok, f"\n{report}"


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("labels", [bool, int, np.float64])
def test_binary_cross_entropy_keeps_its_dtype_whatever_the_labels(dtype, labels):
    z = np.random.default_rng(5).standard_normal((3, 4)).astype(dtype)
    loss, cache = bce_forward(z, (z > 0.3).astype(labels))
    expected, _ = bce_forward(z, (z > 0.3).astype(dtype))
    dz = bce_backward(np.float64(1.0), cache)
    assert {loss.dtype, cache.probs.dtype, cache.targets.dtype, dz.dtype} == {np.dtype(dtype)}
    assert loss == expected


def test_a_replaced_sigmoid_takes_effect_inside_binary_cross_entropy():
    ops = REFERENCE.replace(sigmoid_forward=lambda x: (0 * x + 0.25, SigmoidCache(x)))
    _, cache = ops.binary_cross_entropy_forward(np.zeros((2, 2)), np.zeros((2, 2)))
    np.testing.assert_array_equal(ops.binary_cross_entropy_backward(4.0, cache), np.full((2, 2), 0.25))


def test_float16_counts_more_tokens_than_it_can_write_down():
    """The largest float16 is 65,504; a sum of weights beyond it would be infinite, and the loss 0."""
    n = 100_000
    logits = np.random.default_rng(6).standard_normal((n, 2)).astype(np.float16)
    targets = np.zeros(n, dtype=int)
    for weights in (None, np.full(n, 3.0, np.float16)):
        loss, cache = forward(logits, targets, weights)
        expected, _ = forward(logits.astype(np.float64), targets)
        assert loss.dtype == np.float16
        assert float(loss) == pytest.approx(float(expected), rel=2e-3)
        dlogits = backward(np.float16(1024), cache)
        assert dlogits.dtype == np.float16
        assert np.isfinite(dlogits).all()
        assert (dlogits != 0).all()
    loss, cache = bce_forward(logits[:, 0], targets)
    assert float(loss) == pytest.approx(float(bce_forward(logits[:, 0].astype(float), targets)[0]), rel=2e-3)
    assert (bce_backward(np.float16(1024), cache) != 0).all()
