"""04.5: ids become text again."""

from typing import Any

from ...worked.bpe import decode
from ..exercise import Exercise, Mistake, Probe
from ._ex04_more_bytes import MORE_DECODE


def _decodings() -> list[Probe]:
    tokens = [b"ca", b"f", b"\xc3", b"\xa9", b" low", b"\xf0\x9f", b"\x99\x82", b"\xff", "ü".encode(), b"\n"]
    return [
        Probe("ASCII", ([4, 1, 4, 0, 9], tokens)),
        Probe("a character in one token", ([0, 8, 4], tokens)),
        Probe("a character in two tokens", ([0, 1, 2, 3, 4], tokens)),
        Probe("four bytes in two tokens", ([5, 6, 1], tokens)),
        Probe("the last character is incomplete", ([0, 1, 2], tokens)),
        Probe("an incomplete character inside", ([0, 2, 4, 5, 1], tokens)),
        Probe("a byte that UTF-8 never has", ([1, 7, 0], tokens)),
        Probe("only half a character", ([5], tokens)),
        Probe("two broken ones in a row", ([0, 2, 7, 7, 1], tokens)),
        Probe("a whole character and half of one", ([8, 5, 1], tokens)),
        Probe("no ids", ([], tokens)),
    ]


def _until_the_first_error(ids: Any, tokens: Any) -> Any:
    data = b"".join([tokens[i] for i in ids])
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        return data[: error.start].decode()


DECODE = Exercise(
    id="04.5",
    reference=decode,
    task="""
    Turn ids back into text.

    ids: list of integers. tokens: list of byte strings; the one at index i is what the id i stands for.
    Return a string: the bytes of all tokens, one after the other, read as UTF-8. Tokens are cut between
    bytes, not between characters, so one may end in the middle of a character and the next one complete it.
    Bytes that are not UTF-8 even so (a character that is never completed, a byte that cannot occur) become
    the replacement character U+FFFD, as many of them as Python's own decoder writes, and the rest of the text
    stays. Do not modify the arguments.

    >>> tokens = [b"ca", b"f", bytes([195]), bytes([169])]
    >>> decode([0, 1, 2, 3], tokens)
    'café'
    >>> decode([0, 1, 2], tokens)
    'caf\ufffd'
    """,
    probes=_decodings,
    returns=("text",),
    mistakes=(
        Mistake(
            "each token by itself",
            "Every token was turned into text by itself: a character whose bytes lie in two tokens falls apart.",
            "What could you join before you decode?",
            edits=(
                (
                    'b"".join([tokens[i] for i in ids]).decode(',
                    '(lambda *a, **k: "".join([tokens[i].decode(*a, **k) for i in ids]))(',
                ),
            ),
        ),
        Mistake(
            "errors raised",
            "A character that is not complete ends everything with an exception; a model may well write one.",
            "What should stand in the text where bytes are not UTF-8?",
            edits=(('errors="replace"', 'errors="strict"'),),
        ),
        Mistake(
            "errors left out",
            "Bytes that are not UTF-8 vanished without a trace; a reader should see that something is missing.",
            "Which character stands for what could not be read?",
            edits=(('errors="replace"', 'errors="ignore"'),),
        ),
        Mistake(
            "errors spelled out",
            "Bytes that are not UTF-8 were spelled with a backslash; one replacement character was asked for.",
            "Which of Python's ways to treat errors writes U+FFFD?",
            edits=(('errors="replace"', 'errors="backslashreplace"'),),
        ),
        Mistake(
            "a character for each byte",
            "Every byte became a character of its own, as in Latin-1: an é shows as two.",
            "How many bytes make an é in UTF-8?",
            edits=(('"utf-8"', '"latin-1"'),),
        ),
        Mistake(
            "ASCII only",
            "Everything outside of ASCII became replacement characters, though its bytes are right.",
            "Which encoding were the bytes written in?",
            edits=(('"utf-8"', '"ascii"'),),
        ),
        Mistake(
            "spaces between tokens",
            "There is a space between all tokens; where a word begins, the token itself holds the space.",
            "Are tokens words?",
            edits=(('b"".join', 'b" ".join'),),
        ),
        Mistake(
            "ids for bytes",
            "The ids themselves were read as characters: the table of tokens was not used.",
            "What is an id the number of?",
            edits=(("[tokens[i] for i in ids]", "[bytes([i]) for i in ids]"),),
        ),
        Mistake(
            "cut at the first error",
            "The text ends where the first bytes are not UTF-8; what comes after them should be read on.",
            "What happens to the tokens behind the one that could not be read?",
            wrong=_until_the_first_error,
        ),
        Mistake(
            "bytes shown",
            "This is how Python shows bytes, quotation marks and all: nothing was decoded.",
            "What turns bytes into the text that they encode?",
            edits=(
                ("return b", "return str(b"),
                ('.decode("utf-8", errors="replace")', ")"),
            ),
        ),
        Mistake(
            "bytes returned",
            "These are the right bytes, but a string was asked for.",
            "What turns bytes into the text that they encode?",
            edits=(('.decode("utf-8", errors="replace")', ""),),
        ),
        *MORE_DECODE,
    ),
    hints=(
        "How many tokens may one character be spread over? So what must not be turned into text by itself?",
        "Get one long string of bytes first.",
        "Python's decoder has a named way to treat errors. Which one leaves a visible mark and goes on?",
    ),
    difficulty=1,
    minutes=8,
    importance=4,
    lines=2,
)
