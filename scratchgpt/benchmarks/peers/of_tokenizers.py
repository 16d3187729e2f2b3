"""Encoding with tiktoken and tokenizers, and learning a BPE with tokenizers."""

import importlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_END = "<|endoftext|>"


def build(task: dict[str, Any]) -> tuple[Callable[[], float], dict[str, Any]]:
    """Return what times a job: "encode" the whole text once, "learn" a vocabulary from it."""
    text = Path(task["text"]).read_text(encoding="utf-8")
    make = _learner if task["job"] == "learn" else _ENCODERS[task["peer"]]
    tokens = 0

    def measure() -> float:
        nonlocal tokens
        run = make(task, text)  # afresh: what a cache of words learned from this text is gone
        began = time.perf_counter()
        tokens = run()
        return time.perf_counter() - began

    measure()
    return measure, {"tokens": tokens}


def _tiktoken(task: dict[str, Any], text: str) -> Callable[[], int]:
    tiktoken = importlib.import_module("tiktoken")
    folder = Path(task["vocabulary"])
    ids = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    letters = _bytes_of_letters()
    ranks = {bytes(letters[c] for c in name): i for name, i in ids.items() if name != _END}
    pattern = importlib.import_module("tiktoken_ext.openai_public").r50k_pat_str
    encoding = tiktoken.Encoding("x", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    return lambda: len(encoding.encode_ordinary(text))


def _tokenizers(task: dict[str, Any], text: str) -> Callable[[], int]:
    tokenizers = importlib.import_module("tokenizers")
    folder = Path(task["vocabulary"])
    model = tokenizers.models.BPE.from_file(str(folder / "vocab.json"), str(folder / "merges.txt"))
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    return lambda: len(tokenizer.encode(text).ids)


def _learner(task: dict[str, Any], text: str) -> Callable[[], int]:
    tokenizers = importlib.import_module("tokenizers")
    ByteLevel = tokenizers.pre_tokenizers.ByteLevel
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=task["vocab_size"],
        min_frequency=2,
        special_tokens=[_END],
        initial_alphabet=ByteLevel.alphabet(),
        show_progress=False,
    )

    def run() -> int:
        tokenizer.train_from_iterator([text], trainer)
        return int(tokenizer.get_vocab_size())

    return run


_ENCODERS = {"tiktoken": _tiktoken, "tokenizers": _tokenizers}


def _bytes_of_letters() -> dict[str, int]:
    """The byte that each letter in a vocabulary file stands for: printable Latin-1 itself, then the rest."""
    itself = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [b for b in range(256) if b not in itself]
    return {chr(b): b for b in itself} | {chr(256 + i): b for i, b in enumerate(rest)}
