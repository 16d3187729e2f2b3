"""What an answer's behaviour shows, in words: the first call that went wrong, and its numbers."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..errors import UserError
from ..gradcheck.shapes import shapes_of
from .comparing import Part, agreeing, is_number, parts, right_kind, same
from .exercise import Exercise, Probe
from .running import Outcome, said_by
from .structure import describe, describe_shape

# Exceptions whose own text does not say what a learner has to know.
_MEANING: dict[type[BaseException], str] = {
    SystemExit: "That would end the whole program; a function only returns",
    EOFError: "Nobody can type anything in here: all that is needed comes as an argument",
    RecursionError: "Does the function call itself without end",
}


def waiting(exercise: Exercise, outcome: Outcome) -> str:
    """Say which other exercise an answer waits for, "" when it is the one itself that is to be done."""
    other = getattr(outcome.error, "exercise", exercise.id)
    if other == exercise.id:
        return ""
    return f"It calls the function of {other}, which is still to be done: it cannot be judged before."


def stopped(exercise: Exercise, probe: Probe, outcome: Outcome) -> str:
    """Say that a call took too long or asked for too much memory."""
    at = f" (stopped at {outcome.where})" if outcome.where else ""
    if outcome.kind == "slow":
        return (
            f"{_named(probe)}: no answer within {exercise.seconds:g} seconds{at}, where the package needs "
            "a few milliseconds. Is there a loop that never ends?"
        )
    asked = said_by(outcome.error)
    return (
        f"{_named(probe)}: it asked for more memory than is allowed{at}{': ' * bool(asked)}{asked}. The "
        "largest array that is needed here has a few hundred numbers: which of your shapes is too large?"
    )


def printed(outcome: Outcome) -> str:
    """Return the beginning of what a call printed, "" when it printed nothing."""
    lines = outcome.printed.strip().splitlines()
    if not lines:
        return ""
    return "\n".join(
        ["It printed:", *(f"  {line[:100]}" for line in lines[:5]), *["  ..."] * (len(lines) > 5)]
    )


def symptom(exercise: Exercise, probe: Probe, mine: Outcome, right: Outcome) -> str:
    """Say what the first call that went wrong shows, in the order in which things go wrong."""
    where = _named(probe)
    if mine.kind == "raised":
        return f"{where}: {_raised(mine, right)}"
    if right.kind == "raised":
        return f"{where}: it returned a result, where it should have raised {type(right.error).__name__}."
    if mine.value is None and right.value is not None:
        said = " It printed something instead: printing shows a result, returning hands it on."
        return f"{where}: it returned nothing (None).{said * bool(mine.printed)}"
    if said := _outline_differs(exercise, mine.value, right.value):
        return f"{where}: {said}"
    pairs = list(zip(*(parts(v, names(exercise)) for v in (mine.value, right.value)), strict=True))
    for look in (_wrong_shape, _wrong_kind):
        if said := next(filter(None, (look(x, y) for x, y in pairs)), ""):
            return f"{where}: {said}"
    values = next(filter(None, (_wrong_values(x, y) for x, y in pairs)), "")
    if mine.modified:
        verb, whose = (
            ("were", "Whose arrays are they") if len(mine.modified) > 1 else ("was", "Whose array is it")
        )
        changed = f"{' and '.join(mine.modified)} {verb} changed on the way. {whose}?"
        return f"{where}: {changed} {values or 'The result is right.'}"
    return f"{where}: {values}"


def names(exercise: Exercise) -> tuple[str, ...]:
    """The names of the parts of a result: for a function that works in place, of its arguments as well."""
    if not exercise.in_place:
        return exercise.returns
    return ("result", *list(inspect.signature(exercise.reference).parameters)[: _positional(exercise)])


def _positional(exercise: Exercise) -> int:
    return len(exercise.probes()[0].args)


def _named(probe: Probe) -> str:
    shapes = [str(np.shape(arg)) for arg in probe.args if isinstance(arg, np.ndarray)]
    return f'probe "{probe.name}"' + (f" {', '.join(shapes[:3])}" if shapes else "")


def _raised(mine: Outcome, right: Outcome) -> str:
    kind, said = type(mine.error).__name__, said_by(mine.error)
    said = "" if isinstance(mine.error, SystemExit) else said  # its text is the exit code
    if right.kind == "raised":
        return f"it raises {kind}, expected {type(right.error).__name__}."
    shapes = ", ".join(f"{name} {shape}" for name, shape in list(mine.shapes.items())[:8])
    meaning = next((text for k, text in _MEANING.items() if isinstance(mine.error, k)), "")
    return (
        f"{kind}{': ' * bool(said)}{said}"
        + (f" at {mine.where}" if mine.where else "")
        + (f", where the shapes are {shapes}" if shapes else "")
        + "."
        + (f" {meaning}{'?' if meaning.startswith('Does') else '.'}" if meaning else "")
    )


def _outline(value: Any) -> str:
    """A result in a few words: "a tuple of 3", "an array (2, 5)"."""
    kind = type(value).__name__
    article = "an" if kind[:1].lower() in "aeiou" else "a"
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return f"{article} {kind}({', '.join(value._fields)})"
    if isinstance(value, tuple | list):
        return f"a {kind} of {len(value)}"
    if type(value) is np.ndarray:
        return f"an array {value.shape}" + (f" of {value.dtype}" if value.dtype.kind not in "biuf" else "")
    if value is None:
        return "None"
    return f"{article} {kind}"


def _outline_differs(exercise: Exercise, mine: Any, right: Any) -> str:
    """Say where the outline of a result (how many parts, of which kind) is not the expected one, or ""."""
    expected = names(exercise)
    if len(expected) == 1:
        return _other_outline("it returned", mine, right)
    if not isinstance(mine, tuple | list) or len(mine) != len(expected):
        return f"it returned {_outline(mine)}, expected a tuple of {len(expected)} ({', '.join(expected)})."
    trios = zip(expected, mine, right, strict=True)
    return next(filter(None, (_other_outline(f"{name} is", x, y) for name, x, y in trios)), "")


def _other_outline(begin: str, mine: Any, right: Any) -> str:
    if [p.name for p in parts(mine, ())] == [p.name for p in parts(right, ())]:
        return ""
    if isinstance(mine, Mapping) and isinstance(right, Mapping):
        whose = "the dict" if begin == "it returned" else begin.removesuffix(" is")
        return f"{whose} {_other_names(mine, right)}"
    fields = getattr(right, "_fields", ())
    if fields and getattr(mine, "_fields", ()) == fields:  # the difference lies deeper
        whole = begin.removesuffix(" is")
        inside = zip(fields, mine, right, strict=True)
        return next(filter(None, (_other_outline(f"{whole}.{f} is", x, y) for f, x, y in inside)), "")
    return f"{begin} {_outline(mine)}, expected {_outline(right)}.{_remedy(mine, right)}"


def _other_names(mine: Mapping[Any, Any], right: Mapping[Any, Any]) -> str:
    """How the names in a dict differ."""
    lacks = ", ".join(sorted(repr(name) for name in right if name not in mine))
    has = ", ".join(sorted(repr(name) for name in mine if name not in right))
    said = [f"lacks {lacks}"] * bool(lacks) + [f"has {has}, which was not asked for"] * bool(has)
    return f"{', and '.join(said) or 'holds something else than arrays'}."


def _remedy(mine: Any, right: Any) -> str:
    """How what was returned becomes an array."""
    if isinstance(mine, list) and isinstance(right, np.ndarray):
        return " numpy.array makes one of a list."
    if inspect.isgenerator(mine):
        return " yield makes a generator; return hands a result on."
    return ""


def _wrong_shape(mine: Part, right: Part) -> str:
    x, y = mine.value, right.value
    if not is_number(y):
        return ""
    if not is_number(x):
        expected = f"an array {np.shape(y)}" if np.ndim(y) else "a number"
        return f"{right.name} is {_outline(x)}, expected {expected} of {np.asarray(y).dtype}.{_remedy(x, y)}"
    if np.shape(x) != np.shape(y):
        guess = describe_shape(np.shape(x), np.shape(y))
        return f"{right.name} has shape {np.shape(x)}, expected {np.shape(y)}. {guess}".rstrip()
    return ""


def _wrong_kind(mine: Part, right: Part) -> str:
    x, y = mine.value, right.value
    if not is_number(y):
        return ""
    # A single integer in the place of a fraction shows as a dtype when it is also another number.
    truncated = np.asarray(x).dtype.kind in "iu" and np.asarray(y).dtype.kind == "f"
    if right_kind(x, y) and not (truncated and not np.all(agreeing(x, y))):
        return ""
    few = " That has 3 digits only." if np.asarray(x).dtype == np.float16 else ""
    return f"{right.name} holds {np.asarray(x).dtype}, expected {np.asarray(y).dtype}.{few}"


def _wrong_values(mine: Part, right: Part) -> str:
    x, y = mine.value, right.value
    if not is_number(y):
        return "" if same(x, y) else f"{right.name} is {_short(x)}, expected {_short(y)}."
    ok = np.asarray(agreeing(x, y))
    if ok.all():
        return ""
    share = f"{100 * ok.mean():.0f} % of the numbers agree" if ok.size > 1 else "it is another number"
    return f"{right.name}: {share}."


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except Exception:
        text = _outline(value)
    return text if len(text) <= 80 else text[:77] + "..."


def numbers(exercise: Exercise, probe: Probe, mine: Outcome, right: Outcome) -> str:
    """Say what structure wrong numbers have, and which is the first wrong one."""
    if mine.kind != "value" or right.kind != "value":
        return ""
    a, b = (parts(outcome.value, names(exercise)) for outcome in (mine, right))
    if [p.name for p in a] != [p.name for p in b]:
        return ""
    for x, y in zip(a, b, strict=True):
        if is_number(x.value) and is_number(y.value) and np.shape(x.value) == np.shape(y.value):
            ok = np.asarray(agreeing(x.value, y.value))
            if not ok.all():
                if _wrong_kind(x, y):
                    return ""
                ids = repeated(probe, len(y.value)) if np.ndim(y.value) else set()
                said = describe(x.value, y.value, sizes_of(exercise.reference, probe), ids)
                return " ".join(filter(None, (said, _first_wrong(y.name, x.value, y.value, ok))))
    return ""


def _first_wrong(name: str, mine: Any, right: Any, ok: np.ndarray) -> str:
    a, b = (np.asarray(x, dtype=np.float64) + 0.0 for x in (mine, right))  # -0 is shown as 0
    index = tuple(int(i) for i in np.argwhere(~ok)[0])
    at = f"[{', '.join(map(str, index))}]" if index else ""
    errors = np.abs(a - b)
    largest = errors[np.isfinite(errors)].max(initial=0.0) or np.nan
    return f"First wrong: {name}{at} is {a[index]:.6g}, expected {b[index]:.6g}; largest error {largest:.3g}."


def sizes_of(f: Callable[..., Any], probe: Probe) -> dict[str, int]:
    """The named sizes of a probe, read off the `Shapes:` line of the function where it has one."""
    try:
        items = shapes_of(f).inputs
    except UserError:
        return {}
    given = dict(zip(inspect.signature(f).parameters, probe.args, strict=False)) | dict(probe.kwargs)
    sizes: dict[str, int] = {}
    for item in items:
        shape = np.shape(given[item.name]) if isinstance(given.get(item.name), np.ndarray) else ()
        if item.dims and len(item.dims) == len(shape):
            sizes |= {dim: n for dim, n in zip(item.dims, shape, strict=True) if dim.isidentifier()}
    return sizes


def repeated(probe: Probe, rows: int) -> set[int]:
    """The ids that occur more than once in a probe's first array of integers, for a result with a row per id.

    A result with a row for every place where ids stand has none.
    """
    for part in parts(list(probe.args), ()):
        if isinstance(part.value, np.ndarray) and part.value.dtype.kind in "iu":
            ids, counts = np.unique(part.value, return_counts=True)
            if rows in part.value.shape or rows <= ids.max(initial=0):
                return set()
            return {int(i) for i in ids[counts > 1]}
    return set()
