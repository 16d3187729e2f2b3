"""Surprise along a text: running products, blocks with a start, and the slopes of two losses."""

import numpy as np
import pytest

from scratchgpt import pretrained
from scratchgpt.ops.softmax import log_softmax
from scratchgpt.worked.contextual import BANK_SENTENCES, last_states
from scratchgpt.worked.likelihood import running_products, slopes_of_two, surprises


@pytest.fixture(scope="module")
def mini():
    return pretrained.load("mini")


def test_running_products_until_they_underflow():
    log_probs = np.log(np.array([0.5, 0.25, 1e-200, 1e-200]))
    np.testing.assert_allclose(running_products(log_probs, np.float64), [0.5, 0.125, 1.25e-201, 0])
    single = running_products(log_probs, np.float32)
    assert single.dtype == np.float32
    assert single.tolist() == [0.5, 0.125, 0, 0]


def test_each_token_is_surprising_given_the_start_and_all_before_it(mini):
    model, params, tokenizer = mini
    ids = np.array(tokenizer.encode("The old man sat on the bank."))
    read = np.concatenate([[tokenizer.eot_id], ids[:-1]])
    logits, _ = model.forward(params, read[None])
    expected = -log_softmax(logits)[0, np.arange(len(ids)), ids]
    np.testing.assert_allclose(
        surprises(model, params, ids, tokenizer.eot_id), expected, rtol=1e-4, atol=1e-5
    )


def test_a_long_text_is_cut_into_blocks_that_begin_anew(mini):
    model, params, tokenizer = mini
    ids = np.random.default_rng(0).integers(0, 4000, model.config.block_size + 3)
    whole = surprises(model, params, ids, tokenizer.eot_id)
    tail = surprises(model, params, ids[model.config.block_size :], tokenizer.eot_id)
    assert whole.shape == ids.shape
    np.testing.assert_allclose(whole[-3:], tail, rtol=1e-4, atol=1e-5)


def test_the_slopes_are_those_of_the_losses():
    lead = np.linspace(-4, 4, 9)
    curves = slopes_of_two(lead)
    for loss, slope in (("log_loss", curves.log_slope), ("squared_loss", curves.squared_slope)):
        up, down = (getattr(slopes_of_two(lead + h), loss) for h in (1e-6, -1e-6))
        np.testing.assert_allclose(slope, (up - down) / 2e-6, atol=1e-8)


def test_last_states_are_those_of_the_last_token(mini):
    model, params, tokenizer = mini
    states = last_states(model, params, tokenizer, BANK_SENTENCES[:2])
    ids = tokenizer.encode(BANK_SENTENCES[1])
    h, _ = model.hidden(params, np.array([ids]))
    np.testing.assert_array_equal(states[1], h[0, -1])
    assert all(tokenizer.decode(tokenizer.encode(text)).endswith("bank") for text in BANK_SENTENCES)
