"""Texts cut into tokens, and what the size of the vocabulary does to their length."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .style import BLUE, COLOURS, DASHES, GREY, MARKERS, ORANGE, tidy

_EM = 0.602  # width of a character of DejaVu Sans Mono, in font sizes
_LABEL = 0.16  # share of the width for the labels on the left
_TINTS = COLOURS[:5]


def token_rows(rows: Sequence[tuple[str, Sequence[bytes]]], title: str = "") -> Figure:
    """Draw texts as rows of boxes, one box and colour per token, under a label for each row.

    rows: (label, tokens). A space is drawn as a middle dot, a newline as an arrow, and a byte that is part of
    a character as its two hexadecimal digits. Neighbouring boxes never have the same colour.
    """
    shown = [(label, [visible(token) for token in tokens]) for label, tokens in rows]
    widest = max(sum(len(text) + 0.6 for text in texts) for _, texts in shown)
    width = 9.0
    size = min(12.0, width * (1 - _LABEL) * 72 / (widest * _EM))
    figure = Figure(figsize=(width, 0.42 * len(rows) + (0.5 if title else 0.15)), layout="constrained")
    axes = figure.subplots()
    axes.set(xlim=(-widest * _LABEL / (1 - _LABEL), max(widest, 1)), ylim=(len(rows) - 0.4, -0.6))
    axes.axis("off")
    for y, (label, texts) in enumerate(shown):
        axes.text(-1, y, label, ha="right", va="center", fontsize=9)
        x = 0.0
        for i, text in enumerate(texts):
            wide = len(text) + 0.6
            box = Rectangle((x, y - 0.36), wide, 0.72, facecolor=_TINTS[i % len(_TINTS)], alpha=0.3)
            box.set_edgecolor("white")
            axes.add_patch(box)
            axes.text(x + wide / 2, y, text, ha="center", va="center", family="monospace", fontsize=size)
            x += wide
    if title:
        axes.set_title(title, fontsize=11)
    return figure


def visible(token: bytes) -> str:
    """Return a token as a picture can show it.

    >>> visible(b" low"), visible("é".encode()[:1])
    ('·low', 'C3')
    """
    try:
        text = token.decode("utf-8")
    except UnicodeDecodeError:
        return "".join([f"{byte:02X}" for byte in token])
    text = text.replace(" ", "·").replace("\n", "↵")
    return text if text.isprintable() else "".join([f"{byte:02X}" for byte in token])


def length_by_vocabulary(
    sizes: Sequence[int], bytes_per_token: Mapping[str, Sequence[float]], other: tuple[str, int, float]
) -> Figure:
    """Draw bytes per token over the size of the vocabulary, one line per text, and one other tokenizer.

    sizes: entries of the vocabularies (log axis); bytes_per_token: text -> one value per size; other: label,
    size and bytes per token of a tokenizer that learned from something else.
    """
    figure = Figure(figsize=(7.5, 4), layout="constrained")
    axes = figure.subplots()
    for i, (label, values) in enumerate(bytes_per_token.items()):
        axes.plot(sizes, values, color=COLOURS[i], linestyle=DASHES[i], marker=MARKERS[i], label=label)
    axes.plot(other[1], other[2], "*", color=COLOURS[2], markersize=14, label=other[0])
    axes.set(xscale="log", xlabel="entries of the vocabulary", ylabel="bytes per token", ylim=(0, None))
    axes.set_xticks(list(sizes), [f"{size:,}" for size in sizes])
    axes.tick_params(axis="x", labelrotation=30)
    axes.minorticks_off()
    axes.grid(axis="y", linewidth=0.4)
    tidy(axes)
    axes.legend(frameon=False, loc="upper left")
    return figure


def languages(counts: Mapping[str, tuple[int, int, int]]) -> Figure:
    """Draw, for sentences in several languages, characters, bytes and tokens as bars beside each other.

    counts: language -> (characters, bytes, tokens).
    """
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axes = figure.subplots()
    kinds = (("characters", GREY, ""), ("bytes in UTF-8", BLUE, "//"), ("tokens", ORANGE, ""))
    for k, (kind, colour, hatch) in enumerate(kinds):
        at = [i + 0.27 * (k - 1) for i in range(len(counts))]
        values = [three[k] for three in counts.values()]
        axes.bar(at, values, 0.25, color=colour, hatch=hatch, edgecolor="white", label=kind)
        for x, value in zip(at, values, strict=True):
            axes.annotate(str(value), (x, value), ha="center", va="bottom", fontsize=8)
    axes.set_xticks(range(len(counts)), list(counts))
    axes.set(ylabel="number for one sentence")
    tidy(axes)
    axes.legend(frameon=False, ncols=3, loc="upper left", bbox_to_anchor=(0, 1.12), borderaxespad=0)
    return figure
