"""10.7: more tests of purity that let something pass, one flaw or several at once."""

import copy
from typing import Any

import numpy as np

from ..exercise import Mistake
from ._ex10_purity_flaws import flawed
from ._ex10_purity_parts import equal, test

_ASKS = "Which of the ways in which two calls can differ does your test not see, or see where there is none?"

_SINGLE = {
    *("first result not kept", "arguments not looked at", "NaN in an argument", "NaN in a result"),
    "tolerance",
}  # these are edits


def _either(call: Any, *arrays: np.ndarray) -> bool:
    twice = copy.deepcopy(call)
    return test(looks="never")(call, *arrays) or test(results=lambda a, b: True)(twice, *arrays)


def _only_arguments(call: Any, *arrays: np.ndarray) -> bool:
    return test(results=lambda a, b: True)(call, *arrays)


def _one_call(call: Any, *arrays: np.ndarray) -> bool:
    given = [a.copy() for a in arrays]
    y = call(*given)
    return equal(y, y) and all(equal(a, b) for a, b in zip(given, arrays, strict=True))


def _identity(call: Any, *arrays: np.ndarray) -> bool:
    return call(*[a.copy() for a in arrays]) is call(*[a.copy() for a in arrays])


MORE = (
    *(
        Mistake(
            ", ".join(flaw.key for flaw in flaws),
            " ".join(flaw.says for flaw in flaws),
            _ASKS,
            wrong=test(**{name: part for flaw in flaws for name, part in flaw.part.items()}),
        )
        for flaws in flawed()
        if len(flaws) > 1 or flaws[0].key not in _SINGLE
    ),
    Mistake(
        "some for all",
        "Results pass as soon as one of their numbers agrees.",
        "How many numbers of two results must agree, so that they are the same?",
        wrong=test(results=lambda a, b: np.shape(a) == np.shape(b) and bool(np.any(np.equal(a, b)))),
    ),
    Mistake(
        "sums compared",
        "Only the sums of the results were compared.",
        "Can two results differ whose sums agree?",
        wrong=test(results=lambda a, b: equal(np.sum(a), np.sum(b))),
    ),
    Mistake(
        "results not compared",
        "Only the arguments were looked at: a step passes whatever it returns.",
        "What should two calls with the same numbers return?",
        wrong=_only_arguments,
    ),
    Mistake(
        "one call",
        "The step is called only once, or each time as a fresh copy: what it remembers cannot show.",
        "What can a single call tell about what the step remembers?",
        wrong=_one_call,
    ),
    Mistake(
        "the same object",
        "Results pass if they are the same array in memory, whatever is in it; new arrays with the same numbers do not.",
        "What makes two results the same: where they are, or what is in them?",
        wrong=_identity,
    ),
    Mistake(
        "either of the two",
        "A step passes when its results agree, or when its arguments are unchanged: one is enough for you.",
        "How many of the two must hold?",
        wrong=_either,
    ),
    Mistake(
        "only the last number",
        "Only the last numbers of the results were compared.",
        "How many numbers of two results must agree, so that they are the same?",
        wrong=test(results=lambda a, b: equal(np.ravel(a)[-1:], np.ravel(b)[-1:])),
    ),
    Mistake(
        "only the first number",
        "Only the first numbers of the results were compared.",
        "How many numbers of two results must agree, so that they are the same?",
        wrong=test(results=lambda a, b: equal(np.ravel(a)[:1], np.ravel(b)[:1])),
    ),
    Mistake(
        "always True",
        "Every step passes your test.",
        "Which step of the examples has hidden state?",
        wrong=lambda call, *arrays: True,
    ),
    Mistake(
        "always False",
        "No step passes your test.",
        "Which step of the examples is pure?",
        wrong=lambda call, *arrays: False,
    ),
)
