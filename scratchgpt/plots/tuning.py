"""What tuning to a task gave."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ..tasks.metrics import PERCENT, shown
from .style import BLUE, COLOURS, DASHES, GREY, MARKERS, tidy


def comparison(results: Mapping[str, Any], metric: str = "") -> Figure:
    """Draw a metric of each system: a point per seed, the mean and its interval; baselines are lines.

    `results` is what tasks.results.record returns; `metric` is its first one unless named.
    """
    metric = metric or results["metrics"][0]
    there = [row for row in results["rows"] if row["values"].get(metric)]
    lines = {row["name"]: row["mean"][metric] for row in there if row["baseline"]}
    systems = [row for row in there if not row["baseline"]]
    height = 1.3 + 0.42 * len(systems) + 0.24 * len(lines)
    figure = Figure(figsize=(7.5, max(2.4, height)), layout="constrained")
    axes = figure.subplots()
    for y, row in enumerate(systems):
        values = row["values"][metric]
        if metric in row["intervals"]:
            axes.plot(
                row["intervals"][metric], (y, y), color=BLUE, linewidth=5, alpha=0.3, solid_capstyle="butt"
            )
        axes.plot(values, [y] * len(values), "o", color=BLUE, markersize=6, markerfacecolor="none")
        axes.plot(row["mean"][metric], y, "|", color="black", markersize=16, markeredgewidth=2)
    # A label stands to the right of its line, above the systems; lines further right end below it.
    for k, (name, value) in enumerate(sorted(lines.items(), key=lambda line: -line[1])):
        top = -1 - 0.6 * k
        axes.plot((value, value), (len(systems) - 0.5, top), color=GREY, linewidth=1, linestyle="--")
        text = axes.annotate(
            f"{name} {shown(metric, value)}", (value, top), (4, 0), textcoords="offset points"
        )
        text.set(va="center", fontsize=8, color=GREY)
    axes.set_yticks(range(len(systems)), [row["name"] for row in systems])
    axes.set_ylim(len(systems) - 0.5, -0.7 - 0.6 * len(lines))
    axes.set(xlabel=_metric_name(metric), title=results["title"])
    axes.margins(x=0.12)
    _tidy(axes, axes.xaxis, metric)
    key = "circles: seeds, bar: their mean"
    if any(metric in row["intervals"] for row in systems):
        key += ", band: its 95 % interval"
    figure.supxlabel(key, fontsize=8, color=GREY)
    return figure


def learning_curve(
    curves: Mapping[str, Mapping[int, Sequence[float]]], metric: str, baselines: Mapping[str, float]
) -> Figure:
    """Draw a metric against the number of training examples, on a logarithmic axis.

    `curves` is {system: {examples: one value per seed}}; `baselines` {label: value} are horizontal lines.
    """
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    for k, (name, points) in enumerate(curves.items()):
        colour, sizes = COLOURS[k % len(COLOURS)], sorted(points)
        for n in sizes:
            axes.plot([n] * len(points[n]), points[n], MARKERS[k % 6], color=colour, alpha=0.35, markersize=4)
        means = [float(np.mean(points[n])) for n in sizes]
        axes.plot(sizes, means, marker=MARKERS[k % 6], linestyle=DASHES[k % 4], color=colour, label=name)
    every = sorted({n for points in curves.values() for n in points})
    axes.set(
        xscale="log", xlabel="training examples", ylabel=_metric_name(metric), title="Would more data help?"
    )
    axes.set_xticks(every, [f"{n:,}" for n in every])
    axes.minorticks_off()
    _tidy(axes, axes.yaxis, metric)
    _label_levels(axes, baselines)
    axes.legend(frameon=False, loc="best")
    return figure


def _label_levels(axes: Axes, levels: Mapping[str, float]) -> None:
    """Draw horizontal lines, labelled at their right end; labels of close lines are moved apart."""
    for value in levels.values():
        axes.axhline(value, color=GREY, linewidth=0.8, linestyle="--")
    low, high = axes.get_ylim()
    below = -math.inf
    for name, value in sorted(levels.items(), key=lambda level: level[1]):
        below = max((value - low) / (high - low), below + 0.05)
        axes.annotate(
            name, (1.01, below), xycoords="axes fraction", ha="left", va="center", fontsize=8, color=GREY
        )


def confusion(counts: np.ndarray, names: Sequence[str]) -> Figure:
    """Draw how often each class (row) was taken for each class (column); the shade is the share of the row.

    `counts` is (K, K), as tasks.metrics.confusion returns it; `names` are the K classes.
    """
    counts = np.asarray(counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    size = min(2.2 + 0.75 * len(names), 14)
    small = 9 * min(1, 15 / len(names))  # letters that fit where there are many classes
    figure = Figure(figsize=(size + 0.8, size), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for i, j in np.ndindex(counts.shape):
        colour = "white" if shares[i, j] > 0.55 else "black"
        axes.text(j, i, f"{counts[i, j]:,}", ha="center", va="center", color=colour, fontsize=small)
    axes.set_xticks(range(len(names)), names, rotation=30, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(labelsize=small + 1)
    axes.set(xlabel="taken for", ylabel="right class", title="Confusion matrix")
    figure.colorbar(
        image, ax=axes, format=PercentFormatter(1, symbol=" %"), label="share of the class", shrink=0.8
    )
    return figure


def _metric_name(metric: str) -> str:
    return metric.replace("_", " ")


def _tidy(axes: Axes, axis: Any, metric: str) -> None:
    if metric in PERCENT:
        axis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    tidy(axes)
