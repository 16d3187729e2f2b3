"""The layout of WikiText: pages, the spacing of its words, and the rows of the data set.

Its words are separated by spaces, punctuation included: "the twenty @-@ first ( 1999 ) , by <unk> ." An
`<unk>` stands for a rare word (not in the raw version) and is left as it is: nothing can bring the word back.
Each line begins and ends with a space; a page begins with the line " = Title = ", a section " = = Name = = ".
"""

import re

_TITLE = re.compile(r"^[^\S\n]*= (?!=)[^\n]*(?<!=) =[^\S\n]*$", re.MULTILINE)

# The rules of the harness' task `wikitext`, in its order, which matters: several overlap. A pattern that only
# matches between slashes is left out: no text has it.
_ENCLOSING = (("(", ")"), ("[", "]"), ("{", "}"), ('"', '"'), ("'", "'"))
_SPACES: tuple[tuple[str, str], ...] = (
    ("s '", "s'"),
    *((f" @{mark}@ ", mark) for mark in "-,."),
    *((f" {mark} ", f"{mark} ") for mark in ":;.!?,"),
)
_LAST: tuple[tuple[str, str], ...] = (
    ("= = = =", "===="),
    ("= = =", "==="),
    ("= =", "=="),
    (" \N{DEGREE SIGN} ", "\N{DEGREE SIGN}"),
    (" \n", "\n"),
    ("\n ", "\n"),
    (" N ", " 1 "),
    (" 's", "'s"),
)


def pages(text: str) -> list[str]:
    """Return the pages of a WikiText file, each from its title line to the line before the next one.

    Blank text before the first title belongs to no page. A text without a title is one page.
    """
    starts = [match.start() for match in _TITLE.finditer(text)]
    if not starts:
        return [text]
    if text[: starts[0]].strip():
        starts.insert(0, 0)
    ends = [start - 1 for start in starts[1:]] + [len(text)]  # without the newline between two pages
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def detokenise(text: str) -> str:
    """Return WikiText as a text is usually written: "the twenty-first (1999), by <unk>."

    Source: the rules of EleutherAI's lm-evaluation-harness, task `wikitext`, version 2.
    """
    for spaced, usual in _SPACES:
        text = text.replace(spaced, usual)
    for left, right in _ENCLOSING:
        a, b = re.escape(left), re.escape(right)
        text = re.sub(rf"{a}\s*([^{b}]*?)\s*{b}", rf"{left}\1{right}", text)
    for spaced, usual in _LAST:
        text = text.replace(spaced, usual)
    return text


def blank_lines(text: str) -> str:
    """Return the lines as the rows of the data set on Hugging Face, joined by blank lines.

    A row is a line with its line break, or nothing where the line is blank; the documentation of
    transformers joins them by two more line breaks before it measures.
    """
    lines = text.removesuffix("\n").split("\n")
    return "\n\n".join(f"{line}\n" if line.strip() else "" for line in lines)


def count_words(text: str, kind: str) -> int:
    """Return the number of words by one of the ways that `TextProtocol.words` names."""
    if kind == "runs":
        return len(re.findall(r"\s+", text)) + 1
    return len(text.split()) + (text.count("\n") if kind == "lines" else 0)
