"""What the captions of lesson 03 say, on the data that is plotted."""

import numpy as np
import pytest

from scratchgpt import pretrained
from scratchgpt.plots import neighbours as plots
from scratchgpt.worked import contextual, planted, word_counts
from scratchgpt.worked.word2vec import naive_softmax_backward, naive_softmax_forward
from scratchgpt.worked.word2vec_training import (
    descend,
    naive_softmax_table,
    negative_sampling_table,
    noise,
)


@pytest.fixture(scope="module")
def texts():
    return [word_counts.words_of(text) for text in word_counts.bundled_texts()]


@pytest.fixture(scope="module")
def learned():
    rng = np.random.default_rng(0)
    V, U = 0.1 * rng.standard_normal((8, 4)), 0.1 * rng.standard_normal((12, 4))
    return descend(
        negative_sampling_table, V, U, planted.planted_counts(1000), turns=("VU",), lr=3, passes=1000
    )


def test_the_center_vector_moves_as_the_arrow_from_expectation_to_fact():
    U, v = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([np.log(2), 0.0])
    _, cache = naive_softmax_forward(v, 0, U)
    points = plots.pull_points(v, U, 0)
    np.testing.assert_allclose(points.step, -naive_softmax_backward(1.0, cache)[0], rtol=1e-14)
    axes = plots.pull(v, U, 0, ["apple", "stone", "pear"]).axes[0]
    arrows = [(np.array(t.xyann), np.array(t.xy)) for t in axes.texts if t.arrow_patch is not None]
    (start, end), (own, moved) = arrows
    np.testing.assert_allclose(start, points.expected)
    np.testing.assert_allclose(end, U[0])
    np.testing.assert_allclose(own, v)
    np.testing.assert_allclose(moved - own, end - start, rtol=1e-14)
    low, high = np.array([axes.get_xlim(), axes.get_ylim()]).T
    assert all(((low < point) & (point < high)).all() for arrow in arrows for point in arrow)
    axes.figure.draw_without_rendering()
    legend = axes.get_legend().get_window_extent()
    names = [text for text in axes.texts if text.get_text() in ("apple", "stone", "pear")]
    assert len(names) == 3
    assert not any(text.get_window_extent().overlaps(legend) for text in names)


def test_moving_both_is_ahead_at_every_number_of_passes(texts):
    words = word_counts.vocabulary(texts, 8)[:120]
    common = word_counts.co_occurrences(texts, words, window=2)
    rng = np.random.default_rng(0)
    V, U = 0.1 * rng.standard_normal((120, 16)), 0.1 * rng.standard_normal((120, 16))
    runs = {
        name: descend(naive_softmax_table, V, U, common, turns=turns, lr=10, passes=241).losses
        for name, turns in (("both", ("VU",)), ("in turn", ("V", "U")), ("ten", ("V",) * 10 + ("U",) * 10))
    }
    axes = plots.descents(runs, ("baseline", 4.1)).axes[0]
    both, *alternating = (line.get_ydata() for line in axes.lines[:3])
    for losses in alternating:
        assert both[0] == losses[0]
        assert (both[1:] < losses[1:]).all()
        assert losses[240] == pytest.approx(both[120], abs=0.02)  # as many moves of each matrix
        needed = [passes / int(np.argmax(both < losses[passes])) for passes in (20, 60, 100, 150, 240)]
        assert 1.45 < min(needed) < max(needed) < 2.3


def test_every_learned_score_lies_on_the_diagonal(learned):
    counts = planted.planted_counts(1000)
    predicted = np.log(counts / (5 * np.outer(counts.sum(axis=1), noise(counts))))
    axes = plots.scores_against_counts(predicted, learned.V @ learned.U.T).axes[0]
    x, y = axes.lines[1].get_data()
    assert len(x) == 96
    np.testing.assert_allclose(x, y, atol=1e-6)
    assert np.ptp(x) > 1


def test_the_arrows_from_commoner_to_royal_are_equal(learned):
    royal = [("man", "king"), ("woman", "queen"), ("boy", "prince"), ("girl", "princess")]
    axes = plots.parallelograms(learned.V, planted.PEOPLE, royal).axes[0]
    arrows = np.array([np.subtract(t.xy, t.xyann) for t in axes.texts if t.arrow_patch is not None])
    assert arrows.shape == (4, 2)
    assert np.linalg.norm(arrows[0]) > 0.5
    np.testing.assert_allclose(arrows, np.tile(arrows[0], (4, 1)), atol=1e-6)


def test_numbers_and_colours_stand_apart_while_family_and_body_mix(texts):
    words = word_counts.vocabulary(texts, 8)
    vectors = word_counts.svd_vectors(word_counts.ppmi(word_counts.co_occurrences(texts, words, 2)), 32)
    axes = plots.neighbourhoods(vectors, words, word_counts.GROUPS).axes[0]
    places = {line.get_label(): np.column_stack(line.get_data()) for line in axes.lines}
    assert {name: len(at) for name, at in places.items()} == {
        name: len(group) for name, group in word_counts.GROUPS.items()
    }
    centers = {name: at.mean(axis=0) for name, at in places.items()}

    def own(name):
        gaps = {other: np.linalg.norm(places[name] - center, axis=1) for other, center in centers.items()}
        return (gaps[name] == np.min(list(gaps.values()), axis=0)).mean()

    assert own("numbers") == own("colours") == 1
    low = {name: at.min(axis=0) for name, at in places.items()}
    others = np.vstack([at for name, at in places.items() if name != "colours"])
    assert low["colours"][1] > others[:, 1].max()  # the colours stand apart, above all others
    for word in ("day", "night"):
        at = places["time"][word_counts.GROUPS["time"].index(word)]
        assert np.linalg.norm(at - centers["numbers"]) < np.linalg.norm(at - centers["time"])
        assert at[0] > low["numbers"][0]
    assert min(own("family"), own("body")) < 1
    apart = np.linalg.norm(centers["family"] - centers["body"])
    assert apart < 0.5 * min(
        np.linalg.norm(centers["family"] - centers[name]) for name in ("numbers", "colours", "time")
    )
    labels = [text.get_text() for text in axes.texts]
    assert sorted(labels) == sorted(word for group in word_counts.GROUPS.values() for word in group)
    axes.figure.draw_without_rendering()
    frame = axes.get_window_extent()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert all(frame.x0 < box.x0 and box.x1 < frame.x1 for box in boxes)


def test_contextual_vectors_of_bank_differ_and_lean_to_their_meaning():
    model, params, tokenizer = pretrained.load("mini")
    states = contextual.last_states(model, params, tokenizer, contextual.BANK_SENTENCES)
    similar = np.array([word_counts.cosines(state, states) for state in states])
    axes = plots.cosine_map(similar, [str(i) for i in range(8)], 4).axes[0]
    shown = np.asarray(axes.images[0].get_array())
    off = ~np.eye(8, dtype=bool)
    assert shown[off].max() < 0.95
    same = np.kron(np.eye(2), np.ones((4, 4))).astype(bool)
    ahead = shown[same & off].mean() - shown[~same].mean()
    assert 0 < ahead < 0.1  # a little closer, and only a little
    nearest = np.where(off, shown, -1).argmax(axis=1)
    assert (~same[np.arange(8), nearest]).sum() == 2  # in the other block
    written = [float(text.get_text()) for text in axes.texts]
    np.testing.assert_allclose(written, shown.ravel(), atol=0.006)
