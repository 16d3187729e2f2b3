"""What goes wrong in Adam, with or without decay: for 10.3, 10.4 and 10.8."""

from collections.abc import Collection

from ..exercise import Mistake
from ._ex10_adam_averages import AVERAGES
from ._ex10_adam_corrections import CORRECTIONS
from ._ex10_adam_steps import STEPS


def family(kind: str, but: Collection[str] = ()) -> tuple[Mistake, ...]:
    """Return them as answers of one kind: "values", "in_place", "decaying", or one of the last two and " late".

    Late is the decay: it may come after the step, and other numbers come out then.
    """
    more = ", decay last" if kind.endswith(" late") else ""
    return tuple(
        Mistake(key + more, says, asks, wrong=rule.made(kind))
        for key, says, asks, rule in (*STEPS, *CORRECTIONS, *AVERAGES)
        if key not in but
    )
