"""The loss while a model is trained."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from .style import BLUE, ORANGE, level, tidy


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
        level(axes, nats, label)
    axes.set(xlabel="step", ylabel="loss (nats per token)", title="Loss while training")
    tidy(axes)
    axes.legend(frameon=False)
    return figure


def _smooth(values: Sequence[float], weight: float = 0.95) -> list[float]:
    """Exponential moving average, corrected for its start at zero."""
    smooth, average = [], 0.0
    for i, value in enumerate(values, 1):
        average = weight * average + (1 - weight) * value
        smooth.append(average / (1 - weight**i))
    return smooth
