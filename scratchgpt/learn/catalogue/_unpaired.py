"""Mistakes that are held against an answer alone, never with another: pairs cost time, most are nobody's."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from ..exercise import Exercise, Mistake
from ..wrong import edited_function

Function = Callable[..., Any]


def unpaired(
    reference: Function, mistakes: Iterable[Mistake], edited: tuple[str, ...] = (), but: tuple[str, ...] = ()
) -> tuple[Mistake, ...]:
    """Return the mistakes with whole functions, made at their first call, in place of edits.

    `edited` are further functions of the reference's file in which the edits may lie. Mistakes whose keys
    are in `but` stay edits and can be combined.
    """
    texts: tuple[str, str, str] = ("", "", "")
    home = Exercise("", reference, "", tuple, (), texts, 1, 1, 1, 1, edited=edited)
    return tuple(
        replace(m, edits=(), wrong=_lazily(home, m)) if m.edits and m.key not in but else m for m in mistakes
    )


def _lazily(home: Exercise, mistake: Mistake) -> Function:
    @cache
    def made() -> Function:
        return edited_function(home, mistake.edits)

    return lambda *args, **kwargs: made()(*args, **kwargs)


def styles(mistake: Mistake, **wrong: Function) -> tuple[Mistake, ...]:
    """Return a Mistake of the same words for each function: what people mean by it in different ways."""
    return tuple(
        replace(mistake, key=f"{mistake.key} ({name.replace('_', ' ')})", edits=(), wrong=f)
        for name, f in wrong.items()
    )
