"""Pictures of word vectors: what pulls them, how they settle, and who ends up beside whom."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..ops.arrays import Array
from ..ops.softmax import softmax
from ..worked.word_counts import principal_axes
from .style import BLUE, COLOURS, DASHES, GREY, MARKERS, ORANGE, tidy


class Pull(NamedTuple):
    """Three points of the picture `pull`, each (2): the `expected` outside vector, the one that `came`, and
    the `step` against the gradient of v."""

    expected: Array
    came: Array
    step: Array


def pull_points(v: Array, U: Array, outside: int) -> Pull:
    """Return what `pull` draws. Shapes: v (2), U (V, 2)"""
    expected = softmax(U @ v) @ U
    return Pull(expected, U[outside], U[outside] - expected)


def pull(v: Array, U: Array, outside: int, words: Sequence[str]) -> Figure:
    """Draw the naive softmax gradient in the plane: v moves as the arrow from expectation to fact points.

    Shapes: v (2), U (V, 2); words: V names. A point is as large as the probability of its word.
    """
    points = pull_points(v, U, outside)
    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    axes = figure.subplots()
    label = "outside vectors u, by size: P"
    axes.scatter(U[:, 0], U[:, 1], s=900 * softmax(U @ v), color=BLUE, alpha=0.6, label=label)
    for word, u in zip(words, U, strict=True):
        axes.annotate(word, tuple(u), xytext=(12, 8), textcoords="offset points")
    axes.plot(*points.expected, "X", color=GREY, markersize=10, label="expected outside vector")
    axes.plot(*v, "D", color=ORANGE, markersize=8, label="center vector v")
    _arrow(axes, points.expected, points.came, GREY)
    _arrow(axes, v, v + points.step, ORANGE)
    axes.annotate("-dv", tuple(v + 0.5 * points.step), xytext=(6, 8), textcoords="offset points")
    axes.set(xlabel="first coordinate", ylabel="second coordinate", title=f"'{words[outside]}' came")
    seen = np.vstack([U, v, v + points.step, points.expected])
    low, high = seen.min(axis=0) - 0.25, seen.max(axis=0) + 0.25
    axes.set(xlim=(low[0], high[0] + 0.15), ylim=(low[1], high[1]))  # room for the names at the right
    axes.set_aspect("equal")
    tidy(axes)
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.02, 1), markerscale=0.7)
    return figure


def descents(runs: Mapping[str, Sequence[float]], baseline: tuple[str, float]) -> Figure:
    """Draw losses against passes over the counts; `baseline` (label, nats) is a dotted line."""
    figure = Figure(figsize=(7.2, 4), layout="constrained")
    axes = figure.subplots()
    for (name, losses), colour, dash in zip(runs.items(), COLOURS, DASHES, strict=False):
        axes.plot(losses, color=colour, linestyle=dash, label=name)
    axes.axhline(baseline[1], color=GREY, linewidth=0.9, linestyle=":")
    last = max(map(len, runs.values()))
    axes.annotate(baseline[0], (last, baseline[1]), va="bottom", ha="right", fontsize=8, color=GREY)
    axes.set(xlabel="passes over the table of counts", ylabel="loss (nats per pair)")
    tidy(axes)
    axes.legend(frameon=False, title="what moves after a pass")
    return figure


def scores_against_counts(predicted: Array, scores: Array) -> Figure:
    """Draw the learned scores u . v against what the counts predict for them.

    Shapes: predicted (V, W), scores (V, W)
    """
    figure = Figure(figsize=(4.6, 4.2), layout="constrained")
    axes = figure.subplots()
    ends = [predicted.min() - 0.2, predicted.max() + 0.2]
    axes.plot(ends, ends, color=GREY, linewidth=0.9, linestyle="--", label="equal")
    axes.plot(predicted.ravel(), scores.ravel(), "o", color=BLUE, alpha=0.5, label="a pair of words")
    axes.set(xlabel="log(came / drawn), counted (nats)", ylabel="score u . v, learned (nats)")
    axes.set_aspect("equal")
    tidy(axes)
    axes.legend(frameon=False)
    return figure


def neighbourhoods(vectors: Array, words: Sequence[str], groups: Mapping[str, Sequence[str]]) -> Figure:
    """Draw the words of some groups on the two principal axes of their directions.

    Shapes: vectors (V, D), one for each of `words`
    """
    shown = [word for group in groups.values() for word in group]
    rows = vectors[[words.index(word) for word in shown]]
    places = principal_axes(rows / np.linalg.norm(rows, axis=1, keepdims=True), 2)
    figure = Figure(figsize=(9, 6.4), layout="constrained")
    axes = figure.subplots()
    labels = _free_places(places, shown)
    for (name, group), colour, marker in zip(groups.items(), COLOURS, MARKERS, strict=False):
        at = places[[shown.index(word) for word in group]]
        axes.plot(*at.T, marker, color=colour, markersize=6, label=name)
        for word in group:
            axes.annotate(word, tuple(places[shown.index(word)]), fontsize=8, **labels[shown.index(word)])
    axes.set(xlabel="first principal axis", ylabel="second principal axis")
    axes.margins(x=0.1)  # the names at the edge stay inside
    tidy(axes)
    axes.legend(frameon=False, ncols=len(groups), loc="upper center", bbox_to_anchor=(0.5, 1.1))
    return figure


def parallelograms(vectors: Array, words: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Figure:
    """Draw words on two principal axes, with an arrow from the first to the second word of each pair.

    Shapes: vectors (V, D), one for each of `words`
    """
    places = principal_axes(vectors, 2)
    figure = Figure(figsize=(6.4, 4.6), layout="constrained")
    axes = figure.subplots()
    for start, end in pairs:
        _arrow(axes, places[words.index(start)], places[words.index(end)], ORANGE)
    axes.plot(*places.T, "o", color=BLUE, markersize=8)
    for word, (x, y) in zip(words, places, strict=True):
        axes.annotate(word, (x, y), xytext=(8, 6), textcoords="offset points")
    axes.set(xlabel="first principal axis", ylabel="second principal axis")
    axes.margins(0.15)
    tidy(axes)
    return figure


def cosine_map(cosines: Array, labels: Sequence[str], border: int) -> Figure:
    """Draw a square table of cosines (n, n); lines separate the first `border` rows from the others."""
    figure = Figure(figsize=(7.6, 4.8), layout="constrained")
    axes = figure.subplots()
    off = cosines[~np.eye(len(cosines), dtype=bool)]
    image = axes.imshow(cosines, cmap="cividis", vmin=off.min(), vmax=1)
    middle = (off.min() + 1) / 2
    for i, row in enumerate(cosines):
        for j, value in enumerate(row):
            colour = "black" if value > middle else "white"
            axes.text(j, i, f"{value:.2f}", ha="center", va="center", fontsize=8, color=colour)
    for draw in (axes.axhline, axes.axvline):
        draw(border - 0.5, color=ORANGE, linewidth=2)
    axes.set_yticks(range(len(labels)), [f"{label}  ({i + 1})" for i, label in enumerate(labels)], fontsize=8)
    axes.set_xticks(range(len(labels)), [f"({i + 1})" for i in range(len(labels))], fontsize=8)
    figure.colorbar(image, ax=axes, label="cosine", shrink=0.8)
    return figure


def _free_places(places: Array, words: Sequence[str]) -> list[dict[str, Any]]:
    """Say where each label goes: beside its point, above, below or at a corner, the first that is free."""
    unit = np.ptp(places, axis=0).max() / 100  # about 5 points on paper
    taken: list[tuple[float, ...]] = [(x - unit, x + unit, y - unit, y + unit) for x, y in places]
    chosen = []
    for word, (x, y) in zip(words, places, strict=True):
        width, height = 0.85 * len(word) * unit, 1.6 * unit
        options: list[tuple[int, int, tuple[float, ...], dict[str, Any]]] = []
        for dx, dy, ha in _SIDES:
            left = x + dx * unit - {"left": 0, "right": 1, "center": 0.5}[ha] * width
            box = (left, left + width, y + dy * unit - height / 2, y + dy * unit + height / 2)
            hits = sum(box[0] < b[1] and b[0] < box[1] and box[2] < b[3] and b[2] < box[3] for b in taken)
            style = {"xytext": (5 * dx, 5 * dy), "textcoords": "offset points", "ha": ha, "va": "center"}
            options.append((hits, len(options), box, style))
        _, _, best, where = min(options, key=lambda option: option[:2])
        taken.append(best)
        chosen.append(where)
    return chosen


_SIDES = (
    (1, 0, "left"),
    (-1, 0, "right"),
    (0, 2, "center"),
    (0, -2, "center"),
    *((dx, dy, "left" if dx > 0 else "right") for dy in (1.6, -1.6) for dx in (1, -1)),
)


def _arrow(axes: Axes, start: Array, end: Array, colour: str) -> None:
    axes.annotate(
        "",
        xy=tuple(end),
        xytext=tuple(start),
        arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 1.6, "shrinkA": 4, "shrinkB": 4},
    )
