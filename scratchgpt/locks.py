"""The operating system's lock on a file: whoever holds it is alive, since the system lets go of it at the end
of a process, however that comes. The file itself means nothing."""

import os
import sys

_LOCKED_BYTE = 2**30  # on Windows nobody reads a locked byte, so it lies far behind what the file says


def take(descriptor: int) -> bool:
    """Take the lock, or return False when another process has it."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            os.lseek(descriptor, 0, os.SEEK_SET)
            return False
        return True
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):  # a browser, which has one process; a file system without locks
        return True
    return True


def let_go(descriptor: int) -> None:
    """Let go of the lock at once; closing the file would do it too, on Windows some time later."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
