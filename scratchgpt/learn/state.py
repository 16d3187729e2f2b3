"""What is remembered between two commands: what was solved, and how many hints were shown."""

import contextlib
import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import atomic
from ..errors import UserError
from .checking import Checked

FILE = ".progress.json"


@dataclass(frozen=True)
class State:
    """`solved`: ids that were solved once; `hints`: how many hints of an exercise were shown."""

    folder: Path
    solved: frozenset[str] = frozenset()
    hints: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> "State":
        """Read the state of a folder of exercises; a missing or damaged file means a new one."""
        try:
            content: Any = json.loads((folder / FILE).read_text(encoding="utf-8"))
            solved = frozenset(str(i) for i in list(content["solved"]))
            hints = {str(i): max(0, int(n)) for i, n in content["hints"].items()}
        except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
            return cls(folder)
        return cls(folder, solved, hints)

    def save(self) -> None:
        """Write the file, whole or not at all. Raises UserError when the disk refuses."""
        content = {"solved": sorted(self.solved), "hints": self.hints}
        atomic.write_text(self.folder / FILE, json.dumps(content, indent=2) + "\n")

    def with_verdicts(self, checked: Iterable[Checked]) -> "State":
        """Return the state that also knows what is solved now."""
        solved = {one.exercise.id for one in checked if one.verdict.status == "solved"}
        return dataclasses.replace(self, solved=self.solved | solved)

    def with_hint(self, exercise: str) -> "State":
        """Return the state in which one more hint of an exercise was shown."""
        return dataclasses.replace(self, hints={**self.hints, exercise: self.hints.get(exercise, 0) + 1})


def remember(folder: Path, checked: Iterable[Checked]) -> None:
    """Remember what is solved; a folder that cannot be written to is no reason to fail."""
    with contextlib.suppress(UserError):
        State.load(folder).with_verdicts(checked).save()
