"""What the captions of lesson 10 say, on the lines and points that are drawn."""

import dataclasses
import math

import numpy as np
import pytest

from scratchgpt.config import TrainConfig
from scratchgpt.optim import SGD, AdamW, Momentum, RMSProp, learning_rate
from scratchgpt.plots import optimizers as plots
from scratchgpt.worked import adam_by_hand, ravine, update_race

GROUND, START = ravine.Ravine((1.0, 25.0)), (-10.0, 1.0)
RULES = {  # the rates that the lesson finds
    "sgd": (SGD(), 10 ** (-9 / 8)),
    "ball": (Momentum(4 / 9, heavy_ball=True), 0.1),
    "rms": (RMSProp(0.95), 0.1),
    "adam": (AdamW(weight_decay=0.0), 10 ** (-4 / 8)),
}


@pytest.fixture(scope="module")
def paths():
    return {name: ravine.walk(GROUND, rule, lr, 60, START) for name, (rule, lr) in RULES.items()}


def test_plain_descent_zigzags_the_ball_arrives_and_the_others_leave_diagonally(paths):
    figure = plots.optimizer_paths(GROUND, paths)
    drawn = [next(line.get_xydata() for line in axes.lines) for axes in figure.axes]
    sgd, ball, rms, adam = drawn
    assert all(np.diff(np.sign(sgd[:40, 1])) != 0), "across, its sign changes at each step"
    assert np.all(np.diff(sgd[:, 0]) > 0) and -1 < sgd[30, 0] < -0.5, "along, it creeps"
    assert np.abs(ball[25]).max() < 0.03 and sgd[25, 0] < -1, "the heavy ball arrives"
    for path in (rms, adam):
        along, across = np.abs(path[1] - path[0])
        assert along == pytest.approx(across, rel=1e-6)


def test_on_the_ravine_the_ball_wins_and_adam_is_behind_plain_descent(paths):
    losses = {name: GROUND.loss(path) for name, path in paths.items()}
    (axes,) = plots.loss_race(losses, "a", log=True).axes
    drawn = {line.get_label(): line.get_ydata() for line in axes.lines}
    assert axes.get_yscale() == "log"
    settled = {name: np.nonzero(y >= 0.01)[0][-1] + 1 for name, y in drawn.items()}
    assert settled["ball"] < settled["sgd"] / 2 < settled["sgd"] < min(settled["adam"], settled["rms"])
    assert paths["adam"][:, 0].max() > 0.1 and np.diff(drawn["adam"]).max() > 0, "it overshoots"
    assert np.all(np.diff(drawn["rms"]) < 0) and drawn["rms"][-1] > 1, "it creeps"
    larger = GROUND.loss(ravine.walk(GROUND, RMSProp(0.95), 0.3, 150, START))
    assert larger[-20:].max() > 0.01, "and does not settle at a larger rate"


def test_m_is_grown_up_long_before_the_root_of_v():
    young = adam_by_hand.young_averages(4000, (0.9, 0.999))
    other = adam_by_hand.young_averages(100, (0.9, 0.95))
    figure = plots.young_averages(range(1, 4001), young.m, young.root_v, {"a": young.uncorrected})
    m, v = (line.get_ydata() for line in figure.axes[0].lines[:2])
    step = figure.axes[1].lines[0].get_ydata()
    assert [int((average >= 0.98).argmax()) + 1 for average in (m, v)] == [38, 3228]
    assert step[0] == pytest.approx(3.1623, abs=5e-5) and step[9] == pytest.approx(6.5279, abs=5e-5)
    assert step.argmax() == 11 and step[999] == pytest.approx(1.26, abs=5e-3)
    assert other.uncorrected[0] == pytest.approx(0.447, abs=5e-4)


def test_under_adamw_all_decay_alike_and_with_l2_they_part():
    signs, sizes = np.where(np.arange(300) % 2, 1.0, -1.0)[:, None], (10.0, 1.0, 0.1)
    weights = [adam_by_hand.shrinking(signs * np.array(sizes), 0.01, 0.1, c) for c in (False, True)]
    figure = plots.decay_by_gradient(*weights, sizes)
    beside, inside = (np.array([line.get_ydata() for line in axes.lines]) for axes in figure.axes)
    assert np.ptp(beside, axis=0).max() < 1e-6
    assert beside[0, -1] == pytest.approx((1 - 0.01 * 0.1) ** 300, abs=0.02)
    large, middle, small = inside[:, -1]
    assert large > 0.95 and middle == pytest.approx(0.75, abs=0.01) and small < 0.2


def test_the_cosine_is_above_the_line_first_and_below_it_then():
    config = TrainConfig(steps=1000, warmup=20, lr=1.0, min_lr=0.1)
    rates = {
        name: [learning_rate(t, dataclasses.replace(config, schedule=name)) for t in range(1, 1001)]
        for name in ("cosine", "linear", "constant")
    }
    (axes,) = plots.schedules(rates, 20).axes
    assert all(list(line.get_xdata()) == list(range(1, 1001)) for line in axes.lines[:3])
    cosine, linear, constant = (np.array(line.get_ydata()) for line in axes.lines[:3])
    assert cosine[19] == linear[19] == constant[-1] == 1.0 and cosine[0] == pytest.approx(1 / 20)
    assert np.all(cosine[25:509] > linear[25:509]) and np.all(cosine[511:995] < linear[511:995])
    assert cosine[-1] == pytest.approx(0.1) and linear[-1] == pytest.approx(0.1)


def test_the_global_clip_keeps_the_direction():
    g = np.array([3.0, 0.9])
    by_norm, by_tensor = g / np.linalg.norm(g), np.minimum(g, 1)
    (axes,) = plots.clipping(g, by_norm, by_tensor).axes
    whole, one, other = (np.array([q.U[0], q.V[0]]) for q in axes.collections)
    assert one[1] / one[0] == pytest.approx(whole[1] / whole[0]) and np.linalg.norm(one) == pytest.approx(1)
    assert other[1] / other[0] > 2 * whole[1] / whole[0] and np.linalg.norm(other) > 1.3


def test_a_point_stands_at_the_last_of_the_steps_that_it_averages():
    (axes,) = plots.loss_race({"a": [4.0, 2.0, 0.0, 1.0]}, "a", smooth=2).axes
    assert axes.lines[0].get_xydata().tolist() == [[1, 3], [2, 1], [3, 0.5]]


@pytest.mark.exhaustive
def test_the_first_steps_of_the_race_are_sgds_and_the_rest_is_adamws():
    losses = update_race.race(update_race.tales_trainer(), [("sgd", 1.0), ("adamw", 3e-3)])
    figure = plots.loss_race({name: y for (name, _), y in losses.items()}, "a", smooth=10)
    sgd, adamw = (line.get_ydata() for line in figure.axes[0].lines)
    assert np.all(sgd[:10] < adamw[:10]) and np.all(adamw[-40:] < sgd[-40:])
    assert figure.axes[0].lines[0].get_xdata()[0] == 9, "a point stands at the last of the steps it averages"
    assert math.isclose(sgd[0], np.mean(losses["sgd", 1.0][:10]))
