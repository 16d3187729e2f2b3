"""What the captions of the pictures of lesson 08 say, on the data that are drawn."""

import numpy as np
import pytest

from scratchgpt.ops import REFERENCE as ops
from scratchgpt.plots import block as plots
from scratchgpt.worked import memorising
from scratchgpt.worked.norm_terms import NormTerms, layernorm_terms


def test_activations_and_the_two_forms_of_gelu():
    x = np.linspace(-4, 4, 8001)
    values, slopes = {}, {}
    for name in ("gelu", "relu", "sigmoid"):
        values[name], cache = getattr(ops, f"{name}_forward")(x)
        slopes[name] = getattr(ops, f"{name}_backward")(np.ones_like(x), cache)
    gap = values["gelu"] - ops.gelu_erf_forward(x)[0]
    assert np.abs(gap).max() == pytest.approx(4.7e-4, abs=0.05e-4), "less than half a thousandth"
    assert abs(x[np.abs(gap).argmax()]) == pytest.approx(2.70, abs=0.005)
    assert values["gelu"].min() < -0.1 and slopes["gelu"].min() < 0 and slopes["gelu"].max() > 1
    assert abs(values["gelu"] - values["relu"])[np.abs(x) > 3.9].max() < 1e-3, "GELU follows ReLU outside"
    assert slopes["sigmoid"].max() == pytest.approx(0.25)
    left, _, right = plots.activations(x, values, slopes, gap).axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), values["gelu"])
    assert [text.get_text() for text in right.texts] == ["+4.7 at 2.70", "-2.3 at 1.36"]


def test_the_terms_of_the_norms_gradient():
    x, dy = np.array([0.402, 0.195, -0.4, 1.0]), np.array([0.9, -0.3, 0.2, 0.4])
    x_hat, cache = ops.layernorm_forward(x, np.ones(4), np.zeros(4))
    terms = layernorm_terms(dy, cache)
    assert np.ptp(terms.through_mean) == 0, "the green bars are equal"
    factors = terms.through_variance / x_hat
    assert np.ptp(factors) < 1e-12 and factors[0] < 0, "the pink ones turn the normalised vector"
    assert sum(terms).sum() == pytest.approx(0, abs=1e-12), "the black ones add up to zero"
    _, right = plots.norm_gradient(x_hat, dy, NormTerms(*terms)).axes
    heights = np.array([bar.get_height() for bar in right.patches]).reshape(4, 4)  # (parts, channels)
    np.testing.assert_allclose(heights, [*terms, sum(terms)])


@pytest.fixture(scope="module")
def memories():
    return {p: memorising.memorise(p) for p in (0.0, 0.2)}


@pytest.mark.exhaustive  # trains or writes for seconds
def test_learning_by_heart_with_and_without_dropout(memories):
    without, dropped = memories.values()
    assert without.train[-1] < 1.2 < 1.7 < dropped.train[-1], "the learned page falls on without it"
    assert without.held_out[-1] > without.held_out.min() + 0.5, "and the other page climbs"
    gaps = [run.held_out[-1] - run.train[-1] for run in memories.values()]
    assert gaps[1] < 0.5 * gaps[0], "the gap is much smaller with it"
    assert dropped.held_out.min() == pytest.approx(without.held_out.min(), abs=0.1), "equally good at best"
    panels = plots.memorising({str(p): run for p, run in memories.items()}).axes
    for axes, run in zip(panels, memories.values(), strict=True):
        np.testing.assert_array_equal(axes.lines[1].get_ydata(), run.held_out)
        assert axes.lines[2].get_ydata()[0] == run.held_out.min()


@pytest.mark.exhaustive  # trains or writes for seconds
def test_averages_over_masks(memories):
    run, page = memories[0.2], memorising.pages()[1]
    result = memorising.ensemble(run.model, run.params, page, 32, np.random.default_rng(3))
    assert result.together[-1] < result.plain - 0.05, "the average beats the pass without a mask"
    assert result.together[-1] < result.single - 0.05
    x = np.random.default_rng(4).standard_normal(64)
    sizes = (1, 100, 10_000)
    drawn, _ = ops.dropout_forward(np.tile(x, (10_000, 1)), 0.2, np.random.default_rng(5))
    errors = [float(np.abs(drawn[:n].mean(axis=0) - x).mean()) for n in sizes]
    assert np.polyfit(np.log(sizes), np.log(errors), 1)[0] == pytest.approx(-0.5, abs=0.05)
    left, right = plots.dropout_averages(sizes, errors, result).axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), errors)
    np.testing.assert_array_equal(right.lines[0].get_ydata(), result.together)
