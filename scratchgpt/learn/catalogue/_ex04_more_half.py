"""Further wrong answers to 04.6."""

from typing import Any

from ...worked.bpe import complete_text
from ..exercise import Mistake


def _length(byte: int) -> int:
    return 1 if byte < 192 else 2 if byte < 224 else 3 if byte < 240 else 4


def _looking_back(limit: int, errors: str, length: Any = _length) -> Any:
    """Look for the first byte of the last character among the last `limit` bytes, and see what it announces."""

    def wrong(data: bytes) -> Any:
        cut = len(data)
        for back in range(1, min(limit, len(data)) + 1):
            if data[-back] >= 192:
                cut -= back if back < length(data[-back]) else 0
                break
        return data[:cut].decode("utf-8", errors), data[cut:]

    return wrong


def _cut(find: Any) -> Any:
    """The replaced text, of which `find` makes what is shown; the rest is what its bytes leave of the data."""

    def wrong(data: bytes) -> Any:
        text = find(data.decode("utf-8", "replace"))
        return text, data[len(text.encode()) :]

    return wrong


def _stripped(data: bytes) -> Any:
    shown = data.decode("utf-8", "replace")
    return shown.rstrip("\ufffd"), shown[len(shown.rstrip("\ufffd")) :]


def _ascii_beginning(data: bytes) -> Any:
    n = next((i for i, byte in enumerate(data) if byte >= 128), len(data))
    return data[:n].decode(), data[n:]


def _too_much(data: bytes) -> Any:
    for n in (3, 2, 1, 0):
        try:
            return data[: len(data) - n].decode(), data[len(data) - n :]
        except UnicodeDecodeError:
            continue
    return None


def _minus_zero(data: bytes) -> Any:
    text, rest = complete_text(data)
    return (text, rest) if rest else ("", data)


def _other_rest(of: Any) -> Any:
    return lambda data: (complete_text(data)[0], of(data, complete_text(data)[1]))


_TELLS = "How does the first byte of a character tell how many there should be?"
_ENDS = (
    ("strict", "fails with an exception"),
    ("replace", "was replaced"),
    ("ignore", "was lost"),
)

MORE_COMPLETE = (
    *(
        Mistake(
            f"looks back {limit}, {errors}",
            f"Only the last {'byte was' if limit == 1 else 'two bytes were'} looked at, or every character taken for "
            f"{'two' if limit == 1 else 'three'} bytes long at most: a longer one of which more has come {end}.",
            "How many bytes can have come of a character of four before it is complete?",
            wrong=_looking_back(limit, errors),
        )
        for limit in (1, 2)
        for errors, end in _ENDS
        if (limit, errors) != (1, "strict")  # which is "one byte at most"
    ),
    *(
        Mistake(
            f"{key}, {errors}",
            f"{says}, and so what is not complete {end}.",
            _TELLS,
            wrong=_looking_back(4, errors, of),
        )
        for key, says, of in (
            (
                "bounds missed by one",
                "A first byte of exactly 224 or 240 was taken for that of a shorter character",
                lambda byte: _length(byte - 1),
            ),
        )
        for errors, end in _ENDS
    ),
    Mistake(
        "ASCII beginning only",
        "The text ends in front of the first character outside of ASCII, although whole characters follow.",
        "Does a byte above 127 mean that something is missing?",
        wrong=_ascii_beginning,
    ),
    Mistake(
        "ASCII and the others",
        "All bytes above 127 were gathered in the rest, from everywhere in the text; only those of a last character that "
        "is not complete belong there.",
        "How many characters can be incomplete?",
        wrong=lambda data: (bytes(b for b in data if b < 128).decode(), bytes(b for b in data if b >= 128)),
    ),
    Mistake(
        "rest as replacement characters",
        "The rest is a string, of replacement characters where something is missing: nothing can complete those. Bytes "
        "were asked for.",
        "What will the next bytes be put behind?",
        wrong=_stripped,
    ),
    Mistake(
        "cut at the first U+FFFD",
        "The text was cut at a U+FFFD that is really in it: the character is valid, and does not always mean that something "
        "is missing.",
        "How could a decoding fail instead of writing a character that may also be there by right?",
        wrong=_cut(lambda text: text.partition("\ufffd")[0]),
    ),
    Mistake(
        "U+FFFD stripped at the end",
        "Each U+FFFD at the end was taken for half a character, although one was really in the text.",
        "How could a decoding fail instead of writing a character that may also be there by right?",
        wrong=_cut(lambda text: text.rstrip("\ufffd")),
    ),
    Mistake(
        "last U+FFFD taken off",
        "A U+FFFD at the end was taken for half a character, although it may really be in the text.",
        "How could a decoding fail instead of writing a character that may also be there by right?",
        wrong=_cut(lambda text: text.removesuffix("\ufffd")),
    ),
    Mistake(
        "every U+FFFD removed",
        "Each U+FFFD was taken out, although one was really in the text.",
        "How could a decoding fail instead of writing a character that may also be there by right?",
        wrong=lambda data: (complete_text(data)[0].replace("\ufffd", ""), complete_text(data)[1]),
    ),
    Mistake(
        "too much left off",
        "More bytes were left off than had to be: the decoding already succeeds with fewer.",
        "With which number of bytes left off do you begin?",
        wrong=_too_much,
    ),
    Mistake(
        "cut at minus zero",
        "Where nothing is missing, the text is empty and everything is in the rest: a slice that should leave off 0 bytes "
        "at the end left off all.",
        "What is left of a string when it is cut at minus zero?",
        wrong=_minus_zero,
    ),
    Mistake(
        "rest from minus zero",
        "The text is right, but where nothing is missing the rest holds everything: the last 0 bytes were taken, and that "
        "slice is the whole.",
        "What is left of a string when it is cut at minus zero?",
        wrong=_other_rest(lambda data, rest: rest or data),
    ),
    Mistake(
        "everything in the rest as well",
        "The text is right, but the rest holds all of the data, which would then be shown twice.",
        "What do text and rest have to give when they are put together?",
        wrong=_other_rest(lambda data, rest: data),
    ),
    Mistake(
        "everything lost",
        "Neither text nor rest ever came.",
        "What do text and rest have to give when they are put together?",
        wrong=lambda data: ("", b""),
    ),
    Mistake(
        "replaced and kept",
        "The beginning of a character is in the rest, and yet it was replaced in the text as well.",
        "What do text and rest have to give when they are put together?",
        wrong=lambda data: (data.decode("utf-8", "replace"), complete_text(data)[1]),
    ),
    Mistake(
        "text in bytes",
        "The cut is right, but the text is still bytes; a string was asked for.",
        "What turns bytes into the text that they encode?",
        wrong=lambda data: (complete_text(data)[0].encode(), complete_text(data)[1]),
    ),
    *(
        Mistake(
            key,
            f"The text is right, but the rest {says}.",
            "Of which type should the rest be?",
            wrong=_other_rest(of),
        )
        for key, says, of in (
            (
                "rest in numbers",
                "is a list of numbers, where bytes were asked for",
                lambda data, rest: list(rest),
            ),
            (
                "length of the rest",
                "is a number of bytes, where the bytes were asked for",
                lambda data, rest: len(rest),
            ),
            (
                "None for no rest",
                "is None where nothing is missing; it should be bytes, of which there are none",
                lambda data, rest: rest or None,
            ),
            (
                "string for no rest",
                "is a string where nothing is missing; it should be bytes, of which there are none",
                lambda data, rest: rest or "",
            ),
        )
    ),
)
