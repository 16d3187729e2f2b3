"""What stands in a block beside attention: activations, the norm's gradient, dropout."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..ops.arrays import Array
from ..worked.memorising import Ensemble, Memory
from ..worked.norm_terms import NormTerms
from .style import BLUE, COLOURS, DASHES, GREY, ORANGE, tidy


def activations(x: Array, values: Mapping[str, Array], slopes: Mapping[str, Array], gap: Array) -> Figure:
    """Draw activations and their slopes over x (N,), and `gap` (N,), the tanh GELU minus the exact one."""
    figure = Figure(figsize=(10, 3.5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    for axes, lines, title in ((left, values, "Value"), (middle, slopes, "Slope")):
        for i, (name, line) in enumerate(lines.items()):
            axes.plot(x, line, color=COLOURS[i], linestyle=DASHES[i % len(DASHES)], label=name)
        axes.axhline(0, color=GREY, linewidth=0.6)
        axes.set(title=title, xlabel="x")
    left.set(ylim=(-0.4, 3), ylabel="y")
    middle.set(ylabel="dy/dx")
    left.legend(frameon=False)
    right.plot(x, 1e4 * gap, color=BLUE)
    right.axhline(0, color=GREY, linewidth=0.6)
    for at in _extremes(x, gap):
        label, up = f"{1e4 * gap[at]:+.1f} at {x[at]:.2f}", 6 if gap[at] > 0 else -14
        right.plot(x[at], 1e4 * gap[at], "o", color=ORANGE)
        right.annotate(
            label, (x[at], 1e4 * gap[at]), (0, up), textcoords="offset points", ha="center", fontsize=8
        )
    right.set(title="GELU: tanh form minus erf form", xlabel="x", ylabel="difference (units of 0.0001)")
    right.margins(y=0.15)
    for axes in (left, middle, right):
        tidy(axes)
    return figure


def _extremes(x: Array, gap: Array) -> list[int]:
    """The places of the largest and of the smallest value at positive x; the gap is the same at -x."""
    positive = np.where(x > 0, gap, 0)
    return [int(positive.argmax()), int(positive.argmin())]


def norm_gradient(x_hat: Array, dy: Array, terms: NormTerms) -> Figure:
    """Draw what each of the three ways gives to the gradient of one vector, and their sum.

    All are (C,): the normalised vector, the gradient that comes from above, and the terms.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.6))
    at = np.arange(len(dy))
    left.bar(at - 0.2, x_hat, 0.4, color=GREY, label="normalised vector")
    left.bar(at + 0.2, dy, 0.4, color=COLOURS[4], label="gradient from above")
    parts = {"direct": terms.direct, "through the mean": terms.through_mean}
    parts |= {"through the variance": terms.through_variance, "sum: dx": sum(terms)}
    colours = (COLOURS[5], COLOURS[2], COLOURS[3], "black")
    for i, ((name, values), colour) in enumerate(zip(parts.items(), colours, strict=True)):
        right.bar(at + 0.2 * (i - 1.5), values, 0.2, color=colour, label=name)
    left.set(title="What goes in", ylabel="value")
    right.set(title="The three ways, and their sum", ylabel="gradient")
    for axes in (left, right):
        axes.set_xticks(at)
        axes.set_xlabel("channel")
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.margins(y=0.3)
        axes.legend(frameon=False, fontsize=8, ncols=2, loc="upper left")
        tidy(axes)
    return figure


def memorising(runs: Mapping[str, Memory]) -> Figure:
    """Draw the loss on the learned page and on another page, a panel for each run; a dot marks the best."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    panels = figure.subplots(1, len(runs), sharey=True, squeeze=False)[0]
    for axes, (title, run) in zip(panels, runs.items(), strict=True):
        axes.plot(run.steps, run.train, color=BLUE, label="page that is learned")
        axes.plot(run.steps, run.held_out, "--", color=ORANGE, label="another page")
        best = int(run.held_out.argmin())
        axes.plot(run.steps[best], run.held_out[best], "o", color=ORANGE)
        label = f"best: {run.held_out[best]:.2f}"
        axes.annotate(
            label, (run.steps[best], run.held_out[best]), (0, 8), textcoords="offset points", fontsize=9
        )
        axes.set(title=title, xlabel="step")
        tidy(axes)
    panels[0].set(ylabel="loss (nats per character)", ylim=(0, None))
    panels[0].legend(frameon=False, loc="lower left")
    return figure


def dropout_averages(sizes: Sequence[int], errors: Sequence[float], result: Ensemble) -> Figure:
    """Draw how averages over masks settle.

    Left: the distance of the mean of n masked vectors from the vector itself, `errors` at `sizes`. Right:
    the loss of an ensemble of masked models, between one mask and the pass without masks.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(sizes, errors, "o-", color=BLUE, label="measured")
    guide = [errors[0] * (sizes[0] / n) ** 0.5 for n in sizes]
    left.plot(sizes, guide, ":", color=GREY, label="falling as 1/√masks")
    left.set(xscale="log", yscale="log", xlabel="masks averaged", ylabel="mean distance from x")
    left.set_title("One layer: the mean of masked vectors")
    style: dict[str, Any] = {"linewidth": 1, "color": GREY}
    right.plot(np.arange(1, len(result.together) + 1), result.together, color=BLUE, label="masks averaged")
    right.axhline(result.single, linestyle="--", label="one mask, on average", **style)
    right.axhline(result.plain, linestyle="-", label="one pass, no mask", **style)
    right.set(xscale="log", xlabel="masks averaged", ylabel="loss on another page (nats)")
    ticks = [n for n in (1, 4, 16, 64, 256) if n <= len(result.together)]
    right.set_xticks(ticks, [str(n) for n in ticks])
    right.set_title("The whole model: averaged probabilities")
    for axes in (left, right):
        axes.minorticks_off()
        axes.legend(frameon=False, fontsize=9)
        tidy(axes)
    return figure
