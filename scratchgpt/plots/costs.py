"""How cost grows."""

import math
from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, StrMethodFormatter

from .style import BLUE, GREY, tidy

_SWEPT = {
    "T": ("T, tokens of a sequence", "training step"),
    "C": ("C, width", "training step"),
    "B": ("B, sequences", "training step"),
    "context": ("context, tokens", "generating one token"),
}


def cost_scaling(results: Mapping[str, Any]) -> Figure:
    """Draw time against T, C and B (a training step) and against the context (a generated token), log-log.

    `results` is what experiments/cost_scaling.py records: for each of them "x", "seconds", the expected
    "cost" in FLOPs or bytes, and both slopes. The expected line has the shape of the cost and the height of
    the measured points.
    """
    figure = Figure(figsize=(9, 7), layout="constrained")
    for axes, (letter, sweep) in zip(figure.subplots(2, 2).flat, results["sweeps"].items(), strict=True):
        xs, ms = sweep["x"], [1000 * seconds for seconds in sweep["seconds"]]
        logs = [math.log(y / cost) for y, cost in zip(ms, sweep["cost"], strict=True)]
        scale = math.exp(sum(logs) / len(logs))
        expected = [scale * cost for cost in sweep["cost"]]
        unit = "bytes read" if letter == "context" else "FLOPs"
        axes.plot(
            xs, expected, "--", color=GREY, label=f"expected from {unit}: slope {sweep['expected_slope']:.2f}"
        )
        axes.plot(xs, ms, "o", color=BLUE, label=f"measured: slope {sweep['slope']:.2f}")
        label, title = _SWEPT[letter]
        fixed = ", ".join(f"{name} = {value}" for name, value in sweep["fixed"].items())
        axes.set(xscale="log", yscale="log", xlabel=label, ylabel="ms", title=f"{title} ({fixed})")
        axes.set_xticks(xs, [f"{x:,}" for x in xs])
        axes.minorticks_off()
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        axes.set_ylim(min(*ms, *expected) / 1.4, max(*ms, *expected) * 1.4)
        tidy(axes)
        axes.legend(frameon=False, loc="upper left", fontsize=8)
    figure.supxlabel(cost_scaling_caption(results), fontsize=9)
    return figure


def cost_scaling_caption(results: Mapping[str, Any]) -> str:
    """Say what the picture of `cost_scaling` shows, with its numbers."""
    sweeps = results["sweeps"]
    k = {letter: 2 ** sweep["slope"] for letter, sweep in sweeps.items()}
    context = sweeps["context"]
    rise, longer = context["seconds"][-1] / context["seconds"][0], context["x"][-1] / context["x"][0]
    return (
        f"Twice the batch B takes {k['B']:.1f} times as long; twice the sequence T {k['T']:.1f} times "
        f"(attention: every token with every other);\ntwice the width C {k['C']:.1f} times (matrices of "
        f"C x C). A token behind a context {longer:.0f} times as long takes {rise:.1f} times as long:\n"
        "it reads the weights, which stay the same, and the cache, which grows."
    )
