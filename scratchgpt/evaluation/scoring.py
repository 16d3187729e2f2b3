"""Log-probabilities of chosen tokens, without ever holding the logits of a whole window."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ..errors import UserError
from ..kv_cache import KVCache
from ..model import GPT
from ..ops.arrays import Array, array_module
from ..params import Params

IGNORE = -1
"""The target that is not scored."""

# Numbers in the logits that exist at a time: 32 MB in float64. All of GPT-2's at 1,024 positions are 400 MB.
_LOGITS = 2**22

Progress = Callable[[int, str], object]
"""Told after each piece of work: how many items it was, and the result so far as text."""


class Scores(NamedTuple):
    """For each scored token, row after row: its `row`, log-probability in nats, and whether it is greedy,
    that is, the likeliest one."""

    rows: np.ndarray
    log_probs: np.ndarray
    greedy: np.ndarray


class Metric(NamedTuple):
    """A figure and its standard error; None where a single item leaves the error unknown."""

    value: float
    stderr: float | None


@dataclass(frozen=True)
class Result:
    """What was measured: figures by name, over `n` items of which `tokens` were scored.

    `read`: tokens that went through the model, contexts included. `notes`: counts that belong to it.
    """

    metrics: dict[str, Metric]
    n: int
    tokens: int
    read: int
    notes: dict[str, Any] = field(default_factory=dict)


def accuracy(right: Sequence[bool] | np.ndarray) -> Metric:
    """Return the share of right answers and its standard error sqrt(p (1 - p) / n)."""
    n, p = len(right), float(np.mean(right))
    return Metric(p, math.sqrt(p * (1 - p) / n) if n > 1 else None)


def check_causal(model: GPT) -> None:
    """Raise UserError for a model that sees the tokens it would have to predict."""
    if not model.config.causal:
        raise UserError(
            "The model sees the tokens on both sides (causal False), expected one that predicts the next "
            "token: choose another model."
        )


def score_targets(
    model: GPT, params: Params, ids: np.ndarray, targets: np.ndarray, kv: KVCache | None = None
) -> Scores:
    """Score `targets` (B, T), -1 where there is nothing to score, given token ids (B, T).

    With `kv` the ids continue what it holds. Only the positions that are scored pass through the head, a
    slice at a time; sums of the results are the caller's, in float64. Raises UserError for a model that
    is not causal and when its figures are no numbers.
    """
    check_causal(model)
    xp = array_module(params.buffer)
    rows, columns = np.nonzero(targets != IGNORE)
    wanted = targets[rows, columns]
    log_probs, greedy = [], []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a broken model is told below
        h, _ = model.hidden(params, xp.asarray(ids), kv=kv, keep_cache=False)  # (B, T, C)
        states = h[xp.asarray(rows), xp.asarray(columns)]  # (n, C)
        size = max(1, _LOGITS // model.config.vocab_size)
        for i in range(0, len(wanted), size):
            found, likeliest = _score(model, params, states[i : i + size], xp.asarray(wanted[i : i + size]))
            log_probs += found
            greedy += likeliest
    scores = Scores(rows, np.array(log_probs, dtype=np.float64), np.array(greedy, dtype=bool))
    if not np.isfinite(scores.log_probs).all():
        raise UserError(
            "The model's log-probabilities are not all numbers, expected finite ones: its weights are "
            "damaged or overflow in this precision; load it again from its source."
        )
    return scores


def _score(model: GPT, params: Params, h: Array, wanted: Array) -> tuple[list[float], list[bool]]:
    """Return log-probabilities of `wanted` (n,) after states (n, C), and whether each is the likeliest."""
    logits = model.logits(params, h)  # (n, V)
    at = array_module(h).arange(len(wanted))
    log_p = model.ops.log_softmax(logits)[at, wanted]  # (n,)
    return log_p.tolist(), (logits.argmax(axis=-1) == wanted).tolist()


# Continuations: texts that are scored after a context.


class Continuation(NamedTuple):
    """The scores of one continuation's tokens, all of them or, where the model sees fewer, the last."""

    log_probs: np.ndarray
    greedy: np.ndarray


class Scored(NamedTuple):
    """Continuations in the order of the request, tokens read, and how many lost a part of their context."""

    continuations: list[Continuation]
    read: int
    shortened: int


def score_pairs(model: GPT, params: Params, pairs: Sequence[tuple[list[int], list[int]]]) -> Scored:
    """Score continuations, each after a context of its own, in one batch padded on the right.

    Where context and continuation are longer than the model sees, the last tokens are kept: block_size of
    them to read, and the last one to predict. Padding follows all that is scored, so that a causal model
    never sees it.
    """
    kept = [(context + ending)[-model.config.block_size - 1 :] for context, ending in pairs]
    T = max(map(len, kept)) - 1
    ids = np.zeros((len(pairs), T), dtype=np.int64)
    targets = np.full_like(ids, IGNORE)
    for row, (tokens, (_, ending)) in enumerate(zip(kept, pairs, strict=True)):
        n, scored = len(tokens) - 1, min(len(ending), len(tokens) - 1)
        ids[row, :n] = tokens[:-1]
        targets[row, n - scored : n] = tokens[-scored:]
    shortened = sum(len(a) + len(b) > len(k) for (a, b), k in zip(pairs, kept, strict=True))
    return Scored(_by_row(score_targets(model, params, ids, targets), len(pairs)), ids.size, shortened)


def score_endings(model: GPT, params: Params, context: list[int], endings: Sequence[list[int]]) -> Scored:
    """Score several continuations of one context; the context is read once, where all of it fits."""
    longest = max(map(len, endings))
    if len(context) < 2 or len(context) + longest - 1 > model.config.block_size:
        return score_pairs(model, params, [(context, ending) for ending in endings])
    xp, first = array_module(params.buffer), len(context) - 1
    kv = KVCache.empty(model.config, 1, first + longest, params.buffer.dtype, xp)
    model.hidden(params, xp.asarray(np.array([context[:first]])), kv=kv)
    ids = np.zeros((len(endings), longest), dtype=np.int64)
    targets = np.full_like(ids, IGNORE)
    for row, ending in enumerate(endings):
        ids[row, : len(ending)] = [context[-1], *ending[:-1]]
        targets[row, : len(ending)] = ending
    scores = score_targets(model, params, ids, targets, kv.rows([0] * len(endings)))
    return Scored(_by_row(scores, len(endings)), first + ids.size, 0)


def _by_row(scores: Scores, n: int) -> list[Continuation]:
    ends = np.searchsorted(scores.rows, np.arange(1, n))
    parts = zip(np.split(scores.log_probs, ends), np.split(scores.greedy, ends), strict=True)
    return [Continuation(*part) for part in parts]
