"""Models and training state on disk.

A model folder holds `model.safetensors` (GPT-2's tensor names), `config.json` and the tokenizer's files.
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
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from . import atomic
from .config import GPTConfig
from .errors import UserError, nearest
from .model import GPT
from .ops import REFERENCE, Ops
from .params import Params
from .tokenizer import Tokenizer
from .tokenizer import load as load_tokenizer

MODEL, CONFIG, OPTIMIZER, TRAINING = (
    "model.safetensors",
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
        _write_model(new, config, params, tokenizer, dtype)


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
        _write_model(new, config, params, tokenizer, None)
        save_file({k: np.ascontiguousarray(v) for k, v in moments.items()}, new / OPTIMIZER)
        _write_json(new / TRAINING, training)


def _write_model(folder: Path, config: GPTConfig, params: Params, tokenizer: Tokenizer, dtype: Any) -> None:
    # safetensors would write a transposed view wrongly, without an error.
    tensors = {k: np.ascontiguousarray(v, dtype=dtype) for k, v in params.flat.items()}
    save_file(tensors, folder / MODEL, metadata={"format": "pt"})  # "pt" is what transformers expects
    _write_json(folder / CONFIG, {"model_type": "scratchgpt", **dataclasses.asdict(config)})
    tokenizer.save(folder)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")


def numbered(run: Path, kind: str) -> list[Path]:
    """Return the checkpoints "last-N" or "best-N" of a run folder, the newest first."""
    found = [p for p in run.glob(f"{kind}-*") if p.name[len(kind) + 1 :].isdigit()]
    return sorted(found, key=lambda p: int(p.name[len(kind) + 1 :]), reverse=True)


def find(folder: Path, kinds: tuple[str, ...] = ("best", "last")) -> Path:
    """Return the model folder that a path means: itself, or the newest of the first kind it holds.

    Raises UserError when there is none.
    """
    if (folder / MODEL).is_file() or (folder / CONFIG).is_file():
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
    config = read_config(folder)
    model = GPT(config, ops)
    params = Params.empty(model.specs(), dtype)
    fill(params, read_tensors(folder / MODEL), folder / MODEL)
    tokenizer = load_tokenizer(folder)
    if tokenizer.vocab_size > config.vocab_size:
        raise UserError(
            f"{folder}: the tokenizer has {tokenizer.vocab_size} tokens, but {CONFIG} says vocab_size "
            f"{config.vocab_size}: the files belong to different models."
        )
    return model, params, tokenizer


def read_config(folder: Path) -> GPTConfig:
    """Read config.json. Raises UserError for missing, unknown or mistyped fields."""
    path = folder / CONFIG
    content = read_json(path)
    kind = content.pop("model_type", None)
    if kind != "scratchgpt":
        raise UserError(f"{path} has model_type {kind!r}, expected 'scratchgpt'.")
    return from_json(GPTConfig, content, path)


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


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object. Raises UserError when there is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path} is missing: the folder is no complete model.") from None
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise UserError(f"{path} is not JSON: it is damaged; use another checkpoint.") from None
    if not isinstance(content, dict):
        raise UserError(f"{path} holds a {type(content).__name__}, expected an object.")
    return content


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """Read a safetensors file. Raises UserError when it is missing or damaged."""
    try:
        return load_file(path)
    except FileNotFoundError:
        raise UserError(f"{path} is missing: the folder is no complete model.") from None
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise UserError(
            f"{path} cannot be read ({error}): it is cut or damaged; use another checkpoint."
        ) from None


def fill(params: Params, tensors: Mapping[str, np.ndarray], path: Path) -> None:
    """Copy tensors into `params`. Raises UserError naming each missing, extra or misshapen one."""
    wrong = [
        f"{name} is missing, expected {list(spec.shape)}"
        for name, spec in params.specs.items()
        if name not in tensors
    ]
    for name, tensor in tensors.items():
        if name not in params.specs:
            wrong.append(f"{name} {list(tensor.shape)} is not in the model")
        elif tensor.shape != params.specs[name].shape:
            wrong.append(f"{name} has shape {list(tensor.shape)}, expected {list(params.specs[name].shape)}")
        elif not np.issubdtype(tensor.dtype, np.floating):
            wrong.append(f"{name} holds {tensor.dtype}, expected floating-point numbers")
    if wrong:
        raise UserError(f"{path} does not fit {CONFIG}: {'; '.join(wrong)}.")
    for name, tensor in tensors.items():
        params.flat[name][...] = tensor


def load_training(folder: Path, params: Params, names: tuple[str, ...]) -> dict[str, Any]:
    """Read what training needs besides the model: training.json, with "moments" added.

    Raises UserError when it is missing, damaged or does not fit the parameters.
    """
    training = read_json(folder / TRAINING)
    moments = read_tensors(folder / OPTIMIZER)
    for name in names:
        found = moments[name].shape if name in moments else "nothing"
        if found != (params.n_trainable,):
            raise UserError(
                f"{folder / OPTIMIZER} has {found} for {name!r}, expected ({params.n_trainable},): "
                "it belongs to another model or optimizer."
            )
    return training | {"moments": {name: moments[name] for name in names}}
