"""What samples and curves say about a run: words that exist, and the first sign that a rate is too large."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple


class Probe(NamedTuple):
    """What sixteen texts show: the share of their words that the training text holds, and the first text.

    `words` is how many were judged; without any, the share is 0.
    """

    known: float
    words: int
    text: str


def judge_texts(texts: Sequence[str], known: Collection[str]) -> Probe:
    """Return the share of words of three letters or more that are `known`, over all texts.

    The last word of a text is left out: the end may have cut it.
    """
    words = [word for text in texts for word in _words(text.rpartition(" ")[0])]
    return Probe(sum(word in known for word in words) / max(len(words), 1), len(words), texts[0])


def words_of(text: str) -> frozenset[str]:
    """Return the words of three letters or more in lower case."""
    return frozenset(_words(text))


def _words(text: str) -> list[str]:
    return re.findall("[a-z]{3,}", text.lower())


# What the record says about rates that are too large.

RISE = 0.05  # nats
GAP = 0.1  # nats


class Signs(NamedTuple):
    """The first milestone at which something is seen to be wrong, None when nothing is.

    `rise`: the held-out loss stands more than 0.05 nats above its lowest so far; that needs no other run.
    `gap`: it stands more than 0.1 nats above that of the healthy run at the same step.
    `samples`: the share of known words lies more than two standard errors below the healthy run's.
    """

    rise: int | None
    gap: int | None
    samples: int | None


def signs(healthy: Mapping[str, Any], other: Mapping[str, Any]) -> Signs:
    """Return when a run of the record shows that its rate is too large, beside the healthy one."""
    reference, lowest = dict(healthy["held_out"]), math.inf
    rise = gap = samples = None
    for step, loss in other["held_out"]:
        if rise is None and step and loss > lowest + RISE:
            rise = step
        if gap is None and step and loss > reference[step] + GAP:
            gap = step
        lowest = min(lowest, loss)
    normal = {row["step"]: row for row in healthy["probes"]}
    for row in other["probes"]:
        one, two = row, normal[row["step"]]
        error = math.hypot(_error(one), _error(two))
        if samples is None and two["known"] - one["known"] > 2 * error:
            samples = row["step"]
    return Signs(rise, gap, samples)


def _error(row: Mapping[str, Any]) -> float:
    """Standard error of a share of known words."""
    return math.sqrt(row["known"] * (1 - row["known"]) / max(row["words"], 1))
