"""Files of questions and texts: by name, damaged, packed, held out."""

import bz2
import hashlib
import zipfile

import pytest

from scratchgpt.corpus import read_documents, split
from scratchgpt.downloads import RemoteFile
from scratchgpt.errors import UserError
from scratchgpt.evaluation import data
from scratchgpt.protocols import DATA
from scratchgpt.resources import data_path


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """(staged folder, cache), in which nothing is downloaded."""
    staged, cache = tmp_path / "staged", tmp_path / "cache"
    monkeypatch.setenv("SCRATCHGPT_DATA", str(staged))
    monkeypatch.setattr(data, "cache_folder", lambda: cache)

    def no_network(file, cache, check=None):
        for folder in (staged, cache):
            if (folder / file.path).is_file():
                return folder / file.path
        raise UserError(f"Cannot download {file.url}")

    monkeypatch.setattr(data, "fetch", no_network)
    return staged, cache


def put(folder, path, content):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)
    return folder / path


def test_lines_of_a_file_packed_or_not(tmp_path):
    text = "\ufeffone\r\ntwo\nthree".encode()
    plain = data.read_lines(put(tmp_path, "a.txt", text))
    packed = data.read_lines(put(tmp_path, "a.txt.bz2", bz2.compress(text)))
    assert [line.text for line in plain.lines] == ["one", "two", "three"]
    assert [line.text for line in packed.lines] == ["one", "two", "three"]
    assert plain.lines[1].where == f"{tmp_path / 'a.txt'}, line 2"
    assert plain.sha256 == hashlib.sha256(text).hexdigest()
    assert packed.sha256 == hashlib.sha256(bz2.compress(text)).hexdigest()


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("a.txt", b"one\n\nthree\n", r"a.txt, line 2 is empty"),
        ("a.txt", b"one\n \t\n", r"a.txt, line 2 is empty"),
        ("a.txt", b"", r"a.txt is empty"),
        ("a.txt", b"one\ntwo \xff\n", r"a.txt, line 2 is not UTF-8 \(byte 0xff\)"),
        ("a.bz2", b"no archive", "not complete bzip2 data"),
        ("a.bz2", bz2.compress(b"one\n" * 99)[:-8], "not complete bzip2 data"),
    ],
)
def test_damaged_files(tmp_path, name, content, part):
    with pytest.raises(UserError, match=part) as error:
        data.read_lines(put(tmp_path, name, content))
    assert "\n" not in str(error.value)


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(UserError, match="Cannot read"):
        data.read_lines(tmp_path)


def test_a_name_means_the_file_that_is_here_else_the_first(folders):
    staged, cache = folders
    first, second = data.SOURCES["hellaswag"]
    with pytest.raises(UserError, match=first.url):
        data.locate("hellaswag")
    path = put(staged, second.path, b"x")
    assert data.locate("hellaswag") == path
    path = put(cache, first.path, b"x")
    assert data.locate("hellaswag") == path


def test_a_file_of_ones_own_and_what_is_none(tmp_path):
    path = put(tmp_path, "mine.jsonl", b"x")
    assert data.locate(str(path)) == path
    for name, part in (
        ("helaswag", "Did you mean 'hellaswag'"),
        ("", "no file ''"),
        (str(tmp_path), "no file"),
    ):
        with pytest.raises(UserError, match=part):
            data.locate(name)


def test_raw_wikitext_is_unpacked_once(folders, monkeypatch):
    _, cache = folders
    text = " \n = Titel = \n \n Größe @-@ x .\n".encode()
    raw = RemoteFile(data._RAW.path, data._RAW.url, hashlib.sha256(text).hexdigest())
    monkeypatch.setattr(data, "_RAW", raw)
    monkeypatch.setitem(data.SOURCES, "wikitext2-raw", (raw,))
    with pytest.raises(UserError, match=r"wikitext-2-raw-v1\.zip"):
        data.locate("wikitext2-raw")
    archive = cache / data._ZIP.path
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("wikitext-2-raw/wiki.train.raw", "other")
        zipped.writestr("wikitext-2-raw/wiki.test.raw", text)
    path = data.locate("wikitext2-raw")
    assert path == cache / "wikitext2" / "wiki.test.raw" and path.read_bytes() == text
    archive.unlink()
    assert data.locate("wikitext2-raw") == path
    (document,) = data.texts(["wikitext2-raw"])
    assert document.sha256 == raw.sha256
    path.write_bytes(b"damaged")
    with pytest.raises(UserError, match=r"wikitext-2-raw-v1\.zip"):
        data.locate("wikitext2-raw")


def test_texts_are_whole_or_the_share_that_training_holds_out():
    (whole,) = read_documents([data_path("tales.txt")])
    assert [d.text for d in data.texts(["tales"])] == [whole.text]
    (held_out,) = data.texts(["tales"], 0.1)
    assert held_out.text == split(whole, 0.1)[1]
    assert held_out.sha256 == whole.sha256


def test_texts_that_are_refused(tmp_path):
    path = put(tmp_path, "a.txt", b"ab")
    for names, share, part in (
        (["tales", "shakespear"], 0.0, "Did you mean 'shakespeare'"),
        ([str(path)], 1.5, r"expected a number in \[0, 1\)"),
        ([str(path)], -1.0, r"expected a number in \[0, 1\)"),
    ):
        with pytest.raises(UserError, match=part):
            data.texts(names, share)


def test_every_default_is_a_name():
    assert set(DATA.values()) <= {*data.SOURCES, "tales"}


@pytest.mark.shared
@pytest.mark.parametrize("name", ["wikitext2", "hellaswag", "lambada"])
def test_staged_files_are_what_they_are_said_to_be(shared_data, monkeypatch, name, tmp_path):
    monkeypatch.setenv("SCRATCHGPT_DATA", str(shared_data))
    monkeypatch.setattr(data, "cache_folder", lambda: tmp_path)
    path = data.locate(name)
    assert path.is_relative_to(shared_data)
    assert hashlib.sha256(path.read_bytes()).hexdigest() in {file.sha256 for file in data.SOURCES[name]}


@pytest.mark.shared
def test_the_two_forms_of_lambada_hold_the_same_text(shared_data):
    """Written as the first form, the second has the first one's sha256."""
    import json

    first, second = data.SOURCES["lambada"]
    rows = map(json.loads, (shared_data / second.path).read_text(encoding="utf-8").splitlines())
    joined = "".join(json.dumps({"text": f"{r['context']} {r['continuation']}"}) + "\n" for r in rows)
    assert hashlib.sha256(joined.encode()).hexdigest() == first.sha256
