"""Who bites whom: what is blind to order stays blind with any weights, and what sees it learns it."""

import math

import numpy as np
import pytest

from scratchgpt.worked.order import (
    ANIMALS,
    WORDS,
    distinct,
    drawn,
    last_states,
    learn_order,
    loud,
    order_model,
    sentences,
)

SENTENCE = ("dog", "bites", "man", "?")
BLIND = [(1, False, "none"), (2, False, "none"), (3, False, "none"), (1, True, "none")]
SEEING = [(2, True, "none"), (3, True, "none"), (1, True, "learned"), (1, False, "sinusoidal")]


def _model(n_layer, causal, positions):
    model = order_model(n_layer, causal, positions)
    return model, loud(drawn(model, 0), 1)


def test_the_sentences():
    ids, targets = sentences()
    assert ids.shape == (30, 4)
    assert len({tuple(row) for row in ids.tolist()}) == 30
    assert (ids[:, 0] != ids[:, 2]).all()
    assert [WORDS[i] for i in ids[0]] == ["dog", "bites", "man", "?"]
    assert (targets[:, :-1] == -1).all()
    assert (targets[:, -1] == ids[:, 0]).all()
    assert ids.max() == len(WORDS) - 1 == len(ANIMALS) + 1


@pytest.mark.parametrize("kind", BLIND)
def test_a_blind_model_has_one_state_for_all_orders(kind):
    states = last_states(*_model(*kind), SENTENCE)
    assert states.shape == (6, 16)
    assert distinct(states) == 1
    assert np.abs(states).max() > 0.1


@pytest.mark.parametrize("kind", SEEING)
def test_a_seeing_model_has_one_state_for_each_order(kind):
    states = last_states(*_model(*kind), SENTENCE)
    assert distinct(states) == 6
    assert np.abs(states - states[0]).max() > 0.1


@pytest.mark.parametrize("kind", BLIND)
def test_no_weights_bring_a_blind_model_below_ln_2(kind):
    model = order_model(*kind)
    for seed in range(3):
        loss, _ = model.loss(loud(drawn(model, 0), seed), *sentences())
        assert float(loss) > math.log(2)


def test_without_a_mask_states_change_places_with_their_words():
    model, params = _model(2, False, "none")
    ids = np.array([[0, 6, 1], [1, 6, 0]])
    h, _ = model.hidden(params, ids)
    np.testing.assert_allclose(h[1], h[0][::-1], atol=1e-12)


def test_a_text_of_one_token_is_the_same_everywhere_without_positions():
    model, params = _model(3, True, "none")
    h, _ = model.hidden(params, np.zeros((1, 6), int))
    assert np.ptp(h[0], axis=0).max() < 1e-12
    model, params = _model(3, True, "learned")
    h, _ = model.hidden(params, np.zeros((1, 6), int))
    assert np.ptp(h[0], axis=0).max() > 0.1


def test_distinct_counts_rows_up_to_rounding():
    assert distinct(np.array([[0.0, 1.0], [0.0, 1.0 + 1e-12], [0.0, 2.0], [0.0, 1.0]])) == 2


def test_sizes_of_the_draw():
    model = order_model(1, True, "sinusoidal")
    small, large = drawn(model, 0), drawn(model, 0, token_std=1.0)
    np.testing.assert_allclose(large.flat["wte.weight"], 50 * small.flat["wte.weight"])
    assert "wpe.weight" not in small.flat


@pytest.mark.parametrize(("kind", "right"), [((1, True, "none"), 0.5), ((2, True, "none"), 1.0)])
def test_training_finds_what_can_be_seen(kind, right):
    run = learn_order(*kind, steps=60)
    assert len(run.losses) == 60
    assert run.accuracy == right
    assert (run.losses[-1] > math.log(2)) == (right == 0.5)
