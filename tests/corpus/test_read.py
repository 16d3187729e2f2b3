"""Reading training text: what comes out, and one clear line for every kind of bad file."""

import bz2
import gzip
import hashlib
import lzma

import pytest

from scratchgpt.corpus import CORPORA, pieces, plain, read_documents, resolve, split
from scratchgpt.corpus.read import KNOWN_ENCODINGS, Document
from scratchgpt.errors import UserError


def write(folder, data, name="text.txt"):
    path = folder / name
    path.write_bytes(data)
    return path


def message(paths, **options):
    """The one-line message that reading ends with."""
    with pytest.raises(UserError) as info:
        read_documents(paths, **options)
    assert "\n" not in str(info.value)
    return str(info.value)


def test_a_document_says_what_was_read(tmp_path):
    data = "Grüße\n".encode()
    path = write(tmp_path, data)
    [document] = read_documents([path])
    assert document == Document(str(path), "Grüße\n", hashlib.sha256(data).hexdigest(), len(data))


def test_byte_order_mark_and_line_ends_are_normalised(tmp_path):
    [document] = read_documents([write(tmp_path, b"\xef\xbb\xbfone\r\ntwo\rthree\n")])
    assert document.text == "one\ntwo\nthree\n"


def test_a_folder_is_its_text_files_in_order(tmp_path):
    for name in ("b.txt", "a.txt", "notes.md"):
        write(tmp_path, name.encode(), name)
    assert [d.text for d in read_documents([tmp_path])] == ["a.txt", "b.txt"]


def test_empty_folder(tmp_path):
    assert "no .txt file" in message([tmp_path])


def test_missing_file_suggests_the_nearest_neighbour(tmp_path):
    write(tmp_path, b"once", "stories.txt")
    assert "Did you mean 'stories.txt'?" in message([tmp_path / "storys.txt"])


def test_missing_name_suggests_the_nearest_corpus():
    with pytest.raises(UserError, match="Did you mean 'shakespeare'"):
        resolve("shakespear")


def test_a_name_too_long_for_a_file_is_a_user_error():
    with pytest.raises(UserError, match=r"Cannot read|no file or folder"):
        resolve("Once upon a time " * 500)


def test_an_empty_name_is_not_the_current_folder(tmp_path, monkeypatch):
    write(tmp_path, b"once")
    monkeypatch.chdir(tmp_path)
    assert "name of the text is empty" in message([""])
    with pytest.raises(UserError, match="name of the text is empty"):
        resolve("")
    assert [str(path) for path in resolve(".")] == ["text.txt"]


def test_resolve_takes_files_and_folders(tmp_path):
    path = write(tmp_path, b"once")
    assert resolve(str(path)) == resolve(str(tmp_path)) == [path]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"a", "has one character"),
        (b"\n\n\n", "repeated 3 times"),
        (b"ab\0cd", "binary (a NUL byte at offset 2)"),
        ("text".encode("utf-16"), "pass --encoding utf-16"),
        (b"caf\xe9", "byte 0xe9 at offset 3"),
        (b"\xef\xbb\xbfcaf\xe9", "at offset 6"),
        (b"caf\xe9", "pass --encoding latin-1"),
    ],
)
def test_bad_files(tmp_path, data, said):
    path = write(tmp_path, data)
    text = message([path])
    assert said in text
    assert str(path) in text


PDF = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"  # a whole one can be ASCII


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, "a PDF"),
        (b"\r\n" + PDF, "a PDF"),
        (b"PK\x03\x04\x14 and more", "a ZIP archive, as .docx"),
        (b"{\\rtf1\\ansi Once upon a time}", "rich text (RTF)"),
        (bz2.compress(b"once upon a time"), "a bzip2 archive"),
        (gzip.compress(b"once upon a time"), "a gzip archive"),
        (lzma.compress(b"once upon a time"), "an xz archive"),
        (b"\xff\xd8\xff\xe1 photograph", "a JPEG image"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_files_of_other_formats_are_named(tmp_path, data, kind, encoding):
    """Latin-1 gives every byte a character, and a PDF needs no NUL byte: their beginning tells."""
    path = write(tmp_path, data)
    expected = f"{str(path)!r} is {kind}"
    assert message([path], encoding=encoding).startswith(expected)


def test_a_text_about_a_format_is_text(tmp_path):
    [document] = read_documents([write(tmp_path, b"A PDF begins with %PDF-1.4, a ZIP with PK.\n")])
    assert document.text.startswith("A PDF begins")


def test_unreadable_file(tmp_path, monkeypatch):
    path = write(tmp_path, b"once")

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_bytes", refuse)
    assert "Permission denied" in message([path])


def test_other_encodings(tmp_path):
    assert read_documents([write(tmp_path, b"caf\xe9")], encoding="latin-1")[0].text == "café"
    wide = write(tmp_path, "café".encode("utf-16"), "wide.txt")
    assert read_documents([wide], encoding="utf-16")[0].text == "café"
    assert "ascii" in message([write(tmp_path, b"caf\xe9")], encoding="ascii")
    assert "does not know" in message([wide], encoding="utf-9")


@pytest.mark.parametrize("encoding", ["", "undefined", "rot13", "hex", "utf-9", "\udce9"])
def test_encodings_that_cannot_be_used(tmp_path, encoding):
    said = message([write(tmp_path, b"once")], encoding=encoding)
    assert said.startswith(f"encoding is {encoding!r}, which Python does not know or cannot use")


@pytest.mark.parametrize(("encoding", "data"), [("idna", b"xn--a.b"), ("utf-7", b"one +2AA- two")])
def test_codecs_that_make_no_text(tmp_path, encoding, data):
    """Errors of these codecs have no place, and UTF-7 can spell half a surrogate pair."""
    path = write(tmp_path, data)
    assert message([path], encoding=encoding).startswith(f"{str(path)!r} cannot be read as {encoding}")


def test_known_encodings_belong_to_corpora():
    assert set(KNOWN_ENCODINGS) <= {file.sha256 for file in CORPORA["gutenberg"]}


def test_split_holds_out_the_last_share():
    document = Document("", "0123456789", "", 10)
    assert split(document, 0.2) == ("01234567", "89")
    assert split(document, 0) == ("0123456789", "")
    with pytest.raises(UserError, match="held-out share is 1"):
        split(document, 1)


@pytest.mark.parametrize("separator", ["<|endoftext|>", "<|endoftext|>\n"])
def test_no_cut_inside_a_separator(separator):
    """Wherever the cut would fall: one inside a separator, its newline included, moves to its start."""
    text = f"ab\n{separator}cd\n{separator}{separator}e<|end"
    starts = [i for i in range(len(text)) if text.startswith(separator, i)]
    for cut in range(1, len(text)):
        train, held_out = split(Document("", text, "", len(text)), (len(text) - cut) / len(text) - 1e-9)
        inside = [i for i in starts if i < cut < i + len(separator)]
        assert (len(train), train + held_out) == (inside[0] if inside else cut, text)


def test_pieces_between_separators():
    assert pieces("a\n<|endoftext|>\nb<|endoftext|>c") == ["a\n", "b", "c"]
    assert pieces("<|endoftext|>\n<|endoftext|>\na\n<|endoftext|>") == ["a\n"]
    assert plain("a\n<|endoftext|>\nb") == "a\n\nb"


@pytest.mark.shared
def test_public_texts(shared_data):
    [shakespeare] = read_documents([shared_data / "tinyshakespeare/input.txt"])
    assert [len(part) for part in split(shakespeare, 0.1)] == [1_003_854, 111_540]
    books = read_documents([shared_data / "gutenberg"])
    assert [d.sha256 for d in books] == [file.sha256 for file in CORPORA["gutenberg"]]
    assert not any("\r" in d.text for d in books)
    [stories] = read_documents([shared_data / "tinystories/tinystories_sample.txt"])
    assert len(pieces(stories.text)) == 2_317
