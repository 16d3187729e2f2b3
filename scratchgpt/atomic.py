"""Writing to disk so that a kill, a crash or a full disk at any moment leaves what was there before.

A new file or folder is written under another name, forced to disk, and then renamed: a rename is the
one change that a file system makes at once or not at all.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .errors import UserError

_UNFINISHED = ".unfinished-"


def _fsync(path: Path) -> None:
    """Force a file, or the entries of a folder, to disk (Windows cannot open folders)."""
    if os.name != "posix" and path.is_dir():
        return
    # Windows flushes only what it may write.
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _cleaning(path: Path, what: str) -> Iterator[None]:
    """Remove `path` when the block fails, and say so in one line when the disk was the reason."""
    try:
        yield
    except BaseException as error:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()
        # safetensors reports a full disk as its own error, with the system's words inside.
        if isinstance(error, OSError) or type(error).__name__ == "SafetensorError":
            reason = getattr(error, "strerror", None) or str(error)
            raise UserError(
                f"Cannot write {what}: {reason}. What was there before is unchanged; "
                "free some space or choose another folder."
            ) from None
        raise


def check_new(path: Path) -> None:
    """Raise UserError for a name that a file or a folder with something in it has, or the system refuses."""
    try:
        taken = path.exists() and (not path.is_dir() or any(path.iterdir()))
    except OSError as error:
        raise UserError(
            f"Cannot write {str(path)[:80]!r}: {error.strerror}. Choose another folder."
        ) from None
    if taken:
        raise UserError(f"{path} exists already, expected a new folder: choose another name.")


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield a folder to write into, which becomes `path` when the block ends without an error.

    Safe against a kill when there was nothing at `path`. A folder that stands there gives way in a move of
    its own: a kill between the two moves leaves it under its `.unfinished-` name. Raises UserError when
    the disk refuses; what stood at `path` is there again then.
    """
    temporary = _aside(path)
    with _cleaning(temporary, str(path)):
        temporary.mkdir(parents=True)
        yield temporary
        for file in temporary.rglob("*"):
            _fsync(file)
        _fsync(temporary)
        old = _aside(path) if path.exists() else None
        if old:
            path.rename(old)
        try:
            temporary.rename(path)
        except OSError:
            if old:
                old.rename(path)
            raise
        _fsync(path.parent)
        if old:
            shutil.rmtree(old, ignore_errors=True)


def _aside(path: Path) -> Path:
    """A name beside `path` that no reader looks at."""
    return path.parent / f"{_UNFINISHED}{path.name}-{secrets.token_hex(4)}"


def write_text(path: Path, text: str) -> None:
    """Write a whole text file in UTF-8. Raises UserError when the disk refuses."""
    temporary = _aside(path)
    with _cleaning(temporary, str(path)):
        temporary.write_text(text, encoding="utf-8", newline="\n")
        _fsync(temporary)
        temporary.replace(path)
        _fsync(path.parent)


def save_picture(path: Path, figure: Any, dpi: int = 120) -> None:
    """Write a matplotlib Figure as a file. Raises UserError when the disk refuses."""
    temporary = path.with_name(_aside(path).name + path.suffix)  # which says what kind of picture it is
    with _cleaning(temporary, str(path)):
        figure.savefig(temporary, dpi=dpi)
        temporary.replace(path)


def discard(folder: Path) -> None:
    """Delete a folder, renamed first so that nobody finds half of it under its name.

    One that the system does not let go (Windows, while a file in it is open) stays.
    """
    doomed = _aside(folder)
    with suppress(OSError):
        folder.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Delete what an interrupted write left in a folder."""
    for leftover in folder.glob(f"{_UNFINISHED}*"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
