"""Pictures of pre-training: what filters drop, banding, the loss with its phases, the layers inside."""

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from .style import BLUE, COLOURS, DASHES, GREY, MARKERS, ORANGE, tidy

LINES = ("frequencies", "1 character back", "2 back", "3 back", "4 back")
"""What count models of order 0 to 4 know."""

PHASES = (
    "knows the alphabet",
    "knows frequencies",
    "knows pairs",
    "knows triples",
    "knows fours",
    "knows more",
)
"""What a model has learnt that has crossed none, one, ... all of the lines."""


def crossings(held_out: Sequence[tuple[int, float]], lines: Sequence[float]) -> list[int | None]:
    """Return for each line (nats) the first step at which the held-out loss lies below it, None for never.

    `held_out` holds (step, loss) in order.
    """
    return [next((step for step, loss in held_out if loss < line), None) for line in lines]


def phase(loss: float, lines: Sequence[float]) -> str:
    """Return the phase of a loss: named by how many lines, from the highest, it lies below."""
    return PHASES[sum(loss < line for line in lines)]


def dropped(tally: Mapping[str, int]) -> Figure:
    """Draw how many documents are left after each filter, from the top; `tally` is the pipeline's."""
    figure = Figure(figsize=(7, 2.8), layout="constrained")
    axes = figure.subplots()
    left = sum(tally.values())
    names, counts = ["crawl"], [left]
    for reason, n in tally.items():
        if reason != "kept":
            left -= n
            names.append(f"without {reason}s" if "duplicate" in reason else f"after {reason}")
            counts.append(left)
    bars = axes.barh(names, counts, color=[GREY] + [BLUE] * (len(names) - 1))
    axes.bar_label(bars, padding=3, fontsize=9)
    axes.invert_yaxis()
    axes.set(xlabel="documents left")
    tidy(axes)
    return figure


def banding(
    measured: Sequence[Any], curves: Mapping[str, Callable[[float], float]], threshold: float
) -> Figure:
    """Draw the probability that two documents share a band against their similarity.

    `measured` holds points with similarity, share and pairs; they belong to the first of `curves`
    {label: similarity -> probability}. A vertical line marks the threshold.
    """
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    xs = [i / 200 for i in range(201)]
    for i, (label, curve) in enumerate(curves.items()):
        axes.plot(xs, [curve(x) for x in xs], DASHES[i], color=COLOURS[i], label=label, linewidth=1.6)
    bars = [2 * math.sqrt(p.share * (1 - p.share) / p.pairs) for p in measured]
    axes.errorbar(
        [p.similarity for p in measured],
        [p.share for p in measured],
        bars,
        fmt="o",
        color="black",
        markersize=4,
        capsize=3,
        linewidth=1,
        label="measured, two standard errors",
    )
    axes.axvline(threshold, color=GREY, linewidth=0.8, linestyle=":")
    axes.annotate(
        "threshold", (threshold, 0.02), xytext=(4, 0), textcoords="offset points", color=GREY, fontsize=9
    )
    axes.set(
        xlabel="similarity of the two documents (Jaccard index)", ylabel="share of pairs that share a band"
    )
    tidy(axes)
    axes.legend(frameon=False, fontsize=9)
    return figure


def loss_phases(
    losses: Sequence[float],
    held_out: Sequence[tuple[int, float]],
    lines: Sequence[float],
    samples: Mapping[int, str],
) -> Figure:
    """Draw the loss over horizontal lines of count models, with a text from some of the steps beside it.

    `losses` are the training losses of steps 1, 2, ...; `held_out` (step, loss); `lines` the nats of count
    models of order 0, 1, ...; `samples` {step: text}, marked by letters in the curve, "¶" for a line break.
    """
    figure = Figure(figsize=(10, 5), layout="constrained")
    axes, texts = figure.subplots(1, 2, width_ratios=(1.35, 1))
    steps = range(1, len(losses) + 1)
    axes.plot(steps, losses, color=BLUE, alpha=0.25, linewidth=0.8, label="training, each step")
    shown = [(step, loss) for step, loss in held_out if step]
    axes.plot(*zip(*shown, strict=True), "o-", color=ORANGE, markersize=3.5, linewidth=1.6, label="held out")
    for i, (nats, name) in enumerate(zip(lines, LINES, strict=False)):
        axes.axhline(nats, color=GREY, linewidth=0.8, linestyle="--")
        axes.annotate(
            f"order {i}: {name}, {nats:.3f}",
            (1.05, nats),
            va="bottom" if i != len(lines) - 1 else "top",
            fontsize=8,
            color=GREY,
        )
    at = dict(held_out)
    texts.axis("off")
    rows = len(samples)
    for i, (step, text) in enumerate(samples.items()):
        letter = "ABCDEFG"[i]
        axes.annotate(
            letter, (step, at[step]), xytext=(0, 9), textcoords="offset points", ha="center", weight="bold"
        )
        shown_text = textwrap.fill(
            " ".join(text.replace("\n", " ¶ ").split()), 46, max_lines=3, placeholder=" ..."
        )
        top = 1 - i / rows
        texts.text(
            0, top, f"{letter}  step {step:,}, {at[step]:.2f} nats", va="top", weight="bold", fontsize=9
        )
        texts.text(0, top - 0.06, _safe(shown_text), va="top", family="monospace", fontsize=8)
    axes.set(xscale="log", xlabel="step", ylabel="loss (nats per character)")
    axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    tidy(axes)
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    return figure


def layers(stats: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw three statistics of every block over the steps of a run, on logarithmic axes.

    `stats` holds rows {"step", "blocks": [{"grad_norm", "update_ratio", "activation_std"}, ...]}.
    """
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    panels = (
        ("grad_norm", "norm of the gradient"),
        ("update_ratio", "norm of the update / norm of the weights"),
        ("activation_std", "standard deviation behind the block"),
    )
    steps = [row["step"] for row in stats]
    for axes, (name, label) in zip(figure.subplots(1, 3), panels, strict=True):
        for i in range(len(stats[0]["blocks"])):
            values = [row["blocks"][i][name] for row in stats]
            style = {"color": COLOURS[i % len(COLOURS)], "marker": MARKERS[i % len(MARKERS)]}
            axes.plot(steps, values, markersize=3, linewidth=1.3, label=f"block {i}", **style)
        axes.set(xscale="log", yscale="log", xlabel="step", title=label)
        axes.title.set_fontsize(10)
        tidy(axes)
    figure.axes[0].legend(frameon=False, fontsize=8)
    return figure


def large_rates(runs: Sequence[Mapping[str, Any]], ceiling: float) -> Figure:
    """Draw held-out loss and share of known words for runs at several rates, over the same steps.

    `runs` holds rows of the record: "lr", "held_out" [(step, loss)], "probes" [{"step", "known", "words"}],
    the healthy run first. `ceiling` is the share in real text.
    """
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    last = min(run["held_out"][-1][0] for run in runs)
    for i, run in enumerate(runs):
        style = {"color": COLOURS[i], "marker": MARKERS[i], "linestyle": DASHES[i], "markersize": 4}
        label = f"{run['lr']:g}" + (" (healthy)" if i == 0 else "")
        points = [(step, loss) for step, loss in run["held_out"] if 0 < step <= last]
        left.plot(*zip(*points, strict=True), label=label, **style)
        probes = [p for p in run["probes"] if p["step"] <= last]
        bars = [2 * math.sqrt(p["known"] * (1 - p["known"]) / max(p["words"], 1)) for p in probes]
        right.errorbar(
            [p["step"] for p in probes], [p["known"] for p in probes], bars, capsize=2, linewidth=1.2, **style
        )
    right.axhline(ceiling, color=GREY, linewidth=0.8, linestyle=":")
    right.annotate("held-out text", (1, ceiling), va="top", fontsize=8, color=GREY)
    left.set(xlabel="step", ylabel="held-out loss (nats per character)", title="The curve")
    right.set(xlabel="step", ylabel="share of known words in samples", title="The samples")
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xticks(
            [10**i for i in range(4) if 10**i <= last], ["1", "10", "100", "1,000"][: len(str(last))]
        )
        tidy(axes)
    left.legend(frameon=False, title="highest rate", fontsize=9)
    return figure


def _safe(text: str) -> str:
    """Matplotlib reads what stands between dollar signs as mathematics."""
    return text.replace("$", r"\$")
