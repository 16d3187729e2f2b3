from fractions import Fraction

import numpy as np
import pytest

from scratchgpt.ops.dropout import DropoutCache, dropout_backward, dropout_forward

WORD = 2**64 - 1


def splitmix64(z):
    """The mixing function with Python's unbounded integers, one number at a time."""
    z = (z + 0x9E3779B97F4A7C15) & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def kept(key, i, p):
    """Whether element i stays, in exact arithmetic: its top 24 bits, as a fraction, reach p."""
    return Fraction(splitmix64((key + i) & WORD) >> 40, 2**24) >= Fraction(p)


def test_splitmix64_gives_the_published_first_numbers():
    assert splitmix64(0) == 0xE220A8397B1DCDAF
    assert splitmix64(1234567) == 6457827717110365317


@pytest.mark.parametrize("p", [0.1, 0.3, 0.5, 0.9, 2**-24, 1 - 2**-24])
@pytest.mark.parametrize("seed", [0, 1])
def test_mask_is_splitmix64_bit_for_bit(p, seed):
    x = np.ones((5, 7, 11))
    y, cache = dropout_forward(x, p, np.random.default_rng(seed))
    assert cache.key == int(np.random.default_rng(seed).integers(0, 2**64, dtype=np.uint64))
    expected = [kept(cache.key, i, p) for i in range(x.size)]
    assert (y != 0).reshape(-1).tolist() == expected


def test_an_element_stays_when_it_reaches_p_exactly():
    key = 1234567
    bits = splitmix64(key) >> 40
    for p, stays in ((bits / 2**24, True), ((bits + 1) / 2**24, False), ((bits + 0.01) / 2**24, False)):
        assert kept(key, 0, p) == stays
        assert (dropout_backward(np.ones(1), DropoutCache(key, p))[0] != 0) == stays


def test_key_plus_index_wraps_around():
    key = WORD - 3
    dx = dropout_backward(np.ones(10), DropoutCache(key, 0.5))
    assert (dx != 0).tolist() == [kept(key, i, 0.5) for i in range(10)]


def test_one_key_is_drawn_per_call_so_calls_differ_and_seeds_repeat():
    rng = np.random.default_rng(0)
    x = np.ones((20, 20))
    first, second = dropout_forward(x, 0.5, rng)[0], dropout_forward(x, 0.5, rng)[0]
    assert not np.array_equal(first, second)
    again = np.random.default_rng(0)
    assert np.array_equal(first, dropout_forward(x, 0.5, again)[0])
    assert np.array_equal(second, dropout_forward(x, 0.5, again)[0])


def test_backward_regenerates_the_same_mask_and_scale():
    x = np.random.default_rng(1).standard_normal((6, 7))
    y, cache = dropout_forward(x, 0.4, np.random.default_rng(2))
    np.testing.assert_array_equal(dropout_backward(x, cache), y)
    np.testing.assert_allclose(y[y != 0], x[y != 0] / 0.6, rtol=1e-15)


def test_mask_does_not_depend_on_memory_layout_or_dtype():
    x = np.ones((6, 7))
    y = dropout_forward(x, 0.4, np.random.default_rng(2))[0]
    assert np.array_equal(y, dropout_forward(np.asfortranarray(x), 0.4, np.random.default_rng(2))[0])
    half = dropout_forward(x.astype(np.float16), 0.4, np.random.default_rng(2))[0]
    assert np.array_equal(y != 0, half != 0)


@pytest.mark.parametrize("p", [0.1, 0.5])
def test_expectation_over_many_masks_is_the_input(p):
    rng, n, size = np.random.default_rng(3), 400, 1000
    total = sum(dropout_forward(np.ones(size), p, rng)[0] for _ in range(n))
    deviation = (p / (1 - p)) ** 0.5  # of one element of one draw
    assert abs(total.mean() / n - 1) < 4 * deviation / (n * size) ** 0.5
    assert np.abs(total / n - 1).max() < 5 * deviation / n**0.5
    assert np.std(total / n) == pytest.approx(deviation / n**0.5, rel=0.1)


@pytest.mark.parametrize(("p", "rng"), [(0.5, None), (0.0, np.random.default_rng(0))])
def test_without_generator_or_probability_nothing_happens(p, rng):
    x = np.random.default_rng(4).standard_normal(100)
    state = None if rng is None else rng.bit_generator.state
    y, cache = dropout_forward(x, p, rng)
    assert np.array_equal(y, x)
    assert np.array_equal(dropout_backward(x, cache), x)
    assert state is None or rng.bit_generator.state == state, "no key is drawn in vain"
