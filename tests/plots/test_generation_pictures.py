"""The pictures of lesson 12: what their captions say holds for the data they draw."""

import numpy as np
import pytest

from scratchgpt import pretrained, sampling
from scratchgpt.config import GPTConfig
from scratchgpt.corpus.batches import plain
from scratchgpt.ops import REFERENCE as ops
from scratchgpt.plots import generation
from scratchgpt.resources import data_path
from scratchgpt.worked.cached_decoding import token_flops, token_seconds
from scratchgpt.worked.text_variety import TEMPERATURES, temperature_sweep, written_variety


@pytest.fixture(scope="module")
def mini():
    return pretrained.load("mini", dtype=np.float64)


def test_temperature_takes_from_the_likeliest_and_keeps_the_order():
    logits = np.array([2.0, 1.0, 0.5])
    at = {t: ops.softmax(sampling.apply_temperature(logits, t)) for t in (0.5, 1.0, 2.0)}
    np.testing.assert_allclose(at[0.5], [0.8438, 0.1142, 0.0420], atol=5e-5)
    np.testing.assert_allclose(at[1.0], [0.6285, 0.2312, 0.1402], atol=5e-5)
    np.testing.assert_allclose(at[2.0], [0.4810, 0.2918, 0.2272], atol=5e-5)
    a, b, c = np.array(list(at.values())).T
    assert (np.diff(a) < 0).all() and (np.diff(b) > 0).all() and (np.diff(c) > 0).all()
    assert (a > b).all() and (b > c).all()
    axes = generation.temperature_bars(at, ["A", "B", "C"]).axes[0]
    drawn = [[bar.get_height() for bar in bars] for bars in axes.containers]
    np.testing.assert_allclose(drawn, list(at.values()))
    assert axes.get_legend() and axes.get_xlabel() and axes.get_ylabel()


def test_the_nucleus_follows_the_model_and_top_k_does_not(mini):
    model, params, tokenizer = mini
    panels = {}
    for text in ("Once upon a time there was a little", "She was very"):
        logits, _ = model.forward(params, np.array([tokenizer.encode(text)]))
        probs = np.sort(ops.softmax(logits[0, -1]))[::-1]
        kept = int(np.isfinite(sampling.top_p(np.log(probs), 0.9)).sum())
        panels[text] = ([f"t{i}" for i in range(16)], probs[:16], kept)
    (_, sure, few), (_, unsure, many) = panels.values()
    assert (few, many) == (7, 257)
    assert round(1 - sure[:5].sum(), 1) == 0.1, "on the left top-k throws away a tenth"
    assert 0.7 < 1 - unsure[:5].sum() < 0.8, "on the right three quarters"
    left, right = generation.filtered_tokens(panels, top_k=5).axes
    assert [_blue(axes) for axes in (left, right)] == [7, 16]
    assert left.get_yscale() == right.get_yscale() == "log" and left.get_ylim() == right.get_ylim()
    assert left.get_ylim()[0] < min(sure[15], unsure[15]), "the grey bars are seen"
    assert all(axes.lines[0].get_xdata()[0] == 4.5 for axes in (left, right))


def _blue(axes):
    return sum(bar.get_facecolor()[2] > 0.6 > bar.get_facecolor()[0] for bar in axes.patches)


@pytest.mark.exhaustive  # trains or writes for seconds
def test_variety_and_surprise_rise_with_the_temperature(mini):
    sweep = temperature_sweep(*mini)
    tales = written_variety(*mini, plain(data_path("tales.txt").read_text(encoding="utf-8")))
    words, surprise = ([getattr(v, name) for v in sweep.values()] for name in ("words", "surprise"))
    assert tuple(sweep) == TEMPERATURES == (0.0, 0.4, 0.8, 1.2, 1.6)
    assert (np.diff(words) > 0).all() and (np.diff(surprise) > 0).all()
    assert words[2] < tales.words < words[3]
    assert surprise[2] < tales.surprise / 2 and surprise[3] < tales.surprise < surprise[4]
    left, right = generation.variety_curves(list(sweep), words, surprise, (tales.words, tales.surprise)).axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), words)
    np.testing.assert_array_equal(right.lines[0].get_ydata(), surprise)
    assert left.lines[1].get_ydata()[0] == tales.words


def test_the_cost_of_a_token_rises_without_a_cache_and_hardly_with_one():
    model, params, _ = pretrained.load("mini")
    contexts = (8, 16, 32, 64, 128, 256)
    counted = [token_flops(model.config, n) for n in contexts]
    flops = {way: [getattr(f, way) for f in counted] for way in ("uncached", "cached")}
    assert (
        flops["uncached"][-1] / flops["uncached"][0] > 32 and flops["cached"][-1] < 1.2 * flops["cached"][0]
    )
    assert round(flops["uncached"][-1] / flops["cached"][-1]) == 215
    measured = token_seconds(model, params, (8, 256))
    assert measured["uncached"][1] > 3 * measured["cached"][1], "several times faster at 256 tokens"
    ms = {way: [1000.0] * 6 for way in flops}
    figure = generation.timing_ladder(contexts, ms, flops)
    assert [line.get_label() for line in figure.axes[1].lines] == ["uncached", "cached"]
    np.testing.assert_allclose(figure.axes[1].lines[0].get_ydata(), np.array(flops["uncached"]) / 1e6)


def test_the_cache_of_gpt2_small():
    from scratchgpt.costs import kv_bytes_per_token

    assert kv_bytes_per_token(GPTConfig()) == 73_728 and 1024 * 73_728 == 72 * 2**20
