"""Classify texts of a user's own with a tuned model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..errors import UserError
from ..ops import Ops
from .batches import encode
from .data.examples import Example, TaskData
from .runs import BEST
from .saving import TASK, load_tuned
from .starting import n_options
from .tuning import judge, predicted


class Answer(NamedTuple):
    """The text, what the model takes it for (a class, an option or a score), and the probabilities."""

    text: str
    answer: str
    probabilities: dict[str, float]  # empty for scores


def tuned_model(path: Path) -> Path:
    """Return the folder of the tuned model that a path means: itself, its best, or its only run's best.

    Of several runs, that of the variant called pretrained. Raises UserError when there is none.
    """
    for folder in (path, path / BEST, path / "pretrained" / BEST):
        if (folder / TASK).is_file():
            return folder
    found = sorted(p.parent for p in path.glob(f"*/{BEST}/{TASK}"))
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(str(p) for p in found[:4])
        raise UserError(f"{path} holds {len(found)} tuned models: name one of them, such as {names}.")
    raise UserError(f"There is no tuned model in {path}: expected a folder that finetune wrote.")


def read_lines(path: Path, blank: bool = False) -> list[str]:
    """Return the lines of a UTF-8 file that are not blank; with `blank` those, too, where some are not.

    Raises UserError when all are blank.
    """
    try:
        text = path.expanduser().read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8.") from None
    if not text.strip():
        raise UserError(f"{path} holds no text, expected one a line.")
    return [line for line in text.splitlines() if blank or line.strip()]


def lines_for(data: TaskData | None, path: Path | None) -> list[str]:
    """Return the lines of a file of prompts that fit a task (None: poems, parted by blank lines, which stay).

    Without a file there are none. Raises UserError as `read_lines` and `classify` do.
    """
    lines = read_lines(path, blank=data is None) if path else []
    if data is not None:
        unlabelled(lines, data.kind, n_options(data), data.name)
    return lines


def classify(folder: Path, lines: Sequence[str], ops: Ops) -> list[Answer]:
    """Return what a tuned model takes each line for; the texts of a pair, or options, are parted by tabs.

    Raises UserError for a line with another number of texts than the task has.
    """
    start, _, task = load_tuned(folder, ops)
    examples = unlabelled(lines, task["kind"], start.model.options, task["name"])
    probabilities = judge(start, start.params, encode(examples, start.formatter), ()).probabilities
    return [_answer(line, row, task) for line, row in zip(lines, probabilities, strict=True)]


def unlabelled(lines: Sequence[str], kind: str, options: int, name: str) -> list[Example]:
    """Return lines as examples without labels, of a kind of task with so many options (0: it is no choice).

    Raises UserError as `classify` does.
    """
    n_texts = 1 if kind == "single" else options + 1 if options else 2
    examples = []
    for number, line in enumerate(lines, 1):
        texts = tuple(part.strip() for part in line.split("\t"))
        if len(texts) != n_texts or not all(texts):
            parted = ", parted by tabs" if n_texts > 1 else ""
            raise UserError(
                f"Line {number} has {len(texts)} text(s), expected {n_texts}{parted}, as the examples of "
                f"{name} have."
            )
        examples.append(Example(texts, None, str(number), number))
    return examples


def _answer(line: str, row: Any, task: dict[str, Any]) -> Answer:
    if task["scores"]:
        return Answer(line, f"{float(row):.2f}", {})
    names = task["labels"] or [f"option {i + 1}" for i in range(len(row))]
    chosen = int(predicted(np.asarray(row)[None])[0])
    return Answer(line, names[chosen], {n: float(p) for n, p in zip(names, row, strict=True)})
