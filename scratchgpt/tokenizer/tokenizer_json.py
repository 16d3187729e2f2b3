"""Hugging Face's tokenizer.json: read where it describes GPT-2's or GPT-1's tokenizer, else refused.

The file can describe many tokenizers. Taking one for GPT-2's would give wrong ids without an error,
so every part that changes ids is checked. Padding and truncation concern batches and are ignored.
"""

from collections.abc import Iterator
from pathlib import Path
from reprlib import repr as shown  # keeps what a damaged file holds to a few words
from typing import Any

from ..errors import UserError
from .base import Tokenizer
from .bpe import ByteBPE
from .files import check_ids, read_json, split_merge
from .gpt1 import END, GPT1BPE, UNKNOWN, assemble_symbols
from .vocabulary import assemble

TOKENIZER_JSON = "tokenizer.json"

# Options of a BPE model that change ids; GPT-2's has none of them.
_FOREIGN = ("dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback", "ignore_merges")

# What differs in GPT-1's. With lower-casing, accents go unless the file says that they stay.
_GPT1_MODEL = {"end_of_word_suffix": END, "unk_token": UNKNOWN, "fuse_unk": False}
_GPT1_NORMALIZER = {
    "type": "BertNormalizer",
    "clean_text": True,
    "handle_chinese_chars": True,
    "strip_accents": None,
    "lowercase": True,
}

# What transformers 5 writes where nothing is added around a text.
_TEXT_ALONE = [{"Sequence": {"id": "A", "type_id": 0}}]


def read_tokenizer_json(path: Path, text: Any = "transformers") -> Tokenizer:
    """Return the tokenizer that a tokenizer.json describes; `text` is for GPT-1's.

    Raises UserError when the file is damaged or describes anything but GPT-2's or GPT-1's BPE.
    """
    content = read_json(path)
    model = content.get("model")
    if not isinstance(model, dict):
        raise UserError(f"{path.name} has no 'model', expected a BPE model: copy the file again.")
    gpt1 = model.get("end_of_word_suffix") == END
    _check_model(model, _GPT1_MODEL if gpt1 else {})
    if gpt1:
        _check_gpt1(content)
    else:
        _check_gpt2(content)
    special = special_from(content.get("added_tokens") or [], path.name, normalizes=gpt1)
    ids = check_ids(model.get("vocab"), f"{path.name}, model.vocab")
    merges = _merges(model.get("merges"), path.name)
    if gpt1:
        return GPT1BPE(*assemble_symbols(ids, merges, special), text=text)
    return ByteBPE(*assemble(ids, merges, special))


def special_from(entries: Any, where: str, normalizes: bool = False) -> dict[str, int]:
    """Return name -> id of a list of added tokens.

    normalizes: whether the tokenizer changes text (lower case, accents) before it cuts it. Raises UserError
    for tokens that we cannot honour.
    """
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
        # lstrip and rstrip would swallow the spaces around; without "special" it is a word of the text;
        # normalized would also find it in other letters.
        flags = ["single_word", "lstrip", "rstrip", *["normalized"] * normalizes]
        odd = [flag for flag in flags if entry.get(flag)]
        odd += [] if entry.get("special", True) else ["special false"]
        got = f"the added token {shown(name)} with {', '.join(odd)}"
        _expect(not odd, got, "plain special tokens", where)
        special[name] = token_id
    return special


def _check_model(model: dict[str, Any], own: dict[str, Any]) -> None:
    # The first such files did not name the model's type, but only BPE has merges.
    kind = model.get("type", "BPE" if "merges" in model else None)
    _expect(kind == "BPE", f"model type {shown(kind)}", "'BPE'")
    for option, value in {**dict.fromkeys(_FOREIGN), **own}.items():
        fits = model.get(option) == value if value else not model.get(option)
        _expect(fits, f"model.{option} {shown(model.get(option))}", shown(value) if value else "none")


def _check_around(content: dict[str, Any], pre_tokenizer: str, decoder: str) -> None:
    for part, kinds in (
        ("pre_tokenizer", (pre_tokenizer,)),
        ("post_processor", ("ByteLevel", "TemplateProcessing", None)),
        ("decoder", (decoder, None)),
    ):
        _expect(_kind(content, part) in map(repr, kinds), f"{part} {_kind(content, part)}", repr(kinds[0]))
    added = content.get("post_processor") or {}
    alone = added.get("type") != "TemplateProcessing" or added.get("single") == _TEXT_ALONE
    _expect(alone, "tokens around every text (post_processor)", "none")


def _check_gpt2(content: dict[str, Any]) -> None:
    _check_around(content, "ByteLevel", "ByteLevel")
    _expect(not content.get("normalizer"), f"normalizer {_kind(content, 'normalizer')}", "none")
    cut = content["pre_tokenizer"]
    _expect(cut.get("add_prefix_space") is False, "a space before every text (add_prefix_space)", "none")
    _expect(cut.get("use_regex", True) is True, "no split pattern (use_regex)", "GPT-2's")


def _check_gpt1(content: dict[str, Any]) -> None:
    _check_around(content, "BertPreTokenizer", "BPEDecoder")
    normalizer = content.get("normalizer")
    fits = normalizer in (_GPT1_NORMALIZER, {**_GPT1_NORMALIZER, "strip_accents": True})
    _expect(fits, f"the normalizer {shown(normalizer)}", "BERT's with lower case and no accents")


def _kind(content: dict[str, Any], part: str) -> str:
    value = content.get(part)
    if isinstance(value, dict):
        return shown(value.get("type"))
    return "None" if value is None else f"that is no object ({shown(value)})"


def _expect(ok: bool, got: str, expected: str, where: str = TOKENIZER_JSON) -> None:
    if not ok:
        raise UserError(
            f"{where} asks for {got}, expected {expected}: only GPT-2's byte-level BPE and GPT-1's BPE are "
            "supported; use the tokenizer of such a model."
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
