"""The assembled model: where its numbers are, what a changed token reaches, one batch learned by heart."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ..ops.arrays import Array
from .style import BLUE, COLOURS, GREY, ORANGE, tidy

_PARTS = ("embeddings", "positions", "attention", "MLP", "norms")
_NARROW = 0.04  # of the bar: too narrow for a label


def parameter_shares(models: Mapping[str, Mapping[str, int]]) -> Figure:
    """Draw the parts of each model as shares of its parameters; `models` {name: {part: count}}."""
    figure = Figure(figsize=(9, 0.62 * len(models) + 1.3), layout="constrained")
    axes = figure.subplots()
    names = [f"{name}\n{sum(parts.values()):,}" for name, parts in models.items()]
    left = np.zeros(len(models))
    for part, colour in zip(_PARTS, COLOURS, strict=False):
        shares = np.array([parts[part] / sum(parts.values()) for parts in models.values()])
        axes.barh(names, shares, left=left, color=colour, label=part, edgecolor="white")
        for y, (start, share) in enumerate(zip(left, shares, strict=True)):
            if share > _NARROW:
                axes.text(start + share / 2, y, f"{share:.1%}", ha="center", va="center", fontsize=8)
        left = left + shares
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    axes.set(xlabel="share of all parameters", xlim=(0, 1))
    tidy(axes)
    figure.legend(loc="outside upper center", ncols=len(_PARTS), frameon=False)
    return figure


def reach(tokens: Sequence[str], at: int, changes: Mapping[str, Array]) -> Figure:
    """Draw how much the logits of each position change when the token at `at` is replaced.

    `changes` {model: (T,)}, one panel for each.
    """
    figure = Figure(figsize=(10, 3.4), layout="constrained")
    panels = figure.subplots(1, len(changes), squeeze=False)[0]
    for axes, (title, values) in zip(panels, changes.items(), strict=True):
        colours = [ORANGE if i == at else BLUE for i in range(len(values))]
        axes.bar(range(len(values)), values, color=colours)
        for i, value in enumerate(values):
            if value == 0:
                axes.text(i, 0, "0", ha="center", va="bottom", fontsize=9, color=GREY)
        axes.set_xticks(range(len(tokens)), tokens, rotation=45, ha="right", rotation_mode="anchor")
        axes.set(title=title, ylabel="largest change of a logit", xlabel="position (orange: replaced)")
        tidy(axes)
    return figure


def one_batch(losses: Array, uniform: float) -> Figure:
    """Draw the loss (N,) over the steps on one batch; `uniform` is that of guessing, log V."""
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    axes = figure.subplots()
    axes.plot(np.arange(1, len(losses) + 1), losses, color=BLUE)
    axes.axhline(uniform, color=GREY, linestyle="--", linewidth=1)
    axes.annotate(f"all characters equally likely: {uniform:.2f}", (0.98, uniform),
                  (0, -4), xycoords=("axes fraction", "data"), textcoords="offset points",
                  ha="right", va="top", fontsize=9, color=GREY)  # fmt: skip
    axes.set(xlabel="step", ylabel="loss (nats per character)", yscale="log")
    axes.set_title("One batch, again and again")
    axes.set_yticks([5, 1, 0.1, 0.01], ["5", "1", "0.1", "0.01"])
    axes.minorticks_off()
    tidy(axes)
    return figure
