"""Models and training state on disk.

A model folder is laid out as Hugging Face's are (see `huggingface`): `model.safetensors`, or shards with an
index; `config.json`; the tokenizer's files.
A checkpoint adds `optimizer.safetensors` (the moments) and `training.json` (step, data position,
generators, settings). A run folder holds `last-N` and `best-N`, checkpoints after N steps; only finished
ones bear such a name (see `atomic`).
"""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from . import atomic, huggingface, tensor_files
from .config import GPTConfig
from .errors import UserError, nearest
from .model import GPT
from .ops import REFERENCE, Ops
from .ops.arrays import Array, array_module, to_host
from .params import Params
from .tensor_files import read_json
from .tokenizer import Tokenizer
from .tokenizer import load as load_tokenizer

MODEL, CONFIG, OPTIMIZER, TRAINING = (
    tensor_files.WHOLE,
    "config.json",
    "optimizer.safetensors",
    "training.json",
)


def save_model(
    folder: Path, config: GPTConfig, params: Params, tokenizer: Tokenizer, dtype: Any = None
) -> None:
    """Write a model folder in one move; `dtype` (float16, say) is that of the file.

    Raises UserError when the disk refuses; a model that was there before stays then.
    """
    with atomic.new_folder(folder) as new:
        write_model(new, config, params, tokenizer, dtype)


def save(
    folder: Path,
    config: GPTConfig,
    params: Params,
    tokenizer: Tokenizer,
    moments: Mapping[str, Any],
    training: Mapping[str, Any],
) -> None:
    """Write a checkpoint in one move: a model folder with what training needs to go on.

    Raises UserError when the disk refuses; a checkpoint that was there before stays then.
    """
    with atomic.new_folder(folder) as new:
        write_model(new, config, params, tokenizer, None)
        save_file({k: np.ascontiguousarray(to_host(v)) for k, v in moments.items()}, new / OPTIMIZER)
        write_json(new / TRAINING, training)


def write_model(folder: Path, config: GPTConfig, params: Params, tokenizer: Tokenizer, dtype: Any) -> None:
    """Write the files of a model into a folder that stands; `save_model` does it in one move."""
    names = huggingface.file_names(config, params.flat)
    tensors = {names[k]: _stored_as(v, dtype, names[k]) for k, v in params.flat.items()}
    save_file(tensors, folder / MODEL, metadata={"format": "pt"})  # "pt" is what transformers expects
    write_json(folder / CONFIG, huggingface.to_json(config, tokenizer.eot_id))
    tokenizer.save(folder)


def _stored_as(tensor: Array, dtype: Any, name: str) -> np.ndarray:
    values = to_host(tensor)
    with np.errstate(over="ignore"):
        # safetensors would write a transposed view wrongly, without an error.
        stored = np.ascontiguousarray(values, dtype=dtype)
    if stored.itemsize < values.itemsize and (np.isinf(stored) & np.isfinite(values)).any():
        raise UserError(
            f"{name} holds numbers beyond {np.finfo(stored.dtype).max:.3g}, the largest {stored.dtype}: save "
            "the model with a wider dtype."
        )
    return stored


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write an object as JSON that people can read."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")


def numbered(run: Path, kind: str) -> list[Path]:
    """Return the checkpoints "last-N" or "best-N" of a run folder, the newest first."""
    found = [p for p in run.glob(f"{kind}-*") if p.name[len(kind) + 1 :].isdigit()]
    return sorted(found, key=lambda p: int(p.name[len(kind) + 1 :]), reverse=True)


def find(folder: Path, kinds: tuple[str, ...] = ("best", "last")) -> Path:
    """Return the model folder that a path means: itself, or the newest of the first kind it holds.

    Raises UserError when there is none.
    """
    if any(tensor_files.is_file(folder / name) for name in (MODEL, tensor_files.INDEX, CONFIG)):
        return folder
    for kind in kinds:
        if checkpoints := numbered(folder, kind):
            return checkpoints[0]
    raise UserError(
        f"There is no model in {folder}: expected {MODEL} and {CONFIG}, or a folder that "
        "python -m scratchgpt.train wrote."
    )


def load_model(folder: Path, ops: Ops = REFERENCE, dtype: Any = np.float32) -> tuple[GPT, Params, Tokenizer]:
    """Read a model folder. Raises UserError for files that are missing, damaged or disagree."""
    check_dtype(dtype)
    config = read_config(folder)
    model = GPT(config, ops)
    stored = tensor_files.open_folder(folder)
    path = folder / (MODEL if tensor_files.is_file(folder / MODEL) else tensor_files.INDEX)
    params = huggingface.fill(config, model.specs(), stored, path, dtype)
    return model, params.on(ops.xp), read_tokenizer(folder, config)


def check_dtype(dtype: Any) -> None:
    """Raise UserError for a precision in which no parameters can be."""
    try:
        known = np.dtype(dtype) in (np.float16, np.float32, np.float64)
    except TypeError:
        known = False
    if not known:
        raise UserError(f"dtype is {dtype!r}, expected float16, float32 or float64.")


def read_tokenizer(folder: Path, config: GPTConfig) -> Tokenizer:
    """Read a folder's tokenizer. Raises UserError when the model has no rows for some of its tokens."""
    tokenizer = load_tokenizer(folder)
    if tokenizer.vocab_size > config.vocab_size:
        raise UserError(
            f"{folder}: the tokenizer has {tokenizer.vocab_size} tokens, but the model has vocab_size "
            f"{config.vocab_size}: the files belong to different models."
        )
    return tokenizer


def read_config(folder: Path) -> GPTConfig:
    """Read config.json. Raises UserError for fields that are missing, mistyped or not computed here."""
    path = folder / CONFIG
    content = read_json(path)
    if content.get("model_type") == huggingface.OWN:
        del content["model_type"]
        config = from_json(GPTConfig, content, path)
    else:
        config = huggingface.from_json(content, path)
    huggingface.check_size(config, path)
    return config


def from_json(kind: Any, content: dict[str, Any], path: Path) -> Any:
    """Build a configuration dataclass from JSON; its own checks apply."""
    known = [f.name for f in dataclasses.fields(kind)]
    for name in known:
        if name not in content:
            raise UserError(f"{path} lacks {name!r}: it was cut or written by another version.")
    for name in content:
        if name not in known:
            raise UserError(f"{path} has an unknown field {name!r}.{nearest(name, known)}")
    try:
        return kind(**content)
    except UserError as error:
        raise UserError(f"{path}: {error}") from None


def load_training(folder: Path, params: Params, names: tuple[str, ...]) -> dict[str, Any]:
    """Read what training needs besides the model: training.json, with "moments" added.

    Raises UserError when it is missing, damaged or does not fit the parameters.
    """
    training = read_json(folder / TRAINING)
    path = folder / OPTIMIZER
    moments = tensor_files.open_safetensors(path)
    for name in names:
        found = moments[name].shape if name in moments else "nothing"
        if found != (params.n_trainable,):
            raise UserError(
                f"{path} has {found} for {name!r}, expected ({params.n_trainable},): "
                "it belongs to another model or optimizer."
            )
    xp = array_module(params.buffer)
    return training | {"moments": {name: xp.asarray(moments[name].array()) for name in names}}
