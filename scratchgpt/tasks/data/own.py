"""A file of the user's own: its columns guessed and named, its labels put in order, missing splits made."""

import math
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...errors import UserError
from ...resources import user_path
from .build import (
    SPLIT_NAMES,
    Classes,
    Columns,
    Scores,
    by_column,
    check_columns,
    examples,
    is_labelled,
    plain_label,
)
from .checks import checked, without_repeated_ids
from .columns import Asked, check_header, guess, separated
from .examples import TaskData
from .rows import BadRows, Row, json_rows, table_rows, text_of
from .splits import Splits, by_class, first_text

_SUFFIXES = (".csv", ".tsv", ".jsonl")
_NLI = ("entailment", "neutral", "contradiction")
_MOST_CLASSES = 100
_FEWEST_ROWS = 10  # of which a development and a test split can be made
_MOST_HYPOTHESES = 10  # rows for one first text, on average, for it to be a premise

Tables = dict[str, tuple[Path, list[str], list[Row]]]


def read_own(
    path: str | os.PathLike[str],
    *,
    text_column: str | None = None,
    text2_column: str | None = None,
    label_column: str | None = None,
    skip_bad: bool = False,
    seed: int = 0,
) -> TaskData:
    """Return the data of a file (.csv, .tsv, .jsonl), or of a folder with such files train, dev and test.

    Columns that are not named are guessed, by `columns.guess`. Labels that are all numbers are in numeric
    order, others in alphabetical order; numbers with fractions are scores, and need two texts. A column
    `split` is honoured; without one, 80/10/10 is made of a file and 90/10 of a training part without a
    development part, by `splits.by_class` from `seed`.

    Raises UserError by the table in the package's docstring.
    """
    place, bad = user_path(path), BadRows(skip_bad)
    asked = Asked(text_column, text2_column, label_column)
    tables, notes = _tables(place, asked, bad)
    main = tables.get("train") or tables[""]
    columns, note = guess(*main, asked)
    notes.append(note)
    rows = _parts(tables, columns, bad)
    files = {"": str(place), **dict.fromkeys(("train", "dev", "test"), str(main[0]))}
    files |= {split: str(table[0]) for split, table in tables.items()}
    learned = rows.get("train") or rows[""]
    labels, values = _labels(main[0], columns.label, learned, pair=len(columns.texts) == 2)
    splits: Splits = {}
    for split, part in rows.items():
        meant = values if is_labelled(part, columns.label, split) else None
        splits[split] = examples(part, columns, meant, bad)[0]
    notes += _divide(str(place), splits, files, bad, seed)
    scores = isinstance(values, Scores)
    ready, more = checked(str(place), splits, labels, scores, files, bad)
    if ready.get("test") and ready["test"][0].label is None:
        notes.append("the test rows have no labels")
    kind = ("similarity" if scores else "pair") if len(columns.texts) == 2 else "single"
    return TaskData(
        place.stem,
        kind,
        labels,
        ready,
        "pearson" if scores else "accuracy",
        ("spearman",) if scores else ("f1",) if len(labels) == 2 else (),
        f"your own data, {place}",
        (*notes, *bad.notes(), *more),
    )


def _tables(place: Path, asked: Asked, bad: BadRows) -> tuple[Tables, list[str]]:
    """Return ({split: (file, columns, rows)}, notes); the split of a single file is ""."""
    files = {"": place}
    if place.is_dir():
        found = [f for f in sorted(place.iterdir()) if f.suffix.lower() in _SUFFIXES]
        named = [f for f in found if f.stem.lower() in SPLIT_NAMES]
        files = {SPLIT_NAMES[f.stem.lower()]: f for f in named}
        if len(files) < len(named):
            raise UserError(
                f"{str(place)!r} has two files for one split ({', '.join(f.name for f in named)}), expected "
                "one each of train, dev and test: move the others elsewhere."
            )
        if "train" not in files:
            there = ", ".join(f.name for f in found) or "none"
            raise UserError(
                f"{str(place)!r} has no training file, expected train.csv, train.tsv or train.jsonl (and dev "
                f"and test alike), got {there}: rename the files, or name one of them."
            )
    tables: Tables = {}
    notes = []
    for split, file in files.items():
        text = text_of(file)
        if file.suffix.lower() in (".jsonl", ".ndjson", ".json") or text.lstrip().startswith("{"):
            names, rows = json_rows(file, text, bad)
        else:
            table, how = separated(file, text)
            check_header(file, table[0][1], (asked.text, asked.text2, asked.label))
            names, rows = table_rows(file, table, bad)
            notes.append(f"{file.name} is {how}")
        if not rows:
            raise UserError(f"{file} has no rows, expected some after the line of column names.")
        tables[split] = file, names, rows
    return tables, notes


def _parts(tables: Tables, columns: Columns, bad: BadRows) -> dict[str, list[Row]]:
    """Return the rows of each split; "" holds those of a file that names no splits."""
    rows: dict[str, list[Row]] = {}
    for split, (file, names, part) in tables.items():
        check_columns(file, names, (*columns.texts, *(() if split == "test" else (columns.label,))))
        column = next((name for name in names if not split and name.lower() == "split"), None)
        rows |= by_column(part, column, bad) if column else {split: part}
        if column and "train" not in rows:
            raise UserError(
                f"No row of {file} has 'train' in {column!r}, expected the rows to learn from: correct the "
                "column, or rename it to have the rows divided."
            )
    return rows


def _labels(
    path: Path, column: str, rows: Sequence[Row], pair: bool
) -> tuple[tuple[str, ...], Classes | Scores]:
    """Return (class names in order, () for scores; how labels are read) from the rows to learn from."""
    labels = {plain_label(text) for row in rows if (text := row.fields.get(column, ""))}
    if plain_label(column) in labels:
        raise UserError(
            f"The first line of {path} looks like a row, since {column!r} is a label of others too: expected "
            "the names of the columns there, such as text and label; add such a line."
        )
    numbers = [_number(label) for label in labels]
    numeric = bool(numbers) and all(math.isfinite(number) for number in numbers)
    if numeric and any(number != int(number) for number in numbers):
        if pair:
            return (), Scores(-math.inf, math.inf)
        raise UserError(
            f"The labels in {column!r} of {path} are numbers with fractions, expected classes: scores need "
            "two texts; round them, or name another column with --label-column."
        )
    if len(labels) > _MOST_CLASSES or len(labels) > max(2, len(rows) / 2):
        raise UserError(
            f"The label column {column!r} of {path} has {len(labels)} different values in {len(rows)} rows, "
            "expected a few classes with several rows each: name the right one with --label-column."
        )
    names = tuple(sorted(labels, key=_number) if numeric else sorted(labels))
    if labels == set(_NLI):
        names = _NLI
    return names, Classes({name: k for k, name in enumerate(names)})


def _number(label: str) -> float:
    try:
        return float(label)
    except ValueError:
        return math.nan


def _divide(name: str, splits: Splits, files: dict[str, str], bad: BadRows, seed: int) -> list[str]:
    """Make the splits that are missing, in place; returns a note that says how."""
    if "" in splits:
        source, shares = "", {"train": 0.8, "dev": 0.1, "test": 0.1}
    elif not splits.get("dev"):
        source, shares = "train", {"train": 0.9, "dev": 0.1}
    else:
        return []
    whole = without_repeated_ids({source: splits.pop(source, [])}, files, bad)[0][source]
    if len(whole) < _FEWEST_ROWS:
        raise UserError(
            f"{name} has {len(whole)} rows to learn from, expected {_FEWEST_ROWS} or more, or a column "
            "'split' that says train and dev: add rows."
        )
    groups, together = first_text(whole), "one first text"
    if len(set(groups)) < len(whole) / _MOST_HYPOTHESES:  # a topic, say: no premise that must not leak
        groups, together = ["\n".join(e.texts) for e in whole], "the same texts"
    splits |= by_class(whole, groups, shares, np.random.default_rng(seed))
    parts = "/".join(f"{100 * share:.0f}" for share in shares.values())
    return [
        f"split into {'/'.join(shares)} {parts} at random, classes in proportion, rows with "
        f"{together} together (seed {seed})"
    ]
