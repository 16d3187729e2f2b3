"""Known mistakes of a training loop, of F.13 and F.14 alike."""

from dataclasses import replace
from typing import NamedTuple

from ..exercise import Mistake


class Loop(NamedTuple):
    """The lines in which the two stages differ: the texts, one of them, its step, its gradients, the rate."""

    all: str
    one: str
    each: str
    grads: str
    lr: str


# Lines that differ: each stands in angle brackets until a loop is given.
_EACH, _OUTER, _LOSS, _FROM_OLD = "<each>", "<each outside>", "<grads>", "<grads from old>"

_EPOCHS = "    for _ in range(epochs):\n"
_STEP = "            params, moments = film_adam(params, grads, moments, lr)\n"
_TOTAL = "        total = {name: np.zeros_like(value) for name, value in params.items()}\n"
_ADD = "            total = {name: total[name] + grads[name] for name in params}\n"
_USE = "            grads = total\n"

_OLD = "Which parameters does the second step begin with?"
_MEMORY = "What has to survive from one step to the next, and for how long?"
_GRADS = "Whose gradients should a step follow, and what is left of those before it?"
_WHEN = "How many numbers does the list hold after no epoch, and how many after one?"

_MISTAKES = (
    Mistake(
        "gradients never zeroed",
        "The gradients of all steps so far were added up: each step follows those of every text before it as well.",
        _GRADS,
        edits=((_EPOCHS, _TOTAL[4:] + _EPOCHS), (_LOSS, _LOSS + _ADD + _USE)),
    ),
    Mistake(
        "gradients zeroed once an epoch",
        "Within an epoch the gradients add up: a step follows those of the texts before it as well.",
        _GRADS,
        edits=(
            (
                _EACH,
                _TOTAL + _EACH,
            ),
            (_LOSS, _LOSS + _ADD + _USE),
        ),
    ),
    Mistake(
        "one step an epoch, gradients added",
        "There is one step in each epoch, with the sum of all gradients; each text should have a step of its own.",
        "How many steps has an epoch?",
        edits=(
            (
                _EACH,
                _TOTAL + _EACH,
            ),
            (_LOSS, _LOSS + _ADD),
            (_STEP, "        params, moments = film_adam(params, total, moments, lr)\n"),
        ),
    ),
    Mistake(
        "one step an epoch, gradients averaged",
        "There is one step in each epoch, with the mean of all gradients; each text should have a step of its own.",
        "How many steps has an epoch?",
        edits=(
            (
                _EACH,
                _TOTAL + _EACH,
            ),
            (
                _LOSS,
                _LOSS + _ADD.replace("grads[name]", "grads[name] / len(<all>)"),
            ),
            (_STEP, "        params, moments = film_adam(params, total, moments, lr)\n"),
        ),
    ),
    Mistake(
        "one step an epoch, last text",
        "There is one step in each epoch, with the gradients of the last text alone.",
        "How many steps has an epoch?",
        edits=((_STEP, "        params, moments = film_adam(params, grads, moments, lr)\n"),),
    ),
    Mistake(
        "gradients of the epoch's first parameters",
        "All gradients of an epoch were taken at the parameters that it began with; each step should see the ones before it.",
        _OLD,
        edits=(
            (_EACH, "        old = params\n" + _EACH),
            (_LOSS, _FROM_OLD),
        ),
    ),
    Mistake(
        "gradients of the very first parameters",
        "All gradients were taken at the parameters that training began with.",
        _OLD,
        edits=(
            (_EPOCHS, "    old = params\n" + _EPOCHS),
            (_LOSS, _FROM_OLD),
        ),
    ),
    Mistake(
        "step from the first parameters",
        "Each step began again from the parameters that training began with.",
        _OLD,
        edits=(
            (_EPOCHS, "    old = params\n" + _EPOCHS),
            (_STEP, _STEP.replace("film_adam(params", "film_adam(old")),
        ),
    ),
    Mistake(
        "moments lost at every step",
        "At every step the moments are those of the beginning, so that Adam has no memory.",
        _MEMORY,
        edits=((_STEP, "            params, _ = film_adam(params, grads, fresh_moments(params), lr)\n"),),
    ),
    Mistake(
        "moments lost at every epoch",
        "The moments begin anew in every epoch; they belong to the whole stage.",
        _MEMORY,
        edits=((_EACH, "        moments = fresh_moments(params)\n" + _EACH),),
    ),
    Mistake(
        "one text after the other",
        "Each text was read for all epochs before the next one came; an epoch reads every text once.",
        "Which of the two loops stands inside of the other?",
        edits=((_EPOCHS + _EACH, _OUTER + "    " + _EPOCHS),),
    ),
    Mistake(
        "parameters not handed on",
        "The new parameters of each step were not kept: nothing is learnt.",
        "What does the given step return, and what does it leave as it is?",
        edits=((_STEP, "            _, moments = film_adam(params, grads, moments, lr)\n"),),
    ),
    Mistake(
        "parameters overwritten",
        "The new parameters were written into the dict that was given: whoever gave it has lost the old ones.",
        "Whose dict is it, and which name could the new parameters have?",
        edits=(
            (
                _STEP,
                "            new, moments = film_adam(params, grads, moments, lr)\n            params.update(new)\n",
            ),
        ),
    ),
    Mistake(
        "plain gradient steps",
        "The parameters were moved along the gradients themselves, without Adam.",
        "Which step was given to you?",
        edits=((_STEP, "            params = {name: params[name] - lr * grads[name] for name in params}\n"),),
    ),
    Mistake(
        "uphill",
        "The steps lead uphill: the gradients have the wrong sign.",
        "Should the loss fall or rise?",
        edits=((_STEP, "            grads = {name: -grads[name] for name in params}\n" + _STEP),),
    ),
    Mistake(
        "learning rate of the default",
        "The learning rate is always the default, whatever was asked for.",
        "Which of the arguments have you not used yet?",
        edits=((_STEP, _STEP.replace("moments, lr)", "moments, <lr>)")),),
    ),
    Mistake(
        "learning rate shared out",
        "The learning rate was divided by the number of texts; each of them has a step of its own.",
        "How many texts does one step read?",
        edits=((_STEP, _STEP.replace("moments, lr)", "moments, lr / len(<all>))")),),
    ),
    Mistake(
        "one epoch too many",
        "There is one epoch more than was asked for.",
        _WHEN,
        edits=((_EPOCHS, "    for _ in range(epochs + 1):\n"),),
    ),
    Mistake(
        "one epoch too few",
        "There is one epoch less than was asked for.",
        _WHEN,
        edits=((_EPOCHS, "    for _ in range(epochs - 1):\n"),),
    ),
    Mistake(
        "texts backwards",
        "The texts were taken in the reverse order.",
        "In which order were they to be taken?",
        edits=((_EACH, "        for <one> in <all>[::-1]:\n"),),
    ),
    Mistake(
        "last text left out",
        "The last text is never trained on.",
        "How many steps has an epoch?",
        edits=((_EACH, "        for <one> in <all>[:-1]:\n"),),
    ),
)


def of_the_loop(loop: Loop) -> tuple[Mistake, ...]:
    """Return the mistakes of a loop over epochs and texts."""
    given = {f"<{name}>": text for name, text in loop._asdict().items()}
    given |= {_OUTER: loop.each[4:], _FROM_OLD: loop.grads.replace("(params", "(old")}

    def filled(text: str) -> str:
        for place, line in given.items():
            text = text.replace(place, line)
        return text

    return tuple(replace(m, edits=tuple((filled(a), filled(b)) for a, b in m.edits)) for m in _MISTAKES)
