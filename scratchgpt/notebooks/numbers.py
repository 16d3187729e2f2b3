"""Numbers in prose: each must be computed, given in code, or cited.

A lesson whose text says 0.7645 while its code prints 0.7644 teaches the wrong thing, and nobody notices.
So each number with three or more significant digits in the text of a lesson is looked for in what the code
of the lesson prints and in the code itself. Numbers taken from elsewhere stand in a paragraph with the
word "cited" in it.
"""

import re
from collections.abc import Iterable

_NUMBER = re.compile(
    r"(?<![\w.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)([eE][-+]?\d+)?(?!\w)(\s?\\?%)?"
)
_PRINTED = re.compile(
    r"(?<![A-Za-z_])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:_\d{3})+|\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"
)
_SIGNIFICANT = 3
_YEARS = range(1850, 2051)


def unsupported(prose: Iterable[str], printed: str) -> list[str]:
    """Return the numbers of a text that are neither in `printed` (output and code) nor cited.

    `prose`: the markdown cells. A number of the text fits a printed one that rounds to it; with a
    percent sign, a printed share will do.
    """
    values = [float(_plain(number) + exponent) for number, exponent in _PRINTED.findall(printed)]
    missing = []
    for paragraph in _paragraphs(prose):
        if re.search(r"\bcited\b", paragraph, re.IGNORECASE):
            continue
        for number, exponent, percent in _NUMBER.findall(paragraph):
            if _matters(number) and not _found(_plain(number), exponent, bool(percent), values):
                missing.append(number + exponent)
    return missing


def _paragraphs(prose: Iterable[str]) -> Iterable[str]:
    """Yield the paragraphs to be checked, without headings, code, addresses and the list of sources."""
    for cell in prose:
        text = re.sub(r"```.*?```", "", cell, flags=re.DOTALL)
        text = re.sub(r"`[^`\n]*`|\]\([^)]*\)|<[^>\n]*>", " ", text)
        text = text.replace("{,}", ",").replace("\\,", "").replace("\\_", "_")
        heading = ""
        for paragraph in re.split(r"\n\s*\n", text):
            if title := re.match(r"#+ (.*)", paragraph):
                heading = title[1]
                paragraph = "\n".join(paragraph.splitlines()[1:])
            if heading != "Sources":
                yield paragraph


def _matters(number: str) -> bool:
    """Whether a number has so many digits that a slip would go unnoticed; years are none."""
    plain = _plain(number)
    digits = plain.replace(".", "").lstrip("0")
    if "." not in plain:
        if len(plain) == 4 and int(plain) in _YEARS and "," not in number:
            return False
        digits = digits.rstrip("0")
    return len(digits) >= _SIGNIFICANT


def _found(number: str, exponent: str, percent: bool, values: list[float]) -> bool:
    decimals = len(number.partition(".")[2])
    wanted = float(number + exponent)
    slack = 0.5 * 10.0**-decimals * float("1" + (exponent or "e0")) * (1 + 1e-6)
    scales = (1.0, 100.0) if percent else (1.0,)
    return any(abs(value * scale - wanted) <= slack for value in values for scale in scales)


def _plain(number: str) -> str:
    return number.replace(",", "").replace("_", "")
