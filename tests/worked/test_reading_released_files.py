"""Lesson 13's worked parts: misreadings, WikiText's spacing written and undone, endings scored."""

import numpy as np
import pytest

from scratchgpt import pretrained
from scratchgpt.evaluation import hellaswag, wikitext
from scratchgpt.worked import endings, misreadings, wikitext_style


@pytest.fixture(scope="module")
def mini():
    return pretrained.load("mini")


def test_in_float64_the_bundled_model_has_the_recorded_logits_of_transformers():
    record = misreadings.reference()
    model, params, tokenizer = pretrained.load("mini", dtype=np.float64)
    assert tokenizer.encode(record.text) == record.ids.tolist()
    found = misreadings.logits_of(misreadings.Reading(model, params), record.ids)[:, :: record.every]
    assert found.shape == record.logits.shape == (18, 64)
    assert np.abs(found - record.logits).max() < 1e-7
    assert set(record.versions) == {"torch", "transformers"}


def test_misreadings_leave_the_right_parameters_alone_and_change_what_they_say(mini):
    model, params, _ = mini
    before = params.copy()
    readings = misreadings.misreadings(model, params)
    assert np.array_equal(params.buffer, before.buffer)
    name, C = "h.3.attn.c_attn.weight", model.config.n_embd
    w, exchanged = params.flat[name], readings["queries and keys exchanged"].params.flat[name]
    assert np.array_equal(exchanged[:, :C], w[:, C : 2 * C]) and np.array_equal(
        exchanged[:, C : 2 * C], w[:, :C]
    )
    c_proj = readings["square c_proj transposed"].params.flat["h.3.attn.c_proj.weight"]
    assert np.array_equal(c_proj, params.flat["h.3.attn.c_proj.weight"].T)
    raised = readings["scores not divided by the root"].params.flat[name]
    assert raised[:, :C] == pytest.approx(w[:, :C] * np.sqrt(32)) and np.array_equal(raised[:, C:], w[:, C:])
    assert readings["half as many heads"].model.config.n_head == 4
    assert not readings["biases left at zero"].params.flat["h.0.mlp.c_fc.bias"].any()


def test_a_page_of_wikitext_by_hand():
    assert wikitext_style.spaced(
        "My well-made kite\n\n\"It cost 1,000,\" she said (twice). Dora's kite, isn't it?"
    ) == (
        " = My well @-@ made kite = \n \n"
        " \" It cost 1 @,@ 000 , \" she said ( twice ) . Dora 's kite , isn't it ? \n"
    )


def test_detokenising_undoes_the_spacing_of_every_tale():
    tales = wikitext_style.tales()
    assert len(tales) > 90
    differing = []
    for tale in tales:
        back = wikitext.detokenise(wikitext_style.spaced(tale)).splitlines()[1:]
        if [line.strip() for line in back] != [line.strip() for line in tale.splitlines()[1:]]:
            differing.append(tale.splitlines()[0])
    assert len(differing) < len(tales) / 4, "most are undone exactly"
    assert not {tale.splitlines()[0] for tale in tales[-2:]} & set(differing), "those of the lesson are"


def test_rare_words_are_replaced_and_nothing_else():
    known = wikitext_style.word_counts(["a kite and a KITE", "a knot @-@ 3"])
    assert known == {"a": 3, "kite": 2, "and": 1, "knot": 1}
    assert wikitext_style.rare_replaced(" = Kite and knot = 3 @-@", known, 2) == " = Kite <unk> <unk> = 3 @-@"
    assert wikitext_style.rare_replaced("kite and unseen", known, 1) == "kite and <unk>"


@pytest.mark.exhaustive
def test_endings_are_scored_as_hellaswag_is(mini):
    stories = endings.stories()[:12]
    scores = endings.score_stories(*mini, stories)
    result = hellaswag.score_questions(*mini, stories).metrics
    for rule, name in (("sum", "sum"), ("per token", "per_token"), ("per character", "per_character")):
        assert scores.right(rule).mean() == result[f"accuracy_{name}"].value


def test_stories_and_last_words_come_from_the_file():
    stories = endings.stories()
    assert len(stories) == 124 and {q.label for q in stories} == {0, 1}
    first = stories[0]
    assert first.where == "s001a" and first.endings[first.label].startswith("Mara scooped out the water")
    passage = endings.last_words(stories[:1])[0]
    assert passage.word == "could" and passage.context.endswith("while he rowed as hard as he")
