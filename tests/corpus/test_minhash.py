"""MinHash: estimates are Jaccard similarities, bands follow their curve, planted repetitions are found."""

import subprocess
import sys

import numpy as np
import pytest

from scratchgpt.corpus import deduplicate, minhash
from scratchgpt.errors import UserError


def test_shingles_are_a_set_of_runs_of_words():
    one = minhash.shingles("the cat sat on the mat")
    assert len(one) == 4
    assert minhash.jaccard(one, minhash.shingles("The CAT sat -- on the mat!")) == 1
    assert minhash.jaccard(one, minhash.shingles("the cat sat on a mat")) == 2 / 6
    assert minhash.jaccard(minhash.shingles("a b c"), minhash.shingles("c b a")) == 0  # the order counts
    assert len(minhash.shingles("")) == len(minhash.shingles("one two")) == 1
    assert len(minhash.shingles("a b c a b c a b c")) == 3


def test_signatures_are_the_same_in_another_process():
    code = (
        "import numpy as np; from scratchgpt.corpus.minhash import MinHash, shingles; "
        "print(MinHash.draw(np.random.default_rng(0), 1, 2).signature(shingles('a b c d')).tolist())"
    )
    here = minhash.MinHash.draw(np.random.default_rng(0), 1, 2).signature(minhash.shingles("a b c d"))
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert other.stdout.strip() == str(here.tolist())


def test_a_signature_holds_the_smallest_place_under_each_order():
    orders = minhash.MinHash.draw(np.random.default_rng(0), 2, 3)
    found = orders.signature(np.array([5, 2**63, 12345], np.uint64))
    for k in range(6):
        places = [(int(orders.a[k]) * s + int(orders.b[k])) % 2**64 >> 32 for s in (5, 2**63, 12345)]
        assert found[k] == min(places)


@pytest.mark.parametrize("common", [10, 30, 50])
def test_the_estimate_is_the_similarity_within_its_error(common):
    rng = np.random.default_rng(common)
    orders = minhash.MinHash.draw(rng, 128, 8)
    union = rng.integers(2**64, size=120 - common, dtype=np.uint64)
    one, other = union[:60], union[60 - common :]
    true = minhash.jaccard(np.unique(one), np.unique(other))
    assert true == common / (120 - common)
    error = minhash.standard_error(true, 1024)
    assert abs(minhash.minhash_similarity(orders.signature(one), orders.signature(other)) - true) < 3 * error


def test_the_banding_curve_is_measured_where_the_formula_says():
    orders = minhash.MinHash.draw(np.random.default_rng(0))
    assert orders.pair_probability(0.5) == 1 - (1 - 0.5**4) ** 32
    for point in minhash.measure_banding(orders, (12, 30, 42), np.random.default_rng(1), pairs=120):
        p = orders.pair_probability(point.similarity)
        assert abs(point.share - p) < 3.5 * (p * (1 - p) / point.pairs) ** 0.5 + 0.01


@pytest.mark.exhaustive
def test_planted_repetitions_are_found_and_cousins_kept():
    planted = deduplicate.plant(np.random.default_rng(0))
    assert (len(planted.texts), len(planted.repeats), len(planted.cousins)) == (5000, 500, 500)
    index = minhash.Index(minhash.MinHash.draw(np.random.default_rng(1)))
    recall, precision = deduplicate.judge(planted, minhash.near_duplicates(planted.texts, index))
    assert recall >= 0.95
    assert precision >= 0.95


def test_planting_is_deterministic_and_changes_every_copy():
    one, two = (deduplicate.plant(np.random.default_rng(3), 60, 20, 10) for _ in range(2))
    assert one == two
    for number, earlier in {**one.repeats, **one.cousins}.items():
        assert earlier < number
        assert earlier not in one.repeats
    similar = [
        minhash.jaccard(*(minhash.shingles(one.texts[i]) for i in pair)) for pair in one.repeats.items()
    ]
    assert 0.5 < min(similar) <= max(similar) <= 1
    assert all(one.texts[a] != one.texts[b] for a, b in one.repeats.items())


def test_judging_counts_only_the_right_original():
    planted = deduplicate.Planted(["a", "b", "a", "b"], {2: 0, 3: 1}, {})
    near = minhash.Near
    found = {2: near(0, 0.9), 3: near(0, 0.9), 1: near(0, 0.9)}
    assert deduplicate.judge(planted, found) == (0.5, 1 / 3)
    assert deduplicate.judge(planted, {}) == (0.0, 0.0)


def test_the_index_names_the_most_similar_earlier_document_that_was_kept():
    index = minhash.Index(minhash.MinHash.draw(np.random.default_rng(0)), threshold=0.4)
    text = "one two three four five six seven eight nine ten eleven twelve"
    assert index.add(7, text) is None
    assert index.add(8, "quite another text with none of these in it at all") is None
    assert index.add(9, text) == (7, 1.0)
    number, similarity = index.add(10, text + " thirteen")
    assert number == 7
    assert 0.7 < similarity < 1


def test_exact_duplicates_differ_in_case_and_space_at_most():
    seen = deduplicate.Seen()
    assert [seen.add(i, t) for i, t in enumerate(["A b\nc", "a  B c ", "a b. c", "\ufb01n", "fin"])] == [
        None,
        0,
        None,
        None,
        3,
    ]


def test_no_bands_are_refused():
    with pytest.raises(UserError, match="0 bands of 4 rows"):
        minhash.MinHash.draw(np.random.default_rng(0), 0)
