"""One process at a time writes to a run folder: the operating system's lock on a file in it.

The system lets go of the lock when the process ends, however it ends; the file that stays means nothing.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import UserError
from ..locks import let_go, take

LOCK = ".lock"

_PID_WIDTH = 20


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes out of a run folder while the block runs.

    Raises UserError, naming the process, when another one is in there, and when the folder cannot be written.
    Where a file system has no locks the block runs without one.
    """
    path = folder / LOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror}.") from None
    try:
        if not take(descriptor):
            holder = os.read(descriptor, _PID_WIDTH).decode("ascii", "replace").strip()
            raise UserError(
                f"{folder} is being written by process {holder or 'of unknown number'}: "
                "wait until it ends or stop it, or choose another --out."
            )
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, str(os.getpid()).ljust(_PID_WIDTH).encode())
        try:
            yield
        finally:
            let_go(descriptor)
    finally:
        os.close(descriptor)
