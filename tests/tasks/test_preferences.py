"""The losses of preferences: gradients, extremes, and what they have in common."""

import numpy as np
import pytest

from scratchgpt.gradcheck import check_pair
from scratchgpt.tasks.preferences import (
    BradleyTerryCache,
    bradley_terry_backward,
    bradley_terry_forward,
    dpo_backward,
    dpo_forward,
)


def _drawn(*names):
    rng = np.random.default_rng(0)
    return {name: rng.standard_normal(5) for name in names}


def test_bradley_terry_against_finite_differences():
    inputs = _drawn("chosen", "rejected")
    report = check_pair(bradley_terry_forward, bradley_terry_backward, inputs, rng=np.random.default_rng(1))
    assert report.ok, f"\n{report}"


@pytest.mark.parametrize("beta", [0.1, 0.7])
def test_dpo_against_finite_differences(beta):
    inputs = _drawn("chosen", "rejected", "ref_chosen", "ref_rejected")
    report = check_pair(
        lambda **given: dpo_forward(**given, beta=beta),
        dpo_backward,
        inputs,
        rng=np.random.default_rng(1),
        wrt=("chosen", "rejected"),
    )
    assert report.ok, f"\n{report}"


def test_the_checker_sees_a_forgotten_beta():
    inputs = _drawn("chosen", "rejected", "ref_chosen", "ref_rejected")
    report = check_pair(
        dpo_forward,
        lambda dloss, cache: bradley_terry_backward(dloss, BradleyTerryCache(cache.margin)),
        inputs,
        rng=np.random.default_rng(1),
        wrt=("chosen", "rejected"),
    )
    assert report.max_error > 0.1


def test_the_loss_on_paper():
    loss, cache = bradley_terry_forward(np.array([2.0, 0.0]), np.array([1.0, 1.0]))
    assert loss == pytest.approx((np.log(1 + np.exp(-1)) + np.log(1 + np.exp(1))) / 2, rel=1e-14)
    np.testing.assert_array_equal(cache.margin, [1, -1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_margins_are_finite(dtype):
    chosen = np.array([900.0, -900.0], dtype)
    loss, cache = bradley_terry_forward(chosen, np.zeros_like(chosen))
    assert loss == 450 and loss.dtype == dtype
    dchosen, drejected = bradley_terry_backward(loss.dtype.type(1), cache)
    np.testing.assert_array_equal(dchosen, [0, -0.5])
    np.testing.assert_array_equal(drejected, [0, 0.5])
    assert dchosen.dtype == drejected.dtype == dtype


def test_dpo_begins_undecided_and_is_bradley_terry_on_implicit_rewards():
    given = _drawn("chosen", "rejected", "ref_chosen", "ref_rejected")
    loss, cache = dpo_forward(*(given["chosen"], given["rejected"]) * 2)
    assert loss == pytest.approx(np.log(2), rel=1e-14) and not cache.margin.any()
    loss, _ = dpo_forward(**given, beta=0.3)
    rewards = (0.3 * (given[name] - given[f"ref_{name}"]) for name in ("chosen", "rejected"))
    assert loss == pytest.approx(float(bradley_terry_forward(*rewards)[0]), rel=1e-14)


def test_steps_down_the_gradient_widen_the_margin():
    logps = _drawn("chosen", "rejected")
    ref = {f"ref_{name}": value.copy() for name, value in logps.items()}
    for _ in range(50):
        _, cache = dpo_forward(**logps, **ref, beta=0.5)
        for value, gradient in zip(logps.values(), dpo_backward(1.0, cache), strict=True):
            value -= gradient
    assert (cache.margin > 1).all()
