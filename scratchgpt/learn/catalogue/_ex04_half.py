"""04.6: half a character waits for the rest of it."""

import contextlib
from collections.abc import Iterable
from typing import Any

from ...worked.bpe import complete_text
from ..exercise import Exercise, Mistake, Probe
from ._ex04_more_half import MORE_COMPLETE


def _beginnings() -> list[Probe]:
    texts = ("low", "café", "5 € ü", "ж🙂", "a🙂b€", "né", "a\ufffdb", "ok\ufffd", "\ufffdé", "ไทย")
    cuts = (
        (0, 0),
        (1, 0),
        (1, 1),
        (2, 1),
        (3, 1),
        (3, 2),
        (3, 3),
        (4, 1),
        (4, 2),
        (2, 2),
        (2, 3),
        (5, 0),
        (5, 1),
        *((6, n) for n in range(4)),
        *((7, n) for n in range(3)),
        (8, 0),
        (8, 1),
        *((9, n) for n in range(4)),
    )
    probes = [
        Probe(f"{texts[i]}, {n} bytes missing" if n else texts[i], (texts[i].encode()[: -n or None],))
        for i, n in cuts
    ]
    return [*probes, Probe("nothing yet", (b"",)), Probe("one byte of four", ("🙂".encode()[:1],))]


def _left_off(data: bytes, numbers: Iterable[int]) -> Any:
    """Decode with so many bytes left off at the end, the first number that succeeds."""
    for n in numbers:
        with contextlib.suppress(UnicodeDecodeError):
            return data[: len(data) - n].decode(), data[len(data) - n :]
    return None


def _whole_or_nothing(data: bytes) -> Any:
    return _left_off(data, (0, len(data)))


def _one_byte_at_most(data: bytes) -> Any:
    cut = len(data) - (data[-1:] >= b"\xc0")
    return data[:cut].decode(), data[cut:]


def _one_byte_kept(data: bytes) -> Any:
    text = complete_text(data)[0]
    return text, b"" if text.encode() == data else data[-1:]


def _two_bytes_at_most(data: bytes) -> Any:
    return _left_off(data, range(3))


def _one_byte_at_least(data: bytes) -> Any:
    return _left_off(data, range(1, 4))


def _nothing_left(data: bytes) -> Any:
    return "", data


def _last_character_kept(data: bytes) -> Any:
    start = len(data)
    while start and data[start - 1] >= 128:
        start -= 1
        if data[start] >= 192:
            break
    return data[:start].decode(), data[start:]


def _end_beyond_ascii_kept(data: bytes) -> Any:
    start = len(data)
    while start and data[start - 1] >= 128:
        start -= 1
    return data[:start].decode(), data[start:]


COMPLETE_TEXT = Exercise(
    id="04.6",
    reference=complete_text,
    task="""
    Show what can be shown: while a model writes, the last character may not be there in full.

    data: bytes, the beginning of a text in UTF-8, cut anywhere (between the bytes of a character too).
    Return (text, rest). text: a string, all characters that are complete. rest: bytes, what has come of a
    last character that is not complete; it is to be kept until more bytes come, and is b"" when nothing is
    missing. The text that data begins is valid, so nothing has to be replaced (a U+FFFD that is in it is a
    character like any other), and nothing is lost.

    How UTF-8 tells: a byte below 128 is a character by itself; the first byte of a longer character is at
    least 192 for two bytes, 224 for three, 240 for four; its other bytes lie between 128 and 191.

    >>> data = bytes([99, 97, 102, 195, 169])
    >>> complete_text(data) == ("café", b"")
    True
    >>> complete_text(data[:4]) == ("caf", data[3:4])
    True
    """,
    probes=_beginnings,
    returns=("text", "rest"),
    mistakes=(
        Mistake(
            "half a character replaced",
            "The beginning of a character was replaced at once: its other bytes may come with the next token, and "
            "then it is too late.",
            "Is a character that is not complete yet an error?",
            edits=(("decoder.decode(data), decoder.getstate()[0]", 'data.decode("utf-8", "replace"), b""'),),
        ),
        Mistake(
            "half a character lost",
            "The bytes of the character that is not complete are neither in the text nor in the rest: it can never be "
            "completed.",
            "What do text and rest have to give when they are put together?",
            edits=(("decoder.getstate()[0]", 'b""'),),
        ),
        Mistake(
            "error raised",
            "A character that is not complete ends everything with an exception, and yet here it is the normal case.",
            "How many bytes would you have to leave off for the decoding to succeed?",
            edits=(("decoder.decode(data), decoder.getstate()[0]", 'data.decode(), b""'),),
        ),
        Mistake(
            "whole or nothing",
            "Because of one character that is not complete the whole text was held back.",
            "Which characters could a reader see already?",
            wrong=_whole_or_nothing,
        ),
        Mistake(
            "one byte at most",
            "Only a single byte can be held back: of a character with three or four bytes, two or three may be there "
            "already.",
            "How many bytes can have come of a character of four before it is complete?",
            wrong=_one_byte_at_most,
        ),
        Mistake(
            "only the last byte kept",
            "The text is right, but of the character that is not complete only the last byte was kept; what came "
            "before it is lost.",
            "What do text and rest have to give when they are put together?",
            wrong=_one_byte_kept,
        ),
        Mistake(
            "two bytes at most",
            "When three bytes of a character of four have come there is no right answer: at most two were left off.",
            "How many bytes can have come of a character of four before it is complete?",
            wrong=_two_bytes_at_most,
        ),
        Mistake(
            "one byte at least",
            "A byte is always held back, even where the text is complete.",
            "What should the rest be when no byte is missing?",
            wrong=_one_byte_at_least,
        ),
        Mistake(
            "everything kept",
            "No text ever comes, not even of complete characters. A slice that should leave off 0 bytes at the end may "
            "leave off all of them.",
            "What is left of a string when it is cut at minus zero?",
            wrong=_nothing_left,
        ),
        Mistake(
            "last character always kept",
            "The last character was held back although all of its bytes are there.",
            "How does the first byte of a character tell how many there should be?",
            wrong=_last_character_kept,
        ),
        Mistake(
            "all but ASCII kept",
            "All bytes of 128 and more at the end were held back, whole characters among them.",
            "Does a byte above 127 mean that something is missing?",
            wrong=_end_beyond_ascii_kept,
        ),
        Mistake(
            "text and rest exchanged",
            "The rest comes first and the text second: it should be the other way round.",
            "In which order were the two results asked for?",
            edits=(
                (
                    "return decoder.decode(data), decoder.getstate()[0]",
                    "text = decoder.decode(data)\n    return decoder.getstate()[0], text",
                ),
            ),
        ),
        *MORE_COMPLETE,
    ),
    hints=(
        "At most how many bytes at the end can belong to a character that is not complete?",
        "Two ways lead there: try to decode with 0, 1, 2 or 3 bytes left off, or look for the last byte that begins "
        "a character and see how many it announces.",
        "The first attempt that succeeds leaves off as little as possible: what it decodes is the text, and what it "
        "left off the rest.",
    ),
    difficulty=3,
    minutes=15,
    importance=3,
    lines=8,
    needs=("04.5",),
)
