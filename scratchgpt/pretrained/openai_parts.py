"""GPT-1 as OpenAI published it: ten .npy files and the shapes of what they hold, one behind the other.

The numbers of all tensors form one row, cut into ten parts regardless of the tensors: positions, tokens
(which the original code joins to one matrix), then the blocks, each in the order in which TensorFlow made
its variables. Weights have a first dimension of 1, the width of a convolution.

Source: https://github.com/openai/finetune-transformer-lm, train.py and model/.
"""

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import checkpoint, huggingface
from ..config import PRESETS, GPTConfig
from ..errors import UserError
from ..model import GPT
from ..ops import REFERENCE, Ops
from ..params import Params
from ..tensor_files import StoredTensor, is_file, opened, read_json, shown
from ..tokenizer import Tokenizer

SHAPES = "params_shapes.json"
_PARTS = tuple(f"params_{n}.npy" for n in range(10))
_HEAD_DIM = 64  # the files do not say it; GPT-1 has 12 heads in 768 dimensions
_BLOCK = tuple(
    f"{layer}.{kind}"
    for layer in ("attn.c_attn", "attn.c_proj", "ln_1", "mlp.c_fc", "mlp.c_proj", "ln_2")
    for kind in ("weight", "bias")
)


def found_in(folder: Path) -> bool:
    """Whether this is such a folder, and not one in another layout."""
    return is_file(folder / SHAPES) and not is_file(folder / checkpoint.CONFIG)


def load(folder: Path, ops: Ops = REFERENCE, dtype: Any = np.float32) -> tuple[GPT, Params, Tokenizer]:
    """Return (model, params, tokenizer). Raises UserError for files missing, damaged or in disagreement."""
    checkpoint.check_dtype(dtype)
    shapes = _read_shapes(folder / SHAPES)
    config = _config(shapes, folder / SHAPES)
    model = GPT(config, ops)
    specs = model.specs()
    names = ["wpe.weight", "wte.weight", *(f"h.{i}.{name}" for i in range(config.n_layer) for name in _BLOCK)]
    wrong = [
        f"{name} has shape {shape}, expected {list(specs[name].shape)}"
        for name, shape in zip(names, shapes, strict=True)
        if tuple(shape) not in (specs[name].shape, (1, *specs[name].shape))
    ]
    if wrong:
        raise UserError(f"{folder / SHAPES} is not GPT-1's: {'; '.join(wrong[:8])}.")
    parts = [open_npy(folder / name) for name in _PARTS]
    held, expected = sum(part.size for part in parts), sum(specs[name].size for name in names)
    if held != expected:
        raise UserError(
            f"The parts in {folder} hold {held} numbers, expected {expected} by {SHAPES}: copy them again."
        )
    params = Params.empty(specs, dtype)
    at = 0
    for name in names:
        _copy(parts, at, params.flat[name].reshape(-1))
        at += specs[name].size
    return model, params.on(ops.xp), checkpoint.read_tokenizer(folder, config)


def _read_shapes(path: Path) -> list[list[int]]:
    shapes = read_json(path, list)
    for shape in shapes:
        if not isinstance(shape, list) or not all(type(n) is int and 0 < n < 1 << 31 for n in shape):
            raise UserError(f"{path} holds the shape {shown(shape)}, expected a list of positive integers.")
    return shapes


def _config(shapes: Sequence[Sequence[int]], path: Path) -> GPTConfig:
    """Return GPT-1's configuration in the sizes that the shapes say."""
    n_layer, rest = divmod(len(shapes) - 2, len(_BLOCK))
    if n_layer < 1 or rest or len(shapes[0]) != 2 or len(shapes[1]) != 2 or shapes[1][1] % _HEAD_DIM:
        raise UserError(
            f"{path} is not GPT-1's: expected the shapes of positions and tokens, their width a multiple of "
            f"{_HEAD_DIM}, and {len(_BLOCK)} for each block; found {len(shapes)} shapes."
        )
    vocab_size, n_embd = shapes[1]
    config = dataclasses.replace(
        PRESETS["openai-gpt"].model,
        vocab_size=vocab_size,
        block_size=shapes[0][0],
        n_layer=n_layer,
        n_head=n_embd // _HEAD_DIM,
        n_embd=n_embd,
    )
    huggingface.check_size(config, path)
    return config


def _copy(parts: Sequence[StoredTensor], first: int, out: np.ndarray) -> None:
    """Fill `out` (n,) with the numbers `first` to `first + n` of all parts together."""
    for part in parts:
        if first < part.size and out.size:
            here = min(out.size, part.size - first)
            part.copy_to(out[:here], first)
            out = out[here:]
        first = max(0, first - part.size)


_HEADER = re.compile(
    rb"\{'descr': '[<|=]f([248])', 'fortran_order': False, 'shape': \((\d{1,15})L?,\), \} *\n", re.ASCII
)


def open_npy(path: Path) -> StoredTensor:
    """Return the one-dimensional float array of a .npy file, not read yet.

    Raises UserError for anything else that such a file can hold, pickled objects above all.
    """
    with opened(path) as (file, size):
        start = file.read(12)
        base = 10 if start[6:7] == b"\x01" else 12  # later versions spend four bytes on the length
        length = int.from_bytes(start[8:base], "little")
        file.seek(base)
        header = file.read(min(length, 4096))
    match = _HEADER.fullmatch(header)
    if start[:6] != b"\x93NUMPY" or match is None:
        raise UserError(f"{path} is not a .npy file with one row of little-endian floats: copy it again.")
    width, n = int(match[1]), int(match[2])
    if base + length + n * width != size:
        raise UserError(f"{path} has {size} bytes, expected {base + length + n * width}: copy it again.")
    return StoredTensor(path, path.name, f"F{8 * width}", (n,), base + length)
