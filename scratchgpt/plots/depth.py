"""Signals and gradients along the depth of a stack of blocks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..ops.arrays import Array
from ..worked.depth import Depth
from .style import BLUE, COLOURS, DASHES, GREY, MARKERS, ORANGE, tidy

_NAMES = {
    "neither": "neither: f(x)",
    "norm": "norm only: f(norm(x))",
    "residual": "residual only: x + f(x)",
    "post": "post-norm: norm(x + f(x))",
    "pre": "pre-norm: x + f(norm(x))",
}


def wirings(runs: Mapping[str, Depth]) -> Figure:
    """Draw variance, gradient and likeness of positions along one deep stack, a line for each wiring."""
    figure = Figure(figsize=(10, 3.9), layout="constrained")
    panels = figure.subplots(1, 3)
    titles = {
        "stream": ("Going up: variance", "variance of a vector's entries"),
        "gradient": ("Going down: gradient", "norm (1: what came in at the top)"),
        "alike": ("Are positions still different?", "mean cosine between two positions"),
    }
    for axes, (field, (title, label)) in zip(panels, titles.items(), strict=True):
        for i, (name, run) in enumerate(runs.items()):
            values = getattr(run, field)
            every = max(1, len(values) // 6)
            style: dict[str, Any] = {"color": COLOURS[i], "linestyle": DASHES[i % len(DASHES)]}
            axes.plot(values, label=_NAMES[name], marker=MARKERS[i], markevery=every, markersize=4, **style)
        axes.set(title=title, ylabel=label, xlabel="blocks passed, from the bottom")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if field == "alike":
            axes.set_ylim(-0.05, 1.05)
        else:
            axes.set_yscale("log")
            axes.minorticks_off()
        tidy(axes)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure


def block_gradients(runs: Mapping[str, Mapping[int, Depth]]) -> Figure:
    """Draw the gradient of each block's matrices: `runs` {wiring: {number of blocks: what was measured}}.

    One panel for each wiring, with a line for each depth; the last panel shows the topmost block alone, over
    the depth.
    """
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    *panels, last = figure.subplots(1, len(runs) + 1)
    sizes = [value for depths in runs.values() for run in depths.values() for value in run.weights]
    for axes, (name, depths) in zip(panels, runs.items(), strict=True):
        for i, (n_layer, run) in enumerate(depths.items()):
            at = np.arange(1, n_layer + 1)
            style: dict[str, Any] = {"color": COLOURS[i], "linestyle": DASHES[i % len(DASHES)]}
            every = max(1, n_layer // 6)
            axes.plot(
                at, run.weights, marker=MARKERS[i], markevery=every, markersize=4, label=n_layer, **style
            )
        axes.set(title=f"{name}-norm", xlabel="block, from the bottom", ylabel="norm of the block's gradient")
        axes.legend(title="depth", frameon=False, fontsize=8, ncols=2)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    for style, (name, depths) in zip(({"color": ORANGE}, {"color": BLUE}), runs.items(), strict=False):
        tops = [run.weights[-1] for run in depths.values()]
        last.plot(list(depths), tops, "o-", label=f"{name}-norm", **style)
    first, top = next(iter(depths)), tops[0]  # of the wiring drawn last
    guide = [top * (first / n) ** 0.5 for n in depths]
    last.plot(list(depths), guide, ":", color=GREY, label="1/√depth")
    last.set(title="The topmost block", xlabel="depth", xscale="log", yscale="log")
    last.set_xticks(list(depths), [str(n) for n in depths])
    last.minorticks_off()
    last.legend(frameon=False, fontsize=8)
    for axes in (*panels, last):
        axes.set_yscale("log")
        axes.set_ylim(min(sizes) / 1.3, max(sizes) * 1.9)
        axes.set_yticks([3, 5, 10, 20, 50], ["3", "5", "10", "20", "50"])
        axes.minorticks_off()
        tidy(axes)
    return figure


def stream_variance(without: Mapping[int, Array], scaled: Mapping[int, Array]) -> Figure:
    """Draw the variance of the residual stream before and behind each block of fresh models.

    Both are {number of blocks L: variances (L + 1,)}: residual projections drawn like all other matrices,
    on the left, and drawn smaller by the root of 2 L, on the right. The dotted lines are straight.
    """
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    panels = figure.subplots(1, 2)
    titles = ("All matrices at 0.02", "Residual projections at 0.02/√(2L)")
    for axes, title, streams in zip(panels, titles, (without, scaled), strict=True):
        for i, (n_layer, values) in enumerate(streams.items()):
            at = np.arange(len(values))
            style: dict[str, Any] = {"color": COLOURS[i], "marker": MARKERS[i], "markersize": 4}
            axes.plot(at, values, label=f"{n_layer} blocks", **style)
            axes.plot(at[[0, -1]], values[[0, -1]], color=GREY, linewidth=0.9, linestyle=":")
        axes.set(
            title=title, xlabel="blocks passed", ylabel="variance of the residual stream", ylim=(0, None)
        )
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        tidy(axes)
        axes.legend(frameon=False)
    return figure
