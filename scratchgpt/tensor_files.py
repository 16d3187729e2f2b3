"""Reads tensors from files that others wrote: safetensors, whole or in shards.

Files from outside are untrusted. Their headers are checked by arithmetic before anything is allocated,
nothing is ever unpickled, and whatever is in them, the only error is a UserError.

Numbers are read through a window of a memory map that moves along the file: besides the array that is
filled, loading takes the memory of one window.

safetensors: 8 bytes, the length of the header; the header, JSON {name: {dtype, shape, data_offsets}}; the
numbers of all tensors, little-endian, one behind the other without holes.
"""

import json
import math
import mmap
import os
import re
import reprlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from .errors import UserError

WHOLE, INDEX = "model.safetensors", "model.safetensors.index.json"
_PICKLED = ("pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack")

# Bytes of one element of each dtype of the format; those below can also be read as numbers.
_WIDTHS = {"F64": 8, "I64": 8, "U64": 8, "C64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2}
_WIDTHS |= {"I16": 2, "U16": 2, "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1}
_RAW = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}  # NumPy has no bfloat16
FLOATS = tuple(_RAW)

_WINDOW = 1 << 22  # bytes of a file that are mapped at a time
# The format allows headers of 100 MB, but JSON takes up to twenty times its length in memory once it is
# parsed; the header of GPT-2 XL has 60 kB.
_LONGEST_JSON = 1 << 23
_LARGEST_DIM = 1 << 48
_MOST_DIMS = 32

_ANOTHER = "it is cut or damaged; use another copy or checkpoint."
_reader = reprlib.Repr()
_reader.maxstring = 100
shown = _reader.repr  # keeps what a damaged file holds to a few printable words


@dataclass(frozen=True)
class StoredTensor:
    """Where a tensor lies in a file: nothing of it has been read yet. `start` counts bytes."""

    path: Path
    name: str
    dtype: str  # as safetensors spells it
    shape: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    def copy_to(self, out: np.ndarray, first: int = 0) -> None:
        """Fill `out` (n,), of any float dtype, with the elements `first` to `first + n`.

        Raises UserError when the file cannot be read, holds no floating-point numbers, or a number that is
        too large for the dtype of `out`.
        """
        if self.dtype not in _RAW:
            raise UserError(f"{self.path}: {self.name} holds {self.dtype}, expected {', '.join(FLOATS)}.")
        if first + out.size > self.size:
            raise UserError(f"{self.path}: {self.name} has {self.size} numbers, not {first + out.size}.")
        step = _WINDOW // _WIDTHS[self.dtype]
        for at in range(0, out.size, step):
            piece = out[at : at + step]
            self._convert(self._mapped(first + at, piece.size), piece)

    def array(self, dtype: Any = None) -> np.ndarray:
        """Return the tensor as a new array, in its own precision unless told (bfloat16 as float32)."""
        own = "<f4" if self.dtype == "BF16" else _RAW.get(self.dtype, "<f4")
        out = np.empty(self.size, dtype or np.dtype(own).newbyteorder("="))
        self.copy_to(out)
        return out.reshape(self.shape)

    def equals(self, values: np.ndarray) -> bool:
        """Whether the tensor, in the precision of `values`, holds the same numbers."""
        if self.shape != values.shape:
            return False
        flat, step = values.reshape(-1), _WINDOW // 8
        for at in range(0, flat.size, step):
            piece = np.empty_like(flat[at : at + step])
            self.copy_to(piece, at)
            if not np.array_equal(piece, flat[at : at + step], equal_nan=True):
                return False
        return True

    def _mapped(self, first: int, count: int) -> np.ndarray:
        """Return a read-only view of `count` elements; the map is closed when the view goes."""
        offset = self.start + first * _WIDTHS[self.dtype]
        base = offset - offset % mmap.ALLOCATIONGRANULARITY
        length = offset - base + count * _WIDTHS[self.dtype]
        try:
            with self.path.open("rb") as file:
                window = mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ, offset=base)
        except (OSError, ValueError, OverflowError) as error:  # ValueError: the file has become shorter
            raise UserError(f"{self.path} cannot be read ({error}): {_ANOTHER}") from None
        return np.frombuffer(window, _RAW[self.dtype], count, offset - base)

    def _convert(self, raw: np.ndarray, out: np.ndarray) -> None:
        # A bfloat16 is the upper half of a float32. Signalling NaNs would set off warnings.
        with np.errstate(all="ignore"):
            if self.dtype == "BF16" and out.dtype == np.float32:
                np.left_shift(raw, np.uint32(16), out=out.view(np.uint32))
                return
            wide = np.left_shift(raw, np.uint32(16)).view(np.float32) if self.dtype == "BF16" else raw
            out[...] = wide
        if out.itemsize < wide.itemsize and (np.isinf(out) & np.isfinite(wide)).any():
            raise UserError(
                f"{self.path}: {self.name} holds numbers beyond {np.finfo(out.dtype).max:.3g}, the largest "
                f"{out.dtype}: load it with a wider dtype."
            )


def open_folder(folder: Path) -> dict[str, StoredTensor]:
    """Return the tensors of a model folder by name: of model.safetensors, or of the shards of its index.

    Raises UserError when there is neither, or when they are damaged.
    """
    if not is_file(folder / WHOLE):
        if is_file(folder / INDEX):
            return open_shards(folder / INDEX)
        for name in _PICKLED:
            if is_file(folder / name):
                raise UserError(
                    f"{folder / name} is not read: such files can run code, or need their framework. Take "
                    f"{WHOLE} from where it came from, or convert it: save_pretrained of transformers does."
                )
    return open_safetensors(folder / WHOLE)


def open_safetensors(path: Path) -> dict[str, StoredTensor]:
    """Return the tensors of a safetensors file by name, in the order of the file.

    Raises UserError unless header and size are as the format demands, to the byte.
    """
    with opened(path) as (file, size):
        prefix = file.read(8)
        length = int.from_bytes(prefix, "little")
        if len(prefix) < 8 or length > size - 8:
            raise UserError(f"{path} cannot be read (it ends inside its header): {_ANOTHER}")
        if length > _LONGEST_JSON:
            raise UserError(f"{path} cannot be read (a header of {length} bytes): {_ANOTHER}")
        header = file.read(length)
    try:
        return _tensors(path, header, 8 + length, size)
    except ValueError as error:
        raise UserError(f"{path} cannot be read ({error}): {_ANOTHER}") from None


def _tensors(path: Path, header: bytes, base: int, size: int) -> dict[str, StoredTensor]:
    """Return the tensors that a header describes. Raises ValueError when it describes no such file."""
    if not header.startswith(b"{"):
        raise ValueError("the header is no JSON object")
    content = parse_json(header)
    content.pop("__metadata__", None)
    found = [_tensor(path, name, entry, base) for name, entry in content.items()]
    end = base
    for tensor, stop in sorted(found, key=lambda item: (item[0].start, item[1])):
        if tensor.start != end:
            raise ValueError(f"{shown(tensor.name)} overlaps another tensor, or follows a hole")
        end = stop
    if end != size:
        raise ValueError(f"its tensors end at byte {end}, the file at byte {size}")
    return {tensor.name: tensor for tensor, _ in found}


def _tensor(path: Path, name: str, entry: Any, base: int) -> tuple[StoredTensor, int]:
    """Return a tensor and the byte behind it. Raises ValueError when its entry is not of the format."""
    entry = entry if isinstance(entry, dict) else {}
    dtype, shape, offsets = entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")
    if not isinstance(dtype, str) or dtype not in _WIDTHS:
        raise ValueError(f"{shown(name)} has the unknown dtype {shown(dtype)}")
    if not _whole(shape, _MOST_DIMS):
        raise ValueError(f"{shown(name)} has the shape {shown(shape)}")
    if not _whole(offsets, 2) or len(offsets) != 2:
        raise ValueError(f"{shown(name)} has the offsets {shown(offsets)}")
    tensor = StoredTensor(path, name, dtype, tuple(shape), base + offsets[0])
    if offsets[1] - offsets[0] != tensor.size * _WIDTHS[dtype]:
        raise ValueError(f"{shown(name)}, {dtype} {shown(shape)}, has the offsets {shown(offsets)}")
    return tensor, base + offsets[1]


def _whole(numbers: Any, most: int) -> bool:
    """Whether this is a list of at most so many integers, none negative or absurd."""
    return (
        isinstance(numbers, list)
        and len(numbers) <= most
        and all(type(n) is int and 0 <= n <= _LARGEST_DIM for n in numbers)
    )


def open_shards(index: Path) -> dict[str, StoredTensor]:
    """Return the tensors of a sharded model by name, given its index {"weight_map": {name: file}}.

    Shards lie beside the index. Raises UserError when one is missing or does not hold what the index says.
    """
    places = read_json(index).get("weight_map")
    if not isinstance(places, dict) or not places:
        raise UserError(f"{index} has no weight_map {{tensor: file}}: {_ANOTHER}")
    tensors: dict[str, StoredTensor] = {}
    for name in sorted({name for name in places.values() if isinstance(name, str)}):
        # A plain name: nothing outside of the folder is ever opened.
        if not re.fullmatch(r"[\w-][\w.-]*\.safetensors", name, re.ASCII):
            raise UserError(f"{index} names the shard {shown(name)}, expected a file beside it: {_ANOTHER}")
        for tensor in open_safetensors(index.parent / name).values():
            if places.get(tensor.name) != name:
                raise UserError(f"{index} does not place {shown(tensor.name)} in {name}: {_ANOTHER}")
            tensors[tensor.name] = tensor
    for name, shard in places.items():
        if name not in tensors:
            raise UserError(f"{index} places {shown(name)} in {shown(shard)}, where it is not: {_ANOTHER}")
    return tensors


def is_file(path: Path) -> bool:
    """Whether there is a file; not where the system does not even let one ask."""
    try:
        return path.is_file()
    except OSError:
        return False


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Yield a file, open to read its bytes, and its size. Raises UserError when there is none."""
    try:
        if not is_file(path):  # a pipe, say, could not be mapped
            raise FileNotFoundError
        with path.open("rb") as file:
            yield file, os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        raise UserError(f"{path} is missing: the folder is no complete model.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the path.") from None


def read_json(path: Path, kind: type = dict) -> Any:
    """Return what a JSON file holds, an object unless told. Raises UserError when it does not."""
    with opened(path) as (file, size):
        if size > _LONGEST_JSON:
            raise UserError(f"{path} has {size} bytes, expected at most {_LONGEST_JSON}: {_ANOTHER}")
        text = file.read(size)
    try:
        return parse_json(text, kind)
    except ValueError as error:
        raise UserError(f"{path} is not JSON as expected ({error}): {_ANOTHER}") from None


def parse_json(text: bytes, kind: type = dict) -> Any:
    """Return the value in UTF-8 JSON. Raises ValueError for another kind, and for a name given twice."""
    try:
        content = json.loads(text.decode("utf-8"), object_pairs_hook=_object)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(content, kind):
        raise ValueError(f"it holds a {type(content).__name__}, expected a {kind.__name__}")
    return content


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{shown(next(n for n in names if names.count(n) > 1))} stands in it twice")
    return content
