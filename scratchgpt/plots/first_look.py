"""What a GPT does, at first sight: the loop, what may come next, and how likely each drawn token was."""

import math
from collections.abc import Mapping, Sequence

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from .style import BLUE, GREY, ORANGE, tidy

_STATIONS = (  # of the loop: name, what is there, how many numbers it hands on
    ("text", "as far as it goes", ""),
    ("tokens", "pieces, by number", "{T} numbers"),
    ("GPT", "fixed weights,\nno chance in it", ""),
    ("probabilities", "one for each token\nof the vocabulary", "{V} numbers"),
    ("draw", "one token,\nby chance", "1 number"),
)


def the_loop(tokens: int, vocabulary: int) -> Figure:
    """Draw how a text grows: from the text to tokens, to probabilities, to one drawn token, and round again.

    `tokens` is the length of the text that is read, `vocabulary` the number of tokens to choose from.
    """
    figure = Figure(figsize=(9.6, 2.9), layout="constrained")
    axes = figure.subplots()
    arrow = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.2}
    for i, (name, what, size) in enumerate(_STATIONS):
        colour = ORANGE if name == "draw" else BLUE
        axes.add_patch(
            FancyBboxPatch(
                (2.1 * i, 0), 1.5, 1, boxstyle="round,pad=0.06", facecolor="white", edgecolor=colour
            )
        )
        axes.text(2.1 * i + 0.75, 0.8, name, ha="center", va="center", fontsize=11, weight="bold")
        axes.text(2.1 * i + 0.75, 0.42, what, ha="center", va="center", fontsize=8.5)
        label = size.format(T=f"{tokens:,}", V=f"{vocabulary:,}")
        axes.text(2.1 * i + 0.75, 0.08, label, ha="center", va="center", fontsize=9, color=colour)
        if i:
            axes.annotate("", xy=(2.1 * i - 0.08, 0.5), xytext=(2.1 * i - 0.52, 0.5), arrowprops=arrow)
    back = {**arrow, "connectionstyle": "angle,angleA=-90,angleB=180,rad=6"}
    axes.plot([9.15, 9.15, 0.75], [-0.1, -0.6, -0.6], color=GREY, linewidth=1.2)
    axes.annotate("", xy=(0.75, -0.08), xytext=(0.75, -0.62), arrowprops={**back, "connectionstyle": "arc3"})
    axes.text(4.95, -0.72, "the drawn token is put behind the text", ha="center", va="top", fontsize=9.5)
    axes.set(xlim=(-0.15, 10.1), ylim=(-1.1, 1.15))
    axes.set_axis_off()
    return figure


def next_tokens(panels: Mapping[str, tuple[Sequence[str], Sequence[float]]], vocabulary: int) -> Figure:
    """Draw what may come next: for each prompt the likeliest tokens, and all others together in grey.

    `panels` {prompt: (tokens, probabilities)}, likeliest first; `vocabulary` is the number of all tokens.
    """
    figure = Figure(figsize=(3.2 * len(panels), 3.6), layout="constrained")
    for axes, (prompt, (tokens, probs)) in zip(
        figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True
    ):
        rest = 1 - sum(probs)
        names = [*map(repr, tokens), f"{vocabulary - len(tokens):,} others"]
        bars = axes.barh(names, [*probs, rest], color=[BLUE] * len(tokens) + ["#BBBBBB"])
        axes.bar_label(bars, [f"{p:.3f}" for p in (*probs, rest)], padding=3, fontsize=8)
        axes.invert_yaxis()
        axes.set(xlim=(0, 1.19), xlabel="probability", xticks=[0, 0.5, 1])
        axes.set_title(f"{prompt} ...", fontsize=10)
        axes.tick_params(axis="y", labelsize=8.5)
        tidy(axes)
    return figure


def drawn_tokens(tokens: Sequence[str], probabilities: Sequence[float], per_line: int = 10) -> Figure:
    """Draw a text token by token, each on the colour of the probability that the model gave it.

    `tokens` (n) as text, `probabilities` (n). A space at the beginning of a token is shown as a dot.
    """
    lines = math.ceil(len(tokens) / per_line)
    figure = Figure(figsize=(9.6, 0.62 * lines + 0.9), layout="constrained")
    axes = figure.subplots()
    colours = colormaps["cividis"]
    for i, (token, p) in enumerate(zip(tokens, probabilities, strict=True)):
        x, y = i % per_line, -(i // per_line)
        axes.add_patch(FancyBboxPatch((x + 0.04, y), 0.92, 0.8, boxstyle="square,pad=0", color=colours(p)))
        ink = "black" if p > 0.5 else "white"
        _written(axes, x + 0.5, y + 0.52, token, ink, 10)
        share = f"{p:.2f}" if p >= 0.005 else "<0.01"  # no probability is 0
        axes.text(x + 0.5, y + 0.18, share, ha="center", va="center", fontsize=8, color=ink)
    axes.set(xlim=(0, per_line), ylim=(0.9 - lines, 0.9))
    axes.set_axis_off()
    scale = figure.colorbar(
        ScalarMappable(Normalize(0, 1), colours),
        ax=axes,
        orientation="horizontal",
        fraction=0.06,
        pad=0.03,
        aspect=50,
    )
    scale.set_label("probability that the model gave to the token that was drawn", fontsize=9)
    return figure


def _written(axes: Axes, x: float, y: float, token: str, colour: str, size: float) -> None:
    text = token.replace("\n", "\\n").replace(" ", "·").replace("$", r"\$")
    axes.text(x, y, text, ha="center", va="center", fontsize=size, color=colour, family="DejaVu Sans Mono")
