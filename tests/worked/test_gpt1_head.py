"""The classifier by hand, to four decimals, and its gradient against finite differences."""

import numpy as np
import pytest

from scratchgpt.gradcheck import check
from scratchgpt.worked.gpt1_head import STATES, W_Y, classify


def test_the_numbers_on_paper():
    c = classify()
    np.testing.assert_allclose(c.logits, [0.52, -0.315], atol=1e-12)
    np.testing.assert_allclose(c.probs, [0.6974, 0.3026], atol=5e-5)
    assert -c.loss == pytest.approx(-0.3604, abs=5e-5)
    np.testing.assert_allclose(c.dlogits, [-0.3026, 0.3026], atol=5e-5)
    dw_y = [[0.0605, -0.0605], [-0.2723, 0.2723], [0.3026, -0.3026], [-0.0908, 0.0908]]
    np.testing.assert_allclose(c.dw_y, dw_y, atol=5e-5)
    np.testing.assert_allclose(c.dstates[-1], [-0.1059, -0.0605, 0.1967, -0.0756], atol=5e-5)
    assert not c.dstates[:-1].any()


def test_a_step_on_the_matrix():
    after = classify(W_Y - 0.1 * classify().dw_y)
    assert after.probs[0] == pytest.approx(0.7216, abs=5e-5)
    assert after.loss == pytest.approx(0.3263, abs=5e-5)


def test_its_gradients_against_finite_differences():
    rng = np.random.default_rng(0)
    w_y, states = rng.standard_normal((4, 3)), rng.standard_normal((5, 4))
    c = classify(w_y, states, label=2)
    report = check(
        lambda: np.asarray(classify(w_y, states, 2).loss),
        {"w_y": w_y, "the last state": states[-1:]},
        {"w_y": c.dw_y, "the last state": c.dstates[-1:]},
    )
    assert report.ok, f"\n{report}"
    assert STATES.shape == (3, 4)
