"""Choosing an ending as HellaSwag does, on the bundled stories: three ways to compare them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..evaluation.data import read_lines
from ..evaluation.hellaswag import Question
from ..evaluation.lambada import Passage
from ..evaluation.scoring import score_endings
from ..model import GPT
from ..ops.arrays import Array
from ..params import Params
from ..resources import data_path
from ..tokenizer import Tokenizer


class EndingScores(NamedTuple):
    """For n questions with k endings: log-probabilities `sums`, numbers of `tokens` and of `characters`, all
    (n, k), and the `labels` (n), the index of the right one."""

    sums: Array
    tokens: Array
    characters: Array
    labels: Array

    def chosen(self, rule: str) -> Array:
        """Return the index (n) of the ending that a rule finds best: "sum", "per token", "per character"."""
        divisor = {"sum": 1, "per token": self.tokens, "per character": self.characters}[rule]
        return (self.sums / divisor).argmax(axis=1)

    def right(self, rule: str) -> Array:
        """Return for each question (n) whether a rule chooses the right ending."""
        return self.chosen(rule) == self.labels


def stories() -> list[Question]:
    """Return the bundled stories as questions: a context, two endings, the index of the one that fits."""
    rows = [line.text.split("\t") for line in read_lines(data_path("stories.tsv")).lines[1:]]
    return [
        Question(context, " ", (first, second), int(label) - 1, where)
        for where, _, label, context, first, second in rows
    ]


def last_words(questions: Sequence[Question]) -> list[Passage]:
    """Return each story with its right ending as LAMBADA asks: all but the last word, and the word."""
    texts = [f"{q.context} {q.endings[q.label]}".rstrip(".!?\"'") for q in questions]
    splits = [text.rpartition(" ") for text in texts]
    return [Passage(context, word, q.where) for (context, _, word), q in zip(splits, questions, strict=True)]


def score_stories(
    model: GPT, params: Params, tokenizer: Tokenizer, questions: Sequence[Question]
) -> EndingScores:
    """Score every ending of every question after its context."""
    sums, tokens = [], []
    for q in questions:
        context = tokenizer.encode(q.context)
        endings = [tokenizer.encode(q.gap + ending) for ending in q.endings]
        scored = score_endings(model, params, context, endings).continuations
        sums.append([c.log_probs.sum() for c in scored])
        tokens.append([len(c.log_probs) for c in scored])
    characters = [[len(ending) for ending in q.endings] for q in questions]
    labels = np.array([q.label for q in questions])
    return EndingScores(np.array(sums), np.array(tokens), np.array(characters), labels)
