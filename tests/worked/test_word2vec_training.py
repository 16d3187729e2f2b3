"""The losses of a whole table and of a batch are those of single pairs; and what is reached at the end."""

import numpy as np
import pytest

from scratchgpt.worked import planted, word2vec
from scratchgpt.worked.word2vec_pairs import add_rows, kept, negative_sampling_pairs, train_pairs
from scratchgpt.worked.word2vec_training import (
    descend,
    naive_softmax_table,
    negative_sampling_table,
    noise,
)
from scratchgpt.worked.word_counts import pmi, ppmi, svd_vectors


def _start(rows, columns, size, scale=1.0, seed=0):
    rng = np.random.default_rng(seed)
    return scale * rng.standard_normal((rows, size)), scale * rng.standard_normal((columns, size))


def _sum_of_pairs(V, U, weighted_pairs):
    """Add up (weight, center, forward, arguments) with the functions for one pair."""
    loss, dV, dU = 0.0, np.zeros_like(V), np.zeros_like(U)
    for weight, center, forward, backward in weighted_pairs:
        value, cache = forward(V[center])
        dv, du = backward(1.0, cache)
        loss, dV[center], dU = loss + weight * value, dV[center] + weight * dv, dU + weight * du
    return loss, dV, dU


def test_the_naive_table_is_the_mean_over_pairs():
    V, U = _start(3, 5, 4)
    counts = np.random.default_rng(1).integers(0, 4, (3, 5)).astype(float)
    pairs = [
        (
            counts[c, o] / counts.sum(),
            c,
            lambda v, o=o: word2vec.naive_softmax_forward(v, o, U),
            word2vec.naive_softmax_backward,
        )
        for c, o in np.argwhere(counts)
    ]
    for found, expected in zip(naive_softmax_table(V, U, counts), _sum_of_pairs(V, U, pairs), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


def test_the_negative_table_is_the_expectation_over_all_draws():
    V, U = _start(2, 3, 4)
    counts = np.array([[2.0, 0, 1], [1, 3, 0]])
    q, pairs = noise(counts), []
    for c, o in np.argwhere(counts):
        for drawn in np.ndindex(3, 3):  # K = 2
            weight = counts[c, o] / counts.sum() * q[drawn[0]] * q[drawn[1]]
            negatives = np.array(drawn)
            pairs.append(
                (
                    weight,
                    c,
                    lambda v, o=o, n=negatives: word2vec.negative_sampling_forward(v, o, n, U),
                    word2vec.negative_sampling_backward,
                )
            )
    found = negative_sampling_table(V, U, counts, negatives=2)
    for value, expected in zip(found, _sum_of_pairs(V, U, pairs), strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-14)


def test_a_batch_is_its_pairs():
    V, U = _start(6, 7, 4)
    rng = np.random.default_rng(3)
    centers, ids = rng.integers(0, 6, 5), rng.integers(0, 7, (5, 4))
    batch = negative_sampling_pairs(V[centers], U[ids])
    dU = np.zeros_like(U)
    add_rows(dU, ids.ravel(), batch.dU.reshape(-1, 4))
    expected = np.zeros_like(U)
    for i in range(5):
        loss, cache = word2vec.negative_sampling_forward(V[centers[i]], ids[i, 0], ids[i, 1:], U)
        dv, one = word2vec.negative_sampling_backward(1.0, cache)
        expected += one
        assert batch.losses[i] == pytest.approx(loss, rel=1e-13)
        np.testing.assert_allclose(batch.dV[i], dv, rtol=1e-12)
    np.testing.assert_allclose(dU, expected, rtol=1e-12, atol=1e-15)


def test_add_rows_adds_repeated_ids():
    table, ids = np.zeros((4, 1)), np.array([2, 0, 2, 2])
    add_rows(table, ids, np.array([[1.0], [2], [3], [4]]))
    assert table.ravel().tolist() == [2, 0, 8, 0]


def test_turns_say_what_moves():
    V, U = _start(3, 4, 2)
    counts = np.ones((3, 4))
    run = descend(naive_softmax_table, V, U, counts, turns=("V",), lr=0.1, passes=3)
    assert (run.U == U).all()
    assert (run.V != V).all()
    first = descend(naive_softmax_table, V, U, counts, turns=("V", "U"), lr=0.1, passes=1)
    then = descend(naive_softmax_table, first.V, first.U, counts, turns=("U",), lr=0.1, passes=1)
    both = descend(naive_softmax_table, V, U, counts, turns=("V", "U"), lr=0.1, passes=2)
    assert (then.U == both.U).all()
    assert len(both.losses) == 2


def test_nothing_moves_from_zero():
    zero = np.zeros((3, 2))
    for loss in (naive_softmax_table, negative_sampling_table):
        gradients = loss(zero, zero, np.eye(3) + 1)
        assert not gradients.dV.any()
        assert not gradients.dU.any()


def test_negative_sampling_ends_at_the_logarithm_of_came_over_drawn():
    counts = planted.planted_counts(1000)
    V, U = _start(8, 12, 4, 0.1)
    run = descend(negative_sampling_table, V, U, counts, turns=("VU",), lr=3, passes=1000)
    drawn = 5 * np.outer(counts.sum(axis=1), noise(counts))
    np.testing.assert_allclose(run.V @ run.U.T, np.log(counts / drawn), atol=1e-6)
    # With plain frequencies as noise, that is PMI - log K.
    plain = np.log(counts / (5 * np.outer(counts.sum(axis=1), noise(counts, power=1))))
    np.testing.assert_allclose(plain, pmi(counts) - np.log(5), atol=1e-12)
    assert planted.off_parallelogram(run.V) < 1e-6


def test_naive_softmax_ends_at_the_entropy_of_the_planted_language():
    counts = planted.planted_counts(1000)
    V, U = _start(8, 12, 4, 0.1)
    run = descend(naive_softmax_table, V, U, counts, turns=("VU",), lr=3, passes=500)
    P = planted.planted_probabilities()
    assert run.losses[-1] == pytest.approx(-(P * np.log(P)).sum() / 8, abs=1e-6)


def test_the_planted_language_is_a_language_with_exact_parallelograms():
    P = planted.planted_probabilities()
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-14)
    assert (P > 0).all()
    exact = planted.planted_counts(100)
    for vectors in (pmi(exact), ppmi(exact), svd_vectors(ppmi(exact), 2), svd_vectors(ppmi(exact), 3)):
        assert planted.off_parallelogram(vectors) < 1e-10
    few, many = (planted.planted_counts(n, np.random.default_rng(0)) for n in (100, 100_000))
    assert few.sum() == 800
    assert planted.off_parallelogram(pmi(many)) < 0.1 < planted.off_parallelogram(ppmi(few))


def test_common_words_are_dropped_more_often():
    centers = np.repeat([0, 1], [90_000, 10_000])
    outside = np.ones_like(centers)
    stays = kept(centers, outside, np.random.default_rng(0), threshold=0.1)
    assert stays[centers == 1].all()
    assert stays[centers == 0].mean() == pytest.approx((0.1 / 0.9) ** 0.5, abs=0.01)


def test_training_on_pairs_finds_the_planted_structure():
    counts = planted.planted_counts(1000, np.random.default_rng(0)).astype(int)
    square = np.zeros((20, 20), int)  # people and the words around them in one vocabulary
    square[:8, 8:] = counts
    square += square.T
    centers, outside = np.divmod(np.repeat(np.arange(400), square.ravel()), 20)
    options = {"size": 4, "epochs": 3, "lr": 0.1, "batch": 64, "threshold": 1.0}
    found = train_pairs(centers, outside, np.random.default_rng(0), **options)
    again = train_pairs(centers, outside, np.random.default_rng(0), **options)
    assert (found.V == again.V).all()
    assert found.losses[-1] < found.losses[0] < 6 * np.log(2)
    apart = np.linalg.norm(found.V[:8, None] - found.V[None, :8], axis=-1)
    different = np.abs(planted.PROPERTIES[:, None] - planted.PROPERTIES[None]).sum(axis=-1)
    means = [apart[different == n].mean() for n in (1, 2, 3)]
    assert means == sorted(means)
    assert means[2] > 1.3 * means[0]
