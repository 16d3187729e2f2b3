"""The network on paper: every number of it, and its gradients at any size."""

import numpy as np
import pytest

from scratchgpt.gradcheck import check, numerical_gradient
from scratchgpt.worked.network_2_2_1 import (
    PAPER,
    PAPER_LR,
    PAPER_X,
    PAPER_Y,
    Network,
    every_gradient,
    every_value,
    flatten,
    network_backward,
    network_forward,
    sgd_update,
    unflatten,
)


def _close(value, expected):
    np.testing.assert_allclose(value, expected, rtol=0, atol=5.1e-7)


def test_forward_on_paper():
    loss, cache = network_forward(PAPER_X, PAPER_Y, PAPER)
    _close(cache.z1, [0.60, 0.75])
    _close(PAPER.W2 @ cache.h + PAPER.b2, 1.1775)
    _close(cache.y_hat, 0.764498)
    _close(loss, 0.268536)


def test_backward_on_paper():
    grads = network_backward(1.0, network_forward(PAPER_X, PAPER_Y, PAPER)[1])
    _close(grads.b2, -0.235502)
    _close(grads.W2, [-0.141301, -0.176627])
    _close(grads.b1, [-0.094201, -0.105976])
    _close(grads.W1, [[-0.094201, -0.047100], [-0.105976, -0.052988]])


def test_one_step_on_paper():
    grads = network_backward(1.0, network_forward(PAPER_X, PAPER_Y, PAPER)[1])
    stepped = sgd_update(PAPER, grads, PAPER_LR)
    _close(stepped.W2, [0.470651, 0.538313])
    _close(stepped.b2, 0.717751)
    _close(stepped.W1, [[0.197100, 0.223550], [0.302988, 0.326494]])
    _close(stepped.b1, [0.397100, 0.402988])
    loss, cache = network_forward(PAPER_X, PAPER_Y, stepped)
    _close(cache.y_hat, 0.820234)
    _close(loss, 0.198166)
    assert PAPER.W1[0, 0] == 0.15, "the old parameters stay"


@pytest.mark.parametrize("y", [0.0, 0.3, 1.0])
def test_gradients_match_finite_differences(y):
    rng = np.random.default_rng(0)
    params = Network(*(np.asarray(rng.standard_normal(shape)) for shape in ((5, 3), 5, 5, ())))
    x, dloss = rng.standard_normal(3), 1.7
    _, cache = network_forward(x, y, params)
    assert 0 < (cache.z1 > 0).sum() < 5, "some hidden units are off"
    report = check(
        lambda: dloss * network_forward(x, y, params)[0],
        params._asdict(),
        network_backward(dloss, cache)._asdict(),
        min_alive=0.3,  # what leads into a unit that is off has no gradient
    )
    assert report.ok, f"\n{report}"
    assert report.max_error < 1e-8


def test_a_confident_mistake_has_a_finite_loss():
    params = Network(np.array([[1000.0]]), np.zeros(1), np.array([1.0]), np.float64(0.0))
    loss, cache = network_forward(np.ones(1), 0.0, params)
    assert loss == 1000
    assert network_backward(1.0, cache).b2 == 1


def test_every_number_has_its_gradient():
    values, gradients = every_value(PAPER_X, PAPER_Y, PAPER), every_gradient(PAPER_X, PAPER_Y, PAPER)
    assert list(values) == list(gradients) and len(values) == 18
    _close([values["W1[0,1]"], values["z1[1]"], values["y_hat"]], [0.20, 0.75, 0.764498])
    flat = flatten(PAPER)
    names = [name for name in values if name[0] in "Wb"]
    np.testing.assert_array_equal([values[name] for name in names], flat)
    slopes = numerical_gradient(lambda v: network_forward(PAPER_X, PAPER_Y, unflatten(v, PAPER))[0], flat)
    np.testing.assert_allclose([gradients[name] for name in names], slopes, rtol=1e-8)
    slopes = numerical_gradient(lambda x: network_forward(x, PAPER_Y, PAPER)[0], PAPER_X)
    np.testing.assert_allclose([gradients["x[0]"], gradients["x[1]"]], slopes, rtol=1e-8)
    slope = numerical_gradient(lambda y_hat: -np.log(y_hat[0]), np.array([values["y_hat"]]))
    assert gradients["y_hat"] == pytest.approx(slope[0], rel=1e-8) and gradients["loss"] == 1
    _close([gradients["z2"], gradients["h[1]"]], [-0.235502, -0.105976])


def test_parameters_as_one_vector_and_back():
    rng = np.random.default_rng(0)
    params = Network(*(np.asarray(rng.standard_normal(shape)) for shape in ((5, 3), 5, 5, ())))
    vector = flatten(params)
    assert vector.shape == (26,)
    again = unflatten(vector, params)
    assert all(
        (one == other).all() and np.shape(one) == np.shape(other)
        for one, other in zip(params, again, strict=True)
    )
