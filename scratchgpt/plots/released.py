"""Pictures of a released model: what its file holds, how readings go wrong, and what protocols measure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .style import BLUE, COLOURS, DASHES, GREY, MARKERS, ORANGE, tidy


def file_contents(parts: Mapping[str, int], title: str) -> Figure:
    """Draw how many bytes of a file belong to each part, one bar each, in megabytes (10^6)."""
    figure = Figure(figsize=(7.5, 3.4), layout="constrained")
    axes = figure.subplots()
    names, sizes = list(parts), [size / 1e6 for size in parts.values()]
    bars = axes.barh(names, sizes, color=[ORANGE if "mask" in name else BLUE for name in names])
    axes.bar_label(bars, [f"{size:,.1f}" for size in sizes], padding=4)
    axes.invert_yaxis()
    axes.set(xlabel="megabytes", title=title, xlim=(0, 1.15 * max(sizes)))
    tidy(axes)
    return figure


def misreadings(losses: Mapping[str, float], differences: Mapping[str, float]) -> Figure:
    """Draw for each way to read a file how far its loss and its logits are from the right ones.

    The first entry is the right reading. `losses` in nats per token; `differences`, the largest of a logit
    from the reference, on a logarithmic axis.
    """
    names = list(losses)
    right = losses[names[0]]
    figure = Figure(figsize=(9, 4.4), layout="constrained")
    left, middle = figure.subplots(1, 2, sharey=True)
    changes = [losses[name] - right for name in names]
    left.barh(names, changes, color=[BLUE if change > 0 else ORANGE for change in changes])
    left.axvline(0, color=GREY, linewidth=0.8)
    left.set(xlabel="change of the loss (nats per token)", title="What the loss says")
    middle.plot([differences[name] for name in names], range(len(names)), "o", color=BLUE)
    middle.set(xscale="log", xlabel="largest difference of a logit", title="What the logits say")
    middle.grid(axis="x", color=GREY, alpha=0.25)
    left.invert_yaxis()
    for axes in (left, middle):
        tidy(axes)
    return figure


def context_lengths(contexts: Mapping[str, Sequence[int]]) -> Figure:
    """Draw how many tokens stand before each scored token of a text, in its window, one line a protocol."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    axes = figure.subplots()
    for (name, values), colour, dash in zip(contexts.items(), COLOURS, DASHES, strict=False):
        label = f"{name}: {np.mean(values):.0f} on average"
        axes.plot(range(1, len(values) + 1), values, dash, color=colour, linewidth=1.3, label=label)
    axes.set(
        xlabel="token of the text", ylabel="tokens before it in its window", title="What a token can see"
    )
    axes.set_ylim(0, None)
    tidy(axes)
    figure.legend(frameon=False, ncols=3, loc="outside lower center")
    return figure


def protocols(measured: Mapping[str, Mapping[str, tuple[float, float]]]) -> Figure:
    """Draw perplexities {protocol: {file: (by token, by word)}}, on a logarithmic axis."""
    figure = Figure(figsize=(8, 3.4), layout="constrained")
    axes = figure.subplots()
    files = list(next(iter(measured.values())))
    for at, file in enumerate(files):
        rows = np.arange(len(measured)) + 0.22 * (at - (len(files) - 1) / 2)
        for unit, (word, fill) in enumerate((("token", "full"), ("word", "none"))):
            axes.plot(
                [found[file][unit] for found in measured.values()],
                rows,
                MARKERS[at],
                color=COLOURS[at],
                fillstyle=fill,
                markersize=8,
                label=f"{file}, by {word}",
            )
    axes.set_yticks(range(len(measured)), list(measured))
    axes.invert_yaxis()
    axes.set(xscale="log", xlabel="perplexity", title="One model, one text", ylim=(len(measured) - 0.5, -0.5))
    axes.grid(axis="x", color=GREY, alpha=0.25)
    tidy(axes)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9)
    return figure


def ending_scores(tokens: Any, sums: Any, labels: Any) -> Figure:
    """Draw pairs of endings: how many more tokens the right one has, and by how much its score is higher.

    tokens and sums (n, 2): of two endings each; `labels` (n) says which is right. Above 0 the sum chooses
    rightly, below it wrongly.
    """
    rows = np.arange(len(labels))
    more = tokens[rows, labels] - tokens[rows, 1 - labels]
    higher = sums[rows, labels] - sums[rows, 1 - labels]
    figure = Figure(figsize=(7.5, 4), layout="constrained")
    axes = figure.subplots()
    for chosen, colour, marker, name in (
        (higher > 0, BLUE, "o", "rightly"),
        (higher <= 0, ORANGE, "x", "wrongly"),
    ):
        label = f"chosen {name} by the sum ({int(chosen.sum())})"
        axes.plot(more[chosen], higher[chosen], marker, color=colour, markersize=5, label=label)
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.axvline(0, color=GREY, linewidth=0.8, linestyle=":")
    axes.set(xlabel="tokens that the right ending has more", ylabel="nats by which its sum is higher")
    axes.set_title("Two endings of each story")
    tidy(axes)
    axes.legend(frameon=False)
    return figure
