"""The texts and questions that models are measured on: by name, downloaded once, or a file of one's own."""

import bz2
import hashlib
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from .. import atomic
from ..corpus import CORPORA, Document, read_documents, split
from ..corpus import resolve as corpus_files
from ..downloads import RemoteFile, cache_folder, fetch
from ..errors import UserError, nearest
from ..resources import data_path, user_path

_GITHUB = "https://raw.githubusercontent.com"
_ZIP = RemoteFile(
    "wikitext2/wikitext-2-raw-v1.zip",
    "https://huggingface.co/datasets/ggml-org/ci/resolve/main/wikitext-2-raw-v1.zip",
    "ef7edb566e3e2b2d31b29c1fdb0c89a4cc683597484c3dc2517919c615435a11",
)
_RAW = RemoteFile(
    "wikitext2/wiki.test.raw",
    _ZIP.url,
    "173c87a53759e0201f33e0ccf978e510c2042d7f2cb78229d9a50d79b9e7dd08",
)

# Several files of one name hold the same questions in different forms: the first one that is on this
# machine is taken, and where none is, the first one is downloaded.
SOURCES: dict[str, tuple[RemoteFile, ...]] = {
    # WikiText-2, test part, rare words replaced by <unk>. CC BY-SA 3.0.
    "wikitext2": (
        RemoteFile(
            "wikitext2/test.txt",
            f"{_GITHUB}/pytorch/examples/cada773327ba94a5970e0d57c17c847d69dbbb8f"
            "/word_language_model/data/wikitext-2/test.txt",
            "d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0",
        ),
    ),
    # The same with all its words; unpacked from an archive.
    "wikitext2-raw": (_RAW,),
    # HellaSwag (Zellers et al. 2019), validation part, as published and as six lines an item. MIT.
    "hellaswag": (
        RemoteFile(
            "hellaswag/hellaswag_val.jsonl",
            f"{_GITHUB}/rowanz/hellaswag/a29ff8e9a04bba4bd6588223785ce105328adc57/data/hellaswag_val.jsonl",
            "0aa3b88843990f3f10a97b9575c94d7b71fb2205240ba04ae4884d9e9c992588",
        ),
        RemoteFile(
            "hellaswag/hellaswag_val_full.txt.bz2",
            f"{_GITHUB}/klosax/hellaswag_text_data/60a646bd806bce22dcb2eb6d4fadb12f1472aa4c"
            "/hellaswag_val_full.txt.bz2",
            "50b637899e4263c2bc456c2dc726c95d2c8cd8e2a552ea5bd7719ce3cb03fe5b",
        ),
    ),
    # LAMBADA (Paperno et al. 2016), test part, as OpenAI prepared it; the second file splits each passage
    # in two and holds the same text. CC BY 4.0.
    "lambada": (
        RemoteFile(
            "lambada/lambada_test.jsonl",
            "https://huggingface.co/datasets/EleutherAI/lambada_openai/resolve"
            "/900124bf3b8235c6daf21033af9948b3f07346c4/data/lambada_test.jsonl",
            "4aa8d02cd17c719165fc8a7887fddd641f43fcafa4b1c806ca8abc31fabdb226",
        ),
        RemoteFile(
            "zeroshot/lambada_openai.jsonl",
            f"{_GITHUB}/mosaicml/llm-foundry/main/scripts/eval/local_data/language_understanding"
            "/lambada_openai.jsonl",
            "411bfbe5b9054346b6a19299c0242670adbefb9162efd958593cbc0290b8c9dc",
        ),
    ),
}
"""Data by name, besides the corpora that `train` knows."""


def texts(names: Sequence[str], held_out: float = 0.0, encoding: str = "utf-8") -> list[Document]:
    """Return documents to score: of named data, corpora, files, and folders of .txt files.

    "tales" is the bundled text. With `held_out` only that last share of each document's characters is
    kept, the part that training with the same --val-fraction does not see. Raises UserError for what
    cannot be found or read, and for a share outside [0, 1).
    """
    documents = read_documents([path for name in names for path in _files(name)], encoding)
    if not held_out:
        return documents
    return [Document(d.name, split(d, held_out)[1], d.sha256, d.bytes) for d in documents]


def _files(name: str) -> list[Path]:
    if name in SOURCES:
        return [locate(name)]
    if name == "tales":
        return [data_path("tales.txt")]
    if name not in CORPORA and not user_path(name).exists():
        known = (*SOURCES, *CORPORA, "tales")
        raise UserError(
            f"There is no file or folder {name!r}, expected one, or a name: {', '.join(known)}."
            f"{nearest(name, known)}"
        )
    return corpus_files(name)


def locate(name: str) -> Path:
    """Return the file that holds named data, or the file that is called so; downloads what is missing.

    Raises UserError when there is neither, with the nearest name, and when a download fails.
    """
    if name in SOURCES:
        cache = cache_folder()
        folders = [Path(folder) for folder in (os.environ.get("SCRATCHGPT_DATA"), cache) if folder]
        if SOURCES[name] == (_RAW,):
            return _unpacked(folders)
        found = [file for file in SOURCES[name] if any((folder / file.path).is_file() for folder in folders)]
        return fetch((found or SOURCES[name])[0], cache)
    path = user_path(name)
    if name and path.is_file():
        return path
    raise UserError(
        f"There is no file {name!r}, expected a file or one of {', '.join(SOURCES)}.{nearest(name, SOURCES)}"
    )


def _unpacked(folders: Sequence[Path]) -> Path:
    """Return the raw WikiText-2, taken out of its archive into the last folder where it is in none."""
    for path in (folder / _RAW.path for folder in folders):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == _RAW.sha256:
            return path
    with zipfile.ZipFile(fetch(_ZIP, folders[-1])) as archive:  # its sha256 is right
        text = archive.read("wikitext-2-raw/wiki.test.raw").decode("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_text(path, text)
    return path


# Questions: one a line, or six lines each.


class Line(NamedTuple):
    """A line of a file: its text without the line break, and "file, line 7" for messages."""

    text: str
    where: str


class DataFile(NamedTuple):
    """A file of questions: where it is, the sha256 of its bytes, and its lines."""

    path: Path
    sha256: str
    lines: list[Line]


def read_lines(path: Path) -> DataFile:
    """Read a UTF-8 file of lines, unpacked when its name ends in .bz2.

    Raises UserError for a file that cannot be read or unpacked, that is empty or not UTF-8, and for an empty
    line, with its number.
    """
    try:
        packed = path.read_bytes()
        data = bz2.decompress(packed) if path.suffix == ".bz2" else packed
    except (OSError, ValueError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "it is not complete bzip2 data"
        raise UserError(f"Cannot read {str(path)!r} ({reason}): copy or download it again.") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{path}, line {number} is not UTF-8 (byte 0x{data[error.start]:02x}): convert the file first."
        ) from None
    if not text:
        raise UserError(f"{path} is empty, expected one question or more: download the file again.")
    rows = text.removesuffix("\n").split("\n")
    lines = [Line(row.removesuffix("\r"), f"{path}, line {i}") for i, row in enumerate(rows, 1)]
    if empty := next((line for line in lines if not line.text.strip()), None):
        raise UserError(
            f"{empty.where} is empty, expected text: remove the line, or download the file again."
        )
    return DataFile(path, hashlib.sha256(packed).hexdigest(), lines)
