"""10.7: the flaws of a test of purity, one of each kind or none."""

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from ._ex10_purity_parts import any_shape, any_shape_plain, everything, near, plain


class Flaw(NamedTuple):
    """A flaw of a test: its name, what it means for the learner, and the part that it sets in `test`."""

    key: str
    says: str
    part: dict[str, Any]


_RESULTS = (
    Flaw(
        "first result not kept",
        "A step that hands out the same array each time passes.",
        {"keeps": lambda y: y},
    ),
    Flaw(
        "numbers fail",
        "A step that returns a plain number ends in an exception.",
        {"keeps": lambda y: y.copy()},
    ),
)
_LOOKS = (
    Flaw("arguments not looked at", "A step that changes its arguments passes.", {"looks": "never"}),
    Flaw(
        "arguments looked at in the end",
        "A step that changes an argument and changes it back passes.",
        {"looks": "end", "gives": "one copy"},
    ),
    Flaw(
        "arguments looked at after the first call",
        "A step that changes its arguments at the second call passes.",
        {"looks": "first"},
    ),
    Flaw(
        "arguments looked at after the second call",
        "A step that changes its arguments at the first call passes.",
        {"looks": "second"},
    ),
    Flaw(
        "arguments of the two calls compared",
        "A step that changes its arguments in the same way each time passes.",
        {"looks": "against each other"},
    ),
    Flaw(
        "first argument only",
        "A step that changes its second argument passes.",
        {"at": lambda given, before: everything(given, before)[:1]},
    ),
    Flaw(
        "last argument only",
        "A step that changes its first argument passes, if there is another.",
        {"at": lambda given, before: everything(given, before)[-1:]},
    ),
)
_ORIGINALS = (
    Flaw(
        "the arrays themselves",
        "The step gets the arrays themselves: what it changes in them stays changed.",
        {"gives": "originals"},
    ),
    Flaw(
        "the arrays themselves, looked at in the end",
        "The step gets the arrays themselves, which stay changed; and one that changes them back passes.",
        {"gives": "originals", "looks": "end"},
    ),
    Flaw(
        "the arrays themselves, not looked at",
        "The step gets the arrays themselves, and nobody looks at what it has done to them.",
        {"gives": "originals", "looks": "never"},
    ),
)
_COMPARES = (
    Flaw("NaN in a result", "A step that returns the same NaN both times fails.", {"results": plain}),
    Flaw("NaN anywhere", "A NaN does not equal itself: steps fail that have one in a result or an argument.",
          {"results": plain, "arguments": plain}),
    Flaw("NaN in an argument", "A step that leaves a NaN in its argument alone fails.", {"arguments": plain}),
    Flaw("tolerance", "Results that differ in their last digits pass.", {"results": near()}),
    Flaw("shapes not compared", "Results of different shapes pass, if the smaller fits the larger when it is repeated.",
         {"results": any_shape}),
    Flaw("shapes not compared, nor NaN", "Results of different shapes pass if one fits the other; a NaN does not equal "
         "itself.", {"results": any_shape_plain}),
    Flaw("shapes not compared, nor NaN anywhere", "Results of different shapes pass if one fits the other; a NaN does not "
         "equal itself.", {"results": any_shape_plain, "arguments": plain}),
    Flaw("tolerance in any shape without NaN anywhere", "Results that differ in their last digits pass, or in shape; no NaN "
         "does.", {"results": near(equal_nan=False, any_shape=True), "arguments": plain}),
    Flaw("a small tolerance", "Results that differ in their last bit pass.", {"results": near(0.0, 1e-12)}),
    Flaw("a small tolerance without NaN", "Results that differ in their last bit pass, and the same NaN twice does not.",
         {"results": near(0.0, 1e-12, equal_nan=False)}),
    Flaw("tolerance in any shape", "Results that differ in their last digits pass, or in shape.",
         {"results": near(any_shape=True)}),
    Flaw("tolerance in any shape without NaN", "Results that differ in their last digits pass, or in shape; the same NaN "
         "twice does not.", {"results": near(equal_nan=False, any_shape=True)}),
    Flaw("a small tolerance in any shape without NaN", "Results that differ in their last bit pass, or in shape; the same "
         "NaN twice does not.", {"results": near(0.0, 1e-12, equal_nan=False, any_shape=True)}),
    Flaw("tolerance without NaN", "Results that differ in their last digits pass, and the same NaN twice does not.",
          {"results": near(equal_nan=False)}),
    Flaw("tolerance without NaN anywhere", "Results that differ in their last digits pass, and no NaN does, not even "
          "in an argument.", {"results": near(equal_nan=False), "arguments": plain}),
    Flaw("tolerance, NaN in an argument", "Results that differ in their last digits pass, and a NaN in an argument "
          "does not.", {"results": near(), "arguments": plain}),
)  # fmt: skip


def flawed() -> Iterator[tuple[Flaw, ...]]:
    """The flaws that go together: one of each kind or none, three where nobody looks at the arguments."""
    for some in itertools.product((None, *_RESULTS), (None, *_LOOKS, *_ORIGINALS), (None, *_COMPARES)):
        flaws = tuple(flaw for flaw in some if flaw is not None)
        parts = {name for flaw in flaws for name in flaw.part}
        keys = [flaw.key for flaw in flaws]
        blind = any(flaw.part.get("looks") == "never" for flaw in flaws)
        at_end = "first result not kept" in keys and any("in the end" in key for key in keys)
        if flaws and len(flaws) < 3 + (blind or at_end) and not (blind and "arguments" in parts):
            yield flaws
