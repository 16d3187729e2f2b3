"""10.4: mistakes in AdamW that are edits of the package's own, and those of working in place."""

from collections.abc import Callable
from typing import Any

from ...worked.adam_by_hand import adamw_by_hand
from ..exercise import Mistake
from ._ex10_decay import DECAY
from ._ex10_rules import Adam

EDITS = (
    Mistake(
        "climbs",
        "The step goes along the gradient, uphill; the loss would rise.",
        "In which direction does the loss fall?",
        edits=(("    param -= update", "    param += update"),),
    ),
    Mistake(
        "squares not corrected",
        "Only the average of gradients was corrected. That of squares is as young, so the first steps are far too long.",
        "Which of the averages began at 0?",
        edits=(("    update *= 1 / math.sqrt(1 - beta2**step)\n", ""),),
    ),
    Mistake(
        "eps forgotten",
        "The small number is missing: where a parameter never had a gradient, 0 is divided by 0.",
        "What keeps you from dividing by 0?",
        edits=(("    update += eps\n", ""),),
    ),
    Mistake(
        "gradient for its average",
        "The gradient itself takes the step, over its usual size; in Adam its corrected average does.",
        "What is the first average there for?",
        edits=(
            ("xp.divide(m, update, out=update)", "xp.divide(grad, update, out=update)"),
            ("update *= lr / (1 - beta1**step)", "update *= lr"),
        ),
    ),
    Mistake(
        "no decay",
        "The parameters do not decay at all: a weight without gradient stays as it is.",
        "What should be left of a weight of 1 that has no gradient?",
        edits=(("    if weight_decay:\n        param *= 1 - lr * weight_decay\n", ""),),
    ),
    Mistake(
        "decay without the rate",
        "The parameters lose their share of decay in full at each step; it is meant per unit of the learning rate.",
        "What should be left of a weight of 1 that has no gradient?",
        edits=(("param *= 1 - lr * weight_decay", "param *= 1 - weight_decay"),),
    ),
    Mistake(
        "growth for decay",
        "The parameters grow by the share that they should lose.",
        "Which way is smaller?",
        edits=(("param *= 1 - lr", "param *= 1 + lr"),),
    ),
    Mistake(
        "not squared",
        "The second average is one of gradients, not of their squares: where it is negative there is no root.",
        "What makes the sign disappear, so that a size is left?",
        edits=(("(1 - beta2) * (grad * grad)", "(1 - beta2) * grad"),),
    ),
)


def _written(
    write: Callable[[Any, Any], Any], decayed: bool = False, gives: Callable[..., Any] = lambda *new: None
) -> Callable[..., Any]:
    """The right numbers, of which `write(given, new)` writes some into the arrays; `gives` is returned."""

    def adamw_step(
        param: Any,
        grad: Any,
        m: Any,
        v: Any,
        *,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        step: int,
    ) -> Any:
        rates = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "step": step}
        new = adamw_by_hand(param, grad, m, v, **rates)  # type: ignore[arg-type]
        if decayed:
            param *= 1 - lr * weight_decay
        write((param, m, v), new)
        return gives(*new)

    return adamw_step


def _only(*which: int) -> Callable[[Any, Any], None]:
    def write(given: Any, new: Any) -> None:
        for i in which:
            given[i][...] = new[i]

    return write


def _spoiled(change: Callable[..., Any], rule: Adam | None = None) -> Callable[..., Any]:
    """The right numbers, or those of another rule; the gradient is changed as well."""

    def adamw_step(param: Any, grad: Any, m: Any, v: Any, **rates: Any) -> None:
        changed = change(grad, param.copy(), rates["betas"], rates["weight_decay"])
        (rule or Adam()).in_place()(param, grad, m, v, **rates)
        grad[...] = changed

    return adamw_step


def _shrunk(param: Any, grad: Any, m: Any, v: Any, **rates: Any) -> None:
    old = m.copy(), v.copy()
    Adam().in_place()(param, grad, m, v, **rates)
    for array, before, beta in zip((m, v), old, rates["betas"], strict=True):
        array[...] = beta * before


_WHO = "When a name gets a new array, what does the one hold who gave you the old one?"

IN_PLACE = (
    Mistake(
        "parameters not written",
        "The averages hold the new numbers, and the parameters hold the old ones: the new ones went into an array "
        "that nobody else sees.",
        _WHO,
        wrong=_written(_only(1, 2)),
    ),
    Mistake(
        "parameters only decayed",
        "The parameters in the array that was given have decayed and not moved: the step went into an array that nobody "
        "else sees.",
        _WHO,
        wrong=_written(_only(1, 2), decayed=True),
    ),
    Mistake(
        "averages not written",
        "The parameters are right, and both averages hold what they held before: the next step would begin anew.",
        _WHO,
        wrong=_written(_only(0)),
    ),
    Mistake(
        "average of gradients not written",
        "The average of gradients holds what it held before; all else is right.",
        _WHO,
        wrong=_written(_only(0, 2)),
    ),
    Mistake(
        "average of squares not written",
        "The average of squares holds what it held before; all else is right.",
        _WHO,
        wrong=_written(_only(0, 1)),
    ),
    Mistake(
        "nothing written",
        "All arrays hold what they held before: the new numbers went into new arrays that nobody else sees.",
        _WHO,
        wrong=_written(_only()),
    ),
    Mistake(
        "only decayed",
        "The parameters in the array that was given have decayed, and nothing else has changed.",
        _WHO,
        wrong=_written(_only(), decayed=True),
    ),
    Mistake(
        "returned, not written",
        "The right numbers came back in new arrays, and the ones that were given hold the old numbers.",
        "Where does the task want the new numbers to be?",
        wrong=_written(_only(), gives=lambda *new: new),
    ),
    Mistake(
        "parameters returned, averages written",
        "The averages hold the new numbers; the new parameters were returned, in an array of their own.",
        "Where does the task want the new numbers to be?",
        wrong=_written(_only(1, 2), gives=lambda *new: new[0]),
    ),
    Mistake(
        "parameters returned, nothing written",
        "The new parameters came back in a new array, and the arrays that were given hold the old numbers.",
        "Where does the task want the new numbers to be?",
        wrong=_written(_only(), gives=lambda *new: new[0]),
    ),
    Mistake(
        "written and returned",
        "The arrays hold the right numbers, and the same numbers are returned as well: nothing is to be returned.",
        "How could a caller tell that the arrays themselves were changed?",
        wrong=_written(_only(0, 1, 2), gives=lambda *new: new),
    ),
    Mistake(
        "written, parameters returned",
        "The arrays hold the right numbers, and the parameters are returned as well: nothing is to be returned.",
        "How could a caller tell that the arrays themselves were changed?",
        wrong=_written(_only(0, 1, 2), gives=lambda *new: new[0]),
    ),
    Mistake(
        "averages only shrunk",
        "The parameters are right; the averages in the arrays that were given have lost their share and gained nothing.",
        _WHO,
        wrong=_shrunk,
    ),
    Mistake(
        "gradient squared in place",
        "The parameters and averages are right, and the gradient holds its own squares now; it should stay as it was.",
        "Which of the four arrays does not belong to you?",
        wrong=_spoiled(lambda g, p, betas, wd: g * g),
    ),
    Mistake(
        "gradient scaled in place",
        "The parameters and averages are right, and the gradient holds its share of the average now; it should stay as it "
        "was.",
        "Which of the four arrays does not belong to you?",
        wrong=_spoiled(lambda g, p, betas, wd: (1 - betas[0]) * g),
    ),
    Mistake(
        "decay in the gradient, in place",
        "The decay was written into the gradient and goes through both averages: it is divided by the usual size of the "
        "gradient, and the caller's gradient is another one now.",
        "Which way does the decay take: through the averages, or past them?",
        wrong=_spoiled(lambda g, p, betas, wd: g + wd * p, DECAY[0][3]),
    ),
)
