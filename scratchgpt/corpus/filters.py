"""Which documents of a crawl are worth learning from: language, quality, words nobody wants repeated.

Each filter gives a number and a limit, so that a reader can see how close a decision was.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..errors import UserError
from ..ops.activations import sigmoid_forward

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")


def words(text: str) -> list[str]:
    """Return the words of a text in lower case: runs of letters, an apostrophe inside included."""
    return _WORD.findall(text.lower())


# Language: every running text is full of small words, and each language has its own.

_SMALL = {
    "en": "the of and to a in that it is was he she for on with as at be this have from or had by not but "
    "they his her you were are an which their we there been if would who so no when what up out",
    "de": "der die das und ist nicht ein eine zu den von mit sich des auf für im dem auch als es an er hat "
    "aus bei wird sie nach war einen noch wie einem über so zum nur wir ich aber",
    "fr": "le la les de des et est une un en que qui dans il elle pour pas sur ce se au par plus avec son "
    "sa ne du nous vous je mais était ont cette à comme",
    "es": "el la los las de y que en un una es se no por con para su al lo como más pero sus le ya del "
    "está fue muy todo cuando yo sin sobre era son también",
}
FUNCTION_WORDS = {code: frozenset(line.split()) for code, line in _SMALL.items()}


class Language(NamedTuple):
    """The likeliest language and the share of the text's words that are its function words."""

    code: str
    share: float


def language(text: str) -> Language:
    """Return the language with the most function words, "?" for a text that has none of any."""
    found = words(text)
    shares = {code: share_of(found, known) for code, known in FUNCTION_WORDS.items()}
    code = max(shares, key=lambda code: shares[code])
    return Language(code if shares[code] else "?", shares[code])


def share_of(found: Sequence[str], known: Collection[str]) -> float:
    """Return the share of the words `found` that are `known`; 0 without words."""
    return sum(word in known for word in found) / max(len(found), 1)


# Words on a list. The list is the caller's: this one is short and mild, and shows how such a filter works.

_LISTED = "idiot idiots moron morons scum scumbag vermin loser losers trash bastard bastards"
UNWANTED = frozenset(_LISTED.split())


def unwanted(text: str, listed: Collection[str] = UNWANTED) -> float:
    """Return the share of words that are on the list, whole words only."""
    return share_of(words(text), listed)


# Quality: a logistic regression over features that one can read.

FEATURES = (
    "letters among the characters",
    "capitals among the letters",
    "function words among the words",
    "different words among the words",
    "mean length of a word",
    "sentence ends per word",
    "exclamation marks and signs per word",
)


def features(text: str) -> np.ndarray:
    """Return (7,) float64, in the order of FEATURES; all shares but the mean length, in letters."""
    found, letters = words(text), sum(map(str.isalpha, text))
    visible, n = sum(not c.isspace() for c in text), max(len(found), 1)
    return np.array(
        [
            letters / max(visible, 1),
            sum(map(str.isupper, text)) / max(letters, 1),
            share_of(found, FUNCTION_WORDS["en"]),
            len(set(found)) / n,
            sum(map(len, found)) / n,
            len(re.findall(r"[.?!][\"'\u201d\u2019)]*(?:\s|$)", text)) / n,
            len(re.findall(r"[!$€£%*|#@<>=+~_/\\{}\[\]]", text)) / n,
        ]
    )


@dataclass(frozen=True, eq=False)
class Quality:
    """P(good | text) = sigmoid(w . (x - mean) / std + b), x the features of the text.

    weight, mean, std (F,) and the number bias.
    """

    weight: np.ndarray
    bias: float
    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def fit(
        cls, good: Sequence[str], bad: Sequence[str], *, steps: int = 300, lr: float = 1.0, l2: float = 1e-2
    ) -> "Quality":
        """Learn from texts of both kinds by gradient descent from zero; nothing is drawn at random.

        Both kinds weigh the same, however many texts there are of each. Raises UserError when one is empty.
        """
        if not good or not bad:
            raise UserError(
                f"There are {len(good)} good and {len(bad)} bad texts, expected some of both to learn from."
            )
        x = np.array([features(text) for text in (*good, *bad)])  # (N, F)
        y = np.repeat([1.0, 0.0], [len(good), len(bad)])
        share = np.repeat([0.5 / len(good), 0.5 / len(bad)], [len(good), len(bad)])
        mean, std = x.mean(axis=0), x.std(axis=0) + 1e-9
        x = (x - mean) / std
        weight, bias = np.zeros(x.shape[1]), 0.0
        for _ in range(steps):
            _, dweight, dbias = logistic_loss(weight, bias, x, y, share, l2)
            weight, bias = weight - lr * dweight, bias - lr * dbias
        return cls(weight, bias, mean, std)

    def probability(self, text: str) -> float:
        """Return the probability that a text is good."""
        z = np.array([self.weight @ ((features(text) - self.mean) / self.std) + self.bias])
        return float(sigmoid_forward(z)[0][0])


def logistic_loss(
    weight: np.ndarray, bias: float, x: np.ndarray, y: np.ndarray, share: np.ndarray, l2: float
) -> tuple[float, np.ndarray, float]:
    """Return (loss, dweight, dbias) of a logistic regression, its gradient written by hand.

    x (N, F), y (N,) 0 or 1, share (N,) the weight of each text, summing to 1. With z = x w + b:

        loss = sum_i share_i (log(1 + e^z_i) - y_i z_i) + l2/2 |w|^2
        dz_i = share_i (sigmoid(z_i) - y_i)        dw = x^T dz + l2 w        db = sum_i dz_i

    The bias is not pulled to zero.
    """
    z = x @ weight + bias
    loss = float(share @ (np.logaddexp(0, z) - y * z) + 0.5 * l2 * weight @ weight)
    dz = share * (sigmoid_forward(z)[0] - y)
    return loss, x.T @ dz + l2 * weight, float(dz.sum())
