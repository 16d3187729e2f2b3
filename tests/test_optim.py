"""Update rules against PyTorch's numbers, schedules at their corners, clipping on the whole buffer."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from scratchgpt import optim
from scratchgpt.config import TrainConfig
from scratchgpt.params import Params, Spec

GOLDEN = np.load(Path(__file__).parent / "golden" / "adamw.npz")
NAMES = ("matrix", "vector", "one")
SETTINGS = json.loads(str(GOLDEN["config"]))

RULES = {
    "sgd": optim.SGD(),
    "sgd_heavy": optim.Momentum(0.9, heavy_ball=True),
    "sgd_ema_zero": optim.Momentum(0.9),
    "rmsprop": optim.RMSProp(0.95, 1e-8),
    "adam": optim.AdamW((0.9, 0.95), 1e-8, 0.0),
    "adamw": optim.AdamW((0.9, 0.95), 1e-8, 0.1),
}


def golden_params() -> Params:
    specs = {n: Spec(GOLDEN[f"param/{n}"].shape, decay=n == "matrix") for n in NAMES}
    params = Params.zeros(specs, np.float64)
    for n in NAMES:
        params.flat[n][...] = GOLDEN[f"param/{n}"]
    return params


@pytest.mark.parametrize("name", RULES)
def test_ten_steps_equal_pytorch(name):
    params, rule = golden_params(), RULES[name]
    grads, moments = params.zeros_like(), rule.init(params)
    for i, lr in enumerate(GOLDEN["lrs"]):
        for n in NAMES:
            grads.flat[n][...] = GOLDEN[f"grad/{n}"][i]
        rule.step(params, grads, moments, lr=float(lr), step=i + 1)
        for n in NAMES:
            np.testing.assert_allclose(params.flat[n], GOLDEN[f"{name}/{n}"][i], rtol=1e-9, atol=1e-12)


def test_from_config_builds_the_named_rule():
    for name in ("sgd", "momentum", "rmsprop", "adam", "adamw"):
        config = TrainConfig(optimizer=name, beta1=0.8, beta2=0.7, eps=1e-3, weight_decay=0.2)
        expected = {
            "sgd": optim.SGD(),
            "momentum": optim.Momentum(0.8),
            "rmsprop": optim.RMSProp(0.7, 1e-3),
            "adam": optim.AdamW((0.8, 0.7), 1e-3, 0.0),
            "adamw": optim.AdamW((0.8, 0.7), 1e-3, 0.2),
        }[name]
        assert optim.from_config(config) == expected


@pytest.mark.parametrize("rule", [*RULES.values()])
def test_frozen_tensors_stay_and_lr_scale_counts(rule):
    specs = {"a": Spec((3, 2), decay=True), "b": Spec((3, 2), decay=True, lr_scale=0.5), "c": Spec((4,))}
    params = Params.init(specs, np.random.default_rng(0), np.float64)
    params.buffer += 1
    frozen = params.freeze("c")
    grads, moments = frozen.zeros_like(), rule.init(frozen)
    grads.buffer[...] = 2
    before = frozen.copy()
    rule.step(frozen, grads, moments, lr=0.1, step=1)
    change = {n: frozen.flat[n] - before.flat[n] for n in specs}
    assert np.array_equal(frozen.flat["c"], before.flat["c"])
    assert np.all(change["a"] != 0)
    np.testing.assert_allclose(change["a"], 2 * change["b"], rtol=1e-12)


def test_adamw_decays_matrices_only():
    params = Params.init(
        {"w": Spec((3, 2), mean=1.0, decay=True), "b": Spec((2,), mean=1.0)}, np.random.default_rng(0)
    )
    rule = optim.AdamW(weight_decay=0.5)
    rule.step(params, params.zeros_like(), rule.init(params), lr=0.1, step=1)
    np.testing.assert_allclose(params.flat["w"], 0.95)
    assert np.all(params.flat["b"] == 1)


def test_schedule_corners():
    config = TrainConfig(steps=10, warmup=4, lr=1.0, min_lr=0.2)
    rates = [optim.learning_rate(step, config) for step in range(1, 11)]
    np.testing.assert_allclose(rates[:4], [0.25, 0.5, 0.75, 1.0])
    assert rates[3] == 1.0 > rates[4] and rates[9] == pytest.approx(0.2, abs=1e-15)
    assert rates[6] == pytest.approx(0.6)  # half way down the cosine
    linear = TrainConfig(steps=10, warmup=4, lr=1.0, min_lr=0.4, schedule="linear")
    np.testing.assert_allclose(
        [optim.learning_rate(s, linear) for s in range(4, 11)], np.linspace(1.0, 0.4, 7)
    )
    constant = TrainConfig(steps=10, warmup=2, lr=1.0, schedule="constant")
    assert [optim.learning_rate(s, constant) for s in (1, 2, 3, 10)] == [0.5, 1.0, 1.0, 1.0]
    assert optim.learning_rate(1, TrainConfig(steps=5, warmup=0)) < 1e-3


def test_a_cosine_needs_neither_a_warm_up_nor_steps_behind_it():
    assert optim.warmup_cosine(1, steps=4, warmup=0, lr=0.5) == pytest.approx(0.25 + 0.25 * math.sqrt(0.5))
    assert optim.warmup_cosine(4, 4, 0, 0.5, 0.1) == optim.warmup_cosine(9, 4, 0, 0.5, 0.1) == 0.1
    assert [optim.warmup_cosine(t, 3, 3, 0.6, 0.1) for t in (1, 3, 4)] == pytest.approx([0.2, 0.6, 0.1])
    assert optim.warmup_cosine(5, 3, 10, 0.6) == pytest.approx(0.3), "a warm-up longer than the run"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_steps_with_values_in_and_out_leave_their_arguments_alone(dtype):
    param, grad, state = np.random.default_rng(0).standard_normal((3, 2, 5)).astype(dtype)
    state = np.abs(state)
    before = [a.copy() for a in (param, grad, state)]
    for step in (optim.momentum_step, optim.rmsprop_step):
        new, average = step(param, grad, state, lr=0.1)
        assert new.dtype == average.dtype == dtype
        assert not np.any(new == param) and not np.any(average == state)
    assert all(np.array_equal(a, b) for a, b in zip((param, grad, state), before, strict=True))


def test_clipping_uses_one_norm_for_the_whole_buffer():
    params = Params.zeros({"a": Spec((2, 2)), "b": Spec((5,))}, np.float64)
    params.buffer[...] = np.arange(1, 10)
    norm = math.sqrt(sum(i * i for i in range(1, 10)))
    for limit, factor in ((0, 1), (2 * norm, 1), (1.5, 1.5 / norm)):
        assert optim.clip_factor(params, limit) == pytest.approx((norm, factor), rel=1e-12)
        clipped, same_norm = optim.clip_by_global_norm(list(params.flat.values()), limit)
        assert same_norm == pytest.approx(norm, rel=1e-12)
        for before, after in zip(params.flat.values(), clipped, strict=True):
            np.testing.assert_allclose(after, factor * before, rtol=1e-12)


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_gradients_that_are_not_finite_come_back_as_they_are(bad):
    grads = [np.array([1.0, bad]), np.ones((2, 2))]
    clipped, norm = optim.clip_by_global_norm(grads, 0.5)
    assert not math.isfinite(norm)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(clipped, grads, strict=True))


def test_clipping_ignores_frozen_gradients():
    params = Params.zeros({"a": Spec((2, 2)), "b": Spec((5,))}, np.float64).freeze("b")
    params.buffer[...] = 3
    assert optim.clip_factor(params, 1.0) == pytest.approx((6, 1 / 6))


def test_defaults_are_the_usual_ones():
    assert optim.AdamW() == optim.AdamW((0.9, 0.95), 1e-8, 0.1)
    assert optim.Momentum() == optim.Momentum(0.9, heavy_ball=False)
    assert optim.RMSProp() == optim.RMSProp(0.95, 1e-8)
