"""Finds what is shipped with the package: in a checkout, an editable install and a wheel alike."""

import os
from pathlib import Path

from .errors import UserError

_PACKAGE = Path(__file__).resolve().parent


def data_path(name: str) -> Path:
    """Return the path of a shipped file or folder, such as "tales.txt" or "mini".

    A wheel carries most of `data/` inside the package, a checkout all of it beside. Raises UserError when it
    is in neither place.
    """
    for root in (_PACKAGE / "data", _PACKAGE.parent / "data"):
        if (root / name).exists():
            return root / name
    if checkout() is None:
        raise UserError(
            f"The file {name!r} is not in this installation, expected a checkout of the repository, whose "
            "data are whole: clone it, and install it there with pip install -e ."
        )
    raise UserError(
        f"The shipped file {name!r} is missing from {_PACKAGE.parent / 'data'}: "
        "the installation is incomplete; install scratchgpt again."
    )


def user_path(name: str | os.PathLike[str]) -> Path:
    """Return the path that a user means: "~" is the home folder, where there is one of that name."""
    try:
        return Path(name).expanduser()
    except RuntimeError:  # "~nobody"
        return Path(name)


def checkout() -> Path | None:
    """Return the folder of the checkout that the package runs from, None for an installed wheel."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() else None
