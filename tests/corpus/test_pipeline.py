"""The pipeline: every document has one decision, for the first reason that applies, on one line."""

import dataclasses

import pytest

from scratchgpt.corpus import pipeline
from scratchgpt.corpus.pipeline import KEPT, Limits, Page, standard
from scratchgpt.worked import crawl

EXPECTED = {
    "too short": {"short", "shorter"},
    "exact duplicate": {"tides_again", "cat_with_other_spaces"},
    "near-duplicate": {"bread_reposted", "bees_reposted", "maps_reposted", "soup_reposted"},
    "unwanted words": {"insults", "threat", "rubbish_days", "court"},
}


@pytest.fixture(scope="module")
def decisions():
    return list(standard(crawl.classifier()).decide(crawl.pages()))


def test_the_crawl_has_as_many_documents_as_it_says(decisions):
    names = [d.page.name for d in decisions]
    assert len(names) == len(set(names)) == 48
    assert crawl.__doc__.startswith("A crawl small enough to read: forty-eight documents")


def test_the_crawl_is_decided_as_its_names_say(decisions):
    found = {reason: {d.page.name for d in decisions if d.reason == reason} for reason in pipeline.REASONS}
    for reason, names in EXPECTED.items():
        assert found[reason] == names
    foreign = {n for n in map(str, crawl._TEXTS) if n.startswith(("german", "french", "spanish"))}
    assert found["language"] >= foreign | {"latin_filler"}
    spam = {"pills", "casino", "navigation", "cookies", "code", "shouting", "table"}
    assert spam <= found["quality"] | found["language"]


def test_what_the_filters_get_wrong_is_what_the_lesson_says(decisions):
    kept = {d.page.name for d in decisions if d.kept}
    assert {"moon_cheese", "polite_spam", "brakes_rewritten"} <= kept
    assert not {"rubbish_days", "court"} & kept
    assert next(d for d in decisions if d.page.name == "notes").reason == "language"


def test_a_row_says_what_decided(decisions):
    rows = {d.page.name: d.row() for d in decisions}
    assert rows["tides_again"]["detail"] == "of tides"
    assert rows["bread_reposted"]["detail"].startswith("of bread, similarity 0.")
    assert rows["german_letter"]["detail"].startswith("de, 0.4")
    assert rows["short"] == {
        "name": "short",
        "kept": False,
        "reason": "too short",
        "detail": "3 words, expected 5",
        "words": 3,
    }
    assert rows["bread"]["reason"] == KEPT


def test_limits_and_lists_are_the_callers():
    free = Limits(words=0, language="", quality=0, unwanted=1, similarity=1)
    lenient = dataclasses.replace(standard(None, free), listed=())
    tally = pipeline.tally(lenient.decide(crawl.pages()))
    assert tally == {KEPT: 46, "exact duplicate": 2}
    german = pipeline.tally(standard(None, Limits(language="de")).decide(crawl.pages()))
    assert german[KEPT] == 3


@pytest.mark.parametrize("similarity", [0.05, 0.1, 0.2, 0.3, 0.45, 0.5, 0.8, 1.0])
def test_bands_bring_pairs_of_the_asked_similarity_together(similarity):
    orders = standard(None, Limits(similarity=similarity)).minhash
    assert orders.pair_probability(similarity) > 0.85
    assert (orders.bands * orders.rows, orders.rows == 4) == (128, similarity >= 0.5)


def test_one_page_at_a_time_is_asked_for():
    asked = []

    def pages():
        for name, text in (("a", "The cat was on the mat."), ("b", "The dog was in the house.")):
            asked.append(name)
            yield Page(name, text)

    found = standard(None).decide(pages())
    assert next(found).kept
    assert asked == ["a"]


def test_the_classifier_tells_its_own_examples_apart():
    quality = crawl.classifier()
    good = [quality.probability(text) > 0.5 for text in crawl.good_texts()]
    bad = [quality.probability(text) < 0.5 for text in crawl.bad_texts()]
    assert sum(good) / len(good) > 0.99
    assert all(bad)
