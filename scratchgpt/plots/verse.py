"""The picture of poems by poets and models."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from .style import BLUE, GREY, ORANGE, tidy

_PANELS = {
    "rhymes": "rhymes: pairs of the scheme",
    "near_ten": "9 to 11 syllables: lines",
    "iambic": "iambic: positions",
    "fourteen": "14 lines: poems",
    "repeated_lines": "repeated lines",
    "distinct_2": "distinct word pairs",
    "copied_lines": "lines copied from training",
    "perplexity": "perplexity on test poems",
}
_COLOURS = {"untuned": ORANGE, "tuned": BLUE}


def verse_comparison(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw each figure of verse against the temperature, a line for each model, the originals dashed.

    `rows` are those of tasks/verse_report.py. What no row has (metre, without a dictionary) is left out.
    """
    shown = [key for key in _PANELS if any(row[key] is not None for row in rows)]
    n_columns = 4
    n_rows = -(-len(shown) // n_columns)
    figure = Figure(figsize=(11, 2.6 * n_rows + 0.4), layout="constrained")
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axes in panels[len(shown) :]:
        axes.set_axis_off()
    models = dict.fromkeys(row["name"] for row in rows if row["temperature"] is not None)
    for axes, key in zip(panels, shown, strict=False):
        for name in models:
            own = [row for row in rows if row["name"] == name and row[key] is not None]
            at = [row["temperature"] for row in own]
            axes.plot(at, [row[key] for row in own], "o-", color=_COLOURS.get(name), markersize=4, label=name)
        for row in rows:
            if row["temperature"] is None and row[key] is not None:
                axes.axhline(row[key], color=GREY, linewidth=1, linestyle="--", label=row["name"])
        if key == "perplexity":
            axes.set_ylim(bottom=0)
        else:
            axes.set_ylim(-0.03, 1.03)
            axes.yaxis.set_major_formatter("{x:.0%}")
        axes.set_xticks(sorted({row["temperature"] for row in rows if row["temperature"] is not None}))
        axes.set_title(_PANELS[key], fontsize=10)
        tidy(axes)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    figure.supxlabel("temperature", fontsize=10)
    return figure
