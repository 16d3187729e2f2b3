"""Lesson 10's small worlds: the ravine, Adam's young averages, decay, and what hidden state does."""

import dataclasses
import math

import numpy as np
import pytest

from scratchgpt.ops.adamw import adamw_step
from scratchgpt.optim import SGD, AdamW, Momentum
from scratchgpt.worked import adam_by_hand, hidden_state, ravine, update_race


@pytest.mark.parametrize("angle", [0.0, 0.3, math.pi / 4])
def test_the_ravines_gradient_is_that_of_its_loss(angle):
    ground, rng = ravine.Ravine((1.0, 25.0), angle), np.random.default_rng(0)
    w, e = rng.normal(size=(2, 2))
    numeric = (ground.loss(w + 1e-5 * e) - ground.loss(w - 1e-5 * e)) / 2e-5
    assert ground.gradient(w) @ e == pytest.approx(numeric, rel=1e-8)
    assert np.linalg.eigvalsh(ground.hessian) == pytest.approx([1, 25])
    along, across = ground.turned(np.array([1.0, 0.0])), ground.turned(np.array([0.0, 1.0]))
    assert ground.loss(along) == pytest.approx(0.5) and ground.loss(across) == pytest.approx(12.5)


def test_plain_descent_multiplies_each_coordinate_by_its_factor_whatever_the_axes():
    for angle in (0.0, 0.7):
        ground = ravine.Ravine((1.0, 25.0), angle)
        end = ravine.walk(ground, SGD(), 0.05, 7, (-10.0, 1.0))[-1]
        expected = ground.turned(np.array([-10 * (1 - 0.05) ** 7, (1 - 0.05 * 25) ** 7]))
        assert end == pytest.approx(expected, rel=1e-12)
    assert ravine.factor_per_step(0.05, 25.0) == pytest.approx(0.25)


def test_the_best_heavy_ball_has_one_factor_for_both_curvatures():
    beta, lr = (4 / 6) ** 2, (1 + 4 / 6) ** 2 / 25
    for curvature in (1.0, 25.0):
        assert ravine.factor_per_step(lr, curvature, beta) == pytest.approx(4 / 6, abs=1e-6)
    assert ravine.factor_per_step(lr, 26.0, beta) > 0.7 < ravine.factor_per_step(lr, 0.9, beta)


def test_the_two_forms_of_momentum_are_one_walk_at_converted_rates():
    ground = ravine.Ravine((1.0, 25.0))
    ema = ravine.walk(ground, Momentum(0.9), 0.3, 30, (-10.0, 1.0))
    ball = ravine.walk(ground, Momentum(0.9, heavy_ball=True), 0.03, 30, (-10.0, 1.0))
    assert np.abs(ema - ball).max() < 1e-12


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_adam_line_by_line_makes_the_steps_of_the_op(decay):
    rng = np.random.default_rng(0)
    rates = {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-3}
    there, m, v = rng.standard_normal((2, 4)), np.zeros((2, 4)), np.zeros((2, 4))
    here = (there.copy(), m.copy(), v.copy())
    for step in range(1, 6):
        grad = rng.standard_normal((2, 4))
        adamw_step(there, grad, m, v, weight_decay=decay, step=step, **rates)
        kept = [a.copy() for a in here]
        if decay:
            new = adam_by_hand.adamw_by_hand(here[0], grad, *here[1:], weight_decay=decay, step=step, **rates)
        else:
            new = adam_by_hand.adam_step(here[0], grad, *here[1:], step=step, **rates)
        assert all(np.array_equal(a, b) for a, b in zip(here, kept, strict=True)), "values in, values out"
        here = new
        for mine, ours in zip(here, (there, m, v), strict=True):
            np.testing.assert_allclose(mine, ours, rtol=1e-12, atol=1e-15)


def test_decay_takes_the_same_share_of_every_weight_whatever_its_gradient():
    ones, zero = np.ones(3), np.zeros(3)
    grad = np.array([100.0, 0.01, 0.0])
    with_decay, without = (
        adam_by_hand.adamw_by_hand(ones, grad, zero, zero, lr=0.1, weight_decay=wd, step=1)[0]
        for wd in (0.5, 0.0)
    )
    assert without - with_decay == pytest.approx(0.05 * ones, rel=1e-12)
    assert with_decay[2] == 1 - 0.1 * 0.5


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.9, 0.95)])
def test_young_averages_are_the_geometric_series(betas):
    young, t = adam_by_hand.young_averages(50, betas), np.arange(1, 51)
    assert young.m == pytest.approx(1 - betas[0] ** t)
    assert young.root_v == pytest.approx(np.sqrt(1 - betas[1] ** t))
    assert young.uncorrected == pytest.approx(young.m / young.root_v)
    assert young.corrected == pytest.approx(np.ones(50))


def test_decay_in_the_gradient_is_divided_by_the_size_of_the_gradient():
    signs = np.where(np.arange(200) % 2, 1.0, -1.0)[:, None]
    inside = adam_by_hand.shrinking(signs * np.array([10.0, 20.0]), 0.01, 0.1, True)[-1]
    # A decay of lambda / size per unit of the rate; the kick of the first steps drops out of the ratio.
    kick = adam_by_hand.shrinking(signs * np.array([10.0, 20.0]), 0.01, 0.0, True)[-1]
    assert np.log(kick / inside) == pytest.approx(200 * 0.01 * 0.1 / np.array([10.0, 20.0]), rel=0.1)


def test_l2_finds_the_top_of_the_posterior_and_adamw_moves_with_the_batch():
    y = np.random.default_rng(0).normal(size=64)
    y = 2 + (y - y.mean()) / y.std()

    def fit(rule, l2, batch):
        return adam_by_hand.decayed_mean(y, rule, l2, batch, np.random.default_rng(1), lr=0.01, steps=1500)

    assert fit(SGD(), 0.2, 64) == pytest.approx(y.sum() / (64 + 64 * 0.2), abs=1e-3)
    assert fit(SGD(), 0.2, 8) == pytest.approx(2 / 1.2, abs=0.02)
    adamw = [fit(AdamW((0.9, 0.999), weight_decay=0.2), 0.0, batch) for batch in (1, 64)]
    assert adamw[1] - adamw[0] > 0.1
    for batch in (8, 32):
        rest = adam_by_hand.resting_place(2.0, (64 - batch) / 63 / batch, 0.2)
        assert fit(AdamW((0.9, 0.95), weight_decay=0.2), 0.0, batch) == pytest.approx(rest, abs=0.02)


def test_adamws_resting_place_solves_its_equation():
    for noise in (1.0, 0.1, 0.0):
        w = adam_by_hand.resting_place(2.0, noise, 0.2)
        assert 2 - w == pytest.approx(0.2 * w * np.sqrt(noise + (2 - w) ** 2), abs=1e-9)
    assert adam_by_hand.resting_place(2.0, 0.1, 0.0) == pytest.approx(2)


# Hidden state


@pytest.fixture(scope="module")
def careful():
    dropout = dict.fromkeys(("embd_dropout", "attn_dropout", "resid_dropout"), 0.1)
    return update_race.tales_trainer(dataclasses.replace(update_race.SHAPE, n_layer=1, **dropout))


def hidden(trainer):
    params = trainer.model.init(np.random.default_rng(0))
    return hidden_state.HiddenTrainer(trainer.model, params, AdamW(), 3e-3, np.random.default_rng(1))


def test_three_lines_find_dropout_left_on_and_gradients_not_zeroed(careful):
    one, batch = hidden(careful), careful.batches.at(0)
    assert not hidden_state.same_twice(lambda: one.loss(*batch))
    assert not hidden_state.same_twice(lambda: one.zero_grad() or one.backward(*batch)), "dropout again"
    one.training = False
    assert hidden_state.same_twice(lambda: one.loss(*batch))
    assert not hidden_state.same_twice(lambda: one.backward(*batch))
    assert hidden_state.same_twice(lambda: one.zero_grad() or one.backward(*batch))


def test_a_result_that_the_next_call_writes_into_is_kept():
    total = np.zeros(2)

    def backward(x):
        total[...] += x
        return total

    assert not hidden_state.same_twice(backward, np.array([1.0, 3.0]))


def test_what_changes_its_arguments_is_not_pure_even_if_it_changes_them_back():
    x = np.array([1.0, 3.0])

    def flips(a):
        a *= -1
        return float(a @ a)

    assert not hidden_state.same_twice(flips, x)
    assert np.array_equal(x, [1, 3]), "the caller's array is not touched"


def test_nan_is_no_hidden_state_and_the_last_bit_is():
    assert hidden_state.same_twice(lambda x: x + 1, np.array([0.0, 2.0, np.nan]))
    values = iter((1.0, np.nextafter(1.0, 2)))
    assert not hidden_state.same_twice(lambda: next(values))
    rows = []
    assert not hidden_state.same_twice(lambda: np.array(rows.append(1) or rows))


def test_values_in_values_out_repeats_with_dropout_too(careful):
    state = careful.init(careful.model.init(np.random.default_rng(0)))
    assert hidden_state.same_twice(lambda: careful.step(state.copy())[0].params.buffer)
    assert hidden_state.same_twice(lambda: careful.evaluate(state.params, 1).loss)


def test_the_hidden_trainer_used_rightly_makes_the_packages_steps():
    trainer = update_race.tales_trainer(dataclasses.replace(update_race.SHAPE, n_layer=1))
    config = dataclasses.replace(
        trainer.config, lr=3e-3, min_lr=3e-3, warmup=0, schedule="constant", clip=0.0
    )
    trainer = dataclasses.replace(trainer, config=config)
    one = hidden(trainer)
    state = trainer.init(one.params.copy())
    for i in range(3):
        one.zero_grad()
        one.backward(*trainer.batches.at(i))
        one.step()
        state, _ = trainer.step(state)
    assert np.array_equal(one.params.buffer, state.params.buffer)


def test_a_run_that_diverges_ends_early_and_ranks_last():
    trainer = update_race.tales_trainer(dataclasses.replace(update_race.SHAPE, n_layer=1))
    trainer = dataclasses.replace(trainer, config=dataclasses.replace(trainer.config, steps=12, warmup=0))
    runs = update_race.race(trainer, [("sgd", 1e30), ("adamw", 1e-3)])
    assert len(runs["sgd", 1e30]) < 12 == len(runs["adamw", 1e-3])
    assert update_race.last_mean([]) == math.inf
    assert update_race.last_mean([5.0, 1.0, 3.0], 2) == 2.0
