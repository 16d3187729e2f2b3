"""LAMBADA: the last word of a passage, which takes the whole passage to guess (Paperno et al. 2016)."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..errors import UserError
from ..model import GPT
from ..params import Params
from ..tokenizer import Tokenizer
from .data import DataFile, Line
from .records import encode_at, fields, record
from .scoring import Metric, Progress, Result, accuracy, score_pairs

# Passages that pass through the model together, padded to the longest.
_BATCH = 8


class Passage(NamedTuple):
    """A passage without its last word, the word, and where it stands in the file."""

    context: str
    word: str
    where: str


def read_passages(file: DataFile) -> list[Passage]:
    """Return the passages of JSON lines: {"text"}, or {"context", "continuation"} split already.

    A text is split at its last space. Raises UserError for a damaged line, with its number.
    """
    return [_passage(line) for line in file.lines]


def _passage(line: Line) -> Passage:
    if "text" in record(line):
        context, _, word = fields(line, text=str)["text"].rpartition(" ")
    else:
        context, word = fields(line, context=str, continuation=str).values()
        word = word.removeprefix(" ")
    if not context.strip() or not word.strip():
        raise UserError(f"{line.where} has no last word after a context, expected at least two words.")
    return Passage(context, word, line.where)


def score_passages(
    model: GPT,
    params: Params,
    tokenizer: Tokenizer,
    passages: Sequence[Passage],
    progress: Progress | None = None,
) -> Result:
    """Score the last words, each after its context and a space.

    `accuracy`: the share of words whose tokens are all the likeliest ones, each given those before it;
    `last_token_accuracy`: the share whose last token is; `word_perplexity`: exp of the mean negative
    log-probability of a word. Raises UserError for text that the tokenizer cannot spell, with the line.
    """
    words, last, losses = [], [], []
    tokens = read = shortened = 0
    for i in range(0, len(passages), _BATCH):
        batch = passages[i : i + _BATCH]
        pairs = [
            (encode_at(tokenizer, p.context, p.where), encode_at(tokenizer, f" {p.word}", p.where))
            for p in batch
        ]
        scored = score_pairs(model, params, pairs)
        for continuation in scored.continuations:
            words.append(bool(continuation.greedy.all()))
            last.append(bool(continuation.greedy[-1]))
            losses.append(-float(continuation.log_probs.sum()))
            tokens += len(continuation.greedy)
        read += scored.read
        shortened += scored.shortened
        if progress is not None:
            progress(len(batch), f"accuracy {np.mean(words):.3f}")
    metrics = {
        "accuracy": accuracy(words),
        "last_token_accuracy": accuracy(last),
        "word_perplexity": _perplexity(np.array(losses)),
    }
    return Result(metrics, len(passages), tokens, read, {"shortened": shortened})


def _perplexity(losses: np.ndarray) -> Metric:
    """Return exp(mean) and, by the delta method, that times the standard error of the mean."""
    value = math.exp(min(float(losses.mean()), 700.0))
    if len(losses) < 2:
        return Metric(value, None)
    return Metric(value, value * float(losses.std(ddof=1)) / math.sqrt(len(losses)))
