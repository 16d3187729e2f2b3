"""The verdict on a gradient, and the table that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..ops.arrays import Array

ALIVE = 1e-8  # an entry whose gradient is smaller proves little
ZERO = 1e-12  # a gradient that must vanish does so up to rounding


@dataclass(frozen=True)
class Row:
    """The two gradients of one tensor, compared; `index` is the entry where they differ most."""

    name: str
    shape: tuple[int, ...]
    error: float  # |numeric - analytic| / (|numeric| + |analytic|), norms over the tensor
    alive: float  # share of the entries with |analytic| > 1e-8
    index: tuple[int, ...]
    analytic: float
    numeric: float
    verdict: str  # "ok" or what is wrong

    @property
    def ok(self) -> bool:
        """Whether the gradient of this tensor is right."""
        return self.verdict == "ok"


@dataclass(frozen=True)
class Report:
    """The outcome for several tensors; printing it gives a table."""

    rows: tuple[Row, ...]
    tol: float

    @property
    def max_error(self) -> float:
        """The largest relative error; NaN if one of them is."""
        return float(np.max([row.error for row in self.rows], initial=0.0))

    @property
    def ok(self) -> bool:
        """Whether the gradients of all tensors are right."""
        return all(row.ok for row in self.rows)

    def __str__(self) -> str:
        lines: list[tuple[str, ...]] = [
            ("tensor", "shape", "error", "alive", "worst entry", "analytic", "numeric", "verdict")
        ]
        lines += [_cells(row) for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
        wrong = [row.name for row in self.rows if not row.ok]
        return "\n".join(
            [
                *table,
                f"largest error {self.max_error:.1e}, tolerance {self.tol:.0e}: "
                + (f"NOT RIGHT: {', '.join(wrong)}" if wrong else "all right"),
            ]
        )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        str(row.shape),
        f"{row.error:.1e}",
        f"{row.alive:.0%}",
        str(row.index),
        f"{row.analytic:+.7e}",
        f"{row.numeric:+.7e}",
        row.verdict,
    )


def judge(
    name: str,
    shape: tuple[int, ...],
    indices: Sequence[tuple[int, ...]],
    analytic: Array,
    numeric: Array,
    *,
    vanishing: Array,
    tol: float,
    min_alive: float,
) -> Row:
    """Compare the entries of one tensor; `vanishing` marks those whose gradient must be 0."""
    difference = np.abs(numeric - analytic)
    a, n = analytic[~vanishing], numeric[~vanishing]
    size = np.linalg.norm(a) + np.linalg.norm(n)
    error = float(np.linalg.norm(n - a) / size) if size else 0.0
    alive = float(np.mean(np.abs(a) > ALIVE)) if a.size else 1.0
    # Differences carry rounding errors of about 1e-16 / h, so the numeric side is held to the tolerance.
    gone = (
        np.abs(analytic[vanishing]).max(initial=0) < ZERO and np.abs(numeric[vanishing]).max(initial=0) < tol
    )
    verdict = "ok"
    if not error < tol:  # NaN is wrong too
        verdict = "WRONG" if n.any() else "WRONG: the function does not react to this array"
    elif not gone:
        verdict = "WRONG: not zero where it must be"
    elif alive < min_alive:
        verdict = f"DEAD: fewer than {min_alive:.0%} of the entries have a gradient, which proves little"
    if not len(indices):
        return Row(name, shape, error, alive, (), 0.0, 0.0, verdict)
    worst = int(np.argmax(difference))
    return Row(
        name, shape, error, alive, indices[worst], float(analytic[worst]), float(numeric[worst]), verdict
    )
