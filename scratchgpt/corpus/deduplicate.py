"""Exact duplicates, and a test bed for the near ones: bundled text with repetitions planted in it."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ..resources import data_path
from .minhash import Near


def normalised(text: str) -> str:
    """Return the text as exact comparison sees it: one form of each character, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def fingerprint(text: str) -> bytes:
    """Return 16 bytes that are the same for texts that are equal when normalised."""
    return hashlib.blake2b(normalised(text).encode(), digest_size=16).digest()


@dataclass(frozen=True, eq=False)
class Seen:
    """The fingerprints of the documents so far: 16 bytes each, however long the documents are."""

    _first: dict[bytes, int] = field(default_factory=dict)

    def add(self, number: int, text: str) -> int | None:
        """Return the number of the first document equal to `text`; remember a new one and return None."""
        earlier = self._first.setdefault(fingerprint(text), number)
        return None if earlier == number else earlier


class Planted(NamedTuple):
    """Paragraphs, and which of them repeat which earlier one with a few words changed.

    `cousins` {number: earlier number} share whole sentences with another paragraph, and are none the less
    paragraphs of their own: what a careless threshold throws away.
    """

    texts: list[str]
    repeats: dict[int, int]
    cousins: dict[int, int]


SENTENCES = 5  # of a paragraph
CHANGES = 6  # words at most


def plant(
    rng: np.random.Generator, paragraphs: int = 5000, repeats: int = 500, cousins: int = 500
) -> Planted:
    """Make paragraphs of sentences of the bundled text, near-duplicates and cousins among them.

    A paragraph is five sentences in a random order. A near-duplicate is an earlier paragraph with one to six
    words replaced, left out, added or doubled. A cousin has two of its five sentences from an earlier
    paragraph. Which places they take is random, too.
    """
    pool = _sentences()
    kinds = ["own"] * (paragraphs - repeats - cousins) + ["repeat"] * repeats + ["cousin"] * cousins
    order = [0, *(1 + rng.permutation(paragraphs - 1))]  # the first has nothing to repeat
    texts: list[list[str]] = []
    found: dict[str, dict[int, int]] = {"repeat": {}, "cousin": {}}
    own: list[int] = []
    for number, kind in enumerate(kinds[place] for place in order):
        fresh = [pool[i] for i in rng.choice(len(pool), SENTENCES, replace=False)]
        if kind == "own":
            own.append(number)
        else:
            earlier = own[rng.integers(len(own))]
            found[kind][number] = earlier
            fresh = texts[earlier] if kind == "repeat" else [*texts[earlier][:2], *fresh[2:]]
        texts.append(change(fresh, rng) if kind == "repeat" else fresh)
    return Planted([" ".join(text) for text in texts], found["repeat"], found["cousin"])


def change(sentences: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Return the sentences with one to six words replaced by others of theirs, left out, added or doubled."""
    found = [sentence.split() for sentence in sentences]
    for _ in range(rng.integers(1, CHANGES + 1)):
        sentence = found[rng.integers(len(found))]
        other = found[rng.integers(len(found))]
        at, word = rng.integers(len(sentence)), other[rng.integers(len(other))]
        match ("replace", "leave out", "add", "double")[rng.integers(4)]:
            case "replace":
                sentence[at] = word
            case "leave out" if len(sentence) > 1:
                del sentence[at]
            case "add":
                sentence.insert(at, word)
            case _:
                sentence.insert(at, sentence[at])
    return [" ".join(sentence) for sentence in found]


def _sentences() -> list[str]:
    """Return the different sentences of eight words or more of the bundled tales, stories and reviews."""
    texts = [data_path("tales.txt").read_text(encoding="utf-8")]
    for name, column in (("stories.tsv", "context"), ("reviews.tsv", "text")):
        header, *rows = data_path(name).read_text(encoding="utf-8").splitlines()
        place = header.split("\t").index(column)
        texts += [row.split("\t")[place] for row in rows]
    found = (part for text in texts for part in re.split(r"(?<=[.?!])\s+", text.replace("\n", " ")))
    return sorted({part.strip() for part in found if len(part.split()) >= 8})


class Found(NamedTuple):
    """How well repetitions were found: of those planted, and of those named."""

    recall: float
    precision: float


def judge(planted: Planted, found: Mapping[int, Near]) -> Found:
    """Compare what was named with what was planted.

    A planted paragraph counts as found when it is named as a repetition of the one it was made from.
    """
    right = sum(planted.repeats.get(number) == near.number for number, near in found.items())
    return Found(right / len(planted.repeats), right / max(len(found), 1))
