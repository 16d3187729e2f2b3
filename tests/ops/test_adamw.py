import math

import numpy as np
import pytest

from scratchgpt.ops.adamw import adamw_step

BETAS, EPS = (0.9, 0.95), 1e-8


def _slow(p, m, v, g, lr, decay, step):
    """Algorithm 2 of Loshchilov and Hutter, one Python float at a time."""
    p -= lr * decay * p
    m = BETAS[0] * m + (1 - BETAS[0]) * g
    v = BETAS[1] * v + (1 - BETAS[1]) * g * g
    m_hat, v_hat = m / (1 - BETAS[0] ** step), v / (1 - BETAS[1] ** step)
    return p - lr * m_hat / (math.sqrt(v_hat) + EPS), m, v


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_ten_steps_equal_a_plain_loop(decay):
    rng = np.random.default_rng(0)
    param = rng.standard_normal(11)
    m, v = np.zeros(11), np.zeros(11)
    state = [(p, 0.0, 0.0) for p in param]
    for step in range(1, 11):
        grad = rng.standard_normal(11) * 10.0 ** rng.integers(-9, 2, 11)
        lr = 0.01 * step
        adamw_step(param, grad, m, v, lr=lr, betas=BETAS, eps=EPS, weight_decay=decay, step=step)
        state = [_slow(*s, g, lr, decay, step) for s, g in zip(state, grad, strict=True)]
    np.testing.assert_allclose(np.array([param, m, v]).T, state, rtol=1e-12)


def test_first_step_moves_by_the_rate_whatever_the_size_of_the_gradient():
    param, grad = np.zeros(4), np.array([1e-4, -1.0, 1e4, 0.0])
    adamw_step(param, grad, np.zeros(4), np.zeros(4), lr=0.1, betas=BETAS, eps=1e-12, weight_decay=0, step=1)
    np.testing.assert_allclose(param, [-0.1, 0.1, -0.1, 0.0], rtol=1e-7)


def test_decay_never_enters_the_moments():
    param, m, v = np.full(3, 5.0), np.zeros(3), np.zeros(3)
    adamw_step(param, np.zeros(3), m, v, lr=0.1, betas=BETAS, eps=EPS, weight_decay=0.5, step=1)
    np.testing.assert_allclose(param, 5 * (1 - 0.1 * 0.5), rtol=1e-15)
    assert not m.any()
    assert not v.any()


def test_gradient_is_left_alone_and_everything_else_changes_in_place():
    rng = np.random.default_rng(1)
    buffers = [rng.random(6) for _ in range(4)]
    param, grad, m, v = (buffer[1:5] for buffer in buffers)  # views of a larger buffer
    before = [buffer.copy() for buffer in buffers]
    result = adamw_step(param, grad, m, v, lr=0.1, betas=BETAS, eps=EPS, weight_decay=0.1, step=2)
    assert result is None
    for buffer, kept, changes in zip(buffers, before, (True, False, True, True), strict=True):
        assert np.array_equal(buffer[[0, 5]], kept[[0, 5]])
        assert (buffer[1:5] != kept[1:5]).all() == changes
