"""Ordinary text written as WikiText writes it, so that the ways to measure on WikiText can be tried anywhere.

WikiText separates words and punctuation by spaces, writes a hyphen inside a word as " @-@ ", puts a title
between equals signs, and, in the version that is not "raw", an `<unk>` for each rare word.
"""

import re
from collections import Counter
from collections.abc import Sequence

from ..corpus import pieces
from ..resources import data_path

_PIECE = re.compile(r"'s\b|\w+(?:'(?!s\b)\w+)*|\S")
_WORD = re.compile(r"[^\W\d_]+(?:'\w+)?")


def tales() -> list[str]:
    """Return the bundled tales, one text each; the first line is the title."""
    text = data_path("tales.txt").read_text(encoding="utf-8")
    return [tale.strip() for tale in pieces(text) if tale.strip()]


def spaced(tale: str) -> str:
    """Return a tale, title first, as a page of WikiText.

    >>> spaced("The kite\\n\\nA well-made kite, they said.")
    ' = The kite = \\n \\n A well @-@ made kite , they said . \\n'
    """
    title, *lines = tale.splitlines()
    rows = [f" = {_separated(title)} = \n"]
    return "".join(rows + [f" {_separated(line)} \n" if line.strip() else " \n" for line in lines])


def _separated(line: str) -> str:
    line = re.sub(r"(?<=\w)([-,.])(?=\w)", r" @\1@ ", line)
    return " ".join(p if p.startswith("@") else " ".join(_PIECE.findall(p)) for p in line.split())


def rare_replaced(text: str, known: Counter[str], least: int) -> str:
    """Return a text with `<unk>` in the place of each word that `known` counts fewer than `least` times."""
    return _WORD.sub(lambda match: match[0] if known[match[0].lower()] >= least else "<unk>", text)


def word_counts(texts: Sequence[str]) -> Counter[str]:
    """Count the words of texts, without regard to case."""
    return Counter(word.lower() for text in texts for word in _WORD.findall(text))
