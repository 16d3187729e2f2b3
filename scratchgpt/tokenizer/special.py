"""Special tokens: found in text, and refused there unless the caller allows them."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from ..errors import UserError, nearest

ENDOFTEXT = "<|endoftext|>"  # GPT-2's only special token: stands between documents


def special_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern with one group that matches any of the names, and nothing without names."""
    # Longest first: of two names that begin alike, the alternation takes the one that comes first.
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(f"({'|'.join(map(re.escape, ordered))})" if ordered else "((?!))")


def check_names(names: Collection[str]) -> None:
    """Raise UserError unless the names are distinct texts that UTF-8 can write."""
    if isinstance(names, str):
        raise UserError(
            f"special_tokens is the string {names!r}, expected a tuple of names: write ({names!r},)."
        )
    for name in names:
        if not name or any("\ud800" <= c <= "\udfff" for c in name):
            raise UserError(f"A special token is {name!r}, expected text that UTF-8 can write.")
    if len(set(names)) < len(names):
        raise UserError(f"The special tokens are {', '.join(names)}, expected each name once.")


def check_allowed(
    allowed: Collection[str] | Literal["all"], special_tokens: Mapping[str, int]
) -> frozenset[str]:
    """Return the allowed names as a set.

    Raises UserError for a name that is no special token, and for a bare string other than "all"
    (which would otherwise be taken as the set of its characters).
    """
    if isinstance(allowed, str):
        if allowed != "all":
            raise UserError(
                f'allowed_special is the string {allowed!r}, expected "all" or a collection of '
                f"names: write {{{allowed!r}}}."
            )
        return frozenset(special_tokens)
    for name in allowed:
        if name not in special_tokens:
            known = ", ".join(special_tokens) or "none"
            raise UserError(
                f"allowed_special names {name!r}, which is no special token of this tokenizer "
                f"(it has: {known}).{nearest(name, special_tokens)}"
            )
    return frozenset(allowed)


def refusal(name: str, position: int) -> UserError:
    """Return the error for a special token in text that may not hold one."""
    return UserError(
        f"The text holds the special token {name!r} at position {position}, which would act as a command to "
        "the model: remove it, or put a space inside it to keep it as text (in Python, allowed_special lets "
        "it act, and encode_ordinary spells it out)."
    )
