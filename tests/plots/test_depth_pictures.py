"""What the captions of the pictures about depth say, on the data that are drawn."""

import numpy as np
import pytest

from scratchgpt.plots import depth as plots
from scratchgpt.worked.depth import WIRINGS, mean_depth
from scratchgpt.worked.signs_of_life import fresh_stream

DEPTHS = (2, 4, 8, 16, 24)


@pytest.fixture(scope="module")
def stacks():
    return {wiring: mean_depth(24, wiring) for wiring in WIRINGS}


@pytest.fixture(scope="module")
def runs(stacks):
    return {w: {n: stacks[w] if n == 24 else mean_depth(n, w) for n in DEPTHS} for w in ("post", "pre")}


@pytest.mark.exhaustive
def test_what_is_lost_in_each_wiring(stacks):
    neither, norm, residual, post, pre = stacks.values()
    assert neither.stream[-1] < 1e-12 and neither.gradient[0] < 1e-6, "signal and gradient die"
    assert residual.stream[-1] > 1e9 and residual.gradient[0] > 1e6, "both explode"
    for healthy in (norm, post, pre):
        assert 0.1 < healthy.gradient[0] < 10
        assert 0.1 < healthy.stream[-1] < 100
    assert norm.alike[6] > 0.98, "after six blocks all positions hold the same vector"
    assert post.alike[6] < 0.9 < 0.99 < post.alike[-1], "post-norm loses the positions later"
    assert pre.alike[-1] < 0.8 < min(run.alike[-1] for run in (neither, norm, residual, post))
    np.testing.assert_allclose(pre.stream, 1 + np.arange(25), rtol=0.25)  # grows linearly, as 1 + l


def test_the_picture_of_the_wirings_draws_them(stacks):
    panels = plots.wirings(stacks).axes
    for axes, field in zip(panels, ("stream", "gradient", "alike"), strict=True):
        for line, run in zip(axes.lines, stacks.values(), strict=True):
            np.testing.assert_array_equal(line.get_ydata(), getattr(run, field))


@pytest.mark.exhaustive
def test_the_gradient_of_the_topmost_block(runs):
    post, pre = ([run.weights[-1] for run in runs[name].values()] for name in ("post", "pre"))
    assert max(post) / min(post) < 1.15, "it stays where it is"
    np.testing.assert_allclose(np.array(pre) * np.sqrt(DEPTHS) / (pre[0] * np.sqrt(2)), 1, atol=0.25)
    slope = np.polyfit(np.log(DEPTHS), np.log(pre), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.1)


def test_a_pre_norm_block_by_its_height_and_a_post_norm_stack_that_is_flat(runs):
    deepest = runs["pre"][24].weights
    for n, run in runs["pre"].items():
        np.testing.assert_allclose(run.weights, deepest[:n], rtol=0.25)
    assert deepest[0] > 4 * deepest[-1]
    flat = runs["post"][24].weights
    assert flat.max() / flat.min() < 2, "no vanishing towards the lower blocks"
    for n, run in runs["post"].items():
        lower, upper = run.weights[: n // 2], run.weights[n // 2 :]
        assert lower.mean() > upper.mean(), "the lower blocks have the larger gradients"


def test_the_gradient_on_its_way_down_a_pre_norm_stack(runs):
    """The product telescopes: behind block l it is 1 / sqrt(1 + l), whatever the depth."""
    for n, run in runs["pre"].items():
        np.testing.assert_allclose(run.gradient * np.sqrt(1 + np.arange(n + 1)), 1, atol=0.3)
    for run in runs["post"].values():
        assert run.gradient.min() > 0.4 and run.gradient.max() < 2.5, "in post-norm it keeps its size"


def test_what_a_naked_block_leaves_of_the_variance(stacks):
    """GELU is x / 2 near zero: a quarter of the variance, half of the gradient, in every block."""
    naked = stacks["neither"]
    assert naked.stream[-1] == pytest.approx(4.0**-24, rel=1)
    assert naked.gradient[0] == pytest.approx(2.0**-24, rel=1)


def test_the_picture_of_blocks_draws_them(runs):
    post, pre, last = plots.block_gradients(runs).axes
    for axes, depths in ((post, runs["post"]), (pre, runs["pre"])):
        for line, run in zip(axes.lines, depths.values(), strict=True):
            np.testing.assert_array_equal(line.get_ydata(), run.weights)
    np.testing.assert_array_equal(
        last.lines[0].get_ydata(), [run.weights[-1] for run in runs["post"].values()]
    )


@pytest.mark.exhaustive
def test_the_stream_of_fresh_models():
    streams = {f: {n: fresh_stream(n, 256, f, seed=n) for n in (12, 24)} for f in (False, True)}
    for by_depth in streams.values():
        for variances in by_depth.values():
            line = np.linspace(variances[0], variances[-1], len(variances))
            assert (np.diff(variances) > 0).all(), "all four rise"
            assert np.abs(variances - line).max() < 0.12 * variances[-1], "near the straight line"
    without, scaled = ({n: v[-1] for n, v in streams[f].items()} for f in (False, True))
    assert 1.6 < without[24] / without[12] < 2.4, "about twice"
    assert scaled[24] == pytest.approx(scaled[12], rel=0.15), "the same height"
    assert without[12] / scaled[12] > 20 and 40 < without[24] / scaled[24] < 60
    panels = plots.stream_variance(streams[False], streams[True]).axes
    for axes, by_depth in zip(panels, streams.values(), strict=True):
        for line, variances in zip(axes.lines[::2], by_depth.values(), strict=True):
            np.testing.assert_array_equal(line.get_ydata(), variances)
