"""Pictures of fine-tuning: how a task's texts become rows of tokens, who sees whom, and what settings do."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter, StrMethodFormatter

from .style import BLUE, GREY, ORANGE, tidy

_SPECIAL = {"Start": "#9AD0F0", "Delim": "#F3D27A", "Extract": "#F2A27A"}


def transformations(rows: Mapping[str, Sequence[str]]) -> Figure:
    """Draw token sequences as rows of boxes with their positions; Start, Delim and Extract are coloured.

    `rows` is {label: tokens}.
    """
    longest = max(map(len, rows.values()))
    figure = Figure(figsize=(10, 0.55 * len(rows) + 0.7), layout="constrained")
    axes = figure.subplots()
    for y, tokens in enumerate(rows.values()):
        for x, token in enumerate(tokens):
            colour = _SPECIAL.get(token, "white")
            axes.add_patch(Rectangle((x - 0.47, y - 0.3), 0.94, 0.6, facecolor=colour, edgecolor=GREY))
            axes.text(x, y, token.strip(), ha="center", va="center", fontsize=8)
    axes.set(xlim=(-0.6, longest - 0.4), ylim=(len(rows) - 0.4, -0.6), xlabel="position")
    axes.set_xticks(range(longest))
    axes.set_yticks(range(len(rows)), list(rows))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def reach_map(moved: np.ndarray, tokens: Sequence[str]) -> Figure:
    """Draw which state moves when which token is exchanged: rows are states, columns tokens.

    `moved` (T, T) are norms; an exact zero is left white and marked with a dot.
    """
    figure = Figure(figsize=(6, 4.4), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(np.where(moved == 0, np.nan, moved), cmap="viridis", vmin=0)
    for i, j in np.ndindex(moved.shape):
        text, colour = ("·", GREY) if moved[i, j] == 0 else (f"{moved[i, j]:.1f}", "white")
        colour = "black" if moved[i, j] > 0.6 * moved.max() else colour
        axes.text(j, i, text, ha="center", va="center", color=colour, fontsize=9)
    for set_ticks in (axes.set_xticks, axes.set_yticks):
        set_ticks(range(len(tokens)), list(tokens))
    axes.set(xlabel="token that is exchanged", ylabel="state that is looked at")
    axes.get_yticklabels()[-1].set_fontweight("bold")
    figure.colorbar(image, ax=axes, label="how far the state moves (norm)", shrink=0.85)
    return figure


def gradient_parts(task: Mapping[str, float], language: Mapping[str, float]) -> Figure:
    """Draw the norms of two gradients by part of the model, side by side: that of L2, that of lambda L1."""
    figure = Figure(figsize=(8, 3.4), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(task))
    for shift, norms, label, colour, hatch in (
        (-0.2, task, "from the task, L2", BLUE, ""),
        (0.2, language, "from the language, 0.5 L1", ORANGE, "//"),
    ):
        bars = axes.bar(places + shift, list(norms.values()), 0.38, color=colour, hatch=hatch, alpha=0.85)
        bars.set_label(label)
        axes.bar_label(bars, [f"{norm:.2f}" if norm else "0" for norm in norms.values()], fontsize=8)
    axes.set_xticks(places, list(task))
    axes.set(ylabel="norm of the gradient")
    axes.legend(frameon=False)
    tidy(axes)
    return figure


def rate_ladder(
    rates: Sequence[float],
    accuracy: Sequence[float],
    perplexities: Mapping[str, Sequence[float]],
    before: Mapping[str, float],
) -> Figure:
    """Draw what is left after fine-tuning against its learning rate: accuracy, and perplexities.

    `perplexities` is {text: one per rate}, `before` {text: perplexity of the model that tuning began with}.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(rates, accuracy, "o-", color=BLUE)
    left.set(ylabel="classified rightly at the end", title="The task", ylim=(0, 1.05))
    left.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    styles = zip((ORANGE, GREY), ("s-", "^--"), strict=True)
    for (name, values), (colour, style) in zip(perplexities.items(), styles, strict=True):
        right.plot(rates, values, style, color=colour, label=name)
        right.axhline(before[name], color=colour, linewidth=0.9, linestyle=":")
    right.set(ylabel="perplexity (dotted: before)", yscale="log", title="The language")
    right.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
    for axes in (left, right):
        axes.set(xscale="log", xlabel="learning rate")
        axes.set_xticks(list(rates))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.tick_params(axis="x", rotation=30)
        axes.minorticks_off()
        tidy(axes)
    right.legend(frameon=False)
    return figure
