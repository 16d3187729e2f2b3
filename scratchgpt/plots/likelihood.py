"""Pictures of likelihood: what underflows, what surprises, and where a logit is pulled."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..ops.arrays import Array
from ..worked.likelihood import Slopes
from .style import BLUE, COLOURS, GREY, MARKERS, ORANGE, tidy


def underflow(products: Mapping[str, Array], surprise: Array) -> Figure:
    """Draw the probability of a growing text as a product, in several precisions, and its surprise as a sum.

    `products`: by precision, the running products (T); `surprise` (T): the running sum of -log P, in nats.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    longest = max(int((values > 0).sum()) for values in products.values())
    for (name, values), colour, marker in zip(products.items(), (ORANGE, BLUE), MARKERS, strict=False):
        alive = int((values > 0).sum())
        # What ends first is drawn last and wider: they lie on each other until it ends.
        at, width = np.arange(1, alive + 1), 4 if alive < longest else 1.5
        left.plot(at, values[:alive], color=colour, label=name, linewidth=width, zorder=3 - width / 10)
        left.plot(alive, values[alive - 1], marker, color=colour)
        left.annotate(
            f"0 from token {alive + 1}", (alive, values[alive - 1]), (6, 4), color=colour, **_OFFSET
        )
    left.set(yscale="log", xlabel="tokens", ylabel="product of the probabilities")
    left.set_xlim(0, 1.45 * longest)
    left.set_yticks([10.0**-power for power in range(0, 301, 100)])
    left.minorticks_off()
    left.legend(frameon=False)
    right.plot(np.arange(1, len(surprise) + 1), surprise, color=BLUE)
    right.set(xlabel="tokens", ylabel="sum of -log P (nats)")
    for axes in (left, right):
        tidy(axes)
    return figure


def gradient_bars(words: Sequence[str], probs: Array, target: int, gradient: Array) -> Figure:
    """Draw a prediction, what came, and the gradient at the logits, which is their difference.

    Shapes: probs (V), gradient (V); words: V names
    """
    figure = Figure(figsize=(8.4, 3.2), layout="constrained")
    came = np.eye(len(words))[target]
    titles = ("predicted: p", "came: one-hot", "gradient: p - one-hot")
    panels = figure.subplots(1, 3, sharey=True)
    for axes, values, title, colour in zip(
        panels, (probs, came, gradient), titles, (BLUE, GREY, ORANGE), strict=True
    ):
        axes.bar(words, values, color=colour)
        for i, value in enumerate(values):
            axes.annotate(f"{value:.2f}", (i, value), (0, 3 if value >= 0 else -11), ha="center", **_OFFSET)
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set(title=title, ylim=(-1.15, 1.15))
        axes.tick_params(axis="x", rotation=30)
        tidy(axes)
    panels[0].set_ylabel("share, or nats per unit of logit")
    return figure


def slopes(curves: Slopes) -> Figure:
    """Draw cross-entropy and squared error, with their slopes, against the lead of the right logit."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, log, squared in (
        (left, curves.log_loss, curves.squared_loss),
        (right, curves.log_slope, curves.squared_slope),
    ):
        axes.plot(curves.lead, log, color=BLUE, label="-log p")
        axes.plot(curves.lead, squared, color=ORANGE, linestyle="--", label="(1 - p)²")
        axes.axvline(0, color=GREY, linewidth=0.7, linestyle=":")
        axes.set(xlabel="right logit minus the other")
        tidy(axes)
        axes.legend(frameon=False)
    left.set(ylabel="loss", title="the loss")
    right.set(ylabel="slope at the right logit", title="its slope")
    return figure


def surprise_bars(tokens: Sequence[str], surprise: Array, uniform: float) -> Figure:
    """Draw the surprise at each token of a text, with the mean and that of an even guess, in nats.

    Shapes: surprise (T); tokens: T texts
    """
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    axes = figure.subplots()
    axes.bar(range(len(tokens)), surprise, color=[ORANGE if s > uniform else BLUE for s in surprise])
    for height, name, dash in (
        (float(surprise.mean()), "mean", "--"),
        (uniform, "every token alike", ":"),
    ):
        axes.axhline(height, color="black", linewidth=1, linestyle=dash)
        axes.annotate(f"{name} {height:.2f}", (-0.5, height), (0, 3), **_OFFSET)
    axes.set_xticks(range(len(tokens)), [token.strip() for token in tokens], rotation=60, ha="right")
    axes.set(ylabel="surprise, -log P (nats)", xlim=(-0.6, len(tokens) - 0.3))
    tidy(axes)
    return figure


def bits_bars(bits: Mapping[str, float], highlighted: str) -> Figure:
    """Draw bits per byte of several models of one text; smaller is better."""
    figure = Figure(figsize=(7.2, 2.8), layout="constrained")
    axes = figure.subplots()
    names = list(bits)[::-1]
    colours = [COLOURS[1] if name == highlighted else COLOURS[0] for name in names]
    axes.barh(names, [bits[name] for name in names], color=colours)
    for i, name in enumerate(names):
        axes.annotate(f"{bits[name]:.3f}", (bits[name], i), (4, 0), va="center", **_OFFSET)
    axes.set(xlabel="bits per byte", xlim=(0, 1.12 * max(bits.values())))
    tidy(axes)
    return figure


_OFFSET: dict[str, Any] = {"textcoords": "offset points", "fontsize": 8}
