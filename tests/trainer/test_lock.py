"""The lock of a run folder: one process at a time, free again however that process ended."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from scratchgpt import locks
from scratchgpt.errors import UserError
from scratchgpt.trainer.lock import LOCK, locked

HOLD = """
import sys, time
from pathlib import Path
from scratchgpt.trainer.lock import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(60)
"""


def test_a_second_one_is_refused_and_the_lock_is_free_afterwards(tmp_path):
    for _ in range(2):
        with locked(tmp_path):
            with pytest.raises(UserError, match=rf"is being written by process {os.getpid()}: wait"):
                locked(tmp_path).__enter__()
            with pytest.raises(UserError):  # the refused one has not let go of it
                locked(tmp_path).__enter__()
    with pytest.raises(ZeroDivisionError), locked(tmp_path):
        raise ZeroDivisionError
    with locked(tmp_path):
        pass


def test_a_killed_process_holds_nothing(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "locked\n"
        with pytest.raises(UserError, match=f"is being written by process {process.pid}:"):
            locked(tmp_path).__enter__()
    finally:
        process.kill()  # kill -9
        process.communicate()
    assert (tmp_path / LOCK).read_text().split() == [str(process.pid)]
    with locked(tmp_path):  # what the dead process wrote means nothing
        assert (tmp_path / LOCK).read_text().split() == [str(os.getpid())]


@pytest.mark.skipif(os.name != "posix", reason="the lock of POSIX systems")
def test_a_file_system_without_locks_is_written_without_one(tmp_path, monkeypatch):
    def refuse(descriptor, operation):
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with locked(tmp_path), locked(tmp_path):
        pass


def test_a_folder_that_cannot_be_written(tmp_path):
    with pytest.raises(UserError, match="Cannot write"):
        locked(tmp_path / "nowhere").__enter__()


def test_windows_locks_a_byte_far_behind_the_process_number(tmp_path, monkeypatch):
    """Nobody reads a locked byte there, and the message must name the process."""
    held = set()

    def locking(descriptor, mode, n_bytes):
        at = os.lseek(descriptor, 0, os.SEEK_CUR)
        if mode == "unlock":
            held.remove((at, n_bytes))
        elif (at, n_bytes) in held:
            raise PermissionError(13, "Permission denied")
        else:
            held.add((at, n_bytes))

    monkeypatch.setattr(locks, "sys", SimpleNamespace(platform="win32"))
    fake = SimpleNamespace(locking=locking, LK_NBLCK="lock", LK_UNLCK="unlock")
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    with locked(tmp_path):
        assert held == {(2**30, 1)}
        with pytest.raises(UserError, match=f"is being written by process {os.getpid()}:"):
            locked(tmp_path).__enter__()
    assert not held
