"""Calling a learner's function: with a time limit, a memory limit, and its printing kept apart.

What runs in the same process cannot be kept from everything: machine code that never returns to Python
(`sum(range(10**12))`) is beyond the time limit, and the memory limit needs Linux.
"""

import builtins
import contextlib
import copy
import ctypes
import inspect
import io
import math
import operator
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from .comparing import same
from .exercise import Probe
from .todo import Todo

ROOM = 2 << 30  # bytes that one call may allocate; every probe needs less than a millionth of it
AGAIN = 0.05  # seconds between two attempts to end a call that catches every exception


@dataclass(frozen=True)
class Outcome:
    """How one call went: `kind` is "value", "todo", "raised", "slow" or "memory".

    `modified` names the arguments that were changed; `where` is the learner's line that raised, with the
    shapes of the named values there.
    """

    kind: str
    value: Any = None
    error: BaseException | None = None
    printed: str = ""
    modified: tuple[str, ...] = ()
    where: str = ""
    shapes: dict[str, str] = field(default_factory=dict)


class _TimeUp(BaseException):
    """The time limit is over. No Exception, so that a learner's `except Exception` lets it through."""


def call(f: Callable[..., Any], probe: Probe, seconds: float, in_place: bool = False) -> Outcome:
    """Call `f` on a probe's arguments (on copies of them) and say how it went.

    When it works `in_place`, the value is (result, arguments after the call ...).
    """
    args, kwargs = copy.deepcopy((probe.args, dict(probe.kwargs)))
    own = f.__code__.co_filename if hasattr(f, "__code__") else ""
    outcome = guarded(lambda: f(*args, **kwargs), seconds, own)
    if outcome.kind != "value":
        return outcome
    if in_place:
        return replace(outcome, value=(outcome.value, *args))
    return replace(outcome, modified=_changed(f, (args, kwargs), probe))


def guarded(f: Callable[[], Any], seconds: float, own: str) -> Outcome:
    """Call `f` with limits on time and memory; `own` is the learner's file, to find the line of an error.

    Nothing but KeyboardInterrupt gets out of it.
    """
    printed = io.StringIO()
    try:
        with _untouched(), _quiet(printed), _memory_limit(), time_limit(seconds):
            value = f()
    except KeyboardInterrupt:
        raise
    except Todo as error:
        return Outcome("todo", error=error)
    except BaseException as error:
        memory = "memory" if isinstance(error, MemoryError) else "raised"
        kind = "slow" if isinstance(error, _TimeUp) else memory
        where, shapes = _place(error, own)
        error.__traceback__ = error.__context__ = error.__cause__ = None  # they keep every local array alive
        return Outcome(kind, error=error, printed=printed.getvalue(), where=where, shapes=shapes)
    return Outcome("value", value, printed=printed.getvalue())


def said_by(error: BaseException | None) -> str:
    """Return the first line of an exception's text without its full stop, "" when it has none."""
    try:
        return (str(error).strip().splitlines() or [""])[0].rstrip(".")
    except Exception:
        return ""


@contextlib.contextmanager
def _quiet(printed: io.StringIO) -> Iterator[None]:
    """No warnings, what is printed goes to a buffer, nothing can be read from the keyboard."""
    before = sys.stdin
    sys.stdin = io.StringIO("")
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), without_warnings():
            yield
    finally:
        sys.stdin = before


@contextlib.contextmanager
def without_warnings() -> Iterator[None]:
    """Neither Python's warnings nor those of floating-point arithmetic; settings are as before afterwards."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _untouched() -> Iterator[None]:
    """Undo what is put in the place of library functions (`np.exp = ...`), and let none end the process."""
    modules = (np, np.linalg, np.random, math, builtins, os)
    before = [dict(vars(module)) for module in modules]
    os._exit = _no_exit  # type: ignore[assignment]
    try:
        yield
    finally:
        for module, names in zip(modules, before, strict=True):
            if any(map(operator.is_not, vars(module).values(), names.values())):
                vars(module).update(names)


def _no_exit(status: int) -> None:
    raise SystemExit(status)


# Time.


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise _TimeUp inside the block when it takes longer.

    A signal where there is one, because it also wakes a sleeping call; otherwise an exception that another
    thread plants, which takes effect at the next step of Python code. Both come again and again, since a
    bare `except:` may catch them.
    """
    by_signal = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    with (_by_signal if by_signal else _by_thread)(seconds):
        yield


@contextlib.contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    times, over, tracer = 0, False, sys.gettrace()

    def expire(number: int, frame: FrameType | None) -> None:
        nonlocal times
        if over:
            return
        if times:
            _raise_after(times, frame)
        times += 1
        raise _TimeUp

    before = signal.signal(signal.SIGALRM, expire)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        over = True
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, before)
        if sys.gettrace() is not tracer:
            sys.settrace(tracer)


def _raise_after(lines: int, frame: FrameType | None) -> None:
    """Raise _TimeUp when so many more lines of the learner's have begun.

    A loop around `try: ... except: pass` catches what comes inside of the `try`; with one line more at each
    attempt, one comes outside of it.
    """

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal lines
        lines -= event == "line"
        if lines <= 0:
            sys.settrace(None)
            raise _TimeUp
        return trace

    while frame is not None and frame.f_code.co_filename != __file__:
        frame.f_trace = trace
        frame = frame.f_back
    sys.settrace(trace)


@contextlib.contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    thread, over = ctypes.c_ulong(threading.get_ident()), threading.Event()

    def plant() -> None:
        wait = seconds
        while not over.wait(wait):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_TimeUp))
            wait = AGAIN

    planter = threading.Thread(target=plant, daemon=True)
    try:
        planter.start()
    except RuntimeError:  # a browser has no threads, and no limit then
        yield
        return
    try:
        yield
    finally:
        over.set()
        planter.join()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)  # one may still be on its way


# Memory.


@contextlib.contextmanager
def _memory_limit() -> Iterator[None]:
    """Refuse allocations beyond ROOM, where the system can (Linux)."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        before = resource.getrlimit(resource.RLIMIT_AS)
        limit = pages * resource.getpagesize() + ROOM
        if before[1] != resource.RLIM_INFINITY:
            limit = min(limit, before[1])
        resource.setrlimit(resource.RLIMIT_AS, (limit, before[1]))
    except (ImportError, OSError, ValueError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


# What is left behind.


def _place(error: BaseException, own: str) -> tuple[str, dict[str, str]]:
    """The last line of the learner's own file on the way to the error, and the shapes of its values."""
    found, last = "", None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == own:
            found, last = f"{own}:{line}", frame
    values = last.f_locals.items() if last is not None and last.f_code.co_name != "<module>" else ()
    return found, {name: str(value.shape) for name, value in values if isinstance(value, np.ndarray)}


def _changed(f: Callable[..., Any], given: tuple[Any, Any], probe: Probe) -> tuple[str, ...]:
    """Names of the arguments that no longer are what they were."""
    args, kwargs = given
    try:
        names = list(inspect.signature(f).parameters)
    except (TypeError, ValueError):
        names = []
    names += [f"argument {i + 1}" for i in range(len(names), len(args))]
    changed = [
        n for n, now, then in zip(names, args, probe.args, strict=False) if not same(now, then, exact=True)
    ]
    changed += [n for n, then in probe.kwargs.items() if not same(kwargs[n], then, exact=True)]
    return tuple(changed)
