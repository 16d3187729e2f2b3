"""The pictures of lesson 11: what their captions say holds for the data they draw."""

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from scratchgpt.corpus import minhash, pipeline
from scratchgpt.experiments.pretraining_signs import signs
from scratchgpt.plots import pretraining as pictures
from scratchgpt.resources import data_path
from scratchgpt.worked import crawl


@pytest.fixture(scope="module")
def recorded():
    return json.loads(data_path("results/pretraining.json").read_text(encoding="utf-8"))


def test_each_filter_leaves_fewer_and_fewer_than_half_survive():
    tally = pipeline.tally(pipeline.standard(crawl.classifier()).decide(crawl.pages()))
    axes = pictures.dropped(tally).axes[0]
    left = [bar.get_width() for bar in axes.patches]
    assert left[0] == len(crawl.pages()) == 48
    assert left[-1] == tally["kept"] < 24
    assert all(a > b for a, b in itertools.pairwise(left))
    assert len(left) == 1 + len(pipeline.REASONS)


def test_measured_points_lie_on_the_curve_and_rows_move_it_right():
    orders = minhash.MinHash.draw(np.random.default_rng(0))
    measured = minhash.measure_banding(orders, (20, 34, 46), np.random.default_rng(1), pairs=100)
    cuts = [replace(orders, bands=b, rows=r) for b, r in ((32, 4), (64, 2), (16, 8))]
    figure = pictures.banding(measured, {str(c.rows): c.pair_probability for c in cuts}, 0.5)
    axes = figure.axes[0]
    four, two, eight = (np.array(axes.lines[i].get_ydata()) for i in range(3))
    assert (two >= four).all() and (four >= eight).all() and (two - eight).max() > 0.9
    xs = np.array(axes.lines[0].get_xdata())
    for point in measured:
        p = np.interp(point.similarity, xs, four)
        assert abs(point.share - p) < 3 * (p * (1 - p) / point.pairs) ** 0.5 + 0.01
    shown = axes.containers[0].lines[0]
    assert list(shown.get_xdata()) == [p.similarity for p in measured]
    assert list(shown.get_ydata()) == [p.share for p in measured]


def test_the_loss_crosses_four_lines_in_turn_and_never_the_fifth(recorded):
    healthy, lines = recorded["runs"][0], recorded["count_lines"]
    *crossed, last = pictures.crossings(healthy["held_out"], lines)
    assert last is None
    assert crossed == sorted(crossed) and len(set(crossed)) == 4
    chosen = (1, 29, 365, 1292, 3000)
    at = dict(map(tuple, healthy["held_out"]))
    phases = [pictures.phase(at[step], lines) for step in chosen]
    assert phases == list(pictures.PHASES[:5])  # a text for each phase
    samples = {p["step"]: p["text"] for p in healthy["probes"] if p["step"] in chosen}
    figure = pictures.loss_phases(healthy["loss"], healthy["held_out"], lines, samples)
    axes, texts = figure.axes
    heights = [line.get_ydata()[0] for line in axes.lines[2:]]
    assert heights == lines
    letters = {t.get_text(): t.xy for t in axes.texts if len(t.get_text()) == 1}
    assert letters == {c: (step, at[step]) for c, step in zip("ABCDE", chosen, strict=True)}
    assert len(texts.texts) == 10
    ends = [sum(t.get_text().count("¶ ¶") for t in texts.texts[i : i + 2]) for i in range(0, 10, 2)]
    assert ends[0] == 0 and ends[3] == 2 and ends[4] == 1  # line breaks in their places, after a sentence
    assert 'off he has." ¶ ¶' in texts.texts[7].get_text().replace("\n", " ")
    figure.canvas.draw()


def test_the_samples_are_what_the_caption_says(recorded):
    probes = {p["step"]: p for p in recorded["runs"][0]["probes"]}
    assert probes[1]["known"] == 0
    assert probes[3000]["known"] > 0.5  # mostly words
    assert np.mean(recorded["runs"][0]["loss"][-200:]) < 1.45 < 1.54 < recorded["runs"][0]["held_out"][-1][1]
    spaces = {step: p["text"].count(" ") for step, p in probes.items()}
    assert spaces[1] < 3 < 8 < spaces[29]
    common = {step: sum(c in " etaoinshr" for c in p["text"]) for step, p in probes.items()}
    assert common[1] < 25 and common[29] > 40  # of a hundred characters


def test_the_layers_are_what_the_caption_says(recorded):
    stats = recorded["runs"][0]["stats"]
    figure = pictures.layers(stats)
    gradient, ratio, stream = (
        {row["step"]: np.array([line.get_ydata()[i] for line in axes.lines]) for i, row in enumerate(stats)}
        for axes in figure.axes
    )
    assert [len(axes.lines) for axes in figure.axes] == [4, 4, 4]
    assert (gradient[1] / gradient[13] > 8).all()
    assert all(g.argmax() == 0 for step, g in gradient.items() if step > 13)
    assert max(r.max() for r in ratio.values()) == ratio[103].max() == pytest.approx(1e-2, rel=0.2)
    assert (ratio[3000] < 1e-3).all()
    assert all((np.diff(r) > 0).all() for r in (np.array([ratio[s] for s in (1, 4, 13, 44, 103)]).T))
    assert all((np.diff(s) > 0).all() for s in stream.values())
    wider = stream[3000] / stream[1]
    assert wider.min() == pytest.approx(40, abs=1) and wider.max() == pytest.approx(65, abs=1)


def test_large_rates_show_in_the_curve_first(recorded):
    healthy, three, ten, thirty = recorded["runs"]
    assert signs(healthy, three) == (None, None, None)
    assert signs(healthy, ten) == (68, 365, 365)
    assert signs(healthy, thirty) == (8, 8, 68)
    losses = [dict(map(tuple, run["held_out"])) for run in recorded["runs"]]
    at_13, at_556 = ([loss[step] for loss in losses] for step in (13, 556))
    assert min(at_13[1:]) < max(at_13[1:]) < at_13[0]  # ahead in the first dozen steps
    frequencies, pairs = recorded["count_lines"][:2]
    assert at_556[1] == pytest.approx(at_556[0], abs=0.01)
    assert at_556[2] == pytest.approx(pairs, abs=0.05) and at_556[2] > pairs
    assert at_556[3] == pytest.approx(frequencies, abs=0.15)
    falling = [losses[2][step] for step in (103, 157, 239, 365, 500, 556)]
    assert falling == sorted(falling, reverse=True)
    left, right = pictures.large_rates(recorded["runs"], recorded["held_out_known"]).axes
    for run, line, bars in zip(recorded["runs"], left.lines, right.containers, strict=True):
        assert list(line.get_ydata()) == [loss for step, loss in run["held_out"] if 0 < step <= 556]
        assert list(bars.lines[0].get_ydata()) == [p["known"] for p in run["probes"] if p["step"] <= 556]
    words = [p["words"] for run in recorded["runs"] for p in run["probes"] if p["step"] > 50]
    assert 150 < np.mean(words) < 250


def test_crossings_and_phases_by_hand():
    held_out = [(0, 4.0), (1, 2.9), (5, 2.5), (9, 1.0)]
    assert pictures.crossings(held_out, [3.0, 2.5, 0.5]) == [1, 9, None]
    lines = [3.0, 2.0]
    assert [pictures.phase(x, lines) for x in (3.5, 2.5, 1.5)] == list(pictures.PHASES[:3])
