"""Pictures of generating: what settings do to a distribution, to texts, and what a token costs."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, PercentFormatter, StrMethodFormatter

from .style import BLUE, COLOURS, DASHES, GREY, MARKERS, ORANGE, tidy

_HATCHES = ("//", "", "..")


def temperature_bars(distributions: Mapping[float, Sequence[float]], names: Sequence[str]) -> Figure:
    """Draw the same few tokens at several temperatures, as groups of bars with their probabilities.

    `distributions` is {temperature: probabilities (n,)}; `names` are the n tokens.
    """
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    axes = figure.subplots()
    width = 0.8 / len(distributions)
    for i, (temperature, shares) in enumerate(distributions.items()):
        places = np.arange(len(names)) + (i - (len(distributions) - 1) / 2) * width
        bars = axes.bar(places, shares, 0.92 * width, color=COLOURS[i], hatch=_HATCHES[i % 3], alpha=0.85)
        bars.set_label(f"T = {temperature:g}")
        axes.bar_label(bars, [f"{share:.2f}" for share in shares], fontsize=8)
    axes.set_xticks(range(len(names)), names)
    axes.set(xlabel="token and its logit", ylabel="probability", ylim=(0, 1))
    tidy(axes)
    axes.legend(frameon=False)
    return figure


def filtered_tokens(panels: Mapping[str, tuple[Sequence[str], Sequence[float], int]], top_k: int) -> Figure:
    """Draw the likeliest tokens behind several texts; coloured are those that top-p keeps.

    `panels` is {text: (tokens, their probabilities in falling order, number that top-p keeps)}; a line
    stands where top-k cuts. All panels have one scale, and it is logarithmic: what is cut off stays visible.
    """
    figure = Figure(figsize=(9, 3.9), layout="constrained")
    for axes, (title, (tokens, shares, kept)) in zip(
        figure.subplots(1, len(panels), sharey=True), panels.items(), strict=True
    ):
        axes.set(yscale="log", ylim=(4e-4, 1))
        bars = axes.bar(range(len(tokens)), shares, color="#DDDDDD", edgecolor=GREY, linewidth=0.6)
        for bar in bars[:kept]:
            bar.set(facecolor=BLUE, edgecolor=BLUE)
        axes.axvline(top_k - 0.5, color=ORANGE, linestyle="--")
        axes.annotate(
            f"top-k = {top_k} ends here",
            (top_k - 0.4, 0.86),
            xycoords=("data", "axes fraction"),
            color=ORANGE,
            fontsize=8,
        )
        axes.set_xticks(range(len(tokens)), tokens, rotation=60, ha="right", rotation_mode="anchor")
        axes.set(title=f"{title}\ntop-p keeps {kept} tokens (blue)", ylabel="probability (log scale)")
        axes.label_outer()
        axes.title.set_fontsize(10)
        tidy(axes)
    return figure


def variety_curves(
    temperatures: Sequence[float],
    words: Sequence[float],
    surprise: Sequence[float],
    written: tuple[float, float],
) -> Figure:
    """Draw the share of different words, and the model's surprise, against the temperature.

    `written` are the two numbers of text that people wrote, drawn as lines.
    """
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, values, level, colour, mark in (
        (left, words, written[0], BLUE, "o"),
        (right, surprise, written[1], ORANGE, "s"),
    ):
        axes.plot(temperatures, values, marker=mark, color=colour)
        axes.axhline(level, color=GREY, linestyle="--", linewidth=0.9)
        axes.annotate("the tales", (0, level), va="bottom", fontsize=8, color=GREY)
        axes.set_xlabel("temperature (0: greedy)")
        tidy(axes)
    left.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    left.set(ylabel="different words among all", title="Variety within a text", ylim=(0, 1.02))
    right.set(ylabel="nats a token", title="Surprise of the model itself")
    right.set_ylim(bottom=0)
    return figure


def timing_ladder(
    contexts: Sequence[int], ms: Mapping[str, Sequence[float]], flops: Mapping[str, Sequence[float]]
) -> Figure:
    """Draw what one new token costs behind contexts of several lengths: measured beside counted, log-log.

    `ms` and `flops` are {way: one value per context}, with the same ways.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, what, unit, title in (
        (left, ms, "ms", "Measured here"),
        (right, {way: np.array(f) / 1e6 for way, f in flops.items()}, "MFLOP", "Counted"),
    ):
        for i, (way, values) in enumerate(what.items()):
            style = {"color": COLOURS[i], "marker": MARKERS[i], "linestyle": DASHES[i]}
            axes.plot(contexts, values, label=way, **style)
        axes.set(xscale="log", yscale="log", xlabel="tokens of the text, the new one included")
        axes.set(ylabel=f"{unit} for one token", title=title)
        axes.set_xticks(list(contexts), [str(n) for n in contexts])
        axes.minorticks_off()
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        tidy(axes)
        axes.legend(frameon=False)
    return figure
