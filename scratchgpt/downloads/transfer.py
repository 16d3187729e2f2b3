"""The bytes of one file over HTTP: continued where they stopped, and never glued from two versions of it."""

import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

WAITS = (1.0, 4.0, 16.0)
"""Seconds before each new attempt, counted from the last attempt that brought new bytes."""

_LONGEST_WAIT = 60.0  # seconds; a server may ask for more than a user has
_CHUNK = 1 << 15  # bytes; a connection that breaks loses the last, unfinished chunk
_TIMEOUT = (10, 30)  # seconds: to connect, and between two packets
_REDIRECTS = 10


class Failed(Exception):
    """Why no (further) bytes came, and `advice`: what may help, up to the word "or"."""

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.advice = advice


class WrongBytes(Exception):
    """The bytes that came, or that the server offers, are not those of the file."""


class _Again(Exception):
    """An attempt failed in a way that may pass; the server may ask to `wait` some seconds."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class Part:
    """A folder with the bytes of a file that have arrived so far, and a note of what they are bytes of."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.bytes, self._note = folder / "bytes", folder / "note.json"
        if self._read().get("url") != url:
            self.clear()  # of another address, or without a readable note
        folder.mkdir(exist_ok=True)

    def _read(self) -> dict[str, Any]:
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    @property
    def arrived(self) -> int:
        """The number of bytes here."""
        return self.bytes.stat().st_size if self.bytes.exists() else 0

    def state(self) -> tuple[int, int | None, str | None]:
        """Return (bytes to continue from, bytes of the whole file, ETag).

        Without the number of bytes in the whole file nothing can be continued: the ETag alone does not say
        where the file ends.
        """
        note = self._read()
        total, etag = note.get("total"), note.get("etag")
        if not isinstance(total, int) or self.arrived > total:
            return 0, None, None
        return self.arrived, total, etag if isinstance(etag, str) else None

    def begin(self, total: int | None, etag: str | None) -> None:
        """Throw the bytes away and note what the next ones are bytes of."""
        self.bytes.write_bytes(b"")
        # Torn by a kill, the note is unreadable, and the part counts as empty.
        note = {"url": self.url, "total": total, "etag": etag}
        self._note.write_text(json.dumps(note), encoding="utf-8")

    def give(self, place: str) -> None:
        """Put the bytes at `place`, where a file may be; keep them here too if the file system has links.

        So a kill while 6 GB are being hashed costs none of them.
        """
        try:
            Path(place).unlink()
            os.link(self.bytes, place)
        except OSError:
            self.bytes.replace(place)

    def clear(self) -> None:
        """Forget what has arrived."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Transfer:
    """Brings the missing bytes, in as many attempts as make progress and a few more that do not."""

    def __init__(self, url: str, size: int | None, part: Part) -> None:
        self.url, self.size, self.part = url, size, part
        self.answered = False  # by any server; before that, a failure to connect is final

    def run(self) -> None:
        """Complete the part. Raises Failed, and WrongBytes when the server offers another number of bytes."""
        import requests
        from tqdm import tqdm

        most, attempts = self.part.arrived, 0
        name = urlsplit(self.url).path.rpartition("/")[2]
        bar = tqdm(desc=name, total=self.size, initial=most, unit="B", unit_scale=True)
        with requests.Session() as session, bar:
            while True:
                wait = 0.0
                try:
                    if self._attempt(session, bar):
                        return
                    reason = "the connection broke off"
                except _Again as error:
                    reason, wait = str(error), error.wait
                except requests.RequestException as error:
                    reason = _words(error)
                    if not self.answered:
                        raise Failed(reason, "try again with a network connection, or ") from None
                if (arrived := self.part.arrived) > most:
                    most, attempts = arrived, 0
                if attempts == len(WAITS):
                    kept = f"; the {arrived:,} bytes that came are kept" if arrived else ""
                    raise Failed(reason + kept, "try again later, or ")
                wait = max(WAITS[attempts], min(wait, _LONGEST_WAIT))
                attempts += 1
                bar.set_postfix_str(f"{reason}, again in {wait:.0f} s")
                time.sleep(wait)

    def _attempt(self, session: Any, bar: Any) -> bool:
        """Ask once for what is missing; True when the file is complete."""
        have, total, etag = self.part.state()
        if total is not None and have == total:
            return True
        # Without compression, so that the bytes are those that the server counts.
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
            if etag and not etag.startswith("W/"):  # a weak one says only that the meaning is the same
                headers["If-Range"] = etag
        with self._get(session, headers) as response:
            status = response.status_code
            if status == 200:
                have, total = 0, self._begin(response)
            elif status == 416 or (status == 206 and not _continues(response, have, total, etag)):
                self.part.begin(None, None)
                raise _Again("the server does not continue what it began")
            elif status != 206:
                _refuse(response)
            bar.total, bar.n, bar.initial = total, have, have
            bar.set_postfix_str("")
            with self.part.bytes.open("ab") as out:
                for chunk in response.iter_content(_CHUNK):
                    out.write(chunk)
                    out.flush()
                    bar.update(len(chunk))
                    if total is not None and bar.n > total:  # an answer without an end would fill the disk
                        raise WrongBytes(f"more than {total:,} bytes")
                os.fsync(out.fileno())
        return total in (None, self.part.arrived)

    def _begin(self, response: Any) -> int | None:
        """Start from the first byte; returns the number of bytes that the server promises."""
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else self.size
        if self.size not in (None, total):
            raise WrongBytes(f"{total:,} bytes instead of {self.size:,}")
        self.part.begin(total, response.headers.get("ETag"))
        return total

    def _get(self, session: Any, headers: dict[str, str]) -> Any:
        """Return the response to a GET, after redirects: a few, and never from https to anything else."""
        url = self.url
        for _ in range(_REDIRECTS + 1):
            response = session.get(url, headers=headers, stream=True, timeout=_TIMEOUT, allow_redirects=False)
            self.answered = True
            if not response.is_redirect:
                return response
            response.close()
            onward = urljoin(url, response.headers["Location"])
            if urlsplit(onward).scheme not in ("https", urlsplit(url).scheme):
                raise Failed(f"it redirects to {onward}, which is not secure")
            url = onward
        raise Failed(f"more than {_REDIRECTS} redirects")


def _continues(response: Any, have: int, total: int | None, etag: str | None) -> bool:
    """Whether a partial answer begins where our bytes end, in the same file."""
    span = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers.get("Content-Range", ""))
    same = etag is None or response.headers.get("ETag", etag) == etag
    return span is not None and (int(span[1]), int(span[2])) == (have, total) and same


def _refuse(response: Any) -> None:
    """Raise _Again for a status that may pass, Failed for one that will not."""
    reason = f"status {response.status_code}"
    if response.status_code in (408, 425, 429) or response.status_code >= 500:
        after = response.headers.get("Retry-After", "")
        raise _Again(reason, float(after) if after.isascii() and after.isdigit() else 0.0)
    raise Failed(reason)


def _words(error: Exception) -> str:
    """Say what went wrong on the network."""
    import requests

    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off"
    return "no connection" if type(error) is requests.ConnectionError else type(error).__name__
