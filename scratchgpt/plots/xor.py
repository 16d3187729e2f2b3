"""XOR: losses of runs that succeed and fail, what the networks learned, and what decides."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..ops.arrays import Array
from .style import BLUE, COLOURS, DASHES, ORANGE, level, tidy


def xor_losses(runs: Mapping[str, Array], plateaus: Mapping[str, float]) -> Figure:
    """Draw the loss of runs over their steps, and the losses at which failures stop.

    `runs` {label: losses (steps)}; `plateaus` {label: loss in nats}.
    """
    figure = Figure(figsize=(7.4, 4.2), layout="constrained")
    axes = figure.subplots()
    for label, loss in plateaus.items():
        level(axes, loss, label, ":", fontsize=9)
    for i, (label, losses) in enumerate(runs.items()):
        axes.plot(losses, DASHES[i % 4], color=COLOURS[i], linewidth=2, label=label)
    axes.set(xlabel="step", ylabel="loss (nats, mean of four)", ylim=(-0.02, None))
    tidy(axes)
    axes.legend(frameon=False, loc="center right", bbox_to_anchor=(1, 0.28), fontsize=9)
    return figure


def xor_regions(panels: Sequence[tuple[str, Array]], xs: Array, inputs: Array, targets: Array) -> Figure:
    """Draw the probability that each network gives over the plane, and the four examples on it.

    Each panel is (title, probabilities (n, n)) over the grid xs (n) by xs, the first input to the right;
    `inputs` (N, 2), `targets` (N). The middle one of the eleven shades is that of probability 1/2.
    """
    figure = Figure(figsize=(2.6 * len(panels) + 0.9, 3.3), layout="constrained")
    all_axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axes, (title, probs) in zip(all_axes, panels, strict=True):
        shading = axes.contourf(xs, xs, probs, levels=np.linspace(0, 1, 12), cmap="cividis")
        for value, marker, colour in ((0, "o", ORANGE), (1, "^", "white")):
            at = inputs[targets == value]
            axes.plot(at[:, 0], at[:, 1], marker, color=colour, markeredgecolor="black", markersize=9)
        axes.set(xlabel="x[0]", xticks=[0, 1], yticks=[0, 1], aspect="equal")
        axes.set_title(title, fontsize=9)
    all_axes[0].set_ylabel("x[1]")
    figure.colorbar(shading, ax=all_axes, label="probability of yes", ticks=[0, 0.5, 1])
    return figure


def xor_success(by_alive: Mapping[str, tuple[int, int]], by_width: Mapping[int, tuple[int, int]]) -> Figure:
    """Draw the share of runs that solve XOR: by living hidden units at the start, and by width.

    Both hold (solved, runs) for each bar.
    """
    figure = Figure(figsize=(8.4, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, counts, colour, label in (
        (left, by_alive, BLUE, "hidden units on for some input, at the start"),
        (right, by_width, COLOURS[2], "hidden units in all"),
    ):
        shares = [100 * solved / runs for solved, runs in counts.values()]
        bars = axes.bar([str(name) for name in counts], shares, color=colour, width=0.6)
        axes.bar_label(bars, [f"{solved}/{runs}" for solved, runs in counts.values()], fontsize=8)
        axes.set(xlabel=label, ylim=(0, 112))
        tidy(axes)
    left.set_ylabel("runs that solve XOR (%)")
    left.set_title("width 4", fontsize=10)
    right.set_title("any start", fontsize=10)
    return figure
