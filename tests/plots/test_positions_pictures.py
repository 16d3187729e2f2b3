"""The pictures of lesson 05 show what their captions say."""

import math

import numpy as np
import pytest

from scratchgpt import pretrained
from scratchgpt.ops.embedding import embedding_backward, embedding_forward
from scratchgpt.ops.positions import sinusoidal_positions
from scratchgpt.plots.positions import beyond, order_learned, order_seen, position_table, scatter_add
from scratchgpt.resources import data_path
from scratchgpt.tokenizer import CharTokenizer
from scratchgpt.worked import order, past_the_end


def test_row_2_is_the_sum_of_three_places():
    ids, dy = np.array([2, 0, 2, 2]), np.array([[0.5, 0.1], [0.9, -0.7], [-0.2, 0.3], [0.4, 0.2]])
    _, cache = embedding_forward(ids, np.zeros((4, 2)))
    figure = scatter_add(ids, ["a", "b", "c", "d"], dy, embedding_backward(dy, cache))
    left, right = [np.asarray(axes.images[0].get_array()) for axes in figure.axes]
    np.testing.assert_allclose(right[2], left[[0, 2, 3]].sum(axis=0))
    assert not right[[1, 3]].any()
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [
        "0: c",
        "1: a",
        "2: c",
        "3: c",
    ]


def test_order_is_a_rounding_error_or_large():
    kinds = {"blind": (False, "none"), "mask": (True, "none"), "positions": (True, "learned")}
    spreads = {}
    for label, (causal, positions) in kinds.items():
        spreads[label] = []
        for n_layer in (1, 2, 3):
            model = order.order_model(n_layer, causal, positions)
            params = order.loud(order.drawn(model, 0), 1)
            states = order.last_states(model, params, ("dog", "bites", "man", "?"))
            spreads[label].append(float(np.abs(states - states[0]).max()))
    blind, mask, positions = [line.get_ydata() for line in order_seen(spreads).axes[0].lines]
    assert max(blind) < 1e-12
    assert mask[0] < 1e-12
    assert min(*mask[1:], *positions) > 0.1


def test_an_exact_zero_is_drawn_on_the_log_axis():
    figure = order_seen({"never moved": [0.0, 0.0]})
    assert (figure.axes[0].lines[0].get_ydata() > 0).all()


def test_without_positions_one_panel_alone_learns():
    runs = {
        (n_layer, causal, positions): order.learn_order(n_layer, causal, positions)
        for causal in (False, True)
        for n_layer in (1, 2)
        for positions in ("none", "learned")
    }
    panels = order_learned(runs).axes
    ends = {panel.get_title(): [line.get_ydata()[-1] for line in panel.lines[:2]] for panel in panels}
    for title, (none, learned) in ends.items():
        assert learned < 0.02
        if title == "causal mask, 2 layers":
            assert none < 0.02
        else:
            assert math.log(2) < none < 0.75
    assert len(ends) == 4


def _cosines(figure):
    return np.asarray(figure.axes[1].images[0].get_array())


def test_computed_positions_know_distance_alone():
    cosines = _cosines(position_table(sinusoidal_positions(64, 64), "computed"))
    for distance in (1, 5, 30):
        assert np.ptp(np.diagonal(cosines, distance)) < 1e-12
    assert cosines[0, 1] > cosines[0, 5] > cosines[0, 30]


def test_learned_positions_form_two_camps():
    _, params, _ = pretrained.load("mini")
    cosines = _cosines(position_table(params.flat["wpe.weight"].astype(np.float64), "learned"))
    near = np.diagonal(cosines, 8).mean()
    assert near > np.diagonal(cosines, 64).mean() > np.diagonal(cosines, 200).mean()
    assert cosines[1:50, 200:].mean() < -0.2
    assert min(cosines[1:50, 1:50].mean(), cosines[200:, 200:].mean()) > 0.2


@pytest.mark.exhaustive  # trains or writes for seconds
def test_computed_positions_get_worse_past_the_end():
    text = "".join(data_path("tales.txt").read_text(encoding="utf-8").split("<|endoftext|>"))
    ids = np.array(CharTokenizer.train(text).encode(text))
    cut = len(ids) * 9 // 10
    inputs, targets = past_the_end.windows(ids[cut:], 64, 60, np.random.default_rng(2))
    curves = {}
    for positions, std in (("none", 0.02), ("sinusoidal", 1.0), ("learned", 0.02)):
        model = past_the_end.character_model(int(ids.max()) + 1, positions)
        T, steps = (16, 1) if positions == "learned" else (64, 200)
        params = past_the_end.train_characters(model, ids[:cut], token_std=std, steps=steps)
        wider = past_the_end.longer(model, T)
        curves[positions] = past_the_end.loss_by_position(wider, params, inputs[:, :T], targets[:, :T])
    lines = beyond(curves, past_the_end.TRAINED).axes[0].lines
    none, computed, learned = [line.get_ydata() for line in lines[:3]]
    assert [len(line) for line in (none, computed, learned)] == [16, 16, 4]
    assert computed[4:].mean() > computed[:4].mean() + 0.2
    assert abs(none[4:].mean() - none[:4].mean()) < 0.15
    assert computed[:4].mean() < none[:4].mean()


@pytest.mark.parametrize("T", [4, 16])
def test_means_of_four_positions(T):
    line = beyond({"one": np.arange(T, dtype=float)}, 8).axes[0].lines[0]
    np.testing.assert_allclose(line.get_xdata(), line.get_ydata())
