"""Recognises what kind of tokenizer a folder holds, and loads it."""

import os
from pathlib import Path
from typing import Any

from ..errors import UserError
from .base import Tokenizer
from .bpe import ByteBPE
from .characters import CharTokenizer
from .files import CONFIG, MERGES, OPENAI_MERGES, OPENAI_VOCAB, VOCAB, read_ids, read_json, read_merges
from .tokenizer_json import TOKENIZER_JSON, read_tokenizer_json, special_from
from .vocabulary import assemble

# Other classes share the file names and not the ids (RoBERTa adds <s>, Qwen splits otherwise).
_CLASSES = (None, "GPT2Tokenizer", "GPT2TokenizerFast")


def load(folder: str | os.PathLike[str]) -> Tokenizer:
    """Return the tokenizer in a folder: one of ours, Hugging Face's GPT-2 files, or OpenAI's.

    Looked for in this order: what our tokenizer_config.json says; tokenizer.json; vocab.json with
    merges.txt; encoder.json with vocab.bpe. Raises UserError when there is none, when its files are
    damaged, and when they describe a tokenizer of another design.
    """
    path = Path(folder)
    if not path.is_dir():
        raise UserError(f"There is no folder {str(path)!r} to load a tokenizer from: check the path.")
    try:
        return _load(path)
    except UserError as error:
        raise UserError(f"Tokenizer in {str(path)!r}: {error}") from None


def _load(path: Path) -> Tokenizer:
    config = read_json(path / CONFIG) if (path / CONFIG).is_file() else {}
    kind = config.get("kind")
    if kind == CharTokenizer.kind:
        return _characters(path)
    if kind not in (None, ByteBPE.kind):
        raise UserError(f"{CONFIG} says kind {kind!r}, expected 'char' or 'bpe': update scratchgpt.")
    if kind is None and (path / TOKENIZER_JSON).is_file():
        return ByteBPE(*read_tokenizer_json(path / TOKENIZER_JSON))
    for vocab, merges in ((VOCAB, MERGES), (OPENAI_VOCAB, OPENAI_MERGES)):
        found = [name for name in (vocab, merges) if (path / name).is_file()]
        if len(found) == 1:
            missing = merges if found == [vocab] else vocab
            raise UserError(f"{missing} is missing beside {found[0]}: copy it there.")
        if found:
            return _gpt2(path / vocab, path / merges, config)
    raise UserError(
        f"the folder holds none, expected {VOCAB} and {MERGES}, or {TOKENIZER_JSON}, or "
        f"{OPENAI_VOCAB} and {OPENAI_MERGES}: check the path, or copy the files there."
    )


def _gpt2(vocab: Path, merges: Path, config: dict[str, Any]) -> ByteBPE:
    if config.get("tokenizer_class") not in _CLASSES or config.get("add_prefix_space"):
        raise UserError(
            f"{CONFIG} asks for {config.get('tokenizer_class')!r} with add_prefix_space "
            f"{config.get('add_prefix_space', False)}, expected GPT2Tokenizer without: only GPT-2's "
            "byte-level BPE is supported."
        )
    return ByteBPE(*assemble(read_ids(vocab), read_merges(merges), _declared(config)))


def _declared(config: dict[str, Any]) -> dict[str, int]:
    """Return the special tokens of a tokenizer_config.json, {id as text: description}."""
    entries = config.get("added_tokens_decoder", {})
    try:
        listed = [{**entry, "id": int(token_id)} for token_id, entry in entries.items()]
    except (AttributeError, TypeError, ValueError):
        raise UserError(
            f"{CONFIG} has an added_tokens_decoder that is not {{id: description}}: copy the file again."
        ) from None
    return special_from(listed, CONFIG)


def _characters(path: Path) -> CharTokenizer:
    ids = read_ids(path / VOCAB)
    characters = sorted(ids, key=lambda c: ids[c])
    if [ids[c] for c in characters] != list(range(len(ids))):
        raise UserError(f"The ids in {VOCAB} are not 0 to {len(ids) - 1}: copy the file again.")
    return CharTokenizer(characters)
