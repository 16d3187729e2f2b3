"""Word2vec's two losses: by hand, against the package's ops, and their gradients."""

import numpy as np
import pytest

from scratchgpt.gradcheck import check_pair
from scratchgpt.ops.cross_entropy import binary_cross_entropy_forward, cross_entropy_forward
from scratchgpt.worked.word2vec import (
    naive_softmax_backward,
    naive_softmax_forward,
    negative_sampling_backward,
    negative_sampling_forward,
)

TABLE = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
DRAWS = [np.array([5, 0, 7]), np.array([6, 4, 6, 6]), np.array([2, 5, 2])]  # the last hit the found word, 2


def _vectors(seed=0, n_words=9, size=4):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(size), rng.standard_normal((n_words, size)), rng


def test_naive_softmax_by_hand():
    loss, cache = naive_softmax_forward(np.array([np.log(2), 0.0]), 0, TABLE)
    np.testing.assert_allclose(cache.probs, [0.4, 0.2, 0.4], rtol=1e-15)
    assert loss == pytest.approx(-np.log(0.4), rel=1e-15)
    dv, dU = naive_softmax_backward(1.0, cache)
    np.testing.assert_allclose(dv, [-0.2, 0.6], rtol=1e-14)
    np.testing.assert_allclose(dU, np.log(2) * np.array([[-0.6, 0], [0.2, 0], [0.4, 0]]), rtol=1e-14)


def test_naive_softmax_is_cross_entropy_of_the_scores():
    v, U, _ = _vectors()
    loss, _ = naive_softmax_forward(v, 3, U)
    assert loss == pytest.approx(cross_entropy_forward((U @ v)[None], np.array([3]))[0], rel=1e-15)


def test_naive_softmax_gradients_match_finite_differences():
    v, U, rng = _vectors()
    report = check_pair(
        naive_softmax_forward, naive_softmax_backward, {"v": v, "outside": 3, "U": U}, rng=rng, wrt=("v", "U")
    )
    assert report.ok, f"\n{report}"
    assert report.max_error < 1e-8


def test_negative_sampling_by_hand():
    loss, cache = negative_sampling_forward(np.array([np.log(3), 0.0]), 0, np.array([1, 1]), TABLE)
    np.testing.assert_allclose(cache.probs, [0.75, 0.5, 0.5], rtol=1e-15)
    assert loss == pytest.approx(-np.log(0.75) - 2 * np.log(0.5), rel=1e-15)
    dv, dU = negative_sampling_backward(1.0, cache)
    np.testing.assert_allclose(dv, [-0.25, 1.0], rtol=1e-14)
    np.testing.assert_allclose(dU, np.log(3) * np.array([[-0.25, 0], [1, 0], [0, 0]]), rtol=1e-14)


@pytest.mark.parametrize("negatives", DRAWS)
def test_negative_sampling_is_a_yes_no_question_per_pair(negatives):
    v, U, _ = _vectors()
    loss, cache = negative_sampling_forward(v, 2, negatives, U)
    labels = np.array([1.0] + [0.0] * len(negatives))
    mean, _ = binary_cross_entropy_forward(U[cache.ids] @ v, labels)
    assert loss == pytest.approx(mean * len(labels), rel=1e-14)


@pytest.mark.parametrize("negatives", DRAWS)
def test_negative_sampling_gradients_match_finite_differences(negatives):
    v, U, rng = _vectors()
    report = check_pair(
        negative_sampling_forward,
        negative_sampling_backward,
        {"v": v, "outside": 2, "negatives": negatives, "U": U},
        rng=rng,
        wrt=("v", "U"),
        exempt=("U",),  # the rows of words that took no part have no gradient
    )
    assert report.ok, f"\n{report}"
    assert report.max_error < 1e-8
    _, cache = negative_sampling_forward(v, 2, negatives, U)
    _, dU = negative_sampling_backward(1.3, cache)
    assert np.flatnonzero(dU.any(axis=1)).tolist() == sorted({2, *negatives.tolist()})


@pytest.mark.parametrize("size", [1e3, 1e-3])
def test_losses_stay_exact_for_scores_of_any_size(size):
    v, U = np.array([1.0]), np.array([[0.0], [size], [-size]])
    loss, _ = naive_softmax_forward(v, 2, U)
    assert loss == pytest.approx(np.logaddexp.reduce(U[:, 0]) + size, rel=1e-14)
    loss, _ = negative_sampling_forward(v, 2, np.array([1]), U)
    assert loss == pytest.approx(2 * np.logaddexp(0, size), rel=1e-14)
