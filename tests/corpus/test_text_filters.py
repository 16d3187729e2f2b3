"""Filters: what each number is, and that the classifier's gradient is the derivative of its loss."""

import numpy as np
import pytest

from scratchgpt.corpus import filters
from scratchgpt.errors import UserError


def test_words_are_letters_with_an_apostrophe_inside():
    assert filters.words("Don't stop: it's 3 o'clock, Zoë!") == ["don't", "stop", "it's", "o'clock", "zoë"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The cat sat on the mat and was happy.", "en"),
        ("Die Katze saß auf der Matte und war nicht froh.", "de"),
        ("Le chat est dans la maison et il ne dort pas.", "fr"),
        ("El gato está en la casa y no duerme.", "es"),
        ("404 | 500 | rss", "?"),
    ],
)
def test_the_language_is_that_of_the_small_words(text, code):
    assert filters.language(text).code == code


def test_the_share_of_function_words_is_counted_by_hand():
    assert filters.language("the dog and the bone").share == 3 / 5
    assert filters.language("") == ("?", 0.0)


def test_listed_words_count_whole_and_in_any_case():
    assert filters.unwanted("Trash! He trashed it.", {"trash"}) == 1 / 4


def test_features_by_hand():
    x = dict(zip(filters.FEATURES, filters.features("The cat sat. THE CAT $!"), strict=True))
    assert x["letters among the characters"] == 15 / 18
    assert x["capitals among the letters"] == 7 / 15
    assert x["function words among the words"] == 2 / 5
    assert x["different words among the words"] == 3 / 5
    assert x["mean length of a word"] == 3
    assert x["sentence ends per word"] == 2 / 5
    assert x["exclamation marks and signs per word"] == 2 / 5
    assert np.isfinite(filters.features("")).all()


def test_the_gradient_of_the_classifier_is_the_derivative_of_its_loss():
    rng = np.random.default_rng(0)
    x, y, share = rng.normal(size=(9, 4)), rng.integers(0, 2, 9).astype(float), rng.dirichlet(np.ones(9))
    weight, bias, h = rng.normal(size=4), 0.7, 1e-6

    def loss(w, b):
        return filters.logistic_loss(w, b, x, y, share, 0.3)[0]

    _, dweight, dbias = filters.logistic_loss(weight, bias, x, y, share, 0.3)
    numeric = [(loss(weight + e, bias) - loss(weight - e, bias)) / (2 * h) for e in h * np.eye(4)]
    np.testing.assert_allclose(dweight, numeric, rtol=1e-7, atol=1e-9)
    assert dbias == pytest.approx((loss(weight, bias + h) - loss(weight, bias - h)) / (2 * h), rel=1e-7)


def test_training_lowers_the_loss_to_where_the_gradient_vanishes():
    good, bad = ["The boat was on the river, and it was late."], ["BUY!!! $$$ NOW | 100 %", "WIN!!! BIG!!!"]
    quality = filters.Quality.fit(good, bad, steps=3000)
    x = (np.array([filters.features(t) for t in good + bad]) - quality.mean) / quality.std
    share, y = np.array([0.5, 0.25, 0.25]), np.array([1.0, 0.0, 0.0])
    _, dweight, dbias = filters.logistic_loss(quality.weight, quality.bias, x, y, share, 1e-2)
    assert max(abs(dweight).max(), abs(dbias)) < 1e-4
    assert quality.probability(good[0]) > 0.9 > 0.1 > quality.probability(bad[1])


def test_one_kind_of_text_teaches_nothing():
    with pytest.raises(UserError, match="1 good and 0 bad texts"):
        filters.Quality.fit(["a"], [])
