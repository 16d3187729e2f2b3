"""The pass of three tokens: every number that the paper shows."""

import numpy as np
import pytest

from scratchgpt.worked import gpt1_pass

# fmt: off
EXPECTED = {
    "h0": [[.2, 0, .5, .2], [.9, .4, -.3, .2], [.1, .6, .4, -.4]],
    "scores": [[-.34, -.29, 1.13, .75, .34], [.29, -.07, .69, .58, -.65], [-.54, .43, .19, .19, .06]],
    "probabilities": [[.0881, .0926, .3832, .2621, .1739], [.2034, .1419, .3034, .2718, .0795],
                      [.1041, .2745, .2159, .2159, .1896]],
    "log_likelihoods": [-2.3791, -1.1926],
    "perplexity": 5.9647,
}
# fmt: on
PASS = gpt1_pass.gpt1_pass()


@pytest.mark.parametrize("name", EXPECTED)
def test_the_pass(name):
    np.testing.assert_allclose(getattr(PASS, name), EXPECTED[name], atol=5.1e-5)


def test_cats_and_dogs_tie_up_to_rounding():
    cats, dogs = PASS.scores[2, 2:4]
    assert cats == pytest.approx(dogs, abs=1e-15)
    assert gpt1_pass.cosine(*gpt1_pass.WE[2:4]) == pytest.approx(0.9552, abs=5e-5)


def test_the_row_that_is_often_printed_does_not_sum_to_one():
    assert sum([0.098, 0.259, 0.204, 0.204, 0.179]) == pytest.approx(0.944)
    np.testing.assert_allclose(PASS.probabilities.sum(axis=-1), 1, rtol=1e-14)
