"""Attention and its gradients: matrices with their numbers, maps by head, saturated softmax."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from ..ops.arrays import Array
from ..worked.dot_products import Saturation
from .style import BLUE, COLOURS, DASHES, GREY, MARKERS, ORANGE, tidy

_SHARES = LinearSegmentedColormap.from_list("shares", ["white", BLUE])
_SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "white", ORANGE])
_HIDDEN = "#d9d9d9"


class Table(NamedTuple):
    """A matrix to be shown with its numbers: `values` (N, M), a name for each row and each column.

    `sides` says what the rows and what the columns are.
    """

    title: str
    values: Array
    rows: Sequence[str]
    columns: Sequence[str]
    sides: tuple[str, str] = ("query", "key")


def tables(
    shown: Sequence[Table],
    *,
    across: int = 3,
    signed: bool = False,
    decimals: int = 4,
    top: float | None = None,
) -> Figure:
    """Draw matrices as heat maps with the numbers in the cells; what is not finite is grey.

    White is 0 or less, blue is `top`, by default the largest value of each table. With `signed`, white is 0,
    orange is positive and blue negative.
    """
    down = -(-len(shown) // across)
    cell = 0.6 if decimals > 2 else 0.42
    widths = [max(len(table.columns) for table in shown[i::across]) for i in range(min(across, len(shown)))]
    tallest = max(len(table.rows) for table in shown)
    size = (sum(0.8 + cell * width for width in widths), down * (1.1 + 0.42 * tallest))
    figure = Figure(figsize=size, layout="constrained")
    grid = np.ravel(figure.subplots(down, len(widths), squeeze=False, width_ratios=widths))
    for axes, table in zip(grid, shown, strict=False):
        _table(axes, table, signed, decimals, top)
    for axes in grid[len(shown) :]:
        axes.set_axis_off()
    return figure


def _table(axes: Any, table: Table, signed: bool, decimals: int, top: float | None) -> None:
    values = np.asarray(table.values, dtype=np.float64)
    finite = np.isfinite(values)
    top = top or float(np.abs(values[finite]).max(initial=0)) or 1.0
    shown = np.where(finite, values, np.nan)
    axes.set_facecolor(_HIDDEN)
    axes.imshow(shown, cmap=_SIGNED if signed else _SHARES, vmin=-top if signed else 0, vmax=top)
    for (i, j), value in np.ndenumerate(values):
        text = f"{round(value, decimals) + 0.0:.{decimals}f}" if finite[i, j] else "-∞"
        dark = finite[i, j] and abs(value) > 0.6 * top
        axes.text(j, i, text, ha="center", va="center", fontsize=8, color="w" if dark else "k")
    axes.set_xticks(range(len(table.columns)), table.columns, fontsize=8)
    axes.set_yticks(range(len(table.rows)), table.rows, fontsize=8)
    axes.tick_params(length=0)
    axes.set_ylabel(table.sides[0], fontsize=9)
    axes.set_xlabel(table.sides[1], fontsize=9)
    axes.set_title(table.title, fontsize=10)


def maps(
    shown: Mapping[str, Array], tokens: Sequence[str], *, across: int = 4, signed: bool = False
) -> Figure:
    """Draw maps (T, T) of the same tokens, queries down and keys across, all on one scale.

    White is 0. Without `signed` blue is the largest value; with it, orange is positive and blue negative,
    and the largest 3 % share a colour, since a few gradients are far larger than the rest.
    """
    down = -(-len(shown) // across)
    sizes = np.abs(np.stack(list(shown.values())))
    top = float(np.quantile(sizes[sizes > 0], 0.97) if signed else sizes.max())
    figure = Figure(figsize=(11, 0.4 + 2.9 * down), layout="constrained")
    grid = figure.subplots(down, across, squeeze=False)
    labels = [token.replace(" ", "·").replace("\n", "↵") for token in tokens]
    for n, (axes, (title, values)) in enumerate(zip(np.ravel(grid), shown.items(), strict=False)):
        image = axes.imshow(values, cmap=_SIGNED if signed else _SHARES, vmin=-top if signed else 0, vmax=top)
        axes.set_title(title, fontsize=9)
        last = n + across >= len(shown)
        axes.set_xticks(range(len(tokens)), labels if last else [], rotation=90, fontsize=7)
        axes.set_yticks(range(len(tokens)), labels if n % across == 0 else [], fontsize=7)
        axes.tick_params(length=0)
        if last:
            axes.set_xlabel("key", fontsize=9)
        if n % across == 0:
            axes.set_ylabel("query", fontsize=9)
    for axes in np.ravel(grid)[len(shown) :]:
        axes.set_axis_off()
    bar = figure.colorbar(image, ax=grid, shrink=0.7, pad=0.01, extend="both" if signed else "neither")
    bar.set_label("gradient of the score" if signed else "weight", fontsize=9)
    return figure


def dot_product_spread(samples: Mapping[int, Array]) -> Figure:
    """Draw how dot products of vectors of different sizes spread, and their deviation over the size.

    `samples`: for each size, many dot products of vectors whose numbers are independent, of variance 1.
    """
    figure = Figure(figsize=(9.5, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    edges = np.linspace(-60, 60, 121)
    for colour, dash, (size, values) in zip(COLOURS, DASHES, samples.items(), strict=False):
        heights, _ = np.histogram(values, edges, density=True)
        left.stairs(heights, edges, color=colour, linestyle=dash, linewidth=1.5, label=f"{size} numbers")
    left.set(xlabel="dot product of a query and a key", ylabel="density", yscale="log", ylim=(1e-4, 0.4))
    left.set_title("The longer the vectors, the wider", fontsize=10)
    sizes = np.array(list(samples))
    right.plot(sizes, np.sqrt(sizes), color=GREY, linestyle="--", label="root of the size")
    deviations = [values.std() for values in samples.values()]
    right.plot(sizes, deviations, "o", color=BLUE, label="measured")
    right.set(xlabel="numbers in a vector, d", ylabel="standard deviation", xscale="log", yscale="log")
    right.set_xticks(sizes, [str(size) for size in sizes])
    right.set_yticks(np.sqrt(sizes), [f"{root:.3g}" for root in np.sqrt(sizes)])
    right.minorticks_off()
    right.set_title("Standard deviation", fontsize=10)
    for axes in (left, right):
        tidy(axes)
        axes.legend(frameon=False, fontsize=9)
    return figure


def softmax_saturation(plain: Saturation, scaled: Saturation) -> Figure:
    """Draw what the size of a head does to softmax and its gradients, without and with the scale."""
    figure = Figure(figsize=(11, 3.6), layout="constrained")
    panels = figure.subplots(1, 3)
    what = (
        ("largest", "largest weight of a query (median)", "Softmax saturates"),
        ("scores", "length of the gradient (median)", "Gradient of a query's scores"),
        ("query", "length of the gradient", "Gradient of a query"),
    )
    for axes, (field, label, title) in zip(panels, what, strict=True):
        for name, measured, colour, marker in (
            ("undivided", plain, ORANGE, MARKERS[0]),
            ("divided by √d", scaled, BLUE, MARKERS[1]),
        ):
            axes.plot(measured.d, getattr(measured, field), marker=marker, color=colour, label=name)
            if field == "query":
                axes.plot(
                    measured.d,
                    measured.query_rms,
                    marker=marker,
                    color=colour,
                    linestyle="--",
                    fillstyle="none",
                )
        axes.set(xlabel="size of the head, d", ylabel=label, xscale="log")
        axes.set_xticks(plain.d, [str(int(d)) for d in plain.d])
        axes.minorticks_off()
        axes.set_title(title, fontsize=10)
        tidy(axes)
    panels[0].set_ylim(0, 1.05)
    panels[1].set_yscale("log")
    panels[2].set_yscale("log")
    panels[0].legend(frameon=False, fontsize=9)
    panels[2].plot([], [], color=GREY, label="median")
    panels[2].plot([], [], color=GREY, linestyle="--", label="root mean square")
    panels[2].legend(frameon=False, fontsize=9)
    return figure


def seen_and_unseen(
    sizes: Sequence[float], relative: Sequence[float], absolute: Sequence[float], tolerance: float
) -> Figure:
    """Draw the error of a wrong gradient over the size of the numbers that it was tested with.

    `relative`: the gradient checker's measure; `absolute`: the largest difference of two entries;
    `tolerance`: what a test with an absolute tolerance lets pass.
    """
    figure = Figure(figsize=(7, 3.8), layout="constrained")
    axes = figure.subplots()
    axes.plot(sizes, relative, marker="o", color=BLUE, label="relative error of the tensor")
    axes.plot(sizes, absolute, marker="s", color=ORANGE, label="largest difference of two entries")
    axes.axhline(tolerance, color=GREY, linestyle="--", linewidth=1)
    axes.axhspan(1e-12, tolerance, color=GREY, alpha=0.12, linewidth=0)
    axes.text(max(sizes), tolerance * 0.3, f"lost below a tolerance of {tolerance:g}", ha="right", fontsize=9)
    axes.set(xscale="log", yscale="log", ylim=(min(absolute) / 5, 60))
    axes.set(
        xlabel="standard deviation of vectors and weights in the test", ylabel="error of the wrong gradient"
    )
    axes.set_xticks(sizes, [f"{size:g}" for size in sizes])
    axes.minorticks_off()
    tidy(axes)
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    return figure


def bias_lengths(lengths: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the lengths of bias vectors by layer, on a logarithmic scale: a marker for each kind."""
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    axes = figure.subplots()
    for colour, marker, (name, values) in zip(COLOURS, MARKERS, lengths.items(), strict=False):
        axes.plot(range(len(values)), values, marker=marker, color=colour, label=name)
    axes.set(xlabel="layer", ylabel="length of the bias", yscale="log", ylim=(0.005, 20))
    axes.set_xticks(range(len(next(iter(lengths.values())))))
    tidy(axes)
    axes.legend(frameon=False, ncols=3, loc="upper right", fontsize=9)
    return figure
