"""Questions in JSON lines, taken apart with messages that name file and line."""

import json
from typing import Any

from ..errors import UserError
from ..tokenizer import Tokenizer
from .data import Line

_KINDS = {str: "a text", int: "a whole number", list: "a list"}


def record(line: Line) -> dict[str, Any]:
    """Return the JSON object of a line. Raises UserError when it is none."""
    try:
        value = json.loads(line.text)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "it is nested too deeply")
        raise UserError(
            f"{line.where} is not JSON ({reason}), expected an object: download the file again."
        ) from None
    if not isinstance(value, dict):
        raise UserError(f"{line.where} is a JSON {type(value).__name__}, expected an object.")
    return value


def fields(line: Line, **kinds: type) -> dict[str, Any]:
    """Return the named fields of a line's JSON object. Raises UserError where one is not of its type."""
    value = record(line)
    for name, kind in kinds.items():
        if type(value.get(name)) is not kind:
            got = f"{value[name]!r}" if name in value else f"the fields {', '.join(value) or '(none)'}"
            raise UserError(
                f"{line.where} has no field {name!r} with {_KINDS[kind]}, got {got[:80]}: is it the right "
                "file for this task?"
            )
    return {name: value[name] for name in kinds}


def encode_at(tokenizer: Tokenizer, text: str, where: str) -> list[int]:
    """Return the ids of a text, special tokens spelled out; UserErrors begin with the line."""
    try:
        ids = tokenizer.encode_ordinary(text)
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    if not ids:
        raise UserError(f"{where}: the tokenizer makes no token of {text[:40]!r}: remove the line.")
    return ids
