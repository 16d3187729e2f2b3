import numpy as np
import pytest

from scratchgpt.evaluation.loss import Evaluation
from scratchgpt.worked.likelihood import perplexity


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [([0.40, 0.60], 2.04), ([0.30], 3.33), ([1 / 6] * 4, 6.00), ([1.0, 1.0], 1.00)],
)
def test_perplexity_on_paper(probabilities, expected):
    assert perplexity(np.log(np.array(probabilities))) == pytest.approx(expected, abs=5e-3)


def test_perplexity_of_the_three_token_example():
    assert perplexity(np.array([-2.3791, -1.1926])) == pytest.approx(5.9647, abs=2e-4)


def test_every_token_counts_the_same_in_any_layout():
    log_probs = np.log(np.random.default_rng(0).uniform(0.01, 0.9, (3, 5)))
    expected = Evaluation(-float(log_probs.mean()), log_probs.size).perplexity
    assert perplexity(log_probs) == pytest.approx(expected, rel=1e-14)
    assert perplexity(log_probs.T) == pytest.approx(expected, rel=1e-14)
    assert perplexity(log_probs.reshape(-1)) == pytest.approx(expected, rel=1e-14)


def test_a_long_text_does_not_underflow():
    log_probs = np.full(5000, -3.0)
    assert np.exp(log_probs).prod() == 0
    assert perplexity(log_probs) == pytest.approx(np.exp(3.0), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_perplexity_keeps_the_dtype(dtype):
    assert perplexity(np.zeros(3, dtype)).dtype == dtype
