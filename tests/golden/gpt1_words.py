"""Measures how close GPT1BPE's treatment "original" comes to ftfy and spaCy, which OpenAI used.

A job of its own, never part of the suite: it needs the packages ftfy and spacy (no language model) beside the
project's own. From the root of the repository:

    PYTHONPATH=. python tests/golden/gpt1_words.py DATA [FILE ...]

DATA holds gpt1_bpe; without FILEs every text in the list below is measured. The share of equal ids is taken
line by line (lines end at GPT-1's line-break token): the ids that stay in place when the shorter differences
are taken out, over the ids of the longer side.
"""

import argparse
import re
import time
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path

import ftfy
import spacy

from scratchgpt import tokenizer as ours

TEXTS = (
    "gutenberg/*.txt", "tinystories/*.txt", "tinyshakespeare/*.txt", "wikitext2/*.txt",
    "zeroshot/*.jsonl", "nli/*.jsonl", "cola/*.tsv", "mrpc/*.tsv", "copa/*.jsonl", "cs224n_minbert/*.csv",
)  # fmt: skip
SEPARATE = '-~!";?+,)(\\/*[]}{|_'  # OpenAI put spaces around runs of each of these
PLAIN = {"\u2014": "-", "\u2013": "-", "\u2015": "-", "\u2026": "...", "\u00b4": "'"}


def clean(text: str) -> str:
    """ftfy, then the standardization that openai/finetune-transformer-lm describes in text_utils.py."""
    text = ftfy.fix_text(text)
    for was, becomes in PLAIN.items():
        text = text.replace(was, becomes)
    for mark in SEPARATE:
        text = re.sub(f"{re.escape(mark)}+", lambda run: f" {run[0]} ", text)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return " \n ".join(line for line in lines if line)


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def lines_of(ids: list[int], newline: int) -> Iterator[list[int]]:
    line: list[int] = []
    for token in ids:
        if token == newline:
            yield line
            line = []
        else:
            line.append(token)
    yield line


def equal_ids(mine: list[int], theirs: list[int], newline: int) -> tuple[int, int, int]:
    """Return how many ids are equal, how many there are, and how many lines differ."""
    equal = total = lines = 0
    for a, b in zip_longest(lines_of(mine, newline), lines_of(theirs, newline), fillvalue=()):
        total += max(len(a), len(b)) + 1
        lines += a != b
        same = (
            len(a)
            if a == b
            else sum(m.size for m in SequenceMatcher(None, a, b, False).get_matching_blocks())
        )
        equal += same + 1
    return equal, total, lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("files", type=Path, nargs="*")
    args = parser.parse_args()
    gpt1 = ours.load(args.data / "gpt1_bpe")
    cut = spacy.blank("en").tokenizer
    print(f"spaCy {spacy.__version__}, ftfy {ftfy.__version__}")
    sums = [0, 0, 0]
    for path in args.files or [path for glob in TEXTS for path in sorted(args.data.glob(glob))]:
        text = read(path)
        start = time.perf_counter()
        mine = gpt1.encode_ordinary(text)
        seconds = time.perf_counter() - start
        theirs: list[int] = []
        for line in clean(text).split("\n"):  # spaCy's words never reach over a space
            for word in cut(line.strip()):
                theirs += gpt1._encode_words([word.text.lower()])
            theirs += gpt1._encode_words(["\n"])
        found = equal_ids(mine, theirs[:-1], gpt1._newline)
        sums = [a + b for a, b in zip(sums, found, strict=True)]
        show(path.name, *found, f"{len(text.encode()) / seconds / 1e6:.2f} MB/s")
    show("all", *sums)


def show(name: str, equal: int, total: int, lines: int, more: str = "") -> None:
    print(
        f"{name:32} {equal:>10,} of {total:>10,} ids equal, {equal / total:.4%}; {lines} lines differ  {more}"
    )


if __name__ == "__main__":
    main()
