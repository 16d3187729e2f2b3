"""Backends: namespaces of the same ops, of which the NumPy reference is one.

Importing this module loads no array library, so that a command line can list the backends first.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import UserError, nearest

if TYPE_CHECKING:
    from ..ops import Ops


def _numpy() -> "Ops":
    from ..ops import REFERENCE

    return REFERENCE


# In order of preference on a CPU; `auto` takes the first that can be loaded.
_LOADERS: dict[str, Callable[[], "Ops"]] = {"numpy": _numpy}


def available() -> tuple[str, ...]:
    """Names of the backends that can be loaded here, the preferred one first."""
    return tuple(_LOADERS)


def flag_help() -> str:
    """Return the help text of a command line's --backend."""
    preferred, *_ = names = available()
    return f"{', '.join(names)}, or auto, which takes {preferred} here (default auto)"


def load(name: str = "auto") -> "Ops":
    """Return the namespace of a backend; "auto" is the preferred one on a CPU.

    Raises UserError for an unknown name.
    """
    if name == "auto":
        name = available()[0]
    if name not in _LOADERS:
        raise UserError(
            f"Unknown backend {name!r}, expected auto or one of {', '.join(available())}."
            f"{nearest(name, available())}"
        )
    return _LOADERS[name]()
