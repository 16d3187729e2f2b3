"""A block by hand: the block of the package with the parts left out that it leaves out."""

import numpy as np
import pytest

from scratchgpt.gradcheck import check_pair
from scratchgpt.gradcheck.shapes import Sizes, shapes_of
from scratchgpt.layers import MLP, Attention, PreNormBlock, RMSNorm
from scratchgpt.params import Params
from scratchgpt.worked.residual_block import residual_block_backward, residual_block_forward


def _drawn(seed=0):
    return Sizes().draw(shapes_of(residual_block_forward), np.random.default_rng(seed))


def test_gradients_match_finite_differences():
    report = check_pair(
        residual_block_forward, residual_block_backward, _drawn(), rng=np.random.default_rng(1)
    )
    assert [row.name for row in report.rows] == ["x", "gain_1", "gain_2", "w_up", "w_down"]
    assert report.ok and report.max_error < 1e-7, f"\n{report}"


def test_it_is_a_block_of_the_package_with_attention_that_projects_nothing():
    drawn = _drawn()
    (*_, C), (_, inner) = drawn["x"].shape, drawn["w_up"].shape
    norm = RMSNorm(C)
    block = PreNormBlock(norm, Attention(C, 1, bias=False), norm, MLP(C, inner, bias=False))
    params = Params.zeros(block.specs(), np.float64)
    params.flat["attn.c_attn.weight"][...] = np.tile(np.eye(C), 3)
    params.flat["attn.c_proj.weight"][...] = np.eye(C)
    names = {"gain_1": "ln_1", "gain_2": "ln_2", "w_up": "mlp.c_fc", "w_down": "mlp.c_proj"}
    for name, place in names.items():
        params.flat[f"{place}.weight"][...] = drawn[name]
    y, cache = residual_block_forward(**drawn)
    expected, kept = block.forward(params.tree, drawn["x"])
    np.testing.assert_allclose(y, expected, rtol=1e-12)
    dy, grads = np.random.default_rng(1).standard_normal(y.shape), params.zeros_like()
    dx, *others = residual_block_backward(dy, cache)
    np.testing.assert_allclose(dx, block.backward(dy, kept, grads.tree), rtol=1e-10)
    for gradient, place in zip(others, names.values(), strict=True):
        np.testing.assert_allclose(gradient, grads.flat[f"{place}.weight"], rtol=1e-10)


@pytest.mark.parametrize("off", ["w_up", "w_down"])
def test_without_an_mlp_the_upper_path_is_the_identity(off):
    drawn = _drawn()
    drawn[off] *= 0
    y, cache = residual_block_forward(**drawn)
    h = cache.norm_2.x
    np.testing.assert_array_equal(y, h)
    dy = np.random.default_rng(1).standard_normal(y.shape)
    _, _, dgain_2, *_ = residual_block_backward(dy, cache)
    np.testing.assert_array_equal(dgain_2, 0)
