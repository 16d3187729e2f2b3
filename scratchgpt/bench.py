"""How fast it is here, beside other programs: python -m scratchgpt.bench --quick."""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from . import cli
from .benchmarks import machine, process, report, run
from .benchmarks.material import Material
from .benchmarks.rows import ROWS, Row, chosen
from .errors import UserError
from .resources import user_path

_LISTED = "\n".join(f"  {row.name:<18} {row.what} ({row.unit})" for row in ROWS.values())

DESCRIPTION = f"""\
Measure what this machine can do, then ours, and other programs that are installed, in turn: ours, theirs,
ours, theirs. Every program runs in a process of its own, with the same number of threads. Figures are
medians; a ratio above 1 means that ours is faster, whatever the unit.

Share of the ceiling: training and prefill as FLOPs (matrix products and the attention that a causal model
needs) against the matrix product, decoding as bytes of weights against reading memory, on all threads; what
the machine can do is measured once more in turn with each row.

rows:
{_LISTED}"""

EXAMPLES = """\
  python -m scratchgpt.bench --quick
  python -m scratchgpt.bench --rows decode prefill/512 --repeats 9
  python -m scratchgpt.bench --peer-python ../peers/bin/python --json > bench.json"""


def parser() -> cli.Parser:
    """Return the parser."""
    p = cli.Parser("bench", DESCRIPTION, EXAMPLES)
    p.add_argument("--quick", action="store_true", help="smaller work, fewer repeats: a minute or two, rough")
    p.add_argument("--json", action="store_true", help="print one JSON object: machine and rows")
    p.add_argument(
        "--rows", nargs="+", metavar="ROW", help="measure these only; decode means all of decode/..."
    )
    p.add_argument("--repeats", type=int, metavar="N", help="of each program (default 5; with --quick 3)")
    cli.add_threads_flag(p)
    p.add_argument(
        "--peer-python",
        action="append",
        default=[],
        metavar="PATH",
        help="Python of an environment that has other programs (default: this one); may be given again",
    )
    p.add_argument("--text", metavar="FILE", help="text of the rows encode and bpe-train, in UTF-8")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code, 130 when it was interrupted. Raises UserError."""
    numpy_first = "numpy" in sys.modules
    args = parser().parse(argv)
    rows, repeats = chosen(args.rows), args.repeats or (3 if args.quick else 5)
    if repeats < 1 or args.repeats == 0:
        raise UserError(f"--repeats is {args.repeats}, expected an integer of at least 1.")
    threads = machine.thread_number(args.threads)
    pythons = [str(user_path(path)) for path in args.peer_python] or [sys.executable]
    found, lacking, versions = run.find_peers(rows, pythons, _installed)
    if args.text is not None and not user_path(args.text).is_file():
        raise UserError(f"There is no file {args.text!r}: check the path of --text.")
    facts = machine.facts() | {"threads": threads, "quick": args.quick, "peers": versions}
    with tempfile.TemporaryDirectory(prefix="scratchgpt-bench-") as folder:
        start = process.Process
        material = Material(Path(folder), args.quick, args.text, start)
        plan = run.Plan(material, threads, repeats, args.quick, found, lacking, start)
        page = _Page(facts, args.json, len(rows))
        if numpy_first:
            page.warn("NumPy was loaded before scratchgpt: what this process sets for threads came too late.")
        return _measure(plan, rows, page)


def _installed(python: str, modules: list[str]) -> dict[str, str]:
    try:
        return process.installed(python, modules)
    except process.Failed as error:
        raise UserError(
            f"{python!r} does not run as Python ({error}): give the path of an interpreter as --peer-python."
        ) from None


def _measure(plan: run.Plan, rows: Sequence[Row], page: "_Page") -> int:
    """Measure ceilings and rows, and print each row when it is done. Returns the exit code."""
    measured = None
    code = 0
    try:
        quick = {"repeats": 3, **run.QUICK_SIZES} if plan.quick else {}
        page.begin(*run.measure_ceilings(plan.threads, quick, page.watch, plan.start))
        for row in rows:
            measured = plan.prepare(row, page.watch)
            plan.measure(measured, page.watch)
            page.row(measured)
            measured = None
    except process.Failed as error:
        raise UserError(
            f"The process that measures scratchgpt failed ({error}): see whether python -m "
            "scratchgpt.generate works here."
        ) from None
    except KeyboardInterrupt:
        code = 130
        if measured is not None and measured.seconds:
            page.row(measured)
    page.close(interrupted=bool(code))
    return code


class _Page:
    """Standard output: the table row by row, or the JSON at the end; progress on standard error."""

    def __init__(self, facts: dict[str, Any], as_json: bool, n_rows: int) -> None:
        self._machine, self._json = facts, as_json
        self._entries: list[report.Entry] = []
        self._bar = tqdm(total=n_rows, unit="row", disable=None, dynamic_ncols=True)

    def watch(self, what: str) -> None:
        """Say what is being done."""
        self._bar.set_postfix_str(what)

    def warn(self, message: str) -> None:
        """Print a line on standard error, above the progress bar."""
        self._bar.write(f"warning: {message}", file=sys.stderr)

    def begin(self, ceilings: dict[str, dict[str, float]], facts: dict[str, Any]) -> None:
        """Take the ceilings and what our process is made of."""
        self._machine |= {k: facts[k] for k in ("versions", "backend")} | {"ceilings": ceilings}
        if facts.get("numpy_first"):
            self.warn(
                "NumPy is loaded when Python starts (a .pth file or sitecustomize does it), so scratchgpt "
                "sets the threads of its libraries too late: ours is slower than it could be."
            )
        if not self._json:
            self._print([*report.machine_lines(self._machine), "", report.HEADER])

    def row(self, measured: run.Measured) -> None:
        """Take a row that is done, or broken off."""
        entries = report.entries(measured)
        self._entries += entries
        self._bar.update()
        if not self._json:
            self._print(report.row_lines(entries))

    def close(self, interrupted: bool) -> None:
        """Print what stands at the end."""
        self._bar.close()
        if self._json:
            content = {"machine": self._machine | {"interrupted": interrupted}, "rows": self._entries}
            print(json.dumps(content, ensure_ascii=False))
        elif self._entries:
            self._print(["", *report.closing_lines(self._entries)])
        if interrupted:
            print("interrupted: this is what was measured until then.", file=sys.stderr)

    def _print(self, lines: Any) -> None:
        for line in lines:
            self._bar.write(line, file=sys.stdout)
        sys.stdout.flush()


if __name__ == "__main__":
    cli.run(main)
