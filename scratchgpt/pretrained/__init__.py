"""Models by name: the one door through which a model, its parameters and its tokenizer come in."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from .. import checkpoint
from ..errors import UserError, nearest
from ..model import GPT
from ..ops import REFERENCE, Ops
from ..params import Params
from ..resources import data_path, user_path
from ..tokenizer import GPT1BPE, Tokenizer
from . import openai_parts, released

NAMES = ("mini", *released.NAMES)

# What `save` replaces. A checkpoint's optimizer.safetensors is not among it, nor a card, nor any data.
_OF_A_MODEL = {"model.safetensors", "config.json", "generation_config.json"}
_OF_A_MODEL |= {"vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json"}
_OF_A_MODEL |= {"special_tokens_map.json", "added_tokens.json"}


def resolve(name_or_dir: str | os.PathLike[str]) -> Path:
    """Return the model folder that a name or a path means; a run folder means its best checkpoint.

    A released model is downloaded unless it is there. A name goes before a folder that is called the same:
    write ./gpt2 for the folder. Raises UserError for a name that is neither, with the nearest one that is,
    and when a download fails.
    """
    name = os.fspath(name_or_dir)
    if name in released.NAMES:
        return released.folder(name)
    if name in NAMES:
        return data_path(name)
    path = user_path(name)
    if name and _is_dir(path):
        return path if openai_parts.found_in(path) else checkpoint.find(path)
    raise UserError(
        f"There is no model {name!r}: expected {', '.join(NAMES)} or a folder, written by "
        f"python -m scratchgpt.train or in Hugging Face's layout.{nearest(name, NAMES)}"
    )


def _is_dir(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a text that is too long for a name, say
        return False


def load(
    name_or_dir: str | os.PathLike[str], ops: Ops = REFERENCE, dtype: Any = np.float32
) -> tuple[GPT, Params, Tokenizer]:
    """Return (model, params, tokenizer) of a named model or of a folder; `dtype` is that of the parameters.

    A folder is one of ours, one in Hugging Face's layout (GPT-2 or GPT-1), or OpenAI's GPT-1. Raises
    UserError when there is none, when its files are damaged or disagree, and when they ask for what the
    model does not compute.

    "openai-gpt" comes with the text treatment that its weights were trained on (`text` "original" of its
    tokenizer); a folder in Hugging Face's layout with that of transformers, which drops line breaks.
    """
    folder = resolve(name_or_dir)
    if openai_parts.found_in(folder):
        return openai_parts.load(folder, ops, dtype)
    model, params, tokenizer = checkpoint.load_model(folder, ops, dtype)
    if os.fspath(name_or_dir) == "openai-gpt" and isinstance(tokenizer, GPT1BPE):
        tokenizer = tokenizer.with_text("original")
    return model, params, tokenizer


def save(
    folder: str | os.PathLike[str], model: GPT, params: Params, tokenizer: Tokenizer, dtype: Any = None
) -> None:
    """Write a model in Hugging Face's layout, in one move; `dtype` (np.float16, say) is that of the file.

    transformers opens it where it has the architecture: GPT-2 and GPT-1 with any sizes. Raises UserError
    when the disk refuses, and for a folder that holds anything but a model.
    """
    path = user_path(folder)
    if dtype is not None:
        checkpoint.check_dtype(dtype)
    if path.exists():
        _check_replaceable(path)
    checkpoint.save_model(path, model.config, params, tokenizer, dtype)


def _check_replaceable(path: Path) -> None:
    if not path.is_dir():
        raise UserError(f"{path} is a file, expected a folder to write a model to: choose another name.")
    for entry in path.iterdir():
        if entry.is_dir() or entry.name not in _OF_A_MODEL:
            raise UserError(
                f"{path} holds {entry.name}, which is no part of a model and would be lost: choose a new "
                "folder."
            )
