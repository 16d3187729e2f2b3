"""From a lesson's text to an executed notebook, and from there to a file that changes only when it should."""

import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from .lesson import Lesson

# A cell may be slow on a machine that does other work: the limit of a lesson is judged afterwards.
_PATIENCE = 600


class Run(NamedTuple):
    """An executed notebook, the seconds its cells took, and the error of the cell that raised, if any."""

    notebook: Any
    seconds: float
    error: str = ""


def unexecuted(lesson: Lesson) -> Any:
    """Return the notebook of a lesson's text. Raises ImportError without jupytext."""
    import jupytext

    notebook = jupytext.reads(lesson.path.read_text(encoding="utf-8"), fmt="py:percent")
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for i, cell in enumerate(notebook.cells):
        cell.id = f"cell-{i:02}"  # a random one would differ at every build
        tags = cell.metadata.get("tags")
        cell.metadata = {"tags": tags} if tags else {}
    return notebook


def execute(lesson: Lesson) -> Run:
    """Run all cells of a lesson in a kernel of their own. Raises ImportError without nbclient.

    The current folder of the cells is an empty one but for fresh stubs in exercises/, so that what a
    `learn.check` prints there is the same for all, whatever the reader has solved, and nothing of it is
    remembered as a look of theirs.
    """
    from ..learn.answers import write_stubs

    with tempfile.TemporaryDirectory() as place:
        exercises = Path(place) / "exercises"
        exercises.mkdir()
        write_stubs(exercises)
        return _executed(unexecuted(lesson), place)


def _executed(notebook: Any, place: str) -> Run:
    """Run all cells of a notebook in a folder, until one raises; they hold what they printed then."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    error = ""
    client = NotebookClient(
        notebook,
        timeout=_PATIENCE,
        kernel_name="python3",
        resources={"metadata": {"path": place}},
        extra_arguments=[
            "--log-level=ERROR"
        ],  # or it warns that cells and outputs travel within this machine
    )
    with client.setup_kernel():
        start = time.perf_counter()
        for i, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, i)
            except CellExecutionError as raised:
                error = f"{_named(i, cell)} raised {raised.ename}: {raised.evalue}"
                break
            except (CellTimeoutError, DeadKernelError) as raised:
                error = f"{_named(i, cell)} did not end: {str(raised).splitlines()[0]}"
                break
        seconds = time.perf_counter() - start
    for cell in notebook.cells:
        _settle(cell)
    return Run(notebook, seconds, error)


def _named(i: int, cell: Any) -> str:
    return f"cell {i} ({cell.source.strip().splitlines()[0][:60]})"


def _settle(cell: Any) -> None:
    """Take out of an executed cell what differs between two equal runs, and what is there twice."""
    cell.metadata.pop("execution", None)
    if cell.cell_type != "code":
        return
    streams: dict[str, Any] = {}
    kept = []
    for output in cell.outputs:
        if output.output_type == "stream":
            if output.name in streams:
                streams[output.name].text += output.text
                continue
            streams[output.name] = output
        elif "data" in output:
            output.metadata = {}
            if "text/markdown" in output.data:
                output.data.pop("text/plain", None)
        kept.append(output)
    cell.outputs = kept


def as_text(notebook: Any) -> str:
    """Return the file of a notebook."""
    import nbformat

    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def differences(fresh: Any, kept: Any, executed: bool) -> list[str]:
    """Say where a fresh notebook and the kept one differ: in text and code, and in checked outputs."""
    from .lesson import printed

    said = []
    if len(fresh.cells) != len(kept.cells):
        return [f"the notebook has {len(kept.cells)} cells, its text {len(fresh.cells)}: build it again"]
    for i, (new, old) in enumerate(zip(fresh.cells, kept.cells, strict=True)):
        tags = new.metadata.get("tags", [])
        if (new.cell_type, new.source, tags) != (old.cell_type, old.source, old.metadata.get("tags", [])):
            said.append(f"cell {i} differs from the text: build the notebook again")
        elif executed and "check" in tags and printed(new) != printed(old):
            said.append(
                f"cell {i} prints {printed(new).strip()!r}, and in the notebook {printed(old).strip()!r}"
            )
    return said
