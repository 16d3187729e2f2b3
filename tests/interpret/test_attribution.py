"""A logit taken apart: the shares of the parts add up to it, by layer and by head."""

import dataclasses

import numpy as np
import pytest
from gpt_cases import GPT2, STYLES, random_params

from scratchgpt.errors import UserError
from scratchgpt.interpret import attribute_logits, direct_logit_attribution, stream_parts
from scratchgpt.layers import LoRALinear
from scratchgpt.model import GPT
from scratchgpt.ops.layernorm import layernorm_forward

PLAIN = dataclasses.replace(GPT2, embd_dropout=0.0, attn_dropout=0.0, resid_dropout=0.0)
IDS = np.array([[3, 1, 3, 0, 6], [5, 12, 2, 2, 1]])


def _picked(logits, targets):
    return np.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]


@pytest.mark.parametrize("leading", [(), (5,), (2, 5)])
def test_the_shares_add_up_to_the_logit(leading):
    rng = np.random.default_rng(0)
    parts, weight, bias, direction = (rng.standard_normal(s) for s in ((4, *leading, 6), 6, 6, (*leading, 6)))
    shares = direct_logit_attribution(parts, weight, bias, direction, 0.3)
    assert shares.shape == (5, *leading)
    normalised, _ = layernorm_forward(parts.sum(axis=0), weight, bias, 0.3)
    np.testing.assert_allclose(shares.sum(axis=0), (normalised * direction).sum(axis=-1), atol=1e-12)


def test_a_share_does_not_depend_on_how_the_rest_is_split():
    rng = np.random.default_rng(1)
    parts, weight, bias, direction = (rng.standard_normal(s) for s in ((4, 5, 6), 6, 6, (5, 6)))
    joined = np.stack([parts[0], parts[1:].sum(axis=0)])
    apart, together = (direct_logit_attribution(p, weight, bias, direction) for p in (parts, joined))
    np.testing.assert_allclose(together[[0, 2]], apart[[0, 4]], atol=1e-12)
    np.testing.assert_allclose(together[1], apart[1:4].sum(axis=0), atol=1e-12)


def test_dtype_of_the_shares_is_that_of_the_parts():
    parts = np.ones((2, 3, 4), np.float32)
    assert direct_logit_attribution(parts, parts[0, 0], parts[0, 0], parts[0]).dtype == np.float32


def test_the_bundled_models_logits_fall_into_shares(mini):
    model, params, ids = mini
    targets = np.roll(ids, -1, axis=1)
    names, shares = attribute_logits(model, params, ids, targets, by_head=True)
    L, H = model.config.n_layer, model.config.n_head
    assert len(names) == len(shares) == 3 + L * (H + 2)
    assert names[:2] == ("tokens", "positions") and names[-1] == "norm bias"
    logits, _ = model.forward(params, ids)
    np.testing.assert_allclose(shares.sum(axis=0), _picked(logits, targets), atol=1e-6)


@pytest.mark.parametrize("change", [{}, {"bias": False}, {"tied": False}, {"positions": "none"}])
@pytest.mark.parametrize("by_head", [False, True])
def test_models_of_other_parts(change, by_head):
    model = GPT(dataclasses.replace(PLAIN, **change))
    params = random_params(model)
    targets = (IDS + 1) % 13
    names, shares = attribute_logits(model, params, IDS, targets, by_head)
    assert len(set(names)) == len(names) == len(shares)
    np.testing.assert_allclose(
        shares.sum(axis=0), _picked(model.forward(params, IDS)[0], targets), atol=1e-10
    )


def test_the_parts_are_the_stream_and_the_heads_are_attention():
    model = GPT(PLAIN)
    params = random_params(model)
    names, parts = stream_parts(model, params, IDS)
    assert names == ("tokens", "positions", "attn 0", "mlp 0", "attn 1", "mlp 1")
    stream = model.hidden(params, IDS)[1].stream
    np.testing.assert_allclose(parts[:4].sum(axis=0), stream[1], atol=1e-12)
    np.testing.assert_allclose(parts.sum(axis=0), stream[2], atol=1e-12)
    by_head = dict(zip(*stream_parts(model, params, IDS, by_head=True), strict=True))
    heads = [by_head[f"head 1.{h}"] for h in range(3)]
    np.testing.assert_allclose(sum(heads) + by_head["attn bias 1"], parts[4], atol=1e-12)


@pytest.mark.parametrize("config", [STYLES["gpt1"], dataclasses.replace(PLAIN, norm="rmsnorm")])
def test_other_streams_are_refused(config):
    model = GPT(config)
    with pytest.raises(UserError, match="take a model built like GPT-2"):
        stream_parts(model, random_params(model), IDS)


def test_a_lora_is_refused_until_it_is_merged():
    model = GPT(PLAIN, linear=LoRALinear)
    with pytest.raises(UserError, match="LoRA merged"):
        stream_parts(model, random_params(model), IDS)
