"""Pictures of how update rules walk: paths, races, Adam's young averages, decay, schedules, clipping."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..worked.ravine import Ravine
from .style import BLUE, COLOURS, DASHES, GREY, ORANGE, tidy


def optimizer_paths(ravine: Ravine, paths: Mapping[str, Any]) -> Figure:
    """Draw the points (steps + 1, 2) that each rule visits on a ravine, one panel each, over level lines.

    A dot is a step; the cross is the lowest point. All panels have the same scales.
    """
    figure = Figure(figsize=(9, 5), layout="constrained")
    columns = 2
    rows = -(-len(paths) // columns)
    every = np.concatenate([np.asarray(path) for path in paths.values()])
    low, high = every.min(axis=0) - 0.8, every.max(axis=0) + 0.8
    x, y = np.meshgrid(np.linspace(low[0], high[0], 160), np.linspace(low[1], high[1], 120))
    loss = ravine.loss(np.stack([x, y], axis=-1))
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, colour, (name, path) in zip(panels.flat, COLOURS, paths.items(), strict=False):
        points = np.asarray(path)
        axes.contour(x, y, loss, levels=[0.5, 3, 10, 25, 50, 90], colors=GREY, linewidths=0.5, alpha=0.7)
        axes.plot(*points.T, "-", color=colour, linewidth=1)
        axes.plot(*points.T, "o", color=colour, markersize=3)
        axes.plot(0, 0, "+", color="black", markersize=11)
        axes.set_title(name, fontsize=10)
    for axes in panels[-1]:
        axes.set_xlabel(f"first parameter (curvature {ravine.curvatures[0]:g})")
    for axes in panels[:, 0]:
        axes.set_ylabel(f"second ({ravine.curvatures[1]:g})")
    return figure


def loss_race(
    losses: Mapping[str, Sequence[float]], title: str, unit: str = "", log: bool = False, smooth: int = 1
) -> Figure:
    """Draw losses by step, one line a rule; `smooth` is how many steps a point averages, itself the last."""
    figure = Figure(figsize=(7.5, 4), layout="constrained")
    axes = figure.subplots()
    for i, (name, values) in enumerate(losses.items()):
        mean = np.convolve(values, np.full(smooth, 1 / smooth), "valid")
        steps = np.arange(smooth - 1, smooth - 1 + len(mean))
        axes.plot(
            steps, mean, DASHES[i % len(DASHES)], color=COLOURS[i % len(COLOURS)], linewidth=1.8, label=name
        )
    axes.set(xlabel="step", ylabel=f"loss ({unit})" if unit else "loss", title=title)
    if log:
        axes.set_yscale("log")
    tidy(axes)
    axes.legend(frameon=False)
    return figure


def young_averages(steps: Sequence[int], m: Any, root_v: Any, uncorrected: Mapping[str, Any]) -> Figure:
    """Draw Adam's averages of a constant gradient of 1, and the step that they make without correction.

    `uncorrected` {label: step (T) over the learning rate}; with the correction it is 1 throughout.
    """
    figure = Figure(figsize=(9, 3.7), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(steps, m, color=BLUE, label="m, average of the gradient")
    left.plot(steps, root_v, "--", color=ORANGE, label="root of v, average of its square")
    left.set(ylabel="average (the gradient is 1)", title="Both begin at 0, and grow up at different speeds")
    for (label, values), dash, colour in zip(uncorrected.items(), DASHES, COLOURS, strict=False):
        right.plot(steps, values, dash, color=colour, label=label)
    right.set(ylabel="step / learning rate", title="Their quotient without correction")
    for axes in (left, right):
        axes.axhline(1, color=GREY, linewidth=0.8, linestyle=":")
        axes.set(xscale="log", xlabel="step")
        tidy(axes)
        axes.legend(frameon=False, fontsize=9)
    right.annotate("with correction: 1", (steps[-1], 1), ha="right", va="top", fontsize=9, color=GREY)
    return figure


def decay_by_gradient(decoupled: Any, coupled: Any, sizes: Sequence[float]) -> Figure:
    """Draw weights (T + 1, n) that begin at 1 and should only decay, one line for each size of gradient."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    titles = ("AdamW: the decay beside the averages", "Adam with L2: the decay in the gradient")
    for axes, weights, title in zip(panels, (decoupled, coupled), titles, strict=True):
        for i, size in enumerate(sizes):
            axes.plot(weights[:, i], DASHES[i], color=COLOURS[i], label=f"gradients of size {size:g}")
        axes.set(xlabel="step", title=title)
        tidy(axes)
    panels[0].set_ylabel("weight (1 at the start)")
    panels[1].legend(frameon=False)
    return figure


def schedules(rates: Mapping[str, Sequence[float]], warmup: int) -> Figure:
    """Draw learning rates of steps 1, 2, ... by schedule; `warmup` is where the rise ends."""
    figure = Figure(figsize=(7.5, 3.4), layout="constrained")
    axes = figure.subplots()
    for (name, values), dash, colour in zip(rates.items(), DASHES, COLOURS, strict=False):
        axes.plot(range(1, len(values) + 1), values, dash, color=colour, linewidth=1.8, label=name)
    axes.axvline(warmup, color=GREY, linewidth=0.8, linestyle=":")
    axes.annotate(
        f"warm-up ends\nat step {warmup:,}",
        (warmup, 0),
        (6, 6),
        textcoords="offset points",
        fontsize=9,
        color=GREY,
    )
    axes.set(xlabel="step", ylabel="learning rate", title="Warm-up, then the schedule", ylim=(0, None))
    tidy(axes)
    axes.legend(frameon=False)
    return figure


def clipping(gradient: Sequence[float], by_norm: Sequence[float], by_tensor: Sequence[float]) -> Figure:
    """Draw a gradient of two tensors of one number each, clipped by its global norm and tensor by tensor."""
    figure = Figure(figsize=(6.5, 3.8), layout="constrained")
    axes = figure.subplots()
    arrows = (
        ("gradient", gradient, GREY),
        ("clipped by global norm", by_norm, BLUE),
        ("each tensor clipped", by_tensor, ORANGE),
    )
    for width, (label, end, colour) in zip((0.006, 0.012, 0.012), arrows, strict=True):
        axes.quiver(
            0, 0, *end, angles="xy", scale_units="xy", scale=1, color=colour, width=width, label=label
        )
    angle = np.linspace(0, 2 * np.pi, 200)
    axes.plot(np.cos(angle), np.sin(angle), ":", color=GREY, linewidth=0.9)
    axes.annotate("norm 1", (-0.48, 1.08), fontsize=9, color=GREY)
    reach = max(*map(abs, gradient), 1.2)
    axes.set(xlim=(-0.5, 1.08 * reach), ylim=(-0.3, 1.5), aspect="equal")
    axes.set(xlabel="gradient of the first tensor", ylabel="of the second", title="Clipping to norm 1")
    tidy(axes)
    axes.legend(frameon=False, loc="upper right")
    return figure
