"""The recorded measurement of how cost grows: what its caption claims, and that the picture shows it."""

import json
from pathlib import Path

import matplotlib
import pytest

from scratchgpt import plots
from scratchgpt.errors import UserError
from scratchgpt.experiments import cost_scaling
from scratchgpt.ops import REFERENCE

RECORD = Path(__file__).resolve().parents[1] / "data" / "results" / "cost_scaling.json"


@pytest.fixture(scope="module")
def recorded():
    return json.loads(RECORD.read_text(encoding="utf-8"))


def test_the_record_bears_out_the_caption(recorded):
    sweeps = recorded["sweeps"]
    slopes = {letter: sweep["slope"] for letter, sweep in sweeps.items()}
    assert 0.75 < slopes["B"] < 1.1  # twice the batch: about twice as long
    assert slopes["B"] < slopes["T"] < slopes["C"]  # attention makes it more, matrices of C x C most
    assert all(abs(sweep["slope"] - sweep["expected_slope"]) < 0.3 for sweep in sweeps.values())
    rise = sweeps["context"]["seconds"][-1] / sweeps["context"]["seconds"][0]
    assert 1.3 < rise < sweeps["context"]["x"][-1] / sweeps["context"]["x"][0] / 4
    caption = plots.cost_scaling_caption(recorded)
    assert f"Twice the batch B takes {2 ** slopes['B']:.1f} times as long" in caption
    assert f"context 32 times as long takes {rise:.1f} times as long" in caption


def test_the_record_is_complete_and_names_no_place(recorded):
    assert recorded["rounds"] >= 5
    assert {"cpu", "cores", "threads", "backend", "versions", "python"} <= set(recorded["machine"])
    assert "/" not in json.dumps(recorded["machine"])
    assert RECORD.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    for sweep in recorded["sweeps"].values():
        assert sweep["slope"] == pytest.approx(cost_scaling.slope(sweep["x"], sweep["seconds"]))
        assert sweep["expected_slope"] == pytest.approx(cost_scaling.slope(sweep["x"], sweep["cost"]))


def test_the_picture_shows_every_point_and_both_slopes(recorded):
    figure = plots.cost_scaling(recorded)
    assert len(figure.axes) == 4
    for axes, (letter, sweep) in zip(figure.axes, recorded["sweeps"].items(), strict=True):
        expected, measured = axes.get_lines()
        assert list(measured.get_xdata()) == sweep["x"]
        assert list(measured.get_ydata()) == pytest.approx([1000 * s for s in sweep["seconds"]])
        ratio = expected.get_ydata() / measured.get_ydata()
        assert 0.5 < ratio.min() < 1 < ratio.max() < 2  # through the middle of the points
        assert axes.get_xscale() == axes.get_yscale() == "log"
        assert letter in axes.get_xlabel() and axes.get_ylabel() == "ms"
        legend = " ".join(text.get_text() for text in axes.get_legend().get_texts())
        assert f"slope {sweep['slope']:.2f}" in legend and f"slope {sweep['expected_slope']:.2f}" in legend
    assert plots.cost_scaling_caption(recorded) in [text.get_text() for text in figure.texts]
    figure.canvas.draw()


@pytest.fixture
def small(monkeypatch):
    """Sweeps of small models by the reference, and a clock that counts FLOPs or bytes."""
    monkeypatch.setattr(
        cost_scaling, "SWEEPS", {"T": ({"C": 8, "B": 1}, (4, 8, 16)), "B": ({"C": 8, "T": 4}, (1, 2))}
    )
    monkeypatch.setattr(cost_scaling, "CONTEXTS", (2, 8, 10**9))
    config = cost_scaling.GPTConfig(vocab_size=11, block_size=8, n_layer=1, n_head=1, n_embd=4)
    return cost_scaling.sweeps(REFERENCE, config)


def test_every_point_is_run_in_every_round_and_slopes_are_fitted(small, monkeypatch):
    now, ran = [0.0], []

    def timed(point):
        def run():
            ran.append(point.x)
            point.run()
            now[0] += point.cost**2  # so every slope is twice the expected one

        return point._replace(run=run)

    for sweep in small.values():
        sweep["points"] = [timed(point) for point in sweep["points"]]
    monkeypatch.setattr(cost_scaling.time, "perf_counter", lambda: now[0])
    found = cost_scaling.measure(small, 3)
    assert found["rounds"] == 3
    order = [x for x in (4, 8, 16, 1, 2, 2, 8) for _ in range(2)]
    assert ran == [4, 8, 16, 1, 2, 2, 8] + order * 3
    assert {letter: sweep["x"] for letter, sweep in found["sweeps"].items()} == {
        "T": [4, 8, 16],
        "B": [1, 2],
        "context": [2, 8],
    }
    for sweep in found["sweeps"].values():
        assert sweep["slope"] == pytest.approx(2 * sweep["expected_slope"])
    assert found["sweeps"]["B"]["expected_slope"] == pytest.approx(1)
    assert 1 < found["sweeps"]["T"]["expected_slope"] < 2


def test_the_bytes_of_a_token_are_weights_and_cache(small):
    few, many = small["context"]["points"]
    assert many.cost - few.cost == (8 - 2) * 2 * 4 * 4  # a key and a value of 4 float32 numbers each
    weights = 11 * 4 + 12 * 4 * 4 + 13 * 4 + 2 * 4  # head, matrices, biases and norms, last norm
    assert few.cost == 4 * weights + 2 * 2 * 4 * 4


def test_the_command_writes_both_files(small, monkeypatch, tmp_path, capsys):
    with pytest.raises(UserError, match="--rounds is 0, expected"):
        cost_scaling.main(["--rounds", "0"])
    four = {"T": small["T"], "C": small["T"], "B": small["B"], "context": small["context"]}
    monkeypatch.setattr(cost_scaling, "sweeps", lambda ops: four)
    assert cost_scaling.main(["--rounds", "2", "--out", str(tmp_path / "new")]) == 0
    found = json.loads((tmp_path / "new" / "cost_scaling.json").read_text(encoding="utf-8"))
    assert found["rounds"] == 2 and list(found["sweeps"]) == ["T", "C", "B", "context"]
    picture = matplotlib.image.imread(tmp_path / "new" / "cost_scaling.png")
    assert picture.shape[1] > 800 and picture.std() > 0.1
    assert "Wrote cost_scaling.json and cost_scaling.png" in capsys.readouterr().out
