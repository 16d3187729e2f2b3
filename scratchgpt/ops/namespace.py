"""Ops: a set of op functions under their names, of which single ones can be replaced.

The NumPy reference, the fast kernels, a learner's own functions and an ablation ("what if attention had
no softmax?") are all values of this one class; layers call whatever the namespace they were given holds.
"""

import functools
import importlib
import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..errors import UserError, nearest


class Ops:
    """An immutable namespace of op functions: `ops.softmax(x)`.

    A composite op (one with a keyword `ops`) is bound to the namespace that holds it, so that a replaced
    primitive also takes effect inside it.
    """

    def __init__(self, functions: Mapping[str, Callable[..., Any]], name: str, module: str = "numpy") -> None:
        self.name, self.module = name, module
        self.functions = MappingProxyType(dict(functions))
        self._bound = {
            key: functools.partial(f, ops=self) if _composite(f) else f for key, f in functions.items()
        }

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__") or name not in self._bound:  # copy and pickle ask for dunders
            raise AttributeError(f"There is no op {name!r}.{nearest(name, self._bound)}")
        return self._bound[name]

    def __copy__(self) -> "Ops":
        return self  # immutable

    def __deepcopy__(self, memo: object) -> "Ops":
        return self

    def __iter__(self) -> Iterator[str]:
        return iter(self.functions)

    def __repr__(self) -> str:
        return f"Ops({self.name!r}, {len(self.functions)} functions)"

    @property
    def xp(self) -> Any:
        """The library of the arrays that these functions compute on: numpy, or cupy for a GPU.

        Parameters are put there when they are made or read; batches go there when they are used.
        """
        return importlib.import_module(self.module)

    def has_activation(self, name: str) -> bool:
        """Whether there is a pair `name`_forward, which needs nothing but x, and `name`_backward."""
        forward = self.functions.get(f"{name}_forward")
        if forward is None or f"{name}_backward" not in self.functions:
            return False
        asks = inspect.signature(forward).parameters.values()
        required = [
            p for p in asks if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        ]
        return len(required) <= 1

    def replace(self, **functions: Callable[..., Any]) -> "Ops":
        """Return a namespace in which the named functions are other ones.

        Raises UserError for an unknown name, for a function that cannot be called like the one it
        replaces, for half of a forward/backward pair with another cache type, and for a primitive that
        a fused composite would not call because it does that work itself.
        """
        for name, f in functions.items():
            if name not in self.functions:
                raise UserError(
                    f"Cannot replace op {name!r}: there is none.{nearest(name, self)} "
                    "Use extend(...) to add a new op."
                )
            _check_signature(name, self.functions[name], f)
        checked = {name: self._keeping_cache(name, f, functions) for name, f in functions.items()}
        self._check_reachable(functions)
        return Ops({**self.functions, **checked}, self.name + "+" + "+".join(functions), self.module)

    def extend(self, **functions: Callable[..., Any]) -> "Ops":
        """Return a namespace with new ops, such as an activation that the configuration can name.

        Raises UserError when one of the names exists already.
        """
        for name in functions:
            if name in self.functions:
                raise UserError(f"Op {name!r} exists already: use replace({name}=...) instead.")
        return Ops({**self.functions, **functions}, self.name + "+" + "+".join(functions), self.module)

    def _keeping_cache(
        self, name: str, f: Callable[..., Any], together: Mapping[str, Any]
    ) -> Callable[..., Any]:
        """Check that half a pair, replaced alone, keeps the cache type that the other half expects."""
        other = _partner(name)
        if other is None or other in together or other not in self.functions:
            return f
        expected, found = _cache_type(name, self.functions[name]), _cache_type(name, f)
        if expected is None or found is expected:
            return f
        if found is not None:
            raise UserError(
                f"{name} uses the cache {found.__name__}, but {other} expects {expected.__name__}: "
                f"keep that cache or replace {other} as well."
            )
        return _checking_cache(name, f, expected) if name.endswith("_forward") else f

    def _check_reachable(self, functions: Mapping[str, Any]) -> None:
        for name in functions:
            hidden_by = [c for c in self._dead_ends(name, functions) if c not in functions]
            if hidden_by:
                raise UserError(
                    f"Replacing {name} would change nothing in {hidden_by[0]}: in the namespace "
                    f"{self.name!r} that is fused and never calls it. "
                    'Start from kernels.load("numpy") instead.'
                )

    def _dead_ends(self, name: str, functions: Mapping[str, Any]) -> list[str]:
        """The fused composites that stand in some way by which `name` would be called.

        One is enough to refuse: an op replaced in training and not in generation, say, would mislead.
        """
        ends = []
        for caller in (c for c, called in COMPOSITES.items() if name in called):
            fused = caller not in functions and not _composite(self.functions[caller])
            ends += [caller] if fused else self._dead_ends(caller, functions)
        return ends


def _composite(f: Callable[..., Any]) -> bool:
    return "ops" in inspect.signature(f).parameters


def _partner(name: str) -> str | None:
    """The other half of a forward/backward pair, by name."""
    if name.endswith("_forward"):
        return name.removesuffix("forward") + "backward"
    return name.removesuffix("backward") + "forward" if name.endswith("_backward") else None


def _cache_type(name: str, f: Callable[..., Any]) -> type | None:
    """The annotated type of the cache that `f` returns (forward) or takes (backward), if any."""
    try:
        hints = typing.get_type_hints(f)
    except (NameError, TypeError):  # a learner's annotations may name what does not exist
        return None
    if name.endswith("_backward"):
        found = hints.get("cache")
    else:
        found = (*typing.get_args(hints.get("return")), None, None)[1]
    return found if isinstance(found, type) else None


def _checking_cache(name: str, f: Callable[..., Any], expected: type) -> Callable[..., Any]:
    """Wrap a forward function without annotations: its cache is checked when it returns one."""

    @functools.wraps(f)
    def checked(*args: Any, **kwargs: Any) -> Any:
        y, cache = f(*args, **kwargs)
        if not isinstance(cache, expected):
            raise UserError(
                f"{name} returned a cache of type {type(cache).__name__}, expected "
                f"{expected.__name__}: return that, or replace {_partner(name)} as well."
            )
        return y, cache

    return checked


def _check_signature(name: str, old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Raise UserError unless `new` can be called in every way that `old` can (`ops` aside)."""
    kept = [p for p in inspect.signature(old).parameters.values() if p.name != "ops"]
    given = inspect.signature(new).parameters.values()
    named = {p.name: p for p in given if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    any_position = any(p.kind is p.VAR_POSITIONAL for p in given)
    any_name = any(p.kind is p.VAR_KEYWORD for p in given)
    problem = ""
    order = [p.name for p in given if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    for i, p in enumerate(kept):
        keyword_only = p.kind is p.KEYWORD_ONLY
        if p.name not in named and not (any_name and (keyword_only or any_position)):
            problem = f"has no parameter {p.name!r}"
        elif p.name in named and not keyword_only and order[i : i + 1] != [p.name]:
            problem = f"has {p.name!r} in another place"
        elif p.name in named and p.default is not p.empty and named[p.name].default is p.empty:
            problem = f"has no default for {p.name!r}"
    for extra in named.keys() - {p.name for p in kept}:
        if named[extra].default is inspect.Parameter.empty:
            problem = problem or f"asks for one parameter more, {extra!r}"
    if problem:
        raise UserError(
            f"The replacement for {name} {problem}: expected the signature {name}{inspect.Signature(kept)}."
        )


def _reference() -> Ops:
    """Collect the public functions of the op files."""
    from . import (
        activations,
        adamw,
        attention,
        cross_entropy,
        dropout,
        embedding,
        generation,
        heads,
        layernorm,
        linear,
        positions,
        seams,
        softmax,
        squared_error,
    )

    rooms = (
        softmax,
        cross_entropy,
        squared_error,
        linear,
        embedding,
        positions,
        layernorm,
        activations,
        dropout,
        seams,
    )
    functions: dict[str, Callable[..., Any]] = {}
    for room in (*rooms, attention, heads, generation, adamw):
        for name, f in vars(room).items():
            public = inspect.isfunction(f) and not name.startswith("_")
            if public and f.__module__ == room.__name__:
                functions[name] = f
    return Ops(functions, "numpy")


REFERENCE = _reference()

# Which ops each composite calls: what its default namespace holds.
COMPOSITES = {
    name: tuple(vars(inspect.signature(f).parameters["ops"].default))
    for name, f in REFERENCE.functions.items()
    if _composite(f)
}
