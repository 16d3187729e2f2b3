"""The loop of a measuring process: it prepares one task, then measures one repetition per request.

Messages are lines of JSON. The first line in is the task. The first one out is {"ready": facts} or
{"failed": why}; every further line in asks for a repetition, answered by {"value": what was measured,
"peak_mb": the most memory so far}. Between requests the process sleeps, so that programs measured in turn
never compute at the same time.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

Measure = Callable[[], Any]
Build = Callable[[dict[str, Any]], tuple[Measure, dict[str, Any]]]


def serve(build: Build) -> None:
    """Serve `build(task)`, which returns what measures one repetition, and facts about it."""
    # Whatever a library prints goes to standard error; standard output carries the messages alone.
    messages = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(message: dict[str, Any]) -> None:
        messages.write(json.dumps(message) + "\n")
        messages.flush()

    try:
        task = json.loads(sys.stdin.readline())
        before = peak_mb()
        measure, facts = build(task)
        measure()  # the first repetition warms caches and compiles
        say({"ready": {**facts, "before_mb": before}})
        for _ in sys.stdin:
            say({"value": measure(), "peak_mb": peak_mb()})
    except Exception as error:  # whatever it is, the row says so in place of a figure
        say({"failed": f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"})


def serve_peer(file: str) -> None:
    """Serve a module of this folder."""
    serve(importlib.import_module(f".{file}", __package__).build)


def peak_mb() -> float | None:
    """Return the most memory this process has had, in MB; None where the system does not tell.

    Linux tells it for the program that runs now; `getrusage` there counts the process that started it.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
            return next(int(line.split()[1]) / 1000 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return None
    most: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3
