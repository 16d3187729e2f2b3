"""The parts of a BPE vocabulary: checked against each other, and translated from and to files."""

import re
from collections.abc import Iterable, Mapping, Sequence
from reprlib import repr as shown  # keeps what a damaged file holds to a few words
from typing import NamedTuple

from ..errors import UserError
from .bpe_train import Pair
from .bytes_unicode import BYTE_OF_CHARACTER, from_printable, to_printable
from .special import check_names

COPY_AGAIN = "the files are damaged or belong to different tokenizers; copy them again"


class Vocabulary(NamedTuple):
    """What `ByteBPE` is built from."""

    tokens: dict[bytes, int]
    merges: list[Pair]
    special_tokens: dict[str, int]


def check_vocabulary(
    tokens: Mapping[bytes, int], merges: Sequence[Pair], special_tokens: Mapping[str, int]
) -> None:
    """Raise UserError unless bytes, merges, special tokens and ids make one whole vocabulary."""
    for b in range(256):
        if bytes([b]) not in tokens:
            raise UserError(
                f"The vocabulary has no token for the byte 0x{b:02X}, expected all 256 bytes: "
                "it is not byte-level (GPT-2) BPE, or incomplete."
            )
    made = {bytes([b]) for b in range(256)}
    for rank, (left, right) in enumerate(merges):
        for token in (left, right, left + right):
            if token not in tokens:
                raise UserError(
                    f"Merge {rank} ({shown(left)} + {shown(right)}) needs the token {shown(token)}, "
                    f"which is not in the vocabulary: {COPY_AGAIN}."
                )
        made.add(left + right)
    if lost := [token for token in tokens if token not in made]:
        raise UserError(
            f"No merge makes {len(lost)} tokens of the vocabulary, the first being {shown(lost[0])}: "
            f"{COPY_AGAIN}."
        )
    check_names(special_tokens)
    for name in special_tokens:
        if _bytes_named(name) in tokens:
            raise UserError(f"The special token {shown(name)} has the name of an ordinary token: rename it.")
    check_contiguous([*tokens.values(), *special_tokens.values()])


def assemble(
    ids: Mapping[str, int], merges: Iterable[tuple[str, str]], declared: Mapping[str, int]
) -> Vocabulary:
    """Translate the printable names of a file into bytes.

    ids: names -> ids, special tokens among them or not; declared: special tokens that the files name as
    such. GPT-2's oldest files declare none: there, a name like `<...>` that no merge makes is special.
    Raises UserError for a name that stands for no bytes.
    """
    pairs = [(_bytes(left), _bytes(right)) for left, right in merges]
    made = {bytes([b]) for b in BYTE_OF_CHARACTER.values()} | {a + b for a, b in pairs}
    special = dict(declared)
    tokens: dict[bytes, int] = {}
    for name, token_id in ids.items():
        if special.get(name, token_id) != token_id:
            raise UserError(
                f"The special token {shown(name)} has the ids {token_id} and {special[name]}: {COPY_AGAIN}."
            )
        if name in declared or (re.fullmatch("<.+>", name) and _bytes_named(name) not in made):
            special[name] = token_id
        else:
            tokens[_bytes(name)] = token_id
    return Vocabulary(tokens, pairs, special)


def printable_names(
    tokens: Mapping[bytes, int], merges: Iterable[Pair]
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return tokens and merges with the printable names that files use."""
    names = {to_printable(token): i for token, i in tokens.items()}
    return names, [(to_printable(left), to_printable(right)) for left, right in merges]


def check_contiguous(ids: list[int]) -> None:
    """Raise UserError unless the ids are 0 to n - 1, each one once."""
    for expected, got in enumerate(sorted(ids)):
        if got != expected:
            problem = f"{expected} is missing" if got > expected else f"{got} stands for two tokens"
            raise UserError(
                f"The ids of the {len(ids)} tokens are not 0 to {len(ids) - 1}: {problem}; {COPY_AGAIN}."
            )


def _bytes(name: str) -> bytes:
    try:
        return from_printable(name)
    except KeyError as error:
        raise UserError(
            f"The token {shown(name)} holds {error.args[0]!r}, which stands for no byte in GPT-2's table: "
            "this is not a byte-level vocabulary."
        ) from None


def _bytes_named(name: str) -> bytes | None:
    """Return the bytes behind a printable name, or None when it is none."""
    return from_printable(name) if all(c in BYTE_OF_CHARACTER for c in name) else None
