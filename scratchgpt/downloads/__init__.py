"""Files from the network: fetched once, continued where they broke off, named when complete and checked.

While `F` is on its way, everything about it lies in the folder `.F.part` beside it; a kill at any moment
leaves that folder, and the next attempt asks the server for the rest. `SHA256SUMS` beside the files records
what was downloaded, in the form that `sha256sum -c SHA256SUMS` reads.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from ..errors import UserError
from ..locks import let_go, take
from .transfer import Failed, Part, Transfer, WrongBytes

RECORD = "SHA256SUMS"

Check = Callable[[Path], object]
"""Looks at the structure of a file; raises ValueError, which says what is wrong with it."""


@dataclass(frozen=True)
class RemoteFile:
    """One file: where it comes from, where it lies below a data folder, and what is known of its bytes."""

    path: str  # below the data folder, with forward slashes
    url: str
    sha256: str | None  # in hexadecimal; None when nobody published it
    size: int | None = None  # bytes


def cache_folder() -> Path:
    """Return the folder that downloads are kept in, such as ~/.cache/scratchgpt on Linux."""
    return user_cache_path("scratchgpt")


def fetch(file: RemoteFile, cache: Path, check: Check | None = None) -> Path:
    """Return the local path of `file`, intact; download it when there is none.

    Looks first below the folder that the environment variable SCRATCHGPT_DATA names, then below `cache`.
    Intact means: the sha256 is right; where it is unknown, the size is, and `check` raises nothing.
    Raises UserError as `download` does.
    """
    for folder in (os.environ.get("SCRATCHGPT_DATA"), cache):
        if folder and _is_intact(local := Path(folder) / file.path, file, check):
            return local
    return download(file, cache, check)


def download(file: RemoteFile, cache: Path, check: Check | None = None, by_hand: str | None = None) -> Path:
    """Download `file` below `cache` and return its path; continue what an earlier attempt left.

    Where no sha256 is known, `check` looks at the bytes, and their sha256 is printed and recorded: at a later
    download it must be the recorded one. Address, place and progress appear on standard error. Processes
    that download into the same folder take turns.

    Raises UserError when the download or a check fails, or the disk refuses: it says what failed and then
    `by_hand`, where to put the file instead (default: this file at its place). Bytes that fail a check are
    thrown away; those of a connection that broke are kept for the next attempt.
    """
    target = cache / file.path
    if by_hand is None:
        known = f"; its sha256 must be {file.sha256}" if file.sha256 else ""
        by_hand = f"put the file at {str(target)!r} yourself{known}."
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _turn(target.parent):
            if not _is_intact(target, file, check):  # another process may have brought it meanwhile
                print(f"Downloading {file.url} to {target}", file=sys.stderr)
                _bring(file, target, check)
    except Failed as error:
        raise UserError(f"Cannot download {file.url} ({error}): {error.advice}{by_hand}") from None
    except WrongBytes as error:
        raise UserError(
            f"{file.url} sent other bytes than expected ({error}), and they were thrown "
            f"away: try again, or {by_hand}"
        ) from None
    except OSError as error:
        raise UserError(
            f"Cannot write {target} ({error.strerror or error}): free some space or make the folder "
            f"writable and try again, or {by_hand}"
        ) from None
    return target


def _is_intact(path: Path, file: RemoteFile, check: Check | None) -> bool:
    if not path.is_file() or file.size not in (None, path.stat().st_size):
        return False
    if file.sha256:
        return _sha256(path) == file.sha256
    try:
        if check:
            check(path)
    except ValueError:
        return False
    return True


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _bring(file: RemoteFile, target: Path, check: Check | None) -> None:
    """Transfer, check, record and name the file."""
    # Imported here: pooch brings requests, which is slow to load and absent in a browser.
    import pooch

    # Its announcements go to the standard error of the moment it was imported, which may be closed by now.
    pooch.get_logger().setLevel("WARNING")
    part = Part(target.parent / f".{target.name}.part", file.url)

    def transfer(url: str, place: str, _: Any) -> None:
        Transfer(url, file.size, part).run()
        part.give(place)

    try:
        # pooch calls `transfer`, unless an earlier attempt was killed after this line, and hashes the bytes.
        whole = Path(pooch.retrieve(file.url, file.sha256, "whole", part.folder, downloader=transfer))
        if check and not file.sha256:
            check(whole)
        _record(target, whole, file.sha256)
    except (Failed, OSError):
        if not part.arrived:
            part.clear()
        raise
    except WrongBytes:
        part.clear()
        raise
    except ValueError as error:
        part.clear()
        raise WrongBytes("the sha256 differs" if file.sha256 else str(error)) from None
    whole.replace(target)
    part.clear()


def _record(target: Path, whole: Path, known: str | None) -> None:
    """Write the sha256 into SHA256SUMS; when nobody published it, hold it against the record and print it."""
    record = target.parent / RECORD
    sums = {}
    with suppress(FileNotFoundError):
        for line in record.read_text(encoding="utf-8").splitlines():
            digest, _, name = line.partition("  ")
            sums[name] = digest
    sha256 = known or _sha256(whole)
    if not known:
        if (recorded := sums.get(target.name, sha256)) != sha256:
            raise WrongBytes(
                f"the sha256 is {sha256}, but {record} has {recorded} from an earlier download: delete that "
                "line if you trust the new bytes"
            )
        print(f"The sha256 of {target.name} is {sha256}, recorded in {record}", file=sys.stderr)
    sums[target.name] = sha256
    new = record.with_name(f".{RECORD}.new")
    new.write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), encoding="utf-8")
    new.replace(record)


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Wait until no other process downloads into `folder`; the system ends the turn of one that dies."""
    with (folder / ".lock").open("ab") as file:
        waiting = False
        while not take(file.fileno()):
            if not waiting:
                print(f"Waiting for another process that downloads to {folder}", file=sys.stderr)
            waiting = True
            time.sleep(0.1)
        try:
            yield
        finally:
            let_go(file.fileno())
