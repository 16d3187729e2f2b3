"""Tokens on disk, in files that are mapped into memory: a corpus need not fit into it.

A shard is one file: a line of JSON, filled up with spaces to 256 bytes, then the tokens, two bytes each
(four for vocabularies above 65,536), lowest byte first. The header says how many there are and their sha256.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from .. import atomic
from ..errors import UserError
from .batches import Batches

FORMAT = "scratchgpt tokens 1"
HEADER = 256  # bytes
SHARD_TOKENS = 10_000_000
DIGITS = 5  # of a number in a name, at least


def write_shards(
    arrays: Iterable[np.ndarray], folder: Path, vocab_size: int, shard_tokens: int = SHARD_TOKENS
) -> int:
    """Write token arrays one after another into shards of `shard_tokens` in `folder`; return the tokens.

    No more than a shard is held in memory. The folder appears in one move when all is written. Raises
    UserError for a folder that holds something, tokens outside the vocabulary, none at all, and when the
    disk refuses.
    """
    atomic.check_new(folder)
    with atomic.new_folder(folder) as new:
        return fill_shards(arrays, new, vocab_size, shard_tokens)


def fill_shards(
    arrays: Iterable[np.ndarray], folder: Path, vocab_size: int, shard_tokens: int = SHARD_TOKENS
) -> int:
    """Write shards into a folder that stands; `write_shards` does it in one move."""
    if shard_tokens < 1:
        raise UserError(f"A shard has {shard_tokens} tokens, expected an integer of at least 1.")
    total = 0
    for number, tokens in enumerate(_cut(arrays, shard_tokens, vocab_size)):
        data = tokens.tobytes()
        header = {
            "format": FORMAT,
            "tokens": len(tokens),
            "dtype": tokens.dtype.str,
            "vocab_size": vocab_size,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        line = json.dumps(header).ljust(HEADER - 1) + "\n"
        (folder / _name(number)).write_bytes(line.encode() + data)
        total += len(tokens)
    if not total:
        raise UserError("There are no tokens to write, expected at least one: was every document dropped?")
    return total


def _name(number: int) -> str:
    return f"shard-{number:0{DIGITS}d}.bin"


def _cut(arrays: Iterable[np.ndarray], size: int, vocab_size: int) -> Iterator[np.ndarray]:
    """Yield the arrays' tokens again in arrays of `size`; the last may be shorter."""
    dtype = "<u2" if vocab_size <= 2**16 else "<u4"
    waiting: list[np.ndarray] = []
    n = 0
    for array in arrays:
        if len(array) and not 0 <= array.min() <= array.max() < vocab_size:
            raise UserError(
                f"The tokens lie between {array.min()} and {array.max()}, expected 0 to {vocab_size - 1}: "
                "they belong to another vocabulary."
            )
        waiting.append(array.astype(dtype))
        n += len(array)
        while n >= size:
            joined = np.concatenate(waiting)
            yield joined[:size]
            waiting, n = [joined[size:]], n - size
    if n:
        yield np.concatenate(waiting)


@dataclass(frozen=True, eq=False)
class Shards:
    """The tokens of a folder as one sequence; only what is asked for is read from the disk.

    It takes an array of places or a slice, as an array would: `shards[[3, 5]]`, `shards[10:20]`.
    """

    parts: tuple[np.ndarray, ...]  # memory-mapped, in order
    starts: np.ndarray  # (parts,) place of the first token of each
    vocab_size: int

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __getitem__(self, places: Any) -> np.ndarray:
        if isinstance(places, slice):
            places = np.arange(*places.indices(len(self)))
        places = np.asarray(places)
        if places.size and not 0 <= places.min() <= places.max() < len(self):
            raise IndexError(f"place {places.min()} to {places.max()}, expected 0 to {len(self) - 1}")
        owner = np.searchsorted(self.starts, places, side="right") - 1
        found = np.empty(places.shape, self.parts[0].dtype)
        for number in np.unique(owner):
            here = owner == number
            found[here] = self.parts[number][places[here] - self.starts[number]]
        return found

    def batches(self, batch_size: int, block_size: int, seed: int = 0) -> Batches:
        """Return next-token batches of all shards. Raises UserError as Batches does."""
        return Batches(cast(np.ndarray, self), batch_size, block_size, seed)


def open_shards(folder: Path, check: bool = True) -> Shards:
    """Map the shards of a folder; `check` reads them once and compares their sha256.

    Raises UserError for a folder without shards, one with a gap among them, and for a shard that is cut,
    changed or of another kind.
    """
    there = {path.name for path in folder.glob("shard-*.bin")}
    files = [folder / _name(number) for number in range(len(there))]
    if not files:
        raise UserError(
            f"There are no shards in {folder}, expected shard-00000.bin: write them with "
            "python -m scratchgpt.corpus."
        )
    if missing := [file.name for file in files if file.name not in there]:
        raise UserError(
            f"{folder} holds {len(there)} shards, but {missing[0]} is missing: write the folder again."
        )
    opened = [_open(file, check) for file in files]
    parts = tuple(part for part, _ in opened)
    sizes = {size for _, size in opened}
    if len(sizes) > 1:
        raise UserError(f"The shards in {folder} have vocabularies of {sorted(sizes)}, expected one size.")
    return Shards(parts, np.cumsum([0, *map(len, parts[:-1])]), sizes.pop())


def _open(path: Path, check: bool) -> tuple[np.ndarray, int]:
    with path.open("rb") as file:
        line = file.read(HEADER)
    try:
        header = json.loads(line)
        kind, n, vocab_size = header["format"], int(header["tokens"]), int(header["vocab_size"])
        dtype, sha256 = np.dtype(header["dtype"]), header["sha256"]
    except (ValueError, KeyError, TypeError):
        kind = None
    if kind != FORMAT or dtype not in (np.dtype("<u2"), np.dtype("<u4")):
        raise UserError(f"{path} is no shard of tokens, expected a header with the format {FORMAT!r}.")
    if (size := path.stat().st_size) != HEADER + n * dtype.itemsize:
        raise UserError(
            f"{path} has {size} bytes, expected {HEADER + n * dtype.itemsize} for {n} tokens: it was cut; "
            "write it again."
        )
    tokens = np.memmap(path, dtype, mode="r", offset=HEADER, shape=(n,))
    if check and hashlib.sha256(tokens.data).hexdigest() != sha256:
        raise UserError(f"The tokens in {path} are not those that were written (sha256): write it again.")
    return tokens, vocab_size
