"""Filters against brute force, draws against their probabilities."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchgpt import sampling
from scratchgpt.config import SampleConfig

PLAIN = SampleConfig(temperature=1.0, top_p=1.0)
weights = st.lists(st.integers(1, 6), min_size=1, max_size=9)  # few values: many ties


def kept(logits):
    return {i for i, value in enumerate(logits) if value > -math.inf}


def likeliest_first(values):
    return sorted(range(len(values)), key=lambda i: (-values[i], i))


@given(weights, st.integers(0, 11))
def test_top_k_keeps_exactly_k_lowest_ids_first(w, k):
    logits = np.log(np.array(w, dtype=np.float64))
    assert kept(sampling.top_k(logits, k)) == set(likeliest_first(w)[: k or len(w)])


@given(weights, st.fractions(0, 1, max_denominator=60).filter(bool))
def test_top_p_is_the_smallest_set_that_reaches_p(w, p):
    """Exact fractions decide what the float64 sums must find, equality with p included."""
    expected, reached = set(), Fraction(0)
    for i in likeliest_first(w):
        if reached >= p:
            break
        expected.add(i)
        reached += Fraction(w[i], sum(w))
    assert kept(sampling.top_p(np.log(np.array(w, dtype=np.float64)), float(p))) == expected


def test_top_p_keeps_the_token_that_crosses_and_never_none():
    logits = np.log([0.5, 0.3, 0.2])
    assert kept(sampling.top_p(logits, 0.5)) == {0}
    assert kept(sampling.top_p(logits, 0.51)) == {0, 1}
    assert kept(sampling.top_p(logits, 1e-15)) == {0}
    assert sampling.top_p(logits, 1.0) is logits


@pytest.mark.parametrize("p", [0.3, 0.9, 0.999])
@pytest.mark.parametrize("scale", [0.01, 1.0, 8.0])
def test_top_p_of_a_large_vocabulary_is_that_of_a_plain_sort(p, scale):
    """Nuclei within and beyond the tokens that are looked at first, with ties at their border."""
    logits = np.round(scale * np.random.default_rng(0).standard_normal(5000), 2)
    probs = np.exp(logits) / np.exp(logits).sum()
    order = likeliest_first(logits.tolist())
    n = 1 + int((np.cumsum(probs[order])[:-1] < p).sum())
    assert kept(sampling.top_p(logits, p)) == set(order[:n])


def test_filters_keep_the_logits_they_keep():
    logits = np.array([1.0, 3.0, 2.0])
    np.testing.assert_array_equal(sampling.top_k(logits, 2), [-np.inf, 3.0, 2.0])
    np.testing.assert_array_equal(sampling.top_p(logits, 0.7), [-np.inf, 3.0, 2.0])
    np.testing.assert_array_equal(sampling.apply_temperature(logits, 0.5), [2.0, 6.0, 4.0])


@pytest.mark.parametrize(
    "config",
    [
        PLAIN,
        SampleConfig(temperature=0.0),
        SampleConfig(temperature=0.7, top_k=4, top_p=0.8),
        SampleConfig(temperature=1.3, top_k=1),
    ],
)
def test_rows_of_a_batch_are_treated_alone(config):
    logits = np.random.default_rng(0).standard_normal((3, 11)).astype(np.float32)
    together = sampling.probabilities(logits, config)
    assert together.dtype == np.float64
    np.testing.assert_allclose(together.sum(axis=-1), 1.0)
    for row, probs in zip(logits, together, strict=True):
        np.testing.assert_array_equal(sampling.probabilities(row, config), probs)


def test_probabilities_by_hand():
    logits = np.log([0.1, 0.6, 0.3])
    np.testing.assert_allclose(sampling.probabilities(logits, PLAIN), [0.1, 0.6, 0.3])
    squared = sampling.probabilities(logits, SampleConfig(temperature=0.5, top_p=1.0))
    np.testing.assert_allclose(squared, np.array([0.01, 0.36, 0.09]) / 0.46)
    two = sampling.probabilities(logits, SampleConfig(temperature=1.0, top_k=2, top_p=1.0))
    np.testing.assert_allclose(two, [0, 2 / 3, 1 / 3])


def test_order_is_temperature_then_top_k_then_top_p():
    logits = np.log([0.4, 0.3, 0.2, 0.1])
    # Of the best two, the first has 4/7 = 0.57 and reaches 0.5; of all four it has 0.4 and does not.
    after_k = sampling.probabilities(logits, SampleConfig(temperature=1.0, top_k=2, top_p=0.5))
    np.testing.assert_array_equal(after_k, [1, 0, 0, 0])
    # At temperature 1/2 it has 16/30 and reaches 0.5 without top-k.
    cold = sampling.probabilities(logits, SampleConfig(temperature=0.5, top_p=0.5))
    np.testing.assert_array_equal(cold, [1, 0, 0, 0])


def test_temperature_zero_takes_the_lowest_id_among_equals():
    logits = np.array([1.0, 5.0, 5.0, 2.0])
    np.testing.assert_array_equal(sampling.probabilities(logits, SampleConfig(temperature=0.0)), [0, 1, 0, 0])


@pytest.mark.parametrize("temperature", [1e-320, 1e-12, 1e300])
def test_extreme_temperatures_stay_finite(temperature):
    config = SampleConfig(temperature=temperature, top_p=1.0)
    probs = sampling.probabilities(np.array([1e4, 2e4, -1e4]), config)
    np.testing.assert_allclose(probs, [0, 1, 0] if temperature < 1 else [1 / 3] * 3)


def test_draws_follow_the_probabilities():
    probs, n = np.array([0.05, 0.3, 0.0, 0.25, 0.1, 0.3]), 20_000
    drawn = sampling.draw(np.tile(probs, (n, 1)), np.random.default_rng(0))
    seen, expected = np.bincount(drawn, minlength=6), n * probs
    assert seen[2] == 0
    chi_square = ((seen - expected) ** 2 / np.maximum(expected, 1)).sum()
    assert chi_square < 18.47  # 4 degrees of freedom: exceeded by one seed in a thousand


class Fixed:
    """A generator whose uniform numbers are all the same."""

    def __init__(self, u):
        self.u = u

    def random(self, shape):
        return np.full(shape, self.u)


@pytest.mark.parametrize(
    ("u", "token"), [(0.0, 1), (0.2499, 1), (0.25, 3), (0.7499, 3), (0.75, 4), (1 - 2**-53, 4)]
)
def test_draw_inverts_the_distribution_function(u, token):
    probs = np.array([0.0, 0.25, 0.0, 0.5, 0.25, 0.0])
    assert sampling.draw(probs, Fixed(u)) == token
    np.testing.assert_array_equal(sampling.draw(np.stack([probs, probs]), Fixed(u)), [token, token])


@given(weights, st.sampled_from([0.0, 0.2, 0.25, 0.5, 1.0]))
def test_min_p_keeps_what_is_likely_beside_the_likeliest(w, p):
    """Exact shares decide, equality with p included."""
    expected = {i for i, value in enumerate(w) if value >= p * max(w)}
    assert kept(sampling.min_p(np.log(np.array(w, dtype=np.float64)) + 3.0, p)) == expected


def test_min_p_comes_last():
    logits = np.log([0.5, 0.3, 0.2])
    config = SampleConfig(temperature=1.0, top_p=0.75, min_p=0.5)
    np.testing.assert_allclose(sampling.probabilities(logits, config), [5 / 8, 3 / 8, 0])
    # The temperature comes before it: 0.3 / 0.5 = 0.6 becomes 0.36.
    cold = SampleConfig(temperature=0.5, top_p=1.0, min_p=0.5)
    np.testing.assert_array_equal(sampling.probabilities(logits, cold), [1, 0, 0])


def test_the_repetition_penalty_lowers_what_was_seen_once():
    logits = np.array([2.0, -1.0, 4.0, 0.0, 3.0])
    np.testing.assert_array_equal(
        sampling.repetition_penalty(logits, [2, 1, 2, 3, 99], 2.0), [2.0, -2.0, 2.0, 0.0, 3.0]
    )
    np.testing.assert_array_equal(logits, [2.0, -1.0, 4.0, 0.0, 3.0])
    assert sampling.repetition_penalty(logits, [2], 1.0) is logits
    assert sampling.repetition_penalty(logits, [], 2.0) is logits
    np.testing.assert_array_equal(sampling.repetition_penalty(logits, [1], 0.5), [2.0, -0.5, 4.0, 0.0, 3.0])


def test_the_repetition_penalty_comes_before_temperature_and_greedy():
    logits, config = np.array([1.0, 2.0, 1.9]), {"repetition_penalty": 1.5, "top_p": 1.0}
    greedy = sampling.probabilities(logits, SampleConfig(temperature=0.0, **config), seen=[1])
    np.testing.assert_array_equal(greedy, [0, 0, 1])
    warm = sampling.probabilities(logits, SampleConfig(temperature=2.0, **config), seen=[1])
    expected = np.exp([0.5, 2.0 / 1.5 / 2, 0.95])
    np.testing.assert_allclose(warm, expected / expected.sum())


def test_log_probability_is_that_of_the_model():
    logits = np.log([0.1, 0.6, 0.3]).astype(np.float32) - 7
    assert sampling.log_probability(logits, 1) == pytest.approx(math.log(0.6), abs=1e-6)


def test_what_is_nearly_certain_is_still_drawn():
    """Only a probability of exactly 1 leaves nothing to choose."""
    probs = np.array([0.02, 0.95, 0.03])
    rng = np.random.default_rng(0)
    drawn = np.bincount([int(sampling.draw(probs, rng)) for _ in range(2000)], minlength=3)
    assert np.abs(drawn / 2000 - probs).max() < 0.02 and drawn.min() > 0
    rows = np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5]])
    drawn = np.array([sampling.draw(rows, rng) for _ in range(100)])
    assert set(drawn[:, 0]) == {1} and set(drawn[:, 1]) == {0, 2}


def test_a_certain_token_takes_one_number_like_any_other():
    rngs = [np.random.default_rng(0) for _ in range(2)]
    sampling.draw(np.array([0.0, 1.0]), rngs[0])
    sampling.draw(np.array([0.5, 0.5]), rngs[1])
    assert rngs[0].random() == rngs[1].random()
