"""Words counted beside words, PPMI and its SVD: by hand, and against NumPy's full decomposition."""

import numpy as np
import pytest

from scratchgpt.worked import word_counts
from scratchgpt.worked.word_counts import GROUPS, co_occurrences, pairs_of, pmi, ppmi, svd_vectors

TEXTS = [["a", "b", "a", "c"], ["c", "x", "b"]]
WORDS = ["a", "b", "c"]


def test_pairs_stay_within_a_text_and_skip_unknown_words():
    centers, outside = pairs_of(TEXTS, WORDS, window=1)
    found = sorted(zip(centers.tolist(), outside.tolist(), strict=True))
    # a-b, b-a, a-c in the first; c-b in the second, where x is taken out; each from both sides.
    assert found == sorted([(0, 1), (1, 0), (1, 0), (0, 1), (0, 2), (2, 0), (2, 1), (1, 2)])


def test_the_table_counts_pairs_of_all_distances():
    near, far = co_occurrences(TEXTS, WORDS, window=1), co_occurrences(TEXTS, WORDS, window=2)
    np.testing.assert_array_equal(near, [[0, 2, 1], [2, 0, 1], [1, 1, 0]])
    np.testing.assert_array_equal(far - near, [[2, 0, 0], [0, 0, 1], [0, 1, 0]])
    assert co_occurrences([["a"], []], WORDS, window=2).sum() == 0


def test_the_commonest_words_come_first_and_ties_by_the_alphabet():
    assert word_counts.vocabulary([["b", "a", "c"], ["c", "a", "b", "c", "d"]], 2) == ["c", "a", "b"]


def test_pmi_by_hand():
    counts = np.array([[4.0, 0.0], [2.0, 2.0]])  # expected of the first: 4 * 6 / 8 = 3
    np.testing.assert_allclose(pmi(counts)[0, 0], np.log(4 / 3), rtol=1e-14)
    assert pmi(counts)[0, 1] == -np.inf
    np.testing.assert_allclose(ppmi(counts), [[np.log(4 / 3), 0], [0, np.log(2)]], rtol=1e-14)


def test_independent_words_have_no_mutual_information():
    np.testing.assert_allclose(pmi(np.outer([1.0, 5, 2], [3.0, 1])), 0, atol=1e-14)


@pytest.mark.parametrize("shape", [(9, 9), (60, 40)])
def test_svd_vectors_are_those_of_the_full_decomposition(shape):
    rng = np.random.default_rng(1)
    falling = 0.5 ** np.arange(shape[1])
    table = rng.standard_normal(shape) @ np.diag(falling) @ rng.standard_normal((shape[1], shape[1]))
    left, values, _ = np.linalg.svd(table, full_matrices=False)
    expected = left[:, :4] * np.sqrt(values[:4])
    found = svd_vectors(table, 4)
    np.testing.assert_allclose(found @ found.T, expected @ expected.T, atol=1e-8 * np.abs(expected).max())


def test_principal_axes_hold_the_largest_variances():
    rng = np.random.default_rng(2)
    vectors = rng.standard_normal((50, 3)) * [1, 5, 2] + 7
    places = word_counts.principal_axes(vectors, 2)
    variances = np.linalg.eigvalsh(np.cov(vectors.T))[::-1]
    np.testing.assert_allclose(places.var(axis=0, ddof=1), variances[:2], rtol=1e-10)
    np.testing.assert_allclose(word_counts.principal_axes(-vectors[:, ::-1], 2), places, atol=1e-10)


def test_neighbours_and_analogies():
    words = ["man", "woman", "king", "queen", "stone"]
    table = np.array([[1.0, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, -1]])
    assert word_counts.nearest("king", words, table, 2) == ["man", "queen"]
    assert word_counts.analogy("man", "king", "woman", words, table) == ["queen", "stone"]
    assert word_counts.cosines(table[0], np.zeros((1, 3))).tolist() == [0]


def test_own_group_is_1_for_vectors_that_name_the_group_and_low_for_random_ones():
    words = [word for group in GROUPS.values() for word in group]
    named = np.repeat(np.eye(5), [len(group) for group in GROUPS.values()], axis=0)
    assert word_counts.own_group(words, named) == 1
    assert word_counts.own_group(words, np.random.default_rng(0).standard_normal((len(words), 20))) < 0.5


def test_bundled_texts_come_once_and_without_columns():
    texts = word_counts.bundled_texts()
    assert len(texts) == len(set(texts))
    assert any(text.startswith("My husband thought it profound") for text in texts)
    assert not [text for text in texts if text in ("train", "neutral", "dev", "test") or "\t" in text]
    words = {word for text in texts for word in word_counts.words_of(text)}
    assert not {word for group in GROUPS.values() for word in group} - words
