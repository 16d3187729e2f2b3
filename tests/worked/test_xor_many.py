"""Many XOR networks at once: the same steps as one at a time, and what decides whether they succeed."""

import math

import numpy as np
import pytest

from scratchgpt.worked.xor import INPUTS, TARGETS, XorNetwork, init_xor, xor_probabilities, xor_step
from scratchgpt.worked.xor_many import hidden_alive, init_uniform, shared_loss, train_many

STARTS = [init_xor(np.random.default_rng(seed)) for seed in range(1000)]


@pytest.fixture(scope="module")
def thousand():
    return train_many(STARTS)


def test_each_run_is_what_it_would_be_alone():
    few = STARTS[:7]
    runs = train_many(few, steps=40, lr=0.3)
    for i, params in enumerate(few):
        for _ in range(40):
            params, _ = xor_step(params, INPUTS, TARGETS, 0.3)
        assert runs.losses[i] == pytest.approx(xor_step(params, INPUTS, TARGETS, 0.3)[1], rel=1e-12)
        assert runs.alive[i] == hidden_alive(params)


def test_how_many_of_a_thousand_solve_xor(thousand):
    solved = thousand.solved_at >= 0
    assert thousand.solved_at[0] == 563
    assert (solved[:100].sum(), solved.sum(), thousand.solved_at.max()) == (70, 640, 686)
    legacy = train_many([init_xor(np.random.RandomState(seed)) for seed in range(100)])
    assert (legacy.solved_at >= 0).sum() == 65


def test_living_units_at_the_start_decide_mostly(thousand):
    solved = thousand.solved_at >= 0
    alive = np.array([hidden_alive(start) for start in STARTS])
    counts = {k: (solved[alive == k].sum(), (alive == k).sum()) for k in (2, 3, 4)}
    assert counts == {2: (82, 197), 3: (292, 432), 4: (266, 317)}
    assert (solved[alive < 2].sum(), (alive < 2).sum()) == (0, 54)
    lost = ~solved & (alive == 4)
    assert (lost.sum(), (thousand.alive[lost] < 4).sum()) == (51, 29)
    assert (thousand.alive <= alive).all(), "no unit comes to life"


def test_all_failures_stop_at_one_of_three_losses(thousand):
    failures = thousand.losses[thousand.solved_at < 0]
    plateaus = [shared_loss(groups) for groups in ([[0, 1, 1, 0]], [[0, 1, 1], [0]], [[0, 1], [0], [1]])]
    at = [(np.abs(failures - plateau) < 0.01).sum() for plateau in plateaus]
    assert at == [42, 139, 179] and sum(at) == len(failures)


def test_inputs_that_no_unit_is_on_for_make_the_plateaus(thousand):
    failed = thousand.solved_at < 0

    def silent(groups):
        stuck = failed & (np.abs(thousand.losses - shared_loss(groups)) < 0.01)
        return dict(
            zip(*map(np.ndarray.tolist, np.unique(thousand.silent[stuck], return_counts=True)), strict=True)
        )

    assert silent([[0, 1, 1, 0]]) == {0: 29, 4: 13}
    assert silent([[0, 1, 1], [0]]) == {3: 139}
    assert silent([[0, 1], [0], [1]]) == {1: 1, 2: 178}
    linear = failed & (thousand.silent == 0)
    assert linear.sum() == 29 and not thousand.bends[linear].any()
    assert (thousand.bends[~failed] > 0).all(), "what solves XOR bends"


def test_silent_inputs_and_bending_units_are_counted():
    W1 = np.array([[1.0, -1.0, 0.0], [-1.0, -1.0, 0.0]])  # on for (1, 0) alone; for none; for all
    one = XorNetwork(W1, np.array([0.0, 0.0, 1.0]), np.zeros((3, 1)), np.zeros(1))
    runs = train_many([one, one._replace(b1=np.zeros(3))], steps=0)
    assert (runs.alive.tolist(), runs.bends.tolist(), runs.silent.tolist()) == ([2, 1], [1, 1], [0, 3])


@pytest.mark.parametrize(("width", "solved"), [(2, 191), (8, 956), (16, 1000)])
def test_width_helps(width, solved):
    runs = train_many([init_xor(np.random.default_rng(seed), width) for seed in range(1000)], steps=800)
    assert (runs.solved_at >= 0).sum() == solved


def test_a_unit_is_alive_when_any_input_switches_it_on():
    W1 = np.array([[1.0, -1.0, -1.0, 0.0], [-3.0, -1.0, -1.0, 0.0]])
    params = XorNetwork(W1, np.array([0.0, 0.0, 0.5, 0.0]), np.zeros((4, 1)), np.zeros(1))
    assert hidden_alive(params) == 2  # by the input (1, 0), and by its bias at (0, 0)


def test_the_loss_of_answers_that_share_a_probability():
    assert shared_loss([[0, 1, 1, 0]]) == pytest.approx(math.log(2))
    assert shared_loss([[0, 1], [0], [1]]) == pytest.approx(math.log(2) / 2)
    entropy = -(math.log(1 / 3) + 2 * math.log(2 / 3)) / 3
    assert shared_loss([[1, 1, 0], [0]]) == pytest.approx(0.75 * entropy)
    assert shared_loss([[0], [1, 1]]) == 0


def test_probabilities_are_those_of_the_loss():
    start = STARTS[3]
    p, y = xor_probabilities(start, INPUTS), TARGETS[:, 0]
    loss = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
    assert loss == pytest.approx(xor_step(start, INPUTS, TARGETS, 0.0)[1], rel=1e-12)


def test_the_uniform_start():
    drawn = [init_uniform(np.random.default_rng(seed), 9) for seed in range(200)]
    for name, bound in (("W1", 2**-0.5), ("b1", 2**-0.5), ("W2", 1 / 3), ("b2", 1 / 3)):
        values = np.concatenate([np.ravel(getattr(network, name)) for network in drawn])
        assert 0.95 * bound < values.max() < bound and -bound < values.min() < -0.95 * bound
    runs = train_many([init_uniform(np.random.default_rng(seed)) for seed in range(1000)])
    assert (runs.solved_at >= 0).sum() == 700
