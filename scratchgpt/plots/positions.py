"""Where a token stands: position tables, blindness to order, and what lies past the last position."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from ..ops.arrays import Array
from ..worked.order import OrderRun
from .style import BLUE, COLOURS, DASHES, GREY, MARKERS, ORANGE, tidy

_SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "white", ORANGE])
_ROUNDING = 1e-17  # what an exact 0 is drawn at on a log axis


def scatter_add(ids: Sequence[int], words: Sequence[str], dy: Array, dweight: Array) -> Figure:
    """Draw the gradients at the places of a text, and the rows of the table that collect them.

    ids (T,); words: the name of every row of the table; dy (T, C); dweight (V, C).
    """
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    limit = float(max(np.abs(dy).max(), np.abs(dweight).max()))
    places = [f"{t}: {words[i]}" for t, i in enumerate(ids)]
    for axes, values, names, title in (
        (left, dy, places, "gradient at every place"),
        (right, dweight, words, "gradient of the table"),
    ):
        axes.imshow(values, cmap=_SIGNED, vmin=-limit, vmax=limit, aspect="auto")
        axes.set_yticks(range(len(names)), names)
        axes.set_xticks(range(values.shape[1]))
        axes.set(xlabel="dimension", title=title)
        for (row, column), value in np.ndenumerate(values):
            axes.text(column, row, f"{value:g}", ha="center", va="center", fontsize=9)
    return figure


def order_seen(spreads: Mapping[str, Sequence[float]]) -> Figure:
    """Draw how far the last state moves when the words before it change places, over the number of layers.

    spreads: label of a model -> largest change with 1, 2, ... layers. Rounding errors are near 1e-16.
    """
    figure = Figure(figsize=(7.5, 3.8), layout="constrained")
    axes = figure.subplots()
    for i, (label, values) in enumerate(spreads.items()):
        layers = np.arange(1, len(values) + 1)
        drawn = np.maximum(values, _ROUNDING)
        axes.plot(layers, drawn, color=COLOURS[i], linestyle=DASHES[i], marker=MARKERS[i], label=label)
    axes.axhspan(_ROUNDING / 3, 1e-12, color=GREY, alpha=0.12)
    axes.text(1, 2e-13, "rounding errors: order is invisible", fontsize=8, color=GREY, va="top")
    axes.set(yscale="log", xlabel="layers", ylabel="largest change of the last state", ylim=(_ROUNDING, 1e2))
    axes.set_xticks(layers)
    tidy(axes)
    axes.legend(frameon=False, fontsize=8, loc="center right")
    return figure


def order_learned(runs: Mapping[tuple[int, bool, str], OrderRun]) -> Figure:
    """Draw the losses of the who-bites-whom runs, one panel per mask and depth.

    runs: (layers, causal, positions) -> run. The dotted line is ln 2, the best that a guess can do.
    """
    kinds = list(dict.fromkeys(positions for _, _, positions in runs))
    figure = Figure(figsize=(8.5, 5.2), layout="constrained")
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    for axes, (causal, n_layer) in zip(
        panels.flat, [(c, n) for c in (False, True) for n in (1, 2)], strict=True
    ):
        for i, kind in enumerate(kinds):
            losses = runs[n_layer, causal, kind].losses
            axes.plot(losses, color=COLOURS[i], linestyle=DASHES[i], label=f"positions: {kind}")
        axes.axhline(math.log(2), color=GREY, linewidth=1, linestyle=":")
        axes.set(title=f"{'causal mask' if causal else 'no mask'}, {n_layer} layer{'s' * (n_layer > 1)}")
        tidy(axes)
    panels[0, 0].annotate("ln 2", (0, math.log(2)), va="top", fontsize=8, color=GREY)
    panels[0, 1].legend(frameon=False, fontsize=8, loc="upper right")
    for axes in panels[1]:
        axes.set_xlabel("step")
    for axes in panels[:, 0]:
        axes.set_ylabel("loss (nats)")
    return figure


def position_table(table: Array, title: str) -> Figure:
    """Draw a table of position vectors (T, C), and the cosine of every two of its rows (T, T)."""
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    limit = float(np.quantile(np.abs(table), 0.99))
    shown = left.imshow(table, cmap=_SIGNED, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
    left.set(xlabel="dimension", ylabel="position", title=title)
    figure.colorbar(shown, ax=left, label="value")
    cosines = right.imshow(unit @ unit.T, cmap=_SIGNED, vmin=-1, vmax=1, interpolation="nearest")
    right.set(xlabel="position", ylabel="position", title="cosine of two positions")
    figure.colorbar(cosines, ax=right, label="cosine")
    return figure


def beyond(curves: Mapping[str, Array], trained: int) -> Figure:
    """Draw the loss of every position, means of four, for models trained on `trained` positions.

    curves: label -> loss per position (T,); a curve may end at the last position that the model has.
    """
    figure = Figure(figsize=(7.5, 3.8), layout="constrained")
    axes = figure.subplots()
    for i, (label, losses) in enumerate(curves.items()):
        means = np.asarray(losses).reshape(-1, 4).mean(axis=1)
        at = 4 * np.arange(len(means)) + 1.5
        axes.plot(at, means, color=COLOURS[i], linestyle=DASHES[i], marker=MARKERS[i], ms=4, label=label)
    axes.axvline(trained - 0.5, color=GREY, linewidth=1, linestyle=":")
    axes.annotate("last trained position", (trained, axes.get_ylim()[1]), fontsize=8, color=GREY, va="top")
    axes.set(xlabel="position", ylabel="loss (nats per character)")
    tidy(axes)
    axes.legend(frameon=False, fontsize=8, ncols=2, loc="lower left", bbox_to_anchor=(0, 1.0))
    return figure
