"""Functions that call each other by name, put together anew: a learner's beside the package's."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

Function = Callable[..., Any]


def wired(functions: Mapping[str, Function]) -> dict[str, Function]:
    """Return copies of functions that find each other under these names, whatever their own files hold.

    Each keeps everything else of its file; helpers there are copied with it, so that they too call these.
    Nothing that is given is changed.
    """
    spaces = {id(_space(f)): dict(_space(f)) for f in functions.values()}

    def copied(f: Function) -> Function:
        copy = FunctionType(
            f.__code__,
            spaces[id(_space(f))],
            f.__name__,
            f.__defaults__,
            f.__closure__,
        )
        copy.__kwdefaults__ = f.__kwdefaults__
        return copy

    for space in spaces.values():
        helpers = {name: f for name, f in space.items() if inspect.isfunction(f) and id(_space(f)) in spaces}
        space.update({name: copied(f) for name, f in helpers.items()})
    together = {name: copied(f) for name, f in functions.items()}
    for space in spaces.values():
        space.update(together)
    return together


def _space(f: Function) -> dict[str, Any]:
    return f.__globals__


def beside(f: Function, name: str, others: Sequence[Function]) -> Function:
    """Return `f` with the other functions in place of those of its own file, but for the one of `name`."""
    if not others or not inspect.isfunction(f):
        return f
    return wired({g.__name__: g for g in others if g.__name__ != name} | {"": f})[""]
