"""The network on paper: its graph with every number, losses over two weights, finite differences."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from ..ops.arrays import Array
from .style import BLUE, COLOURS, DASHES, GREY, MARKERS, ORANGE, tidy

# Where each number of the 2-2-1 network stands.
_NODES = {
    "x[0]": (0.0, 3.4),
    "x[1]": (0.0, 0.0),
    "z1[0]": (3.4, 3.4),
    "z1[1]": (3.4, 0.0),
    "h[0]": (5.3, 3.4),
    "h[1]": (5.3, 0.0),
    "z2": (8.3, 1.7),
    "y_hat": (10.2, 1.7),
    "loss": (12.0, 1.7),
}
_WIDTH, _HEIGHT = 1.1, 0.98  # of their frames
# A weight stands on its arrow, so far along it; a bias has an arrow of its own, from above or below.
_WEIGHTS = {
    "W1[0,0]": ("x[0]", "z1[0]", 0.5),
    "W1[0,1]": ("x[1]", "z1[0]", 0.32),
    "W1[1,0]": ("x[0]", "z1[1]", 0.32),
    "W1[1,1]": ("x[1]", "z1[1]", 0.5),
    "W2[0]": ("h[0]", "z2", 0.46),
    "W2[1]": ("h[1]", "z2", 0.46),
}
_BIASES = {"b1[0]": ("z1[0]", 1.2), "b1[1]": ("z1[1]", -1.2), "b2": ("z2", 1.2)}
_STEPS = {
    ("z1[0]", "h[0]"): "ReLU",
    ("z1[1]", "h[1]"): "ReLU",
    ("z2", "y_hat"): "sigmoid",
    ("y_hat", "loss"): "-log",
}


def network_graph(values: Mapping[str, float], gradients: Mapping[str, float] | None = None) -> Figure:
    """Draw the computational graph of the 2-2-1 network with all its numbers.

    `values` and `gradients` are `every_value` and `every_gradient` of worked/network_2_2_1.py; the gradient
    of the loss with respect to a number stands below it.
    """
    figure = Figure(figsize=(11.5, 5), layout="constrained")
    axes = figure.subplots()
    for start, end, _ in _WEIGHTS.values():
        _arrow(axes, _NODES[start], _NODES[end])
    for (start, end), name in _STEPS.items():
        _arrow(axes, _NODES[start], _NODES[end])
        (x0, y0), (x1, _) = _NODES[start], _NODES[end]
        axes.text((x0 + x1) / 2, y0 + 0.12, name, ha="center", fontsize=9, color=GREY)
    for name, (start, end, share) in _WEIGHTS.items():
        (x0, y0), (x1, y1) = _NODES[start], _NODES[end]
        _number(axes, name, (x0 + share * (x1 - x0), y0 + share * (y1 - y0)), values, gradients, boxed=False)
    for name, (node, away) in _BIASES.items():
        x, y = _NODES[node]
        _arrow(axes, (x, y + away), (x, y))
        _number(axes, name, (x, y + away), values, gradients, boxed=False)
    for name, where in _NODES.items():
        _number(axes, name, where, values, gradients, boxed=True)
    axes.set(xlim=(-0.7, 12.7), ylim=(-1.7, 5.1))
    title = "Forward, left to right"
    if gradients is not None:
        title = "Below each number, in orange: how the loss changes with it (right to left)"
    axes.set_title(title, fontsize=11)
    axes.set_axis_off()
    return figure


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw an arrow to the frame of the node at `end`."""
    dx, dy = start[0] - end[0], start[1] - end[1]
    inside = min(_WIDTH / 2 / abs(dx) if dx else 1, _HEIGHT / 2 / abs(dy) if dy else 1)
    style = {"arrowstyle": "-|>", "color": GREY, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 2}
    axes.annotate(
        "", xy=(end[0] + inside * dx, end[1] + inside * dy), xytext=start, arrowprops=style, zorder=1
    )


def _number(
    axes: Axes,
    name: str,
    where: tuple[float, float],
    values: Mapping[str, float],
    gradients: Mapping[str, float] | None,
    boxed: bool,
) -> None:
    """Write a number under its name, and its gradient below; a node has a frame, a weight has none."""
    x, y = where
    width, height = (_WIDTH, _HEIGHT) if boxed else (0.9, 0.8)
    look: dict[str, Any] = (
        {"facecolor": "#E8F1F8", "edgecolor": BLUE} if boxed else {"facecolor": "white", "edgecolor": "none"}
    )
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0.02", zorder=2, **look
        )
    )
    lines = [(name, GREY if not boxed else "black", "bold"), (_short(values[name]), "black", "normal")]
    if gradients is not None:
        lines.append((_short(gradients[name]), ORANGE, "normal"))
    for i, (text, colour, weight) in enumerate(lines):
        height = y + 0.29 * ((len(lines) - 1) / 2 - i)
        axes.text(
            x, height, text, ha="center", va="center", fontsize=8.5, color=colour, weight=weight, zorder=3
        )


def _short(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def loss_surface(
    xs: Array, ys: Array, losses: Array, paths: Mapping[str, Array], labels: tuple[str, str]
) -> Figure:
    """Draw the loss over two weights as contours, and the steps that were taken over it.

    `losses` (len(ys), len(xs)); `paths` {label: points (n, 2)}, each from its start, a dot, to its end, an
    arrow head; a path that does not move is a cross. Both axes have one scale, so right angles are right.
    """
    figure = Figure(figsize=(6.2, 4.8), layout="constrained")
    axes = figure.subplots()
    shading = axes.contourf(xs, ys, losses, levels=16, cmap="cividis")
    axes.contour(xs, ys, losses, levels=16, colors="white", linewidths=0.4)
    figure.colorbar(shading, label="loss (nats)")
    for i, (label, path) in enumerate(paths.items()):
        still = bool((path == path[0]).all())
        look: dict[str, Any] = {
            "color": COLOURS[(1, 3, 4)[i % 3]],
            "markeredgecolor": "white",
            "linestyle": "none",
        }
        axes.plot(*path[0], marker="X" if still else "o", markersize=10, label=label, zorder=4, **look)
        if not still:
            axes.plot(*path.T, color="white", linewidth=1.8, zorder=3)
            head = {"arrowstyle": "-|>", "color": "white", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 18}
            axes.annotate("", xy=path[-1], xytext=path[-2], arrowprops=head, zorder=3)
    axes.set(xlabel=labels[0], ylabel=labels[1], aspect="equal", xlim=xs[[0, -1]], ylim=ys[[0, -1]])
    axes.legend(loc="lower left", fontsize=9)
    return figure


def difference_errors(steps: Array, errors: Mapping[str, Array]) -> Figure:
    """Draw the error of finite differences against the size of their step, both on logarithmic axes.

    `steps` (n); `errors` holds for each way of taking differences the relative errors (n).
    """
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for i, (name, values) in enumerate(errors.items()):
        axes.plot(steps, values, MARKERS[i] + DASHES[i], color=COLOURS[i], markersize=4, label=name)
    axes.axvline(1e-5, color=GREY, linewidth=0.8, linestyle=":")
    axes.annotate(
        " the package's h", (1e-5, 0.93), xycoords=("data", "axes fraction"), va="top", fontsize=8, color=GREY
    )
    axes.set(xscale="log", yscale="log", xlabel="step h", ylabel="relative error of the gradient")
    axes.set_title("Large steps leave the tangent, small ones drown in rounding", fontsize=11)
    tidy(axes)
    axes.legend(frameon=False)
    return figure


def output_errors(z: Array, slopes: Mapping[str, Array]) -> Figure:
    """Draw the gradient that each loss sends back to z, the number before the sigmoid; the answer is 1.

    `z` (n); `slopes` holds for each loss its gradients (n).
    """
    figure = Figure(figsize=(7, 3.6), layout="constrained")
    axes = figure.subplots()
    for i, (name, values) in enumerate(slopes.items()):
        axes.plot(z, values, DASHES[i], color=COLOURS[i], linewidth=2, label=name)
    axes.axhline(0, color=GREY, linewidth=0.6)
    axes.set(xlabel="z before the sigmoid (the right answer is 1)", ylabel="gradient of the loss in z")
    tidy(axes)
    axes.legend(frameon=False)
    return figure
