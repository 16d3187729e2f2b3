"""From seconds to the table and to JSON."""

import statistics
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .rows import PEERS
from .run import OURS, Measured

Entry = dict[str, Any]

WIDTH = 110  # columns

HEADER = (
    f"{'row':<18}{'ours':>10} {'unit':<9}{'of ceiling':>10}   {'peer':<20}{'its figure':>11}{'ratio':>8}"
    f"{'spread':>9}{'its':>8}"
)


def entries(measured: Measured) -> list[Entry]:
    """Return one entry for each peer of the row.

    "ratio" is above 1 where ours is faster, whatever the unit. "spread" is the distance of the quartiles as
    a share of the median. "ceiling" is the median of what the machine could do in turn with the row, in
    FLOP/s or bytes/s, and "ceiling_share" what part of it ours reached; None for a row without a ceiling.
    """
    row, ours = measured.row, measured.seconds.get(OURS)
    own: Entry = {
        "row": row.name,
        "ours": _figure(measured, OURS),
        "unit": row.unit,
        "ceiling_share": None,
        "ceiling": statistics.median(measured.ceilings) if measured.ceilings else None,
        "spread": _spread(ours),
        "peak_mb": measured.peak_mb.get(OURS),
        "repeats": len(ours or ()),
        "note": measured.note,
    }
    if ours and own["ceiling"]:
        own["ceiling_share"] = measured.facts[OURS]["work"] / statistics.median(ours) / own["ceiling"]
    return [{**own, **_against(measured, key)} for key in row.peers]


def _against(measured: Measured, key: str) -> Entry:
    ours, theirs = measured.seconds.get(OURS), measured.seconds.get(key)
    why = measured.why_missing.get(key)
    if why is None and OURS in measured.why_missing:
        why = f"ours: {measured.why_missing[OURS]}"
    if why is None and not (ours and theirs):
        why = "interrupted"
    return {
        "peer": PEERS[key].label,
        "peer_value": _figure(measured, key),
        "ratio": statistics.median(theirs) / statistics.median(ours) if ours and theirs else None,
        "peer_spread": _spread(theirs),
        "peer_peak_mb": measured.peak_mb.get(key),
        "why_missing": why,
    }


def _figure(measured: Measured, key: str) -> float | None:
    seconds = measured.seconds.get(key)
    return measured.row.figure(statistics.median(seconds), measured.amount) if seconds else None


def _spread(seconds: Sequence[float] | None) -> float | None:
    if not seconds or len(seconds) < 2:
        return None
    low, middle, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return (high - low) / middle


# The table


def machine_lines(machine: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the machine is and can do."""
    v = machine["versions"]
    yield (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['threads']} threads; Python "
        f"{machine['python']}, NumPy {v['numpy']} ({v['blas']}), Numba {v['numba'] or 'missing'}"
    )
    one, every = ({k: x / 1e9 for k, x in machine["ceilings"][n].items()} for n in ("1", "all"))
    yield (
        f"ceilings: matrix product {every['matmul']:.0f} GFLOP/s (one thread {one['matmul']:.0f}), "
        f"reading memory {every['read']:.1f} GB/s (one thread {one['read']:.1f})"
    )


def row_lines(row_entries: Sequence[Entry]) -> Iterator[str]:
    """Yield the lines of one row of the table: ours beside each peer that was measured."""
    first = row_entries[0]
    share = "" if first["ceiling_share"] is None else f"{first['ceiling_share']:.0%}"
    own = f"{first['row']:<18}{_shown(first['ours']):>10} {first['unit']:<9}{share:>10}   "
    spread = _percent(first["spread"])
    there = [entry for entry in row_entries if entry["ratio"] is not None]
    if not there:
        yield f"{own}{'-':<20}{'':>19}{spread:>9}"
    for entry in there:
        theirs = f"{entry['peer']:<20}{_shown(entry['peer_value']):>11}{_ratio(entry['ratio']):>8}"
        yield f"{own}{theirs}{spread:>9}{_percent(entry['peer_spread']):>8}"
        own, spread = " " * len(own), ""


def closing_lines(all_entries: Iterable[Entry]) -> Iterator[str]:
    """Yield what stands below the table: how to read it, memory, notes, and what was not measured."""
    table = list(all_entries)
    yield "Ratio above 1: ours is faster. Spread: distance of the quartiles, as a share of the median."
    for row in dict.fromkeys(e["row"] for e in table if e["row"].startswith("train/") and e["peak_mb"]):
        same = [e for e in table if e["row"] == row]
        peers = [f", {e['peer']} {e['peer_peak_mb']:,.0f}" for e in same if e["peer_peak_mb"]]
        yield f"most memory, {row}, in MB: ours {same[0]['peak_mb']:,.0f}{''.join(peers)}"
    yield from _merged("note", ((e["note"], e["row"]) for e in table if e["note"]))
    yield from _merged("not measured", ((e["why_missing"], _missing(e, table)) for e in table))


def _missing(entry: Entry, table: Sequence[Entry]) -> str:
    """Name what was not measured: a peer, in a row where it is not missing everywhere for this reason."""
    same = [e["why_missing"] for e in table if e["peer"] == entry["peer"]]
    everywhere = same.count(entry["why_missing"]) == len(same)
    return entry["peer"] if everywhere else f"{entry['peer']} in {entry['row']}"


def _merged(label: str, pairs: Iterable[tuple[str | None, str]]) -> Iterator[str]:
    """Put what has the same reason together."""
    reasons: dict[str, list[str]] = {}
    for why, what in pairs:
        if why:
            reasons.setdefault(why, []).append(what)
    for why, whats in reasons.items():
        line = f"{label} ({why}): {', '.join(dict.fromkeys(whats))}"
        yield from textwrap.wrap(line, WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _shown(value: float | None) -> str:
    """Show three digits, or all that stand before the point.

    >>> _shown(1815.3), _shown(34.52), _shown(0.0291)
    ('1,815', '34.5', '0.0291')
    """
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 100 else f"{ratio:,.0f}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}" if share < 0.1 else f"{share:.0%}"
