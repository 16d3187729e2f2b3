"""The pictures of XOR: what their captions say holds for what they draw."""

import numpy as np
import pytest

from scratchgpt.gradcheck import numerical_gradient
from scratchgpt.plots.network import loss_surface
from scratchgpt.plots.xor import xor_losses, xor_regions, xor_success
from scratchgpt.worked.xor import INPUTS, TARGETS, init_xor, train_xor, xor_probabilities, xor_step
from scratchgpt.worked.xor_many import shared_loss

PLATEAUS = {
    "(ln 2)/2": shared_loss([[0, 1], [0], [1]]),
    "3/4 H(1/3)": shared_loss([[0, 1, 1], [0]]),
    "ln 2": shared_loss([[0, 1, 1, 0]]),
}


@pytest.fixture(scope="module")
def four():
    return {seed: train_xor(np.random.default_rng(seed), 1500) for seed in (0, 10, 5, 62)}


def test_one_run_solves_the_problem_and_three_stop_at_the_plateaus(four):
    figure = xor_losses({f"seed {seed}": losses for seed, (_, losses) in four.items()}, PLATEAUS)
    drawn = [line.get_ydata() for line in figure.axes[0].lines]
    levels, runs = [line[0] for line in drawn[:3]], drawn[3:]
    assert {text.get_text(): text.xy[1] for text in figure.axes[0].texts} == PLATEAUS
    assert runs[0][-1] < 0.01
    for level, losses in zip(levels, runs[1:], strict=True):
        assert losses[-1] == pytest.approx(level, abs=1e-3)
        assert losses[800] == pytest.approx(level, abs=2e-3), "and stay there"


def test_the_regions_show_how_many_examples_are_taken_for_the_same(four):
    grid = np.linspace(-0.3, 1.3, 9)
    points = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    panels = [(str(s), xor_probabilities(net, points).reshape(9, 9)) for s, (net, _) in four.items()]
    assert len(xor_regions(panels, grid, INPUTS, TARGETS[:, 0]).axes) == 4 + 1
    assert panels[0][1][0, 8] == xor_probabilities(four[0][0], np.array([[1.3, -0.3]]))[0], (
        "x[0] to the right"
    )
    at = {seed: xor_probabilities(net, INPUTS) for seed, (net, _) in four.items()}
    right = TARGETS[:, 0]
    assert np.abs(at[0] - right).max() < 0.01
    for seed, shared, value in ((10, 2, 1 / 2), (5, 3, 1 / 3), (62, 4, 1 / 2)):
        lost = np.abs(at[seed] - right) > 0.1
        assert lost.sum() == shared
        np.testing.assert_allclose(at[seed][lost], value, atol=0.01)


def test_the_quarter_in_which_a_dead_unit_lies_is_level_and_elsewhere_there_is_a_slope():
    start = init_xor(np.random.default_rng(10))
    assert (start.W1[:, 0] < 0).all() and (start.W1[:, 1:] > 0).any(axis=0).all(), "one of four is dead"

    def loss_of(pair):
        W1 = start.W1.copy()
        W1[:, 0] = pair
        return xor_step(start._replace(W1=W1), INPUTS, TARGETS, lr=0.0)[1]

    w = np.linspace(-2.5, 2.5, 6)
    losses = np.array([[loss_of([a, b]) for a in w] for b in w])
    assert np.ptp(losses[:3, :3]) == 0 and np.ptp(losses) > 0.1
    paths = {"dead": [start.W1[:, 0]], "another": [np.array([1.0, -1.0])]}
    for path in paths.values():
        for _ in range(120):
            path.append(path[-1] - 0.5 * numerical_gradient(loss_of, path[-1]))
    figure = loss_surface(w, w, losses, {name: np.array(path) for name, path in paths.items()}, ("a", "b"))
    markers = [line.get_marker() for line in figure.axes[0].lines]
    assert markers == ["X", "o", "None"], "one stands still, the other has a path"
    assert loss_of(paths["another"][-1]) < loss_of(paths["another"][0]) - 0.01


def test_bars_are_shares_with_their_counts():
    alive = {"0 or 1": (0, 54), "2": (82, 197)}
    figure = xor_success(alive, {2: (191, 1000), 4: (640, 1000)})
    left, right = figure.axes
    assert [bar.get_height() for bar in left.patches] == [0, pytest.approx(100 * 82 / 197)]
    assert [bar.get_height() for bar in right.patches] == pytest.approx([19.1, 64.0])
    assert [text.get_text() for text in left.texts] == ["0/54", "82/197"]
