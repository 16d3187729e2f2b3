"""What the lessons use to show code and pictures, and the command that makes notebooks of them.

    from scratchgpt.notebooks import picture, source

The lessons are text, `lessons/NN_name.py`, in jupytext's percent format; the command
`python -m scratchgpt.notebooks build` runs them and writes `NN_name.ipynb` beside. Only that command needs
the packages of the extra `[lessons]`.
"""

import functools
import inspect
import io
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Picture", "Source", "picture", "source"]

_PACKAGE = Path(__file__).resolve().parents[1]
_DPI = 100


class Source(NamedTuple):
    """Code of the package as a notebook shows it: coloured, under the name of its file."""

    parts: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return "\n\n".join(f"# {where}\n{text}" for where, text in self.parts)

    def _repr_markdown_(self) -> str:
        return "\n\n".join(f"`{where}`\n\n```python\n{text}\n```" for where, text in self.parts)


class Picture(NamedTuple):
    """A figure as a notebook shows it; `alt` says in words what is in it."""

    png: bytes
    alt: str

    def __repr__(self) -> str:
        return self.alt

    def _repr_png_(self) -> bytes:
        return self.png


def source(*objects: Callable[..., Any], docstring: bool = True) -> Source:
    """Show functions or classes of the package by their source text.

    The text is read from the file, so that what a lesson shows is what runs. `docstring=False` leaves
    docstrings out. Raises TypeError for an object without a source of its own, such as an array.
    """
    parts = []
    for given in objects:
        # A composite op of a namespace is its function with the namespace filled in.
        one = given.func if isinstance(given, functools.partial) else given
        where = Path(inspect.getsourcefile(inspect.unwrap(one)) or "").resolve()
        name = where.relative_to(_PACKAGE.parent).as_posix() if where.is_relative_to(_PACKAGE) else where.name
        text = textwrap.dedent(inspect.getsource(one)).rstrip()
        parts.append((name, text if docstring else _without_docstrings(text)))
    return Source(tuple(parts))


def picture(figure: "Figure", alt: str) -> Picture:
    """Show a figure; `alt` says what is in it, for those who cannot see it."""
    from PIL import Image

    drawn, file = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=_DPI)
    # A third of the bytes for 256 colours, which drawings hardly exceed.
    image = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    image.save(file, format="png", optimize=True)
    return Picture(file.getvalue(), alt)


def _without_docstrings(text: str) -> str:
    """Drop the docstrings of functions and classes; comments and blank lines stay."""
    import ast

    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            first = node.body[0]
            for i in range(first.lineno - 1, first.end_lineno or first.lineno):
                lines[i] = "\0"
    return "\n".join(line for line in lines if line != "\0")
