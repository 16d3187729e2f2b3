"""Downloads against a server on this machine: interrupted, continued, refused, redirected, lied to."""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time

import local_server
import pytest
import requests

from scratchgpt import cli, downloads
from scratchgpt.downloads import RemoteFile, fetch, transfer
from scratchgpt.errors import UserError

CHUNK = 1000
DATA = bytes(i * i % 251 for i in range(12_345))  # not a whole number of chunks
HALF = 6 * CHUNK
OTHER = DATA[::-1]


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("SCRATCHGPT_DATA", raising=False)
    monkeypatch.setattr(transfer, "WAITS", (0.0, 0.0, 0.0))
    monkeypatch.setattr(transfer, "_CHUNK", CHUNK)
    with local_server.running() as server:
        server.answer = lambda request: request.send_file(DATA)
        yield server


def remote(server, data=DATA, **changes):
    known = {"sha256": hashlib.sha256(data).hexdigest(), "size": None}
    return RemoteFile("m/file.bin", server.url(), **(known | changes))


def one_after_another(*answers):
    """An answer that is another one at every request; the last one stays."""
    left = list(answers)
    return lambda request: (left.pop(0) if len(left) > 1 else left[0])(request)


def whole(request):
    request.send_file(DATA)


def break_off(at=HALF):
    return lambda request: request.send_file(DATA, stop=at)


def status(number, **headers):
    return lambda request: request.send(number, **headers)


def failure(file, cache, kept=0, **options):
    """The message of a download that fails, one line; no file has its name, and `kept` bytes stay."""
    with pytest.raises(UserError) as info:
        fetch(file, cache, **options)
    assert not (cache / file.path).exists()
    left = {path.name: path.stat().st_size for path in cache.rglob("*") if path.is_file()}
    assert left.pop(".lock") == 0
    left.pop("note.json", None)
    assert left == ({"bytes": kept} if kept else {})
    text = str(info.value)
    assert file.url in text
    assert str(cache / file.path) in text
    assert "\n" not in text
    return text


# What a download leaves


def test_the_file_the_record_and_nothing_else(server, tmp_path, capsys):
    file = remote(server)
    for _ in range(2):
        assert fetch(file, tmp_path).read_bytes() == DATA
    assert server.requests == [("/file", None)]
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == [".lock", "SHA256SUMS", "file.bin"]
    said = capsys.readouterr().err
    assert said.count("Downloading") == 1
    assert f"{file.url} to {tmp_path / 'm' / 'file.bin'}" in said


@pytest.mark.skipif(sys.platform == "win32", reason="sha256sum is a program of POSIX systems")
def test_the_record_is_read_by_sha256sum(server, tmp_path):
    for name in ("b.bin", "a.bin", "b.bin"):
        (tmp_path / "m" / name).unlink(missing_ok=True)
        fetch(RemoteFile(f"m/{name}", server.url(), None), tmp_path)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path / "m",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == "a.bin: OK\nb.bin: OK\n"


def test_a_name_that_looks_like_our_own_files(server, tmp_path):
    for name in ("bytes", "note.json", "whole"):
        file = RemoteFile(name, server.url(), None)
        assert fetch(file, tmp_path).read_bytes() == DATA


def test_bytes_are_asked_for_as_they_are(server, tmp_path):
    """Compressed, they would be others than those that the server counts."""
    asked = []
    server.answer = lambda request: (
        asked.append(request.headers["Accept-Encoding"]) or request.send_file(DATA)
    )
    fetch(remote(server), tmp_path)
    assert asked == ["identity"]


# Interrupted and continued


def test_a_broken_connection_is_continued_at_once(server, tmp_path):
    server.answer = one_after_another(break_off(HALF), break_off(10 * CHUNK), whole)
    assert fetch(remote(server), tmp_path).read_bytes() == DATA
    assert [asked.range for asked in server.requests] == [None, "bytes=6000-", "bytes=10000-"]


def test_attempts_that_bring_something_do_not_count(server, tmp_path):
    server.answer = one_after_another(*(break_off(n * CHUNK) for n in range(1, 13)), whole)
    assert fetch(remote(server), tmp_path).read_bytes() == DATA
    assert len(server.requests) == 13


def test_a_later_call_asks_only_for_the_rest(server, tmp_path, capsys):
    server.answer = one_after_another(break_off(HALF), break_off(HALF))
    text = failure(remote(server), tmp_path, kept=HALF)
    assert "the connection broke off; the 6,000 bytes that came are kept" in text
    assert "try again later" in text
    server.requests.clear()
    server.answer = whole
    capsys.readouterr()
    assert fetch(remote(server), tmp_path).read_bytes() == DATA
    assert server.requests == [("/file", "bytes=6000-")]
    assert "6.00k/12.3k" in capsys.readouterr().err.replace(" ", "")  # where the bar starts


def test_a_complete_part_needs_no_server(server, tmp_path, monkeypatch):
    """Killed after the last byte, before the file had its name."""
    file = remote(server)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(transfer.Part, "give", interrupt)
        fetch(file, tmp_path)
    assert not (tmp_path / file.path).exists()
    server.requests.clear()
    assert fetch(file, tmp_path).read_bytes() == DATA
    assert server.requests == []


def test_an_interrupted_hash_costs_nothing(server, tmp_path, monkeypatch):
    import pooch.core

    file = remote(server)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(pooch.core, "hash_matches", interrupt)
        fetch(file, tmp_path)
    server.requests.clear()
    assert fetch(file, tmp_path).read_bytes() == DATA
    assert server.requests == []
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == [".lock", "SHA256SUMS", "file.bin"]


def test_a_file_system_without_links(server, tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert fetch(remote(server), tmp_path).read_bytes() == DATA


def interrupt(*_, **__):
    raise KeyboardInterrupt


PROGRAM = """
import sys
from pathlib import Path
from scratchgpt.downloads import RemoteFile, fetch, transfer
transfer._CHUNK = 1000
fetch(RemoteFile("m/file.bin", sys.argv[1], sys.argv[2]), Path(sys.argv[3]))
"""


def in_another_process(file, cache):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, file.url, file.sha256, str(cache)],
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def wait_for(condition):
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until, "nothing happened for half a minute"
        time.sleep(0.005)


@pytest.mark.skipif(os.name != "posix", reason="kill -9 needs POSIX signals")
def test_killed_in_the_middle_while_another_process_waits(server, tmp_path, capfd):
    stalled = threading.Event()

    def half_and_stall(request):
        request.send(200, DATA[:HALF], Content_Length=len(DATA), ETag='"1"')
        stalled.wait(30)

    server.answer = one_after_another(half_and_stall, whole)
    file, part = remote(server), tmp_path / "m" / ".file.bin.part" / "bytes"
    first = in_another_process(file, tmp_path)
    try:
        wait_for(lambda: part.exists() and part.stat().st_size == HALF)
        assert not (tmp_path / file.path).exists()
        second = in_another_process(file, tmp_path)
        assert "Waiting for another process" in second.stderr.readline()
        assert len(server.requests) == 1
        first.send_signal(signal.SIGKILL)
        first.communicate()
        second.communicate(timeout=30)
    finally:
        stalled.set()
        first.kill()
    assert second.returncode == 0
    assert (tmp_path / file.path).read_bytes() == DATA
    assert server.requests == [("/file", None), ("/file", "bytes=6000-")]


def test_two_at_once_download_once(server, tmp_path):
    def slowly(request):
        time.sleep(0.15)
        whole(request)

    server.answer = slowly
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(fetch(remote(server), tmp_path))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() for path in results] == [DATA] * 3
    assert len(server.requests) == 1


# Never glued from two versions


@pytest.mark.parametrize(
    "note",
    [
        {"url": "http://another", "total": len(DATA), "etag": '"1"'},
        {"total": len(DATA)},
        {"url": None, "total": None, "etag": None},
        {"url": "ours", "total": HALF - 1, "etag": '"1"'},  # fewer than lie there
        {"url": "ours", "total": "12345", "etag": '"1"'},
        {"url": "ours", "total": None, "etag": '"1"'},
        [],
        "torn",
        None,
    ],
)
def test_bytes_of_unknown_origin_are_not_continued(server, tmp_path, note):
    file, folder = remote(server), tmp_path / "m" / ".file.bin.part"
    folder.mkdir(parents=True)
    (folder / "bytes").write_bytes(OTHER[:HALF])
    if isinstance(note, dict) and note.get("url") == "ours":
        note["url"] = file.url
    if note is not None:
        (folder / "note.json").write_text("{" if note == "torn" else json.dumps(note), encoding="utf-8")
    assert fetch(file, tmp_path).read_bytes() == DATA
    assert server.requests == [("/file", None)]


@pytest.mark.parametrize(("etag", "shorter"), [('"1"', 0), ('"1"', 7), ('W/"1"', 0), ('W/"1"', 7), (None, 7)])
def test_a_file_that_changed_meanwhile_starts_again(server, tmp_path, etag, shorter):
    """Told by a strong ETag, by a weak one in the answer, or else by the number of bytes."""
    new = OTHER[shorter:]
    server.answer = one_after_another(
        lambda request: request.send_file(DATA, stop=HALF, etag=etag),
        lambda request: request.send_file(new, etag=etag and etag.replace("1", "2")),
    )
    assert fetch(remote(server, sha256=None), tmp_path).read_bytes() == new
    # A strong ETag goes with the question for the rest, and the server answers with the whole new file.
    assert len(server.requests) == (2 if etag == '"1"' else 3)


def test_a_server_without_ranges_starts_again(server, tmp_path, capsys):
    server.answer = one_after_another(break_off(HALF), lambda request: request.send(200, DATA, ETag='"1"'))
    assert fetch(remote(server), tmp_path).read_bytes() == DATA
    assert [asked.range for asked in server.requests] == [None, "bytes=6000-"]
    assert "12.3k/12.3k" in capsys.readouterr().err  # the bar starts again too


@pytest.mark.parametrize(
    "span",
    [
        f"bytes 5999-12344/{len(DATA)}",
        f"bytes 6000-12344/{len(DATA) + 1}",
        "bytes 6000-12344/*",
        "6000-",
        "",
        None,
    ],
)
def test_a_wrong_content_range_starts_again(server, tmp_path, span):
    server.answer = one_after_another(
        break_off(HALF), lambda request: request.send(206, OTHER[HALF:], Content_Range=span), whole
    )
    assert fetch(remote(server, sha256=None), tmp_path).read_bytes() == DATA
    assert [asked.range for asked in server.requests] == [None, "bytes=6000-", None]


def test_an_etag_in_the_answer_that_differs_starts_again(server, tmp_path):
    span = f"bytes {HALF}-{len(DATA) - 1}/{len(DATA)}"
    server.answer = one_after_another(
        break_off(HALF),
        lambda request: request.send(206, OTHER[HALF:], Content_Range=span, ETag='"2"'),
        whole,
    )
    assert fetch(remote(server, sha256=None), tmp_path).read_bytes() == DATA


# Wrong bytes


def test_wrong_hash(server, tmp_path):
    text = failure(remote(server, data=OTHER), tmp_path)
    assert "the sha256 differs" in text
    assert hashlib.sha256(OTHER).hexdigest() in text


def test_truncated_for_ever(server, tmp_path):
    server.answer = break_off(len(DATA) - 1)
    text = failure(remote(server), tmp_path, kept=12 * CHUNK)
    assert "the connection broke off" in text
    assert len(server.requests) == 4  # one that brought bytes, three that brought none


def test_a_content_length_that_is_too_large(server, tmp_path):
    """The server promises a byte more than it has, and does not know the range behind its end."""

    def lie(request):
        if request.headers["Range"]:
            request.send(416, Content_Range=f"bytes */{len(DATA)}")
        else:
            request.send(200, DATA, Content_Length=len(DATA) + 1)

    server.answer = lie
    assert "the server does not continue what it began" in failure(remote(server), tmp_path)
    assert [bool(asked.range) for asked in server.requests] == [False, True, False, True]


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "the sha256 differs"),
        ({"sha256": None, "size": len(DATA)}, "12,344 bytes instead of 12,345"),
    ],
)
def test_a_content_length_that_is_too_small(server, tmp_path, known, words):
    server.answer = lambda request: request.send(200, DATA, Content_Length=len(DATA) - 1)
    assert words in failure(remote(server, **known), tmp_path)


def test_another_number_of_bytes_is_refused_before_they_come(server, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer.Part, "begin", interrupt)
    assert "12,345 bytes instead of 5" in failure(remote(server, size=5), tmp_path)


def test_no_content_length_at_all(server, tmp_path):
    server.answer = lambda request: request.send(200, DATA, Content_Length=None)
    assert fetch(remote(server), tmp_path).read_bytes() == DATA
    (tmp_path / "m" / "file.bin").unlink()
    server.answer = lambda request: request.send(200, DATA[:HALF], Content_Length=None)
    assert "the sha256 differs" in failure_but_recorded(remote(server), tmp_path)
    text = failure_but_recorded(remote(server, sha256=None, size=len(DATA)), tmp_path)
    assert "the connection broke off" in text


def failure_but_recorded(file, cache):
    with pytest.raises(UserError) as info:
        fetch(file, cache)
    assert not (cache / file.path).exists()
    return str(info.value)


def damaged(path):
    if path.read_bytes() != DATA:
        raise ValueError("the header is longer than the file")


def test_the_structure_is_checked_where_no_hash_is_known(server, tmp_path):
    file = remote(server, sha256=None)
    server.answer = lambda request: request.send_file(OTHER)
    assert "the header is longer than the file" in failure(file, tmp_path, check=damaged)
    server.answer = whole
    assert fetch(file, tmp_path, damaged).read_bytes() == DATA
    (tmp_path / file.path).write_bytes(OTHER)  # spoilt later
    assert fetch(file, tmp_path, damaged).read_bytes() == DATA
    assert len(server.requests) == 3


def test_an_unknown_hash_is_printed_and_compared_with_the_record(server, tmp_path, capsys):
    file = remote(server, sha256=None)
    fetch(file, tmp_path)
    sha256, record = hashlib.sha256(DATA).hexdigest(), tmp_path / "m" / "SHA256SUMS"
    assert f"{sha256}, recorded in {record}" in capsys.readouterr().err
    assert record.read_text(encoding="utf-8") == f"{sha256}  file.bin\n"
    (tmp_path / file.path).unlink()
    server.answer = lambda request: request.send_file(OTHER)
    text = failure_but_recorded(file, tmp_path)
    assert sha256 in text
    assert hashlib.sha256(OTHER).hexdigest() in text
    assert "delete that line" in text
    assert not (tmp_path / "m" / ".file.bin.part").exists()
    record.unlink()
    assert fetch(file, tmp_path).read_bytes() == OTHER


def test_a_published_hash_goes_before_the_record(server, tmp_path):
    record = tmp_path / "m" / "SHA256SUMS"
    record.parent.mkdir()
    record.write_text(f"{'0' * 64}  file.bin\n{'1' * 64}  other.bin\n", encoding="utf-8")
    fetch(remote(server), tmp_path)
    assert record.read_text(encoding="utf-8") == f"{remote(server).sha256}  file.bin\n{'1' * 64}  other.bin\n"


# Refused, busy, redirected


@pytest.mark.parametrize("number", [400, 401, 403, 404, 410, 451])
def test_a_refusal_is_final(server, tmp_path, number):
    server.answer = status(number)
    assert f"(status {number}): put the file at" in failure(remote(server), tmp_path)
    assert len(server.requests) == 1


def test_a_refusal_while_continuing_keeps_the_bytes(server, tmp_path):
    server.answer = one_after_another(break_off(HALF), status(403))
    assert "status 403" in failure(remote(server), tmp_path, kept=HALF)


@pytest.mark.parametrize("number", [429, 500, 502, 503, 504])
def test_busy_and_then_there(server, tmp_path, number):
    server.answer = one_after_another(status(number), break_off(HALF), status(number), whole)
    assert fetch(remote(server), tmp_path).read_bytes() == DATA
    assert [asked.range for asked in server.requests] == [None, None, "bytes=6000-", "bytes=6000-"]


def test_busy_for_ever(server, tmp_path):
    server.answer = status(503)
    assert "(status 503): try again later, or put" in failure(remote(server), tmp_path)
    assert len(server.requests) == 4


def test_waits_grow_and_follow_the_server_within_reason(server, tmp_path, monkeypatch):
    waits = []
    monkeypatch.setattr(transfer.time, "sleep", waits.append)
    monkeypatch.setattr(transfer, "WAITS", (1.0, 4.0, 16.0))
    server.answer = one_after_another(
        status(503), status(503, Retry_After="7"), status(429, Retry_After="1000000"), whole
    )
    fetch(remote(server), tmp_path)
    assert waits == [1.0, 7.0, 60.0]


def test_no_server(tmp_path, server):
    server.server_close()
    text = failure(remote(server), tmp_path)
    assert "(no connection): try again with a network connection, or put the file at" in text


def test_an_address_that_is_none(server, tmp_path):
    assert "InvalidSchema" in failure(RemoteFile("m/file.bin", "gopher://x/file", None), tmp_path)


def test_redirects_are_followed_with_the_range(server, tmp_path):
    def redirect(request):
        if request.path == "/file":
            request.send(302, Location="/onward?signed=1")
        elif request.path == "/onward?signed=1":
            request.send(307, Location=server.url("/end"))
        else:
            request.send_file(DATA, stop=HALF if len(server.requests) == 3 else None)

    server.answer = redirect
    assert fetch(remote(server), tmp_path).read_bytes() == DATA
    assert [asked.path for asked in server.requests] == ["/file", "/onward?signed=1", "/end"] * 2
    assert [asked.range for asked in server.requests] == [None] * 3 + ["bytes=6000-"] * 3


def test_a_redirect_loop(server, tmp_path):
    server.answer = status(301, Location="/file")
    assert "more than 10 redirects" in failure(remote(server), tmp_path)
    assert len(server.requests) == 11


def test_a_redirect_to_nowhere(server, tmp_path):
    server.answer = status(302)
    assert "status 302" in failure(remote(server), tmp_path)


class Redirecting:
    """A session whose every answer is a redirect to `location`."""

    def __init__(self, location):
        self.location, self.asked = location, []

    def get(self, url, **_):
        self.asked.append(url)
        response = requests.Response()
        response.status_code, response.raw = 302, None
        response.headers["Location"] = self.location
        response.close = lambda: None
        return response


@pytest.mark.parametrize("location", ["http://b/file", "//b/file", "ftp://b/file", "file:///etc/passwd"])
def test_from_https_only_to_https(tmp_path, location):
    session = Redirecting(location)
    part = transfer.Part(tmp_path / "part", "https://a/file")
    with pytest.raises(transfer.Failed) as info:
        transfer.Transfer("https://a/file", None, part)._get(session, {})
    if location.startswith("//"):  # without a scheme of its own: that of the address before
        assert "more than 10 redirects" in str(info.value)
        assert session.asked == ["https://a/file"] + ["https://b/file"] * 10
    else:
        assert f"it redirects to {location}, which is not secure" in str(info.value)
        assert session.asked == ["https://a/file"]


# The disk


def test_disk_full(server, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(transfer.os, "fsync", full)
    text = failure_on_disk(remote(server), tmp_path)
    assert "(No space left on device): free some space" in text
    monkeypatch.undo()
    assert fetch(remote(server), tmp_path).read_bytes() == DATA
    assert len(server.requests) == 1  # all bytes had come


def failure_on_disk(file, cache):
    text = failure_but_recorded(file, cache)
    assert str(cache / file.path) in text
    assert "\n" not in text
    return text


def test_a_folder_that_is_a_file(server, tmp_path):
    (tmp_path / "m").write_text("in the way", encoding="utf-8")
    with pytest.raises(UserError, match=r"Cannot write .*put the file at"):
        fetch(remote(server), tmp_path)


# The command line, and where files are looked for


def test_a_command_line_ends_with_one_line_and_exit_code_2(server, tmp_path, capsys):
    server.answer = status(404)
    with pytest.raises(SystemExit) as info:
        cli.run(lambda: fetch(remote(server), tmp_path) and 0)
    assert info.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"error: Cannot download {server.url()} (status 404): put the file at")


def test_a_data_folder_comes_first(server, tmp_path, monkeypatch):
    staged = tmp_path / "staged" / "m" / "file.bin"
    staged.parent.mkdir(parents=True)
    staged.write_bytes(DATA)
    monkeypatch.setenv("SCRATCHGPT_DATA", str(tmp_path / "staged"))
    for file in (remote(server), remote(server, sha256=None), remote(server, sha256=None, size=len(DATA))):
        assert fetch(file, tmp_path / "cache") == staged
    assert server.requests == []
    with pytest.raises(UserError):  # what lies there has another size, and so has what the server sends
        fetch(remote(server, sha256=None, size=1), tmp_path / "cache")


def test_importing_loads_no_network_library():
    loaded = subprocess.run(
        [sys.executable, "-c", "import scratchgpt.downloads, sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout.split()
    assert "scratchgpt.downloads" in loaded
    assert not {"pooch", "requests", "tqdm", "numpy"} & set(loaded)


def test_the_cache_is_below_the_users_own(monkeypatch, tmp_path):
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert downloads.cache_folder() == tmp_path / "scratchgpt"
    assert downloads.cache_folder().name in ("scratchgpt", "Cache")
