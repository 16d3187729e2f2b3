"""Ctrl-C as a request: what is under way is finished, then one stops."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def interruptible(notice: str = "", *, final: bool = True) -> Iterator[Callable[[], bool]]:
    """Turn Ctrl-C into a request to stop, which the yielded function reports.

    `notice` is printed on standard error when the request comes. The second Ctrl-C is the usual one, unless
    it is not to be `final`.
    """
    asked = []

    def ask(number: int, frame: object) -> None:
        asked.append(number)
        if final:
            signal.signal(signal.SIGINT, previous)
        if notice and len(asked) == 1:
            print(f"\n{notice}", file=sys.stderr)

    previous = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, previous)
