"""Lesson 12: the temperature, wrong in ways that come in several forms."""

import numpy as np

from ...ops.arrays import Array
from ...ops.softmax import log_softmax, softmax
from ..exercise import Mistake
from ._unpaired import styles


def _in_place(logits: Array, temperature: float) -> Array:
    logits /= temperature
    return logits


def _greedy(logits: Array, temperature: float) -> Array:
    return np.where(logits == logits.max(axis=-1, keepdims=True), logits, -np.inf) / temperature


def _max_of_all(logits: Array, temperature: float) -> Array:
    return (logits - logits.max()) / temperature


_SOFTMAX = "You return probabilities, and logits are asked for: the softmax comes later."
_SOFTMAX_ASKS = "Of what do the filters behind the temperature make probabilities in the end?"

WHOLE = (
    *styles(
        Mistake("softmax", _SOFTMAX, _SOFTMAX_ASKS),
        of_the_scaled=lambda z, t: softmax(z / t),
        all_rows=lambda z, t: np.exp((z - z.max()) / t) / np.exp((z - z.max()) / t).sum(),
        plain=lambda z, t: np.exp(z / t) / np.exp(z / t).sum(axis=-1, keepdims=True),
        multiplied=lambda z, t: softmax(z * t),
        powers=lambda z, t: softmax(z) ** (1 / t),
    ),
    *styles(
        Mistake(
            "probabilities divided",
            "The probabilities were divided, and not the logits: with the same factor on all of them, no ratio changes.",
            "What happens to the ratio of two numbers when both are divided by the same?",
        ),
        as_they_are=lambda z, t: softmax(z) / t,
        normalised=lambda z, t: softmax(z),
        multiplied=lambda z, t: softmax(z) * t,
        logarithms=lambda z, t: np.log(softmax(z) / t),
        log_softmax=lambda z, t: log_softmax(z) - np.log(t),
    )[:4],
    *styles(
        Mistake(
            "normalised",
            "These are logarithms of probabilities. With a softmax behind them they do the same; but the logits were to be "
            "changed by the temperature alone.",
            "Has anything been added to the logits, or taken away?",
        ),
        after=lambda z, t: log_softmax(z / t),
        before=lambda z, t: log_softmax(z) / t,
        after_with_underflow=lambda z, t: np.log(softmax(z / t)),
        before_with_underflow=lambda z, t: np.log(softmax(z)) / t,
        without_the_maximum=lambda z, t: z / t - np.log(np.exp(z / t).sum(axis=-1, keepdims=True)),
        over_all_rows=lambda z, t: z / t - np.log(np.exp(z / t).sum()),
    ),
    *styles(
        Mistake(
            "shifted",
            "The gaps are right, but all logits of a row were moved by the same number; nothing is to be added or taken "
            "away here.",
            "What is the largest logit of the example, afterwards?",
        ),
        maximum=lambda z, t: (z - z.max(axis=-1, keepdims=True)) / t,
        maximum_of_all=_max_of_all,
        mean=lambda z, t: (z - z.mean(axis=-1, keepdims=True)) / t,
        mean_afterwards=lambda z, t: z / t - z.mean(axis=-1, keepdims=True),
        maximum_afterwards=lambda z, t: z / t - z.max(axis=-1, keepdims=True),
        around_the_mean=lambda z, t: (
            (z - z.mean(axis=-1, keepdims=True)) / t + z.mean(axis=-1, keepdims=True)
        ),
        around_the_maximum=lambda z, t: (
            (z - z.max(axis=-1, keepdims=True)) / t + z.max(axis=-1, keepdims=True)
        ),
    ),
    *styles(
        Mistake(
            "exponentials",
            "You return exponentials of logits; the softmax, which makes them, comes later.",
            "What is left of a logit that is minus infinity?",
        ),
        divided=lambda z, t: np.exp(z) / t,
        raised=lambda z, t: np.exp(z) ** (1 / t),
    )[:1],
    *styles(
        Mistake(
            "bounded",
            "Logits beyond a bound were cut down to it; nothing else is to be done to them.",
            "What is the largest logit of the probe called large logits, afterwards?",
        ),
        fifty=lambda z, t: np.clip(z / t, -50, 50),
        hundred=lambda z, t: np.clip(z / t, -100, 100),
        thousand=lambda z, t: np.clip(z / t, -1000, 1000),
        many=lambda z, t: np.clip(z / t, -1e4, 1e4),
    ),
    *styles(
        Mistake(
            "cut-off tokens become a finite number",
            "Tokens that had been cut off have a finite logit now; they are to stay at minus infinity.",
            "What is minus infinity, divided by any temperature?",
        ),
        smallest=lambda z, t: np.nan_to_num(z) / t,
        smallest_afterwards=lambda z, t: np.nan_to_num(z / t),
    ),
    Mistake(
        "changed in place",
        "The result is right, but the logits that were given have been divided too.",
        "Whose array is it?",
        wrong=_in_place,
    ),
    Mistake(
        "greedy",
        "All tokens but the likeliest were cut off: a temperature above 0 leaves every token a chance.",
        "Which tokens can still be drawn at a temperature of 1?",
        wrong=_greedy,
    ),
)
