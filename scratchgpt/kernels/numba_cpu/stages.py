"""Work in stages, shared by threads that are started once: what one token of generation needs.

A token takes some fifty matrix-vector products, each of which needs all of the one before it. A parallel
region for each would start and join the threads fifty times. Here one kernel does all of it, and every
thread calls that kernel with the same arguments. Each stage is
cut into chunks; a thread takes the next chunk that nobody has taken (an atomic addition hands out the
numbers), and when none is left it waits, spinning, until the stage is finished; the thread that completes
the last chunk does what must happen before the next stage.

A thread waits only for chunks that another one has begun. So it does not matter how many threads there
really are, or when they come: if a single one comes, it does all chunks of all stages. Therefore nobody
waits for the helpers to start or to end, and plain Python threads will do, which sleep until there is work.

Numba has no atomics for the CPU; these are LLVM's (https://llvm.org/docs/Atomics.html).
"""

import os
import queue
import threading
from collections.abc import Callable
from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from ...compiling import FAST_MATH, inlined


def inserted(function: Callable[..., Any]) -> Any:
    """Put a large function that is called in one place into its kernel before that is compiled.

    An `inlined` function is compiled for itself, and again as a part of whatever calls it: with functions
    inside functions the kernel of a token took 5.2 s to compile, so it takes 4.3.
    """
    return numba.njit(fastmath=FAST_MATH, error_model="numpy", inline="always")(function)


LINE = 8  # int64 numbers apart: each counter in a cache line of its own
PATIENCE = 2000  # looks at a counter, some microseconds, before a waiting thread gives way
COUNTERS = 3 * LINE  # per stage: chunks taken, chunks completed, whether the stage is finished


def _counter(builder: Any, address: Any) -> Any:
    return builder.inttoptr(address, ir.IntType(64).as_pointer())


@intrinsic
def _add(typing_context: Any, address: Any, amount: Any) -> Any:
    """Add to a counter, and return what it was before."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.atomic_rmw("add", _counter(builder, args[0]), args[1], "seq_cst")

    return types.int64(types.int64, types.int64), generate


@intrinsic
def _read(typing_context: Any, address: Any) -> Any:
    """Read a counter; what was written before it was set is seen afterwards."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load_atomic(_counter(builder, args[0]), "seq_cst", 8)

    return types.int64(types.int64), generate


# Numbers at addresses: what a stage works on lies in many arrays, of which their addresses are passed. -----


@intrinsic
def get(typing_context: Any, like: Any, address: Any, i: Any) -> Any:
    """Number i of those at an address, of the type of the number `like`."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        start = builder.inttoptr(args[1], context.get_value_type(like).as_pointer())
        return builder.load(builder.gep(start, [args[2]]), align=like.bitwidth // 8)

    return like(like, types.int64, types.int64), generate


@intrinsic
def put(typing_context: Any, address: Any, i: Any, value: Any) -> Any:
    """Write number i of those at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        start = builder.inttoptr(args[0], args[2].type.as_pointer())
        builder.store(args[2], builder.gep(start, [args[1]]), align=value.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, value), generate


@intrinsic
def number(typing_context: Any, like: Any, value: Any) -> Any:
    """A value as a number of the type of `like`."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return context.cast(builder, args[1], value, like)

    return like(like, value), generate


@intrinsic
def size(typing_context: Any, like: Any) -> Any:
    """The bytes of a number of the type of `like`."""
    value = like.bitwidth // 8
    return types.int64(like), lambda c, builder, s, args: ir.Constant(ir.IntType(64), value)


# Counters. -----------------------------------------------------------------------------------------------


@inlined
def take(counters, stage):
    """Return the number of the next chunk of a stage; there may be no such chunk any more."""
    return _add(counters + 8 * COUNTERS * stage, 1)


@inlined
def complete(counters, stage, chunks):
    """Count a chunk as completed; return whether it was the last one."""
    return _add(counters + 8 * (COUNTERS * stage + LINE), 1) == chunks - 1


@inlined
def finish(counters, stage):
    """Let those go on that wait for the stage."""
    _add(counters + 8 * (COUNTERS * stage + 2 * LINE), 1)


@intrinsic
def _give_way(typing_context: Any) -> Any:
    """Let another thread have this core, if one waits for it (POSIX; elsewhere nothing happens)."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if os.name == "posix":
            kind = ir.FunctionType(ir.IntType(32), [])
            builder.call(cgutils.get_or_insert_function(builder.module, kind, "sched_yield"), [])
        return context.get_dummy_value()

    return types.void(), generate


@inlined
def wait(counters, stage):
    """Return when the stage is finished. On a busy machine the one waited for may need this core."""
    turns = 0
    while _read(counters + 8 * (COUNTERS * stage + 2 * LINE)) == 0:
        turns += 1
        if turns % PATIENCE == 0:
            _give_way()


# The helpers. --------------------------------------------------------------------------------------------


class _Crew:
    """Threads that wait for calls. A fork copies none of them, so a forked process starts its own."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...], Any]] = queue.SimpleQueue()
        self._size = 0

    def call(self, kernel: Callable[..., Any], arguments: tuple[Any, ...], threads: int, alive: Any) -> None:
        """Call a kernel of stages in as many threads; return when this one is through all stages.

        `alive` are the arrays of whose addresses the arguments speak: helpers may come late.
        """
        while self._size < threads - 1:
            threading.Thread(target=self._work, daemon=True).start()
            self._size += 1
        for _ in range(threads - 1):
            self._calls.put((kernel, arguments, alive))
        kernel(*arguments)

    def _work(self) -> None:
        while True:
            kernel, arguments, alive = self._calls.get()
            kernel(*arguments)
            del kernel, arguments, alive  # while it waits, it keeps no arrays alive


CREW = _Crew()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=CREW.__init__)  # type: ignore[misc]
