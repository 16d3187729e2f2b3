"""The text and JSON files of a tokenizer: Hugging Face's layout, and OpenAI's names for it.

file                    OpenAI's name for GPT-2's, GPT-1's         what is in it
vocab.json              encoder.json, encoder_bpe_40000.json       {token: id}
merges.txt              vocab.bpe, vocab_40000.bpe                 "#version: 0.2", then "left right" per
                                                                   line, best merge first
tokenizer_config.json                                              our `kind`, which tokens are special,
                                                                   GPT-1's treatment of `text`

Files are read as untrusted: whatever is in them, the only error is a UserError.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from reprlib import repr as shown  # keeps what a damaged file holds to a few words
from typing import Any

from ..errors import UserError

VOCAB, MERGES, CONFIG = "vocab.json", "merges.txt", "tokenizer_config.json"
OPENAI_VOCAB, OPENAI_MERGES = "encoder.json", "vocab.bpe"
GPT1_VOCAB, GPT1_MERGES = "encoder_bpe_40000.json", "vocab_40000.bpe"
_VERSION = "#version: 0.2"
_LARGEST = 1 << 28  # bytes of one file; the largest vocabularies in use take a tenth of that


def write_characters(folder: str | os.PathLike[str], ids: Mapping[str, int]) -> None:
    """Write a character vocabulary. Raises OSError when the folder cannot be written."""
    _write_json(folder, VOCAB, ids, indent=0)
    _write_json(folder, CONFIG, {"kind": "char"}, indent=2)


def write_bpe(
    folder: str | os.PathLike[str],
    names: Mapping[str, int],
    merges: Sequence[tuple[str, str]],
    special_tokens: Mapping[str, int],
    config: Mapping[str, Any],
) -> None:
    """Write a BPE vocabulary (names as in the files), and `config` with the special tokens added to it.

    Raises OSError when the folder cannot be written.
    """
    ids = {**names, **special_tokens}
    _write_json(folder, VOCAB, dict(sorted(ids.items(), key=lambda item: item[1])), indent=0)
    _write(folder, MERGES, "\n".join([_VERSION, *(f"{a} {b}" for a, b in merges)]) + "\n")
    flags = {"lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
    decoder = {str(i): {"content": name, **flags, "special": True} for name, i in special_tokens.items()}
    _write_json(folder, CONFIG, {**config, "added_tokens_decoder": decoder}, indent=2)


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file. Raises UserError when there is none."""
    text = _read(path)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path.name} is no valid JSON ({error}): copy the file again.") from None
    if not isinstance(content, dict):
        raise UserError(
            f"{path.name} holds a JSON {type(content).__name__}, expected an object: copy the file again."
        )
    return content


def read_ids(path: Path) -> dict[str, int]:
    """Return {token: id} from a JSON file. Raises UserError when it is anything else."""
    return check_ids(read_json(path), path.name)


def check_ids(content: Any, where: str) -> dict[str, int]:
    """Return `content` when it is {token: id}, and raise UserError otherwise."""
    if not isinstance(content, dict) or not content:
        raise UserError(f"{where} holds no tokens, expected {{token: id}}: copy the file again.")
    for name, token_id in content.items():
        if type(token_id) is not int:
            raise UserError(
                f"{where} gives the token {shown(name)} the id {shown(token_id)}, expected an integer: "
                "copy the file again."
            )
    return content


def read_merges(path: Path) -> list[tuple[str, str]]:
    """Return the merges of a merges.txt or vocab.bpe, best first. Raises UserError for a bad line."""
    # Never splitlines(): some of the characters that stand for bytes would end a line there.
    lines = _read(path).split("\n")
    first = 1 if lines[0].startswith("#version") else 0
    if lines[-1] == "":
        lines.pop()
    return [split_merge(line, f"{path.name}, line {n}") for n, line in enumerate(lines[first:], first + 1)]


def split_merge(line: str, where: str) -> tuple[str, str]:
    """Return the two symbols of "left right". Raises UserError when there are not two."""
    left, _, right = line.partition(" ")
    if not left or not right or " " in right:
        raise UserError(
            f"{where} is {shown(line)}, expected two symbols with one space between them: "
            "copy the file again."
        )
    return left, right


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise UserError(f"{path.name} has {path.stat().st_size} bytes, too many for a tokenizer.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path.name} cannot be read ({error.strerror}): check the folder.") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path.name} is no UTF-8 text (byte {error.start}): copy the file again.") from None


def _write_json(folder: str | os.PathLike[str], name: str, content: Mapping[str, Any], indent: int) -> None:
    _write(folder, name, json.dumps(content, ensure_ascii=False, indent=indent) + "\n")


def _write(folder: str | os.PathLike[str], name: str, text: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    (Path(folder) / name).write_text(text, encoding="utf-8", newline="\n")
