import numpy as np
import pytest

from scratchgpt.errors import UserError
from scratchgpt.gradcheck import check
from scratchgpt.params import Params
from scratchgpt.worked import depth


@pytest.mark.parametrize("wiring", depth.WIRINGS)
def test_the_gradients_of_each_wiring_against_finite_differences(wiring):
    """Two positions, width 4: the wiring is what is in doubt, not the layers."""
    block, _ = depth.make_block(wiring, 4, 2)
    rng = np.random.default_rng(0)
    params = Params.init(depth.stack_specs(block, depth.NoNorm(), 1), rng, np.float64)
    grads = params.zeros_like()
    x, dy = rng.standard_normal((2, 1, 2, 4))
    norms = {"ln_1": {}, "ln_2": {}}
    p, g = ({**norms, **tree.tree["h"][0]} for tree in (params, grads))
    y, cache = block.forward(p, x)
    dx = block.backward(dy, cache, g)
    inputs = {"x": x, "c_fc": p["mlp"]["c_fc"]["weight"]}
    found = {"x": dx, "c_fc": g["mlp"]["c_fc"]["weight"]}
    report = check(lambda: float((dy * block.forward(p, x)[0]).sum()), inputs, found)
    assert report.ok, f"\n{report}"
    assert y.shape == x.shape


def test_without_blocks_in_between_everything_is_one():
    run = depth.measure_depth(1, "post", np.random.default_rng(0))
    assert run.gradient[-1] == 1
    assert run.stream.shape == run.alike.shape == run.gradient.shape == (2,)
    assert run.weights.shape == (1,)
    assert run.stream[-1] == pytest.approx(1, abs=1e-4), "a norm stands last"


def test_likeness_of_equal_and_of_orthogonal_positions():
    assert depth.likeness(np.ones((2, 5, 3))) == pytest.approx(1)
    assert depth.likeness(np.eye(4)[None]) == pytest.approx(0)
    assert depth.likeness(np.array([[[1.0, 0], [-2, 0]]])) == pytest.approx(-1)


def test_the_mean_of_one_seed_is_that_run():
    one, mean = depth.measure_depth(3, "pre", np.random.default_rng(0)), depth.mean_depth(3, "pre", seeds=1)
    for a, b in zip(one, mean, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_an_unknown_wiring_is_refused():
    with pytest.raises(UserError, match="post"):
        depth.make_block("pots", 4, 2)
