"""The measurement: for each row the programs in turn, ours, a peer, the next peer, ours, ...

A ratio is of medians that were measured in turn on the same machine in the same minutes, so that what else
the machine does meets all programs alike; so is a share of the ceiling, which takes its turn too. They never
compute at the same time.
"""

import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any

from .material import Material
from .process import Failed, Process
from .rows import PEERS, Row

OURS, CEILING = "ours", "ceiling"
PAUSE, QUICK_PAUSE = 0.3, 0.1  # seconds; some libraries' threads spin that long after their work
QUICK_SIZES = {"side": 1024, "size": 2**27}  # of what the ceilings are measured on

Watch = Callable[[str], object]
Start = Callable[[Mapping[str, Any], str, str | None], Any]


@dataclass
class Measured:
    """What is known of a row: by program ("ours" or a peer's key) seconds, or why there are none."""

    row: Row
    amount: float  # units of work in a repetition
    seconds: dict[str, list[float]] = field(default_factory=dict)
    why_missing: dict[str, str] = field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    peak_mb: dict[str, float | None] = field(default_factory=dict)
    ceilings: list[float] = field(default_factory=list)  # FLOP/s or bytes/s, measured in turn
    note: str | None = None


@dataclass(frozen=True)
class Plan:
    """How rows are measured. `pythons` {peer: the Python that can run it}, `lacking` {peer: why none can}."""

    material: Material
    threads: int
    repeats: int
    quick: bool
    pythons: Mapping[str, str]
    lacking: Mapping[str, str]
    start: Start = Process

    def prepare(self, row: Row, watch: Watch) -> Measured:
        """Return the row with nothing measured yet; makes what its task needs."""
        settings = row.settings | (row.quick if self.quick else {})
        try:
            task, note = self.material.task(row.job, settings, watch)
        except Failed as error:
            return Measured(row, 1.0, why_missing=dict.fromkeys((OURS, *row.peers), str(error)))
        measured = Measured(row, task["amount"], note=note)
        measured.facts["task"] = {"threads": self.threads, **task}
        return measured

    def measure(self, measured: Measured, watch: Watch) -> None:
        """Measure a row in turn into `measured`, which holds whatever was measured when this is broken off.

        `watch` is told what is being done.
        """
        with ExitStack() as stack:
            running = self._start(measured, stack, watch)
            for i in range(self.repeats):
                for key, process in list(running.items()):
                    watch(f"{measured.row.name} {i + 1}/{self.repeats}: {_label(key)}")
                    time.sleep(QUICK_PAUSE if self.quick else PAUSE)
                    try:
                        self._take(measured, key, process)
                    except Failed as error:
                        del running[key]
                        measured.seconds.pop(key, None)
                        measured.why_missing[key] = str(error)

    def _take(self, measured: Measured, key: str, process: Any) -> None:
        value = process.measure()
        if key == CEILING:
            measured.ceilings.append(value[measured.row.ceiling])
        else:
            measured.seconds.setdefault(key, []).append(value)
            measured.peak_mb[key] = process.peak_mb

    def _start(self, measured: Measured, stack: ExitStack, watch: Watch) -> dict[str, Any]:
        """Start the programs of a row, which prepare together; those that cannot work are noted."""
        row, task = measured.row, measured.facts.pop("task", {})
        started = {}
        for key in (OURS, *row.peers):
            if why := self._why_not(key, measured):
                measured.why_missing[key] = why
                continue
            file, python, options = None, sys.executable, {}
            if key != OURS:
                file, python, options = PEERS[key].file, self.pythons[key], PEERS[key].options
            process = self.start({**task, "peer": key, **options}, python, file)
            started[key] = stack.enter_context(closing(process))
        if row.ceiling and started:
            sizes = {"kinds": [row.ceiling], "repeats": 2, **(QUICK_SIZES if self.quick else {})}
            process = self.start({"job": "ceilings", "threads": self.threads, **sizes}, sys.executable, None)
            started[CEILING] = stack.enter_context(closing(process))
        for key, process in list(started.items()):
            watch(f"{row.name}: preparing {_label(key)}")
            try:
                process.wait_until_ready()
                measured.facts[key] = process.facts
            except Failed as error:
                del started[key]
                measured.why_missing[key] = str(error)
        return started

    def _why_not(self, key: str, measured: Measured) -> str | None:
        if key in measured.why_missing or key == OURS:
            return measured.why_missing.get(key)
        if self.quick and PEERS[key].slow:
            return "left out by --quick"
        return self.lacking.get(key)


def find_peers(
    rows: Iterable[Row], pythons: Sequence[str], installed: Callable[[str, list[str]], dict[str, str]]
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Return {peer: Python that has all it needs}, {peer: why there is none} and {module: version}."""
    wanted = {key: PEERS[key] for row in rows for key in row.peers}
    modules = sorted({module for peer in wanted.values() for module in peer.modules})
    there = {python: installed(python, modules) for python in pythons} if wanted else {}
    found: dict[str, str] = {}
    lacking: dict[str, str] = {}
    versions: dict[str, str] = {}
    for key, peer in wanted.items():
        able = [python for python, has in there.items() if set(peer.modules) <= set(has)]
        if able:
            found[key] = able[0]
            versions |= {module: there[able[0]][module] for module in peer.modules}
        else:
            best = max(there.values(), key=lambda has: len(set(peer.modules) & set(has)))
            missing = [module for module in peer.modules if module not in best]
            lacking[key] = f"not installed: {', '.join(missing)}"
    return found, lacking, versions


def measure_ceilings(
    threads: int, task: Mapping[str, Any], watch: Watch, start: Start = Process
) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
    """Return {"1": ceilings of one thread, "all": of all}, and the facts of our process. Raises Failed."""
    found: dict[str, dict[str, float]] = {}
    for name, n in (("1", 1), ("all", threads)):
        if n == 1 and found:
            found[name] = found["1"]
            continue
        watch(f"ceilings: {n} thread{'s' * (n != 1)}")
        with closing(start({**task, "job": "ceilings", "threads": n}, sys.executable, None)) as process:
            process.wait_until_ready()
            found[name], facts = process.measure(), process.facts
    return found, facts


def _label(key: str) -> str:
    return {OURS: "scratchgpt", CEILING: "the ceiling"}.get(key) or PEERS[key].label
