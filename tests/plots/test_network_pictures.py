"""The pictures of the network on paper: what their captions say holds for what they draw."""

import numpy as np
import pytest

from scratchgpt.gradcheck import numerical_gradient
from scratchgpt.ops.activations import sigmoid_backward, sigmoid_forward
from scratchgpt.plots.network import difference_errors, loss_surface, network_graph, output_errors
from scratchgpt.worked.network_2_2_1 import (
    PAPER,
    PAPER_LR,
    PAPER_X,
    PAPER_Y,
    every_gradient,
    every_value,
    flatten,
    network_backward,
    network_forward,
    sgd_update,
    unflatten,
)

VALUES = every_value(PAPER_X, PAPER_Y, PAPER)
GRADIENTS = every_gradient(PAPER_X, PAPER_Y, PAPER)
_, CACHE = network_forward(PAPER_X, PAPER_Y, PAPER)
GRADS = network_backward(np.float64(1), CACHE)


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def short(value):
    return f"{value:.4f}".rstrip("0").rstrip(".")


def test_every_number_of_the_network_stands_in_its_graph():
    forward, both = texts(network_graph(VALUES)), texts(network_graph(VALUES, GRADIENTS))
    for name, value in VALUES.items():
        assert forward[forward.index(name) + 1] == short(value)
        assert both[both.index(name) + 1 : both.index(name) + 3] == [short(value), short(GRADIENTS[name])]
    # Without gradients there are none: names, values, and the names of four functions and some empty arrows.
    assert len([text for text in forward if text]) == 2 * len(VALUES) + 4


def test_what_the_caption_says_of_the_gradients():
    assert GRADIENTS["W1[0,1]"] == pytest.approx(GRADIENTS["W1[0,0]"] / 2)
    assert GRADIENTS["b1[1]"] == GRADIENTS["z1[1]"] and GRADIENTS["b2"] == GRADIENTS["z2"]
    assert all(GRADIENTS[name] < 0 for name in VALUES if name[0] in "Wb")
    assert sum(name[0] in "Wb" for name in VALUES) == 9


def test_squared_error_behind_a_sigmoid_hardly_pulls_where_it_should():
    z = np.linspace(-8, 8, 161)
    y_hat, cache = sigmoid_forward(z)
    slopes = {"cross-entropy": y_hat - 1, "squared": sigmoid_backward(y_hat - 1, cache)}
    lines = output_errors(z, slopes).axes[0].lines
    full, weak = (line.get_ydata()[0] for line in lines[:2])
    assert full < -0.999 and -0.001 < weak < 0


def test_the_step_crosses_straight_contours_at_a_right_angle():
    stepped = sgd_update(PAPER, GRADS, PAPER_LR)

    def loss_at(pair):
        return network_forward(PAPER_X, PAPER_Y, PAPER._replace(W2=np.asarray(pair)))[0]

    w = np.linspace(0, 1, 6)
    losses = np.array([[loss_at((a, b)) for a in w] for b in w])
    path = np.array([PAPER.W2, stepped.W2])
    figure = loss_surface(w, w, losses, {"one step": path}, ("a", "b"))
    axes = figure.axes[0]
    assert axes.get_aspect() == 1, "else a right angle would not look like one"
    np.testing.assert_array_equal(axes.lines[1].get_xydata(), path)
    direction = path[1] - path[0]
    along = np.array([-direction[1], direction[0]])  # a quarter turn
    assert loss_at(path[1]) < loss_at(path[0])
    assert loss_at(path[0] + 2 * along) == pytest.approx(loss_at(path[0]), rel=1e-12)


def test_a_path_that_does_not_move_is_a_cross():
    still = np.array([[0.5, 0.5]] * 3)
    grid = np.linspace(0, 1, 3)
    axes = loss_surface(grid, grid, np.eye(3), {"still": still}, ("a", "b")).axes[0]
    assert [line.get_marker() for line in axes.lines] == ["X"]


def test_differences_fall_then_rise_and_the_packages_step_lies_in_the_valley():
    def f(vector):
        return network_forward(PAPER_X, PAPER_Y, unflatten(vector, PAPER))[0]

    vector, exact = flatten(PAPER), flatten(GRADS)
    steps = 10.0 ** np.arange(-11, 0)
    found = {
        "one-sided": [[(f(vector + h * e) - f(vector)) / h for e in np.eye(9)] for h in steps],
        "two-sided": [numerical_gradient(f, vector, h) for h in steps],
    }
    errors = {
        name: np.linalg.norm(np.array(rows) - exact, axis=1) / np.linalg.norm(exact)
        for name, rows in found.items()
    }
    one, two = (line.get_ydata() for line in difference_errors(steps, errors).axes[0].lines[:2])
    assert np.log10(one[-1] / one[-2]) == pytest.approx(1, abs=0.1)
    assert np.log10(two[-1] / two[-2]) == pytest.approx(2, abs=0.1), "twice as steep"
    for error in (one, two):
        assert error[0] > 100 * error.min(), "rounding takes over"
    assert 1e-6 <= steps[two.argmin()] <= 1e-4 and two[steps.searchsorted(0.9e-5)] < 1e-9
