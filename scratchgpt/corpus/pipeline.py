"""From a crawl to what is worth learning from: every document kept or dropped, and the reason on one line."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .deduplicate import Seen
from .filters import UNWANTED, Quality, language, unwanted, words
from .minhash import Index, MinHash

KEPT = "kept"
REASONS = ("too short", "exact duplicate", "language", "quality", "unwanted words", "near-duplicate")
"""Why a document is dropped, in the order in which it is asked."""

_MEET = 0.85
"""The least probability that two documents of the limit's similarity are compared at all."""


class Page(NamedTuple):
    """A document of a crawl: a name that tells it from others, and its text."""

    name: str
    text: str


class Decision(NamedTuple):
    """What became of a page: KEPT or one of REASONS, and the figures or the page that decided it."""

    page: Page
    reason: str
    detail: str

    @property
    def kept(self) -> bool:
        """Whether the page is learnt from."""
        return self.reason == KEPT

    def row(self) -> dict[str, Any]:
        """Return the line of the report, as JSON can hold it."""
        return {
            "name": self.page.name,
            "kept": self.kept,
            "reason": self.reason,
            "detail": self.detail,
            "words": len(words(self.page.text)),
        }


@dataclass(frozen=True)
class Limits:
    """When a page is dropped. A language of "" keeps all languages.

    `function_words` is the least share of the language's small words: a running text of any language has
    more. `quality` is the least probability of being good, `unwanted` the largest share of listed words, and
    `similarity` the least that makes two pages near-duplicates.
    """

    words: int = 5
    language: str = "en"
    function_words: float = 0.02
    quality: float = 0.5
    unwanted: float = 0.0
    similarity: float = 0.5


@dataclass(frozen=True, eq=False)
class Pipeline:
    """Filters in their order: cheap ones first, and what needs memory sees only what they let through.

    `quality` None leaves that filter out.
    """

    minhash: MinHash
    quality: Quality | None
    limits: Limits = field(default_factory=Limits)
    listed: Collection[str] = UNWANTED

    def decide(self, pages: Iterable[Page]) -> Iterator[Decision]:
        """Yield the decision on each page, in one pass. Of equal or similar pages the first is kept."""
        seen, index, names = Seen(), Index(self.minhash, self.limits.similarity), list[str]()
        for number, page in enumerate(pages):
            names.append(page.name)
            yield Decision(page, *self._judge(number, page.text, names, seen, index))

    def _judge(self, number: int, text: str, names: list[str], seen: Seen, index: Index) -> tuple[str, str]:
        limits = self.limits
        if (n := len(words(text))) < limits.words:
            return "too short", f"{n} words, expected {limits.words}"
        if (earlier := seen.add(number, text)) is not None:
            return "exact duplicate", f"of {names[earlier]}"
        code, share = language(text)
        if limits.language and (code != limits.language or share < limits.function_words):
            return "language", f"{code}, {share:.2f} of its words are function words"
        p = self.quality.probability(text) if self.quality else 1.0
        if p < limits.quality:
            return "quality", f"P(good) = {p:.2f}"
        if (share := unwanted(text, self.listed)) > limits.unwanted:
            return "unwanted words", f"{share:.3f} of its words are on the list"
        if (near := index.add(number, text)) is not None:
            return "near-duplicate", f"of {names[near.number]}, similarity {near.similarity:.2f}"
        return KEPT, f"P(good) = {p:.2f}" if self.quality else ""


def tally(decisions: Iterable[Decision]) -> dict[str, int]:
    """Return how many pages were kept, and how many dropped for each reason, without zeros."""
    reasons = [decision.reason for decision in decisions]
    return {reason: n for reason in (KEPT, *REASONS) if (n := reasons.count(reason))}


def standard(quality: Quality | None, limits: Limits | None = None, seed: int = 0) -> Pipeline:
    """Return a pipeline with signatures of 128 numbers drawn from the seed, limits as given or as they stand.

    32 bands of 4 rows bring 87 % of the pairs of similarity 0.5 together. For a lower limit the bands are
    shorter, so that pairs of just that similarity still meet, at the price of more pairs to compare.
    """
    limits = limits or Limits()
    cuts = (MinHash.draw(np.random.default_rng(seed), 128 // rows, rows) for rows in (4, 2, 1))
    orders = [cut for cut in cuts if cut.rows == 1 or cut.pair_probability(limits.similarity) >= _MEET]
    return Pipeline(orders[0], quality, limits)
