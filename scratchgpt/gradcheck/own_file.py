"""Finds what can be checked in a user's own file, and what to feed it."""

import functools
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from ..errors import UserError, nearest
from .checks import check_layer, check_pair
from .report import Report
from .shapes import Sizes, has_shapes, shapes_of

MIN_ALIVE = 0.1  # ReLU is dead on half of its inputs, so of unknown functions little can be asked


class Outcome(NamedTuple):
    """What became of a file: reports by name; what could not be checked, by name, and why (half a pair,
    missing shapes, an exception in the user's own function); remarks on classes that were passed over."""

    reports: dict[str, Report]
    failures: dict[str, str]
    remarks: list[str]


def check_file(path: Path, name: str | None = None, *, seed: int = 0, tol: float = 1e-6) -> Outcome:
    """Check every pair x_forward / x_backward and every layer that `path` defines, or the one named.

    Raises UserError for a file that cannot be loaded or has nothing to check.
    """
    module = load(path)
    checks = dict.fromkeys(_pairs(module), _check_own_pair) | dict.fromkeys(_layers(module), _check_own_layer)
    if name is not None:
        name = name.removesuffix("_forward").removesuffix("_backward")
        if name not in checks:
            raise UserError(
                f"{path} defines no pair or layer {name!r}; it has {', '.join(checks) or 'none'}."
                f"{nearest(name, checks)}"
            )
        checks = {name: checks[name]}
    outcome = Outcome({}, {}, [])
    for found, check_own in checks.items():
        try:
            outcome.reports[found] = check_own(module, path, found, seed, tol)
        except _NoInputsError as error:
            outcome.remarks.append(str(error))
        except UserError as error:
            outcome.failures[found] = str(error)
    if not outcome.reports and not outcome.failures:
        raise UserError(
            " ".join(outcome.remarks)
            or f"{path} defines nothing to check: expected functions x_forward(...) -> (y, cache) and "
            "x_backward(dy, cache), or a layer."
        )
    return outcome


class _NoInputsError(UserError):
    """A class that looks like a layer but does not say what its inputs are."""


def load(path: Path) -> ModuleType:
    """Run a Python file as a module. Raises UserError naming the line that fails."""
    if not path.is_file():
        raise UserError(f"There is no file {path}: give the path of a Python file.")
    name = f"_own_file_{path.stem}"  # shadows no module of that name
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UserError(f"{path} is not a Python file: its name must end in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and type hints look their module up
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)  # a file may import its neighbours
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # leave nothing beside a user's file
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise UserError(f"{error.filename or path}{line}: {error.msg}.") from error
    except (Exception, SystemExit) as error:
        raise UserError(f"{path} cannot be loaded: {_blame(error, path)}") from error
    finally:
        sys.dont_write_bytecode = kept
        sys.path.remove(folder)
    return module


def _blame(error: BaseException, path: Path) -> str:
    """Say what was raised, and at which line of the user's file."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).resolve() == path.resolve()
    ]
    where = f" ({path}, line {lines[-1]})" if lines else ""
    return f"{type(error).__name__}: {error}{where}."


def _guarded(f: Callable[..., Any], path: Path, name: str) -> Callable[..., Any]:
    """Return `f` with its exceptions turned into a UserError that names the function and the line."""

    @functools.wraps(f)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return f(*args, **kwargs)
        except (Exception, SystemExit) as error:  # exit() would end the check as if all were right
            raise UserError(f"{name} raised {_blame(error, path)}") from error

    guarded.__name__ = name
    return guarded


def _pairs(module: ModuleType) -> list[str]:
    """Names of the pairs of which at least one half is defined in this very file."""
    own = [
        name for name, f in vars(module).items() if inspect.isfunction(f) and f.__module__ == module.__name__
    ]
    halves = [name.rpartition("_")[0] for name in own if name.endswith(("_forward", "_backward"))]
    return list(dict.fromkeys(halves))


def _layers(module: ModuleType) -> list[str]:
    return [
        name
        for name, c in vars(module).items()
        if inspect.isclass(c)
        and c.__module__ == module.__name__
        and all(callable(getattr(c, method, None)) for method in ("specs", "forward", "backward"))
    ]


def _check_own_pair(module: ModuleType, path: Path, name: str, seed: int, tol: float) -> Report:
    halves = []
    for half in (f"{name}_forward", f"{name}_backward"):
        f = getattr(module, half, None)
        if not callable(f):
            raise UserError(f"{path} has no {half} to go with its other half: define or import it.")
        halves.append(f)
    forward, backward = halves
    rng = np.random.default_rng(seed)
    given = getattr(module, f"{name}_inputs", None)
    if given is not None:
        drawn = _guarded(given, path, f"{name}_inputs")(rng)
    elif has_shapes(forward):
        drawn = Sizes().draw(shapes_of(forward), rng)
    else:
        raise UserError(
            f"The inputs of {name}_forward are unknown: write a Shapes line in its docstring, such as "
            f"'Shapes: x (..., C) -> y (..., C)', or a function {name}_inputs(rng) that returns them."
        )
    wrt = None
    if has_shapes(backward):  # the gradients it names: dx, dweight
        wrt = [item.name.removeprefix("d") for item in shapes_of(backward).outputs]
    inputs = _named(f"{name}_forward", list(inspect.signature(forward).parameters), drawn)
    if wrt is not None and not set(wrt) <= set(inputs):
        wrt = None
    return check_pair(
        _guarded(forward, path, f"{name}_forward"),
        _guarded(backward, path, f"{name}_backward"),
        inputs,
        rng=rng,
        wrt=wrt,
        tol=tol,
        min_alive=MIN_ALIVE,
    )


def _check_own_layer(module: ModuleType, path: Path, name: str, seed: int, tol: float) -> Report:
    rng = np.random.default_rng(seed)
    layer_class = getattr(module, name)
    required = [
        p.name
        for p in inspect.signature(layer_class).parameters.values()
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    if required or not callable(getattr(layer_class, "inputs", None)):
        missing = f"defaults for {', '.join(required)}" if required else "a method inputs(rng)"
        raise _NoInputsError(f"Layer {name} was passed over: to check it, give it {missing}.")
    layer = _guarded(layer_class, path, name)()
    drawn = _guarded(layer.inputs, path, f"{name}.inputs")(rng)
    inputs = _named(f"{name}.forward", list(inspect.signature(layer.forward).parameters)[1:], drawn)
    return check_layer(_guarded_layer(layer, path), inputs, rng=rng, tol=tol, min_alive=MIN_ALIVE)


def _guarded_layer(layer: Any, path: Path) -> Any:
    """Return a layer of the same name whose methods name themselves and their line when they raise."""
    name = type(layer).__name__
    methods = ("specs", "forward", "backward")
    return type(name, (SimpleNamespace,), {})(
        **{method: _guarded(getattr(layer, method), path, f"{name}.{method}") for method in methods}
    )


def _named(function: str, parameters: list[str], drawn: Any) -> dict[str, Any]:
    """Give the arguments, an array, a tuple or a dict, the names of the function's parameters."""
    if isinstance(drawn, Mapping):
        unknown = [key for key in drawn if key not in parameters]
        if unknown:
            raise UserError(
                f"{function} has no parameter {unknown[0]!r}; it takes {', '.join(parameters)}."
                f"{nearest(unknown[0], parameters)}"
            )
        return dict(drawn)
    values = drawn if isinstance(drawn, tuple | list) else (drawn,)
    if len(values) > len(parameters):
        raise UserError(f"{function} takes {len(parameters)} arguments, but {len(values)} were given for it.")
    return dict(zip(parameters, values, strict=False))
