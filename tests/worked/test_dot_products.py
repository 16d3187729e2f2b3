"""What lesson 06 says about dividing by the root of the size, on draws other than the lesson's."""

import numpy as np
import pytest

from scratchgpt.worked.dot_products import saturation

SIZES = (4, 64, 256)


@pytest.fixture(scope="module")
def measured():
    return {
        scaled: saturation(SIZES, np.random.default_rng(7), scaled=scaled, n_queries=500) for scaled in (0, 1)
    }


def test_the_scores_spread_as_the_root_of_the_size(measured):
    np.testing.assert_allclose(measured[0].deviation, np.sqrt(SIZES), rtol=0.05)
    np.testing.assert_allclose(measured[1].deviation, 1, rtol=0.05)


def test_scaled_nothing_depends_on_the_size(measured):
    for values in measured[1][2:6]:
        assert values.max() / values.min() < 1.4


def test_unscaled_the_softmax_saturates_and_the_typical_gradient_vanishes(measured):
    plain, scaled = measured[0], measured[1]
    assert plain.largest[-1] > 0.98 and scaled.largest[-1] < 0.3
    assert (np.diff(plain.scores) < 0).all() and plain.scores[-1] < scaled.scores[-1] / 20
    assert plain.query[-1] < scaled.query[-1] / 2


def test_unscaled_a_few_queries_get_more_and_more(measured):
    """The mean square grows: where two keys tie, the gradient is multiplied by keys of length root d."""
    assert (np.diff(measured[0].query_rms) > 0).all()
    assert (np.diff(measured[0].few) > 0).all() and measured[0].few[-1] > 0.5
    assert measured[0].few_largest[-1] < 0.8 < 0.98 < measured[0].largest[-1], (
        "their softmax is not saturated"
    )


def test_the_few_are_a_twentieth_of_the_queries():
    """Of equal gradients a twentieth holds a twentieth; scaled ones differ, but by little."""
    scaled = saturation((256,), np.random.default_rng(7), scaled=True, n_queries=400)
    assert 0.05 < scaled.few < 0.2


def test_one_row_by_hand():
    """With one key there is one weight, 1, whatever the score: no gradient at all."""
    one = saturation((8,), np.random.default_rng(0), scaled=True, n_keys=1, n_queries=3)
    assert one.largest == 1 and one.scores == 0 and one.query_rms == 0 and one.few == 0
