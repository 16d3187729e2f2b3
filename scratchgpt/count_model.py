"""A language model that only counts: what a network must beat to have learnt more than frequencies.

It knows nothing but how often each symbol followed each context of up to n symbols in the training
text. Symbols are any integers below a vocabulary size: characters, bytes, or tokens.
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from .errors import UserError


class Level(NamedTuple):
    """The counts of one context length. R contexts and G different (context, symbol) pairs occur.

    A context's row is its rank in `contexts`. Keys are sorted, so that looking up many of them is
    one `searchsorted`.
    """

    contexts: np.ndarray  # (R,) row in the level below * vocab_size + the one symbol further back
    grams: np.ndarray  # (G,) row * vocab_size + next symbol
    counts: np.ndarray  # (G,) how often that symbol followed that context
    totals: np.ndarray  # (R,) how often any symbol followed it: N
    types: np.ndarray  # (R,) how many different symbols followed it: T


@dataclass(frozen=True, eq=False)
class CountModel:
    """Counts for contexts of 0 to `order` symbols, mixed by Witten-Bell smoothing.

    With c = how often symbol x followed the context h of k symbols, N and T as in `Level`, and h'
    the context h without its oldest symbol:

        P(x | h) = (c + T P(x | h')) / (N + T)        P(x | h) = P(x | h') for a context never seen

    which starts from the uniform distribution below the empty context. The more different symbols a
    context has been followed by, the likelier is one that has not been seen there yet.

    `escape` multiplies T: above 1 it trusts long contexts less. 1 is the published rule.

    Source: Witten and Bell 1991, "The zero-frequency problem", method C; in this interpolated form
    Chen and Goodman 1999, section 2.4.
    """

    vocab_size: int
    levels: tuple[Level, ...]
    escape: float = 1.0

    @property
    def order(self) -> int:
        """Symbols in the longest context."""
        return len(self.levels) - 1

    @classmethod
    def fit(cls, ids: np.ndarray, vocab_size: int, order: int, escape: float = 1.0) -> Self:
        """Count the symbols `ids` (N,), integers in [0, vocab_size).

        Raises UserError for no symbols, symbols outside the vocabulary, a negative order, an escape
        that is not above 0, and a vocabulary so large that a context cannot be numbered in 64 bits.
        """
        if order < 0:
            raise UserError(f"order is {order}, expected an integer of at least 0.")
        if not 0 < escape < np.inf:
            raise UserError(f"escape is {escape}, expected a number above 0.")
        ids = _checked(ids, vocab_size)
        if len(ids) == 0:
            raise UserError("The text to count has no symbols, expected at least one.")
        # A key is a row, below len(ids), times vocab_size, plus a symbol.
        if len(ids) * vocab_size >= 2**63:
            raise UserError(
                f"{len(ids)} symbols with a vocabulary of {vocab_size} do not fit 64-bit keys: "
                "count less text, or smaller symbols such as bytes."
            )
        levels = []
        contexts = np.zeros(1, np.int64)
        rows = np.zeros(len(ids), np.int32 if len(ids) < 2**31 else np.int64)
        for k in range(order + 1):
            # rows[i] is the row of the k symbols before ids[k + i].
            if k > 0:
                contexts, rows = np.unique(
                    _keys(rows[1:], vocab_size, ids[: len(ids) - k]), return_inverse=True
                )
            grams, counts = np.unique(_keys(rows, vocab_size, ids[k:]), return_counts=True)
            owners = grams // vocab_size
            totals = np.bincount(owners, counts, minlength=len(contexts)).astype(np.int64)
            types = np.bincount(owners, minlength=len(contexts))
            levels.append(Level(contexts, grams, counts, totals, types))
        return cls(vocab_size, tuple(levels), escape)

    def log_prob(self, ids: np.ndarray) -> np.ndarray:
        """Return (N,) natural logarithms: entry i is log P(ids[i] | the true symbols before it).

        The first symbols have what context there is. Raises UserError for symbols outside the
        vocabulary.
        """
        ids = _checked(ids, self.vocab_size)
        p = np.full(len(ids), 1 / self.vocab_size)
        rows = np.zeros(len(ids), np.int64)
        for k, level in enumerate(self.levels[: len(ids) or 1]):
            if k > 0:
                further = _keys(rows[1:], self.vocab_size, ids[: len(ids) - k])
                # A context whose newer part is unknown (-1) must stay unknown.
                rows = np.where(rows[1:] < 0, -1, _find(level.contexts, further))
            gram = _find(level.grams, _keys(rows, self.vocab_size, ids[k:]))
            c = np.where(gram < 0, 0, level.counts[gram])
            p[k:] = np.where(rows < 0, p[k:], self._mix(c, rows, p[k:], level))
        return np.log(p)

    def mean_nll(self, ids: np.ndarray) -> float:
        """Return the mean of -log_prob in nats per symbol; over ln 2, bits per symbol.

        Raises UserError for no symbols and symbols outside the vocabulary.
        """
        if len(ids) == 0:
            raise UserError("The text to measure has no symbols, expected at least one.")
        return float(-self.log_prob(ids).mean())

    def distribution(self, context: np.ndarray) -> np.ndarray:
        """Return (vocab_size,) probabilities of the symbol after `context`, any number of symbols.

        Raises UserError for symbols outside the vocabulary.
        """
        context = _checked(context, self.vocab_size)
        p = np.full(self.vocab_size, 1 / self.vocab_size)
        row = np.zeros(1, np.int64)
        for k, level in enumerate(self.levels[: len(context) + 1]):
            if k > 0:
                row = _find(level.contexts, _keys(row, self.vocab_size, context[-k]))
            # An unknown context has no longer one that is known.
            if row[0] < 0:
                break
            first, last = np.searchsorted(level.grams, (row[0] + np.arange(2)) * self.vocab_size)
            c = np.zeros(self.vocab_size, np.int64)
            c[level.grams[first:last] % self.vocab_size] = level.counts[first:last]
            p = self._mix(c, row, p, level)
        return p

    def _mix(self, c: np.ndarray, rows: np.ndarray, lower: np.ndarray, level: Level) -> np.ndarray:
        trust = self.escape * level.types[rows]
        return (c + trust * lower) / (level.totals[rows] + trust)


def _keys(rows: np.ndarray, vocab_size: int, symbols: np.ndarray) -> np.ndarray:
    return rows.astype(np.int64) * vocab_size + symbols


def _find(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the place of each wanted key among the sorted `keys`, -1 where it is missing."""
    if len(keys) == 0:
        return np.full(len(wanted), -1, np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1)


def _checked(ids: np.ndarray, vocab_size: int) -> np.ndarray:
    ids = np.asarray(ids)
    if len(ids) and not (ids.min() >= 0 and ids.max() < vocab_size):
        raise UserError(
            f"The symbols lie between {ids.min()} and {ids.max()}, expected 0 to {vocab_size - 1}: "
            "they belong to another vocabulary."
        )
    return ids


class Score(NamedTuple):
    """How well a character count model predicts held-out text."""

    nats_per_character: float
    bits_per_byte: float


def score_text(train: str, held_out: str, order: int, escape: float = 1.0) -> dict[int, Score]:
    """Fit character count models of order 1 to `order` on `train` and score each on `held_out`.

    Raises UserError for a text without characters.
    """
    alphabet, ids = np.unique(_code_points(train + held_out), return_inverse=True)
    model = CountModel.fit(ids[: len(train)], len(alphabet), max(order, 0), escape)
    scores = {}
    for n in range(1, order + 1):
        # A model of a lower order is the same counts without the longer contexts.
        shorter = replace(model, levels=model.levels[: n + 1])
        nats = shorter.mean_nll(ids[len(train) :])
        scores[n] = Score(nats, nats * len(held_out) / (len(held_out.encode()) * math.log(2)))
    return scores


def _code_points(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)
