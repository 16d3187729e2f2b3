"""HellaSwag: which of four endings a model finds likeliest (Zellers et al. 2019)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..errors import UserError
from ..model import GPT
from ..params import Params
from ..tokenizer import Tokenizer
from .data import DataFile, Line
from .records import encode_at, fields
from .scoring import Progress, Result, accuracy, score_endings

PROMPTS = ("labelled", "plain")
"""What stands before an ending: "Activity: context", as the harness has it, or the context alone."""

_LINES = 6


class Question(NamedTuple):
    """A context, what stands between it and an ending, four endings, the index of the right one, and where
    the question stands in the file."""

    context: str
    gap: str
    endings: tuple[str, ...]
    label: int
    where: str


def read_questions(file: DataFile, prompt: str = "labelled") -> list[Question]:
    """Return the questions of a file, in the original's JSON lines or in six lines each.

    The six lines are "Activity: context", the index of the right ending, and four endings; they have
    the labelled prompt only. Raises UserError for a damaged line, with its number, and for a prompt that
    the file does not have.
    """
    if file.lines[0].text.lstrip().startswith("{"):
        return [_from_json(line, prompt) for line in file.lines]
    if prompt != "labelled":
        raise UserError(
            f"{file.path} has six lines an item, where the activity stands before the context, so that the "
            f"prompt cannot be {prompt!r}: take the original JSON lines, or --prompt labelled."
        )
    if rest := len(file.lines) % _LINES:
        raise UserError(
            f"{file.lines[-rest].where} begins an item of {rest} lines, expected {_LINES}: the file is cut "
            "off; download it again."
        )
    return [_from_text(file.lines[i : i + _LINES]) for i in range(0, len(file.lines), _LINES)]


def _from_text(lines: Sequence[Line]) -> Question:
    context, label, *endings = (line.text for line in lines)
    if label not in ("0", "1", "2", "3"):
        raise UserError(
            f"{lines[1].where} holds {label[:40]!r}, expected the index of the right ending, 0 to 3: every "
            f"item has {_LINES} lines."
        )
    return Question(context, " ", tuple(endings), int(label), lines[0].where)


def _from_json(line: Line, prompt: str) -> Question:
    found = fields(line, ctx=str, ctx_a=str, ctx_b=str, activity_label=str, endings=list, label=int)
    endings, label = found["endings"], found["label"]
    if len(endings) != 4 or not all(isinstance(e, str) and e.strip() for e in endings) or not 0 <= label < 4:
        raise UserError(
            f"{line.where} has endings {str(endings)[:60]} and label {label}, expected four texts and 0 to 3."
        )
    if prompt != "labelled":
        return Question(found["ctx"], " ", tuple(endings), label, line.where)
    text = _clean(f"{found['activity_label']}: {found['ctx_a']} {found['ctx_b'].capitalize()}")
    context = text.rstrip()  # a space at its end would be a token of its own; it goes to the ending
    return Question(context, text[len(context) :] + " ", tuple(map(_clean, endings)), label, line.where)


def _clean(text: str) -> str:
    """Return a text without the marks of WikiHow's page layout, as the harness cleans it."""
    text = re.sub(r"\[.*?\]", "", text.strip().replace(" [title]", ". "))
    return text.replace("  ", " ")


def score_questions(
    model: GPT,
    params: Params,
    tokenizer: Tokenizer,
    questions: Sequence[Question],
    progress: Progress | None = None,
) -> Result:
    """Score every ending after its context; the best one is the model's answer.

    Three ways to compare them: by the sum of log-probabilities, by its mean per token (the figure of
    build-nanogpt), and by the sum over the number of characters (`acc_norm` of the harness). Raises
    UserError for text that the tokenizer cannot spell, with the line.
    """
    right: dict[str, list[bool]] = {
        "accuracy_sum": [],
        "accuracy_per_token": [],
        "accuracy_per_character": [],
    }
    tokens = read = shortened = 0
    for question in questions:
        context = encode_at(tokenizer, question.context, question.where)
        endings = [encode_at(tokenizer, question.gap + e, question.where) for e in question.endings]
        scored = score_endings(model, params, context, endings)
        sums = np.array([c.log_probs.sum() for c in scored.continuations])
        counts = np.array([len(c.log_probs) for c in scored.continuations])
        characters = np.array([len(ending) for ending in question.endings])
        for name, figures in zip(right, (sums, sums / counts, sums / characters), strict=True):
            right[name].append(int(figures.argmax()) == question.label)
        tokens += int(counts.sum())
        read += scored.read
        shortened += scored.shortened > 0
        if progress is not None:
            progress(1, f"accuracy per token {np.mean(right['accuracy_per_token']):.3f}")
    metrics = {name: accuracy(answers) for name, answers in right.items()}
    return Result(metrics, len(questions), tokens, read, {"shortened": shortened})
