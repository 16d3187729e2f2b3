"""Going on with a run: which checkpoint, what it remembers, and the way on when it is damaged."""

import dataclasses
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from .. import checkpoint
from ..config import GPTConfig, TrainConfig
from ..errors import UserError
from ..tokenizer import Tokenizer
from ..tokenizer import load as load_tokenizer
from .setup import Texts, read_texts

# Settings that are younger than the first runs, with what those did.
_SINCE = {"seq_len": 0, "milestones": 0}


class Saved(NamedTuple):
    """What a checkpoint remembers of its run, besides weights and moments.

    `began` are the settings that the run began with; `about` is what the next checkpoint keeps of all this.
    """

    config: TrainConfig
    shape: GPTConfig
    tokenizer: Tokenizer
    texts: list[dict[str, str]]  # path and sha256 of each file
    encoding: str
    began: dict[str, Any]
    about: dict[str, Any]


def locate(path: Path) -> tuple[Path, Path]:
    """Return (run folder, checkpoint) for a run folder, whose newest is meant, or one of its last-N.

    Raises UserError for a folder that is neither, and says what it is.
    """
    path = path if path.name not in ("", "..") else path.resolve()
    if lasts := checkpoint.numbered(path, "last"):
        return path, lasts[0]
    if path.is_dir() and re.fullmatch(r"last-\d+", path.name):
        return path.parent, path
    best = (
        path if re.fullmatch(r"best-\d+", path.name) else next(iter(checkpoint.numbered(path, "best")), None)
    )
    if best is not None and best.is_dir():
        raise UserError(
            f"{best} has weights but no optimizer moments, so a run cannot go on from it: give --resume the "
            f"run folder or a last-N in it, or begin a new run with --init-from {_quoted(best)}."
        )
    if (path / checkpoint.CONFIG).is_file():
        raise UserError(
            f"{path} is a model and no run: begin a run from it with --init-from {_quoted(path)}."
        )
    raise UserError(f"There is no run in {path}: expected a folder that train wrote.")


@contextmanager
def way_on(run: Path, folder: Path) -> Iterator[None]:
    """Add to a UserError raised by reading the checkpoint `folder` how the run can go on without it."""
    try:
        yield
    except UserError as error:
        number = int(folder.name.partition("-")[2])
        lasts = checkpoint.numbered(run, "last")
        older = [p for p in lasts if int(p.name.partition("-")[2]) < number]
        bests = checkpoint.numbered(run, "best")
        if older:
            rest = f"An older checkpoint remains: --resume {_quoted(older[0])}."
        elif bests:
            rest = (
                f"No older last-N remains; {bests[0]} has weights but no optimizer moments, so the run "
                f"cannot go on, but a new one can begin from it: --init-from {_quoted(bests[0])}."
            )
        else:
            rest = "Nothing else remains of the run: start a new one."
        raise UserError(f"{error} {rest}") from None


def read(folder: Path) -> Saved:
    """Read a checkpoint's settings, shape and tokenizer. Raises UserError when they are damaged."""
    path = folder / checkpoint.TRAINING
    saved = checkpoint.read_json(path)
    try:
        config = checkpoint.from_json(TrainConfig, _SINCE | saved["train"], path)
        texts = [{"path": str(text["path"]), "sha256": str(text["sha256"])} for text in saved["texts"]]
        began, encoding = dict(saved.get("began", saved["train"])), str(saved["encoding"])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"{path} is damaged ({error!r}).") from None
    about = {"texts": texts, "encoding": encoding, "began": began}
    about |= {key: saved[key] for key in ("init_from",) if key in saved}
    return Saved(
        config, checkpoint.read_config(folder), load_tokenizer(folder), texts, encoding, began, about
    )


def read_again(run: Path, saved: Saved, names: Sequence[str] = ()) -> Texts:
    """Read the text of a run again, from where it was or from the `names` of where it is now.

    Raises UserError when it is not there, or is another text.
    """
    paths = list(names) or [text["path"] for text in saved.texts]
    gone = [] if names else [path for path in paths if not Path(path).exists()]
    if gone:
        raise UserError(
            f"The run in {run} learns from {', '.join(gone)}, which is not there any more: put the text "
            f"back, or say where it is now: python -m scratchgpt.train TEXT --resume {_quoted(run)}."
        )
    texts = read_texts(paths, saved.encoding)
    found = [document.sha256 for document in texts.documents]
    if found == [text["sha256"] for text in saved.texts]:
        return texts
    if names:
        raise UserError(
            f"{', '.join(names)} is not the text that the run in {run} learns from (its sha256 differs from "
            f"{', '.join(text['path'] for text in saved.texts)}): give the same text, or begin a new run "
            f"with --init-from {_quoted(run)}."
        )
    changed = [text["path"] for text in saved.texts if text["sha256"] not in found] or paths
    raise UserError(
        f"{', '.join(changed)} has changed since the run in {run} began: "
        "restore the text, or start a new run."
    )


def changes(began: Mapping[str, Any], config: TrainConfig) -> str:
    """Return the settings that differ from those a run began with: "lr 0.001 -> 0.0005", or ""."""
    now = dataclasses.asdict(config).items()
    return ", ".join(f"{name} {began[name]} -> {v}" for name, v in now if began.get(name, v) != v)


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
