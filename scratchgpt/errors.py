"""The one error class for what a user can put right."""

from collections.abc import Iterable


class UserError(ValueError):
    """A mistake in input, files or flags: what, got, expected, what to do, on one line.

    Command lines print it on standard error and end with exit code 2; from Python it is a ValueError.
    """


def nearest(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the known name closest to `name`, or "" when none is close."""
    import difflib  # slow to load, and needed for mistakes only

    close = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
