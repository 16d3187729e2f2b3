"""Named corpora, against a server on this machine: no test reaches the network."""

import hashlib

import local_server
import pytest

from scratchgpt.corpus import CORPORA, named, read_documents
from scratchgpt.corpus.named import RemoteFile, fetch, resolve
from scratchgpt.downloads import transfer
from scratchgpt.errors import UserError

TEXT = b"To be, or not to be, that is the question.\n" * 100


def answer(request):
    if request.path == "/missing":
        request.send(404)
    else:  # "/broken" promises all bytes and closes the connection half-way
        request.send_file(TEXT, stop=len(TEXT) // 2 if request.path == "/broken" else None)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("SCRATCHGPT_DATA", raising=False)
    monkeypatch.setattr(transfer, "WAITS", (0.0,))
    with local_server.running() as server:
        server.answer = answer
        yield server


def remote(server, path="/good", data=TEXT):
    return RemoteFile("plays/input.txt", server.url(path), hashlib.sha256(data).hexdigest())


def failure(file, cache):
    """The message of a download that fails; nothing may be left behind but what is hidden."""
    with pytest.raises(UserError) as info:
        fetch(file, cache)
    assert not list((cache / "plays").glob("[!.]*"))
    text = str(info.value)
    for part in (file.url, str(cache / "plays" / "input.txt"), file.sha256):
        assert part in text
    assert "\n" not in text
    return text


def test_a_file_is_downloaded_once(server, tmp_path, capsys):
    file = remote(server)
    for _ in range(2):
        path = fetch(file, tmp_path)
        assert path == tmp_path / "plays" / "input.txt"
        assert path.read_bytes() == TEXT
    assert [asked.path for asked in server.requests] == ["/good"]
    assert str(tmp_path) in capsys.readouterr().err


def test_a_spoilt_copy_is_replaced(server, tmp_path):
    file = remote(server)
    (tmp_path / "plays").mkdir()
    (tmp_path / "plays" / "input.txt").write_bytes(TEXT[:10])
    assert fetch(file, tmp_path).read_bytes() == TEXT


def test_missing_on_the_server(server, tmp_path):
    assert "status 404" in failure(remote(server, "/missing"), tmp_path)


def test_other_bytes_than_expected(server, tmp_path):
    assert "the sha256 differs" in failure(remote(server, data=b"another text"), tmp_path)


def test_connection_breaks_off(server, tmp_path):
    assert "the connection broke off" in failure(remote(server, "/broken"), tmp_path)


def test_server_is_down(server, tmp_path):
    server.server_close()
    assert "try again with a network connection" in failure(remote(server), tmp_path)


def test_a_data_folder_comes_first_when_its_file_is_intact(server, tmp_path, monkeypatch):
    staged, cache = tmp_path / "staged", tmp_path / "cache"
    (staged / "plays").mkdir(parents=True)
    monkeypatch.setenv("SCRATCHGPT_DATA", str(staged))
    (staged / "plays" / "input.txt").write_bytes(TEXT)
    assert fetch(remote(server), cache) == staged / "plays" / "input.txt"
    assert server.requests == []
    (staged / "plays" / "input.txt").write_bytes(b"changed")
    assert fetch(remote(server), cache) == cache / "plays" / "input.txt"


def test_resolve_downloads_a_named_corpus(server, tmp_path, monkeypatch):
    monkeypatch.setitem(CORPORA, "plays", (remote(server),))
    monkeypatch.setattr(named, "cache_folder", lambda: tmp_path)
    assert resolve("plays") == [tmp_path / "plays" / "input.txt"]


def test_the_table_is_complete():
    files = [file for corpus in CORPORA.values() for file in corpus]
    assert {name: len(corpus) for name, corpus in CORPORA.items()} == {
        "shakespeare": 1,
        "gutenberg": 14,
        "tinystories": 1,
    }
    for field in ("path", "url", "sha256"):
        assert len({getattr(file, field) for file in files}) == len(files)
    for file in files:
        assert len(file.sha256) == 64
        assert len(file.url.split("/")[5]) == 40  # a full commit, which never changes
        assert file.url.rsplit("/", 1)[1] == file.path.rsplit("/", 1)[1]


@pytest.mark.shared
def test_all_corpora_are_found_in_the_data_folder(shared_data, monkeypatch, tmp_path):
    monkeypatch.setenv("SCRATCHGPT_DATA", str(shared_data))
    for name in CORPORA:
        documents = read_documents(resolve(name, cache=tmp_path))
        assert [d.sha256 for d in documents] == [file.sha256 for file in CORPORA[name]]
    assert not list(tmp_path.iterdir())
