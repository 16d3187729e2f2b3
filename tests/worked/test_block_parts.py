"""The norm's gradient in three terms, and the model that learns a page by heart."""

import numpy as np
import pytest

from scratchgpt.ops.layernorm import layernorm_backward, layernorm_forward
from scratchgpt.worked import memorising
from scratchgpt.worked.norm_terms import layernorm_terms


@pytest.mark.parametrize("leading", [(), (3,), (2, 3)])
def test_the_three_terms_add_up_to_the_gradient(leading):
    rng = np.random.default_rng(0)
    x, dy = rng.standard_normal((2, *leading, 5))
    _, cache = layernorm_forward(x, rng.standard_normal(5), np.zeros(5))
    terms = layernorm_terms(dy, cache)
    np.testing.assert_allclose(sum(terms), layernorm_backward(dy, cache)[0], rtol=1e-12, atol=1e-14)
    assert all(part.shape == x.shape for part in terms)
    assert np.ptp(terms.through_mean, axis=-1).max() == 0, "the same for each channel"


def test_the_mean_takes_away_the_offset_and_the_variance_the_scale():
    rng = np.random.default_rng(0)
    x, dy = rng.standard_normal((2, 6))
    x_hat, cache = layernorm_forward(x, np.ones(6), None, eps=0.0)
    direct, through_mean, through_variance = layernorm_terms(dy, cache)
    assert (direct + through_mean).sum() == pytest.approx(0, abs=1e-14)
    assert (direct + through_variance) @ x_hat == pytest.approx(0, abs=1e-13)


def test_the_pages_are_text_of_one_vocabulary_and_differ():
    learned, other, size = memorising.pages()
    assert len(learned) == len(other) == memorising.PAGE + 1
    assert max(learned.max(), other.max()) < size
    assert (learned != other).mean() > 0.5
    ids, targets = memorising.windows(learned)
    np.testing.assert_array_equal(ids.ravel()[1:], targets.ravel()[:-1])


def test_a_few_steps_lower_both_losses_and_dropout_changes_the_steps_not_the_start():
    runs = [memorising.memorise(p, steps=4, every=2) for p in (0.0, 0.2)]
    for run in runs:
        np.testing.assert_array_equal(run.steps, [0, 2, 4])
        assert run.train[-1] < run.train[0] and run.held_out[-1] < run.held_out[0]
    assert runs[0].train[0] == runs[1].train[0], "evaluated without dropout, the fresh models are the same"
    assert runs[0].train[-1] != runs[1].train[-1]


def test_an_ensemble_of_models_without_dropout_is_the_model():
    run = memorising.memorise(0.0, steps=1, every=1)
    page = memorising.pages()[1]
    result = memorising.ensemble(run.model, run.params, page, 3, np.random.default_rng(0))
    np.testing.assert_allclose(result.together, result.plain, rtol=1e-5)
    assert result.single == pytest.approx(result.plain, rel=1e-5)


def test_masks_differ_and_their_average_is_better_than_one():
    run = memorising.memorise(0.2, steps=1, every=1)
    page = memorising.pages()[1]
    result = memorising.ensemble(run.model, run.params, page, 8, np.random.default_rng(0))
    assert result.together[-1] < result.single, "the logarithm is concave: this holds for any model"
    assert np.unique(result.together).size == 8
