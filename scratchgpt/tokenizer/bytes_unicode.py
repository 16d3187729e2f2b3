"""GPT-2's way to write any bytes as visible characters; only files need it.

A token may be half a character or a control code, which JSON and text files cannot hold. GPT-2 gives
each byte a character: the 188 bytes that Latin-1 shows as a visible character keep it, and the other
68 (spaces, control codes, the soft hyphen) take the characters from U+0100 on, in order. That is why
the files are full of Ġ, U+0120: the space is the 33rd of those bytes. Source: openai/gpt-2.
"""

from collections.abc import Iterable


def _table() -> dict[int, str]:
    visible = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = [b for b in range(256) if b not in visible]
    return {b: chr(b) for b in visible} | {b: chr(256 + i) for i, b in enumerate(hidden)}


CHARACTER_OF_BYTE: dict[int, str] = dict(sorted(_table().items()))
BYTE_OF_CHARACTER: dict[str, int] = {c: b for b, c in CHARACTER_OF_BYTE.items()}


def to_printable(token: bytes) -> str:
    """Return one visible character per byte.

    >>> to_printable(" é".encode())
    'ĠÃ©'
    """
    return "".join([CHARACTER_OF_BYTE[b] for b in token])


def from_printable(name: Iterable[str]) -> bytes:
    """Return the bytes behind the characters. Raises KeyError for a character that stands for none."""
    return bytes([BYTE_OF_CHARACTER[c] for c in name])
