"""XOR: one step against finite differences, and training as it was recorded, failures included."""

import math

import numpy as np
import pytest

from scratchgpt.gradcheck import check
from scratchgpt.worked.xor import INPUTS, TARGETS, XorNetwork, init_xor, train_xor, xor_step


def test_the_step_follows_the_gradient():
    rng = np.random.default_rng(1)
    params = XorNetwork(*(rng.standard_normal(shape) for shape in ((3, 4), (4,), (4, 1), (1,))))
    x, y, lr = rng.standard_normal((5, 3)), rng.uniform(0, 1, (5, 1)), 0.3
    before = XorNetwork(*(p.copy() for p in params))
    stepped, loss = xor_step(params, x, y, lr)
    slopes = {
        name: (old - new) / lr for name, old, new in zip(XorNetwork._fields, params, stepped, strict=True)
    }
    report = check(lambda: xor_step(params, x, y, lr)[1], params._asdict(), slopes)
    assert report.ok, f"\n{report}"
    assert xor_step(stepped, x, y, lr)[1] < loss
    assert all((old == now).all() for old, now in zip(before, params, strict=True)), "values in, values out"


def test_the_first_draw():
    W1, b1, W2, b2 = init_xor(np.random.default_rng(0), n_hidden=4)
    z = np.random.default_rng(0).standard_normal(12)
    np.testing.assert_array_equal(W1, z[:8].reshape(2, 4))  # standard deviation sqrt(2 / 2)
    np.testing.assert_allclose(W2[:, 0], z[8:] * 0.7071, rtol=1e-5)  # sqrt(2 / 4)
    assert not b1.any() and not b2.any()


@pytest.mark.parametrize(
    ("rng", "solved", "last"),
    [
        (np.random.default_rng(0), 563, 0.000341),
        (np.random.RandomState(42), 603, 0.000343),  # draws as np.random.seed(42) does
    ],
)
def test_training_as_recorded(rng, solved, last):
    params, losses = train_xor(rng)
    assert int((losses < 0.01).argmax()) == solved
    assert losses[-1] == pytest.approx(last, abs=6e-7)
    _, final = xor_step(params, INPUTS, TARGETS, 0.5)
    assert final == pytest.approx(last, abs=6e-7)


@pytest.mark.parametrize(
    ("seed", "plateau"),
    [
        (62, math.log(2)),  # no hidden unit is on for any example
        (5, 0.75 * -(math.log(1 / 3) / 3 + math.log(2 / 3) * 2 / 3)),  # 0.4774
        (10, math.log(2) / 2),
    ],
)
def test_where_training_stops_when_hidden_units_are_off(seed, plateau):
    _, losses = train_xor(np.random.default_rng(seed), steps=1500)
    assert losses[-1] == pytest.approx(plateau, abs=1e-3)
