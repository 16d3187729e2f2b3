"""The lens: every layer read like the last one."""

import dataclasses

import numpy as np
import pytest
from gpt_cases import GPT2, STYLES, random_params

from scratchgpt.interpret import lens_logits, logit_lens
from scratchgpt.model import GPT

IDS = np.array([[3, 1, 3, 0, 6], [5, 12, 2, 2, 1]])


def test_the_bundled_models_last_layer_says_what_the_model_says(mini):
    model, params, ids = mini
    lens = lens_logits(model, params, ids)
    assert lens.shape == (model.config.n_layer + 1, *ids.shape, model.config.vocab_size)
    logits, cache = model.forward(params, ids)
    np.testing.assert_allclose(lens[-1], logits, atol=1e-9)
    assert np.abs(lens[:-1] - logits).max(axis=(1, 2, 3)).min() > 1, "earlier layers say other things"
    ln_f, table = params.tree["ln_f"], params.tree["wte"]["weight"]
    stream = np.stack(cache.hidden.stream)
    np.testing.assert_allclose(logit_lens(stream, ln_f["weight"], ln_f["bias"], table), lens, atol=1e-9)


def test_a_shallower_model_is_what_the_lens_shows():
    deep, shallow = GPT(GPT2), GPT(dataclasses.replace(GPT2, n_layer=1))
    params = random_params(deep)
    fewer = shallow.init(np.random.default_rng(0), np.float64)
    for name in fewer.flat:
        fewer.flat[name][...] = params.flat[name]
    np.testing.assert_allclose(
        lens_logits(deep, params, IDS)[1], shallow.forward(fewer, IDS)[0], rtol=1e-10, atol=1e-10
    )


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_model_has_a_lens(style):
    model = GPT(STYLES[style])
    params = random_params(model)
    lens = lens_logits(model, params, IDS)
    np.testing.assert_allclose(lens[-1], model.forward(params, IDS)[0], atol=1e-10)


def test_dtype_of_the_lens_is_that_of_the_stream():
    stream = np.ones((2, 3, 4), np.float32)
    assert logit_lens(stream, stream[0, 0], stream[0, 0], stream[0]).dtype == np.float32
