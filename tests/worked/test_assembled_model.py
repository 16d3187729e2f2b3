"""Sizes of models, and what is tried on a new one before it is trained."""

import dataclasses

import numpy as np
import pytest

from scratchgpt.model import GPT
from scratchgpt.worked import signs_of_life
from scratchgpt.worked.model_sizes import envelope, llama_parameters
from scratchgpt.worked.parameter_count import gpt_parameters

TEXTS, TARGETS, SIZE = signs_of_life.one_batch()
MODEL = signs_of_life.small_model(SIZE)


def test_published_and_estimated_sizes():
    assert envelope(32, 4096) == 6_442_450_944
    assert llama_parameters(32_000, 32, 4096, 11_008) == 6_738_415_616
    # A LLaMA whose gated MLP holds 8 C^2 differs from the envelope by tables and norms.
    assert llama_parameters(10, 2, 12, 32) - envelope(2, 12) == 2 * 10 * 12 + 5 * 12


def test_the_envelope_leaves_out_tables_norms_and_biases():
    L, C = 3, 8
    assert gpt_parameters(11, 7, L, C) - envelope(L, C) == (11 + 7) * C + L * 13 * C + 2 * C


def test_a_fresh_model_starts_at_the_loss_of_guessing_and_learns_one_batch():
    params = MODEL.init(np.random.default_rng(0))
    losses = signs_of_life.overfit(MODEL, params, TEXTS, TARGETS, steps=60)
    assert losses[0] == pytest.approx(np.log(SIZE), abs=0.05)
    assert losses[-1] < 0.05
    assert MODEL.loss(params, TEXTS, TARGETS)[0] < losses[-1], "the parameters were trained in place"


@pytest.mark.parametrize("at", [0, 3, 6])
def test_a_token_reaches_no_earlier_position(at):
    params = MODEL.init(np.random.default_rng(0))
    ids = np.arange(1, 8)
    changes = signs_of_life.logit_changes(MODEL, params, ids, at, 0)
    assert (changes[:at] == 0).all() and (changes[at:] > 0).all()
    open_model = GPT(dataclasses.replace(MODEL.config, causal=False))
    assert (signs_of_life.logit_changes(open_model, params, ids, at, 0) > 0).all()
    np.testing.assert_array_equal(ids, np.arange(1, 8))


def test_the_factor_is_what_the_package_draws_with():
    """Without it the residual projections are as large as every other matrix, sqrt(2 L) times larger."""
    drawn = GPT(dataclasses.replace(MODEL.config, n_layer=8)).specs()
    assert drawn["h.0.mlp.c_fc.weight"].std / drawn["h.0.mlp.c_proj.weight"].std == pytest.approx(4)
    scaled, plain = (signs_of_life.fresh_stream(8, 64, factor) for factor in (True, False))
    assert len(scaled) == 9 and scaled[0] == plain[0]
    ratio = (plain[-1] - plain[0]) / (scaled[-1] - scaled[0])
    assert ratio == pytest.approx(16, rel=0.3)


def test_without_the_last_norm_the_first_loss_is_right_and_learning_slow():
    bare = GPT(dataclasses.replace(MODEL.config, final_norm=False))
    slow = signs_of_life.overfit(bare, bare.init(np.random.default_rng(0)), TEXTS, TARGETS, steps=30)
    quick = signs_of_life.overfit(MODEL, MODEL.init(np.random.default_rng(0)), TEXTS, TARGETS, steps=30)
    assert slow[0] == pytest.approx(np.log(SIZE), abs=1e-3)
    assert slow[-1] > 2 * quick[-1]
