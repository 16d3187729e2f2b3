"""Where a limit is met exactly, and which of several candidates is named: what a slip would move unseen."""

import dataclasses

import numpy as np
import pytest

from scratchgpt.corpus import deduplicate, minhash
from scratchgpt.corpus.pipeline import KEPT, Limits, Page, standard
from scratchgpt.corpus.shards import open_shards, write_shards
from scratchgpt.errors import UserError
from scratchgpt.worked import crawl

NUMBERS = [f"word{'abcdefghijklmnopqrstuvwxyz'[i]}" for i in range(20)]


def test_orders_are_permutations_of_all_numbers():
    """An odd factor has an inverse modulo 2^64; an even one would give two shingles one place."""
    assert (minhash.MinHash.draw(np.random.default_rng(0)).a % 2 == 1).all()


def test_a_similarity_of_just_the_threshold_is_a_repetition():
    orders = minhash.MinHash.draw(np.random.default_rng(0), 64, 1)
    one, two = " ".join(NUMBERS[:16]), " ".join(NUMBERS[:18])
    signatures = [orders.signature(minhash.shingles(text)) for text in (one, two)]
    similarity = float(np.mean(signatures[0] == signatures[1]))
    assert 0.5 < similarity < 1
    for threshold, found in ((similarity, (0, similarity)), (np.nextafter(similarity, 1), None)):
        index = minhash.Index(orders, threshold)
        index.add(0, one)
        assert index.add(1, two) == found


def test_of_several_candidates_the_most_similar_is_named():
    index = minhash.Index(minhash.MinHash.draw(np.random.default_rng(0), 128, 1), threshold=0.5)
    assert index.add(4, " ".join([*NUMBERS[:9], "quite", "other", "ends", "stand", "here"])) is None
    assert index.add(5, " ".join(NUMBERS)) is None
    near = index.add(6, " ".join(NUMBERS[:18]))
    assert near is not None and near.number == 5


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße", "STRASSE"), ("caf\u00e9", "cafe\u0301"), ("a\u00a0b", "a b"), ("\u2460", "1")],
)
def test_two_spellings_of_the_same_characters_are_equal(one, other):
    assert deduplicate.fingerprint(one) == deduplicate.fingerprint(other)


def decided(text, classifier=None, **limits):
    (decision,) = standard(classifier, Limits(**limits)).decide([Page("a", text)])
    return decision.reason


def test_a_language_needs_its_share_of_function_words():
    text = " ".join(["the", *(f"b{word}" for word in NUMBERS), *NUMBERS])  # 1 of 41
    assert decided(text, function_words=1 / 41) == KEPT
    assert decided(text, function_words=1 / 40) == "language"


def test_a_quality_of_just_the_limit_is_good_enough():
    quality, text = crawl.classifier(), "The boat was on the river, and it was late, and she had no lamp."
    p = quality.probability(text)
    assert decided(text, quality, quality=p) == KEPT
    assert decided(text, quality, quality=np.nextafter(p, 1)) == "quality"


def test_the_largest_vocabulary_of_two_bytes(tmp_path):
    for size, dtype in ((2**16, np.uint16), (2**16 + 1, np.uint32)):
        write_shards([np.array([0, size - 1])], tmp_path / str(size), size)
        shards = open_shards(tmp_path / str(size))
        assert shards.parts[0].dtype == dtype and shards[:].tolist() == [0, size - 1]


def test_an_empty_folder_may_be_filled(tmp_path):
    assert write_shards([np.array([1, 2])], tmp_path, 3) == 2
    with pytest.raises(UserError, match="exists already"):
        write_shards([np.array([1, 2])], tmp_path, 3)


def test_a_pipeline_without_a_classifier_has_no_limit_of_quality():
    strict = dataclasses.replace(standard(None), limits=Limits(quality=1.0))
    (decision,) = strict.decide([Page("a", "The boat was on the river, and it was late.")])
    assert decision.kept and decision.detail == ""
