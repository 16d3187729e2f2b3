"""Command line: check the gradients in a file of your own."""

import contextlib
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..cli import Parser, run
from ..errors import UserError
from .own_file import Outcome, check_file
from .report import Report

DESCRIPTION = """\
Compare hand-derived gradients in FILE.py with finite differences.

Every pair of functions x_forward(...) -> (y, cache) and x_backward(dy, cache) -> gradients is run on random
float64 arrays. Their shapes are read from the forward docstring, a line such as
    Shapes: x (..., I), weight (I, O), bias (O) -> y (..., O)
or come from a function x_inputs(rng) that returns the arguments. A class with specs, forward, backward and
inputs(rng) is checked as a layer. Exit code 0: all right, 1: a gradient is wrong, 2: the file, or a pair or
layer in it, cannot be checked; the others are, all the same."""

EXAMPLES = """\
  python -m scratchgpt.gradcheck my_ops.py                     every pair and layer in the file
  python -m scratchgpt.gradcheck my_ops.py gelu --seed 3       one of them, on other numbers
  python -m scratchgpt.gradcheck my_ops.py --json              for programs"""


def main(argv: Sequence[str] | None = None) -> int:
    """Print a report per pair; return 0 when all gradients are right, 1 when not.

    Raises UserError, at the end, naming what could not be checked.
    """
    parser = Parser("gradcheck", DESCRIPTION, EXAMPLES)
    parser.add_argument("file", metavar="FILE.py", type=Path, help="a Python file of your own")
    parser.add_argument("name", metavar="NAME", nargs="?", help="check this pair or layer only")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the inputs (default 0)")
    parser.add_argument(
        "--tolerance", type=float, default=1e-6, metavar="X", help="largest relative error (default 1e-6)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    args = parser.parse(argv)
    if args.seed < 0:
        raise UserError(f"--seed is {args.seed}, expected an integer of at least 0.")
    if not 0 < args.tolerance < 1:
        raise UserError(f"--tolerance is {args.tolerance}, expected a number between 0 and 1.")
    # What the file itself prints must not end up in the JSON.
    with contextlib.redirect_stdout(sys.stderr if args.json else sys.stdout):
        outcome = check_file(args.file, args.name, seed=args.seed, tol=args.tolerance)
    ok = not outcome.failures and all(report.ok for report in outcome.reports.values())
    if args.json:
        print(json.dumps({"file": str(args.file), "ok": ok, **_everything(outcome)}, indent=2))
    else:
        for name, report in outcome.reports.items():
            print(f"{name}\n{report}\n")
        for remark in outcome.remarks:
            print(remark)
    if outcome.failures:
        total = len(outcome.failures) + len(outcome.reports)
        head = f"{len(outcome.failures)} of {total} cannot be checked: " if total > 1 else ""
        raise UserError(head + " ".join(outcome.failures.values()))
    return 0 if ok else 1


def _everything(outcome: Outcome) -> dict[str, Any]:
    checks = [{"name": name, **_plain(report)} for name, report in outcome.reports.items()]
    checks += [{"name": name, "ok": False, "error": why} for name, why in outcome.failures.items()]
    return {"checks": checks, "remarks": outcome.remarks}


def _plain(report: Report) -> dict[str, Any]:
    """Return a report as JSON can hold it: a number that is not finite becomes null."""
    rows = [
        {
            "tensor": row.name,
            "shape": list(row.shape),
            "error": _finite(row.error),
            "alive": row.alive,
            "index": list(row.index),
            "analytic": _finite(row.analytic),
            "numeric": _finite(row.numeric),
            "verdict": row.verdict,
        }
        for row in report.rows
    ]
    return {
        "ok": report.ok,
        "max_error": _finite(report.max_error),
        "tolerance": report.tol,
        "tensors": rows,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


if __name__ == "__main__":
    run(main)
