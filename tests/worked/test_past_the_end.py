"""Models of characters beyond their trained positions."""

import numpy as np
import pytest

from scratchgpt.errors import UserError
from scratchgpt.worked.past_the_end import (
    TRAINED,
    character_model,
    longer,
    loss_by_position,
    train_characters,
    windows,
)

IDS = np.tile(np.arange(7), 40)  # a text that one can learn in a few steps


def test_windows_are_stretches_and_what_follows_them():
    inputs, targets = windows(IDS, 5, 4, np.random.default_rng(0))
    assert inputs.shape == targets.shape == (4, 5)
    np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])
    np.testing.assert_array_equal((inputs + 1) % 7, targets)


@pytest.mark.parametrize("positions", ["none", "sinusoidal", "learned"])
def test_the_loss_by_position_averages_to_the_loss(positions):
    model = character_model(7, positions)
    params = model.init(np.random.default_rng(0), np.float64)
    inputs, targets = windows(IDS, TRAINED, 3, np.random.default_rng(1))
    losses = loss_by_position(model, params, inputs, targets)
    assert losses.shape == (TRAINED,)
    assert losses.mean() == pytest.approx(float(model.loss(params, inputs, targets)[0]), rel=1e-12)


def test_a_computed_table_goes_on_and_a_learned_one_does_not():
    inputs, targets = windows(IDS, 2 * TRAINED, 3, np.random.default_rng(1))
    model = character_model(7, "sinusoidal")
    params = model.init(np.random.default_rng(0), np.float64)
    wider = loss_by_position(longer(model, 2 * TRAINED), params, inputs, targets)
    short = loss_by_position(model, params, inputs[:, :TRAINED], targets[:, :TRAINED])
    np.testing.assert_allclose(wider[:TRAINED], short, rtol=1e-12)
    with pytest.raises(UserError, match="32 tokens, but the model sees at most 16"):
        loss_by_position(model, params, inputs, targets)
    learned = character_model(7, "learned")
    assert longer(learned, TRAINED).specs() == learned.specs()
    with pytest.raises(UserError, match="learned, for 16 places: 17 places need"):
        longer(learned, TRAINED + 1)


def test_training_learns_and_is_the_same_twice():
    model = character_model(7, "none")
    params, again = (train_characters(model, IDS, steps=25) for _ in range(2))
    np.testing.assert_array_equal(params.buffer, again.buffer)
    inputs, targets = windows(IDS, TRAINED, 8, np.random.default_rng(1))
    assert loss_by_position(model, params, inputs, targets).mean() < 0.6 < np.log(7)


def test_positions_may_be_given():
    model = character_model(7, "sinusoidal")
    params = model.init(np.random.default_rng(0), np.float64)
    inputs, targets = windows(IDS, 4, 3, np.random.default_rng(1))
    plain = loss_by_position(model, params, inputs, targets)
    np.testing.assert_array_equal(plain, loss_by_position(model, params, inputs, targets, np.arange(4)))
    assert not np.allclose(plain, loss_by_position(model, params, inputs, targets, np.arange(4) + 9))
