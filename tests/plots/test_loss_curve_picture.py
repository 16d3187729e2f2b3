"""The picture of a run: what is drawn of its history, and where the lines of the baselines lie."""

import pytest

from scratchgpt.plots import loss_curve

HISTORY = [{"step": step, "loss": loss} for step, loss in ((1, 4.0), (2, 4.0), (3, 1.0))]
HISTORY += [{"step": 3, "val_loss": 2.5}, {"step": 6, "val_loss": 2.0}]


def test_each_step_the_smoothed_curve_and_the_held_out_loss():
    each, smooth, held_out = loss_curve(HISTORY).axes[0].lines
    assert each.get_xydata().tolist() == [[1, 4], [2, 4], [3, 1]]
    assert held_out.get_xydata().tolist() == [[3, 2.5], [6, 2.0]]
    first, second, third = smooth.get_ydata()
    assert (first, second) == pytest.approx((4, 4)), "an average that begins at zero is corrected for it"
    weights = [0.95**2, 0.95, 1]
    assert third == pytest.approx((4 * weights[0] + 4 * weights[1] + weights[2]) / sum(weights))


def test_a_baseline_is_a_line_with_its_name_at_its_height():
    axes = loss_curve(HISTORY, {"counts": 2.25, "pairs": 3.0}).axes[0]
    assert [line.get_ydata() for line in axes.lines[3:]] == [[2.25, 2.25], [3.0, 3.0]]
    assert {text.get_text(): text.xy for text in axes.texts} == {"counts": (1, 2.25), "pairs": (1, 3.0)}
