"""A step of a probe: its gradient against finite differences, and what many steps find."""

import numpy as np
import pytest

from scratchgpt.gradcheck import check
from scratchgpt.interpret import linear_probe_step
from scratchgpt.ops.cross_entropy import cross_entropy_forward

LABELS = np.array([2, 0, 1, 2, 2, 0, 1])


def _drawn():
    rng = np.random.default_rng(0)
    return rng.standard_normal((4, 3)), rng.standard_normal(3), rng.standard_normal((7, 4))


def test_the_step_goes_down_the_gradient():
    weight, bias, h = _drawn()
    _, new_weight, new_bias = linear_probe_step(weight, bias, h, LABELS, lr=0.25)
    gradients = {"weight": (weight - new_weight) / 0.25, "bias": (bias - new_bias) / 0.25}
    report = check(
        lambda: linear_probe_step(weight, bias, h, LABELS)[0], {"weight": weight, "bias": bias}, gradients
    )
    assert report.ok, f"\n{report}"


def test_the_loss_is_the_packages_cross_entropy():
    weight, bias, h = _drawn()
    loss, _ = cross_entropy_forward(h @ weight + bias, LABELS)
    assert linear_probe_step(weight, bias, h, LABELS)[0] == pytest.approx(float(loss), rel=1e-14)


def test_nothing_is_changed_in_place():
    arrays = _drawn()
    before = [a.copy() for a in arrays]
    linear_probe_step(*arrays, LABELS)
    for now, then in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_many_steps_find_what_a_linear_map_can():
    rng = np.random.default_rng(1)
    h = rng.standard_normal((200, 5))
    labels = (h @ rng.standard_normal(5) > 0).astype(int)
    weight, bias, losses = np.zeros((5, 2)), np.zeros(2), []
    for _ in range(200):
        loss, weight, bias = linear_probe_step(weight, bias, h, labels, lr=1.0)
        losses.append(loss)
    assert losses[0] == pytest.approx(np.log(2)) and losses[-1] < 0.15
    assert ((h @ weight + bias).argmax(axis=1) == labels).mean() > 0.97


def test_float32_stays():
    weight, bias, h = (a.astype(np.float32) for a in _drawn())
    assert {a.dtype for a in linear_probe_step(weight, bias, h, LABELS)} == {np.dtype(np.float32)}
