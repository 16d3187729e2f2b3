"""Hugging Face's tokenizer.json: read where it describes GPT-2's tokenizer, refused where not.

The file can describe many tokenizers. Taking one for GPT-2's would give wrong ids without an error,
so every part that changes ids is checked. Padding and truncation concern batches and are ignored.
"""

from collections.abc import Iterator
from pathlib import Path
from reprlib import repr as shown  # keeps what a damaged file holds to a few words
from typing import Any

from ..errors import UserError
from .files import check_ids, read_json, split_merge
from .vocabulary import Vocabulary, assemble

TOKENIZER_JSON = "tokenizer.json"

# Options of a BPE model that change ids; GPT-2's has none of them.
_FOREIGN = ("dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback", "ignore_merges")


def read_tokenizer_json(path: Path) -> Vocabulary:
    """Return the vocabulary of a tokenizer.json.

    Raises UserError when the file is damaged or describes anything but GPT-2's byte-level BPE.
    """
    content = read_json(path)
    model = content.get("model")
    if not isinstance(model, dict):
        raise UserError(f"{path.name} has no 'model', expected a BPE model: copy the file again.")
    _check_model(model)
    _check_around(content)
    special = special_from(content.get("added_tokens") or [], path.name)
    ids = check_ids(model.get("vocab"), f"{path.name}, model.vocab")
    return assemble(ids, _merges(model.get("merges"), path.name), special)


def special_from(entries: Any, where: str) -> dict[str, int]:
    """Return name -> id of a list of added tokens. Raises UserError for ones we cannot honour."""
    if not isinstance(entries, list):
        raise UserError(f"{where} lists its added tokens as {shown(entries)}, expected a list.")
    special: dict[str, int] = {}
    for entry in entries:
        name, token_id = (entry.get("content"), entry.get("id")) if isinstance(entry, dict) else (None, None)
        if not isinstance(name, str) or type(token_id) is not int:
            raise UserError(
                f"{where} has the added token {shown(entry)}, expected an object with a text as "
                "content and an integer as id: copy the file again."
            )
        # lstrip and rstrip would swallow the spaces around; without "special" it is a word of the text.
        odd = [flag for flag in ("single_word", "lstrip", "rstrip") if entry.get(flag)]
        odd += [] if entry.get("special", True) else ["special false"]
        got = f"the added token {shown(name)} with {', '.join(odd)}"
        _expect(not odd, got, "plain special tokens", where)
        special[name] = token_id
    return special


def _check_model(model: dict[str, Any]) -> None:
    # The first such files did not name the model's type, but only BPE has merges.
    kind = model.get("type", "BPE" if "merges" in model else None)
    _expect(kind == "BPE", f"model type {shown(kind)}", "'BPE'")
    for option in _FOREIGN:
        _expect(not model.get(option), f"model.{option} {shown(model.get(option))}", "none")


def _check_around(content: dict[str, Any]) -> None:
    _expect(not content.get("normalizer"), f"normalizer {_kind(content, 'normalizer')}", "none")
    for part, kinds in (
        ("pre_tokenizer", ("'ByteLevel'",)),
        ("post_processor", ("'ByteLevel'", "None")),
        ("decoder", ("'ByteLevel'", "None")),
    ):
        kind = _kind(content, part)
        _expect(kind in kinds, f"{part} {kind}", "'ByteLevel'")
    cut = content["pre_tokenizer"]
    _expect(cut.get("add_prefix_space") is False, "a space before every text (add_prefix_space)", "none")
    _expect(cut.get("use_regex", True) is True, "no split pattern (use_regex)", "GPT-2's")


def _kind(content: dict[str, Any], part: str) -> str:
    value = content.get(part)
    if isinstance(value, dict):
        return shown(value.get("type"))
    return "None" if value is None else f"that is no object ({shown(value)})"


def _expect(ok: bool, got: str, expected: str, where: str = TOKENIZER_JSON) -> None:
    if not ok:
        raise UserError(
            f"{where} asks for {got}, expected {expected}: only GPT-2's byte-level BPE is supported; "
            "use the tokenizer of a GPT-2 model."
        )


def _merges(merges: Any, where: str) -> Iterator[tuple[str, str]]:
    if not isinstance(merges, list):
        raise UserError(f"{where} has no list model.merges: copy the file again.")
    for i, merge in enumerate(merges):
        place = f"{where}, merge {i}"
        if isinstance(merge, str):  # tokenizers before 0.20
            yield split_merge(merge, place)
        elif isinstance(merge, list) and len(merge) == 2 and all(isinstance(s, str) for s in merge):
            yield merge[0], merge[1]
        else:
            raise UserError(f"{place} is {shown(merge)}, expected two symbols: copy the file again.")
