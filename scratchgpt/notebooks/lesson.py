"""A lesson as text: where it lies, what its first lines say, and what every lesson has to have."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UserError, nearest
from ..resources import checkout
from .numbers import unsupported

HEADINGS = (
    "The question",
    "Why it matters to you",
    "Common mistakes",
    "In PyTorch",
    "What came later",
    "Extend",
    "Sources",
)
WORDS, PICTURES, QUESTIONS = (1500, 3500), 3, 3
SECONDS, BYTES = 60, 1_000_000
_HEADER = re.compile(r"\*(\d+) minutes · builds on ([\w, ]+) · (exercises? [\d., to]+|no exercises yet)\*")


@dataclass(frozen=True)
class Lesson:
    """One lesson: its number ("06"), its text file, and the notebook beside it."""

    number: str
    path: Path

    @property
    def notebook(self) -> Path:
        """The notebook that is made from the text."""
        return self.path.with_suffix(".ipynb")

    @property
    def title(self) -> str:
        """The title in the first line; the name of the file where there is none."""
        found = re.search(r"^# # \d\d · (.+)$", "\n".join(self._lines()[:2]), re.MULTILINE)
        return found[1] if found else self.path.stem

    @property
    def minutes(self) -> int:
        """The time that its first lines ask for; 0 when they do not say."""
        return int(self.header[0])

    @property
    def header(self) -> tuple[str, str, str]:
        """Minutes, the lessons it builds on, and its exercises, as the line below the title has them."""
        found = _HEADER.search("\n".join(self._lines()[:6]))
        return (found[1], found[2], found[3]) if found else ("0", "", "")

    def _lines(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").splitlines()


def lessons_folder() -> Path:
    """Return the folder of the lessons. Raises UserError for an installed wheel, which has none."""
    root = checkout()
    if root is None or not (root / "lessons").is_dir():
        raise UserError("There is no folder lessons/ here: they come with a checkout, not with the wheel.")
    return root / "lessons"


def find(numbers: Sequence[str] = (), folder: Path | None = None) -> list[Lesson]:
    """Return the lessons with these numbers, all without any. Raises UserError for an unknown number."""
    paths = sorted((folder or lessons_folder()).glob("[0-9][0-9]_*.py"))
    lessons = {path.name[:2]: Lesson(path.name[:2], path) for path in paths}
    for number in numbers:
        if number not in lessons:
            raise UserError(
                f"There is no lesson {number!r}, expected {', '.join(lessons)}.{nearest(number, lessons)}"
            )
    return [lesson for number, lesson in lessons.items() if not numbers or number in numbers]


def complaints(lesson: Lesson, notebook: Any) -> list[str]:
    """Say what an executed notebook lacks of the form that all lessons have."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code, said = "\n".join(cell.source for cell in cells), []
    first = prose[0].splitlines() if prose else [""]
    if not re.fullmatch(rf"# {lesson.number} · .+", first[0]):
        said.append(f"the first line is {first[0]!r}, expected '# {lesson.number} · Title'")
    if not _HEADER.search("\n".join(first[:6])):
        said.append("the line '*NN minutes · builds on ... · exercises ...*' is missing below the title")
    headings = re.findall(r"^## (.+)$", "\n".join(prose), re.MULTILINE)
    said += [f"there is no section '## {one}'" for one in HEADINGS if one not in headings]
    words = count_words(prose)
    if not WORDS[0] <= words <= WORDS[1]:
        said.append(f"it has {words} words of prose, expected {WORDS[0]} to {WORDS[1]}")
    if (pictures := count_pictures(notebook)) < PICTURES:
        said.append(f"it has {pictures} pictures, expected at least {PICTURES}")
    asked = set(re.findall(rf'learn\.ask\("({lesson.number}\.q\d+)"\)', code))
    if len(asked) < QUESTIONS:
        said.append(f"it asks {len(asked)} recall questions of its own, expected at least {QUESTIONS}")
    if not any("check" in cell.metadata.get("tags", []) for cell in cells):
        said.append("no cell is tagged 'check'")
    if "source(" not in code:
        said.append("it shows no code of the package by source")
    for cell in cells:
        if text := "".join(o["text"] for o in cell.outputs if o.get("name") == "stderr"):
            said.append(f"a cell writes to the error stream: {text.strip().splitlines()[0][:100]}")
    missing = unsupported(prose, code + "\n" + "\n".join(printed(cell) for cell in cells))
    if missing:
        said.append(
            f"numbers of the text that no cell computes and no source is cited for: {', '.join(missing)}"
        )
    return said


def count_words(prose: Sequence[str]) -> int:
    """Count the words of markdown cells, without formulas and code."""
    text = re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$\n]*\$|`[^`\n]*`", " ", "\n".join(prose), flags=re.DOTALL)
    return len(re.findall(r"[^\W\d_][\w'\u2019-]*", text))


def count_pictures(notebook: Any) -> int:
    """Count the pictures among the outputs of a notebook."""
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    return sum("image/png" in output.get("data", {}) for output in outputs)


def printed(cell: Any) -> str:
    """Return all text that a code cell put out."""
    texts = []
    for output in cell.outputs:
        texts.append(output.get("text", ""))
        texts += [output.get("data", {}).get(kind, "") for kind in ("text/plain", "text/markdown")]
    return "\n".join(text for text in texts if text)
