"""The count model: true probabilities, the formula by hand, and figures on public text."""

import dataclasses
import math

import numpy as np
import pytest

from scratchgpt.corpus import read_documents, split
from scratchgpt.count_model import CountModel
from scratchgpt.errors import UserError

BANANA = np.array([1, 0, 2, 0, 2, 0])  # a b n as 0 1 2


def test_by_hand():
    model = CountModel.fit(BANANA, vocab_size=3, order=2)
    # Empty context: a 3, b 1, n 2 of N = 6, T = 3; below it lies 1/3.
    p0 = np.array([4, 2, 3]) / 9
    np.testing.assert_allclose(model.distribution([]), p0)
    # After a: only n, twice. N = 2, T = 1.
    p1 = (np.array([0, 0, 2]) + p0) / 3
    np.testing.assert_allclose(model.distribution([0]), p1)
    # After na: n once; ab was never seen, so the context is b: only a, once.
    np.testing.assert_allclose(model.distribution([2, 0]), (np.array([0, 0, 1]) + p1) / 2)
    np.testing.assert_allclose(model.distribution([0, 1]), (np.array([1, 0, 0]) + p0) / 2)
    # The escape weighs the shorter context.
    trusting = dataclasses.replace(model, escape=0.5)
    p0 = (np.array([3, 1, 2]) + 0.5) / 7.5
    np.testing.assert_allclose(trusting.distribution([0]), (np.array([0, 0, 2]) + 0.5 * p0) / 2.5)


@pytest.mark.parametrize("order", [0, 1, 2, 5])
@pytest.mark.parametrize("escape", [0.5, 1.0, 3.0])
def test_probabilities_sum_to_one(order, escape):
    rng = np.random.default_rng(0)
    model = CountModel.fit(rng.integers(0, 4, 60), vocab_size=5, order=order, escape=escape)
    for _ in range(50):
        # Symbol 4 never occurs, so these contexts are seen, partly seen and unseen.
        p = model.distribution(rng.integers(0, 5, rng.integers(0, 8)))
        assert p.shape == (5,)
        assert (p > 0).all()
        assert p.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("order", [0, 1, 3, 6])
def test_log_prob_is_the_distribution_at_every_position(order):
    rng = np.random.default_rng(1)
    model = CountModel.fit(rng.integers(0, 4, 300), vocab_size=5, order=order)
    ids = rng.integers(0, 5, 80)
    expected = [math.log(model.distribution(ids[:i])[x]) for i, x in enumerate(ids)]
    np.testing.assert_allclose(model.log_prob(ids), expected, rtol=1e-12)
    assert model.mean_nll(ids) == pytest.approx(-np.mean(expected))
    for n in range(3):
        assert model.log_prob(ids[:n]).shape == (n,)


def test_against_counting_with_dictionaries():
    """The same formula, symbol by symbol: keys, ranks and searches may not confuse contexts."""
    rng = np.random.default_rng(2)
    train, held_out = rng.integers(0, 300, 4000) % 7 * 40, rng.integers(0, 300, 200) % 9 * 35
    tables = {}
    for i in range(len(train)):
        for k in range(min(i, 3) + 1):
            table = tables.setdefault(tuple(train[i - k : i]), {})
            table[train[i]] = table.get(train[i], 0) + 1
    expected = []
    for i, x in enumerate(held_out):
        p = 1 / 300
        for k in range(min(i, 3) + 1):
            table = tables.get(tuple(held_out[i - k : i]))
            if table:
                p = (table.get(x, 0) + len(table) * p) / (sum(table.values()) + len(table))
        expected.append(math.log(p))
    model = CountModel.fit(train.astype(np.uint16), 300, order=3)
    np.testing.assert_allclose(model.log_prob(held_out.astype(np.uint16)), expected, rtol=1e-12)


def test_order_beyond_the_text():
    model = CountModel.fit(np.array([1, 0]), vocab_size=2, order=5)
    assert model.order == 5
    assert model.distribution([1, 0, 1, 0, 1, 0]).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([], 3, 1), "no symbols"),
        (([0, 3], 3, 1), "between 0 and 3, expected 0 to 2"),
        (([0, -1], 3, 1), "between -1 and 0"),
        (([0, 1], 3, -1), "order is -1"),
        (([0, 1], 3, 1, 0.0), "escape is 0"),
        (([0, 1], 2**62, 1), "64-bit"),
    ],
)
def test_bad_input(arguments, said):
    with pytest.raises(UserError, match=said):
        CountModel.fit(np.array(arguments[0], dtype=np.int64), *arguments[1:])


def test_nothing_to_measure():
    with pytest.raises(UserError, match="no symbols"):
        CountModel.fit(BANANA, 3, 1).mean_nll(np.array([], dtype=np.int64))


@pytest.mark.shared
def test_tiny_shakespeare(shared_data):
    [document] = read_documents([shared_data / "tinyshakespeare/input.txt"])
    characters = sorted(set(document.text))
    place = {c: i for i, c in enumerate(characters)}
    train, held_out = (np.array([place[c] for c in part]) for part in split(document, 0.1))
    model = CountModel.fit(train, len(characters), order=4)
    nll = [dataclasses.replace(model, levels=model.levels[: n + 1]).mean_nll(held_out) for n in range(1, 5)]
    np.testing.assert_allclose(nll, [2.4858, 2.0492, 1.7738, 1.6688], atol=5e-5)
