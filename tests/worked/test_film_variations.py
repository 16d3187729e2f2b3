"""The film example with one setting changed: what each change does with seed 0, and with five seeds."""

import numpy as np
import pytest

from scratchgpt.worked import film_variations
from scratchgpt.worked.film_stages import encode, film_model, film_runs
from scratchgpt.worked.film_variations import FREEZE, RATES, pretrained_film, reach, untuned, vary


@pytest.fixture(scope="module")
def start():
    return pretrained_film(0)


@pytest.mark.exhaustive
def test_without_a_change_it_is_the_recipe(start):
    before = start.buffer.copy()
    runs, found = film_runs(0), vary(start)
    assert found.certainty == runs.recipe.certainty and found.labelled == runs.recipe.kept
    assert found.reached == 3 and found.accuracy == 1 and found.n_trained == start.buffer.size == 3568
    assert vary(start, lm_weight=0.0).labelled == runs.no_lm.kept
    assert (start.buffer == before).all(), "all variations begin with the same numbers"


def test_what_is_frozen_is_not_moved(start):
    found = {name: vary(start, freeze=patterns) for name, patterns in FREEZE.items()}
    assert [v.n_trained for v in found.values()] == [3568, 3568 - 10 * 16 - 6 * 16, 32]
    nothing, embeddings, head = found.values()
    assert (head.labelled, head.earlier) == untuned(start), "W_y is no part of the language model"
    assert head.reached == 19 and head.certainty < 0.5 < nothing.certainty
    assert embeddings.accuracy == 1 and embeddings.certainty > 0.9


@pytest.mark.exhaustive
def test_lambda_teaches_the_format_and_costs_more_of_the_earlier_sentences(start):
    for begun in (start, pretrained_film(1)):  # the lesson prints seeds 0 to 4
        labelled, earlier = untuned(begun)
        with_lm, without = (vary(begun, lm_weight=weight) for weight in (0.5, 0.0))
        assert with_lm.labelled < 1.5 < 10 < min(without.labelled, labelled)
        assert with_lm.earlier > without.earlier > earlier


def test_reach_is_the_change_of_each_state(start):
    gpt, ids = film_model().gpt, encode("Start the film was great Extract")
    moved = reach(gpt, start, ids, other=encode("cat")[0])
    assert moved.shape == (6, 6)
    changed = np.array([[*ids[:2], 8, *ids[3:]]])
    one, other = (gpt.hidden(start, np.array(row).reshape(1, -1))[0][0] for row in (ids, changed))
    np.testing.assert_allclose(moved[:, 2], np.linalg.norm(one - other, axis=1), atol=1e-12)


def test_the_rates_are_steps_of_four():
    assert np.allclose(np.divide(RATES[1:], RATES[:-1]), 4)
    assert RATES[2] == film_variations.FINETUNING_LR
