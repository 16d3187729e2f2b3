"""What the programs work on: a model with random weights, a vocabulary, texts, in a temporary folder."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..downloads import cache_folder
from ..errors import UserError
from ..resources import data_path, user_path
from .process import Process

_LEARNED_FROM = 1_100_000  # bytes
_ENCODED = 4_000_000
_QUICK_LAYERS = 3
_GPT2 = {"vocab_size": 50257, "block_size": 1024, "n_layer": 12, "n_head": 12, "n_embd": 768}
_PROMPT_STEP = 7919  # between ids: a prompt of many different tokens


@dataclass
class Material:
    """Makes things in `scratch` when a task first needs them. `text`: a file of the user's, if any."""

    scratch: Path
    quick: bool = False
    text: str | None = None
    start: Callable[..., Any] = Process
    _made: dict[str, Any] = field(default_factory=dict)

    def task(
        self, job: str, settings: Mapping[str, Any], watch: Callable[[str], object]
    ) -> tuple[dict[str, Any], str | None]:
        """Return the settings with what the job works on, and a note for the reader of the figures.

        Raises UserError for a text that cannot be read, and Failed when our process cannot write a model.
        """
        task = {"job": job, **settings}
        if job in ("decode", "prefill"):
            ids = [1 + i * _PROMPT_STEP % 50000 for i in range(task["prompt"])]
            task |= {"model": self._model(watch), "scratch": str(self.scratch), "ids": ids}
            return task, f"{_QUICK_LAYERS} of 12 layers" if self.quick else None
        if job in ("encode", "learn"):
            return self._text_task(task, watch)
        if job == "first-token":
            task |= {"bundled": str(data_path("mini"))}
        smaller = self.quick and job == "train" and "smaller than in full"
        return task, smaller or None

    def _text_task(
        self, task: dict[str, Any], watch: Callable[[str], object]
    ) -> tuple[dict[str, Any], str | None]:
        size = task.pop("cut", _LEARNED_FROM if task["job"] == "learn" else _ENCODED)
        path, n, note = self._text(size)
        task |= {"text": str(path)}
        if task["job"] == "encode":
            folder, real = self._vocabulary(watch)
            task |= {"vocabulary": folder, "amount": n / 1e6}
            note = note if real else f"{note}; the bundled vocabulary, GPT-2's is not here"
        return task, note

    def _text(self, size: int) -> tuple[Path, int, str]:
        """Return a file of about `size` bytes, its exact size, and what it is."""
        source = self._source()
        try:
            whole = source.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(
                f"Cannot read {str(source)!r} as text ({error}): give a file in UTF-8 as --text FILE."
            ) from None
        if not whole.strip():
            raise UserError(f"{str(source)!r} is empty, expected a text: give another file as --text FILE.")
        times = -(-size // len(whole.encode()))
        data = (whole * times).encode()[:size].decode("utf-8", "ignore").encode()
        path = self.scratch / f"text-{size}.txt"
        path.write_bytes(data)
        note = f"{len(data) / 1e6:.1f} MB of {source.name}"
        return path, len(data), f"{note}, {times} times over" if times > 1 else note

    def _source(self) -> Path:
        """The user's text, else Shakespeare's if it was downloaded, else the bundled tales."""
        if self.text is not None:
            return user_path(self.text)
        for folder in _data_folders():
            if (path := folder / "tinyshakespeare" / "input.txt").is_file():
                return path
        return data_path("tales.txt")

    def _vocabulary(self, watch: Callable[[str], object]) -> tuple[str, bool]:
        """Return a folder with vocab.json and merges.txt, and whether they are GPT-2's."""
        self._write(watch)
        return str(self.scratch / "vocabulary"), self._made["real"]

    def _model(self, watch: Callable[[str], object]) -> str:
        self._write(watch, model=True)
        return str(self.scratch / "model")

    def _write(self, watch: Callable[[str], object], *, model: bool = False) -> None:
        """Let a process of ours write the vocabulary, and the model when it is asked for."""
        if self._made.get("model", False) >= model and "real" in self._made:
            return
        source, real = _vocabulary_folder()
        shape = {**_GPT2, "n_layer": _QUICK_LAYERS} if self.quick else _GPT2
        task = {"job": "write", "threads": 1, "source": str(source), "scratch": str(self.scratch)}
        watch("writing the model" if model else "writing the vocabulary")
        with closing(self.start(task | {"shape": shape if model else None}, sys.executable, None)) as process:
            process.wait_until_ready()
        self._made |= {"model": model, "real": real}


def _data_folders() -> list[Path]:
    staged = os.environ.get("SCRATCHGPT_DATA")
    return [*([Path(staged)] if staged else []), cache_folder()]


def _vocabulary_folder() -> tuple[Path, bool]:
    """Return GPT-2's vocabulary where it lies on this machine, else the bundled model's."""
    for folder in _data_folders():
        for name, file in (("gpt2", "merges.txt"), ("gpt2_bpe", "vocab.bpe")):
            if (folder / name / file).is_file():
                return folder / name, True
    return data_path("mini"), False
