"""The colours and lines that all pictures share."""

from matplotlib.axes import Axes

# Okabe and Ito's palette, which colour-blind readers can tell apart.
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"
COLOURS = (BLUE, ORANGE, "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS, DASHES = "os^Dv<", ("-", "--", "-.", ":")


def tidy(axes: Axes) -> None:
    """Leave out the lines above and to the right, where no axis is."""
    axes.spines[["top", "right"]].set_visible(False)


def level(axes: Axes, value: float, label: str, linestyle: str = "--", fontsize: float = 8) -> None:
    """Draw a grey line across at `value`, its label above its right end."""
    axes.axhline(value, color=GREY, linewidth=0.8, linestyle=linestyle)
    axes.annotate(label, (1, value), xycoords=("axes fraction", "data"),
                  ha="right", va="bottom", fontsize=fontsize, color=GREY)  # fmt: skip
