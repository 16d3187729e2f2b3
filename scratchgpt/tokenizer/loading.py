"""Recognises what kind of tokenizer a folder holds, and loads it."""

import os
from pathlib import Path
from typing import Any

from ..errors import UserError
from .base import Tokenizer
from .bpe import ByteBPE
from .characters import CharTokenizer
from .files import (
    CONFIG,
    GPT1_MERGES,
    GPT1_VOCAB,
    MERGES,
    OPENAI_MERGES,
    OPENAI_VOCAB,
    VOCAB,
    read_ids,
    read_json,
    read_merges,
)
from .gpt1 import END, GPT1BPE, assemble_symbols
from .tokenizer_json import TOKENIZER_JSON, read_tokenizer_json, special_from
from .vocabulary import assemble

# Other classes share the file names and not the ids (RoBERTa adds <s>, Qwen splits otherwise).
_GPT2_CLASSES = (None, "GPT2Tokenizer", "GPT2TokenizerFast")
_GPT1_CLASSES = ("OpenAIGPTTokenizer", "OpenAIGPTTokenizerFast")

# Vocabulary, merges, and the treatment of text that the people behind these names gave GPT-1.
_LAYOUTS = (
    (VOCAB, MERGES, "transformers"),
    (OPENAI_VOCAB, OPENAI_MERGES, "original"),
    (GPT1_VOCAB, GPT1_MERGES, "original"),
)


def load(folder: str | os.PathLike[str]) -> Tokenizer:
    """Return the tokenizer in a folder: ours, or GPT-2's or GPT-1's in Hugging Face's or OpenAI's files.

    Looked for in this order: what our tokenizer_config.json says; tokenizer.json; vocab.json with
    merges.txt; OpenAI's files under their own names. GPT-1's are known by the class that
    tokenizer_config.json names, without one by the `</w>` in the vocabulary; their treatment of text is
    "transformers" in Hugging Face's layout and "original" in OpenAI's, unless our configuration says which.
    Raises UserError when there is none, when its files are damaged, and when they describe a tokenizer of
    another design.
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
    if kind not in (None, ByteBPE.kind, GPT1BPE.kind):
        raise UserError(f"{CONFIG} says kind {kind!r}, expected 'char', 'bpe' or 'gpt1': update scratchgpt.")
    # transformers keeps our `kind` when it saves a tokenizer of ours, and writes only tokenizer.json beside.
    ours = kind is not None and any((path / name).is_file() for name in (VOCAB, MERGES))
    if (path / TOKENIZER_JSON).is_file() and not ours:
        return read_tokenizer_json(path / TOKENIZER_JSON, config.get("text", "transformers"))
    for vocab, merges, treatment in _LAYOUTS:
        found = [name for name in (vocab, merges) if (path / name).is_file()]
        if len(found) == 1:
            missing = merges if found == [vocab] else vocab
            raise UserError(f"{missing} is missing beside {found[0]}: copy it there.")
        if found:
            return _bpe(path / vocab, path / merges, config, treatment)
    raise UserError(
        f"the folder holds none, expected {VOCAB} and {MERGES}, or {TOKENIZER_JSON}, or {OPENAI_VOCAB} and "
        f"{OPENAI_MERGES}, or {GPT1_VOCAB} and {GPT1_MERGES}: check the path, or copy the files there."
    )


def _bpe(vocab: Path, merges: Path, config: dict[str, Any], treatment: str) -> Tokenizer:
    ids = read_ids(vocab)
    if _is_gpt1(ids, config):
        symbols = assemble_symbols(ids, read_merges(merges), _declared(config, normalizes=True))
        return GPT1BPE(*symbols, text=config.get("text", treatment))
    if config.get("tokenizer_class") not in _GPT2_CLASSES or config.get("add_prefix_space"):
        raise UserError(
            f"{CONFIG} asks for {config.get('tokenizer_class')!r} with add_prefix_space "
            f"{config.get('add_prefix_space', False)}, expected GPT2Tokenizer without, or "
            "OpenAIGPTTokenizer: only GPT-2's byte-level BPE and GPT-1's BPE are supported."
        )
    return ByteBPE(*assemble(ids, read_merges(merges), _declared(config)))


def _is_gpt1(ids: dict[str, int], config: dict[str, Any]) -> bool:
    if (kind := config.get("kind")) is not None:
        return bool(kind == GPT1BPE.kind)
    if (named := config.get("tokenizer_class")) is not None:
        return named in _GPT1_CLASSES
    return any(name.endswith(END) for name in ids)


def _declared(config: dict[str, Any], normalizes: bool = False) -> dict[str, int]:
    """Return the special tokens of a tokenizer_config.json, {id as text: description}."""
    entries = config.get("added_tokens_decoder", {})
    try:
        listed = [{**entry, "id": int(token_id)} for token_id, entry in entries.items()]
    except (AttributeError, TypeError, ValueError):
        raise UserError(
            f"{CONFIG} has an added_tokens_decoder that is not {{id: description}}: copy the file again."
        ) from None
    return special_from(listed, CONFIG, normalizes)


def _characters(path: Path) -> CharTokenizer:
    ids = read_ids(path / VOCAB)
    characters = sorted(ids, key=lambda c: ids[c])
    if [ids[c] for c in characters] != list(range(len(ids))):
        raise UserError(f"The ids in {VOCAB} are not 0 to {len(ids) - 1}: copy the file again.")
    return CharTokenizer(characters)
