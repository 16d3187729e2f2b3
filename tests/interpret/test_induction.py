"""Where heads look, and how one knows an induction head."""

import numpy as np
import pytest
from gpt_cases import GPT2, STYLES, batch, random_params

from scratchgpt.errors import UserError
from scratchgpt.interpret import attention_maps, induction_score, induction_scores
from scratchgpt.model import GPT

IDS = np.array([[3, 1, 3, 0, 6], [5, 12, 2, 2, 1]])


def _loops(weights):
    """The definition in words: for every query, find where its token stood, and look behind it."""
    T = weights.shape[-1]
    ids = [*range(T // 2)] * 2
    found = []
    for query in range(T // 2, T):
        earlier = ids.index(ids[query])
        found.append(weights[..., query, earlier + 1])
    return np.mean(found, axis=0)


@pytest.mark.parametrize("shape", [(8, 8), (3, 6, 6), (2, 3, 4, 4), (2, 2)])
def test_the_score_is_what_the_words_say(shape):
    weights = np.random.default_rng(0).random(shape)
    np.testing.assert_allclose(induction_score(weights), _loops(weights), rtol=1e-14)


def test_a_perfect_head_has_1_and_a_previous_token_head_has_0():
    perfect, previous = np.eye(8, k=-3), np.eye(8, k=-1)
    assert induction_score(perfect) == 1
    assert induction_score(previous) == 0


def test_attention_spread_evenly_has_little_more_than_one_over_t():
    even = np.tri(64) / np.arange(1, 65)[:, None]
    assert 1 / 64 < induction_score(even) < 1.5 / 64


@pytest.mark.parametrize("style", STYLES)
def test_maps_are_those_with_which_the_model_computes(style):
    model, data = GPT(STYLES[style]), batch()
    params, key_mask = random_params(model), data.options["key_mask"]
    maps = attention_maps(model, params, data.ids, key_mask=key_mask)
    assert maps.shape == (2, 2, 3, 5, 5)
    np.testing.assert_allclose(maps[:, 0].sum(axis=-1), 1, rtol=1e-12)
    assert not maps[:, 1, :, :, :2].any(), "the padding of the second row"
    assert np.triu(maps[0, 0, 0], 1).any() == (style == "bert")
    cache = model.hidden(params, data.ids, key_mask=key_mask)[1]
    mixed = maps[1] @ cache.h[1].attn.attention.attention.v
    np.testing.assert_allclose(
        mixed.swapaxes(1, 2).reshape(2, 5, 12), cache.h[1].attn.c_proj.x, rtol=1e-10, atol=1e-12
    )


def test_scores_of_a_models_heads():
    model = GPT(GPT2)
    params = random_params(model)
    scores = induction_scores(model, params, np.random.default_rng(0), rows=4, half=3)
    assert scores.shape == (2, 3)
    drawn = np.random.default_rng(0).integers(13, size=(4, 3))
    maps = attention_maps(model, params, np.tile(drawn, 2))
    np.testing.assert_allclose(scores, _loops(maps).mean(axis=1), rtol=1e-12)


def test_a_sequence_longer_than_the_model():
    model = GPT(GPT2)
    with pytest.raises(UserError):
        induction_scores(model, random_params(model), np.random.default_rng(0), half=4)
