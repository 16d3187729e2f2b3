"""The proof: every entry of every parameter of whole models, against finite differences in float64.

Weights are N(0, 0.7^2), all dimensions differ, and everything that could hide an error is switched on:
tied weights, dropout with a fixed mask, padding, weighted tokens, ignored targets.
"""

import dataclasses
from functools import cached_property

import numpy as np
import pytest
from gpt_cases import BERT, GPT1, GPT2, STYLES, B, T, batch, random_params

from scratchgpt.gradcheck import check, check_direction, check_model, expected_zeros
from scratchgpt.layers import ClassifierHead, TiedHead
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.params import Params


def _check(model, **options):
    data = batch()
    return check_model(
        model, random_params(model), data.ids, data.targets, dropout_seed=5, **data.options, **options
    )


@pytest.mark.parametrize("style", STYLES)
def test_every_entry_of_every_parameter(style):
    model = GPT(STYLES[style])
    report = _check(model)
    assert report.ok, f"\n{report}"
    assert report.max_error < 1e-7
    assert [row.name for row in report.rows] == list(model.specs())
    assert min(row.alive for row in report.rows) > 0.9


@pytest.mark.parametrize("style", STYLES)
def test_the_key_bias_has_no_gradient(style):
    """Adding b to every key adds q . b to every score of a row: a constant, which softmax cancels."""
    model, data = GPT(STYLES[style]), batch()
    params, grads = random_params(model), random_params(model).zeros_like()
    _, cache = model.loss(params, data.ids, data.targets, rng=np.random.default_rng(5), **data.options)
    model.loss_backward(1.0, cache, grads)
    for i in range(2):
        query, key, value = np.split(grads.flat[f"h.{i}.attn.c_attn.bias"], 3)
        assert np.abs(key).max() < 1e-12
        assert np.abs(query).min() > 1e-8
        assert np.abs(value).min() > 1e-8


VARIANTS = {
    "untied": dataclasses.replace(GPT2, tied=False),
    "rmsnorm": dataclasses.replace(GPT2, norm="rmsnorm"),
    "post-norm rmsnorm": dataclasses.replace(GPT1, norm="rmsnorm"),
    "sinusoidal": dataclasses.replace(GPT2, positions="sinusoidal"),
    "no positions": dataclasses.replace(GPT2, positions="none"),
    "relu": dataclasses.replace(GPT2, activation="relu"),
    "gelu_erf": dataclasses.replace(BERT, activation="gelu_erf"),
    "sigmoid": dataclasses.replace(GPT1, activation="sigmoid"),
    "no bias": dataclasses.replace(GPT2, bias=False),
    "post-norm with final norm": dataclasses.replace(GPT1, final_norm=True),
    "pre-norm without final norm": dataclasses.replace(GPT2, final_norm=False),
    "bidirectional pre-norm": dataclasses.replace(GPT2, causal=False),
    "one head": dataclasses.replace(GPT2, n_head=1),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_variants_along_random_directions(variant):
    report = _check(GPT(VARIANTS[variant]), directions=5)
    assert report.ok, f"\n{report}"


def test_untied_embedding_and_head_entry_by_entry():
    model, data = GPT(VARIANTS["untied"]), batch()
    params = random_params(model)
    zero = expected_zeros(params, data.ids, data.options["positions"])
    assert len(zero["wte.weight"]) > 0, "some token does not occur, and its row has no gradient"
    report = _check(model, max_entries=40)
    assert report.ok, f"\n{report}"


def test_frozen_parameters_are_left_out_and_the_rest_stays_right():
    model, data = GPT(GPT2), batch()
    params = random_params(model).freeze("wte.*", "h.0.*")
    report = check_model(model, params, data.ids, data.targets, max_entries=5)
    assert report.ok, f"\n{report}"
    assert not [row for row in report.rows if row.name.startswith(("wte", "h.0"))]


def test_classifier_with_auxiliary_language_model_loss():
    """Two heads on one hidden state: their gradients meet before the last norm."""
    model, data = GPT(dataclasses.replace(GPT1, n_layer=1)), batch()
    classifier, tied = ClassifierHead(12, 4, p_dropout=0.1, bias=True), TiedHead()
    params = random_params(model)
    head = Params.zeros(classifier.specs(), np.float64)
    head.buffer[...] = np.random.default_rng(8).standard_normal(head.buffer.shape)
    options = {key: data.options[key] for key in ("key_mask", "positions")}
    labels, at = np.array([3, 1]), np.array([4, 4])

    def run():
        rng = np.random.default_rng(6)
        h, hidden = model.hidden(params, data.ids, rng=rng, **options)
        scores, c_scores = classifier.forward(head.tree, h, at, rng)
        logits, c_logits = tied.forward(params.tree["wte"], h)
        loss, c_loss = REFERENCE.cross_entropy_forward(scores, labels)
        auxiliary, c_auxiliary = REFERENCE.cross_entropy_forward(logits, data.targets)
        return loss + 0.5 * auxiliary, (hidden, c_scores, c_logits, c_loss, c_auxiliary)

    hidden, c_scores, c_logits, c_loss, c_auxiliary = run()[1]
    grads, head_grads = params.zeros_like(), head.zeros_like()
    dscores = REFERENCE.cross_entropy_backward(1.0, c_loss)
    dlogits = REFERENCE.cross_entropy_backward(0.5, c_auxiliary)
    dh = classifier.backward(dscores, c_scores, head_grads.tree)
    dh += tied.backward(dlogits, c_logits, grads.tree["wte"])
    model.hidden_backward(dh, hidden, grads)

    def both(p, h):
        return p.flat | {f"head.{name}": tensor for name, tensor in h.flat.items()}

    zero = expected_zeros(params, data.ids, options["positions"])
    report = check(lambda: run()[0], both(params, head), both(grads, head_grads), zero=zero)
    assert report.ok, f"\n{report}"


def test_gradient_of_the_logits_under_a_random_upstream():
    model, data = GPT(GPT2), batch()
    params, grads = random_params(model), random_params(model).zeros_like()
    dlogits = np.random.default_rng(9).standard_normal((B, T, 13))
    model.backward(dlogits, model.forward(params, data.ids)[1], grads)
    report = check_direction(
        lambda: (dlogits * model.forward(params, data.ids)[0]).sum(),
        params.buffer,
        grads.buffer,
        rng=np.random.default_rng(10),
    )
    assert report.ok, f"\n{report}"


# The checker itself: it must see each of these errors, in whole models


def slightly_wrong_gelu(dy, cache):
    """0.1 % too large."""
    return 1.001 * REFERENCE.gelu_backward(dy, cache)


def transposed_dk(dy, cache):
    """dK = dS Q instead of dS^T Q: the shapes fit, since self-attention has as many keys as queries."""
    dq, _, dv = REFERENCE.attention_backward(dy, cache)
    q, k, v, weights, dropout = cache
    dweights = REFERENCE.dropout_backward(dy @ v.swapaxes(-1, -2), dropout)
    dscores = REFERENCE.softmax_backward(dweights, weights)
    return dq, dscores @ q / np.sqrt(k.shape[-1]), dv


class HalvedTiedHead(TiedHead):
    """Forgets its own half of the gradient of the shared matrix."""

    def backward(self, dlogits, cache, g):
        return self.ops.linear_backward(dlogits, cache)[0]


class GPTWithHalvedTiedHead(GPT):
    @cached_property
    def head(self):
        return HalvedTiedHead(self.ops)


class GPTThatIgnoresItsUpstream(GPT):
    def loss_backward(self, dloss, cache, grads):
        super().loss_backward(1.0, cache, grads)


WRONG = {
    "derivative 0.1 % wrong": (
        GPT(GPT2, REFERENCE.replace(gelu_backward=slightly_wrong_gelu)),
        {"h.0.mlp.c_fc.weight", "h.1.mlp.c_fc.weight", "h.1.mlp.c_fc.bias"},
    ),
    "transposed dK": (
        GPT(GPT2, REFERENCE.replace(attention_backward=transposed_dk)),
        {"h.0.attn.c_attn.weight", "h.1.attn.c_attn.weight"},
    ),
    "upstream gradient of the loss ignored": (GPTThatIgnoresItsUpstream(GPT2), {"wpe.weight"}),
    "halved tied gradient": (GPTWithHalvedTiedHead(GPT2), {"wte.weight"}),
}


@pytest.mark.parametrize("error", WRONG)
def test_the_checker_sees_entry_by_entry(error):
    model, places = WRONG[error]
    report = _check(model, max_entries=20)
    assert not report.ok
    assert places <= {row.name for row in report.rows if not row.ok}
    if "upstream" not in error:
        assert [row.ok for row in report.rows if row.name.startswith("ln_f")] == [True, True], (
            "above the error"
        )


@pytest.mark.parametrize("error", WRONG)
def test_the_checker_sees_along_random_directions(error):
    assert not _check(WRONG[error][0], directions=5).ok
