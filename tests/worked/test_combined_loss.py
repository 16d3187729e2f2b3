"""L3 = L2 + lambda L1: the trace on paper, and the gradient in its two parts."""

import numpy as np
import pytest

from scratchgpt.tasks.batches import collate
from scratchgpt.worked import combined_loss
from scratchgpt.worked.combined_loss import P_NEXT, P_POSITIVE, combined, gradients, part_norms
from scratchgpt.worked.film_stages import film_model, reviews, xavier


def test_the_trace_on_paper():
    c = combined(P_POSITIVE, P_NEXT)
    np.testing.assert_allclose(c.logs, [-3.912, -2.526, -1.050, -2.996, -4.605], atol=5e-4)
    assert (c.total, c.mean) == (pytest.approx(-15.088, abs=5e-4), pytest.approx(-3.0177, abs=5e-5))
    assert (c.l2, c.l3) == (pytest.approx(-0.1625, abs=5e-5), pytest.approx(-1.6714, abs=5e-5))
    assert combined(P_POSITIVE, P_NEXT, weight=0).l3 == c.l2
    assert len(combined_loss.WORDS) == len(P_NEXT) == 5


@pytest.fixture(scope="module")
def grads():
    model = film_model(lm_weight=0.7)
    return gradients(model, xavier(model, np.random.default_rng(1)), collate(reviews()))


def test_the_gradient_is_the_sum_of_both(grads):
    expected = grads.task.buffer + 0.7 * grads.language.buffer
    np.testing.assert_allclose(grads.combined.buffer, expected, atol=1e-14)
    assert np.abs(grads.language.buffer).max() > 0.1 < np.abs(grads.task.buffer).max()


def test_the_classifier_gets_nothing_from_the_language(grads):
    assert not grads.language.flat["classifier.weight"].any()
    assert grads.task.flat["classifier.weight"].any()


def test_norms_by_part(grads):
    found = part_norms(grads.task, {"all": "", "norms": "h.0.ln", "W_y": "classifier"})
    assert found["all"] == pytest.approx(np.linalg.norm(grads.task.buffer))
    assert found["W_y"] == pytest.approx(np.linalg.norm(grads.task.flat["classifier.weight"]))
    assert 0 < found["norms"] < found["all"]
