"""The picture of the ten-token film example."""

from matplotlib.figure import Figure

from ..worked.film_stages import Runs, perplexity_floor, sentences
from .style import BLUE, GREY, ORANGE, tidy

_STYLES = ({"color": BLUE}, {"color": ORANGE}, {"color": GREY, "linestyle": "--"})


def film_curves(runs: Runs) -> Figure:
    """Draw perplexity over the epochs of pre-training, and accuracy over those of fine-tuning."""
    perplexities = {"Adam": runs.recipe.perplexities, "plain SGD": runs.sgd.perplexities}
    accuracies = {"Adam": runs.recipe.accuracies, "plain SGD": runs.sgd.accuracies}
    accuracies["Adam, no pre-training"] = runs.scratch.accuracies
    floor = perplexity_floor(sentences())
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for style, (name, values) in zip(_STYLES, perplexities.items(), strict=False):
        left.plot(values, label=name, **style)
    left.axhline(floor, color=GREY, linewidth=0.8, linestyle=":")
    left.annotate(f"floor {floor:.3f}", (0, floor), va="top", fontsize=8, color=GREY)
    left.set(xlabel="epoch", ylabel="perplexity", yscale="log", title="Pre-training on five sentences")
    left.set_yticks([2, 5, 10, 20, 50], ["2", "5", "10", "20", "50"])
    left.minorticks_off()
    left.set_ylim(0.9 * floor, 1.1 * max(max(values) for values in perplexities.values()))
    for style, (name, values) in zip(_STYLES, accuracies.items(), strict=False):
        right.plot([100 * share for share in values], drawstyle="steps-post", label=name, **style)
    right.set(xlabel="epoch", ylabel="classified rightly (%)", title="Fine-tuning on four", ylim=(-5, 105))
    for axes in (left, right):
        tidy(axes)
        axes.legend(frameon=False)
    return figure
