"""Models by name: the one door through which a model, its parameters and its tokenizer come in."""

from pathlib import Path
from typing import Any

import numpy as np

from . import checkpoint
from .errors import UserError, nearest
from .model import GPT
from .ops import REFERENCE, Ops
from .params import Params
from .resources import data_path
from .tokenizer import Tokenizer

NAMES = ("mini",)


def resolve(name_or_dir: str) -> Path:
    """Return the model folder that a name or a path means; a run folder means its best checkpoint.

    Raises UserError for a name that is neither, with the nearest one that is.
    """
    if name_or_dir in NAMES:
        return data_path(name_or_dir)
    path = Path(name_or_dir).expanduser()
    if path.is_dir():
        return checkpoint.find(path)
    raise UserError(
        f"There is no model {name_or_dir!r}: expected {', '.join(NAMES)} or a folder that "
        f"python -m scratchgpt.train wrote.{nearest(name_or_dir, NAMES)}"
    )


def load(name_or_dir: str, ops: Ops = REFERENCE, dtype: Any = np.float32) -> tuple[GPT, Params, Tokenizer]:
    """Return (model, params, tokenizer) of a bundled model or of a folder.

    Raises UserError when there is none, or when its files are damaged or disagree.
    """
    return checkpoint.load_model(resolve(name_or_dir), ops, dtype)
