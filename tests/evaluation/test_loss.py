"""Evaluation: every token weighs the same, and what has no mean says so."""

import math

import numpy as np
import pytest

from scratchgpt.config import GPTConfig
from scratchgpt.evaluation import Evaluation, mean_loss
from scratchgpt.model import GPT

MODEL = GPT(GPTConfig(vocab_size=7, block_size=4, n_layer=1, n_head=1, n_embd=4))
IDS = np.array([[1, 2, 3, 4], [5, 6, 0, 1]])


def test_a_mean_over_tokens_not_over_batches():
    params = MODEL.init(np.random.default_rng(0))
    few = np.where(np.arange(8).reshape(2, 4) == 0, IDS, -1)
    result = mean_loss(MODEL, params, [(IDS, IDS), (IDS, few)])
    every, one = (float(MODEL.loss(params, IDS, targets)[0]) for targets in (IDS, few))
    assert result.tokens == 9
    assert result.loss == pytest.approx((8 * every + one) / 9, rel=1e-6)
    assert result.perplexity == pytest.approx(math.exp(result.loss), rel=1e-12)
    assert result.bits_per_byte(9, 18) == pytest.approx(result.loss / 2 / math.log(2), rel=1e-12)


@pytest.mark.parametrize("batches", [[], [(IDS, np.full_like(IDS, -1))]])
def test_without_a_token_there_is_no_loss(batches):
    result = mean_loss(MODEL, MODEL.init(np.random.default_rng(0)), batches)
    assert result.tokens == 0
    assert math.isnan(result.loss) and math.isnan(result.perplexity)
    assert math.isnan(result.bits_per_byte(0, 0))


@pytest.mark.parametrize("spoil", [np.nan, np.inf, 3e38])
def test_a_broken_model_is_told_by_its_loss_alone(spoil):
    """The suite turns warnings into errors: NumPy's would fail this."""
    params = MODEL.init(np.random.default_rng(0))
    params.flat["ln_f.weight"][...] = spoil
    params.flat["h.0.mlp.c_fc.weight"][...] = 3e38
    result = mean_loss(MODEL, params, [(IDS, IDS)])
    assert not math.isfinite(result.loss)


def test_a_huge_loss_does_not_overflow():
    assert math.isfinite(Evaluation(1e6, 1).perplexity)
