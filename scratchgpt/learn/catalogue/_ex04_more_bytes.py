"""Further wrong answers to 04.5."""

import re
from typing import Any

from ...worked.bpe import decode
from ..exercise import Mistake


def _joined(ids: Any, tokens: Any) -> bytes:
    return b"".join([tokens[i] for i in ids])


def _on_error(instead: Any) -> Any:
    """Decode strictly, and where that fails give something else: `instead` of (bytes, error)."""

    def wrong(ids: Any, tokens: Any) -> Any:
        data = _joined(ids, tokens)
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            return instead(data, error)

    return wrong


def _per_byte(ids: Any, tokens: Any) -> Any:
    kept = _joined(ids, tokens).decode(errors="surrogateescape")
    return "".join("\ufffd" if "\udc80" <= letter <= "\udcff" else letter for letter in kept)


def _ids_emptied(ids: Any, tokens: Any) -> Any:
    text = decode(ids, tokens)
    ids.clear()
    return text


_MARK = "Bytes that are not UTF-8 became {}; the replacement character U+FFFD was asked for."
_WHOLE = "As soon as one byte is not UTF-8, the whole text {}: all other characters can still be read."
_WHOLE_ASKS = "What happens to the characters that are whole?"

MORE_DECODE = (
    Mistake(
        "Latin-1 for the whole text",
        _WHOLE.format("was read as Latin-1"),
        _WHOLE_ASKS,
        wrong=_on_error(lambda data, error: data.decode("latin-1")),
    ),
    Mistake(
        "ASCII for the whole text",
        _WHOLE.format("was read as ASCII"),
        _WHOLE_ASKS,
        wrong=_on_error(lambda data, error: data.decode("ascii", "replace")),
    ),
    Mistake(
        "nothing on an error", _WHOLE.format("is lost"), _WHOLE_ASKS, wrong=_on_error(lambda data, error: "")
    ),
    Mistake(
        "one mark for the whole text",
        _WHOLE.format("became one replacement character"),
        _WHOLE_ASKS,
        wrong=_on_error(lambda data, error: "\ufffd"),
    ),
    Mistake(
        "cut at the first error, with a mark",
        "The text ends with a replacement character where the first bytes are not UTF-8; what comes after them should be "
        "read on.",
        "What happens to the tokens behind the one that could not be read?",
        wrong=_on_error(lambda data, error: data[: error.start].decode() + "\ufffd"),
    ),
    *(
        Mistake(
            f"marked as {sign!r}",
            _MARK.format(name),
            "Which character stands for what could not be read?",
            wrong=lambda ids, tokens, sign=sign: decode(ids, tokens).replace("\ufffd", sign),
        )
        for sign, name in (
            ("?", "question marks"),
            (" ", "spaces"),
            ("_", "underscores"),
            ("\u25a1", "boxes"),
        )
    ),
    Mistake(
        "a mark for each byte",
        "Each byte that could not be read has its own replacement character; for the beginning of a character that is not "
        "completed Python's decoder writes one.",
        "What does Python's own decoder make of half a character?",
        wrong=_per_byte,
    ),
    Mistake(
        "one mark for a row of them",
        "Several replacement characters in a row became one.",
        "How many does Python's own decoder write there?",
        wrong=lambda ids, tokens: re.sub("\ufffd+", "\ufffd", decode(ids, tokens)),
    ),
    Mistake(
        "surrogates",
        "Bytes that are not UTF-8 became surrogates, which only Python understands; U+FFFD was asked for.",
        "Which of Python's ways to treat errors writes U+FFFD?",
        edits=(('errors="replace"', 'errors="surrogateescape"'),),
    ),
    Mistake(
        "changed in place",
        "The text is right, but the list of ids that was given is not what it was.",
        "Does any of your steps take something out of a list?",
        wrong=_ids_emptied,
    ),
    Mistake(
        "ids from 1",
        "Each id stands for the token before its own: they are counted from 0.",
        "Which token has the id 0?",
        edits=(("[tokens[i] for i in ids]", "[tokens[i - 1] for i in ids]"),),
    ),
    Mistake(
        "backwards",
        "The tokens stand in the opposite order.",
        "Which token comes first in the text?",
        edits=(("for i in ids]", "for i in reversed(ids)]"),),
    ),
    Mistake(
        "each id once",
        "A token that occurs twice is there once only.",
        "What does a set or a dict do with an id that comes again?",
        edits=(("for i in ids]", "for i in dict.fromkeys(ids)]"),),
    ),
    Mistake(
        "spaces stripped",
        "Spaces or line ends at the borders of the text are gone; they belong to it.",
        "Was anything to be taken away?",
        wrong=lambda ids, tokens: decode(ids, tokens).strip(),
    ),
    Mistake(
        "not joined",
        "There is a list with a text for each token: one text was asked for, and a character may lie in two tokens.",
        "What could you join before you decode?",
        wrong=lambda ids, tokens: [tokens[i].decode(errors="replace") for i in ids],
    ),
    Mistake(
        "joined as text",
        "Byte strings were joined as if they were text, which fails.",
        "What must stand between byte strings when they are joined?",
        wrong=lambda ids, tokens: "".join([tokens[i] for i in ids]),
    ),
    Mistake(
        "each token shown",
        "This is how Python shows byte strings, quotation marks and all, one after the other: nothing was decoded.",
        "What turns bytes into the text that they encode?",
        wrong=lambda ids, tokens: "".join([str(tokens[i]) for i in ids]),
    ),
)
