"""Text files as documents: one file, one document, and its last share held out."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError, nearest
from ..tokenizer.special import ENDOFTEXT

# Two files of the corpus `gutenberg` are Latin-1. The hash, not the name, says that a file is one
# of them, so that the same file in the user's own folder is read rightly too.
KNOWN_ENCODINGS = {
    "6ce209831fd2fb5224a343a786b9c74b66a7f6c0b7d0e98c23670af2ec41f2b9": "latin-1",
    "0f267961696dc9b4d42eb5297177f6e4ade0e3e09872d73c1ccbadba9a1e8bcd": "latin-1",
}

# How files begin that are no text, though some of them have neither NUL bytes nor wrong UTF-8.
_SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive, as .docx, .odt and .epub files are",
    b"\xd0\xcf\x11\xe0": "an old Office file (.doc, .xls, .ppt)",
    b"{\\rtf": "rich text (RTF)",
    b"\x1f\x8b": "a gzip archive",
    b"BZh91AY&SY": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
}

# The newline after a separator belongs to it.
_SEPARATOR = re.compile(re.escape(ENDOFTEXT) + "\n?")


@dataclass(frozen=True)
class Document:
    """One file: its text as characters, and which bytes it was read from."""

    name: str  # the path as it was given
    text: str  # newlines are "\n", no byte-order mark
    sha256: str  # of the bytes on disk, in hexadecimal
    bytes: int  # on disk


def read_documents(paths: Iterable[str | Path], encoding: str = "utf-8") -> list[Document]:
    """Read text files; a folder stands for all its `.txt` files, in the order of their names.

    A byte-order mark is dropped and every line ends in "\\n" afterwards. `encoding` is any of
    Python's codec names; files known to be in another one are read in theirs.

    Raises UserError for an empty name, a missing or unreadable file, a folder without text, an
    encoding that is unknown or cannot be used, and for a file that is empty, binary, not in the
    encoding, or has fewer than two different characters: there is nothing to learn from it.
    """
    try:
        "".encode(encoding)
    except (LookupError, UnicodeError):  # the codec "undefined" refuses whatever it is given
        raise UserError(
            f"encoding is {encoding!r}, which Python does not know or cannot use, expected a name "
            "such as 'utf-8', 'latin-1' or 'cp1252'."
        ) from None
    return [_read_document(file, encoding) for path in paths for file in text_files(named_path(path))]


def named_path(name: str | Path) -> Path:
    """Return `name` as a path. Raises UserError for "", which would be the current folder."""
    if name == "":
        raise UserError(
            "The name of the text is empty, expected a file or a folder: "
            "write '.' for the .txt files of the current folder."
        )
    return Path(name)


def text_files(path: Path, also: Iterable[str] = ()) -> list[Path]:
    """Return [path] for a file, the sorted `.txt` files of a folder.

    Raises UserError when there is no such file or folder, naming the nearest among its neighbours
    and the names in `also`, and when a folder has no `.txt` file.
    """
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except OSError as error:  # a name too long, a folder that may not be searched
        raise UserError(f"Cannot read {str(path)[:80]!r} ({error.strerror}).") from error
    if is_folder:
        files = sorted(file for file in path.glob("*.txt") if file.is_file())
        if not files:
            raise UserError(
                f"The folder {str(path)!r} has no .txt file, expected at least one: name the files, "
                "or rename them to end in .txt."
            )
        return files
    if not exists:
        names = list(also)
        neighbours = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        expected = "a text file or a folder of .txt files"
        if names:
            expected += f" or one of {', '.join(names)}"
        raise UserError(
            f"There is no file or folder {str(path)!r}, expected {expected}."
            f"{nearest(path.name, neighbours + names)}"
        )
    return [path]


def split(document: Document, fraction: float) -> tuple[str, str]:
    """Return (text to train on, text held out): the last `fraction` of the characters is held out.

    The cut is at int(len(text) * (1 - fraction)), as in nanoGPT: a tenth of tiny Shakespeare leaves
    1,003,854 and 111,540 characters. A cut that would fall inside a separator moves to its start: the
    halves of "<|endoftext|>" are neither text nor the end of one. Raises UserError for a fraction
    outside [0, 1).
    """
    if not 0 <= fraction < 1:
        raise UserError(f"The held-out share is {fraction}, expected a number in [0, 1).")
    text = document.text
    cut = int(len(text) * (1 - fraction))
    # Only the first separator from here on can hold the cut: one is len(ENDOFTEXT) long, or one more.
    nearby = _SEPARATOR.search(text, max(0, cut - len(ENDOFTEXT)))
    if nearby and nearby.start() < cut < nearby.end():
        cut = nearby.start()
    return text[:cut], text[cut:]


def pieces(text: str) -> list[str]:
    """Return the texts between separators, without the separators; empty ones are left out.

    The newline after a separator belongs to it: "a\\n<|endoftext|>\\nb" is "a\\n" and "b".
    """
    return [piece for piece in _SEPARATOR.split(text) if piece]


def plain(text: str) -> str:
    """Return the text as a character tokenizer is given it: every separator line a blank line."""
    return "\n".join(pieces(text))


def _read_document(path: Path, encoding: str) -> Document:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"Cannot read {str(path)!r} ({error.strerror}), expected a text file that you may read."
        ) from error
    sha256 = hashlib.sha256(data).hexdigest()
    text = _decode(data, str(path), KNOWN_ENCODINGS.get(sha256, encoding))
    if len(set(text)) < 2:
        got = {0: "is empty", 1: "has one character"}.get(
            len(text), f"is one character, {text[:1]!r}, repeated {len(text)} times"
        )
        raise UserError(
            f"{str(path)!r} {got}, expected text with at least two different characters: "
            "give a file with text in it."
        )
    return Document(str(path), text, sha256, len(data))


def _decode(data: bytes, name: str, encoding: str) -> str:
    wide = encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and not wide:
        raise UserError(
            f"{name!r} begins with the mark of UTF-16, expected {encoding}: pass --encoding utf-16."
        )
    start = data[:64].lstrip(b"\xef\xbb\xbf\r\n\t ")
    for signature, kind in _SIGNATURES.items():
        if start.startswith(signature):
            raise UserError(f"{name!r} is {kind}, expected plain text: export or unpack it as that first.")
    # No text has NUL bytes, while images, archives and programs nearly always do.
    if not wide and (offset := data.find(b"\0")) >= 0:
        raise UserError(
            f"{name!r} is binary (a NUL byte at offset {offset}), expected text: "
            "export it as plain text first."
        )
    try:
        text = data.decode(encoding)
        text.encode()  # some codecs (utf-7) make code points that are no characters
    except UnicodeDecodeError as error:
        remedy = (
            "save it as UTF-8, or pass --encoding latin-1 if it is an older Western text"
            if encoding.lower() in ("utf-8", "utf8")
            else "pass the --encoding it is in"
        )
        raise UserError(
            f"{name!r} is not {encoding} (byte 0x{data[error.start]:02x} at offset {error.start}), "
            f"expected text in {encoding}: {remedy}."
        ) from None
    except UnicodeError:
        raise UserError(
            f"{name!r} cannot be read as {encoding}: pass the --encoding it is in, such as utf-8."
        ) from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
