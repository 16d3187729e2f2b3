"""What the wrong numbers themselves betray: a factor, a sign, an axis, a place."""

import itertools
import math
from collections.abc import Callable, Collection, Mapping

import numpy as np

from .comparing import agreeing

CLOSE = 2e-2  # relative to the largest number: how far a forgotten eps or n for n - 1 leads


def describe(
    mine: np.ndarray, right: np.ndarray, sizes: Mapping[str, int], repeated: Collection[int] = ()
) -> str:
    """Return a sentence about how `mine` differs from `right` (same shape), "" when nothing stands out.

    `sizes` are the named dimensions of the probe, so that a factor of 3 can be called T; `repeated` are
    the ids that occur in it more than once.
    """
    a, b = np.asarray(mine, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if not np.isfinite(a).all() and np.isfinite(b).all():
        kinds = " or ".join(name for name, has in (("NaN", np.isnan), ("infinite", np.isinf)) if has(a).any())
        return f"{int((~np.isfinite(a)).sum())} of {a.size} of your numbers are {kinds}, and none should be."
    found: tuple[Callable[[], str], ...] = (
        lambda: _zeros(a, b),
        lambda: _factor(a, b, sizes),
        lambda: _transposed(a, b),
        lambda: _moved(a, b),
        lambda: _repeated_rows(a, b, repeated),
        lambda: _shift(a, b),
        lambda: _one_place(a, b),
        lambda: _nearly(a, b),
    )
    with np.errstate(all="ignore"):
        return next((said for look in found if (said := look())), "")


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(np.all(agreeing(a, b)))


def _zeros(a: np.ndarray, b: np.ndarray) -> str:
    return "All your numbers are 0." if a.size > 1 and not a.any() and b.any() else ""


def _factor(a: np.ndarray, b: np.ndarray, sizes: Mapping[str, int]) -> str:
    nonzero = np.abs(b) > 1e-12
    if not nonzero.any():
        return ""
    ratio = float(np.median(a[nonzero] / b[nonzero]))
    if not math.isfinite(ratio) or ratio == 0 or not _equal(a, ratio * b):
        return ""
    if math.isclose(ratio, -1, rel_tol=1e-6):
        return "Right but for the sign."
    meaning = next((said for value, said in _known(sizes) if math.isclose(ratio, value, rel_tol=1e-6)), "")
    if nonzero.sum() < 2 and not meaning:
        return ""  # a single number is always some multiple
    begin = f"Exactly {ratio:.6g} times what it should be"
    return f"{begin}, and {ratio:.6g} is {meaning} here." if meaning else f"{begin}."


def _known(sizes: Mapping[str, int]) -> list[tuple[float, str]]:
    """Factors that mistakes lead to, with their names: sizes, products of two, their roots, n - 1 for n."""
    counts = {name: float(size) for name, size in sizes.items() if size > 1}
    products = {f"{x} {y}": counts[x] * counts[y] for x, y in itertools.combinations(counts, 2)}
    found = []
    for name, size in {**counts, **products}.items():
        found += [(size, name), (1 / size, f"1 / ({name})" if " " in name else f"1 / {name}")]
        found += [(math.sqrt(size), f"the root of {name}"), (size**-0.5, f"1 / the root of {name}")]
    for name, size in counts.items():
        less = (size - 1) / size
        found += [(less, f"({name} - 1) / {name}"), (1 / less, f"{name} / ({name} - 1)")]
        found += [(less**0.5, f"the root of ({name} - 1) / {name}")]
        found += [(less**-0.5, f"the root of {name} / ({name} - 1)")]
    return [(value, name) for value, name in found if value != 1]


def _transposed(a: np.ndarray, b: np.ndarray) -> str:
    for i, j in itertools.combinations(range(b.ndim), 2):
        if a.shape[i] == a.shape[j] and a.shape[i] > 1 and _equal(a, b.swapaxes(i, j)):
            return f"Your numbers are right, but axes {i} and {j} are exchanged."
    return ""


def _moved(a: np.ndarray, b: np.ndarray) -> str:
    if a.size > 2 and not _equal(a, b) and _equal(np.sort(a, axis=None), np.sort(b, axis=None)):
        return "All your numbers are right, but they stand in the wrong places."
    return ""


def _repeated_rows(a: np.ndarray, b: np.ndarray, repeated: Collection[int]) -> str:
    """Rows are right where an id occurs once, and wrong where it occurs more often."""
    if not repeated or b.ndim < 1:
        return ""
    good = agreeing(a, b).reshape(len(b), -1).all(axis=1)
    wrong = {int(i) for i in np.flatnonzero(~good)}
    if not wrong or not wrong <= set(repeated) or 2 * len(wrong) <= len(repeated):
        return ""
    rows = ", ".join(map(str, sorted(wrong)))
    return f"Only the rows of ids that occur more than once are wrong ({rows})."


def _shift(a: np.ndarray, b: np.ndarray) -> str:
    gap = float(np.median(a - b)) if a.size > 2 else 0.0
    if abs(gap) > 1e-6 and _equal(a, b + gap):
        return f"Each of your numbers is off by the same {gap:.6g}."
    return ""


def _one_place(a: np.ndarray, b: np.ndarray) -> str:
    """Right or wrong along one axis only: the last position, say."""
    ok = agreeing(a, b)
    for axis in range(b.ndim):
        n = b.shape[axis]
        if n < 2:
            continue
        good = ok.all(axis=tuple(i for i in range(b.ndim) if i != axis))
        if 0 < good.sum() < n:
            some = 2 * good.sum() < n
            which = np.flatnonzero(good if some else ~good)
            index, verb = ("index", "is") if len(which) == 1 else ("indices", "are")
            said = f"{verb} right" if some else f"{verb} wrong"
            return f"Along axis {axis}, only {index} {', '.join(map(str, which))} of {n} {said}."
    return ""


def _nearly(a: np.ndarray, b: np.ndarray) -> str:
    error = float(np.max(np.abs(a - b), initial=0.0) / max(float(np.max(np.abs(b), initial=0.0)), 1e-300))
    if not 0 < error < CLOSE:
        return ""
    return (
        f"Nearly right: off by at most {100 * error:.2g} % of the largest number. A small constant (an eps) "
        "in another place or of another size does that, or a division by n where n - 1 belongs."
    )


def describe_shape(mine: tuple[int, ...], right: tuple[int, ...]) -> str:
    """Return a guess at how a shape went wrong, "" when there is none."""
    if len(mine) == len(right) + 1:
        for axis in range(len(mine)):
            if mine[:axis] + mine[axis + 1 :] == right:
                return f"One axis too many: axis {axis} was not summed, or not picked from."
    if len(mine) + 1 == len(right):
        for axis in range(len(right)):
            if right[:axis] + right[axis + 1 :] == mine:
                return f"One axis is lost: axis {axis} should still be there."
    if mine != right and sorted(mine) == sorted(right):
        return "The right axes in the wrong order."
    if math.prod(mine) == math.prod(right):
        return "As many numbers as there should be, in another shape."
    return ""
