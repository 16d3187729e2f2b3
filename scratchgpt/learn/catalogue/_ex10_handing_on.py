"""Right numbers that are not handed on rightly: for the steps with values in and values out."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from ..exercise import Mistake

Results = dict[str, Any]
Given = Mapping[str, Any]


def _in_place(new: Results, given: Given) -> Any:
    for name, value in new.items():
        given[name][...] = value
    return tuple(new.values())


def _in_place_and_silent(new: Results, given: Given) -> None:
    _in_place(new, given)


def _averages(new: Results) -> list[Any]:
    return list(new.values())[1:]


_NEXT = "What does the next step need from this one?"

_FINISHES: tuple[tuple[str, str, str, Callable[[Results, Given], Any]], ...] = (
    (
        "changed in place",
        "The numbers are right, but an array that was given was written into: whoever kept it to compare, or to try "
        "another rate, has lost it.",
        "Which of your operators write into the array on their left?",
        _in_place,
    ),
    (
        "changed in place, nothing returned",
        "The numbers went into the arrays that were given, and nothing was returned; here the arguments stay as they "
        "are, and new arrays come back.",
        "How does the caller get at the new arrays, without losing the old ones?",
        _in_place_and_silent,
    ),
    (
        "nothing returned",
        "Nothing was returned: whatever was computed is lost with the call.",
        "How does the caller get at the new arrays?",
        lambda new, given: None,
    ),
    (
        "parameters only",
        "Only the parameters came back; without the averages the next step would have to begin anew.",
        _NEXT,
        lambda new, given: new["param"],
    ),
    (
        "parameters last",
        "The right arrays came back in another order: the parameters are asked for first.",
        "In which order does the task name what comes back?",
        lambda new, given: (*_averages(new), new["param"]),
    ),
    (
        "old averages returned",
        "The parameters are right, and what came back beside them is what came in: the next step would know nothing "
        "of this gradient.",
        _NEXT,
        lambda new, given: (new["param"], *(given[name] for name in list(new)[1:])),
    ),
    (
        "old parameters returned",
        "What comes back beside the parameters is right, and the parameters are those that came in.",
        "What is the step for, if not to move them?",
        lambda new, given: (given["param"], *_averages(new)),
    ),
    (
        "step returned, with its sign",
        "What came back in the place of the parameters is what should be added to them, not where they are then.",
        "From where does the step start?",
        lambda new, given: (new["param"] - given["param"], *_averages(new)),
    ),
    (
        "step returned",
        "What came back in the place of the parameters is the way that they should go, not where they are then.",
        "From where does the step start?",
        lambda new, given: (given["param"] - new["param"], *_averages(new)),
    ),
)


def handing_on(right: Callable[..., Any], *names: str) -> tuple[Mistake, ...]:
    """Return what goes wrong when a step returns the arrays `names`, the parameters first of them."""
    parameters = list(inspect.signature(right).parameters)

    def finished(finish: Callable[[Results, Given], Any]) -> Callable[..., Any]:
        def wrong(*args: Any, **kwargs: Any) -> Any:
            new = dict(zip(names, right(*args, **kwargs), strict=True))
            return finish(new, dict(zip(parameters, args, strict=False)))

        return wrong

    return tuple(Mistake(key, says, asks, wrong=finished(finish)) for key, says, asks, finish in _FINISHES)
