"""Every recurring picture. Each function returns a matplotlib Figure; the caller saves or shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

# Okabe and Ito's palette, which colour-blind readers can tell apart.
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"


def loss_curve(history: Sequence[Mapping[str, Any]], baselines: Mapping[str, float] | None = None) -> Figure:
    """Draw the training loss (faint: each step, strong: smoothed) and the held-out loss.

    `history` holds rows of history.jsonl; `baselines` {label: nats per token} are drawn as horizontal
    lines.
    """
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    steps = [row["step"] for row in history if "loss" in row]
    losses = [row["loss"] for row in history if "loss" in row]
    axes.plot(steps, losses, color=BLUE, alpha=0.2, linewidth=0.8)
    axes.plot(steps, _smooth(losses), color=BLUE, linewidth=1.6, label="training (smoothed)")
    val = [(row["step"], row["val_loss"]) for row in history if "val_loss" in row]
    axes.plot(*zip(*val, strict=True), "o-", color=ORANGE, markersize=4, label="held out")
    for label, nats in (baselines or {}).items():
        axes.axhline(nats, color=GREY, linewidth=0.8, linestyle="--")
        axes.annotate(
            label,
            (1, nats),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            fontsize=8,
            color=GREY,
        )
    axes.set(xlabel="step", ylabel="loss (nats per token)", title="Loss while training")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return figure


def _smooth(values: Sequence[float], weight: float = 0.95) -> list[float]:
    """Exponential moving average, corrected for its start at zero."""
    smooth, average = [], 0.0
    for i, value in enumerate(values, 1):
        average = weight * average + (1 - weight) * value
        smooth.append(average / (1 - weight**i))
    return smooth


def floor_plan(floors: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> Figure:
    """Draw the rooms of the package floor by floor; a room imports from the floors below it only.

    `floors` lists, from the top, a label and its rooms as (name, what one finds there).
    """
    figure = Figure(figsize=(10, 0.95 * len(floors) + 0.3), layout="constrained")
    axes = figure.subplots()
    shades = ["#D7E8F4", "#E6F1DE", "#FDF0D5", "#F6E0D5"]
    for row, (label, rooms) in enumerate(floors):
        y, width = -row, 8.6 / len(rooms)
        axes.text(0, y, label, va="center", fontsize=9, color=GREY)
        for i, (name, what) in enumerate(rooms):
            x = 1.4 + i * width
            axes.add_patch(
                Rectangle((x, y - 0.42), width - 0.08, 0.84, facecolor=shades[row % 4], edgecolor=GREY)
            )
            middle = x + (width - 0.08) / 2
            axes.text(middle, y + 0.16, name, ha="center", va="center", fontsize=9, weight="bold")
            axes.text(middle, y - 0.18, what, ha="center", va="center", fontsize=6.5, linespacing=1.1)
    axes.annotate(
        "imports run downwards only",
        xy=(10.15, -len(floors) + 0.6),
        xytext=(10.15, 0.4),
        arrowprops={"arrowstyle": "->", "color": GREY},
        rotation=90,
        ha="center",
        va="top",
        fontsize=8,
        color=GREY,
    )
    axes.set(xlim=(0, 10.3), ylim=(-len(floors) + 0.5, 0.5))
    axes.set_axis_off()
    return figure
