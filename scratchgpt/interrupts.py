"""Ctrl-C as a request: what is under way is finished, then one stops."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def interruptible(notice: str = "") -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a request to stop, which the yielded function reports; the second is final.

    `notice` is printed on standard error when the request comes.
    """
    asked = []

    def ask(number: int, frame: object) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, previous)
        if notice:
            print(f"\n{notice}", file=sys.stderr)

    previous = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, previous)
