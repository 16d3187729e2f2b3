"""Recall questions: answered before one runs the code; the right value is computed by the package."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import UserError, nearest


@dataclass(frozen=True)
class Question:
    """A question with a number or a choice for an answer.

    `right` computes the answer. `named` are two to four wrong answers with the reason behind each. Numbers
    count as equal within `tolerance`, relative; choices are compared without regard to case.
    """

    id: str
    text: str
    right: Callable[[], Any]
    named: Mapping[Any, str]
    tolerance: float = 5e-3


def ask(id: str, answer: Any = None) -> bool | None:
    """Say whether the answer to a recall question is right, and if not, what it may come from.

    Returns whether it is right. Without an answer, prints the question and returns None. Raises UserError
    for a question that there is not.
    """
    from .catalogue.questions import QUESTIONS

    known = {question.id: question for question in QUESTIONS}
    if not isinstance(id, str):
        raise UserError(f"A question is named by a text such as '06.q1', got {id!r}: put it in quotes.")
    if id not in known:
        raise UserError(f"There is no question {id!r}, expected an id such as 06.q1.{nearest(id, known)}")
    question = known[id]
    if answer is None:
        print(f'{question.text}\nYour answer: learn.ask("{id}", ...)')
        return None
    right = question.right()
    if _equal(answer, right, question.tolerance):
        print(f"{id}: right, {_shown(right)}.")
        return True
    for value, reason in question.named.items():
        if _equal(answer, value, question.tolerance):
            print(f"{id}: not {_shown(answer)}. {reason}")
            return False
    print(f"{id}: not {_shown(answer)}. Read the question again: {question.text}")
    return False


def _equal(a: Any, b: Any, tolerance: float) -> bool:
    if isinstance(b, str):
        return isinstance(a, str) and a.strip().casefold() == b.casefold()
    try:
        return math.isclose(float(a), float(b), rel_tol=tolerance, abs_tol=1e-12)
    except (TypeError, ValueError, OverflowError):
        return False


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else f"{float(value):.6g}" if _is_number(value) else repr(value)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return True
