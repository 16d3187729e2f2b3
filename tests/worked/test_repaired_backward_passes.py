"""The two pairs behind the bug hunt of lesson 08: a norm in steps, attention whose mask is given."""

import numpy as np
import pytest

from scratchgpt.gradcheck import check_pair
from scratchgpt.gradcheck.shapes import Sizes, shapes_of
from scratchgpt.ops.attention import attention_backward, attention_forward
from scratchgpt.ops.keyed_masks import keep_mask
from scratchgpt.ops.layernorm import layernorm_backward, layernorm_forward
from scratchgpt.worked.dropped_attention import dropped_attention_backward, dropped_attention_forward
from scratchgpt.worked.norm_steps import norm_steps_backward, norm_steps_forward


@pytest.mark.parametrize(
    ("forward", "backward", "names"),
    [
        (norm_steps_forward, norm_steps_backward, ["x", "weight", "bias"]),
        (dropped_attention_forward, dropped_attention_backward, ["q", "k", "v"]),
    ],
)
def test_gradients_match_finite_differences(forward, backward, names):
    drawn = Sizes().draw(shapes_of(forward), np.random.default_rng(0))
    report = check_pair(forward, backward, drawn, rng=np.random.default_rng(1), min_alive=0.5)
    assert [row.name for row in report.rows] == names
    assert report.ok and report.max_error < 1e-8, f"\n{report}"


@pytest.mark.parametrize("leading", [(), (3,), (2, 3)])
def test_the_steps_are_those_of_layer_normalisation(leading):
    rng = np.random.default_rng(2)
    x, dy = rng.standard_normal((2, *leading, 5))
    weight, bias = rng.standard_normal((2, 5))
    y, cache = norm_steps_forward(x, weight, bias, 0.3)
    expected, kept = layernorm_forward(x, weight, bias, 0.3)
    np.testing.assert_allclose(y, expected, rtol=1e-12)
    for mine, theirs in zip(norm_steps_backward(dy, cache), layernorm_backward(dy, kept), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-10, atol=1e-13)


def test_attention_drops_as_the_package_does_when_both_have_the_same_mask():
    rng, p = np.random.default_rng(3), 0.4
    q, k, v, dy = rng.standard_normal((4, 6, 3))
    expected, kept = attention_forward(*(a[None, None] for a in (q, k, v)), dropout=p, rng=rng)
    mask = keep_mask(kept.weights, kept.dropout.key, p)[0, 0]
    assert 0 < mask.sum() < mask.size
    y, cache = dropped_attention_forward(q, k, v, mask, p)
    np.testing.assert_allclose(y, expected[0, 0], rtol=1e-12)
    theirs = attention_backward(dy[None, None], kept)
    for mine, their in zip(dropped_attention_backward(dy, cache), theirs, strict=True):
        np.testing.assert_allclose(mine, their[0, 0], rtol=1e-10, atol=1e-14)
